//! Holds two endpoints against each other over generated requests.
//!
//! In flow a seed, the two endpoints and the families of operations; each generated request goes to both in lock step. Out flow the
//! [classes](Class) of disagreement: what was asked, the shape of either answer, how often, one small example, and the [decision](Decisions)
//! on file about who is right.
//!
//! ```text
//! seed ─▶ generate ─▶ Request ─▶ Duel (left, right) ─▶ Answers ─▶ compare ─▶ Class ─▶ shrink ─▶ Report ◀─ a peer's decisions
//! ```
//!
//! Invariants: the same seed gives the same requests to any pair of endpoints; before each request both endpoints hold
//! the same items and remember the same tokens (a divergence is told, then repaired); what the service leaves unspecified is never compared.
//!
//! It does not know the right answer. The reference does, and a decision names the place.

mod answer;
mod chance;
mod class;
mod compare;
mod decisions;
mod duel;
mod endpoint;
mod generate;
mod normal;
mod report;
mod run;
mod shrink;
mod streams;
mod tokens;
mod vectors;
mod world;

pub use answer::Answer;
pub use class::Class;
pub use decisions::{Decisions, Verdict};
pub use endpoint::{Endpoint, EndpointError};
pub use generate::Family;
pub use report::Report;
pub use run::{Run, Settings};
