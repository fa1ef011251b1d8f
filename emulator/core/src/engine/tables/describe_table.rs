//! DescribeTable: what a table is, and how much it holds.
//!
//! Order: the name, the table. A table is described from the moment in which its creation was answered.

use super::description::describe;
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::model::ApiError;
use crate::model::wire::{DescribeTableReply, DescribeTableRequest};

impl Execute for DescribeTableRequest {
    type Reply = DescribeTableReply;

    fn execute(self, context: &Context<'_>) -> Result<DescribeTableReply, ApiError> {
        let target = TableTarget::of_operation(self.table_name.as_ref(), context.caller())?;
        let table = context.read(|database| super::find(database, &target).cloned())?;
        Ok(DescribeTableReply {
            table: describe(table.definition(), Some(&table), context.now()).into(),
        })
    }
}
