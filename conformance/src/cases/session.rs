//! The requests of one file: all under its access key, and the tables that it needs.

use std::fmt;

use serde::Serialize;
use serde_json::{Value as Json, json};
use tokio::time::sleep;

use super::run::Patience;
use super::wire::{Target, TransportError, WireReply, WireRequest, standard_headers, target_of};

/// Sends the requests of one file.
pub(super) struct Session<'a, T> {
    target: &'a T,
    access_key: String,
    pub(super) patience: Patience,
}

/// Why a table or an item could not be made.
pub(super) enum SetupError {
    Transport(TransportError),
    Refused(WireReply),
    /// The table did not get ready within the patience of this run.
    Slow,
}

impl fmt::Display for SetupError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => error.fmt(formatter),
            Self::Refused(reply) => write!(formatter, "{} {}", reply.status, String::from_utf8_lossy(&reply.body)),
            Self::Slow => write!(formatter, "the table does not get ACTIVE"),
        }
    }
}

/// The name of a table: unique on an endpoint, the same in every run.
pub(super) fn table_name(owner: &str, label: &str) -> String {
    format!("{owner}-{label}")
}

impl<'a, T: Target> Session<'a, T> {
    pub(super) fn new(target: &'a T, slug: &str, patience: Patience) -> Self {
        let letters = slug.chars().filter(char::is_ascii_alphanumeric);
        Self {
            target,
            access_key: format!("case{}", letters.collect::<String>()),
            patience,
        }
    }

    /// Sends a request of an operation.
    pub(super) async fn call(&self, operation: &str, body: &impl Serialize) -> Result<WireReply, TransportError> {
        let body = serde_json::to_vec(body).map_err(|error| TransportError(error.to_string()))?;
        self.target.send(self.request(operation, body)).await
    }

    /// Sends a request as it is.
    pub(super) async fn send(&self, request: WireRequest) -> Result<WireReply, TransportError> {
        self.target.send(request).await
    }

    /// The headers that every request of this file has.
    pub(super) fn headers(&self) -> Vec<(String, String)> {
        standard_headers(&self.access_key)
    }

    fn request(&self, operation: &str, body: Vec<u8>) -> WireRequest {
        let mut headers = self.headers();
        headers.push(("x-amz-target".to_owned(), target_of(operation)));
        WireRequest {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            headers,
            body,
        }
    }

    pub(super) async fn create_table(&self, name: &str, request: &Json) -> Result<(), SetupError> {
        self.accepted("CreateTable", request).await?;
        for _ in 0..self.patience.tries {
            let reply = self.accepted("DescribeTable", &json!({ "TableName": name })).await?;
            let description: Json = serde_json::from_slice(&reply.body).unwrap_or_default();
            if description["Table"]["TableStatus"] == "ACTIVE" {
                return Ok(());
            }
            sleep(self.patience.pause).await;
        }
        Err(SetupError::Slow)
    }

    pub(super) async fn put_item(&self, table: &str, item: &impl Serialize) -> Result<(), SetupError> {
        let item = serde_json::to_value(item).expect("keys of a file are texts, so its values are JSON");
        let request = json!({ "TableName": table, "Item": item });
        self.accepted("PutItem", &request).await.map(drop)
    }

    /// Deletes a table, if it is there; what keeps it from going shows when it is made again.
    pub(super) async fn delete_table(&self, name: &str) {
        let table = json!({ "TableName": name });
        for _ in 0..self.patience.tries {
            match self.call("DeleteTable", &table).await {
                Ok(reply) if reply.status == 200 || is(&reply, "ResourceInUseException") => {
                    sleep(self.patience.pause / 50).await
                }
                Ok(reply) if is(&reply, "ValidationException") => {
                    let unprotect = json!({ "TableName": name, "DeletionProtectionEnabled": false });
                    match self.call("UpdateTable", &unprotect).await {
                        Ok(reply) if reply.status == 200 => {}
                        _ => return,
                    }
                }
                _ => return,
            }
        }
    }

    async fn accepted(&self, operation: &str, request: &Json) -> Result<WireReply, SetupError> {
        match self.call(operation, request).await {
            Ok(reply) if reply.status == 200 => Ok(reply),
            Ok(reply) => Err(SetupError::Refused(reply)),
            Err(error) => Err(SetupError::Transport(error)),
        }
    }
}

fn is(reply: &WireReply, kind: &str) -> bool {
    String::from_utf8_lossy(&reply.body).contains(kind)
}
