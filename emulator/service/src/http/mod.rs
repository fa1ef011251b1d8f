//! HTTP: connections, the protocol's frame, authentication, and what stands around the JSON.
//!
//! A [`Server`] accepts connections and hands their requests to a [`Gateway`], which turns each into a call for a stack, and the outcome into a
//! response. Requests of the API go from hyper straight into the gateway; the pages under `/_stator/` are axum's. A router costs
//! a request several allocations to learn what one comparison of its path tells.
//!
//! This is the one place that knows HTTP (with the terminal that calls other endpoints).

mod admin;
mod authentication;
mod body;
mod client;
mod coding;
mod cors;
mod gateway;
mod media;
mod remote;
mod response;
mod server;
mod signing;
mod sigv4;
mod target;
#[cfg_attr(not(feature = "tls"), path = "no_tls.rs")]
mod tls;
mod url;
mod written;

pub use admin::Administration;
pub use authentication::Credentials;
pub use body::BODY_SIZE_BYTES_MAX;
pub use client::Unanswered;
pub use cors::Origins;
pub use gateway::{Gateway, GatewaySettings};
pub use remote::{Access, BlockingRemote, Remote};
pub use response::ResponseBody;
pub use server::{Server, ServerSettings, Stop};
pub use signing::Signer;
pub use written::Written;
