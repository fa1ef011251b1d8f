//! Holds Stator against the service and its peers: cases, real clients, properties and benches.

pub mod clients;
pub mod folders;
pub mod server;
