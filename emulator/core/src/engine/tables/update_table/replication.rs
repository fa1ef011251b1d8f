//! Replicas and witnesses: what an UpdateTable request wants of a table's group.
//!
//! Order (control-plane-2026.md §13, §14): what is wrong in the request itself; the Regions; the group as it is; then what is found in the other
//! Regions, under their locks ([`replicas`](crate::engine::tables::replicas)).

mod members;

use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) use members::{check_regions, state};

use crate::engine::Namespaces;
use crate::engine::context::Context;
use crate::engine::names::{TableTarget, partition_of};
use crate::engine::regions::is_region;
use crate::engine::replication::Together;
use crate::engine::tables::replicas::{
    self, Making, ReplicaKeyError, ReplicationError, SettingsModeError, StrongError, Wanted, check_rested,
    check_scaled, check_settings_mode,
};
use crate::engine::tables::{self, encryption};
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{ReplicationGroupUpdate, UpdateTableRequest};
use crate::store::{
    BillingMode, Consistency, Database, IndexKind, Member, MemberPhase, Step, Table, TableDefinition, TableStatus,
};

/// What is to happen to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    Make(Making),
    Change(Wanted),
    Delete(Vec<Text>),
    Disassociate,
}

impl Plan {
    /// The Regions that need not have anything of the table yet.
    pub(super) fn new_regions(&self) -> Vec<Text> {
        match self {
            Self::Make(making) => making.regions().cloned().collect(),
            Self::Change(_) | Self::Delete(_) | Self::Disassociate => Vec::new(),
        }
    }

    /// Lets it happen; what is answered of the table.
    pub(super) fn execute(
        &self,
        table: &Arc<Table>,
        together: &mut Together<'_, '_>,
        context: &Context<'_>,
    ) -> Result<TableDefinition, ApiError> {
        let definition = table.definition();
        match self {
            Self::Make(making) => replicas::make(making, table, together, context),
            Self::Change(wanted) => replicas::change(wanted, definition, together, context),
            Self::Delete(regions) => replicas::delete(regions, definition, together, context),
            Self::Disassociate => replicas::disassociate(definition, together, context),
        }
    }
}

/// The table whose group is to change. One that is itself being made as a replica has to be there first.
pub(super) fn find<'a>(database: &'a Database, target: &TableTarget) -> Result<&'a Arc<Table>, ApiError> {
    let table = tables::find(database, target)?;
    let definition = table.definition();
    match &definition.membership {
        Some(membership) if definition.is_being_filled() => {
            let region = membership.region.clone();
            Err(ReplicationError::BusyAdding(definition.name.clone(), region).into())
        }
        _ => tables::find_unless_filled(database, target),
    }
}

/// What a request wants of the group of a table, if anything.
pub(super) fn plan(
    request: &UpdateTableRequest,
    definition: &TableDefinition,
    context: &Context<'_>,
) -> Result<Option<Plan>, ApiError> {
    check_members(request, definition)?;
    let updates = request.replica_updates.as_deref().unwrap_or_default();
    let witnesses = request.global_table_witness_updates.as_deref().unwrap_or_default();
    if request.replica_updates.is_none() && witnesses.is_empty() {
        return match request.multi_region_consistency {
            Some(_) if definition.membership.is_some() => Err(StrongError::Existing.into()),
            Some(_) => Err(ReplicationError::OtherFields.into()),
            None => Ok(None),
        };
    }
    let is_strong = is_strong(request, definition);
    if !members::is_alone(request) {
        return Err(match is_strong || !witnesses.is_empty() {
            true => ReplicationError::OtherFields.into(),
            false => ReplicationError::MustBeAlone.into(),
        });
    }
    let actions = Actions::of(updates);
    if actions.is_empty() && request.replica_updates.is_some() {
        return Err(ReplicationError::NoAction.into());
    }
    actions.check_local(&context.caller().region)?;
    let plan = match is_strong {
        true => strong_plan(request, &actions, definition, context)?,
        false => eventual_plan(&actions, definition, context)?,
    };
    match definition.status() {
        TableStatus::Updating => Err(ReplicationError::Busy.into()),
        _ => Ok(Some(plan)),
    }
}

/// Whether a group is strongly consistent, or is to become so.
fn is_strong(request: &UpdateTableRequest, definition: &TableDefinition) -> bool {
    definition.is_strong() || request.multi_region_consistency.as_deref() == Some("STRONG")
}

/// Checks members about groups that are no updates of replicas.
fn check_members(request: &UpdateTableRequest, definition: &TableDefinition) -> Result<(), ApiError> {
    if let Some(mode) = &request.global_table_settings_replication_mode {
        check_settings_mode(mode)?;
        if definition.membership.is_some() {
            return Err(SettingsModeError::OfGroup.into());
        }
    }
    let is_strong = is_strong(request, definition);
    if request.global_table_witness_updates.is_some() && !is_strong {
        return Err(StrongError::WitnessWithoutConsistency.into());
    }
    if request.disassociation_protection_enabled.is_some() && definition.membership.is_none() {
        return Err(ReplicationError::NotGroup("DisassociationProtectionEnabled").into());
    }
    Ok(())
}

/// What updates want, each Region once.
struct Actions {
    create: Vec<Wanted>,
    update: Vec<Wanted>,
    delete: Vec<Text>,
    leave: Vec<Text>,
}

impl Actions {
    fn of(updates: &[ReplicationGroupUpdate]) -> Self {
        let mut actions = Self {
            create: Vec::new(),
            update: Vec::new(),
            delete: Vec::new(),
            leave: Vec::new(),
        };
        for update in updates {
            let replicas = [
                (&mut actions.create, &update.create),
                (&mut actions.update, &update.update),
            ];
            for (list, replica) in replicas {
                let wanted = replica.iter().map(members::wanted);
                let wanted: Vec<Wanted> = wanted
                    .filter(|wanted| list.iter().all(|known| known.region != wanted.region))
                    .collect();
                list.extend(wanted);
            }
            let deleted = update.delete.iter().filter_map(|replica| replica.region_name.clone());
            let left = update
                .disassociate
                .iter()
                .filter_map(|replica| replica.region_name.clone());
            for (list, regions) in [
                (&mut actions.delete, deleted.collect::<Vec<_>>()),
                (&mut actions.leave, left.collect()),
            ] {
                let regions: Vec<Text> = regions.into_iter().filter(|region| !list.contains(region)).collect();
                list.extend(regions);
            }
        }
        actions
    }

    /// The replicas that are to be made. What is said of indexes that the table does not have is lost.
    fn created(&self, definition: &TableDefinition) -> Vec<Wanted> {
        let mut created = self.create.clone();
        for wanted in &mut created {
            wanted.indexes.retain(|(name, _)| is_global(definition, name));
        }
        created
    }

    fn counts(&self) -> [usize; 4] {
        [
            self.create.len(),
            self.update.len(),
            self.delete.len(),
            self.leave.len(),
        ]
    }

    fn is_empty(&self) -> bool {
        self.counts() == [0; 4]
    }

    fn kinds(&self) -> usize {
        self.counts().into_iter().filter(|count| *count > 0).count()
    }

    /// Refuses to make or delete the table that is asked.
    fn check_local(&self, local: &Text) -> Result<(), ReplicationError> {
        let created = self.create.iter().map(|wanted| &wanted.region);
        match created.chain(&self.delete).any(|region| region == local) {
            true => Err(ReplicationError::LocalRegion),
            false => Ok(()),
        }
    }

    /// Refuses to change or delete what is no replica of the table.
    fn check_members_are_there(&self, definition: &TableDefinition) -> Result<(), ReplicationError> {
        if let Some(region) = self.delete.iter().find(|region| !is_region(region)) {
            return Err(ReplicationError::UnknownRegion(region.clone()));
        }
        let membership = definition.membership.as_ref();
        let is_told = |member: &Member| member.phase != MemberPhase::Hidden;
        let is_missing = |region: &&Text| !membership.is_some_and(|known| known.member(region).is_some_and(is_told));
        let changed = self.update.iter().map(|wanted| &wanted.region);
        let missing: Vec<Text> = changed.chain(&self.delete).filter(is_missing).cloned().collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(ReplicationError::NoReplica(missing)),
        }
    }
}

/// Groups that are consistent in the end take one action at a time.
fn eventual_plan(actions: &Actions, definition: &TableDefinition, context: &Context<'_>) -> Result<Plan, ApiError> {
    if actions.kinds() > 1 {
        return Err(ReplicationError::ManyKinds.into());
    }
    if actions.create.len() + actions.delete.len() > 1 {
        return Err(ReplicationError::ManyActions.into());
    }
    if actions.update.len() + actions.leave.len() > 1 {
        return Err(ReplicationError::ManyRegions.into());
    }
    if let Some(region) = actions.leave.first() {
        check_rested(definition)?;
        return match *region == context.caller().region {
            true => Ok(Plan::Disassociate),
            false => Err(ReplicationError::OtherDisassociated.into()),
        };
    }
    if let Some(wanted) = actions.create.first() {
        check_creation(wanted, definition, context)?;
        return Ok(Plan::Make(Making {
            replicas: actions.created(definition),
            witness: None,
            consistency: Consistency::Eventual,
        }));
    }
    actions.check_members_are_there(definition)?;
    check_rested(definition)?;
    match actions.update.first() {
        Some(wanted) => {
            check_change(wanted, definition)?;
            Ok(Plan::Change(wanted.clone()))
        }
        None => Ok(Plan::Delete(actions.delete.clone())),
    }
}

/// Checks whether a table can have a replica in another Region, as far as that does not depend on what is there.
fn check_creation(wanted: &Wanted, definition: &TableDefinition, context: &Context<'_>) -> Result<(), ApiError> {
    let (region, local) = (&wanted.region, &context.caller().region);
    if !is_region(region) || partition_of(region) != partition_of(local) {
        return Err(ReplicationError::UnknownRegion(region.clone()).into());
    }
    if context.settings().namespaces == Namespaces::Shared {
        return Err(ReplicationError::ClosedRegion(region.clone()).into());
    }
    if let Some(membership) = &definition.membership
        && let Some(member) = membership.member(region)
    {
        if !matches!(member.phase, MemberPhase::Hidden | MemberPhase::Creating) {
            return Err(ReplicationError::TableInTheWay(definition.name.clone()).into());
        }
        let regions = membership.by_region().into_iter().map(|member| member.region.clone());
        return Err(ReplicationError::Exists(definition.name.clone(), regions.collect()).into());
    }
    check_rested(definition)?;
    check_scaled(definition, context.settings().scaling)?;
    check_key(wanted, definition, context)?;
    Ok(())
}

/// Checks that a replica has a key of its own if the table has, and none otherwise.
fn check_key(wanted: &Wanted, definition: &TableDefinition, context: &Context<'_>) -> Result<(), ReplicaKeyError> {
    if definition.steps().any(|step| matches!(step, Step::EndEncryption)) {
        return Err(ReplicaKeyError::Updating);
    }
    let own = encryption::own_key_arn(context.caller());
    let has_key = definition.encryption.key_arn.as_ref().is_some_and(|key| *key != own);
    match (has_key, &wanted.key_id) {
        (true, None) => Err(ReplicaKeyError::Missing),
        (false, Some(_)) => Err(ReplicaKeyError::Differs),
        _ => Ok(()),
    }
}

fn is_global(definition: &TableDefinition, name: &str) -> bool {
    definition.indexes_of(IndexKind::Global).any(|index| index.name == name)
}

/// Checks what a replica is to have of its own. A new replica is not asked: overrides for indexes that are not there are lost on it.
fn check_change(wanted: &Wanted, definition: &TableDefinition) -> Result<(), ReplicationError> {
    if wanted.is_bare() {
        return Err(ReplicationError::NoAction);
    }
    match definition.billing.mode {
        BillingMode::PayPerRequest if wanted.overrides.read_units.is_some() => {
            return Err(ReplicationError::OverrideOnDemand);
        }
        BillingMode::Provisioned if wanted.overrides.read_ceiling.is_some() => {
            return Err(ReplicationError::CeilingOnProvisioned);
        }
        _ => {}
    }
    match wanted.indexes.iter().find(|(name, _)| !is_global(definition, name)) {
        Some((name, _)) => Err(ReplicationError::UnknownIndex(name.clone(), definition.name.clone())),
        None => Ok(()),
    }
}

/// Strongly consistent groups are made and ended in one request.
fn strong_plan(
    request: &UpdateTableRequest,
    actions: &Actions,
    definition: &TableDefinition,
    context: &Context<'_>,
) -> Result<Plan, ApiError> {
    let witnesses = request.global_table_witness_updates.iter().flatten();
    let witness = |region: Option<&Option<Text>>| region.cloned().flatten();
    let created = witnesses
        .clone()
        .filter_map(|update| witness(update.create.as_ref().map(|region| &region.region_name)));
    let deleted = witnesses.filter_map(|update| witness(update.delete.as_ref().map(|region| &region.region_name)));
    let created: Vec<Text> = created.collect();
    if request.multi_region_consistency.as_deref() == Some("STRONG") {
        check_shape(actions, &created, &context.caller().region)?;
    }
    match (definition.is_strong(), definition.membership.is_some()) {
        (true, _) => strong_end(request, actions, definition, deleted.collect()),
        (false, true) => Err(StrongError::Existing.into()),
        (false, false) => strong_beginning(actions, definition, context, created),
    }
}

/// Checks which Regions are to be strongly consistent, which comes before what the table is already.
fn check_shape(actions: &Actions, witnesses: &[Text], local: &Text) -> Result<(), StrongError> {
    if actions.create.is_empty() || actions.kinds() > 1 {
        return Err(StrongError::OnlyCreate);
    }
    if actions.create.len() + witnesses.len() != 2 {
        return Err(StrongError::Count);
    }
    let replicas = actions.create.iter().map(|wanted| &wanted.region);
    let all: BTreeSet<&Text> = replicas.chain([local]).chain(witnesses).collect();
    let unsupported = all
        .into_iter()
        .filter(|region| !is_region(region) || !has_strong(region));
    let unsupported: Vec<Text> = unsupported.cloned().collect();
    match unsupported.is_empty() {
        true => Ok(()),
        false => Err(StrongError::UnsupportedRegions(unsupported)),
    }
}

fn strong_beginning(
    actions: &Actions,
    definition: &TableDefinition,
    context: &Context<'_>,
    witnesses: Vec<Text>,
) -> Result<Plan, ApiError> {
    let local = &context.caller().region;
    if witnesses
        .iter()
        .any(|witness| actions.create.iter().any(|wanted| wanted.region == *witness))
    {
        return Err(ReplicationError::ManyRegions.into());
    }
    if witnesses.contains(local) {
        return Err(StrongError::WitnessIsReplica.into());
    }
    for wanted in &actions.create {
        check_creation(wanted, definition, context)?;
    }
    if definition.indexes_of(IndexKind::Local).next().is_some() {
        return Err(StrongError::LocalIndexes.into());
    }
    if definition.expiry.attribute.is_some() {
        return Err(StrongError::Expiry.into());
    }
    Ok(Plan::Make(Making {
        replicas: actions.created(definition),
        witness: witnesses.into_iter().next(),
        consistency: Consistency::Strong,
    }))
}

/// Whether a Region can be part of a strongly consistent group. Which of them go together is not checked by the service in all cases, and so not here.
fn has_strong(region: &str) -> bool {
    const REGIONS: [&str; 10] = [
        "us-east-1",
        "us-east-2",
        "us-west-2",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "eu-central-1",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
    ];
    REGIONS.contains(&region)
}

fn strong_end(
    request: &UpdateTableRequest,
    actions: &Actions,
    definition: &TableDefinition,
    witnesses: Vec<Text>,
) -> Result<Plan, ApiError> {
    if request.multi_region_consistency.is_some() {
        return Err(StrongError::Existing.into());
    }
    if !actions.create.is_empty() {
        return Err(StrongError::NoMore.into());
    }
    if !actions.leave.is_empty() {
        return Err(StrongError::Disassociation.into());
    }
    actions.check_members_are_there(definition)?;
    let membership = definition.membership.as_ref();
    let witness = membership
        .and_then(|membership| membership.witness.as_ref())
        .map(|witness| &witness.region);
    let unknown: Vec<Text> = witnesses
        .iter()
        .filter(|region| Some(*region) != witness)
        .cloned()
        .collect();
    if !unknown.is_empty() {
        return Err(StrongError::NoWitness(unknown).into());
    }
    check_rested(definition)?;
    if let Some(wanted) = actions.update.first() {
        check_change(wanted, definition)?;
        return Ok(Plan::Change(wanted.clone()));
    }
    let peers = membership.into_iter().flat_map(|membership| membership.peers()).count();
    if actions.delete.len() < peers {
        return Err(StrongError::OneOfMany.into());
    }
    if witness.is_some_and(|witness| !witnesses.contains(witness)) {
        return Err(StrongError::WitnessLeftOut.into());
    }
    Ok(Plan::Delete([actions.delete.clone(), witnesses].concat()))
}
