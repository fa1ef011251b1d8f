//! UpdateGlobalTableSettings: tells that there is no global table of 2017.
//!
//! Order: the name, the constraints, the table.

use std::fmt;

use super::constraints::{Presence, state_index_name, state_scaling};
use super::{GroupError, check_name};
use crate::engine::context::{Context, Execute};
use crate::engine::violations::{Echo, Violations, echo_structure, sets};
use crate::model::ApiError;
use crate::model::wire::{
    GlobalTableIndexSettingsUpdate, GlobalTableSettingsReply, ReplicaIndexSettingsUpdate, ReplicaSettingsUpdate,
    UpdateGlobalTableSettingsRequest,
};

/// The most indexes of one request.
const INDEXES_MAX: usize = 20;

/// The most replicas of one request.
const REPLICAS_MAX: usize = 50;

impl Execute for UpdateGlobalTableSettingsRequest {
    type Reply = GlobalTableSettingsReply;

    fn execute(self, _: &Context<'_>) -> Result<GlobalTableSettingsReply, ApiError> {
        let name = check_name(self.global_table_name.as_ref())?;
        check_constraints(&self)?;
        Err(GroupError::NoSettings(name.clone()).into())
    }
}

fn check_constraints(request: &UpdateGlobalTableSettingsRequest) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    violations
        .echoed("globalTableBillingMode", request.global_table_billing_mode.as_ref())
        .one_of(sets::BILLING_MODE);
    let units = request.global_table_provisioned_write_capacity_units.as_ref();
    violations
        .echoed("globalTableProvisionedWriteCapacityUnits", units)
        .at_least(1);
    state_scaling(
        &mut violations,
        "globalTableProvisionedWriteCapacityAutoScalingSettingsUpdate",
        request
            .global_table_provisioned_write_capacity_auto_scaling_settings_update
            .as_ref(),
    );
    state_indexes(
        &mut violations,
        request.global_table_global_secondary_index_settings_update.as_ref(),
    );
    let replicas = request.replica_settings_update.as_ref();
    violations
        .echoed("replicaSettingsUpdate", replicas)
        .length_at_least(1)
        .length_at_most(REPLICAS_MAX);
    for (position, replica) in (1..).zip(replicas.into_iter().flatten()) {
        state_replica(
            &mut violations,
            &format!("replicaSettingsUpdate.{position}.member"),
            replica,
        );
    }
    violations.refuse()
}

fn state_indexes(violations: &mut Violations, indexes: Option<&Vec<GlobalTableIndexSettingsUpdate>>) {
    const PATH: &str = "globalTableGlobalSecondaryIndexSettingsUpdate";
    violations
        .echoed(PATH, indexes)
        .length_at_least(1)
        .length_at_most(INDEXES_MAX);
    for (position, index) in (1..).zip(indexes.into_iter().flatten()) {
        let path = format_args!("{PATH}.{position}.member").to_string();
        state_index_name(violations, &path, index.index_name.as_ref(), Presence::Required);
        let units = index.provisioned_write_capacity_units.as_ref();
        violations
            .echoed(format_args!("{path}.provisionedWriteCapacityUnits"), units)
            .at_least(1);
        state_scaling(
            violations,
            format_args!("{path}.provisionedWriteCapacityAutoScalingSettingsUpdate"),
            index.provisioned_write_capacity_auto_scaling_settings_update.as_ref(),
        );
    }
}

fn state_replica(violations: &mut Violations, path: &str, replica: &ReplicaSettingsUpdate) {
    violations
        .echoed(format_args!("{path}.regionName"), replica.region_name.as_ref())
        .required();
    let units = replica.replica_provisioned_read_capacity_units.as_ref();
    violations
        .echoed(format_args!("{path}.replicaProvisionedReadCapacityUnits"), units)
        .at_least(1);
    state_scaling(
        violations,
        format_args!("{path}.replicaProvisionedReadCapacityAutoScalingSettingsUpdate"),
        replica
            .replica_provisioned_read_capacity_auto_scaling_settings_update
            .as_ref(),
    );
    violations
        .echoed(
            format_args!("{path}.replicaTableClass"),
            replica.replica_table_class.as_ref(),
        )
        .one_of(sets::TABLE_CLASS);
    let path = format_args!("{path}.replicaGlobalSecondaryIndexSettingsUpdate").to_string();
    let indexes = replica.replica_global_secondary_index_settings_update.as_ref();
    violations
        .echoed(&path, indexes)
        .length_at_least(1)
        .length_at_most(INDEXES_MAX);
    for (position, index) in (1..).zip(indexes.into_iter().flatten()) {
        let path = format_args!("{path}.{position}.member").to_string();
        state_index_name(violations, &path, index.index_name.as_ref(), Presence::Required);
        let units = index.provisioned_read_capacity_units.as_ref();
        violations
            .echoed(format_args!("{path}.provisionedReadCapacityUnits"), units)
            .at_least(1);
        state_scaling(
            violations,
            format_args!("{path}.provisionedReadCapacityAutoScalingSettingsUpdate"),
            index.provisioned_read_capacity_auto_scaling_settings_update.as_ref(),
        );
    }
}

impl Echo for GlobalTableIndexSettingsUpdate {
    fn echo(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members: [(&str, &dyn Echo); 2] = [
            ("indexName", &self.index_name),
            ("provisionedWriteCapacityUnits", &self.provisioned_write_capacity_units),
        ];
        echo_structure(f, "GlobalTableGlobalSecondaryIndexSettingsUpdate", &members)
    }
}

impl Echo for ReplicaSettingsUpdate {
    fn echo(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members: [(&str, &dyn Echo); 3] = [
            ("regionName", &self.region_name),
            (
                "replicaProvisionedReadCapacityUnits",
                &self.replica_provisioned_read_capacity_units,
            ),
            ("replicaTableClass", &self.replica_table_class),
        ];
        echo_structure(f, "ReplicaSettingsUpdate", &members)
    }
}

impl Echo for ReplicaIndexSettingsUpdate {
    fn echo(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members: [(&str, &dyn Echo); 2] = [
            ("indexName", &self.index_name),
            ("provisionedReadCapacityUnits", &self.provisioned_read_capacity_units),
        ];
        echo_structure(f, "ReplicaGlobalSecondaryIndexSettingsUpdate", &members)
    }
}
