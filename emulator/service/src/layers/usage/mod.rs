//! Usage: the calls that namespaces received, with what they cost, as data.
//!
//! A call comes in, the inner service's answer goes out as it would without this layer, and the namespace's [`Log`] has one more [`Used`]. To know
//! the costs the layer asks the engine to report them always ([`Directives`](stator_core::engine::Directives)), and takes the report out of
//! replies whose requests did not ask for it. Where nobody records, a call costs one look at a number.

mod cost;
mod log;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use stator_core::engine::{Call, Engine, Namespace};
use stator_core::model::Reply;
use tower::{Layer, Service};

use crate::{Answers, Failure};
pub(crate) use cost::ask_for_report;
use cost::{Asked, Cost, Side};
use log::Begun;
pub use log::{CALLS_MAX, LOGS_MAX, Log, Outcome, Place, Recorders, TooManyLogs, Totals, Usage, Used};

/// Puts [`Recorded`] around a service.
#[derive(Clone, Debug)]
pub struct UsageLayer {
    usage: Arc<Usage>,
    engine: Arc<Engine>,
}

impl UsageLayer {
    /// A layer that records into `usage`. The engine tells which tables and indexes a request is about.
    #[must_use]
    pub fn new(usage: Arc<Usage>, engine: Arc<Engine>) -> Self {
        Self { usage, engine }
    }
}

impl<S> Layer<S> for UsageLayer {
    type Service = Recorded<S>;

    fn layer(&self, inner: S) -> Recorded<S> {
        Recorded {
            inner,
            usage: Arc::clone(&self.usage),
            engine: Arc::clone(&self.engine),
        }
    }
}

/// A service whose calls are recorded.
#[derive(Clone, Debug)]
pub struct Recorded<S> {
    inner: S,
    usage: Arc<Usage>,
    engine: Arc<Engine>,
}

impl<S: Answers> Service<Call> for Recorded<S> {
    type Response = Reply;
    type Error = Failure;
    type Future = Recording<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut call: Call) -> Self::Future {
        let pending = self.pending(&call);
        if pending.is_some() {
            call.directives.reports_capacity = true;
        }
        Recording {
            pending,
            inner: self.inner.call(call),
        }
    }
}

impl<S> Recorded<S> {
    fn pending(&self, call: &Call) -> Option<Pending> {
        if self.usage.is_idle() {
            return None;
        }
        let namespace = Namespace::of(&call.caller, self.engine.settings());
        let log = self.usage.of_call(&namespace)?;
        let parts = self.engine.resolve(call).parts;
        let at = self.engine.spaces().clock(&namespace).now();
        Some(Pending {
            log,
            asked: Asked::by(&call.request),
            side: Side::of(&call.request),
            begun: Begun::new(at, call.request.operation(), parts),
        })
    }
}

/// A call that is not answered yet.
#[derive(Debug)]
struct Pending {
    log: Arc<Log>,
    asked: Asked,
    side: Side,
    begun: Begun,
}

impl Pending {
    /// Records the call, and takes out of the answer what was not asked for.
    fn end(self, answer: &mut Result<Reply, Failure>) {
        let used = match answer {
            Ok(reply) => self.begun.succeeded(Cost::of(reply, self.side), counts(reply)),
            Err(Failure::Error(error)) => self.begun.refused(error),
            Err(Failure::ConnectionLost) => self.begun.lost(),
        };
        self.log.push(used);
        if let Ok(reply) = answer {
            self.asked.cut(reply);
        }
    }
}

/// How many items a reply returns, and how many were looked at for that.
fn counts(reply: &Reply) -> (u64, u64) {
    let count = |count: i32| u64::try_from(count).unwrap_or_default();
    match reply {
        Reply::Query(page) | Reply::Scan(page) => (count(page.count), count(page.scanned_count)),
        Reply::GetItem(reply) => {
            let found = u64::from(reply.item.is_some());
            (found, found)
        }
        Reply::BatchGetItem(reply) => {
            let found = reply.responses.iter().map(|(_, items)| items.len() as u64).sum();
            (found, found)
        }
        Reply::SearchVectors(reply) => {
            let found = reply.search_results.len() as u64;
            (found, found)
        }
        _ => (0, 0),
    }
}

pin_project! {
    /// An answer that is waited for.
    #[derive(Debug)]
    pub struct Recording<F> {
        pending: Option<Pending>,
        #[pin]
        inner: F,
    }
}

impl<F: Future<Output = Result<Reply, Failure>>> Future for Recording<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let mut answer = ready!(this.inner.poll(context));
        if let Some(pending) = this.pending.take() {
            pending.end(&mut answer);
        }
        Poll::Ready(answer)
    }
}
