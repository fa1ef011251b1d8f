//! Calls to an endpoint elsewhere: written as the service's JSON, sent, and their replies read back.
//!
//! Requests are signed with credentials of the upstream's, or else name the caller with a signature of zeros, which emulators that keep access keys apart
//! understand. What a client sent wrong has no place in a typed request: such a call is answered by the engine of this process, which refuses it
//! in the service's words.

use std::sync::Arc;

use stator_core::engine::{Call, Engine};
use stator_core::model::json::Writer;
use stator_core::model::{ApiError, ErrorKind, Operation, Reply, Request};
use stator_fixtures::{Sender, WireReply};

use crate::http::Remote;

/// Letters of an answer that is none that are told.
const SHOWN_LETTERS: usize = 200;

/// The way to an endpoint.
#[derive(Debug)]
pub(super) struct Line {
    remote: Remote,
    pub(super) engine: Arc<Engine>,
}

impl Line {
    /// A way to an endpoint; the engine refuses what cannot be sent there.
    pub(super) fn new(remote: Remote, engine: Arc<Engine>) -> Self {
        Self { remote, engine }
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// What the endpoint answers, and an error that says so when it does not.
    pub(super) async fn ask(&self, call: Call) -> Result<Reply, ApiError> {
        let operation = call.request.operation();
        let Some(body) = spelled(&call.request) else {
            return self.engine.execute(call);
        };
        let sender = Sender {
            access_key: call.caller.access_key.to_string(),
            region: call.caller.region.to_string(),
        };
        match self.remote.ask(sender.request(operation.name(), body)).await {
            Ok(reply) => read(operation, &reply),
            Err(error) => Err(failed(format!("no answer from the upstream: {error}"))),
        }
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
