//! Settings that all tables of a group share, and what one of them has of its own.
//!
//! Shared are indexes, the way of payment, throughput, ceilings, warm throughput, the class, encryption and expiry; a replica may have reads, ceilings of
//! reads and a class of its own. Tags, recovery, policies and the protection from deletion belong to a Region alone.

use std::sync::Arc;

use super::error::ReplicationError;
use super::making::Wanted;
use super::{caller_in, edit_membership, edit_others};
use crate::engine::Caller;
use crate::engine::context::Context;
use crate::engine::replication::Together;
use crate::engine::tables::pace::Work;
use crate::engine::tables::{encryption, put};
use crate::model::ApiError;
use crate::store::{
    BillingMode, Capacity, Expiry, Member, MemberPhase, MemberStep, Overrides, Step, TableDefinition, Transition, Units,
};

/// Lets a table have what its Region has of its own.
pub(super) fn settle(definition: &mut TableDefinition, wanted: &Wanted) {
    if let Some(class) = wanted.class {
        definition.class.class = Some(class);
    }
    let mode = definition.billing.mode;
    overrule(&mut definition.capacity, &wanted.overrides, mode);
    for (name, overrides) in &wanted.indexes {
        definition.edit_index(name, |index| overrule(&mut index.capacity, overrides, mode));
    }
}

fn overrule(capacity: &mut Capacity, overrides: &Overrides, mode: BillingMode) {
    match mode {
        BillingMode::Provisioned => {
            if let Some(read) = overrides.read_units {
                capacity.throughput.units.read = read;
            }
        }
        BillingMode::PayPerRequest => {
            if let Some(read) = overrides.read_ceiling {
                capacity.ceilings.read = (read >= 0).then_some(read);
            }
        }
    }
}

/// Changes what a member has of its own, wherever it is.
pub(in crate::engine::tables) fn change(
    wanted: &Wanted,
    own: &TableDefinition,
    together: &mut Together<'_, '_>,
    context: &Context<'_>,
) -> Result<TableDefinition, ApiError> {
    let member = own
        .membership
        .as_ref()
        .and_then(|membership| membership.member(&wanted.region));
    if member.is_none() {
        return Err(ReplicationError::NoReplica(vec![wanted.region.clone()]).into());
    }
    let caller = caller_in(context.caller(), &wanted.region);
    let length_ms = Work::UpdateReplica.length_ms(context.settings().pace);
    let is_own = context.caller().region == wanted.region;
    let edit = |definition: &mut TableDefinition, now: crate::model::json::Timestamp, is_here: bool| {
        edit_membership(definition, |membership| {
            let member = membership
                .members
                .iter_mut()
                .find(|member| member.region == wanted.region);
            if let Some(member) = member {
                merge(member, wanted);
                forget_equal(member, own);
            }
        });
        let at = now.plus_millis(length_ms);
        definition.schedule(at, Step::Member(wanted.region.clone(), MemberStep::Activate));
        if is_here {
            settle(definition, wanted);
            if let Some(key) = &wanted.key_id {
                definition.encryption.key_arn = Some(encryption::key_arn(key, &caller));
            }
        }
    };
    edit_others(together, own, |region, definition, now| {
        edit(definition, now, *region == wanted.region);
    });
    let mut edited = own.clone();
    edit(&mut edited, context.now(), is_own);
    together.own().commit(put(edited.clone(), context.now()));
    Ok(edited)
}

/// Units of a replica that are those of the group are none of its own any more.
fn forget_equal(member: &mut Member, own: &TableDefinition) {
    let forget = |overrides: &mut Overrides, capacity: &Capacity| {
        overrides
            .read_units
            .take_if(|units| *units == capacity.throughput.units.read);
    };
    forget(&mut member.overrides, &own.capacity);
    for (name, overrides) in &mut member.indexes {
        if let Some(index) = own.index(name) {
            forget(overrides, &index.capacity);
        }
    }
}

fn merge(member: &mut Member, wanted: &Wanted) {
    let merge = |known: &mut Overrides, wanted: &Overrides| {
        known.read_units = wanted.read_units.or(known.read_units);
        known.read_ceiling = wanted
            .read_ceiling
            .or(known.read_ceiling)
            .filter(|ceiling| *ceiling >= 0);
    };
    member.phase = MemberPhase::Updating;
    member.key_id = wanted.key_id.clone().or(member.key_id.take());
    member.class = wanted.class.or(member.class);
    merge(&mut member.overrides, &wanted.overrides);
    for (name, overrides) in &wanted.indexes {
        match member.indexes.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => merge(known, overrides),
            None => member.indexes.push((name.clone(), overrides.clone())),
        }
    }
}

/// Lets the other tables of a group follow one whose settings were changed.
pub(in crate::engine::tables) fn share(
    old: &TableDefinition,
    new: &TableDefinition,
    together: &mut Together<'_, '_>,
    context: &Context<'_>,
) {
    edit_others(together, new, |region, definition, now| {
        let shift_ms = now.as_millis() - context.now().as_millis();
        let member = new.membership.as_ref().and_then(|membership| membership.member(region));
        if let Some(member) = member {
            let caller = caller_in(context.caller(), region);
            follow(
                definition,
                old,
                new,
                &Follower {
                    member,
                    caller: &caller,
                    shift_ms,
                },
            );
        }
    });
}

/// Lets the items of all tables of a group expire alike.
pub(in crate::engine::tables) fn share_expiry(new: &TableDefinition, expiry: &Expiry, together: &mut Together<'_, '_>) {
    edit_others(together, new, |_, definition, _| definition.expiry = expiry.clone());
}

struct Follower<'a> {
    member: &'a Member,
    caller: &'a Caller,
    shift_ms: i64,
}

fn follow(definition: &mut TableDefinition, old: &TableDefinition, new: &TableDefinition, follower: &Follower<'_>) {
    let scaled = new
        .membership
        .as_ref()
        .map(|membership| membership.scaled_writes.clone());
    edit_membership(definition, |membership| {
        membership.scaled_writes = scaled.unwrap_or_default();
    });
    if new.billing != old.billing {
        definition.billing = new.billing;
    }
    if new.capacity != old.capacity {
        let read = definition.capacity.throughput.units.read;
        definition.capacity = new.capacity.clone();
        if follower.member.overrides.read_units.is_some() {
            definition.capacity.throughput.units.read = read;
        }
        overrule(
            &mut definition.capacity,
            &follower.member.overrides,
            definition.billing.mode,
        );
    }
    if new.indexes != old.indexes {
        follow_indexes(definition, old, new, follower);
    }
    let is_kept = |transition: &Transition| {
        !old.steps().any(|step| *step == transition.step) || new.steps().any(|step| *step == transition.step)
    };
    definition.pending.retain(is_kept);
    for transition in &new.pending {
        if !old.pending.contains(transition)
            && let Some(step) = follower.step(&transition.step)
        {
            definition.schedule(transition.at.plus_millis(follower.shift_ms), step);
        }
    }
}

fn follow_indexes(
    definition: &mut TableDefinition,
    old: &TableDefinition,
    new: &TableDefinition,
    follower: &Follower<'_>,
) {
    let mode = definition.billing.mode;
    let follow = |index: &crate::store::IndexDefinition| {
        let known = definition.index(&index.name);
        if let (Some(known), true) = (known, old.index(&index.name) == Some(index)) {
            return known.clone();
        }
        let mut index = index.clone();
        if let Some(overrides) = follower.index(&index.name) {
            overrule(&mut index.capacity, overrides, mode);
        }
        index
    };
    definition.indexes = Arc::new(new.indexes.iter().map(follow).collect());
}

impl Follower<'_> {
    fn index(&self, name: &str) -> Option<&Overrides> {
        let mut indexes = self.member.indexes.iter();
        indexes.find(|(known, _)| known == name).map(|(_, overrides)| overrides)
    }

    /// What is pending at the other table when this is pending at the one that it follows.
    fn step(&self, step: &Step) -> Option<Step> {
        let own = |units: Units, overrides: Option<&Overrides>| Units {
            read: overrides
                .and_then(|overrides| overrides.read_units)
                .unwrap_or(units.read),
            ..units
        };
        let overrides = Some(&self.member.overrides);
        Some(match step {
            Step::Provision(units) => Step::Provision(own(*units, overrides)),
            Step::Bill(mode, units, indexes) => {
                let indexes = indexes.iter();
                let indexes = indexes.map(|(name, units)| (name.clone(), own(*units, self.index(name))));
                Step::Bill(*mode, own(*units, overrides), indexes.collect())
            }
            Step::ProvisionIndex(name, units) => Step::ProvisionIndex(name.clone(), own(*units, self.index(name))),
            Step::Class(_) if self.member.class.is_some() => return None,
            Step::UseKey(Some(_)) => Step::UseKey(Some(encryption::own_key_arn(self.caller))),
            Step::Class(_)
            | Step::UseKey(None)
            | Step::EndEncryption
            | Step::SettleIndex(_)
            | Step::Warm(_)
            | Step::WarmIndex(..)
            | Step::BackfillIndex(_)
            | Step::ActivateIndex(_)
            | Step::PrepareIndex(_)
            | Step::RemoveIndex(_) => step.clone(),
            Step::Activate | Step::EnableBackups | Step::Remove | Step::Stream | Step::Reach(..) | Step::Member(..) => {
                return None;
            }
        })
    }
}
