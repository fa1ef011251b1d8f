//! The cases: what the service does, as data, and what of the behaviour reference they cover.
//!
//! The files under `conformance/cases/` are suites (the format is described in `docs/cases.md`), and the runner of
//! [`stator_fixtures::suite`] holds any endpoint against them. Here is what they need beyond any suite: each names the [`Source`] of its fact and
//! its kind, and [`Coverage`] compares them with the rows of the reference. Nothing here knows Stator, so that the same files run
//! against the service, against peers and against Stator.

mod load;
mod rows;
mod source;

pub use load::load_folder;
pub use rows::Coverage;
pub use source::Source;
pub use stator_fixtures::suite::{Case, Dialect, Kind, Patience, Report, Setup, Suite, run_all};
