//! DescribeTimeToLive: whether the items of a table expire, and by which attribute.
//!
//! Order: the name, the table, its state.

use super::time_to_live::{ExpiryError, describe};
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::model::ApiError;
use crate::model::wire::{DescribeTimeToLiveReply, DescribeTimeToLiveRequest};
use crate::store::TableStatus;

impl Execute for DescribeTimeToLiveRequest {
    type Reply = DescribeTimeToLiveReply;

    fn execute(self, context: &Context<'_>) -> Result<DescribeTimeToLiveReply, ApiError> {
        let target = TableTarget::of_operation(self.table_name.as_ref(), context.caller())?;
        let expiry = context.read(|database| {
            let definition = super::find_unless_filled(database, &target)?.definition();
            match definition.status() {
                status @ (TableStatus::Creating | TableStatus::Deleting) => {
                    Err(ApiError::from(ExpiryError::Untold(status)))
                }
                TableStatus::Active | TableStatus::Updating => Ok(definition.expiry.clone()),
            }
        })?;
        Ok(DescribeTimeToLiveReply {
            time_to_live_description: Some(describe(expiry)),
        })
    }
}
