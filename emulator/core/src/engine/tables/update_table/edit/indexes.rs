//! Indexes that come, go or change on a living table.

use std::fmt;
use std::sync::Arc;

use super::Editor;
use crate::engine::tables::indexes::{self, GLOBAL_MAX, IndexError};
use crate::engine::tables::pace::Work;
use crate::engine::tables::schema::{self, Definitions};
use crate::engine::tables::throughput::{
    self, Occasion, ProvisionedError, Subject, WarmError, check_decrease, check_max,
};
use crate::engine::tables::update_table::wish::{IndexWish, Wish};
use crate::engine::tables::{INVALID, busy};
use crate::model::json::Text;
use crate::model::wire::{GlobalSecondaryIndexArg, WarmThroughputArg};
use crate::model::{ApiError, ErrorKind, Name};
use crate::store::{
    BillingMode, Capacity, IndexDefinition, IndexKind, IndexStatus, KeyAttribute, KeySchema, Step, Units,
};

/// Why an index cannot be changed on this table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum IndexChangeError {
    UnknownIndex {
        index: Text,
        table: Text,
    },
    WarmUnknownIndex,
    LocalIndex {
        verb: &'static str,
        index: Text,
    },
    ManyOnlineIndexes,
    NoDefinitions(Text),
    Redefined {
        vector: (Name, usize),
        key: KeyAttribute,
        side: &'static str,
    },
}

impl fmt::Display for IndexChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownIndex { index, table } => {
                write!(f, "Requested resource not found: Index {index} for table {table}")
            }
            Self::WarmUnknownIndex => Ok(()),
            Self::LocalIndex { verb, index } => {
                write!(f, "Cannot {verb} an index that is not a GlobalSecondaryIndex: {index}")
            }
            Self::ManyOnlineIndexes => f.write_str(
                "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
            ),
            Self::NoDefinitions(index) => {
                write!(f, "{INVALID}AttributeDefinitions is not specified for index: {index}")
            }
            Self::Redefined {
                vector: (name, dimensions),
                key,
                side,
            } => write!(
                f,
                "{INVALID}Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. Existing \
                 schema: VectorIndexSchema:[VectorAttribute: key{{{name}:L:{dimensions}}}] New schema: Schema:[SchemaElement: \
                 key{{{}:{}:{side}}}]",
                key.name,
                key.kind.word()
            ),
        }
    }
}

impl From<IndexChangeError> for ApiError {
    fn from(error: IndexChangeError) -> Self {
        let kind = match error {
            IndexChangeError::UnknownIndex { .. } => ErrorKind::ResourceNotFound,
            IndexChangeError::WarmUnknownIndex => ErrorKind::InternalFailure,
            IndexChangeError::LocalIndex { .. }
            | IndexChangeError::NoDefinitions(_)
            | IndexChangeError::Redefined { .. } => ErrorKind::Validation,
            IndexChangeError::ManyOnlineIndexes => ErrorKind::LimitExceeded,
        };
        Self::new(kind, error)
    }
}

impl Editor<'_> {
    /// Checks changes of indexes: that they exist and can be changed now, and that one at most comes or goes.
    pub(super) fn check_indexes(&self, wish: &Wish<'_>) -> Result<(), ApiError> {
        for (name, wish) in &wish.indexes {
            match wish {
                IndexWish::Create(_) | IndexWish::CreateVector(_) => {}
                IndexWish::DeleteVector => {
                    busy::check_index_deletion(&self.current.name, self.find_vector_index(name)?)?
                }
                IndexWish::Delete => {
                    let index = self.find_index(name, "delete")?;
                    busy::check_index_deletion(&self.current.name, index)?;
                }
                IndexWish::Update { units, warm, .. } => {
                    if warm.is_some() && self.current.index(name).is_none() {
                        return Err(IndexChangeError::WarmUnknownIndex.into());
                    }
                    let index = self.find_index(name, "update")?;
                    busy::check_index_update(&self.current.name, index)?;
                    self.check_index_throughput(index, *units)?;
                }
            }
        }
        self.check_online(wish)
    }

    fn find_index(&self, name: &Text, verb: &'static str) -> Result<&IndexDefinition, IndexChangeError> {
        let index = self.current.index(name).ok_or_else(|| IndexChangeError::UnknownIndex {
            index: name.clone(),
            table: self.current.name.clone(),
        })?;
        match index.kind {
            IndexKind::Global => Ok(index),
            IndexKind::Local | IndexKind::Vector => Err(IndexChangeError::LocalIndex {
                verb,
                index: name.clone(),
            }),
        }
    }

    fn check_index_throughput(&self, index: &IndexDefinition, units: Option<Units>) -> Result<(), ProvisionedError> {
        let Some(units) = units else { return Ok(()) };
        let current = &index.capacity.throughput;
        if !self.is_switch() && units == current.units {
            return Err(ProvisionedError::Unchanged(Subject::Index(index.name.clone()), units));
        }
        check_max(units, &Subject::Index(index.name.clone()), self.region())?;
        check_decrease(current, units, self.now)
    }

    /// Refuses a second index that comes or goes. The deletion of one that is being filled is no second one.
    fn check_online(&self, wish: &Wish<'_>) -> Result<(), ApiError> {
        let online: Vec<_> = wish
            .indexes
            .iter()
            .filter(|(_, wish)| wish.creates() || wish.deletes())
            .collect();
        let is_under_way = |index: &IndexDefinition| {
            matches!(
                index.status,
                IndexStatus::Allocating | IndexStatus::Backfilling | IndexStatus::Deleting
            )
        };
        let Some((name, _)) = online.first() else { return Ok(()) };
        let mut others = self.current.indexes.iter().filter(|index| index.name != *name);
        if online.len() > 1 || others.any(is_under_way) {
            return Err(IndexChangeError::ManyOnlineIndexes.into());
        }
        Ok(())
    }

    pub(super) fn set_indexes(&mut self, wish: &Wish<'_>) -> Result<(), ApiError> {
        for (name, index) in &wish.indexes {
            match index {
                IndexWish::Create(index) => self.create_index(index, wish)?,
                IndexWish::CreateVector(index) => self.create_vector_index(index, wish)?,
                IndexWish::Delete | IndexWish::DeleteVector => self.delete_index(name),
                IndexWish::Update { units, ceilings, warm } => {
                    if let Some(units) = units.filter(|_| !self.is_switch()) {
                        self.provision_index(name, units);
                    }
                    if ceilings.is_some() {
                        self.settle_index(name, Work::ProvisionIndex);
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
        self.schedule_in_turn([
            (Work::AllocateIndex, Step::BackfillIndex(name.clone())),
            (Work::BackfillIndex, Step::ActivateIndex(name)),
        ]);
        Ok(())
    }

    /// Schedules steps that follow one another.
    pub(super) fn schedule_in_turn(&mut self, steps: impl IntoIterator<Item = (Work, Step)>) {
        let pace = self.context.settings().pace;
        let mut at = self.now;
        for (work, step) in steps {
            at = at.plus_millis(work.length_ms(pace));
            self.edited.definition.schedule(at, step);
        }
    }

    fn define_index(&self, index: &GlobalSecondaryIndexArg, wish: &Wish<'_>) -> Result<IndexDefinition, ApiError> {
        let name = index.index_name.clone().unwrap_or_default();
        self.check_is_new(&name)?;
        if self.global_indexes().count() >= GLOBAL_MAX {
            return Err(IndexError::TooManyOnline.into());
        }
        let definitions = match wish.definitions {
            Some(list) if !list.is_empty() => Definitions::new(list)?,
            _ => return Err(IndexChangeError::NoDefinitions(name).into()),
        };
        let key = schema::elements(index.key_schema.as_ref());
        schema::check_index_key_is_defined(&key, &definitions)?;
        schema::check_global_key(&key)?;
        let definitions = definitions.overruled_by(self.current.attribute_types().into_iter());
        let projection = indexes::projection(index.projection.as_ref())?;
        self.check_included_total(indexes::included_count(&projection, None))?;

        let keys = schema::key_schema(&key, &definitions);
        self.check_not_vectors(&keys)?;
        let mut created = IndexDefinition::new(name, IndexKind::Global, keys, projection);
        created.status = IndexStatus::Allocating;
        created.capacity = self.new_capacity(index, &created.name)?;
        Ok(created)
    }

    /// Refuses a new index whose name is taken.
    pub(super) fn check_is_new(&self, name: &Text) -> Result<(), ApiError> {
        let Some(namesake) = self.current.index(name) else {
            return Ok(());
        };
        busy::check_index_creation(&self.current.name, namesake)?;
        Err(IndexError::Exists.into())
    }

    /// Checks how many attributes all indexes include together, with so many of a new one.
    pub(super) fn check_included_total(&self, count: usize) -> Result<(), IndexError> {
        let counts = self.current.indexes.iter();
        let counts = counts.map(|index| indexes::included_count(&index.projection, index.vector.as_ref()));
        indexes::check_included_total(counts.chain([count]))
    }

    /// Refuses a key on an attribute that holds vectors.
    fn check_not_vectors(&self, keys: &KeySchema) -> Result<(), IndexChangeError> {
        for key in keys.attributes() {
            if let Some(spec) = self.current.vectors().find(|spec| spec.attribute == key.name) {
                return Err(IndexChangeError::Redefined {
                    vector: (spec.attribute.clone(), spec.dimensions),
                    key: key.clone(),
                    side: if keys.partition.contains(key) { "HASH" } else { "RANGE" },
                });
            }
        }
        Ok(())
    }

    fn new_capacity(&self, index: &GlobalSecondaryIndexArg, name: &Text) -> Result<Capacity, ApiError> {
        let units = throughput::units(index.provisioned_throughput.as_ref());
        let units = throughput::check_index_mode(self.mode, units, name, Occasion::Update)?;
        let subject = Subject::Index(name.clone());
        check_max(units, &subject, self.region())?;
        let mut capacity = match self.mode {
            BillingMode::Provisioned => Capacity::provisioned(units),
            BillingMode::PayPerRequest => Capacity::on_demand(),
        };
        let warm = index.warm_throughput.as_ref();
        capacity.warm = throughput::initial_warm(&capacity, warm, self.mode, &subject, self.region())?;
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
        let now = self.now;
        if self.begin_update(name) {
            let announce = |index: &mut IndexDefinition| index.capacity.throughput.announce(units, now);
            self.edited.definition.edit_index(name, announce);
            self.schedule(Work::ProvisionIndex, Step::ProvisionIndex(name.clone(), units));
        } else {
            let provision = |index: &mut IndexDefinition| index.capacity.provision(units, now);
            self.edited.definition.edit_index(name, provision);
        }
    }

    /// Tells an index as being updated for as long as a work lasts, which changes nothing more of it.
    pub(super) fn settle_index(&mut self, name: &Text, work: Work) {
        if self.begin_update(name) {
            self.schedule(work, Step::SettleIndex(name.clone()));
        }
    }

    /// Whether an index is active, and from now on being updated.
    fn begin_update(&mut self, name: &Text) -> bool {
        let mut is_active = false;
        self.edited.definition.edit_index(name, |index| {
            is_active = index.status == IndexStatus::Active;
            if is_active {
                index.status = IndexStatus::Updating;
            }
        });
        is_active
    }

    fn warm_index(&mut self, name: &Text, wanted: Option<&WarmThroughputArg>) -> Result<(), WarmError> {
        let (Some(wanted), Some(index)) = (wanted, self.current.index(name)) else {
            return Ok(());
        };
        let subject = Subject::Index(name.clone());
        let units = throughput::raised_warm(index.capacity.warm, wanted, &subject, self.region())?;
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
}
