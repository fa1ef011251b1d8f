//! The case suite: what the service does, as data, and the runner that holds any endpoint against it.
//!
//! In go the files under `conformance/cases/` (the format is described in `docs/cases.md`) and a [`Target`]; out comes a [`Report`] with
//! the outcome of every case. Every case names the fact that it stands for; nothing here knows Stator, so that the same files run against
//! the service, against peers and against Stator, in process or over HTTP.
//!
//! ```text
//! file ── load ──▶ Suite{tables, items, cases} ── run ──▶ Target ── compare ──▶ Report
//!         rows expanded, faults named      placeholders filled, patterns matched
//! ```
//!
//! The files of a suite run side by side, each with its own tables under its own access key; the cases of a file run one after the other.

mod fill;
mod format;
mod generate;
mod http;
mod load;
mod pattern;
mod report;
mod rows;
mod run;
mod session;
mod source;
mod step;
mod table;
mod wire;

pub use format::{Case, Dialect, Kind, Suite};
pub use http::HttpTarget;
pub use load::{LoadError, load_folder, load_text};
pub use report::{Failure, Outcome, Report, SuiteReport};
pub use rows::Coverage;
pub use run::{Patience, run_all, run_suite};
pub use source::Source;
pub use wire::{Target, TransportError, WireReply, WireRequest};
