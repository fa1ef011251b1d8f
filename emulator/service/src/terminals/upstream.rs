//! An endpoint elsewhere as a terminal: Amazon DynamoDB, another emulator, another Stator.
//!
//! A typed call is written as the service's JSON, sent, and its reply read back, so that every layer works over an upstream as it does over the engine.
//! Requests are signed with credentials of the upstream's, or else name the caller with a signature of zeros, which emulators that keep access keys apart
//! understand. What a client sent wrong has no place in a typed request: such a call is answered by the engine of this process, which refuses it
//! in the service's words.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use stator_core::engine::{Call, Engine};
use stator_core::model::json::Writer;
use stator_core::model::{ApiError, ErrorKind, Operation, Reply, Request};
use stator_fixtures::{Sender, WireReply};

use crate::Failure;
use crate::http::Remote;

/// Letters of an answer that is none that are told.
const SHOWN_LETTERS: usize = 200;

/// Answers calls from an endpoint elsewhere.
#[derive(Clone, Debug)]
pub struct UpstreamTerminal {
    remote: Arc<Remote>,
    engine: Arc<Engine>,
}

impl UpstreamTerminal {
    /// A terminal before an endpoint; the engine refuses what cannot be sent there.
    #[must_use]
    pub fn new(remote: Remote, engine: Arc<Engine>) -> Self {
        Self {
            remote: Arc::new(remote),
            engine,
        }
    }

    async fn answer(self, call: Call) -> Result<Reply, Failure> {
        let operation = call.request.operation();
        let Some(body) = spelled(&call.request) else {
            return self.engine.execute(call).map_err(Failure::from);
        };
        let sender = Sender {
            access_key: call.caller.access_key.to_string(),
            region: call.caller.region.to_string(),
        };
        match self.remote.ask(sender.request(operation.name(), body)).await {
            Ok(reply) => read(operation, &reply).map_err(Failure::from),
            Err(error) => Err(failed(format!("no answer from the upstream: {error}")).into()),
        }
    }
}

impl tower::Service<Call> for UpstreamTerminal {
    type Response = Reply;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Reply, Failure>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> Self::Future {
        Box::pin(self.clone().answer(call))
    }
}

/// The body of a request; `None` when it does not read back as the request that it is.
fn spelled(request: &Request) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    request.write(&mut Writer::new(&mut body));
    let text = std::str::from_utf8(&body).ok()?;
    let (again, _) = Request::read(request.operation(), text).ok()?;
    (again == *request).then_some(body)
}

fn read(operation: Operation, reply: &WireReply) -> Result<Reply, ApiError> {
    let text = std::str::from_utf8(&reply.body).unwrap_or_default();
    let strange = || {
        let beginning: String = text.chars().take(SHOWN_LETTERS).collect();
        failed(format!(
            "the upstream answered {operation} with {} {beginning}",
            reply.status
        ))
    };
    if reply.status == 200 {
        let text = if text.is_empty() { "{}" } else { text };
        return Reply::read(operation, text).map_err(|_| strange());
    }
    Err(ApiError::read(text).unwrap_or_else(strange))
}

/// The error for what is not the service's doing; clients may try again.
fn failed(says: String) -> ApiError {
    tracing::warn!("{says}");
    ApiError::new(ErrorKind::InternalServerError, format!("Stator: {says}"))
}
