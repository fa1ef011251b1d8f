//! Holds Stator against the service and its peers: cases, real clients, properties and benches.

pub mod tidy;
