//! The operations on streams: listing and describing them, and reading their records.
//!
//! An operation takes a snapshot of the stream and reads it without a lock. What is older than a day is not there any more, whatever is still in
//! memory. How streams come about is told in [`crate::store::streams`]; nothing is changed here.

mod describe_stream;
mod error;
mod get_records;
mod get_shard_iterator;
mod iterator;
mod list_streams;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::Caller;
use super::context::Context;
use super::names::{Arn, stream_arn};
use super::violations::Violations;
use crate::model::json::Text;
use crate::store::Database;
use crate::store::streams::{Stream, StreamDefinition, StreamKey, horizon};
use error::StreamFault;

/// Shortest and longest ARN of a stream.
const ARN_LENGTH: (usize, usize) = (37, 1_024);

/// States the ARN of a stream that must be there.
fn state_arn(violations: &mut Violations, arn: Option<&Text>) {
    let (least, most) = ARN_LENGTH;
    let member = violations.echoed("streamArn", arn).required();
    member.length_at_least(least).length_at_most(most);
}

/// A stream that a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Target {
    arn: Text,
    key: StreamKey,
}

impl Target {
    /// Reads the ARN of a stream.
    fn parse(arn: &Text, caller: &Caller) -> Result<Self, StreamFault> {
        let malformed = || StreamFault::MalformedArn;
        let parts = Arn::parse(arn).filter(|parts| parts.service == "dynamodb");
        let parts = parts.ok_or_else(malformed)?;
        let path: Vec<&str> = parts.resource.split('/').collect();
        let ["table", table, "stream", label] = path[..] else {
            return Err(malformed());
        };
        if parts.account != caller.account {
            return Err(StreamFault::ForeignAccount);
        }
        Ok(Self {
            arn: arn.clone(),
            key: StreamKey {
                table: table.into(),
                label: label.into(),
            },
        })
    }

    /// The stream, if it is there, is not forgotten, and has this very ARN.
    fn find(&self, database: &Database, context: &Context<'_>) -> Result<Arc<Stream>, StreamFault> {
        database
            .streams()
            .get(&self.key)
            .filter(|stream| !stream.is_forgotten(horizon(context.now())))
            .filter(|stream| arn_of(stream.definition()) == self.arn)
            .map(Arc::clone)
            .ok_or_else(|| StreamFault::NoStream(self.arn.clone()))
    }
}

/// The ARN of a stream.
fn arn_of(definition: &StreamDefinition) -> Text {
    stream_arn(&definition.table_arn, &definition.key.label)
}
