//! Making replicas: the table comes into being in other Regions, with its items.
//!
//! The rows are shared, so that a replica costs as much as its indexes' definitions. It begins with what the other table knows of its items' versions,
//! and fetches from then on.

use std::sync::Arc;

use super::error::{ReplicationError, StrongError};
use super::scaling::assume_scaled;
use super::{caller_in, edit_others};
use crate::engine::Caller;
use crate::engine::context::Context;
use crate::engine::names::table_arn;
use crate::engine::replication::Together;
use crate::engine::tables::pace::Work;
use crate::engine::tables::{encryption, put, stream};
use crate::model::ApiError;
use crate::model::json::{Text, Timestamp};
use crate::store::{
    Change, Companions, Consistency, IndexKind, IndexStatus, Member, MemberPhase, MemberStep, Membership,
    PolicySetting, Protection, Replica, Step, StreamSetting, StreamView, Table, TableClass, TableDefinition, Tags,
    Witness,
};

/// A replica that is to be made or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine::tables) struct Wanted {
    pub(in crate::engine::tables) region: Text,
    pub(in crate::engine::tables) key_id: Option<Text>,
    pub(in crate::engine::tables) class: Option<TableClass>,
    pub(in crate::engine::tables) overrides: crate::store::Overrides,
    pub(in crate::engine::tables) indexes: Vec<(Text, crate::store::Overrides)>,
}

impl Wanted {
    /// Whether nothing is said beside the Region.
    pub(in crate::engine::tables) fn is_bare(&self) -> bool {
        let mut indexes = self.indexes.iter();
        let has_own = self.key_id.is_some() || self.class.is_some() || !self.overrides.are_none();
        !has_own && indexes.all(|(_, overrides)| overrides.are_none())
    }
}

/// Replicas that are to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine::tables) struct Making {
    pub(in crate::engine::tables) replicas: Vec<Wanted>,
    pub(in crate::engine::tables) witness: Option<Text>,
    pub(in crate::engine::tables) consistency: Consistency,
}

impl Making {
    /// The Regions in which a table is made.
    pub(in crate::engine::tables) fn regions(&self) -> impl Iterator<Item = &Text> {
        self.replicas.iter().map(|wanted| &wanted.region)
    }

    /// When the members are told, and when they are there.
    fn steps(&self, context: &Context<'_>) -> [(i64, MemberStep); 2] {
        let pace = context.settings().pace;
        let work = match self.consistency {
            Consistency::Eventual => Work::CreateReplica,
            Consistency::Strong => Work::CreateStrongReplicas,
        };
        [
            (Work::ShowReplica.length_ms(pace), MemberStep::Appear),
            (work.length_ms(pace), MemberStep::Activate),
        ]
    }
}

/// Makes replicas of a table whose group can have them; what is answered of the table.
pub(in crate::engine::tables) fn make(
    making: &Making,
    table: &Arc<Table>,
    together: &mut Together<'_, '_>,
    context: &Context<'_>,
) -> Result<TableDefinition, ApiError> {
    let name = &table.definition().name;
    for region in making.regions() {
        let there = together.other(region);
        if there.is_some_and(|(_, transaction)| transaction.database().table(name).is_some()) {
            return Err(ReplicationError::TableInTheWay(name.clone()).into());
        }
    }
    if making.consistency == Consistency::Strong && table.item_count() > 0 {
        return Err(StrongError::NotEmpty.into());
    }
    let (now, steps) = (context.now(), making.steps(context));
    let mut own = TableDefinition::clone(table.definition());
    let membership = Arc::new(grown(making, &own, context));
    turn_on_stream(&mut own, together, context)?;
    schedule(making, &mut own, now, steps);
    edit_others(together, &own, |region, definition, now| {
        let is_protected = definition.membership.as_ref().is_none_or(|known| known.is_protected);
        definition.membership = Some(Arc::new(Membership {
            is_protected,
            ..membership.seen_from(region)
        }));
        schedule(making, definition, now, steps);
    });
    own.membership = Some(membership);
    own.settings_mode = None;
    together.own().commit(put(own.clone(), now));
    for wanted in &making.replicas {
        join(wanted, making, &own, together, context);
    }
    Ok(own)
}

/// The membership with the new members.
fn grown(making: &Making, own: &TableDefinition, context: &Context<'_>) -> Membership {
    let region = &context.caller().region;
    let begin = || Membership::new(context.world().uuid().into(), region.clone(), making.consistency);
    let mut membership = own
        .membership
        .as_ref()
        .map_or_else(begin, |membership| Membership::clone(membership));
    for wanted in &making.replicas {
        membership.add(Member {
            key_id: wanted.key_id.clone(),
            class: wanted.class,
            overrides: wanted.overrides.clone(),
            indexes: wanted.indexes.clone(),
            ..Member::new(
                wanted.region.clone(),
                MemberPhase::Hidden,
                Some((region.clone(), context.now())),
            )
        });
    }
    assume_scaled(&mut membership, own, context.caller());
    if let Some(region) = &making.witness {
        membership.witness = Some(Witness {
            region: region.clone(),
            phase: MemberPhase::Hidden,
        });
    }
    membership
}

fn schedule(making: &Making, definition: &mut TableDefinition, now: Timestamp, steps: [(i64, MemberStep); 2]) {
    for region in making.regions().chain(&making.witness) {
        for (after_ms, step) in steps {
            definition.schedule(now.plus_millis(after_ms), Step::Member(region.clone(), step));
        }
    }
}

/// Replicas need a stream: one that shows both images is turned on, unless there is another.
fn turn_on_stream(
    own: &mut TableDefinition,
    together: &mut Together<'_, '_>,
    context: &Context<'_>,
) -> Result<(), ApiError> {
    if own.stream.view.is_some() {
        return Ok(());
    }
    let before = own.clone();
    let (view, shards) = (Some(StreamView::NewAndOldImages), context.settings().streams.shards);
    stream::switch(&mut own.stream, view, &before.name, context.now(), shards)?;
    stream::set_apart(Some(&before), own, together.own().database().streams());
    Ok(())
}

/// Lets the table be in another Region.
fn join(
    wanted: &Wanted,
    making: &Making,
    own: &TableDefinition,
    together: &mut Together<'_, '_>,
    context: &Context<'_>,
) {
    let database = together.own().database();
    let Some(table) = database.table(&own.name).cloned() else {
        return;
    };
    let here = &context.caller().region;
    let replica = database.replica(&own.name);
    let replica = replica.map_or_else(Replica::default, |replica| replica.joined(here));
    let Some((now, transaction)) = together.other(&wanted.region) else {
        return;
    };
    let caller = caller_in(context.caller(), &wanted.region);
    let mut definition = define(wanted, own, now, &caller, context);
    let [_, (active_ms, _)] = making.steps(context);
    let active = now.plus_millis(active_ms);
    schedule(making, &mut definition, now, making.steps(context));
    definition.schedule(active, Step::Activate);
    let backups_ms = Work::EnableBackups.length_ms(context.settings().pace);
    definition.schedule(active.plus_millis(backups_ms), Step::EnableBackups);
    stream::set_apart(None, &mut definition, transaction.database().streams());
    let definition = Arc::new(definition);
    let table = table.redefined(Arc::clone(&definition));
    transaction.commit(Change::Join(Arc::new(table), Arc::new(replica)));
    if let Some(change) = definition.advanced(now) {
        transaction.commit(change);
    }
}

/// What the table is in another Region. What belongs to a Region alone begins as it does with a new table.
fn define(
    wanted: &Wanted,
    own: &TableDefinition,
    now: Timestamp,
    caller: &Caller,
    context: &Context<'_>,
) -> TableDefinition {
    let mut definition = TableDefinition {
        id: context.world().uuid().into(),
        arn: table_arn(caller, &own.name),
        created: now,
        protection: Protection::default(),
        tags: Tags::default(),
        recovery: None,
        restored_from: None,
        policy: PolicySetting::default(),
        companions: Companions::default(),
        membership: own
            .membership
            .as_ref()
            .map(|membership| Arc::new(membership.seen_from(&wanted.region))),
        pending: Vec::new(),
        ..own.clone()
    };
    let shards = context.settings().streams.shards;
    let view = own.stream.view;
    definition.stream = StreamSetting::default();
    // A stream that has never been is always turned on.
    let _ = stream::switch(&mut definition.stream, view, &own.name, now, shards);
    if own.encryption.key_arn.is_some() {
        definition.encryption.key_arn = Some(match &wanted.key_id {
            Some(key) => encryption::key_arn(key, caller),
            None => encryption::own_key_arn(caller),
        });
    }
    super::sharing::settle(&mut definition, wanted);
    Arc::make_mut(&mut definition.indexes)
        .iter_mut()
        .filter(|index| index.kind != IndexKind::Local)
        .for_each(|index| index.status = IndexStatus::Active);
    definition
}
