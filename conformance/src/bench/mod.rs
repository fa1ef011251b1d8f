//! The load bench: Stator and its peers under the same load over HTTP, side by side in one run.
//!
//! In go an address for each [peer](peer::Peer), a number of items, a number of connections and a seed. Out come throughput,
//! latency percentiles, CPU time and memory for each peer, and the ratios between them, as a [`report::Report`].
//!
//! | module | what it is |
//! |---|---|
//! | [`random`] | the seeded generator that all keys come from |
//! | [`template`] | requests built once, with fixed-width slots that are overwritten for each use |
//! | [`workload`] | the table, the item and the operations |
//! | [`http`], [`body`] | one keep-alive connection and the framing of its answers |
//! | [`script`] | what one connection sends next: random keys, or a walk over the table |
//! | [`load`] | many connections for some seconds: one round |
//! | [`table`] | creating, filling, counting and checking the table |
//! | [`peer`], [`server`], [`install`] | who is measured, their running processes, how to get them |
//! | [`bare`] | a handler that answers constants: the most that HTTP allows here |
//! | [`run`], [`report`], [`markdown`] | rounds interleaved between peers, what they come to, how it is told |
//! | [`inside`] | the same requests to an engine in this process, and forks |
//! | [`targets`] | what Stator is held to, beside what was found |
//! | [`vectors`] | searches of vector indexes, which only Stator has: in this process, without peers |
//!
//! Two invariants: every peer sees the same sequence of requests for the same seed, and a round in which any request failed
//! yields an error, never a figure. The bench does not know how any peer works; it sees sockets and `/proc`.

#![allow(clippy::disallowed_methods, reason = "a bench measures real time")]

pub mod bare;
pub mod body;
mod error;
pub mod http;
pub mod inside;
pub mod install;
pub mod load;
pub mod markdown;
pub mod peer;
pub mod random;
pub mod report;
pub mod run;
pub mod script;
pub mod server;
pub mod table;
pub mod targets;
pub mod template;
pub mod vectors;
pub mod workload;

pub use error::{Error, Result};
