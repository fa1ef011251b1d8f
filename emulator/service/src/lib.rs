//! Stator's request pipeline: HTTP, authentication, layers and terminals.
//!
//! Bytes come in through [`http`], become a [`Call`], pass the layers of the [`stack`] and end at a terminal; the
//! reply goes back the same way. Whatever speaks to an engine without a socket uses the same stack, from the layer that it needs.
//!
//! Invariants: HTTP is known in [`http`] alone; a layer sees typed calls and never JSON; nothing is locked across an `.await`.

pub mod failure;
pub mod holds;
pub mod http;
pub mod layers;
mod pages;
pub mod stack;
pub mod terminals;
pub mod timers;

use stator_core::engine::Call;
use stator_core::model::Reply;

pub use failure::Failure;

/// A service that answers calls: a terminal, or a layer around one.
///
/// This names the bounds that every part of the stack shares; each service that meets them has it.
pub trait Answers:
    tower::Service<Call, Response = Reply, Error = Failure, Future: Send> + Clone + Send + Sync + 'static
{
}

impl<S> Answers for S where
    S: tower::Service<Call, Response = Reply, Error = Failure, Future: Send> + Clone + Send + Sync + 'static
{
}
