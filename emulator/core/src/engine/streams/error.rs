//! Why a stream cannot be described or read, and in which words.
//!
//! Texts: observed-tables.md §15, observed-validation.md §20; which of them no page gives is told in docs/differences.md.

use std::fmt;

use crate::model::json::Text;
use crate::model::{ApiError, ErrorKind};

/// How the service begins most of its refusals of a parameter.
const INVALID: &str = "One or more parameter values were invalid: ";

/// Why a request on a stream is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StreamFault {
    /// The ARN is not built like one of a stream.
    MalformedArn,
    /// The ARN is of another account.
    ForeignAccount,
    /// There is no stream with this ARN.
    NoStream(Text),
    /// The stream has no such shard.
    NoShard,
    /// The iterator was not given out, or not for this stream as it is.
    BadIterator,
    /// The iterator was given out too long ago.
    OldIterator,
    /// What is asked for has been let go of.
    Trimmed,
    /// The type of iterator needs this member.
    Missing(&'static str),
    /// The type of iterator has no use for this member.
    Needless(&'static str),
    /// The shard has no such number.
    BadNumber,
    /// The time is yet to come.
    FutureTime,
}

impl fmt::Display for StreamFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MalformedArn => f.write_str("Invalid StreamArn"),
            Self::ForeignAccount => f.write_str("Access is denied"),
            Self::NoStream(arn) => write!(f, "Requested resource not found: Stream: {arn} not found"),
            Self::NoShard => f.write_str("Requested resource not found: Shard does not exist"),
            Self::BadIterator => f.write_str("Invalid ShardIterator"),
            Self::OldIterator => f.write_str("The provided iterator exceeds the maximum age allowed."),
            Self::Trimmed => f.write_str("The data you are trying to access has been trimmed"),
            Self::Missing(member) => write!(f, "{INVALID}{member} cannot be null"),
            Self::Needless(member) => {
                write!(f, "{INVALID}{member} should not be passed for this iterator type")
            }
            Self::BadNumber => f.write_str("Invalid SequenceNumber for the shard"),
            Self::FutureTime => write!(f, "{INVALID}Timestamp cannot be in the future"),
        }
    }
}

impl From<StreamFault> for ApiError {
    fn from(fault: StreamFault) -> Self {
        let kind = match fault {
            StreamFault::ForeignAccount => ErrorKind::AccessDenied,
            StreamFault::NoStream(_) | StreamFault::NoShard => ErrorKind::ResourceNotFound,
            StreamFault::OldIterator => ErrorKind::ExpiredIterator,
            StreamFault::Trimmed => ErrorKind::TrimmedDataAccess,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, fault)
    }
}
