//! Members of UpdateTable about replicas and witnesses: their constraints, and what they say.

use std::fmt;

use crate::engine::tables::constraints::state_settings_mode;
use crate::engine::tables::replicas::{ReplicationError, Wanted};
use crate::engine::violations::{Echo, Violations};
use crate::model::json::Text;
use crate::model::wire::{
    GlobalTableWitnessGroupUpdate, OnDemandThroughput, ProvisionedThroughputOverride, ReplicaArg, ReplicaIndexArg,
    ReplicationGroupUpdate, UpdateTableRequest,
};
use crate::store::{Overrides, TableClass};

/// The least of a figure that a replica has of its own.
const UNITS_MIN: i64 = 1;

impl Echo for ReplicationGroupUpdate {
    fn echo(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl Echo for ReplicaIndexArg {
    fn echo(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl Echo for GlobalTableWitnessGroupUpdate {
    fn echo(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = |name: &str, region: Option<&Option<Text>>| {
            let region = region.map(|region| region.as_deref().unwrap_or("null"));
            region.map_or_else(|| "null".to_owned(), |region| format!("{name}(regionName={region})"))
        };
        let create = self.create.as_ref().map(|create| &create.region_name);
        let delete = self.delete.as_ref().map(|delete| &delete.region_name);
        write!(
            f,
            "GlobalTableWitnessGroupUpdate(create={}, delete={})",
            action("CreateGlobalTableWitnessGroupMemberAction", create),
            action("DeleteGlobalTableWitnessGroupMemberAction", delete)
        )
    }
}

/// States the constraints of updates of replicas and witnesses.
pub(in crate::engine::tables::update_table) fn state(violations: &mut Violations, request: &UpdateTableRequest) {
    violations
        .echoed("replicaUpdates", request.replica_updates.as_ref())
        .length_at_least(1);
    for (position, update) in (1..).zip(request.replica_updates.iter().flatten()) {
        state_update(violations, &format!("replicaUpdates.{position}.member"), update);
    }
    violations
        .echoed("multiRegionConsistency", request.multi_region_consistency.as_ref())
        .one_of(&["EVENTUAL", "STRONG"]);
    let witnesses = request.global_table_witness_updates.as_ref();
    violations
        .echoed("globalTableWitnessUpdates", witnesses)
        .length_at_least(1)
        .length_at_most(1);
    for (position, update) in (1..).zip(witnesses.into_iter().flatten()) {
        let path = format!("globalTableWitnessUpdates.{position}.member");
        for (action, witness) in [("create", &update.create), ("delete", &update.delete)] {
            if let Some(witness) = witness {
                state_region(violations, &format!("{path}.{action}"), witness.region_name.as_ref());
            }
        }
    }
    state_settings_mode(violations, request.global_table_settings_replication_mode.as_ref());
}

fn state_update(violations: &mut Violations, path: &str, update: &ReplicationGroupUpdate) {
    if let Some(replica) = &update.create {
        state_replica(violations, &format!("{path}.create"), replica);
    }
    if let Some(replica) = &update.update {
        let path = format!("{path}.update");
        state_region(violations, &path, replica.region_name.as_ref());
        state_replica(violations, &path, replica);
    }
    if let Some(replica) = &update.delete {
        state_region(violations, &format!("{path}.delete"), replica.region_name.as_ref());
    }
    if let Some(replica) = &update.disassociate {
        let path = format!("{path}.disassociate");
        state_region(violations, &path, replica.region_name.as_ref());
        violations
            .echoed(
                format_args!("{path}.disassociationMode"),
                replica.disassociation_mode.as_ref(),
            )
            .required()
            .one_of(&["WAIT_FOR_REPLICATION"]);
    }
}

fn state_region(violations: &mut Violations, path: &str, region: Option<&Text>) {
    violations.echoed(format_args!("{path}.regionName"), region).required();
}

fn state_replica(violations: &mut Violations, path: &str, replica: &ReplicaArg) {
    state_units(violations, path, replica.provisioned_throughput_override.as_ref());
    let indexes = replica.global_secondary_indexes.as_ref();
    violations
        .echoed(format_args!("{path}.globalSecondaryIndexes"), indexes)
        .length_at_least(1);
    for (position, index) in (1..).zip(indexes.into_iter().flatten()) {
        let path = format!("{path}.globalSecondaryIndexes.{position}.member");
        violations
            .echoed(format_args!("{path}.indexName"), index.index_name.as_ref())
            .required()
            .name();
        state_units(violations, &path, index.provisioned_throughput_override.as_ref());
    }
    violations
        .echoed(
            format_args!("{path}.tableClassOverride"),
            replica.table_class_override.as_ref(),
        )
        .one_of(&["STANDARD", "STANDARD_INFREQUENT_ACCESS"]);
}

fn state_units(violations: &mut Violations, path: &str, units: Option<&ProvisionedThroughputOverride>) {
    let units = units.and_then(|units| units.read_capacity_units.as_ref());
    violations
        .echoed(
            format_args!("{path}.provisionedThroughputOverride.readCapacityUnits"),
            units,
        )
        .at_least(UNITS_MIN);
}

/// Refuses a new replica without its Region, which is worded by itself.
pub(in crate::engine::tables::update_table) fn check_regions(
    request: &UpdateTableRequest,
) -> Result<(), ReplicationError> {
    let mut created = request
        .replica_updates
        .iter()
        .flatten()
        .filter_map(|update| update.create.as_ref());
    match created.any(|replica| replica.region_name.is_none()) {
        true => Err(ReplicationError::NoRegion),
        false => Ok(()),
    }
}

/// Whether nothing but replicas and witnesses is to be changed.
pub(super) fn is_alone(request: &UpdateTableRequest) -> bool {
    let others = UpdateTableRequest {
        table_name: None,
        replica_updates: None,
        multi_region_consistency: None,
        global_table_witness_updates: None,
        ..request.clone()
    };
    others == UpdateTableRequest::default()
}

/// A replica as a request whose constraints hold wants it.
pub(super) fn wanted(replica: &ReplicaArg) -> Wanted {
    let class = replica.table_class_override.as_deref();
    let indexes = replica.global_secondary_indexes.iter().flatten();
    Wanted {
        region: replica.region_name.clone().unwrap_or_default(),
        key_id: replica.kms_master_key_id.clone(),
        class: class.and_then(TableClass::from_word),
        overrides: overrides(
            replica.provisioned_throughput_override.as_ref(),
            replica.on_demand_throughput_override.as_ref(),
        ),
        indexes: indexes
            .map(|index| {
                let overrides = overrides(
                    index.provisioned_throughput_override.as_ref(),
                    index.on_demand_throughput_override.as_ref(),
                );
                (index.index_name.clone().unwrap_or_default(), overrides)
            })
            .collect(),
    }
}

fn overrides(units: Option<&ProvisionedThroughputOverride>, ceilings: Option<&OnDemandThroughput>) -> Overrides {
    Overrides {
        read_units: units.and_then(|units| units.read_capacity_units),
        read_ceiling: ceilings.and_then(|ceilings| ceilings.max_read_request_units),
    }
}
