//! Scan: reads a table or an index, whole or in segments.
//!
//! Order of checks (observed-validation.md §15): members in stages, empty names, parameters, conditional operator, `ScanFilter`, `AttributesToGet`, the
//! start key's values, the filter, an empty projection, `Select`, segments, the filter's values, the projection, unused placeholders (observed.md 26);
//! then the table, the index, `Select` against it, the start key, the projection and the filter against what is read.

use std::ops::Bound;

use super::page::{Direction, FilterView, KeySpan, PagePlan};
use super::select::{Select, check_projected};
use super::shared::{Legacy, Shared, page_bytes_max, shared};
use super::start_key::{self, Asker};
use crate::engine::context::{Context, Execute};
use crate::engine::expressions::Expressions;
use crate::engine::members::{self, state_table_name};
use crate::engine::violations::{Violations, sets};
use crate::engine::wording::{Surface, Wording};
use crate::engine::write::check_scalar_keys;
use crate::expression::{Condition, ExpressionKind, LegacyParameter, Projection};
use crate::model::fault::Stage;
use crate::model::wire::{PageReply, ScanRequest};
use crate::model::{ApiError, Layer};
use crate::store::{HASH_BYTES, RowKey};

/// The space of partition hashes is cut into so many buckets; beyond as many segments some are empty (query-scan.md §6).
const BUCKETS: u64 = 4_096;

/// What the checks before the table leave.
struct Checked {
    filter: Option<Condition>,
    projection: Option<Projection>,
}

impl Execute for ScanRequest {
    type Reply = PageReply;

    fn execute(self, context: &Context<'_>) -> Result<PageReply, ApiError> {
        let wording = Wording::new(Surface::Scan, context.layer());
        let shared = shared!(self);
        let mut expressions = Expressions::new(context, wording, shared.names, shared.values);
        let checked = self.check(&wording, &mut expressions)?;
        let (target, table) = shared.table(context)?;
        let source = shared.source(context, table, "Scan operation not supported on this index type")?;
        let select = Select::of(shared.select);
        select.check_index(&source)?;
        let mut span = self.segment_span();
        if let Some(key) = shared.start_key {
            let position = start_key::position(&source, &key.item, Asker::Scan)?;
            self.check_segment_of(&span, &position)?;
            span = span.after(&position, Direction::Forward);
        }
        let Checked { filter, projection } = checked;
        check_projected(projection.as_ref(), &source)?;
        check_scalar_keys(
            source.definition(),
            projection.iter().flat_map(Projection::attributes_in_part),
        )?;
        check_scalar_keys(
            source.definition(),
            filter.iter().flat_map(Condition::attributes_in_part),
        )?;
        let output = select.output(projection, &source);
        let plan = PagePlan {
            source,
            spans: vec![span],
            direction: Direction::Forward,
            limit: shared.limit(),
            bytes_max: page_bytes_max(context),
            filter,
            filter_view: FilterView::Fetched,
            output,
            consistency: shared.consistency(),
        };
        shared.reply(context, &target, &plan, None)
    }
}

impl ScanRequest {
    fn legacy(&self) -> Legacy<'_> {
        Legacy {
            parameter: LegacyParameter::ScanFilter,
            conditions: self.scan_filter.as_ref(),
        }
    }

    /// Everything that can be refused without the table.
    fn check(&self, wording: &Wording, expressions: &mut Expressions<'_>) -> Result<Checked, ApiError> {
        let (shared, legacy) = (shared!(self), self.legacy());
        if let Some(values) = shared.values {
            wording.check(Stage::Reading, &values.faults)?;
        }
        self.check_members(shared, legacy, wording.layer())?;
        shared.check_empty_names(wording, expressions, Asker::Scan, &[legacy])?;
        shared.check_parameters(
            expressions,
            (LegacyParameter::ScanFilter, legacy.conditions.is_some()),
            None,
        )?;
        let join = legacy.join(expressions, shared.conditional_operator)?;
        legacy.check(
            wording,
            &[Stage::Depth, Stage::Reading, Stage::NullFalse, Stage::Content],
        )?;
        let legacy_filter = legacy.filter(expressions, join)?;
        let projection = expressions.attributes_to_get(shared.attributes_to_get)?;
        if let Some(key) = shared.start_key {
            start_key::check_values(&key.faults, Asker::Scan, wording.layer())?;
        }
        let filter = shared.filter(expressions)?;
        expressions.check_not_empty(ExpressionKind::Projection, shared.projection_expression)?;
        Select::check_word(shared.select)?;
        shared.check_select(wording.layer())?;
        self.check_segments(wording.layer())?;
        let filter = expressions.program(filter)?.or(legacy_filter);
        let projection = expressions.projection(shared.projection_expression, projection)?;
        expressions.check_unused()?;
        Ok(Checked { filter, projection })
    }

    fn check_members(&self, shared: Shared<'_>, legacy: Legacy<'_>, layer: Layer) -> Result<(), ApiError> {
        if layer == Layer::Older || shared.table_name.is_none() || legacy.lacks_operator() {
            self.check_members_in_older_words(shared, legacy)?;
        }
        let mut violations = Violations::default();
        violations.unechoed("Limit", shared.limit).at_least(1);
        violations
            .unechoed("Segment", self.segment.as_ref())
            .at_least(0)
            .at_most(999_999);
        violations
            .unechoed("TotalSegments", self.total_segments.as_ref())
            .at_least(1)
            .at_most(1_000_000);
        violations.unechoed("TableName", shared.table_name).length_at_least(1);
        violations.refuse()?;
        let mut violations = Violations::default();
        state_table_name(&mut violations, shared.table_name);
        members::state_return_consumed_capacity(&mut violations, shared.return_consumed_capacity);
        shared.state_index_name(&mut violations);
        shared.state_attributes_to_get(&mut violations);
        violations.refuse()
    }

    fn check_members_in_older_words(&self, shared: Shared<'_>, legacy: Legacy<'_>) -> Result<(), ApiError> {
        let mut violations = Violations::default();
        violations.echoed("select", shared.select).one_of(sets::SELECT);
        shared.state_index_name(&mut violations);
        violations
            .echoed("totalSegments", self.total_segments.as_ref())
            .at_least(1)
            .at_most(1_000_000);
        members::state_return_consumed_capacity(&mut violations, shared.return_consumed_capacity);
        violations
            .echoed("tableName", shared.table_name)
            .required()
            .length_at_least(1);
        members::state_conditional_operator(&mut violations, shared.conditional_operator);
        legacy.state_older_operators(&mut violations);
        violations
            .echoed("segment", self.segment.as_ref())
            .at_least(0)
            .at_most(999_999);
        violations.echoed("limit", shared.limit).at_least(1);
        shared.state_attributes_to_get(&mut violations);
        violations.refuse()
    }

    fn check_segments(&self, layer: Layer) -> Result<(), ApiError> {
        let text = match (self.segment, self.total_segments) {
            (Some(_), None) => {
                "The TotalSegments parameter is required but was not present in the request when Segment parameter is present"
            }
            (None, Some(_)) => {
                "The Segment parameter is required but was not present in the request when parameter TotalSegments is present"
            }
            (Some(segment), Some(total)) if segment >= total && layer == Layer::Older => {
                return Err(ApiError::validation(format_args!(
                    "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {segment} is not less than \
                     TotalSegments: {total}"
                )));
            }
            (Some(segment), Some(total)) if segment >= total => {
                "The Segment parameter is zero-based and must be less than parameter TotalSegments"
            }
            _ => return Ok(()),
        };
        Err(ApiError::validation(text))
    }

    /// The rows of the segment: those whose partition hash falls into its buckets.
    fn segment_span(&self) -> KeySpan {
        let (Some(segment), Some(total)) = (self.segment, self.total_segments) else {
            return KeySpan::all();
        };
        let boundary = |segment: i32| {
            let bucket = (BUCKETS * u64::from(segment.unsigned_abs())).div_ceil(u64::from(total.unsigned_abs()));
            let hash = bucket
                .checked_mul(u64::MAX / BUCKETS + 1)
                .filter(|_| bucket < BUCKETS)?;
            Some(hash.to_be_bytes()[..HASH_BYTES].to_vec())
        };
        KeySpan::between(
            boundary(segment).map_or(Bound::Excluded(vec![u8::MAX; HASH_BYTES + 1]), Bound::Included),
            boundary(segment + 1).map_or(Bound::Unbounded, Bound::Excluded),
        )
    }

    fn check_segment_of(&self, span: &KeySpan, position: &RowKey) -> Result<(), ApiError> {
        match (self.total_segments, self.segment) {
            (Some(total), Some(segment)) if !span.contains(position) => Err(ApiError::validation(format!(
                "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. \
                 TotalSegments: {total} Segment: {segment}"
            ))),
            _ => Ok(()),
        }
    }
}
