//! Holds Stator against the service and its peers: cases, real clients, properties, generated requests and benches.

pub mod differential;
