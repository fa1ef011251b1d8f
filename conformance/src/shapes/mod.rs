//! Stator's types beside the service's own model: what the one has and the other lacks.
//!
//! In go the service model that botocore carries and the outlines of our types; out come differences, each a line such as `lacks
//! UpdateTableInput.Tags`, and the support table of the docs. What the outlines cannot tell, limits and the words of enumerations, is
//! found out by asking the engine in process ([`probe`]). Differences are decided in `conformance/shapes/decisions.txt`; nothing here knows a
//! reason.

mod compare;
mod decisions;
pub mod probe;
pub mod service_model;
pub mod support;

pub use compare::compare;
pub use decisions::Decisions;
