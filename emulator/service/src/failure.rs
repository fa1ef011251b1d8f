//! How a call can end without a reply.

use stator_core::model::ApiError;

/// Why there is no reply.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The service answers with an error.
    Error(ApiError),
    /// No answer reaches the client: the connection goes away instead. Whether the call was executed, the client cannot tell.
    ConnectionLost,
}

impl Failure {
    /// The error, if there is an answer at all.
    #[must_use]
    pub fn error(&self) -> Option<&ApiError> {
        match self {
            Self::Error(error) => Some(error),
            Self::ConnectionLost => None,
        }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Error(error)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Error(error) => error.fmt(f),
            Self::ConnectionLost => ConnectionLost.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

/// The connection goes away before an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLost;

impl std::fmt::Display for ConnectionLost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection was closed before an answer")
    }
}

impl std::error::Error for ConnectionLost {}
