//! Holds Stator against the service and its peers: cases, real clients, properties, differential runs and benches.

pub mod bench;
pub mod cases;
pub mod clients;
pub mod differential;
pub mod folders;
pub mod histories;
pub mod lab;
pub mod server;
pub mod shapes;
pub mod tidy;
