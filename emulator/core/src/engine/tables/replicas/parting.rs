//! Deleting replicas and leaving a group. Whatever was written where a table goes is in the others before.

use super::error::{ReplicationError, StrongError};
use super::{edit_membership, edit_others};
use crate::engine::context::Context;
use crate::engine::replication::Together;
use crate::engine::tables::pace::Work;
use crate::engine::tables::put;
use crate::model::ApiError;
use crate::model::json::{Text, Timestamp};
use crate::store::{Consistency, DAY_MS, MemberPhase, MemberStep, Membership, Step, TableDefinition};

/// Refuses the deletion of a table from which others that are still there got their items within a day.
fn check_source(membership: &Membership, region: &str, now: Timestamp) -> Result<(), ReplicationError> {
    let is_seeded = |source: &(Text, Timestamp)| source.0 == region && source.1.plus_millis(DAY_MS) > now;
    let mut seeded = membership
        .members
        .iter()
        .filter(|member| member.phase != MemberPhase::Deleting);
    match seeded.any(|member| member.source.as_ref().is_some_and(is_seeded)) {
        true => Err(ReplicationError::Source),
        false => Ok(()),
    }
}

/// When the tables that stay rest again, and when a member has left.
fn parting_ms(membership: &Membership, context: &Context<'_>) -> (i64, i64) {
    let pace = context.settings().pace;
    match membership.consistency {
        Consistency::Eventual => (
            Work::LetGoOfReplica.length_ms(pace),
            Work::DeleteReplica.length_ms(pace),
        ),
        Consistency::Strong => (
            Work::EndStrongGroup.length_ms(pace),
            Work::EndStrongGroup.length_ms(pace),
        ),
    }
}

/// Lets members go, for a table that stays.
fn part(definition: &mut TableDefinition, regions: &[Text], now: Timestamp, (rest_ms, gone_ms): (i64, i64)) {
    for region in regions {
        edit_membership(definition, |membership| {
            membership.set_phase(region, MemberPhase::Deleting)
        });
        let steps = [(rest_ms, MemberStep::Settle), (gone_ms, MemberStep::Leave)];
        for (after_ms, step) in steps {
            definition.schedule(now.plus_millis(after_ms), Step::Member(region.clone(), step));
        }
    }
}

/// Deletes the tables of other Regions, and the witness if it is among them.
pub(in crate::engine::tables) fn delete(
    regions: &[Text],
    own: &TableDefinition,
    together: &mut Together<'_, '_>,
    context: &Context<'_>,
) -> Result<TableDefinition, ApiError> {
    let Some(membership) = &own.membership else {
        return Err(ReplicationError::NoReplica(regions.to_vec()).into());
    };
    for region in regions.iter().filter(|region| membership.member(region).is_some()) {
        check_source(membership, region, context.now())?;
        let there = together.other(region);
        let table = there.and_then(|(_, transaction)| transaction.database().table(&own.name));
        if table.is_some_and(|table| table.definition().protection.is_on) {
            return Err(ReplicationError::Protected(own.name.clone(), region.clone()).into());
        }
    }
    together.level(&membership.region, context.now());
    let (rest_ms, gone_ms) = parting_ms(membership, context);
    edit_others(together, own, |region, definition, now| {
        if regions.contains(region) {
            definition.schedule(now.plus_millis(gone_ms), Step::Remove);
        }
        part(definition, regions, now, (rest_ms, gone_ms));
    });
    let mut edited = own.clone();
    part(&mut edited, regions, context.now(), (rest_ms, gone_ms));
    together.own().commit(put(edited.clone(), context.now()));
    Ok(edited)
}

/// Lets the tables of other Regions know that the one of this Region, which is about to be deleted, goes.
pub(in crate::engine::tables) fn delete_own(
    own: &TableDefinition,
    together: &mut Together<'_, '_>,
    context: &Context<'_>,
) -> Result<(), ApiError> {
    let Some(membership) = &own.membership else {
        return Ok(());
    };
    super::check_rested(own)?;
    if membership.consistency == Consistency::Strong {
        return Err(StrongError::OneOfMany.into());
    }
    check_source(membership, &membership.region, context.now())?;
    together.level(&membership.region, context.now());
    let gone_ms = Work::Delete.length_ms(context.settings().pace);
    let region = [membership.region.clone()];
    edit_others(together, own, |_, definition, now| {
        part(definition, &region, now, (gone_ms, gone_ms))
    });
    Ok(())
}

/// Lets the table of this Region leave its group, as it is.
pub(in crate::engine::tables) fn disassociate(
    own: &TableDefinition,
    together: &mut Together<'_, '_>,
    context: &Context<'_>,
) -> Result<TableDefinition, ApiError> {
    let region = context.caller().region.clone();
    let Some(membership) = &own.membership else {
        return Err(ReplicationError::NoReplica(vec![region]).into());
    };
    if membership.consistency == Consistency::Strong {
        return Err(StrongError::Disassociation.into());
    }
    if membership.is_protected {
        return Err(ReplicationError::DisassociationProtected(own.name.clone()).into());
    }
    together.level(&region, context.now());
    let leaving_ms = Work::LetGoOfReplica.length_ms(context.settings().pace);
    let leaving = [region];
    edit_others(together, own, |_, definition, now| {
        part(definition, &leaving, now, (leaving_ms, leaving_ms))
    });
    let mut edited = own.clone();
    part(&mut edited, &leaving, context.now(), (leaving_ms, leaving_ms));
    together.own().commit(put(edited.clone(), context.now()));
    Ok(edited)
}
