//! Query: reads the items of a partition, or a range of them.
//!
//! Order of checks (observed-validation.md §15): members in stages, empty names, parameters, `Select`, conditional operator, legacy conditions,
//! `AttributesToGet`, the start key's values, an empty key condition, the filter, an empty projection, `Select` against it, the key condition's
//! operands, the filter's values, the projection, unused placeholders, the key condition's form (observed.md 26);
//! then the table, the absence of a key condition, the index, the start key, the key condition against the schema, the start key against that, the filter against the
//! key, `Select` against the index, the projection against it.

use super::page::{Direction, FilterView, PagePlan, Source};
use super::range::{check_held, check_values, key_attributes, sorted_span, span_of};
use super::select::{Select, check_projected};
use super::shared::{Legacy, Shared, page_bytes_max, shared};
use super::start_key::{self, Asker};
use crate::engine::context::{Context, Execute};
use crate::engine::expressions::Expressions;
use crate::engine::members::{self, state_table_name};
use crate::engine::violations::{Violations, sets};
use crate::engine::wording::{Surface, Wording};
use crate::engine::write::check_scalar_keys;
use crate::expression::legacy;
use crate::expression::{
    Condition, DocumentPath, ExpressionKind, KeyCondition, KeyRange, LegacyParameter, Phase, Projection,
};
use crate::model::fault::Stage;
use crate::model::wire::{PageReply, QueryRequest};
use crate::model::{ApiError, Layer, PackedItem, Scalars};
use crate::store::{KeySchema, RowKey, Table, partition_prefix};

/// What the checks before the table leave.
struct Checked {
    filter: Option<Condition>,
    legacy_filter: Option<Condition>,
    key_condition: Option<KeyCondition>,
    projection: Option<Projection>,
}

impl Execute for QueryRequest {
    type Reply = PageReply;

    fn execute(self, context: &Context<'_>) -> Result<PageReply, ApiError> {
        let wording = Wording::new(Surface::Query, context.layer());
        let shared = shared!(self);
        let mut expressions = Expressions::new(context, wording, shared.names, shared.values);
        let checked = self.check(&wording, &mut expressions)?;
        let (target, table) = shared.table(context)?;
        let Some(key_condition) = checked.key_condition else {
            return Err(ApiError::validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
            ));
        };
        check_legacy_types(&key_condition, &table, shared, &expressions)?;
        let source = shared.source(context, table, "Query operation not supported on this index type.")?;
        let position = shared
            .start_key
            .map(|key| start_key::position(&source, &key.item, Asker::Query))
            .transpose()?;
        let range = expressions.worded(key_condition.resolve(
            &key_attributes(&source.keys().partition),
            &key_attributes(&source.keys().sort),
        ))?;
        check_values(source.keys(), &range).map_err(|fault| fault.of_index(source.index()))?;
        let direction = if self.scan_index_forward == Some(false) {
            Direction::Backward
        } else {
            Direction::Forward
        };
        let mut span = span_of(&range);
        if let (Some(position), Some(key)) = (position, shared.start_key) {
            check_start_key(&source, &range, &key.item, &position)?;
            span = span.after(&position, direction);
        }
        let filter = checked.filter;
        check_filter(&source, filter.as_ref(), "Filter Expression")?;
        check_filter(&source, checked.legacy_filter.as_ref(), "QueryFilter")?;
        let select = Select::of(shared.select);
        select.check_index(&source)?;
        let projection = checked.projection;
        check_projected(projection.as_ref(), &source)?;
        check_scalar_keys(
            source.definition(),
            projection.iter().flat_map(Projection::attributes_in_part),
        )?;
        let output = select.output(projection, &source);
        let partition = span.partition();
        let plan = PagePlan {
            source,
            spans: vec![span],
            direction,
            limit: shared.limit(),
            bytes_max: page_bytes_max(context),
            filter: filter.or(checked.legacy_filter),
            filter_view: FilterView::Fetched,
            output,
            consistency: shared.consistency(),
        };
        shared.reply(context, &target, &plan, partition)
    }
}

impl QueryRequest {
    fn filter_conditions(&self) -> Legacy<'_> {
        Legacy {
            parameter: LegacyParameter::QueryFilter,
            conditions: self.query_filter.as_ref(),
        }
    }

    fn key_conditions(&self) -> Legacy<'_> {
        Legacy {
            parameter: LegacyParameter::KeyConditions,
            conditions: self.key_conditions.as_ref(),
        }
    }

    /// Everything that can be refused without the table.
    fn check(&self, wording: &Wording, expressions: &mut Expressions<'_>) -> Result<Checked, ApiError> {
        let shared = shared!(self);
        let (filters, keys) = (self.filter_conditions(), self.key_conditions());
        self.check_members(shared, wording.layer())?;
        shared.check_empty_names(wording, expressions, Asker::Query, &[filters, keys])?;
        shared.check_parameters(
            expressions,
            (LegacyParameter::QueryFilter, filters.conditions.is_some()),
            Some((keys.conditions.is_some(), self.key_condition_expression.is_some())),
        )?;
        Select::check_word(shared.select)?;
        let join = filters.join(expressions, shared.conditional_operator)?;
        for legacy in [filters, keys] {
            legacy.check(
                wording,
                &[Stage::Depth, Stage::Reading, Stage::NullFalse, Stage::Content],
            )?;
        }
        let legacy_filter = filters.filter(expressions, join)?;
        let legacy_keys = expressions.lowered(keys.conditions.map(legacy::key_conditions).transpose())?;
        let projection = expressions.attributes_to_get(shared.attributes_to_get)?;
        if let Some(key) = shared.start_key {
            start_key::check_values(&key.faults, Asker::Query, wording.layer())?;
        }
        expressions.check_not_empty(ExpressionKind::KeyCondition, self.key_condition_expression.as_ref())?;
        let filter = shared.filter(expressions)?;
        expressions.check_not_empty(ExpressionKind::Projection, shared.projection_expression)?;
        shared.check_select(wording.layer())?;
        let key_condition = expressions.bind(ExpressionKind::KeyCondition, self.key_condition_expression.as_ref())?;
        expressions.check(&key_condition, &[Phase::References, Phase::Operands])?;
        let filter = expressions.program(filter)?;
        let projection = expressions.projection(shared.projection_expression, projection)?;
        expressions.check_unused()?;
        let key_condition = expressions.program(key_condition)?.or(legacy_keys);
        Ok(Checked {
            filter,
            legacy_filter,
            key_condition,
            projection,
        })
    }

    fn check_members(&self, shared: Shared<'_>, layer: Layer) -> Result<(), ApiError> {
        let state_operators = |violations: &mut Violations| {
            self.key_conditions().state_operators(violations);
            self.filter_conditions().state_operators(violations);
        };
        if layer == Layer::Older || shared.table_name.is_none() {
            let mut violations = Violations::default();
            violations.echoed("select", shared.select).one_of(sets::SELECT);
            shared.state_index_name(&mut violations);
            members::state_return_consumed_capacity(&mut violations, shared.return_consumed_capacity);
            violations
                .echoed("tableName", shared.table_name)
                .required()
                .length_at_least(1);
            members::state_conditional_operator(&mut violations, shared.conditional_operator);
            self.key_conditions().state_older_operators(&mut violations);
            self.filter_conditions().state_older_operators(&mut violations);
            shared.state_attributes_to_get(&mut violations);
            violations.echoed("limit", shared.limit).at_least(1);
            violations.refuse()?;
        }
        let mut violations = Violations::default();
        violations.unechoed("Limit", shared.limit).at_least(1);
        violations.unechoed("TableName", shared.table_name).length_at_least(1);
        violations.refuse()?;
        let mut violations = Violations::default();
        state_table_name(&mut violations, shared.table_name);
        members::state_return_consumed_capacity(&mut violations, shared.return_consumed_capacity);
        shared.state_index_name(&mut violations);
        shared.state_attributes_to_get(&mut violations);
        state_operators(&mut violations);
        violations.refuse()
    }
}

/// The values of legacy key conditions, which are checked before the index: first those of one condition against each other, then against
/// the key of what is read, if that is there.
fn check_legacy_types(
    conditions: &KeyCondition,
    table: &Table,
    shared: Shared<'_>,
    expressions: &Expressions<'_>,
) -> Result<(), ApiError> {
    expressions.worded(conditions.check_list_types())?;
    let definition = table.definition();
    let keys = match shared.index_name {
        Some(name) => definition.index(name).map(|index| &index.keys),
        None => Some(&definition.keys),
    };
    let Some(keys) = keys else {
        return Ok(());
    };
    expressions.worded(conditions.check_legacy_types(&key_attributes(&keys.partition)))?;
    expressions.worded(conditions.check_legacy_types(&key_attributes(&keys.sort)))
}

/// Refuses a filter on a key attribute of what is queried, and one that steps into a key attribute.
fn check_filter(source: &Source, filter: Option<&Condition>, parameter: &str) -> Result<(), ApiError> {
    let Some(filter) = filter else {
        return Ok(());
    };
    if let Some(name) = filter
        .paths()
        .map(DocumentPath::attribute)
        .find(|name| source.keys().contains(name))
    {
        return Err(ApiError::validation(format!(
            "{parameter} can only contain non-primary key attributes: Primary key attribute: {name}"
        )));
    }
    check_scalar_keys(source.definition(), filter.attributes_in_part())?;
    check_held(source, filter)
}

/// Refuses a start key that the key condition does not cover; the words tell which attribute it fails at.
fn check_start_key(source: &Source, range: &KeyRange, key: &PackedItem, position: &RowKey) -> Result<(), ApiError> {
    const AT_MOST_ONE: &str = "The query can return at most one row and cannot be restarted";
    let keys: &KeySchema = source.keys();
    let differs: Vec<bool> = keys
        .partition
        .iter()
        .zip(&range.partition)
        .map(|(attribute, value)| key.value(&attribute.name).as_ref() != Some(value))
        .collect();
    let (last_differs, leading) = differs.split_last().unwrap_or((&false, &[]));
    if leading.contains(&true) {
        return Err(ApiError::validation(AT_MOST_ONE));
    }
    let own_partition = partition_prefix(keys.partition.iter().map(|attribute| key.scalar(&attribute.name)));
    let is_sorted_in = own_partition.is_some_and(|prefix| sorted_span(prefix, range).contains(position));
    let text = match (range.has_sort_condition(), *last_differs) {
        (true, _) if !is_sorted_in => "The provided starting key does not match the range key predicate",
        (true, true) => AT_MOST_ONE,
        (false, true) if keys.sort.is_empty() && source.index().is_none() => {
            "The provided exclusive start key is invalid"
        }
        (false, true) => "The provided starting key is outside query boundaries based on provided conditions",
        (_, false) => return Ok(()),
    };
    Err(ApiError::validation(text))
}
