//! The engine of this process as a terminal.
//!
//! It executes a call right where it is polled, on the thread that read the request. An operation takes microseconds and never waits for
//! anything but the writer's lock, so that handing it to another thread would cost more than the work itself. The longest of these
//! are those that the API bounds: a page of 1 MB, which takes most of its time when it is written, and lets others have their turn then; a batch of
//! 16 MB, during which the runtime's other threads take the connections. Exports, imports and bulk puts, which go through whole tables, get a thread of their own where there is
//! a runtime that has one.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use stator_core::engine::{Call, Engine};
use stator_core::model::{ApiError, Reply, Request};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

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

/// An answer of the engine, at once or when another thread has it.
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "nearly all answers are there, and a box for each would cost more than the room"
)]
pub enum Answering {
    /// It is there.
    Now(Option<Result<Reply, ApiError>>),
    /// A thread works on it.
    Later(JoinHandle<Result<Reply, ApiError>>),
}

impl Future for Answering {
    type Output = Result<Reply, Failure>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = match self.get_mut() {
            Self::Now(answer) => answer.take().unwrap_or_else(|| unreachable!("an answer is taken once")),
            Self::Later(thread) => match ready!(Pin::new(thread).poll(context)) {
                Ok(answer) => answer,
                Err(end) if end.is_panic() => std::panic::resume_unwind(end.into_panic()),
                // The runtime goes away, and nobody can be answered any more.
                Err(_) => return Poll::Ready(Err(Failure::ConnectionLost)),
            },
        };
        Poll::Ready(answer.map_err(Failure::from))
    }
}

/// Whether a call may take so long that others would wait for it.
fn is_long(call: &Call) -> bool {
    matches!(
        *call.request,
        Request::ExportTableToPointInTime(_) | Request::ImportTable(_) | Request::StartBulkPutItems(_)
    )
}

impl tower::Service<Call> for EngineTerminal {
    type Response = Reply;
    type Error = Failure;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> Self::Future {
        match Handle::try_current().ok().filter(|_| is_long(&call)) {
            Some(runtime) => {
                let engine = Arc::clone(&self.engine);
                Answering::Later(runtime.spawn_blocking(move || engine.execute(call)))
            }
            None => Answering::Now(Some(self.engine.execute(call))),
        }
    }
}
