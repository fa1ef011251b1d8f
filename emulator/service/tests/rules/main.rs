//! Rules over a live engine: what they do to calls, what is refused when they are set, and what verification says.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod effects;
mod properties;
mod refusals;
mod reports;
mod rig;
