//! Counts calls and times them.
//!
//! A call comes in, the inner service's answer goes out unchanged, and the [`Metrics`] have one more call of that operation and outcome. Calls
//! whose client went away before the answer are not counted. Requests that HTTP refused before they became a call never come here.

mod exposition;
mod registry;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use pin_project_lite::pin_project;
use stator_core::engine::Call;
use stator_core::model::{Operation, Reply};
use tower::{Layer, Service};

use crate::{Answers, Failure};
pub use registry::{Metrics, Outcome};

/// Puts [`Measured`] around a service.
#[derive(Clone, Debug)]
pub struct MetricsLayer {
    metrics: Arc<Metrics>,
}

impl MetricsLayer {
    /// A layer that counts into `metrics`.
    #[must_use]
    pub fn new(metrics: Arc<Metrics>) -> Self {
        Self { metrics }
    }
}

impl<S> Layer<S> for MetricsLayer {
    type Service = Measured<S>;

    fn layer(&self, inner: S) -> Measured<S> {
        Measured {
            inner,
            metrics: Arc::clone(&self.metrics),
        }
    }
}

/// A service whose calls are counted.
#[derive(Clone, Debug)]
pub struct Measured<S> {
    inner: S,
    metrics: Arc<Metrics>,
}

impl<S: Answers> Service<Call> for Measured<S> {
    type Response = Reply;
    type Error = Failure;
    type Future = Measurement<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        Measurement {
            operation: call.request.operation(),
            start: machine_instant(),
            metrics: Arc::clone(&self.metrics),
            inner: self.inner.call(call),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a duration tells how fast this machine is and reaches no reply; the world's clock may stand still"
)]
fn machine_instant() -> Instant {
    Instant::now()
}

pin_project! {
    /// An answer that is waited for.
    #[derive(Debug)]
    pub struct Measurement<F> {
        operation: Operation,
        start: Instant,
        metrics: Arc<Metrics>,
        #[pin]
        inner: F,
    }
}

impl<F: Future<Output = Result<Reply, Failure>>> Future for Measurement<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let answer = ready!(this.inner.poll(context));
        let outcome = Outcome::of(&answer);
        this.metrics.record(*this.operation, outcome, this.start.elapsed());
        Poll::Ready(answer)
    }
}
