//! The words with which the service fails where nothing in the request is to blame (errors.md, transactions.md §5, wire.md §10).
//!
//! They do not depend on the operation. Faults that are injected use them, and so does the engine where it fails in these ways.

use super::cancellation::CancellationCode;
use super::error::{ApiError, ErrorKind};
use super::wire::CancellationReason;

/// A provisioned table is over its rate.
pub(crate) const TABLE_EXCEEDED: &str = "The level of configured provisioned throughput for the table was exceeded. Consider increasing your \
                                         provisioning level with the UpdateTable API.";
/// Provisioned indexes are over their rates.
pub(crate) const INDEXES_EXCEEDED: &str = "The level of configured provisioned throughput for one or more global secondary indexes of the \
                                           table was exceeded. Consider increasing your provisioning level for the under-provisioned \
                                           global secondary indexes with the UpdateTable API.";
/// A table or index on demand is over what it can serve.
pub(crate) const TABLE_THROTTLED: &str = "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling \
                                          your table or index so please try again shortly. If exceptions persist, check if you have a hot \
                                          key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html";
/// A table or index on demand is over its ceiling.
pub(crate) const CEILING_EXCEEDED: &str =
    "Throughput exceeds the maximum OnDemandThroughput configured on table or index";
/// Indexes on demand are over what they can serve.
pub(crate) const INDEXES_THROTTLED: &str = "Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is \
                                            automatically scaling your index so please try again shortly.";

impl ErrorKind {
    /// The words that the service usually has for errors of this class, where they do not depend on the request.
    #[must_use]
    pub fn usual_words(self) -> Option<&'static str> {
        Some(match self {
            Self::ConditionalCheckFailed => "The conditional request failed",
            Self::InternalFailure | Self::InternalServerError => {
                "The request processing has failed because of an unknown error, exception or failure."
            }
            Self::ItemCollectionSizeLimitExceeded => "Collection size exceeded.",
            Self::ProvisionedThroughputExceeded => TABLE_EXCEEDED,
            Self::RequestLimitExceeded => {
                "Throughput exceeds the current throughput limit for your account. To request a limit increase, contact AWS Support at \
                 https://aws.amazon.com/support"
            }
            Self::ResourceNotFound => "Requested resource not found",
            Self::Throttling => TABLE_THROTTLED,
            Self::TransactionConflict => "Transaction is ongoing for the item",
            _ => return None,
        })
    }
}

impl ApiError {
    /// An error in the service's usual words, or without any where there are none.
    #[must_use]
    pub fn usual(kind: ErrorKind) -> Self {
        kind.usual_words()
            .map_or_else(|| Self::bare(kind), |words| Self::new(kind, words))
    }
}

impl CancellationReason {
    /// The reason in place of an error that says that a table cannot serve something.
    #[must_use]
    pub fn of_throttling(error: &ApiError) -> Self {
        let code = match error.kind() {
            ErrorKind::ProvisionedThroughputExceeded => CancellationCode::ProvisionedThroughputExceeded,
            _ => CancellationCode::ThrottlingError,
        };
        Self::new(code, error.message())
    }

    /// A reason in the service's usual words; an action that is not to blame has none.
    #[must_use]
    pub fn usual(code: CancellationCode) -> Self {
        let kind = match code {
            CancellationCode::None => return Self::none(),
            CancellationCode::ConditionalCheckFailed => ErrorKind::ConditionalCheckFailed,
            CancellationCode::ItemCollectionSizeLimitExceeded => ErrorKind::ItemCollectionSizeLimitExceeded,
            CancellationCode::ProvisionedThroughputExceeded => ErrorKind::ProvisionedThroughputExceeded,
            CancellationCode::ResourceNotFound => ErrorKind::ResourceNotFound,
            CancellationCode::ThrottlingError => ErrorKind::Throttling,
            CancellationCode::TransactionConflict => ErrorKind::TransactionConflict,
            CancellationCode::DuplicateItem => return Self::new(code, "Duplicate primary key exists in table"),
            CancellationCode::ValidationError => return Self::new(code, "One or more parameter values were invalid"),
        };
        Self::new(code, kind.usual_words().unwrap_or_default())
    }
}
