//! Exports of tables to buckets, imports from there, and bulk puts into tables that are there: one file for each operation.
//!
//! The work is done by the request that begins a transfer, on a table or on objects as values, while nothing is locked; what it comes to lies in
//! the transfer until its time has come ([`due`]), which on an instant engine is at once. A bucket is looked for when the files are to be
//! there, as in the service, so that a missing one fails the transfer and not the request. Where objects come from otherwise is not known
//! here.

mod arn;
mod bulk_put;
mod cancel_bulk_operation;
mod constraints;
mod describe_bulk_operation;
mod describe_export;
mod describe_import;
mod due;
mod export_table_to_point_in_time;
mod failure;
mod filter;
mod import_table;
mod list_bulk_operations;
mod list_exports;
mod list_imports;
mod listing;
mod moment;
mod reading;
mod records;
mod start_bulk_put_items;
#[cfg(test)]
mod tests;

use std::fmt;

use super::context::Context;
use crate::engine::wording::INVALID_REQUEST;
use crate::model::json::{Text, Timestamp};

pub(super) use bulk_put::due_portion;
pub(super) use constraints::BUCKET as BUCKET_NAME;
pub(super) use due::due;

/// What is wrong with a key that nothing is encrypted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KeyWithoutKms;

impl fmt::Display for KeyWithoutKms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{INVALID_REQUEST}KMS Key Id is not supported for this encryption type"
        )
    }
}

/// An identity as the service makes them: the time, and something that tells transfers of one moment apart.
fn new_id(context: &Context<'_>, at: Timestamp) -> Text {
    let random = context.world().uuid();
    format!("{:014}-{}", at.as_millis(), &random[..8]).into()
}
