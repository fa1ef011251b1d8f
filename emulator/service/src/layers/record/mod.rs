//! Recording: the calls of namespaces as they look to the client, and what was there before them.
//!
//! A call comes in, the inner service's answer goes out as it would without this layer, and the namespace's [`Recorder`] has one more exchange. What was
//! there before a call is asked of the terminal, past the other layers, which works over the engine as it does over an
//! upstream. A call whose connection was lost has no answer, and is not recorded. Where nobody records, a call costs one look at a number.

mod probe;
mod recorder;
mod registry;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use stator_core::engine::{Call, Engine, Namespace};
use stator_core::model::Reply;
use stator_fixtures::recording::Exchange;
use tower::{Layer, Service, ServiceExt};

use crate::{Answers, Failure};
use probe::Probe;
pub use recorder::Recorder;
pub use registry::{RECORDINGS_MAX, Recordings, StartError};

/// Puts [`Taped`] around a service.
#[derive(Clone, Debug)]
pub struct RecordLayer<T> {
    desk: Arc<Desk<T>>,
}

/// What all calls of a stack have in common.
#[derive(Debug)]
struct Desk<T> {
    recordings: Arc<Recordings>,
    engine: Arc<Engine>,
    terminal: T,
}

impl<T> RecordLayer<T> {
    /// A layer that records into `recordings`, and asks the terminal what was there before. The engine tells what requests are about, and the time.
    #[must_use]
    pub fn new(recordings: Arc<Recordings>, engine: Arc<Engine>, terminal: T) -> Self {
        let desk = Desk {
            recordings,
            engine,
            terminal,
        };
        Self { desk: Arc::new(desk) }
    }
}

impl<S, T> Layer<S> for RecordLayer<T> {
    type Service = Taped<S, T>;

    fn layer(&self, inner: S) -> Taped<S, T> {
        Taped {
            inner,
            desk: Arc::clone(&self.desk),
        }
    }
}

/// A service whose calls are recorded.
#[derive(Debug)]
pub struct Taped<S, T> {
    inner: S,
    desk: Arc<Desk<T>>,
}

impl<S: Clone, T> Clone for Taped<S, T> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            desk: Arc::clone(&self.desk),
        }
    }
}

pin_project! {
    /// An answer that is waited for.
    #[project = TapingProjection]
    #[allow(missing_docs, reason = "each is the future that it is of")]
    pub enum Taping<F> {
        /// Of the inner service alone.
        Passed {
            #[pin]
            inner: F,
        },
        /// Of the inner service, recorded.
        Taped {
            answer: Pin<Box<dyn Future<Output = Result<Reply, Failure>> + Send>> },
    }
}

impl<F: Future<Output = Result<Reply, Failure>>> Future for Taping<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        match self.project() {
            TapingProjection::Passed { inner } => inner.poll(context),
            TapingProjection::Taped { answer } => Poll::Ready(ready!(answer.as_mut().poll(context))),
        }
    }
}

impl<S: Answers, T: Answers> Service<Call> for Taped<S, T> {
    type Response = Reply;
    type Error = Failure;
    type Future = Taping<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        let Some(recorder) = self.desk.recordings.of_call(&call, &self.desk.engine) else {
            let inner = self.inner.call(call);
            return Taping::Passed { inner };
        };
        let tape = Tape {
            recorder,
            inner: self.inner.clone(),
            desk: Arc::clone(&self.desk),
        };
        Taping::Taped {
            answer: Box::pin(tape.answer(call)),
        }
    }
}

/// One call that is recorded.
struct Tape<S, T> {
    recorder: Arc<Recorder>,
    inner: S,
    desk: Arc<Desk<T>>,
}

impl<S: Answers, T: Answers> Tape<S, T> {
    async fn answer(self, call: Call) -> Result<Reply, Failure> {
        let engine = &self.desk.engine;
        let namespace = Namespace::of(&call.caller, engine.settings());
        let at = engine.spaces().clock(&namespace).now();
        let probe = Probe {
            terminal: self.desk.terminal.clone(),
            recorder: &self.recorder,
            caller: &call.caller,
        };
        let parts = engine.resolve(&call).parts;
        probe.before(&parts).await;
        let answer = self.inner.oneshot(call.clone()).await;
        if let Ok(reply) = &answer {
            probe.after(&call.request, &parts, reply).await;
        }
        let outcome = match &answer {
            Ok(reply) => Ok(reply.clone()),
            Err(Failure::Error(error)) => Err(error.clone()),
            Err(Failure::ConnectionLost) => return answer,
        };
        self.recorder.push(Exchange {
            at,
            request: *call.request,
            outcome,
        });
        answer
    }
}
