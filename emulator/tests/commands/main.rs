//! The commands of the program, as a user types them.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod fixtures;
mod recordings;
mod rig;
