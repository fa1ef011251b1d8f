//! What rules answer: replies and errors in the forms in which tests have them.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::put_item::PutItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::scan::ScanOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::types::AttributeValue;
use stator_core::model::json::Entries;
use stator_core::model::wire::{
    BatchGetItemReply, BatchWriteItemReply, CancellationReason, DescribeTableReply, GetItemReply, ListTablesReply,
    PageReply, TransactGetItemsReply, TransactWriteItemsReply, WriteReply,
};
use stator_core::model::{ApiError, CancellationCode, ErrorKind, Item, Operation, PackedItem, Reply};

use crate::value;

/// Something that can be answered.
pub trait IntoReply {
    /// The reply of an operation.
    ///
    /// # Errors
    /// Why it is none.
    fn into_reply(self, operation: Operation) -> Result<Reply, String>;
}

impl IntoReply for Reply {
    fn into_reply(self, _: Operation) -> Result<Self, String> {
        Ok(self)
    }
}

/// The service's JSON.
impl IntoReply for &str {
    fn into_reply(self, operation: Operation) -> Result<Reply, String> {
        Reply::read(operation, self).map_err(|refusal| format!("{refusal:?}"))
    }
}

macro_rules! replies_of_shapes {
    ($( $shape:ty ),* $(,)?) => {$(
        impl IntoReply for $shape {
            fn into_reply(self, operation: Operation) -> Result<Reply, String> {
                Reply::of(operation, self).ok_or_else(|| concat!("a ", stringify!($shape), " belongs to another operation").to_owned())
            }
        }
    )*};
}

replies_of_shapes!(
    BatchGetItemReply,
    BatchWriteItemReply,
    DescribeTableReply,
    GetItemReply,
    ListTablesReply,
    PageReply,
    TransactGetItemsReply,
    TransactWriteItemsReply,
    WriteReply,
);

/// An item that is found, or the attributes that a write returns.
impl IntoReply for Item {
    fn into_reply(self, operation: Operation) -> Result<Reply, String> {
        let write = || WriteReply {
            attributes: Some((&self).into()),
            ..WriteReply::default()
        };
        match operation {
            Operation::GetItem => Ok(Reply::GetItem(GetItemReply {
                item: Some(self.into()),
                ..GetItemReply::default()
            })),
            Operation::PutItem => Ok(Reply::PutItem(write())),
            Operation::UpdateItem => Ok(Reply::UpdateItem(write())),
            Operation::DeleteItem => Ok(Reply::DeleteItem(write())),
            _ => Err("it does not answer one item".to_owned()),
        }
    }
}

/// The items of a page.
impl IntoReply for Vec<Item> {
    fn into_reply(self, operation: Operation) -> Result<Reply, String> {
        let page = PageReply {
            items: Some(self.iter().map(PackedItem::from).collect()),
            ..PageReply::default()
        };
        match operation {
            Operation::Query => Ok(Reply::Query(page)),
            Operation::Scan => Ok(Reply::Scan(page)),
            _ => Err("it does not answer a list of items".to_owned()),
        }
    }
}

impl<const N: usize> IntoReply for [Item; N] {
    fn into_reply(self, operation: Operation) -> Result<Reply, String> {
        Vec::from(self).into_reply(operation)
    }
}

type SdkItem = HashMap<String, AttributeValue>;

fn items(items: Option<&Vec<SdkItem>>) -> Result<Option<Vec<PackedItem>>, String> {
    let items = items.map(|items| {
        items
            .iter()
            .map(|found| Ok(value::from_sdk_item(found)?.into()))
            .collect()
    });
    items.transpose()
}

fn item(item: Option<&SdkItem>) -> Result<Option<Item>, String> {
    item.map(value::from_sdk_item).transpose()
}

impl IntoReply for GetItemOutput {
    fn into_reply(self, operation: Operation) -> Result<Reply, String> {
        let reply = GetItemReply {
            item: item(self.item())?.map(PackedItem::from),
            ..GetItemReply::default()
        };
        reply.into_reply(operation)
    }
}

macro_rules! replies_of_writes {
    ($( $output:ty ),*) => {$(
        impl IntoReply for $output {
            fn into_reply(self, operation: Operation) -> Result<Reply, String> {
                let reply = WriteReply {
                    attributes: item(self.attributes())?.map(PackedItem::from),
                    ..WriteReply::default()
                };
                reply.into_reply(operation)
            }
        }
    )*};
}

replies_of_writes!(PutItemOutput, UpdateItemOutput, DeleteItemOutput);

macro_rules! replies_of_pages {
    ($( $output:ty ),*) => {$(
        impl IntoReply for $output {
            fn into_reply(self, operation: Operation) -> Result<Reply, String> {
                let reply = PageReply {
                    items: items(self.items.as_ref())?,
                    count: self.count(),
                    scanned_count: self.scanned_count(),
                    last_evaluated_key: item(self.last_evaluated_key())?,
                    ..PageReply::default()
                };
                reply.into_reply(operation)
            }
        }
    )*};
}

replies_of_pages!(QueryOutput, ScanOutput);

impl IntoReply for BatchGetItemOutput {
    fn into_reply(self, operation: Operation) -> Result<Reply, String> {
        let mut responses = Vec::new();
        for (table, found) in self.responses().into_iter().flatten() {
            responses.push((table.into(), items(Some(found))?.unwrap_or_default()));
        }
        responses.sort_by(|one: &(stator_core::model::json::Text, _), two| one.0.cmp(&two.0));
        if self.unprocessed_keys().is_some_and(|keys| !keys.is_empty()) {
            return Err("unprocessed keys are left by `leave_unprocessed`, which knows the request".to_owned());
        }
        let reply = BatchGetItemReply {
            responses: Entries(responses),
            ..BatchGetItemReply::default()
        };
        reply.into_reply(operation)
    }
}

/// Something that a request can fail with.
pub trait IntoError {
    /// The error.
    fn into_error(self) -> ApiError;
}

impl IntoError for ApiError {
    fn into_error(self) -> ApiError {
        self
    }
}

/// The error in the service's usual words.
impl IntoError for ErrorKind {
    fn into_error(self) -> ApiError {
        ApiError::usual(self)
    }
}

impl IntoError for (ErrorKind, &str) {
    fn into_error(self) -> ApiError {
        ApiError::new(self.0, self.1)
    }
}

/// Why one action lets its transaction be cancelled.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// It does not: another action is to blame.
    None,
    /// Another transaction is running on the item.
    Conflict,
    /// Its condition is false.
    ConditionalCheckFailed,
    /// Its condition is false of this item, which is returned.
    ConditionalCheckFailedOn(Item),
    /// Provisioned throughput is used up.
    ProvisionedThroughputExceeded,
    /// The table is not yet ready for the load.
    Throttling,
    /// The item collection has reached its limit.
    ItemCollectionSizeLimitExceeded,
    /// It does not fit the table or the item, in these words.
    Validation(String),
}

/// The error of a cancelled transaction.
pub(crate) fn cancelled(reasons: impl IntoIterator<Item = Reason>) -> ApiError {
    ApiError::cancelled(reasons.into_iter().map(CancellationReason::from).collect())
}

impl From<Reason> for CancellationReason {
    fn from(reason: Reason) -> Self {
        let code = match reason {
            Reason::None => CancellationCode::None,
            Reason::Conflict => CancellationCode::TransactionConflict,
            Reason::ConditionalCheckFailed => CancellationCode::ConditionalCheckFailed,
            Reason::ConditionalCheckFailedOn(item) => {
                return Self::usual(CancellationCode::ConditionalCheckFailed).with_item(Some(item));
            }
            Reason::ProvisionedThroughputExceeded => CancellationCode::ProvisionedThroughputExceeded,
            Reason::Throttling => CancellationCode::ThrottlingError,
            Reason::ItemCollectionSizeLimitExceeded => CancellationCode::ItemCollectionSizeLimitExceeded,
            Reason::Validation(message) => return Self::new(CancellationCode::ValidationError, message),
        };
        Self::usual(code)
    }
}
