//! SearchVectors: finds the items of a vector index that are most like a vector.
//!
//! Order of checks (observed-validation.md §21): an empty table name alone; index name, vector and `TopK` together; the table name,
//! `ReturnConsumedCapacity`, how many are wanted; the elements of the vector; the placeholder maps; the expressions; the table, the index, the
//! vector's length, the condition against the search schema.

use std::fmt;
use std::sync::Arc;

use super::nearest::{Hit, nearest};
use crate::engine::capacity::{CapacityReport, searched};
use crate::engine::context::{Context, Execute};
use crate::engine::expressions::Expressions;
use crate::engine::keys::check_content;
use crate::engine::members::{check_empty_table_name, state_return_consumed_capacity, state_table_name};
use crate::engine::names::NAME_LENGTH;
use crate::engine::pages::page::KeySpan;
use crate::engine::violations::Violations;
use crate::engine::wording::{Surface, Wording};
use crate::expression::{ExpressionKind, Phase, Projection, SearchCondition};
use crate::model::json::{Entries, Text};
use crate::model::wire::{Attributes, SearchResult, SearchVectorsReply, SearchVectorsRequest};
use crate::model::{ApiError, AttributeMap, Layer, Name, PackedItem, Value, ValueType};
use crate::store::{
    IndexDefinition, IndexKind, IndexStatus, Probe, Projection as Projected, SearchRole, Table, TableDefinition,
    VectorSpec, partition_prefix,
};

/// The most items that a search finds.
const TOP_K_MAX: i32 = 100;

/// Why a search is refused once its members are in order.
#[derive(Clone, Debug, PartialEq)]
enum SearchError {
    TopK(i32),
    Values,
    NoIndex(Text),
    Backfilling(Text),
    Dimensions {
        sent: usize,
        wanted: usize,
    },
    OutsideSchema(Name),
    NoHash,
    Type {
        attribute: Name,
        sent: ValueType,
        wanted: ValueType,
    },
}

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TopK(count) => write!(
                f,
                "Provided TopK value '{count}' is out of valid range. The value must be between 1 and {TOP_K_MAX} inclusive"
            ),
            Self::Values => f.write_str(
                "Search vector contains invalid values. All values in the search vector must be a 32-bit floating-point number attribute",
            ),
            Self::NoIndex(index) => write!(f, "The table does not have the specified index: {index}"),
            Self::Backfilling(index) => write!(f, "Cannot search backfilling vector index: {index}"),
            Self::Dimensions { sent, wanted } => write!(
                f,
                "Input search vector dimension {sent} does not match vector index dimension {wanted}"
            ),
            Self::OutsideSchema(attribute) => write!(
                f,
                "SearchConditionExpression must not contain any attributes that is not in SearchSchema. Invalid attribute: {attribute}"
            ),
            Self::NoHash => f.write_str("SearchConditionExpression must be provided when SearchSchema has a HASH key"),
            Self::Type {
                attribute,
                sent,
                wanted,
            } => write!(
                f,
                "Type of '{attribute}' attribute in SearchConditionExpression ({sent}) does not match type in search schema ({wanted})"
            ),
        }
    }
}

impl From<SearchError> for ApiError {
    fn from(error: SearchError) -> Self {
        Self::validation(error)
    }
}

impl Execute for SearchVectorsRequest {
    type Reply = SearchVectorsReply;

    fn execute(self, context: &Context<'_>) -> Result<SearchVectorsReply, ApiError> {
        check_empty_table_name(self.table_name.as_ref())?;
        let vector = self.check_members()?;
        let (condition, projection) = self.check_expressions(context)?;
        let target = context.target(self.table_name.as_ref())?;
        let table = context.read(|database| target.find(database).cloned())?;
        let position = find_index(&table, self.index_name.as_ref())?;
        let index = &table.definition().indexes[position];
        let spec = index
            .vector
            .as_ref()
            .unwrap_or_else(|| unreachable!("a vector index was found"));
        if vector.len() != spec.dimensions {
            let (sent, wanted) = (vector.len(), spec.dimensions);
            return Err(SearchError::Dimensions { sent, wanted }.into());
        }
        check_condition(condition.as_ref(), index, spec)?;
        let seen = context.as_indexed(Arc::clone(&table), index);
        let position = position_of(&seen, &index.name).unwrap_or(position);
        let search = Search {
            table: &seen,
            position,
            spec,
            condition: condition.as_ref(),
            probe: Probe::new(&vector, spec.distance),
        };
        let output = Output::of(projection, table.definition(), index, spec);
        let hits = search.run(usize::try_from(self.top_k.unwrap_or_default()).unwrap_or_default());
        Ok(SearchVectorsReply {
            search_results: hits.into_iter().map(|hit| output.result(hit)).collect(),
            consumed_capacity: match context.capacity_report(self.return_consumed_capacity.as_ref()) {
                CapacityReport::None => None,
                CapacityReport::Total | CapacityReport::Indexes => Some(searched(search.bytes())),
            },
        })
    }
}

impl SearchVectorsRequest {
    /// Checks the members in stages; what comes out is the vector.
    fn check_members(&self) -> Result<Vec<f32>, ApiError> {
        let mut violations = Violations::default();
        let (least, most) = NAME_LENGTH;
        let name = violations.unechoed("IndexName", self.index_name.as_ref()).required();
        name.length_at_least(least).length_at_most(most);
        let vector = self.search_vector.as_ref();
        violations
            .unechoed("SearchVector", vector)
            .required()
            .length_at_least(1);
        let count = self.top_k.as_ref();
        violations.unechoed("TopK", count).required().at_least(1);
        violations.refuse()?;

        let mut violations = Violations::default();
        state_table_name(&mut violations, self.table_name.as_ref());
        state_return_consumed_capacity(&mut violations, self.return_consumed_capacity.as_ref());
        violations.refuse_bare()?;
        if let Some(count) = self.top_k.filter(|count| *count > TOP_K_MAX) {
            return Err(SearchError::TopK(count).into());
        }
        let element = |value: &Value| match value {
            Value::N(number) if number.fits_f32() => Some(number.to_f32()),
            _ => None,
        };
        let elements = self.search_vector.iter().flatten();
        let elements = elements.map(|arg| element(&arg.value).filter(|_| arg.faults.is_empty()));
        Ok(elements.collect::<Option<Vec<_>>>().ok_or(SearchError::Values)?)
    }

    /// Everything about expressions that can be refused without the table.
    fn check_expressions(
        &self,
        context: &Context<'_>,
    ) -> Result<(Option<SearchCondition>, Option<Projection>), ApiError> {
        let wording = Wording::new(Surface::SearchVectors, Layer::Current);
        let names: Option<&Entries<Text>> = self.expression_attribute_names.as_ref();
        let values: Option<&Attributes> = self.expression_attribute_values.as_ref();
        let mut expressions = Expressions::new(context, wording, names, values);
        if let Some(values) = values {
            wording.check(crate::model::fault::Stage::Name, &values.faults)?;
        }
        expressions.check_names_not_empty()?;
        let (condition, projection) = (
            self.search_condition_expression.as_ref(),
            self.projection_expression.as_ref(),
        );
        expressions.check_search_parameters(&[
            (ExpressionKind::SearchCondition, condition.is_some()),
            (ExpressionKind::Projection, projection.is_some()),
        ])?;
        expressions.check_not_empty(ExpressionKind::SearchCondition, condition)?;
        expressions.check_not_empty(ExpressionKind::Projection, projection)?;
        let condition = expressions.bind::<SearchCondition>(ExpressionKind::SearchCondition, condition)?;
        expressions.check(&condition, &[Phase::References])?;
        let projection = expressions.projection(projection, None)?;
        let condition = expressions.program(condition)?;
        expressions.check_unused()?;
        Ok((condition, projection))
    }
}

fn position_of(table: &Table, index: &str) -> Option<usize> {
    table.definition().indexes.iter().position(|found| found.name == index)
}

/// The place of a vector index that can be searched.
fn find_index(table: &Table, name: Option<&Text>) -> Result<usize, SearchError> {
    let name = name.unwrap_or_else(|| unreachable!("a missing index name was refused"));
    let indexes = &table.definition().indexes;
    let position = indexes
        .iter()
        .position(|index| index.name == *name && index.kind == IndexKind::Vector)
        .ok_or_else(|| SearchError::NoIndex(name.clone()))?;
    match indexes[position].status {
        IndexStatus::Active | IndexStatus::Updating => Ok(position),
        IndexStatus::Allocating | IndexStatus::Backfilling | IndexStatus::Preparing => {
            Err(SearchError::Backfilling(name.clone()))
        }
        IndexStatus::Deleting => Err(SearchError::NoIndex(name.clone())),
    }
}

/// Checks a condition against the search schema: attributes outside of it, a missing partition, types, an empty partition.
fn check_condition(
    condition: Option<&SearchCondition>,
    index: &IndexDefinition,
    spec: &VectorSpec,
) -> Result<(), ApiError> {
    let clauses = || condition.iter().flat_map(|condition| condition.clauses());
    if let Some((name, _)) = clauses().find(|(name, _)| !spec.covers(name)) {
        return Err(SearchError::OutsideSchema(name.clone()).into());
    }
    let is_named = |name: &str| condition.is_some_and(|condition| condition.value(name).is_some());
    if index.keys.attributes().any(|hash| !is_named(&hash.name)) {
        return Err(SearchError::NoHash.into());
    }
    let attributes = || spec.schema.iter().map(|element| &element.attribute);
    for (name, value) in clauses() {
        let wanted = attributes().find(|attribute| attribute.name == *name);
        if let Some(wanted) = wanted.filter(|wanted| !wanted.kind.covers(value)) {
            return Err(SearchError::Type {
                attribute: name.clone(),
                sent: value.kind(),
                wanted: wanted.kind.value_type(),
            }
            .into());
        }
    }
    let partition: AttributeMap = clauses().map(|(name, value)| (name.clone(), value.clone())).collect();
    Ok(check_content(&index.keys, &partition)?)
}

/// A search that is valid.
struct Search<'t> {
    table: &'t Table,
    position: usize,
    spec: &'t VectorSpec,
    condition: Option<&'t SearchCondition>,
    probe: Probe,
}

impl<'t> Search<'t> {
    fn run(&self, count_max: usize) -> Vec<Hit<'t>> {
        let rows = self.table.index_rows(self.position);
        let filters = self.filters();
        let admits = |item: &PackedItem| filters.iter().all(|(name, value)| item.get(name) == Some(value));
        let admits: &dyn Fn(&PackedItem) -> bool = &admits;
        let span = self.span();
        nearest(
            rows,
            &span,
            &self.probe,
            count_max,
            (!filters.is_empty()).then_some(admits),
        )
    }

    /// The partition that is searched: that of the HASH attribute's value, or the whole index.
    fn span(&self) -> KeySpan {
        let hash = self.table.definition().indexes[self.position].keys.partition.first();
        let Some(hash) = hash else { return KeySpan::all() };
        let value = self.condition.and_then(|condition| condition.value(&hash.name));
        let prefix = partition_prefix(std::iter::once(value.and_then(Value::scalar)));
        KeySpan::of_prefix(prefix.unwrap_or_else(|| unreachable!("the partition has a value of the schema's type")))
    }

    /// What the items must have beside the partition.
    fn filters(&self) -> PackedItem {
        let is_filter = |name: &Name| {
            let mut elements = self.spec.schema.iter();
            elements.any(|element| element.role == SearchRole::InlineFilter && element.attribute.name == *name)
        };
        let clauses = self.condition.iter().flat_map(|condition| condition.clauses());
        let filters = clauses.filter(|(name, _)| is_filter(name));
        let filters: AttributeMap = filters.map(|(name, value)| (name.clone(), value.clone())).collect();
        filters.into()
    }

    /// The size of what is searched.
    fn bytes(&self) -> u64 {
        let rows = self.table.index_rows(self.position);
        match self.table.definition().indexes[self.position].keys.is_empty() {
            true => rows.size_bytes(),
            false => self.span().rows(rows.rows()).map(|row| u64::from(row.size_bytes)).sum(),
        }
    }
}

/// What is returned of each item.
struct Output<'t> {
    projection: Option<Projection>,
    base: &'t TableDefinition,
    index: &'t IndexDefinition,
    spec: &'t VectorSpec,
}

impl<'t> Output<'t> {
    fn of(
        projection: Option<Projection>,
        base: &'t TableDefinition,
        index: &'t IndexDefinition,
        spec: &'t VectorSpec,
    ) -> Self {
        Self {
            projection,
            base,
            index,
            spec,
        }
    }

    fn result(&self, hit: Hit<'_>) -> SearchResult {
        let item = hit.row.item.unpack_some(|name| self.returns(name));
        SearchResult {
            item: self
                .projection
                .as_ref()
                .map_or_else(|| item.clone(), |paths| paths.apply(&item)),
            score: hit.score,
            vector_attribute: Some(self.spec.attribute.clone()),
        }
    }

    /// The vector is returned only if the index projects it and the request names it.
    fn returns(&self, name: &str) -> bool {
        let is_projected = match &self.index.projection {
            Projected::All => true,
            Projected::KeysOnly => false,
            Projected::Include(names) => names.iter().any(|included| included == name),
        };
        match name == self.spec.attribute {
            true => is_projected && self.projection.is_some(),
            false => self.index.holds(&self.base.keys, name),
        }
    }
}
