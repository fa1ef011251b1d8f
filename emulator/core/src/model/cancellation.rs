//! Why transactions are cancelled: the codes, and the error that lists a reason for every action (transactions.md §4, §5).
//!
//! A reason does not know which operation gives it; the words of a `ValidationError` are those of the fault.

use std::fmt::{self, Display};

use super::error::{ApiError, ErrorKind};
use super::value::Item;
use super::wire::CancellationReason;

/// What is to blame for a cancelled transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CancellationCode {
    /// Nothing: another action is to blame.
    None,
    /// A condition was false.
    ConditionalCheckFailed,
    /// An INSERT met an item.
    DuplicateItem,
    /// An item collection reached its limit.
    ItemCollectionSizeLimitExceeded,
    /// Provisioned throughput is used up.
    ProvisionedThroughputExceeded,
    /// There is no such table.
    ResourceNotFound,
    /// A table or index is not yet ready for the load.
    ThrottlingError,
    /// The item is part of another running transaction.
    TransactionConflict,
    /// The action does not fit the table or the item.
    ValidationError,
}

impl CancellationCode {
    /// Every code.
    pub const ALL: [Self; 9] = [
        Self::None,
        Self::ConditionalCheckFailed,
        Self::DuplicateItem,
        Self::ItemCollectionSizeLimitExceeded,
        Self::ProvisionedThroughputExceeded,
        Self::ResourceNotFound,
        Self::ThrottlingError,
        Self::TransactionConflict,
        Self::ValidationError,
    ];

    /// The code on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::ConditionalCheckFailed => "ConditionalCheckFailed",
            Self::DuplicateItem => "DuplicateItem",
            Self::ItemCollectionSizeLimitExceeded => "ItemCollectionSizeLimitExceeded",
            Self::ProvisionedThroughputExceeded => "ProvisionedThroughputExceeded",
            Self::ResourceNotFound => "ResourceNotFound",
            Self::ThrottlingError => "ThrottlingError",
            Self::TransactionConflict => "TransactionConflict",
            Self::ValidationError => "ValidationError",
        }
    }
}

impl Display for CancellationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl CancellationReason {
    /// The entry of an action that is not to blame: it has no message.
    #[must_use]
    pub fn none() -> Self {
        Self {
            code: Some(CancellationCode::None.name().into()),
            ..Self::default()
        }
    }

    /// A reason in these words.
    #[must_use]
    pub fn new(code: CancellationCode, message: impl Display) -> Self {
        Self {
            code: Some(code.name().into()),
            message: Some(message.to_string().into()),
            item: None,
        }
    }

    /// The same reason with the item that a failed condition met.
    #[must_use]
    pub fn with_item(self, item: Option<Item>) -> Self {
        Self { item, ..self }
    }
}

impl ApiError {
    /// The `TransactionCanceledException` with a reason for every action, in the order of the request.
    #[must_use]
    pub fn cancelled(reasons: Vec<CancellationReason>) -> Self {
        let codes: Vec<&str> = reasons
            .iter()
            .map(|reason| reason.code.as_deref().unwrap_or_default())
            .collect();
        let message = format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
            codes.join(", ")
        );
        Self::new(ErrorKind::TransactionCanceled, message).with_reasons(reasons)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::{Writer, from_text};

    #[test]
    fn the_body_lists_every_action_and_leaves_out_the_words_of_the_innocent() {
        let item: Item = from_text(r#"{"pk":{"S":"a"},"n":{"NS":["1","2","3"]}}"#).unwrap();
        let failed = CancellationReason::new(
            CancellationCode::ConditionalCheckFailed,
            "The conditional request failed",
        );
        let error = ApiError::cancelled(vec![CancellationReason::none(), failed.with_item(Some(item))]);
        let mut body = Vec::new();
        error.write(&mut Writer::new(&mut body));
        assert_eq!(
            String::from_utf8(body).unwrap(),
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Item":{"n":{"NS":["3","2","1"]},"pk":{"S":"a"}},"Message":"The conditional request failed"}],"Message":"Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]"}"#
        );
    }
}
