//! The changes of UpdateTable against the table: each is checked, in the service's order, and made or scheduled on a copy of the definition.

use std::fmt;
use std::sync::Arc;

use super::wish::{IndexWish, Wish};
use crate::engine::context::Context;
use crate::engine::names::label_of;
use crate::engine::tables::busy;
use crate::engine::tables::class::{self, WINDOW_MS};
use crate::engine::tables::indexes::{self, GLOBAL_MAX, IndexError};
use crate::engine::tables::pace::Work;
use crate::engine::tables::schema::{self, Definitions};
use crate::engine::tables::throughput::{self, Occasion, Subject, ThroughputError};
use crate::engine::tables::{INVALID, definition_units, stream};
use crate::model::json::{Text, Timestamp};
use crate::model::wire::{GlobalSecondaryIndexArg, OnDemandThroughput, WarmThroughputArg};
use crate::model::{ApiError, ErrorKind};
use crate::store::{
    BillingMode, Capacity, DAY_MS, IndexDefinition, IndexKind, IndexStatus, Step, TableClass, TableDefinition, Units,
};

/// Why a change cannot be made on this table.
#[derive(Clone, Debug, PartialEq, Eq)]
enum EditError {
    UnknownIndex { index: Text, table: Text },
    WarmUnknownIndex,
    LocalIndex { verb: &'static str, index: Text },
    ManyOnlineIndexes,
    NoDefinitions(Text),
    ProtectionResting { table: Text, until: Timestamp },
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownIndex { index, table } => {
                write!(f, "Requested resource not found: Index {index} for table {table}")
            }
            Self::WarmUnknownIndex => f.write_str("Internal server error"),
            Self::LocalIndex { verb, index } => {
                write!(f, "Cannot {verb} an index that is not a GlobalSecondaryIndex: {index}")
            }
            Self::ManyOnlineIndexes => f.write_str(
                "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
            ),
            Self::NoDefinitions(index) => {
                write!(f, "{INVALID}AttributeDefinitions is not specified for index: {index}")
            }
            Self::ProtectionResting { table, until } => write!(
                f,
                "Deletion protection setting for table {table} modified within the previous 15000 milliseconds. Please try again after {}Z",
                label_of(*until)
            ),
        }
    }
}

impl From<EditError> for ApiError {
    fn from(error: EditError) -> Self {
        let kind = match error {
            EditError::UnknownIndex { .. } => ErrorKind::ResourceNotFound,
            EditError::WarmUnknownIndex => ErrorKind::InternalServerError,
            EditError::LocalIndex { .. } | EditError::NoDefinitions(_) => ErrorKind::Validation,
            EditError::ManyOnlineIndexes => ErrorKind::LimitExceeded,
            EditError::ProtectionResting { .. } => ErrorKind::Throttling,
        };
        Self::new(kind, error)
    }
}

/// A definition with changes, made or scheduled.
pub(super) struct Edited {
    pub(super) definition: TableDefinition,
    /// Whether the answer tells the table as being updated although nothing is under way: a setting was sent that is there already.
    pub(super) is_told_as_update: bool,
}

impl Edited {
    /// A definition to which nothing was done, which is told as an update all the same.
    pub(super) fn unchanged(definition: &TableDefinition) -> Self {
        Self {
            definition: definition.clone(),
            is_told_as_update: true,
        }
    }
}

/// Makes the changes that a request wants. `reserved` is the throughput that all tables of the database have.
pub(super) fn edit(
    wish: &Wish<'_>,
    current: &TableDefinition,
    context: &Context<'_>,
    reserved: Units,
) -> Result<Edited, ApiError> {
    let mut editor = Editor {
        current,
        mode: wish.mode.unwrap_or(current.billing.mode),
        now: context.now(),
        context,
        edited: Edited {
            definition: current.clone(),
            is_told_as_update: false,
        },
    };
    editor.check_mode(wish)?;
    editor.set_ceilings(wish)?;
    editor.check_throughput(wish, reserved)?;
    editor.check_indexes(wish)?;
    editor.set_throughput(wish);
    editor.set_indexes(wish)?;
    editor.set_warm(wish)?;
    editor.set_stream(wish)?;
    editor.set_class(wish)?;
    editor.set_encryption(wish)?;
    editor.set_protection(wish)?;
    Ok(editor.edited)
}

struct Editor<'a> {
    current: &'a TableDefinition,
    /// The billing mode after the request.
    mode: BillingMode,
    now: Timestamp,
    context: &'a Context<'a>,
    edited: Edited,
}

impl Editor<'_> {
    fn schedule(&mut self, work: Work, step: Step) {
        let at = self.now.plus_millis(work.length_ms(self.context.settings().pace));
        self.edited.definition.schedule(at, step);
    }

    fn region(&self) -> &Text {
        &self.context.caller().region
    }

    /// Whether the billing mode becomes another.
    fn is_switch(&self) -> bool {
        self.mode != self.current.billing.mode
    }

    fn global_indexes(&self) -> impl Iterator<Item = &IndexDefinition> {
        self.current.indexes_of(IndexKind::Global)
    }

    /// Checks what goes with the billing mode that the table will have.
    fn check_mode(&self, wish: &Wish<'_>) -> Result<(), ThroughputError> {
        if self.mode == BillingMode::PayPerRequest {
            return check_on_demand(wish);
        }
        if wish.mode.is_some() && wish.units.is_none() {
            return Err(ThroughputError::SwitchWithoutThroughput);
        }
        if self.is_switch() {
            let is_uncovered = |index: &&IndexDefinition| index_units(wish, &index.name).is_none();
            let uncovered: Vec<Text> = self
                .global_indexes()
                .filter(is_uncovered)
                .map(|index| index.name.clone())
                .collect();
            if !uncovered.is_empty() {
                return Err(ThroughputError::SwitchWithoutIndexThroughput(uncovered));
            }
        }
        let is_bare = |wish: &IndexWish<'_>| {
            matches!(
                wish,
                IndexWish::Update {
                    units: None,
                    ceilings: None,
                    warm: None
                }
            )
        };
        let bare = wish.indexes.iter().find(|(_, wish)| is_bare(wish));
        bare.map_or(Ok(()), |(index, _)| {
            Err(ThroughputError::NewIndexNotProvisioned(index.clone()))
        })
    }

    /// Sets ceilings, which take effect at once.
    fn set_ceilings(&mut self, wish: &Wish<'_>) -> Result<(), ThroughputError> {
        let set = |capacity: &mut Capacity, wanted: Option<&OnDemandThroughput>, subject: Subject| {
            let (mode, region) = (self.mode, &self.context.caller().region);
            capacity.ceilings =
                throughput::ceilings(capacity.ceilings, wanted, mode, &subject, Occasion::Update, region)?;
            Ok(())
        };
        let definition = &mut self.edited.definition;
        set(&mut definition.capacity, wish.ceilings, Subject::Table)?;
        for (name, wish) in &wish.indexes {
            if let IndexWish::Update { ceilings, .. } = wish
                && let Some(index) = Arc::make_mut(&mut definition.indexes)
                    .iter_mut()
                    .find(|index| index.name == *name)
            {
                set(&mut index.capacity, *ceilings, Subject::Index(name.clone()))?;
            }
        }
        Ok(())
    }

    /// Checks provisioned throughput of the table, and what the account will have with that of its indexes.
    fn check_throughput(&self, wish: &Wish<'_>, reserved: Units) -> Result<(), ThroughputError> {
        let current = &self.current.capacity.throughput;
        if let Some(units) = wish.units {
            if !self.is_switch() && units == current.units {
                return Err(ThroughputError::Unchanged(Subject::Table, units));
            }
            throughput::check_table_max(units, self.region())?;
            throughput::check_decrease(current, units, self.now)?;
        }
        let indexes = self
            .global_indexes()
            .map(|index| index_units(wish, &index.name).unwrap_or(index.capacity.throughput.units));
        let created = wish.indexes.iter().filter_map(|(_, wish)| match wish {
            IndexWish::Create(index) => throughput::units(index.provisioned_throughput.as_ref()),
            IndexWish::Delete | IndexWish::Update { .. } => None,
        });
        let wanted = indexes
            .chain(created)
            .fold(wish.units.unwrap_or(current.units), super::super::plus);
        let had = definition_units(self.current);
        let requested = Units {
            read: wanted.read.saturating_sub(had.read),
            write: wanted.write.saturating_sub(had.write),
        };
        throughput::check_account_max(reserved, requested, self.region())
    }

    /// Checks changes of indexes: that they exist and can be changed now, and that one at most comes or goes.
    fn check_indexes(&self, wish: &Wish<'_>) -> Result<(), ApiError> {
        for (name, wish) in &wish.indexes {
            match wish {
                IndexWish::Create(_) => {}
                IndexWish::Delete => {
                    let index = self.find_index(name, "delete")?;
                    busy::check_index_deletion(&self.current.name, index)?;
                }
                IndexWish::Update { units, warm, .. } => {
                    if warm.is_some() && self.current.index(name).is_none() {
                        return Err(EditError::WarmUnknownIndex.into());
                    }
                    let index = self.find_index(name, "update")?;
                    busy::check_index_update(&self.current.name, index)?;
                    self.check_index_throughput(index, *units)?;
                }
            }
        }
        self.check_online(wish)
    }

    fn find_index(&self, name: &Text, verb: &'static str) -> Result<&IndexDefinition, EditError> {
        let index = self.current.index(name).ok_or_else(|| EditError::UnknownIndex {
            index: name.clone(),
            table: self.current.name.clone(),
        })?;
        match index.kind {
            IndexKind::Global => Ok(index),
            IndexKind::Local => Err(EditError::LocalIndex {
                verb,
                index: name.clone(),
            }),
        }
    }

    fn check_index_throughput(&self, index: &IndexDefinition, units: Option<Units>) -> Result<(), ThroughputError> {
        let Some(units) = units else { return Ok(()) };
        let current = &index.capacity.throughput;
        if !self.is_switch() && units == current.units {
            return Err(ThroughputError::Unchanged(Subject::Index(index.name.clone()), units));
        }
        throughput::check_table_max(units, self.region())?;
        throughput::check_decrease(current, units, self.now)
    }

    /// Refuses a second index that comes or goes. The deletion of one that is being filled is no second one.
    fn check_online(&self, wish: &Wish<'_>) -> Result<(), ApiError> {
        let online: Vec<_> = wish
            .indexes
            .iter()
            .filter(|(_, wish)| matches!(wish, IndexWish::Create(_) | IndexWish::Delete))
            .collect();
        let is_under_way = |index: &IndexDefinition| {
            matches!(
                index.status,
                IndexStatus::Allocating | IndexStatus::Backfilling | IndexStatus::Deleting
            )
        };
        let Some((name, _)) = online.first() else { return Ok(()) };
        let mut others = self.global_indexes().filter(|index| index.name != *name);
        if online.len() > 1 || others.any(is_under_way) {
            return Err(EditError::ManyOnlineIndexes.into());
        }
        Ok(())
    }

    /// Schedules throughput of the table, or another billing mode for it and its indexes.
    fn set_throughput(&mut self, wish: &Wish<'_>) {
        if self.is_switch() {
            let indexes = self
                .global_indexes()
                .filter_map(|index| index_units(wish, &index.name).map(|units| (index.name.clone(), units)))
                .collect();
            let work = match (self.mode, self.current.billing.on_demand_since) {
                (BillingMode::Provisioned, _) => Work::SwitchToProvisioned,
                (BillingMode::PayPerRequest, None) => Work::SwitchToOnDemand,
                (BillingMode::PayPerRequest, Some(_)) => Work::SwitchBackToOnDemand,
            };
            self.schedule(work, Step::Bill(self.mode, wish.units.unwrap_or_default(), indexes));
        } else if let Some(units) = wish.units {
            self.schedule(Work::Provision, Step::Provision(units));
        } else if wish.mode.is_some() {
            self.edited.is_told_as_update = true;
        }
    }

    fn set_indexes(&mut self, wish: &Wish<'_>) -> Result<(), ApiError> {
        for (name, index) in &wish.indexes {
            match index {
                IndexWish::Create(index) => self.create_index(index, wish)?,
                IndexWish::Delete => self.delete_index(name),
                IndexWish::Update { units, warm, .. } => {
                    if let Some(units) = units.filter(|_| !self.is_switch()) {
                        self.provision_index(name, units);
                    }
                    self.warm_index(name, *warm)?;
                }
            }
        }
        Ok(())
    }

    fn create_index(&mut self, index: &GlobalSecondaryIndexArg, wish: &Wish<'_>) -> Result<(), ApiError> {
        let created = self.define_index(index, wish)?;
        let name = created.name.clone();
        Arc::make_mut(&mut self.edited.definition.indexes).push(created);
        let pace = self.context.settings().pace;
        let allocated = self.now.plus_millis(Work::AllocateIndex.length_ms(pace));
        let filled = allocated.plus_millis(Work::BackfillIndex.length_ms(pace));
        self.edited
            .definition
            .schedule(allocated, Step::BackfillIndex(name.clone()));
        self.edited.definition.schedule(filled, Step::ActivateIndex(name));
        Ok(())
    }

    fn define_index(&self, index: &GlobalSecondaryIndexArg, wish: &Wish<'_>) -> Result<IndexDefinition, ApiError> {
        let name = index.index_name.clone().unwrap_or_default();
        if self.current.index(&name).is_some() {
            return Err(IndexError::Exists.into());
        }
        if self.global_indexes().count() >= GLOBAL_MAX {
            return Err(IndexError::TooManyOnline.into());
        }
        let definitions = match wish.definitions {
            Some(list) if !list.is_empty() => Definitions::new(list)?,
            _ => return Err(EditError::NoDefinitions(name).into()),
        };
        let key = schema::elements(index.key_schema.as_ref());
        schema::check_index_key_is_defined(&key, &definitions)?;
        schema::check_global_key(&key)?;
        let definitions = definitions.overruled_by(self.current.attribute_types().into_iter());
        let projection = indexes::projection(index.projection.as_ref())?;
        let projections = self.current.indexes.iter().map(|index| &index.projection);
        indexes::check_included_total(projections.chain([&projection]))?;

        let keys = schema::key_schema(&key, &definitions);
        let mut created = IndexDefinition::new(name, IndexKind::Global, keys, projection);
        created.status = IndexStatus::Allocating;
        created.capacity = self.new_capacity(index, &created.name)?;
        Ok(created)
    }

    fn new_capacity(&self, index: &GlobalSecondaryIndexArg, name: &Text) -> Result<Capacity, ThroughputError> {
        let units = throughput::units(index.provisioned_throughput.as_ref());
        let units = throughput::check_index_mode(self.mode, units, name, Occasion::Update)?;
        throughput::check_table_max(units, self.region())?;
        let mut capacity = match self.mode {
            BillingMode::Provisioned => Capacity::provisioned(units),
            BillingMode::PayPerRequest => Capacity::on_demand(),
        };
        let subject = Subject::Index(name.clone());
        capacity.warm = throughput::initial_warm(&capacity, index.warm_throughput.as_ref(), self.mode, &subject)?;
        let ceilings = index.on_demand_throughput.as_ref();
        capacity.ceilings = throughput::ceilings(
            capacity.ceilings,
            ceilings,
            self.mode,
            &subject,
            Occasion::Create,
            self.region(),
        )?;
        Ok(capacity)
    }

    fn delete_index(&mut self, name: &Text) {
        let definition = &mut self.edited.definition;
        definition
            .pending
            .retain(|transition| transition.step.index() != Some(name));
        definition.edit_index(name, |index| index.status = IndexStatus::Deleting);
        self.schedule(Work::RemoveIndex, Step::RemoveIndex(name.clone()));
    }

    /// Schedules throughput of an index. One that is being filled takes it at once and goes on being filled.
    fn provision_index(&mut self, name: &Text, units: Units) {
        let (definition, now) = (&mut self.edited.definition, self.now);
        let mut is_active = false;
        definition.edit_index(name, |index| {
            is_active = index.status == IndexStatus::Active;
            if is_active {
                index.status = IndexStatus::Updating;
            } else {
                index.capacity.provision(units, now);
            }
        });
        if is_active {
            self.schedule(Work::ProvisionIndex, Step::ProvisionIndex(name.clone(), units));
        }
    }

    fn warm_index(&mut self, name: &Text, wanted: Option<&WarmThroughputArg>) -> Result<(), ThroughputError> {
        let (Some(wanted), Some(index)) = (wanted, self.current.index(name)) else {
            return Ok(());
        };
        let subject = Subject::Index(name.clone());
        let units = throughput::raised_warm(index.capacity.warm, wanted, &subject)?;
        let is_warming = |step: &Step| matches!(step, Step::WarmIndex(warming, _) if warming == name);
        self.edited
            .definition
            .pending
            .retain(|transition| !is_warming(&transition.step));
        if units != index.capacity.warm {
            self.schedule(Work::Warm, Step::WarmIndex(name.clone(), units));
        }
        Ok(())
    }

    /// Schedules warm throughput; of two that are wanted one after the other the later counts.
    fn set_warm(&mut self, wish: &Wish<'_>) -> Result<(), ThroughputError> {
        let Some(wanted) = wish.warm else { return Ok(()) };
        let units = throughput::raised_warm(self.current.capacity.warm, wanted, &Subject::Table)?;
        self.edited
            .definition
            .pending
            .retain(|transition| !matches!(transition.step, Step::Warm(_)));
        if units != self.current.capacity.warm {
            self.schedule(Work::Warm, Step::Warm(units));
        }
        Ok(())
    }

    fn set_stream(&mut self, wish: &Wish<'_>) -> Result<(), ApiError> {
        let Some(view) = wish.stream else { return Ok(()) };
        stream::switch(&mut self.edited.definition.stream, view, &self.current.name, self.now)?;
        self.schedule(Work::SwitchStream, Step::Stream);
        Ok(())
    }

    fn set_class(&mut self, wish: &Wish<'_>) -> Result<(), ApiError> {
        let Some(class) = wish.class else { return Ok(()) };
        let current = self.current.class.class;
        class::check_budget(&self.current.class, self.now)?;
        if class == current.unwrap_or(TableClass::Standard) {
            self.edited.is_told_as_update = true;
            return Ok(());
        }
        self.edited.definition.class.changes.record(self.now, WINDOW_MS);
        self.schedule(Work::ChangeClass, Step::Class(class));
        Ok(())
    }

    fn set_encryption(&mut self, wish: &Wish<'_>) -> Result<(), ApiError> {
        let Some(wanted) = &wish.encryption else { return Ok(()) };
        let key_arn = wanted.change(&self.current.encryption, self.context.caller(), self.now)?;
        self.edited.definition.encryption.changes.record(self.now, DAY_MS);
        self.schedule(Work::Encrypt, Step::Encrypt(key_arn));
        Ok(())
    }

    /// Sets deletion protection, which takes effect at once and then rests for a while.
    fn set_protection(&mut self, wish: &Wish<'_>) -> Result<(), EditError> {
        let current = self.current.protection;
        let Some(is_on) = wish.protection.filter(|is_on| *is_on != current.is_on) else {
            return Ok(());
        };
        let rest_ms = Work::RestProtection.length_ms(self.context.settings().pace);
        let rested = current.changed.map(|at| at.plus_millis(rest_ms));
        if let Some(until) = rested.filter(|until| *until > self.now) {
            return Err(EditError::ProtectionResting {
                table: self.current.name.clone(),
                until,
            });
        }
        self.edited.definition.protection.is_on = is_on;
        self.edited.definition.protection.changed = Some(self.now);
        Ok(())
    }
}

/// Checks that a table on demand is asked for no provisioned throughput.
fn check_on_demand(wish: &Wish<'_>) -> Result<(), ThroughputError> {
    if wish.units.is_some() {
        return Err(ThroughputError::ProvisionedOnDemand);
    }
    for (index, wish) in &wish.indexes {
        match wish {
            IndexWish::Update { units: Some(_), .. } => {}
            IndexWish::Update {
                ceilings: None,
                warm: None,
                ..
            } => {}
            _ => continue,
        }
        return Err(ThroughputError::OnlyOnDemandUpdates(index.clone()));
    }
    Ok(())
}

/// The provisioned throughput that a request asks for an existing index.
fn index_units(wish: &Wish<'_>, name: &str) -> Option<Units> {
    wish.indexes.iter().find_map(|(index, wish)| match wish {
        IndexWish::Update { units, .. } if index == name => *units,
        _ => None,
    })
}
