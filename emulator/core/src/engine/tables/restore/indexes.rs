//! The indexes of a restored table: those of the source, or those among them that are asked for, each under a name of its own.
//!
//! An index that is asked for must hold what one of the source's holds: its keys and projection decide, not its name. Each is taken once.

use super::error::OverrideError;
use super::overrides::{Overrides, Restored};
use crate::engine::tables::description::{describe_key, describe_search_schema};
use crate::engine::tables::indexes;
use crate::engine::tables::throughput::{self, Occasion, Subject};
use crate::engine::tables::vectors::VectorIndexError;
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{
    GlobalSecondaryIndexArg, KeySchemaElement, LocalSecondaryIndexArg, ProjectionShape, VectorIndexArg,
};
use crate::store::{
    BillingMode, Capacity, Ceilings, IndexDefinition, IndexKind, IndexStatus, Projection, TableDefinition, Units,
};

/// What decides on the indexes of a target.
pub(super) struct Wishes<'w> {
    pub(super) overrides: &'w Overrides<'w>,
    /// How the target is paid for.
    pub(super) mode: BillingMode,
    pub(super) region: &'w Text,
}

/// The indexes of the target: local before global before those of vectors.
pub(super) fn define(source: &TableDefinition, wishes: &Wishes<'_>) -> Result<Vec<IndexDefinition>, ApiError> {
    let sent = wishes.overrides;
    let local = chosen(source, IndexKind::Local, sent.local)?;
    let global = chosen(source, IndexKind::Global, sent.global)?;
    let vectors = chosen(source, IndexKind::Vector, sent.vectors)?;
    let mut all: Vec<IndexDefinition> = local.into_iter().map(|(index, _)| index).collect();
    for (index, sent) in global {
        let capacity = wishes.capacity(&index, sent)?;
        all.push(IndexDefinition { capacity, ..index });
    }
    if wishes.mode == BillingMode::Provisioned && !vectors.is_empty() {
        return Err(VectorIndexError::StillNeeded.into());
    }
    all.extend(vectors.into_iter().map(|(index, _)| index));
    indexes::check_names(all.iter().map(|index| &index.name))?;
    Ok(all)
}

/// An index that is asked for.
trait Sought {
    fn name(&self) -> &Option<Text>;

    /// Whether an index holds what is asked for.
    fn is_met_by(&self, index: &IndexDefinition) -> bool;
}

/// The indexes of a kind, all of them or those that are asked for, each beside what asks for it.
fn chosen<'s, T: Sought>(
    source: &TableDefinition,
    kind: IndexKind,
    sought: Option<&'s Vec<T>>,
) -> Result<Vec<(IndexDefinition, Option<&'s T>)>, OverrideError> {
    let living = source
        .indexes_of(kind)
        .filter(|index| index.status != IndexStatus::Deleting);
    let fresh = |index: &IndexDefinition| IndexDefinition {
        status: IndexStatus::Active,
        ..index.clone()
    };
    let Some(sought) = sought else {
        return Ok(living.map(|index| (fresh(index), None)).collect());
    };
    let mut left: Vec<&IndexDefinition> = living.collect();
    let take = |sent: &'s T| {
        let name = sent.name().clone().unwrap_or_default();
        let Some(found) = left.iter().position(|index| sent.is_met_by(index)) else {
            return Err(OverrideError::NoSuchIndex(name));
        };
        let index = fresh(left.remove(found));
        Ok((IndexDefinition { name, ..index }, Some(sent)))
    };
    sought.iter().map(take).collect()
}

impl Sought for LocalSecondaryIndexArg {
    fn name(&self) -> &Option<Text> {
        &self.index_name
    }

    fn is_met_by(&self, index: &IndexDefinition) -> bool {
        has_key(index, self.key_schema.as_ref()) && has_projection(index, self.projection.as_ref())
    }
}

impl Sought for GlobalSecondaryIndexArg {
    fn name(&self) -> &Option<Text> {
        &self.index_name
    }

    fn is_met_by(&self, index: &IndexDefinition) -> bool {
        has_key(index, self.key_schema.as_ref()) && has_projection(index, self.projection.as_ref())
    }
}

impl Sought for VectorIndexArg {
    fn name(&self) -> &Option<Text> {
        &self.index_name
    }

    fn is_met_by(&self, index: &IndexDefinition) -> bool {
        let Some(spec) = &index.vector else { return false };
        let attribute = self.vector_attribute.as_ref();
        let schema = self.search_schema.clone().filter(|schema| !schema.is_empty());
        attribute.and_then(|attribute| attribute.attribute_name.as_ref()) == Some(&spec.attribute)
            && self.dimensions.and_then(|count| usize::try_from(count).ok()) == Some(spec.dimensions)
            && self.distance_function.as_deref() == Some(spec.distance.word())
            && schema == describe_search_schema(spec)
            && has_projection(index, self.projection.as_ref())
    }
}

fn has_key(index: &IndexDefinition, key: Option<&Vec<KeySchemaElement>>) -> bool {
    key == Some(&describe_key(&index.keys))
}

/// Whether an index has a projection, in whatever order it names its attributes.
fn has_projection(index: &IndexDefinition, projection: Option<&ProjectionShape>) -> bool {
    match (indexes::projection(projection), &index.projection) {
        (Ok(Projection::Include(mut sent)), Projection::Include(held)) => {
            let mut held = held.clone();
            sent.sort();
            held.sort();
            sent == held
        }
        (Ok(sent), held) => sent == *held,
        (Err(_), _) => false,
    }
}

impl Wishes<'_> {
    /// What a global index can serve: as the source recorded it, or as it is asked for.
    fn capacity(&self, index: &IndexDefinition, sent: Option<&GlobalSecondaryIndexArg>) -> Result<Capacity, ApiError> {
        let Some(sent) = sent else {
            return self.carried(index);
        };
        if self.overrides.restored == Restored::ToPointInTime && sent.warm_throughput.is_some() {
            return Err(OverrideError::WarmIndex(index.name.clone()).into());
        }
        let subject = Subject::Index(index.name.clone());
        let units = throughput::units(sent.provisioned_throughput.as_ref());
        throughput::check_bounds(units, &subject)?;
        let mut capacity = self.fresh(units, &index.name)?;
        throughput::check_max(capacity.throughput.units, &subject, self.region)?;
        capacity.ceilings = throughput::ceilings(
            Ceilings::default(),
            sent.on_demand_throughput.as_ref(),
            self.mode,
            &subject,
            Occasion::Create,
            self.region,
        )?;
        let warm = sent.warm_throughput.as_ref();
        capacity.warm = throughput::initial_warm(&capacity, warm, self.mode, &subject, self.region)?;
        Ok(capacity)
    }

    fn carried(&self, index: &IndexDefinition) -> Result<Capacity, ApiError> {
        let recorded = &index.capacity;
        let units = Some(recorded.throughput.units).filter(|units| *units != Units::default());
        Ok(match self.mode {
            BillingMode::Provisioned => self.fresh(units, &index.name)?,
            BillingMode::PayPerRequest => Capacity {
                ceilings: recorded.ceilings,
                ..Capacity::on_demand()
            },
        })
    }

    fn fresh(&self, units: Option<Units>, index: &Text) -> Result<Capacity, OverrideError> {
        match (self.mode, units) {
            (BillingMode::PayPerRequest, _) => Ok(Capacity::on_demand()),
            (BillingMode::Provisioned, Some(units)) => Ok(Capacity::provisioned(units)),
            (BillingMode::Provisioned, None) => Err(OverrideError::IndexThroughputMissing(index.clone())),
        }
    }
}
