//! What an UpdateTable request wants, read and checked as far as that needs no table.

use std::collections::HashSet;
use std::fmt;

use crate::engine::tables::busy::Wanted;
use crate::engine::tables::throughput::{self, Occasion, Subject, WarmError, has_ceiling, has_figure};
use crate::engine::tables::{INVALID, class, encryption, indexes, stream};
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{
    AttributeDefinition, GlobalSecondaryIndexArg, GlobalSecondaryIndexUpdate, OnDemandThroughput, UpdateTableRequest,
    VectorIndexArg, VectorIndexUpdate, WarmThroughputArg,
};
use crate::store::{BillingMode, SettingsMode, Step, StreamView, TableClass, TableDefinition, Units};

/// What is wrong with a request in itself.
#[derive(Clone, Debug, PartialEq, Eq)]
enum WishError {
    Nothing(Vec<&'static str>),
    NoAction,
    ManyActions,
    SameIndexTwice(Text),
    NoVectorAction,
    ManyVectorActions,
}

impl fmt::Display for WishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing(members) => {
                let (last, others) = members.split_last().unwrap_or((&"", &[]));
                write!(f, "At least one of {} or {last} is required", others.join(", "))
            }
            Self::NoAction => write!(
                f,
                "{INVALID}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must \
                 not be null"
            ),
            Self::ManyActions => write!(
                f,
                "{INVALID}Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"
            ),
            Self::SameIndexTwice(index) => write!(
                f,
                "{INVALID}Only one global secondary index update per index is allowed simultaneously. Index: {index}"
            ),
            Self::NoVectorAction => write!(
                f,
                "{INVALID}One of VectorIndexUpdate.Create, VectorIndexUpdate.Delete must not be null"
            ),
            Self::ManyVectorActions => write!(
                f,
                "{INVALID}Only one vector index action is allowed per VectorIndexUpdate object"
            ),
        }
    }
}

/// What is to happen to a global index or a vector index.
#[derive(Clone, Debug)]
pub(super) enum IndexWish<'a> {
    Create(&'a GlobalSecondaryIndexArg),
    Delete,
    Update {
        units: Option<Units>,
        ceilings: Option<&'a OnDemandThroughput>,
        warm: Option<&'a WarmThroughputArg>,
    },
    CreateVector(&'a VectorIndexArg),
    DeleteVector,
}

impl IndexWish<'_> {
    /// Whether an index is to come.
    pub(super) fn creates(&self) -> bool {
        matches!(self, Self::Create(_) | Self::CreateVector(_))
    }

    /// Whether an index is to go.
    pub(super) fn deletes(&self) -> bool {
        matches!(self, Self::Delete | Self::DeleteVector)
    }
}

/// What a request wants.
#[derive(Clone, Debug)]
pub(super) struct Wish<'a> {
    pub(super) definitions: Option<&'a [AttributeDefinition]>,
    pub(super) mode: Option<BillingMode>,
    pub(super) units: Option<Units>,
    pub(super) indexes: Vec<(Text, IndexWish<'a>)>,
    /// The view that the stream is to have; `Some(None)` turns it off.
    pub(super) stream: Option<Option<StreamView>>,
    pub(super) encryption: Option<encryption::Wish>,
    pub(super) class: Option<TableClass>,
    pub(super) protection: Option<bool>,
    /// Whether the table is to be kept from leaving its group.
    pub(super) association: Option<bool>,
    /// Whether the table is to share its settings with replicas in other accounts.
    pub(super) settings_mode: Option<SettingsMode>,
    pub(super) ceilings: Option<&'a OnDemandThroughput>,
    pub(super) warm: Option<&'a WarmThroughputArg>,
    /// Whether members without any content were sent, which fails the service if nothing else was.
    has_empty_member: bool,
    has_replica_updates: bool,
}

impl<'a> Wish<'a> {
    /// Reads a request whose constraints hold.
    pub(super) fn of(request: &'a UpdateTableRequest) -> Result<Self, ApiError> {
        let mode = request.billing_mode.as_deref().and_then(BillingMode::from_word);
        let class = class::wish(request.table_class.as_ref())?;
        let units = throughput::units(request.provisioned_throughput.as_ref());
        throughput::check_mode(mode, units, Occasion::Update)?;
        check_anything(request)?;
        indexes::check_not_empty(
            request.global_secondary_index_updates.as_ref(),
            "GlobalSecondaryIndexUpdates",
        )?;
        indexes::check_not_empty(request.vector_index_updates.as_ref(), "VectorIndexUpdates")?;
        let mut indexes = read_indexes(request.global_secondary_index_updates.as_deref().unwrap_or_default())?;
        indexes.extend(read_vector_indexes(
            request.vector_index_updates.as_deref().unwrap_or_default(),
        )?);
        Ok(Self {
            definitions: request.attribute_definitions.as_deref(),
            mode,
            units,
            indexes,
            stream: request.stream_specification.as_ref().map(stream::wish).transpose()?,
            encryption: request
                .sse_specification
                .as_ref()
                .map(encryption::Wish::of)
                .transpose()?,
            class,
            protection: request.deletion_protection_enabled,
            association: request.disassociation_protection_enabled,
            settings_mode: request
                .global_table_settings_replication_mode
                .as_deref()
                .and_then(SettingsMode::from_word),
            ceilings: request
                .on_demand_throughput
                .as_ref()
                .filter(|sent| has_ceiling(Some(sent))),
            warm: request.warm_throughput.as_ref().filter(|sent| has_figure(Some(sent))),
            has_empty_member: request.on_demand_throughput.is_some() || request.warm_throughput.is_some(),
            has_replica_updates: request.replica_updates.is_some(),
        })
    }

    /// Whether nothing is wanted but members without content.
    pub(super) fn is_hollow(&self) -> bool {
        self.has_empty_member
            && !self.has_replica_updates
            && self.kinds_of_members().next().is_none()
            && self.protection.is_none()
            && self.association.is_none()
            && self.settings_mode.is_none()
    }

    /// Whether this is a switch to payment by request that comes while the table switches away from it: the service takes it and loses it.
    pub(super) fn is_lost_switch(&self, definition: &TableDefinition) -> bool {
        let is_switching_away = |step: &Step| matches!(step, Step::Bill(BillingMode::Provisioned, ..));
        self.mode == Some(BillingMode::PayPerRequest)
            && self.kinds_of_members().all(|kind| kind == Wanted::Iops)
            && definition.steps().any(is_switching_away)
    }

    /// What is wanted of a table, for the question whether it goes with what is under way. A table on demand that is to be on demand
    /// wants nothing.
    pub(super) fn kinds(&self, definition: &TableDefinition) -> Vec<Wanted> {
        let is_idle =
            self.mode == Some(BillingMode::PayPerRequest) && definition.billing.mode == BillingMode::PayPerRequest;
        self.kinds_of_members()
            .filter(|kind| !(is_idle && *kind == Wanted::Iops))
            .collect()
    }

    fn kinds_of_members(&self) -> impl Iterator<Item = Wanted> {
        let index_kinds = self.indexes.iter().flat_map(|(_, wish)| match wish {
            IndexWish::Create(_) | IndexWish::Delete | IndexWish::CreateVector(_) | IndexWish::DeleteVector => {
                vec![Wanted::Indexes]
            }
            IndexWish::Update { units, ceilings, warm } => {
                let kinds = [
                    units.map(|_| Wanted::IndexIops),
                    ceilings.map(|_| Wanted::Ceilings),
                    warm.map(|_| Wanted::Warm),
                ];
                kinds.into_iter().flatten().collect()
            }
        });
        let has_iops = self.units.is_some() || self.mode.is_some();
        [
            has_iops.then_some(Wanted::Iops),
            self.stream.is_some().then_some(Wanted::Stream),
            self.class.is_some().then_some(Wanted::Class),
            self.encryption.is_some().then_some(Wanted::Encryption),
            self.ceilings.is_some().then_some(Wanted::Ceilings),
            self.warm.is_some().then_some(Wanted::Warm),
        ]
        .into_iter()
        .flatten()
        .chain(index_kinds)
    }
}

/// Refuses a request in which no member counts. The kind of consistency is not named if it was sent.
fn check_anything(request: &UpdateTableRequest) -> Result<(), WishError> {
    let has_index_update = request
        .global_secondary_index_updates
        .as_ref()
        .is_some_and(|list| !list.is_empty());
    let counts = request.provisioned_throughput.is_some()
        || request.billing_mode.is_some()
        || request.stream_specification.is_some()
        || has_index_update
        || request.vector_index_updates.is_some()
        || request.sse_specification.is_some()
        || request.replica_updates.is_some()
        || request.deletion_protection_enabled.is_some()
        || request.disassociation_protection_enabled.is_some()
        || request.global_table_settings_replication_mode.is_some()
        || request.on_demand_throughput.is_some()
        || request.warm_throughput.is_some()
        || request.table_class.is_some();
    if counts {
        return Ok(());
    }
    let named = [
        ("ProvisionedThroughput", true),
        ("BillingMode", true),
        ("UpdateStreamEnabled", true),
        ("GlobalSecondaryIndexUpdates", true),
        ("SSESpecification", true),
        ("ReplicaUpdates", true),
        ("MultiAccountReplicaReady", true),
        ("ReplicaTransitRoleArn", true),
        ("MultiRegionConsistency", request.multi_region_consistency.is_none()),
        ("DeletionProtectionEnabled", true),
        ("OnDemandThroughput", true),
        ("WarmThroughput", true),
        ("TableClass", true),
    ];
    let members = named
        .into_iter()
        .filter(|(_, is_named)| *is_named)
        .map(|(member, _)| member);
    Err(WishError::Nothing(members.collect()))
}

impl From<WishError> for ApiError {
    fn from(error: WishError) -> Self {
        Self::validation(error)
    }
}

fn read_indexes(updates: &[GlobalSecondaryIndexUpdate]) -> Result<Vec<(Text, IndexWish<'_>)>, ApiError> {
    let wishes = updates.iter().map(read_index).collect::<Result<Vec<_>, _>>()?;
    let mut seen = HashSet::with_capacity(wishes.len());
    if let Some((name, _)) = wishes.iter().find(|(name, _)| !seen.insert(name)) {
        return Err(WishError::SameIndexTwice(name.clone()).into());
    }
    for (position, (name, wish)) in wishes.iter().enumerate() {
        check_index(
            name,
            wish,
            updates[position]
                .update
                .as_ref()
                .is_some_and(|update| update.warm_throughput.is_some()),
        )?;
    }
    Ok(wishes)
}

fn read_index(update: &GlobalSecondaryIndexUpdate) -> Result<(Text, IndexWish<'_>), WishError> {
    let name = |name: &Option<Text>| name.clone().unwrap_or_default();
    match (&update.update, &update.create, &update.delete) {
        (Some(update), None, None) => Ok((
            name(&update.index_name),
            IndexWish::Update {
                units: throughput::units(update.provisioned_throughput.as_ref()),
                ceilings: update
                    .on_demand_throughput
                    .as_ref()
                    .filter(|sent| has_ceiling(Some(sent))),
                warm: update.warm_throughput.as_ref().filter(|sent| has_figure(Some(sent))),
            },
        )),
        (None, Some(create), None) => Ok((name(&create.index_name), IndexWish::Create(create))),
        (None, None, Some(delete)) => Ok((name(&delete.index_name), IndexWish::Delete)),
        (None, None, None) => Err(WishError::NoAction),
        _ => Err(WishError::ManyActions),
    }
}

fn read_vector_indexes(updates: &[VectorIndexUpdate]) -> Result<Vec<(Text, IndexWish<'_>)>, WishError> {
    updates.iter().map(read_vector_index).collect()
}

fn read_vector_index(update: &VectorIndexUpdate) -> Result<(Text, IndexWish<'_>), WishError> {
    let name = |name: &Option<Text>| name.clone().unwrap_or_default();
    match (&update.create, &update.delete) {
        (Some(create), None) => Ok((name(&create.0.index_name), IndexWish::CreateVector(&create.0))),
        (None, Some(delete)) => Ok((name(&delete.index_name), IndexWish::DeleteVector)),
        (None, None) => Err(WishError::NoVectorAction),
        (Some(_), Some(_)) => Err(WishError::ManyVectorActions),
    }
}

fn check_index(name: &Text, wish: &IndexWish<'_>, sends_warm: bool) -> Result<(), ApiError> {
    let IndexWish::Update { units, warm, .. } = wish else {
        return Ok(());
    };
    throughput::check_bounds(*units, &Subject::Index(name.clone()))?;
    if sends_warm && warm.is_none() {
        return Err(WarmError::WithoutFigure(name.clone()).into());
    }
    Ok(())
}
