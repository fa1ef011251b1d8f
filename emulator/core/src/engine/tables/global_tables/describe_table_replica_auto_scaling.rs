//! DescribeTableReplicaAutoScaling: tells that a table has no replicas.
//!
//! Order: the name, the group.

use super::GroupError;
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::model::ApiError;
use crate::model::wire::{DescribeTableReplicaAutoScalingRequest, TableAutoScalingReply};

impl Execute for DescribeTableReplicaAutoScalingRequest {
    type Reply = TableAutoScalingReply;

    fn execute(self, context: &Context<'_>) -> Result<TableAutoScalingReply, ApiError> {
        let target = TableTarget::of_operation(self.table_name.as_ref(), context.caller())?;
        Err(GroupError::NoScaling(target.name().clone()).into())
    }
}
