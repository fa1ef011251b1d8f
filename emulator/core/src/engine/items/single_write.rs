//! What PutItem, UpdateItem and DeleteItem share: the checks of their common members, and the way from a planned write to the reply.
//!
//! Each operation states its own order (observed-validation.md §14); the lines are here.

use std::convert::identity;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::engine::capacity::{CapacityReport, Units};
use crate::engine::context::Context;
use crate::engine::expressions::Expressions;
use crate::engine::members;
use crate::engine::violations::{Violations, sets};
use crate::engine::wording::Wording;
use crate::engine::write::{Planned, Write, WriteFault};
use crate::expression::legacy::{self, Join};
use crate::expression::{Bound, Condition, ExpressionKind, LegacyParameter};
use crate::model::fault::{FaultKind, Stage};
use crate::model::json::{Entries, Text};
use crate::model::wire::{Attributes, ExpectedAttributeValue, ItemCollectionMetrics, WriteReply};
use crate::model::{ApiError, Layer, PackedItem, Scalars};
use crate::store::{IndexKind, Origin, Table, partition_prefix};

/// What `ReturnValues` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ReturnValues {
    /// Nothing.
    #[default]
    None,
    /// The item before.
    AllOld,
    /// What was updated, before.
    UpdatedOld,
    /// The item after.
    AllNew,
    /// What was updated, after.
    UpdatedNew,
}

impl ReturnValues {
    pub(super) fn of(word: Option<&Text>) -> Self {
        match word.map(Text::as_str) {
            Some("ALL_OLD") => Self::AllOld,
            Some("UPDATED_OLD") => Self::UpdatedOld,
            Some("ALL_NEW") => Self::AllNew,
            Some("UPDATED_NEW") => Self::UpdatedNew,
            _ => Self::None,
        }
    }
}

/// The members that the three writes share, as they were sent.
#[derive(Clone, Copy)]
pub(super) struct Shared<'r> {
    pub(super) table_name: Option<&'r Text>,
    pub(super) expected: Option<&'r Entries<ExpectedAttributeValue>>,
    pub(super) conditional_operator: Option<&'r Text>,
    pub(super) return_values: Option<&'r Text>,
    pub(super) return_consumed_capacity: Option<&'r Text>,
    pub(super) return_item_collection_metrics: Option<&'r Text>,
    pub(super) condition_expression: Option<&'r Text>,
    pub(super) names: Option<&'r Entries<Text>>,
    pub(super) values: Option<&'r Attributes>,
    pub(super) return_on_failure: Option<&'r Text>,
}

/// Borrows the members that the three requests have in common.
macro_rules! shared {
    ($request:expr) => {
        $crate::engine::items::single_write::Shared {
            table_name: $request.table_name.as_ref(),
            expected: $request.expected.as_ref(),
            conditional_operator: $request.conditional_operator.as_ref(),
            return_values: $request.return_values.as_ref(),
            return_consumed_capacity: $request.return_consumed_capacity.as_ref(),
            return_item_collection_metrics: $request.return_item_collection_metrics.as_ref(),
            condition_expression: $request.condition_expression.as_ref(),
            names: $request.expression_attribute_names.as_ref(),
            values: $request.expression_attribute_values.as_ref(),
            return_on_failure: $request.return_values_on_condition_check_failure.as_ref(),
        }
    };
}

pub(super) use shared;

impl Shared<'_> {
    /// States `ReturnValues`, in the words of the layer.
    pub(super) fn state_return_values(&self, violations: &mut Violations, layer: Layer) {
        let is_known = self
            .return_values
            .is_none_or(|word| sets::RETURN_VALUES.contains(&word.as_str()));
        match layer {
            _ if is_known => {}
            Layer::Older => {
                violations.echoed("returnValues", self.return_values).one_of(sets::RETURN_VALUES);
            }
            // The service's own list, with its slip in the fourth word.
            Layer::Current => violations.push(
                "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]",
            ),
        }
    }

    pub(super) fn state_return_consumed_capacity(&self, violations: &mut Violations) {
        members::state_return_consumed_capacity(violations, self.return_consumed_capacity);
    }

    pub(super) fn state_return_item_collection_metrics(&self, violations: &mut Violations) {
        members::state_return_item_collection_metrics(violations, self.return_item_collection_metrics);
    }

    pub(super) fn state_return_on_failure(&self, violations: &mut Violations) {
        let member = violations.echoed("returnValuesOnConditionCheckFailure", self.return_on_failure);
        member.one_of(sets::RETURN_VALUES_ON_CHECK_FAILURE);
    }

    /// States the words of legacy parameters, which the older layer checks with the members.
    pub(super) fn state_legacy_words(&self, violations: &mut Violations) {
        members::state_conditional_operator(violations, self.conditional_operator);
        for (name, expected) in self.expected.into_iter().flat_map(Entries::iter) {
            violations
                .echoed(
                    format_args!("expected.{name}.member.comparisonOperator"),
                    expected.comparison_operator.as_ref(),
                )
                .one_of(sets::COMPARISON_OPERATOR);
        }
    }

    /// The faults of one stage in `Expected`.
    pub(super) fn check_expected(&self, wording: &Wording, stage: Stage) -> Result<(), ApiError> {
        let entries = self.expected.into_iter().flat_map(Entries::iter);
        for (name, expected) in entries {
            if let Some(fault) = FaultKind::of_name(name).filter(|_| stage == Stage::Name) {
                return Err(wording.shape(fault));
            }
            for arg in expected
                .value
                .iter()
                .chain(expected.attribute_value_list.iter().flatten())
            {
                wording.check(stage, &arg.faults)?;
            }
        }
        Ok(())
    }

    /// Empty names of attributes in `Expected` and in the maps of placeholders.
    pub(super) fn check_empty_names(&self, wording: &Wording, expressions: &Expressions<'_>) -> Result<(), ApiError> {
        self.check_expected(wording, Stage::Name)?;
        expressions.check_names_not_empty()?;
        wording.check_value_names(self.values)
    }

    /// Which parameters go together, then the maps of placeholders.
    pub(super) fn check_parameters(
        &self,
        expressions: &Expressions<'_>,
        legacy_update: Option<bool>,
        update: Option<bool>,
    ) -> Result<(), ApiError> {
        let of_updates = legacy_update.map(|sent| (LegacyParameter::AttributeUpdates, sent));
        let of_conditions = [
            (LegacyParameter::Expected, self.expected.is_some()),
            (
                LegacyParameter::ConditionalOperator,
                self.conditional_operator.is_some(),
            ),
        ];
        let legacy: SmallVec<[_; 3]> = of_updates.into_iter().chain(of_conditions).collect();
        let update = update.map(|sent| (ExpressionKind::Update, sent));
        let condition = (ExpressionKind::Condition, self.condition_expression.is_some());
        let kinds: SmallVec<[_; 2]> = update.into_iter().chain([condition]).collect();
        expressions.check_parameters(&legacy, &kinds)
    }

    /// How `Expected` is joined.
    pub(super) fn join(&self, expressions: &Expressions<'_>) -> Result<Join, ApiError> {
        let conditions = self.expected.map_or(0, Entries::len);
        expressions.lowered(Join::read(self.conditional_operator.map(Text::as_str), conditions))
    }

    /// The condition, parsed and bound.
    pub(super) fn condition<'r>(&self, expressions: &mut Expressions<'r>) -> Result<Bound<'r, Condition>, ApiError> {
        expressions.bind(ExpressionKind::Condition, self.condition_expression)
    }

    /// The condition that `Expected` amounts to.
    pub(super) fn legacy_condition(
        &self,
        wording: &Wording,
        expressions: &Expressions<'_>,
        join: Join,
    ) -> Result<Option<Condition>, ApiError> {
        let Some(expected) = self.expected else {
            return Ok(None);
        };
        self.check_expected(wording, Stage::Reading)?;
        self.check_expected(wording, Stage::NullFalse)?;
        self.check_expected(wording, Stage::Content)?;
        expressions.lowered(legacy::expected(expected, join))
    }

    pub(super) fn returns_item_on_failure(&self) -> bool {
        self.return_on_failure.is_some_and(|word| word == "ALL_OLD")
    }
}

/// What is refused of `ReturnValues` on PutItem and DeleteItem, which have no use for what was updated.
pub(super) fn is_all_old_or_none(word: Option<&Text>) -> bool {
    matches!(ReturnValues::of(word), ReturnValues::None | ReturnValues::AllOld)
}

/// What these two answer: the item before, if that was asked for.
pub(super) fn old_if_asked(word: Option<&Text>) -> impl FnOnce(Planned) -> Option<PackedItem> {
    let is_asked = ReturnValues::of(word) == ReturnValues::AllOld;
    move |planned| planned.old.filter(|_| is_asked).map(|row| row.item)
}

/// The words for it.
pub(super) const ONLY_ALL_OLD_OR_NONE: &str = "ReturnValues can only be ALL_OLD or NONE";

/// Makes a write and answers it; `attributes` picks what `ReturnValues` asks for.
pub(super) fn execute(
    context: &Context<'_>,
    shared: Shared<'_>,
    write: &Write,
    attributes: impl FnOnce(Planned) -> Option<PackedItem>,
) -> Result<WriteReply, ApiError> {
    let target = context.target(shared.table_name)?;
    let wants_metrics = shared.return_item_collection_metrics.is_some_and(|word| word == "SIZE");
    let (definition, planned, table) = context.write(|transaction| {
        let table = target.find(transaction.database())?;
        let definition = Arc::clone(table.definition());
        let planned = write
            .plan(table, context.held(transaction))
            .map_err(|fault| match fault {
                WriteFault::Condition(_) => {
                    let units = write.charge_failure(table, context, identity).total();
                    ApiError::from(fault).charged(units)
                }
                fault => fault.into(),
            })?;
        context.draw_write(&definition, &planned)?;
        if let Some(change) = planned.change(&definition) {
            transaction.commit_items(context.now(), Origin::Caller, vec![change]);
        }
        let table = wants_metrics
            .then(|| target.find(transaction.database()).cloned())
            .transpose()?;
        Ok::<_, ApiError>((definition, planned, table))
    })?;
    let report = context.capacity_report(shared.return_consumed_capacity);
    let consumed_capacity = match report {
        CapacityReport::None => None,
        _ => Units::of_write(&definition, &planned).report(report, target.given()),
    };
    let item_collection_metrics = table.and_then(|table| collection_metrics(&table, &planned));
    Ok(WriteReply {
        attributes: attributes(planned),
        consumed_capacity,
        item_collection_metrics,
    })
}

/// The sizes of the item collections that writes to one table were in, each once; `table` is as it became.
pub(crate) fn collections_written<'p>(
    table: &Table,
    planned: impl Iterator<Item = &'p Planned>,
) -> Vec<ItemCollectionMetrics> {
    let mut metrics: Vec<ItemCollectionMetrics> = Vec::new();
    for each in planned.filter_map(|planned| collection_metrics(table, planned)) {
        let is_known = |known: &ItemCollectionMetrics| known.item_collection_key == each.item_collection_key;
        if !metrics.iter().any(is_known) {
            metrics.push(each);
        }
    }
    metrics
}

/// The size of the item collection that a write was in; tables without a local index have none.
fn collection_metrics(table: &Table, planned: &Planned) -> Option<ItemCollectionMetrics> {
    const GIGABYTE: u64 = 1 << 30;
    let definition = table.definition();
    let row = planned.new.as_ref().or(planned.old.as_ref())?;
    if !definition.indexes.iter().any(|index| index.kind == IndexKind::Local) {
        return None;
    }
    let prefix = partition_prefix(definition.keys.partition.iter().map(|key| row.item.scalar(&key.name)))?;
    let span = crate::engine::pages::page::KeySpan::of_prefix(prefix);
    let locals = (0..definition.indexes.len()).filter(|&at| definition.indexes[at].kind == IndexKind::Local);
    let rows = locals.map(|at| table.index_rows(at).rows()).chain([table.rows()]);
    let bytes: u64 = rows
        .map(|rows| span.rows(rows).map(|row| u64::from(row.size_bytes)).sum::<u64>())
        .sum();
    let low = (bytes / GIGABYTE) as f64;
    Some(ItemCollectionMetrics {
        item_collection_key: Some(row.item.unpack_some(|name| definition.keys.partition[0].name == name)),
        size_estimate_range_gb: Some(vec![low, low + 1.0]),
    })
}
