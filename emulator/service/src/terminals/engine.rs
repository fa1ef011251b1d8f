//! The engine of this process as a terminal.
//!
//! It executes a call right where it is polled, on the thread that read the request. An operation takes microseconds and never waits for
//! anything but the writer's lock, so that handing it to another thread would cost more than the work itself. The longest operations
//! are those that the API bounds: a page of 1 MB, a batch of 16 MB. The runtime has several threads, and while one is busy
//! with such a page the others take its connections.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use stator_core::engine::{Call, Engine};
use stator_core::model::Reply;

use crate::Failure;

/// Answers calls from an engine.
#[derive(Clone, Debug)]
pub struct EngineTerminal {
    engine: Arc<Engine>,
}

impl EngineTerminal {
    /// A terminal before this engine.
    #[must_use]
    pub fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }
}

impl tower::Service<Call> for EngineTerminal {
    type Response = Reply;
    type Error = Failure;
    type Future = Ready<Result<Reply, Failure>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> Self::Future {
        ready(self.engine.execute(call).map_err(Failure::from))
    }
}
