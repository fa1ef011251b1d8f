//! What Query and Scan share: the checks of their common members, and the way from a plan to the reply.

use std::sync::Arc;

use super::page::{Output, PAGE_BYTES_MAX, Page, PagePlan, Source};
use super::select::{Projecting, Select};
use super::start_key::{self, Asker};
use crate::engine::capacity::Consistency;
use crate::engine::context::Context;
use crate::engine::expressions::Expressions;
use crate::engine::members;
use crate::engine::names::TableTarget;
use crate::engine::throttle::Draw;
use crate::engine::violations::{TABLE_NAME, Violations, sets};
use crate::engine::wording::Wording;
use crate::expression::legacy::{self, Join};
use crate::expression::{Bound, Condition, ExpressionKind, LegacyParameter, Phase};
use crate::model::fault::Stage;
use crate::model::json::{Entries, Text};
use crate::model::throttling::Access;
use crate::model::wire::{Attributes, Condition as LegacyCondition, ItemArg, PageReply};
use crate::model::{ApiError, Layer};
use crate::store::{IndexKind, IndexStatus, Table};

/// The members that both requests share, as they were sent.
#[derive(Clone, Copy)]
pub(super) struct Shared<'r> {
    pub(super) table_name: Option<&'r Text>,
    pub(super) index_name: Option<&'r Text>,
    pub(super) select: Option<&'r Text>,
    pub(super) attributes_to_get: Option<&'r Vec<Text>>,
    pub(super) limit: Option<&'r i32>,
    pub(super) consistent_read: Option<bool>,
    pub(super) conditional_operator: Option<&'r Text>,
    pub(super) start_key: Option<&'r ItemArg>,
    pub(super) return_consumed_capacity: Option<&'r Text>,
    pub(super) projection_expression: Option<&'r Text>,
    pub(super) filter_expression: Option<&'r Text>,
    pub(super) names: Option<&'r Entries<Text>>,
    pub(super) values: Option<&'r Attributes>,
}

/// Borrows the members that both requests have in common.
macro_rules! shared {
    ($request:expr) => {
        $crate::engine::pages::shared::Shared {
            table_name: $request.table_name.as_ref(),
            index_name: $request.index_name.as_ref(),
            select: $request.select.as_ref(),
            attributes_to_get: $request.attributes_to_get.as_ref(),
            limit: $request.limit.as_ref(),
            consistent_read: $request.consistent_read,
            conditional_operator: $request.conditional_operator.as_ref(),
            start_key: $request.exclusive_start_key.as_ref(),
            return_consumed_capacity: $request.return_consumed_capacity.as_ref(),
            projection_expression: $request.projection_expression.as_ref(),
            filter_expression: $request.filter_expression.as_ref(),
            names: $request.expression_attribute_names.as_ref(),
            values: $request.expression_attribute_values.as_ref(),
        }
    };
}

pub(super) use shared;

/// Legacy conditions of a request and the member that holds them.
#[derive(Clone, Copy)]
pub(super) struct Legacy<'r> {
    pub(super) parameter: LegacyParameter,
    pub(super) conditions: Option<&'r Entries<LegacyCondition>>,
}

impl Legacy<'_> {
    /// States the conditions that lack an operator.
    pub(super) fn state_operators(&self, violations: &mut Violations) {
        for (name, condition) in self.conditions.into_iter().flat_map(Entries::iter) {
            if condition.comparison_operator.is_none() {
                let path = format!("{}.{name}.member.comparisonOperator", self.path());
                violations
                    .echoed(path, condition.comparison_operator.as_ref())
                    .required();
            }
        }
    }

    /// States the operators that there are none, which the older layer checks with the members.
    pub(super) fn state_older_operators(&self, violations: &mut Violations) {
        for (name, condition) in self.conditions.into_iter().flat_map(Entries::iter) {
            let path = format!("{}.{name}.member.comparisonOperator", self.path());
            violations
                .echoed(path, condition.comparison_operator.as_ref())
                .required()
                .one_of(sets::COMPARISON_OPERATOR);
        }
    }

    /// The parameter in the path of a constraint.
    fn path(&self) -> &'static str {
        match self.parameter {
            LegacyParameter::ScanFilter => "scanFilter",
            LegacyParameter::QueryFilter => "queryFilter",
            _ => "keyConditions",
        }
    }

    /// How the conditions are joined.
    pub(super) fn join(&self, expressions: &Expressions<'_>, operator: Option<&Text>) -> Result<Join, ApiError> {
        expressions.lowered(Join::read(
            operator.map(Text::as_str),
            self.conditions.map_or(0, Entries::len),
        ))
    }

    /// The filter that the conditions amount to.
    pub(super) fn filter(&self, expressions: &Expressions<'_>, join: Join) -> Result<Option<Condition>, ApiError> {
        let Some(conditions) = self.conditions else {
            return Ok(None);
        };
        expressions.lowered(legacy::filter(self.parameter, conditions, join))
    }

    /// Whether a condition lacks its operator.
    pub(super) fn lacks_operator(&self) -> bool {
        self.conditions
            .into_iter()
            .flat_map(Entries::iter)
            .any(|(_, condition)| condition.comparison_operator.is_none())
    }

    /// The faults of some stages in the values.
    pub(super) fn check(&self, wording: &Wording, stages: &[Stage]) -> Result<(), ApiError> {
        for (_, condition) in self.conditions.into_iter().flat_map(Entries::iter) {
            for arg in condition.attribute_value_list.iter().flatten() {
                wording.check_argument(stages, &arg.faults)?;
            }
        }
        Ok(())
    }
}

impl PagePlan {
    /// Reads the page, and draws what that costs.
    ///
    /// # Errors
    /// When it cannot be served now.
    pub(crate) fn read_at_cost(&self, context: &Context<'_>, partition: Option<u64>) -> Result<Page, ApiError> {
        let page = self.read();
        let index = self.source.index().filter(|index| index.kind == IndexKind::Global);
        context.draw(&Draw {
            definition: self.source.definition(),
            access: Access::Read,
            units: &page.units,
            partition,
            index: index.map(|index| index.name.as_str()),
        })?;
        Ok(page)
    }
}

impl<'r> Shared<'r> {
    /// States the name of the index, which is like that of a table.
    pub(super) fn state_index_name(&self, violations: &mut Violations) {
        violations
            .echoed("indexName", self.index_name)
            .first_only()
            .length_at_least(3)
            .length_at_most(255)
            .pattern(&TABLE_NAME);
    }

    /// States `AttributesToGet`, which may not be empty.
    pub(super) fn state_attributes_to_get(&self, violations: &mut Violations) {
        violations
            .echoed("attributesToGet", self.attributes_to_get)
            .length_at_least(1);
    }

    /// Empty names of attributes, wherever they stand.
    pub(super) fn check_empty_names(
        &self,
        wording: &Wording,
        expressions: &Expressions<'_>,
        asker: Asker,
        legacy: &[Legacy<'_>],
    ) -> Result<(), ApiError> {
        if let Some(key) = self.start_key {
            start_key::check_names(&key.faults, asker, wording.layer())?;
        }
        legacy
            .iter()
            .try_for_each(|legacy| legacy.check(wording, &[Stage::Name]))?;
        members::check_attribute_to_get_names(self.attributes_to_get)?;
        expressions.check_names_not_empty()?;
        wording.check_value_names(self.values)
    }

    /// Which parameters go together, then the maps of placeholders. Query has key conditions beside what both have.
    pub(super) fn check_parameters(
        &self,
        expressions: &Expressions<'_>,
        filter: (LegacyParameter, bool),
        keys: Option<(bool, bool)>,
    ) -> Result<(), ApiError> {
        let mut legacy = vec![
            (LegacyParameter::AttributesToGet, self.attributes_to_get.is_some()),
            filter,
            (
                LegacyParameter::ConditionalOperator,
                self.conditional_operator.is_some(),
            ),
        ];
        let mut kinds = vec![
            (ExpressionKind::Projection, self.projection_expression.is_some()),
            (ExpressionKind::Filter, self.filter_expression.is_some()),
        ];
        if let Some((conditions, expression)) = keys {
            // KeyConditions may go with every expression but the one that took their place: the others are older than that one.
            legacy.push((LegacyParameter::KeyConditions, conditions && expression));
            kinds.push((ExpressionKind::KeyCondition, expression));
        }
        expressions.check_parameters(&legacy, &kinds)
    }

    pub(super) fn projecting(&self) -> Projecting {
        match (self.attributes_to_get, self.projection_expression) {
            (_, Some(_)) => Projecting::ProjectionExpression,
            (Some(_), None) => Projecting::AttributesToGet,
            (None, None) => Projecting::Nothing,
        }
    }

    /// `Select` against projection and index.
    pub(super) fn check_select(&self, layer: Layer) -> Result<(), ApiError> {
        Select::of(self.select).check_projecting(self.projecting(), self.index_name.is_some(), layer)
    }

    /// The filter expression, checked but for undefined values.
    pub(super) fn filter<'b>(&self, expressions: &mut Expressions<'b>) -> Result<Bound<'b, Condition>, ApiError> {
        let filter = expressions.bind(ExpressionKind::Filter, self.filter_expression)?;
        expressions.check(&filter, &[Phase::Names, Phase::Operands])?;
        Ok(filter)
    }

    /// The table that the request names.
    pub(super) fn table(&self, context: &Context<'_>) -> Result<(TableTarget, Arc<Table>), ApiError> {
        let target = context.target(self.table_name)?;
        let table = context.read(|database| target.find(database).cloned())?;
        Ok((target, table))
    }

    /// What is read of the table: itself, or the index that is asked for. A vector index is refused in the operation's words.
    pub(super) fn source(
        &self,
        context: &Context<'_>,
        table: Arc<Table>,
        not_supported: &str,
    ) -> Result<Source, ApiError> {
        let Some(name) = self.index_name else {
            return Ok(Source::new(context.as_read(table, self.consistency()), None));
        };
        let position = find_index(&table, name)?;
        let index = &table.definition().indexes[position];
        if self.consistent_read == Some(true) && index.kind != IndexKind::Local {
            return Err(ApiError::validation(
                "Consistent reads are not supported on global secondary indexes",
            ));
        }
        if index.kind == IndexKind::Vector {
            return Err(ApiError::validation(not_supported));
        }
        let index = index.clone();
        let table = match index.kind {
            IndexKind::Local => context.as_read(table, self.consistency()),
            IndexKind::Global | IndexKind::Vector => context.as_indexed(table, &index),
        };
        let position = table
            .definition()
            .indexes
            .iter()
            .position(|then| then.name == index.name);
        Ok(Source::new(table, position))
    }

    pub(super) fn limit(&self) -> Option<usize> {
        self.limit.and_then(|limit| usize::try_from(*limit).ok())
    }

    pub(super) fn consistency(&self) -> Consistency {
        Consistency::of(self.consistent_read)
    }

    /// Reads the page and answers it. `partition` is the one that is read, if it is only one.
    ///
    /// # Errors
    /// When it cannot be served now.
    pub(super) fn reply(
        &self,
        context: &Context<'_>,
        target: &TableTarget,
        plan: &PagePlan,
        partition: Option<u64>,
    ) -> Result<PageReply, ApiError> {
        let page = plan.read_at_cost(context, partition)?;
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        Ok(PageReply {
            items: (!matches!(plan.output, Output::Count)).then_some(page.items),
            count: count(page.count),
            scanned_count: count(page.scanned_count),
            last_evaluated_key: page.last_key,
            consumed_capacity: page
                .units
                .report(context.capacity_report(self.return_consumed_capacity), target.given()),
        })
    }
}

/// How many bytes a page evaluates at most.
pub(crate) fn page_bytes_max(context: &Context<'_>) -> u64 {
    let asked = context.directives().page_bytes_max;
    asked.map_or(PAGE_BYTES_MAX, |bytes| bytes.min(PAGE_BYTES_MAX))
}

pub(crate) fn find_index(table: &Arc<Table>, name: &str) -> Result<usize, ApiError> {
    let indexes = &table.definition().indexes;
    let Some(position) = indexes.iter().position(|index| index.name == name) else {
        return Err(ApiError::validation(format!(
            "The table does not have the specified index: {name}"
        )));
    };
    match indexes[position].status {
        _ if indexes[position].kind == IndexKind::Vector => Ok(position),
        IndexStatus::Allocating | IndexStatus::Backfilling => Err(ApiError::validation(format!(
            "Cannot read from backfilling global secondary index: {name}"
        ))),
        IndexStatus::Deleting => Err(ApiError::validation(format!(
            "The table does not have the specified index: {name}"
        ))),
        IndexStatus::Active | IndexStatus::Preparing | IndexStatus::Updating => Ok(position),
    }
}
