//! Replicas and witnesses: what UpdateTable says of them while every table lives in one Region alone.
//!
//! A table here has no replicas, so changing or deleting one is refused in the service's words. Creating one is refused as if no other
//! Region were open to the account (control-plane-2026.md §13, §14).

use std::fmt;

use crate::engine::tables::{INVALID, Unsupported};
use crate::engine::violations::{Echo, Violations};
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{ReplicationGroupUpdate, UpdateTableRequest};

/// Why replicas cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ReplicationError {
    MustBeAlone,
    NoAction,
    ManyActions,
    LocalRegion,
    ClosedRegion(Text),
    NoReplica(Text),
    WitnessWithoutConsistency,
    OverridesOnRegional,
}

impl fmt::Display for ReplicationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MustBeAlone => write!(f, "{INVALID}Replica modification must be the only operation in the request"),
            Self::NoAction => {
                f.write_str("There are no actions specified in the Replica Update Action of the request.")
            }
            Self::ManyActions => f.write_str(
                "Update table operation with more than one create or delete replica actions not allowed",
            ),
            Self::LocalRegion => f.write_str(
                "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as required.",
            ),
            Self::ClosedRegion(region) => write!(
                f,
                "Failed to access the region: ‘{region}’. User is missing the permissions since the region is disabled."
            ),
            Self::NoReplica(region) => write!(
                f,
                "Update global table operation failed because one or more replicas were not part of the global table. Please retry the \
                 request without these replicas: [{region}]."
            ),
            Self::WitnessWithoutConsistency => f.write_str(
                "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is present.",
            ),
            Self::OverridesOnRegional => f.write_str(
                "Value 'ENABLED_WITH_OVERRIDES' at 'GlobalTableSettingsReplicationMode' failed to satisfy constraint: Only ENABLED and \
                 DISABLED settings replication are supported for a Regional Table.",
            ),
        }
    }
}

impl From<ReplicationError> for ApiError {
    fn from(error: ReplicationError) -> Self {
        Self::validation(error)
    }
}

impl Echo for ReplicationGroupUpdate {
    fn echo(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

/// States the constraints of replica updates.
pub(super) fn state(violations: &mut Violations, request: &UpdateTableRequest) {
    violations
        .echoed("replicaUpdates", request.replica_updates.as_ref())
        .length_at_least(1);
    for (position, update) in (1..).zip(request.replica_updates.iter().flatten()) {
        let mut state = |action: &str, region: Option<&Text>| {
            let path = format_args!("replicaUpdates.{position}.member.{action}.regionName").to_string();
            violations.echoed(path, region).required();
        };
        let actions = [("create", &update.create), ("update", &update.update)];
        for (action, replica) in actions {
            replica
                .iter()
                .for_each(|replica| state(action, replica.region_name.as_ref()));
        }
        update
            .delete
            .iter()
            .for_each(|replica| state("delete", replica.region_name.as_ref()));
        update
            .disassociate
            .iter()
            .for_each(|replica| state("disassociate", replica.region_name.as_ref()));
    }
    violations
        .echoed("multiRegionConsistency", request.multi_region_consistency.as_ref())
        .one_of(&["EVENTUAL", "STRONG"]);
}

/// Refuses whatever a request wants of replicas and witnesses.
pub(super) fn check(request: &UpdateTableRequest, local: &Text) -> Result<(), ApiError> {
    if let Some(mode) = &request.global_table_settings_replication_mode {
        return match mode.as_str() {
            "ENABLED_WITH_OVERRIDES" => Err(ReplicationError::OverridesOnRegional.into()),
            _ => Unsupported("GlobalTableSettingsReplicationMode").refuse_if_sent(Some(mode)),
        };
    }
    if request.global_table_witness_updates.is_some() && request.multi_region_consistency.as_deref() != Some("STRONG") {
        return Err(ReplicationError::WitnessWithoutConsistency.into());
    }
    let Some(updates) = &request.replica_updates else {
        let consistency = request.multi_region_consistency.as_ref();
        return Unsupported("MultiRegionConsistency").refuse_if_sent(consistency);
    };
    Err(refusal(updates, is_alone(request), local).into())
}

/// Whether nothing but replicas is to be changed.
fn is_alone(request: &UpdateTableRequest) -> bool {
    let others = UpdateTableRequest {
        table_name: None,
        replica_updates: None,
        multi_region_consistency: None,
        global_table_witness_updates: None,
        ..request.clone()
    };
    others == UpdateTableRequest::default()
}

/// Why these updates cannot be had: there is a reason for each.
fn refusal(updates: &[ReplicationGroupUpdate], is_alone: bool, local: &Text) -> ReplicationError {
    if !is_alone {
        return ReplicationError::MustBeAlone;
    }
    let mut actions = updates.iter().flat_map(actions);
    let Some(action) = actions.next() else {
        return ReplicationError::NoAction;
    };
    if actions.next().is_some() {
        return ReplicationError::ManyActions;
    }
    match action {
        Action::Create(region) | Action::Delete(region) if region == *local => ReplicationError::LocalRegion,
        Action::Create(region) => ReplicationError::ClosedRegion(region),
        Action::Update(region) | Action::Delete(region) => ReplicationError::NoReplica(region),
    }
}

enum Action {
    Create(Text),
    Update(Text),
    Delete(Text),
}

/// The actions of an update; leaving a group one is not part of is like deleting a replica that is not there.
fn actions(update: &ReplicationGroupUpdate) -> Vec<Action> {
    let create = update
        .create
        .iter()
        .filter_map(|replica| replica.region_name.clone())
        .map(Action::Create);
    let change = update
        .update
        .iter()
        .filter_map(|replica| replica.region_name.clone())
        .map(Action::Update);
    let delete = update
        .delete
        .iter()
        .filter_map(|replica| replica.region_name.clone())
        .map(Action::Delete);
    let leave = update
        .disassociate
        .iter()
        .filter_map(|replica| replica.region_name.clone())
        .map(Action::Update);
    create.chain(change).chain(delete).chain(leave).collect()
}
