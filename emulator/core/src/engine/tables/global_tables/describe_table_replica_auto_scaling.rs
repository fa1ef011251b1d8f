//! DescribeTableReplicaAutoScaling: how the throughput of a group follows the load.
//!
//! Order: the name, the group, which has to be there and to be of the newer kind.

use super::GroupError;
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::engine::tables::replicas::{describe_scaling, status};
use crate::model::ApiError;
use crate::model::wire::{
    DescribeTableReplicaAutoScalingRequest, ReplicaAutoScalingDescription, ReplicaIndexAutoScalingDescription,
    TableAutoScalingDescription, TableAutoScalingReply,
};
use crate::store::{IndexKind, Member, Membership, TableDefinition};

impl Execute for DescribeTableReplicaAutoScalingRequest {
    type Reply = TableAutoScalingReply;

    fn execute(self, context: &Context<'_>) -> Result<TableAutoScalingReply, ApiError> {
        let target = TableTarget::of_operation(self.table_name.as_ref(), context.caller())?;
        let table = context.read(|database| database.table(target.name()).cloned());
        let described = table.and_then(|table| describe(table.definition()));
        described.ok_or_else(|| GroupError::NoScaling(target.name().clone()).into())
    }
}

/// A group as both operations tell it; none if the table is in none.
pub(super) fn describe(definition: &TableDefinition) -> Option<TableAutoScalingReply> {
    let membership = definition.membership.as_ref()?;
    let members = membership.by_region();
    let replicas = members
        .into_iter()
        .map(|member| describe_member(member, membership, definition));
    Some(TableAutoScalingReply {
        table_auto_scaling_description: Some(TableAutoScalingDescription {
            table_name: Some(definition.name.clone()),
            table_status: Some(definition.status().word().into()),
            replicas: Some(replicas.collect()),
        }),
    })
}

fn describe_member(
    member: &Member,
    membership: &Membership,
    definition: &TableDefinition,
) -> ReplicaAutoScalingDescription {
    let reads = |index: Option<&str>| Some(describe_scaling(member.scaled_reads.get(index)));
    let writes = |index: Option<&str>| Some(describe_scaling(membership.scaled_writes.get(index)));
    let indexes: Vec<_> = definition
        .indexes_of(IndexKind::Global)
        .map(|index| ReplicaIndexAutoScalingDescription {
            index_name: Some(index.name.clone()),
            index_status: Some(crate::engine::tables::description::status_word(definition, index.status).into()),
            provisioned_read_capacity_auto_scaling_settings: reads(Some(&index.name)),
            provisioned_write_capacity_auto_scaling_settings: writes(Some(&index.name)),
        })
        .collect();
    ReplicaAutoScalingDescription {
        region_name: Some(member.region.clone()),
        global_secondary_indexes: Some(indexes),
        replica_provisioned_read_capacity_auto_scaling_settings: reads(None),
        replica_provisioned_write_capacity_auto_scaling_settings: writes(None),
        replica_status: Some(status(member.phase)),
    }
}
