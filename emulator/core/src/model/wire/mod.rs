//! The shapes of requests and replies: one description each, from which both decoder and encoder come.
//!
//! Requests are kept as they were sent, with every member optional; what a member may hold is checked by the operation, in the service's
//! order. A shape does not know its checks.

mod attributes;
mod backups;
mod batches;
mod bulk;
mod destinations;
mod exports;
mod global_tables;
mod imports;
mod insights;
mod items;
mod pages;
mod policies;
mod replicas;
mod restores;
mod scaling;
mod search;
mod settings;
mod statements;
mod streams;
mod tables;
mod transactions;
mod vectors;

pub use attributes::{AttributeArg, Attributes, ItemArg};
pub use backups::*;
pub use batches::*;
pub use bulk::*;
pub use destinations::*;
pub use exports::*;
pub use global_tables::*;
pub use imports::*;
pub use insights::*;
pub use items::*;
pub use pages::*;
pub use policies::*;
pub use replicas::*;
pub use restores::*;
pub use scaling::*;
pub use search::*;
pub use settings::*;
pub use statements::*;
pub use streams::*;
pub use tables::*;
pub use transactions::*;
pub use vectors::*;
