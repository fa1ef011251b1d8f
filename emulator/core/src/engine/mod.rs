//! The engine: one file for each operation, and the pipelines that they share.
//!
//! A [`Call`] comes in, a [`Reply`] or an [`ApiError`] goes out. An operation checks the request in the service's order, plans,
//! reads a snapshot or makes a Change, and commits it. The engine does not know HTTP, threads or tasks.

mod names;
mod violations;
mod world;

use crate::model::{ApiError, Layer, Reply, Request};
use smol_str::SmolStr;

pub use world::{Clock, World};

/// Who calls, as far as the engine must know it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Caller {
    /// The access key of the signature.
    pub access_key: SmolStr,
    /// The Region of the signature.
    pub region: SmolStr,
    /// The account whose number stands in ARNs.
    pub account: SmolStr,
}

/// A typed request and its context.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The request.
    pub request: Request,
    /// Which validation layer the request's spelling calls for.
    pub layer: Layer,
    /// Who calls.
    pub caller: Caller,
}

/// The databases of all namespaces, and what they share: the world, the settings, the cache of expressions.
#[derive(Debug)]
pub struct Engine {
    world: World,
}

impl Engine {
    /// An engine without tables.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self { world }
    }

    /// The engine's clock, entropy and ids.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Executes a call.
    ///
    /// # Errors
    /// What the service would answer.
    pub fn execute(&self, call: Call) -> Result<Reply, ApiError> {
        let _ = call;
        Err(ApiError::bare(crate::model::ErrorKind::InternalServerError))
    }
}
