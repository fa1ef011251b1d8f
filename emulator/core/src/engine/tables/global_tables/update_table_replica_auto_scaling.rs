//! UpdateTableReplicaAutoScaling: lets the throughput of a group follow the load, or no longer.
//!
//! Order: the name, the constraints, whether each throughput that is to follow the load is said in full, the group, whether each Region has
//! one, how the group is paid for, whether indexes and replicas are there.

use std::collections::BTreeSet;
use std::fmt;

use super::GroupError;
use super::constraints::{Presence, check_whole, state_index_name, state_scaling};
use super::describe_table_replica_auto_scaling::describe;
use crate::engine::Caller;
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::engine::tables::put;
use crate::engine::tables::replicas::{Dimension, ReplicationError, Side, edit_membership, edit_others, scaled};
use crate::engine::violations::{Echo, Violations};
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{
    AutoScalingSettingsUpdate, IndexAutoScalingUpdate, ReplicaAutoScalingUpdate, TableAutoScalingReply,
    UpdateTableReplicaAutoScalingRequest,
};
use crate::store::{BillingMode, IndexKind, Membership, Scaled, TableDefinition};

impl Execute for UpdateTableReplicaAutoScalingRequest {
    type Reply = TableAutoScalingReply;

    fn execute(self, context: &Context<'_>) -> Result<TableAutoScalingReply, ApiError> {
        let target = TableTarget::of_operation(self.table_name.as_ref(), context.caller())?;
        check_constraints(&self)?;
        let name = target.name();
        self.settings().try_for_each(|settings| check_whole(name, settings))?;
        context.write_group(name, &[], |together| {
            let missing = || GroupError::NoScaling(name.clone());
            let table = together.own().database().table(name).cloned().ok_or_else(missing)?;
            let definition = table.definition();
            let membership = definition.membership.as_ref().ok_or_else(missing)?;
            self.check_regions(name)?;
            self.check(definition, membership)?;
            edit_others(together, definition, |_, definition, _| {
                self.apply(definition, context.caller())
            });
            let mut edited = TableDefinition::clone(definition);
            self.apply(&mut edited, context.caller());
            let described = describe(&edited).ok_or_else(missing)?;
            together.own().commit(put(edited, context.now()));
            Ok(described)
        })
    }
}

impl UpdateTableReplicaAutoScalingRequest {
    fn check(&self, definition: &TableDefinition, membership: &Membership) -> Result<(), ApiError> {
        let name = &definition.name;
        let members = self.members();
        if definition.billing.mode == BillingMode::PayPerRequest && !members.is_empty() {
            let regions = membership.by_region().into_iter().map(|member| member.region.clone());
            return Err(GroupError::OnDemand(name.clone(), regions.collect(), members).into());
        }
        let of_replicas = self.replica_updates.iter().flatten();
        let of_replicas =
            of_replicas.flat_map(|replica| replica.replica_global_secondary_index_updates.iter().flatten());
        let reads = of_replicas.filter_map(|index| index.index_name.as_ref());
        let writes = self.global_secondary_index_updates.iter().flatten();
        let writes = writes.filter_map(|index| index.index_name.as_ref());
        let is_global = |index: &Text| {
            definition
                .indexes_of(IndexKind::Global)
                .any(|known| known.name == *index)
        };
        let unknown: Vec<Text> = writes.chain(reads).filter(|index| !is_global(index)).cloned().collect();
        if !unknown.is_empty() {
            return Err(GroupError::NoIndexes(name.clone(), unknown).into());
        }
        let regions = self
            .replica_updates
            .iter()
            .flatten()
            .filter_map(|replica| replica.region_name.as_ref());
        let missing: Vec<Text> = regions
            .filter(|region| membership.member(region).is_none())
            .cloned()
            .collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(ReplicationError::NoReplica(missing).into()),
        }
    }

    /// Refuses a request that sets nothing, a Region for which nothing is to be set, and one that is named twice.
    fn check_regions(&self, name: &Text) -> Result<(), GroupError> {
        if *self
            == (Self {
                table_name: self.table_name.clone(),
                ..Self::default()
            })
        {
            return Err(GroupError::Nothing(name.clone()));
        }
        let regions = self
            .replica_updates
            .iter()
            .flatten()
            .filter_map(|replica| replica.region_name.as_ref());
        let mut seen = BTreeSet::new();
        let twice: Vec<Text> = regions.filter(|region| !seen.insert(*region)).cloned().collect();
        if !twice.is_empty() {
            return Err(GroupError::RegionsTwice(name.clone(), twice));
        }
        let is_bare = |replica: &&ReplicaAutoScalingUpdate| {
            replica.replica_provisioned_read_capacity_auto_scaling_update.is_none()
                && replica.replica_global_secondary_index_updates.is_none()
        };
        match self.replica_updates.iter().flatten().find(is_bare) {
            Some(replica) => {
                let region = replica.region_name.clone().unwrap_or_default();
                Err(GroupError::NothingForRegion(name.clone(), region))
            }
            None => Ok(()),
        }
    }

    /// What lets a throughput follow the load, by the names that the members have in the version of 2017.
    fn members(&self) -> Vec<&'static str> {
        let scales = |update: Option<&AutoScalingSettingsUpdate>| {
            update.is_some_and(|update| update.auto_scaling_disabled != Some(true))
        };
        let mut replicas = self.replica_updates.iter().flatten();
        let members = [
            (
                "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate",
                scales(self.provisioned_write_capacity_auto_scaling_update.as_ref()),
            ),
            (
                "GlobalTableGlobalSecondaryIndexSettingsUpdate",
                self.global_secondary_index_updates.is_some(),
            ),
            (
                "ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate",
                replicas
                    .clone()
                    .any(|replica| scales(replica.replica_provisioned_read_capacity_auto_scaling_update.as_ref())),
            ),
            (
                "ReplicaGlobalSecondaryIndexSettingsUpdate",
                replicas.any(|replica| replica.replica_global_secondary_index_updates.is_some()),
            ),
        ];
        members
            .into_iter()
            .filter(|(_, is_sent)| *is_sent)
            .map(|(member, _)| member)
            .collect()
    }

    fn apply(&self, definition: &mut TableDefinition, caller: &Caller) {
        let table = definition.name.clone();
        let set =
            |scaled_side: &mut Scaled, index: Option<&str>, side: Side, update: Option<&AutoScalingSettingsUpdate>| {
                if let Some(update) = update {
                    let table = &table;
                    scaled_side.set(index, scaled(update, Dimension { table, index, side }, caller));
                }
            };
        edit_membership(definition, |membership| {
            let writes = &mut membership.scaled_writes;
            set(
                writes,
                None,
                Side::Write,
                self.provisioned_write_capacity_auto_scaling_update.as_ref(),
            );
            for index in self.global_secondary_index_updates.iter().flatten() {
                let update = index.provisioned_write_capacity_auto_scaling_update.as_ref();
                set(writes, index.index_name.as_deref(), Side::Write, update);
            }
            for replica in self.replica_updates.iter().flatten() {
                let mut members = membership.members.iter_mut();
                let Some(member) = members.find(|member| Some(&member.region) == replica.region_name.as_ref()) else {
                    continue;
                };
                let reads = &mut member.scaled_reads;
                let update = replica.replica_provisioned_read_capacity_auto_scaling_update.as_ref();
                set(reads, None, Side::Read, update);
                for index in replica.replica_global_secondary_index_updates.iter().flatten() {
                    let update = index.provisioned_read_capacity_auto_scaling_update.as_ref();
                    set(reads, index.index_name.as_deref(), Side::Read, update);
                }
            }
        });
    }

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
