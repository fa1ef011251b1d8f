//! What a case sends and gets, and the one thing that it asks of an endpoint.

use std::fmt;
use std::future::Future;

use stator_core::model::{Api, Operation};

/// The region that every request is scoped to.
pub(super) const REGION: &str = "us-east-1";

/// A request as it goes over the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct WireRequest {
    /// The method, such as `POST`.
    pub method: String,
    /// The path and query.
    pub path: String,
    /// Header names and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body as sent.
    pub body: Vec<u8>,
}

/// A reply as it came over the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct WireReply {
    /// The status code.
    pub status: u16,
    /// Header names, in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body as received.
    pub body: Vec<u8>,
}

/// An endpoint that speaks the protocol, wherever it is.
pub trait Target: Sync {
    /// Sends a request and waits for the whole reply.
    ///
    /// # Errors
    /// When no reply comes; an error of the protocol is a reply.
    fn send(&self, request: WireRequest) -> impl Future<Output = Result<WireReply, TransportError>> + Send;
}

/// No reply came; says what happened instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportError(pub String);

impl fmt::Display for TransportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for TransportError {}

impl WireReply {
    /// The value of a header; the name is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The headers that every client sends, scoped to an access key.
///
/// The signature is no signature: the service would refuse it, emulators look at the shape alone.
pub(super) fn standard_headers(access_key: &str) -> Vec<(String, String)> {
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={access_key}/20260101/{REGION}/dynamodb/aws4_request, \
         SignedHeaders=host;x-amz-date;x-amz-target, Signature={}",
        "0".repeat(64)
    );
    [
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-date", "20260101T000000Z"),
        ("authorization", &authorization),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// The value of `X-Amz-Target` for an operation; one that is not known is taken for one of DynamoDB's own API.
pub(super) fn target_of(operation: &str) -> String {
    let known = Operation::from_name(operation).map(Operation::target);
    known.unwrap_or_else(|| format!("{}.{operation}", Api::DynamoDb.target()))
}
