//! HTTP as clients see it: most tests ask a gateway without a socket, and those about connections ask a server.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod admin;
mod authentication;
mod bodies;
mod connections;
mod cors;
mod metrics;
mod protocol;
mod rig;
