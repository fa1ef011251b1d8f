//! Features that concern every call: a folder for each. [`stack`](crate::stack) says in which order they stand.

pub mod metrics;
pub mod record;
pub mod rules;
pub mod usage;
