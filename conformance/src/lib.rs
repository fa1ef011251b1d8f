//! Holds Stator against the service and its peers.

pub mod bench;
