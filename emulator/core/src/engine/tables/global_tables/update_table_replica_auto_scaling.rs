//! UpdateTableReplicaAutoScaling: tells that a table has no replicas.
//!
//! Order: the name, the constraints, whether each throughput that is to follow the load is said in full, the group.

use std::fmt;

use super::GroupError;
use super::constraints::{Presence, check_whole, state_index_name, state_scaling};
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::engine::violations::{Echo, Violations};
use crate::model::ApiError;
use crate::model::wire::{
    AutoScalingSettingsUpdate, IndexAutoScalingUpdate, ReplicaAutoScalingUpdate, TableAutoScalingReply,
    UpdateTableReplicaAutoScalingRequest,
};

impl Execute for UpdateTableReplicaAutoScalingRequest {
    type Reply = TableAutoScalingReply;

    fn execute(self, context: &Context<'_>) -> Result<TableAutoScalingReply, ApiError> {
        let target = TableTarget::of_operation(self.table_name.as_ref(), context.caller())?;
        check_constraints(&self)?;
        let name = target.name();
        self.settings().try_for_each(|settings| check_whole(name, settings))?;
        Err(GroupError::NoScaling(name.clone()).into())
    }
}

impl UpdateTableReplicaAutoScalingRequest {
    /// Every throughput that the request names.
    fn settings(&self) -> impl Iterator<Item = Option<&AutoScalingSettingsUpdate>> {
        let table = std::iter::once(self.provisioned_write_capacity_auto_scaling_update.as_ref());
        let indexes = self.global_secondary_index_updates.iter().flatten();
        let writes = indexes.map(|index| index.provisioned_write_capacity_auto_scaling_update.as_ref());
        let replicas = self.replica_updates.iter().flatten();
        let reads = replicas.flat_map(|replica| {
            let indexes = replica.replica_global_secondary_index_updates.iter().flatten();
            let of_indexes = indexes.map(|index| index.provisioned_read_capacity_auto_scaling_update.as_ref());
            let of_table = replica.replica_provisioned_read_capacity_auto_scaling_update.as_ref();
            std::iter::once(of_table).chain(of_indexes)
        });
        table.chain(writes).chain(reads)
    }
}

fn check_constraints(request: &UpdateTableReplicaAutoScalingRequest) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    let indexes = request.global_secondary_index_updates.as_ref();
    violations
        .echoed("globalSecondaryIndexUpdates", indexes)
        .length_at_least(1);
    for (position, index) in (1..).zip(indexes.into_iter().flatten()) {
        let path = format_args!("globalSecondaryIndexUpdates.{position}.member").to_string();
        state_index_name(&mut violations, &path, index.index_name.as_ref(), Presence::Optional);
        let settings = index.provisioned_write_capacity_auto_scaling_update.as_ref();
        let path = format_args!("{path}.provisionedWriteCapacityAutoScalingUpdate").to_string();
        state_scaling(&mut violations, path, settings);
    }
    let settings = request.provisioned_write_capacity_auto_scaling_update.as_ref();
    state_scaling(&mut violations, "provisionedWriteCapacityAutoScalingUpdate", settings);
    let replicas = request.replica_updates.as_ref();
    violations.echoed("replicaUpdates", replicas).length_at_least(1);
    for (position, replica) in (1..).zip(replicas.into_iter().flatten()) {
        state_replica(&mut violations, &format!("replicaUpdates.{position}.member"), replica);
    }
    violations.refuse()
}

fn state_replica(violations: &mut Violations, path: &str, replica: &ReplicaAutoScalingUpdate) {
    violations
        .echoed(format_args!("{path}.regionName"), replica.region_name.as_ref())
        .required();
    let settings = replica.replica_provisioned_read_capacity_auto_scaling_update.as_ref();
    state_scaling(
        violations,
        format_args!("{path}.replicaProvisionedReadCapacityAutoScalingUpdate"),
        settings,
    );
    let indexes = replica.replica_global_secondary_index_updates.iter().flatten();
    for (position, index) in (1..).zip(indexes) {
        let path = format_args!("{path}.replicaGlobalSecondaryIndexUpdates.{position}.member").to_string();
        state_index_name(violations, &path, index.index_name.as_ref(), Presence::Optional);
        state_scaling(
            violations,
            format_args!("{path}.provisionedReadCapacityAutoScalingUpdate"),
            index.provisioned_read_capacity_auto_scaling_update.as_ref(),
        );
    }
}

/// The lists have a least length alone, so that the one which is printed has no elements.
macro_rules! never_echoed {
    ($($type:ty),*) => {$(
        impl Echo for $type {
            fn echo(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                Ok(())
            }
        }
    )*};
}

never_echoed!(IndexAutoScalingUpdate, ReplicaAutoScalingUpdate);
