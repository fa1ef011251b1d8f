//! Groups of replicas: tables of one name in several Regions that hold the same items.
//!
//! A group is changed in all its Regions together ([`Together`]): every table carries the whole [`Membership`], with the steps that are pending about each
//! member, by the clock of its own Region. What items go from Region to Region is not known here.

mod description;
mod error;
mod making;
mod parting;
mod scaling;
mod sharing;

pub(super) use description::describe_group;
pub(super) use error::{ReplicaKeyError, ReplicationError, SettingsModeError, StrongError};
pub(super) use making::{Making, Wanted, make};
pub(super) use parting::{delete, delete_own, disassociate};
pub(super) use scaling::{
    Dimension, Side, check_indexes_scaled, check_scaled, describe_scaling, scale_new_indexes, scaled, status,
};
pub(super) use sharing::{change, share, share_expiry};

use std::sync::Arc;

use super::word;
use crate::engine::Caller;
use crate::engine::replication::Together;
use crate::model::json::{Text, Timestamp};
use crate::model::{ApiError, ErrorKind};
use crate::store::{Consistency, MemberPhase, Membership, SettingsMode, Step, TableDefinition};

/// Refuses changes of a table while a member of its group is being made or changed, or has just begun to go.
pub(super) fn check_rested(definition: &TableDefinition) -> Result<(), ReplicationError> {
    let is_pending = |step: &Step| matches!(step, Step::Member(_, step) if step.is_update_of_table());
    match definition.steps().any(is_pending) {
        true => Err(ReplicationError::Busy),
        false => Ok(()),
    }
}

/// A refusal as a table of a group words it: whatever is under way, it is in use (observed-tables.md §7).
pub(super) fn reworded(error: ApiError, definition: &TableDefinition) -> ApiError {
    match definition.membership.is_some() && error.kind() == ErrorKind::ResourceInUse {
        true => ReplicationError::Busy.into(),
        false => error,
    }
}

/// Refuses a mode of sharing settings that the service sets by itself alone.
pub(super) fn check_settings_mode(mode: &Text) -> Result<(), SettingsModeError> {
    match SettingsMode::from_word(mode) {
        Some(_) => Ok(()),
        None => Err(SettingsModeError::Overrides),
    }
}

/// Refuses another expiry while a replica is told as being added, and where all Regions have the same at once.
pub(super) fn check_expiry(definition: &TableDefinition) -> Result<(), ReplicationError> {
    let Some(membership) = &definition.membership else {
        return Ok(());
    };
    if membership.consistency == Consistency::Strong {
        return Err(StrongError::Expiry.into());
    }
    let mut members = membership.members.iter();
    match members.find(|member| member.phase == MemberPhase::Creating) {
        Some(member) => Err(ReplicationError::BusyAdding(
            definition.name.clone(),
            member.region.clone(),
        )),
        None => Ok(()),
    }
}

/// Refuses transactions where all Regions have the same at once.
pub(crate) fn check_transactional(definition: &TableDefinition) -> Result<(), ApiError> {
    match definition.is_strong() {
        true => Err(StrongError::Transactions.into()),
        false => Ok(()),
    }
}

/// The same caller in another Region.
fn caller_in(caller: &Caller, region: &str) -> Caller {
    Caller {
        region: region.into(),
        ..caller.clone()
    }
}

/// Edits what a table knows of its group.
pub(super) fn edit_membership(definition: &mut TableDefinition, edit: impl FnOnce(&mut Membership)) {
    if let Some(membership) = &mut definition.membership {
        edit(Arc::make_mut(membership));
    }
}

/// Edits the tables of a group in other Regions, as far as they are there.
pub(super) fn edit_others(
    together: &mut Together<'_, '_>,
    definition: &TableDefinition,
    mut edit: impl FnMut(&Text, &mut TableDefinition, Timestamp),
) {
    let Some(membership) = &definition.membership else {
        return;
    };
    for member in membership.peers() {
        let Some((now, transaction)) = together.other(&member.region) else {
            continue;
        };
        let table = transaction.database().table(&definition.name);
        let is_same = |theirs: &Arc<Membership>| theirs.group == membership.group;
        let Some(table) = table.filter(|table| table.definition().membership.as_ref().is_some_and(is_same)) else {
            continue;
        };
        let mut edited = TableDefinition::clone(table.definition());
        edit(&member.region, &mut edited, now);
        transaction.commit(super::put(edited, now));
    }
}
