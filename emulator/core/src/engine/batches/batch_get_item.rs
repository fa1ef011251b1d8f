//! BatchGetItem: reads items by their keys, from several tables.
//!
//! Order of checks (observed-validation.md §16, observed.md 26): empty map, empty lists of keys, more than 100 keys, table names and words together,
//! empty names, projections beside legacy lists anywhere, then table by table placeholders, the projection, unused placeholders, keys and
//! duplicates; then the tables; then table by table the projection and the keys against the schema.

use std::collections::HashSet;
use std::sync::Arc;

use super::{TABLE_NAMES, are_table_names};
use crate::engine::capacity::{CapacityReport, Consistency, Units, read_units};
use crate::engine::context::{Context, Execute};
use crate::engine::expressions::Expressions;
use crate::engine::keys::key_of_map;
use crate::engine::members::{check_attribute_to_get_names, state_return_consumed_capacity};
use crate::engine::throttle::Draw;
use crate::engine::violations::{Echoed, Violations};
use crate::engine::wording::{Surface, Wording};
use crate::engine::write::check_scalar_keys;
use crate::expression::{ExpressionKind, LegacyParameter, Projection};
use crate::model::clipped::Clipped;
use crate::model::fault::Stage;
use crate::model::json::{Entries, Text, to_text};
use crate::model::wire::{BatchGetItemReply, BatchGetItemRequest, ItemArg, KeysAndAttributes};
use crate::model::{ApiError, Layer, PackedItem};
use crate::store::{Row, RowKey, Table};

/// The most keys of a batch.
const KEYS_MAX: usize = 100;
/// The most bytes of items in a reply; the keys of what would go beyond are handed back.
const REPLY_BYTES_MAX: u64 = 16 << 20;

/// What is read from one table.
struct Part<'r> {
    given: &'r Text,
    request: &'r KeysAndAttributes,
    table: Arc<Table>,
    rows: Vec<RowKey>,
    projection: Option<Projection>,
}

impl Execute for BatchGetItemRequest {
    type Reply = BatchGetItemReply;

    fn execute(self, context: &Context<'_>) -> Result<BatchGetItemReply, ApiError> {
        let wording = Wording::new(Surface::BatchGetItem, context.layer());
        let (items, projections) = self.check(&wording, context)?;
        let tables = find_tables(items, context)?;
        let parts = items
            .iter()
            .zip(tables)
            .zip(projections)
            .map(|(((given, request), table), projection)| Part::new(given, request, table, projection, context))
            .collect::<Result<Vec<_>, ApiError>>()?;
        let report = context.capacity_report(self.return_consumed_capacity.as_ref());
        read(&parts, report, context)
    }
}

fn find_tables(items: &Entries<KeysAndAttributes>, context: &Context<'_>) -> Result<Vec<Arc<Table>>, ApiError> {
    let targets = items.iter().map(|(name, _)| context.target(Some(name)));
    let targets = targets.collect::<Result<Vec<_>, _>>()?;
    context.read(|database| targets.iter().map(|target| target.find(database).cloned()).collect())
}

fn keys_of(request: &KeysAndAttributes) -> &[ItemArg] {
    request.keys.as_deref().unwrap_or_default()
}

impl BatchGetItemRequest {
    /// Everything that can be refused without the tables. Each has its projection.
    fn check(
        &self,
        wording: &Wording,
        context: &Context<'_>,
    ) -> Result<(&Entries<KeysAndAttributes>, Vec<Option<Projection>>), ApiError> {
        match wording.layer() {
            Layer::Current => self.check_members()?,
            Layer::Older => self.check_older_members()?,
        }
        let items = self
            .request_items
            .as_ref()
            .unwrap_or_else(|| unreachable!("its absence was refused"));
        for (_, request) in items.iter() {
            keys_of(request)
                .iter()
                .try_for_each(|key| wording.check(Stage::Name, &key.faults))?;
            check_attribute_to_get_names(request.attributes_to_get.as_ref())?;
            let names = request.expression_attribute_names.as_ref();
            Expressions::new(context, *wording, names, None).check_names_not_empty()?;
        }
        let is_any = |sent: fn(&KeysAndAttributes) -> bool| items.iter().any(|(_, request)| sent(request));
        Expressions::new(context, *wording, None, None).check_parameters(
            &[(
                LegacyParameter::AttributesToGet,
                is_any(|request| request.attributes_to_get.is_some()),
            )],
            &[(
                ExpressionKind::Projection,
                is_any(|request| request.projection_expression.is_some()),
            )],
        )?;
        let projections = items
            .iter()
            .map(|(_, request)| check_table(request, wording, context))
            .collect::<Result<_, _>>()?;
        Ok((items, projections))
    }

    /// The older layer has a sentence for an empty map, lists what else is wrong, and counts keys last.
    fn check_older_members(&self) -> Result<(), ApiError> {
        let Some(items) = self.request_items.as_ref().filter(|items| !items.is_empty()) else {
            return Err(ApiError::validation(
                "The requestItems parameter is required for BatchGetItem",
            ));
        };
        let mut violations = Violations::default();
        state_return_consumed_capacity(&mut violations, self.return_consumed_capacity.as_ref());
        if !are_table_names(items) {
            violations.push(format!(
                "Value '{}' at 'requestItems' failed to satisfy constraint: {TABLE_NAMES}",
                Echoed(items)
            ));
        }
        for (name, request) in items.iter() {
            violations
                .echoed(format_args!("requestItems.{name}.member.keys"), request.keys.as_ref())
                .required()
                .length_at_least(1);
            violations
                .echoed(
                    format_args!("requestItems.{name}.member.attributesToGet"),
                    request.attributes_to_get.as_ref(),
                )
                .length_at_least(1);
        }
        violations.refuse()?;
        let total: usize = items.iter().map(|(_, request)| keys_of(request).len()).sum();
        if total > KEYS_MAX {
            return Err(ApiError::validation(
                "Too many items requested for the BatchGetItem call",
            ));
        }
        Ok(())
    }

    fn check_members(&self) -> Result<(), ApiError> {
        let mut violations = Violations::default();
        let Some(items) = &self.request_items else {
            violations.push("Value null at 'requestItems' failed to satisfy constraint: Member must not be null");
            state_return_consumed_capacity(&mut violations, self.return_consumed_capacity.as_ref());
            return violations.refuse();
        };
        let length = |path: &str, rule: &str| {
            let mut violations = Violations::default();
            violations.push(format!(
                "Value at '{path}' failed to satisfy constraint: Member must have length {rule}"
            ));
            violations.refuse()
        };
        if items.is_empty() {
            length("RequestItems", "greater than or equal to 1")?;
        }
        for (name, request) in items.iter() {
            match &request.keys {
                None => violations.push(format!(
                    "Value null at 'requestItems.{name}.member.keys' failed to satisfy constraint: Member must not be null"
                )),
                Some(keys) if keys.is_empty() => {
                    length(&format!("RequestItems.{name}.member.Keys"), "greater than or equal to 1")?;
                }
                Some(_) => {}
            }
            if request.attributes_to_get.as_ref().is_some_and(Vec::is_empty) {
                length(
                    &format!("RequestItems.{name}.member.AttributesToGet"),
                    "greater than or equal to 1",
                )?;
            }
        }
        let total: usize = items.iter().map(|(_, request)| keys_of(request).len()).sum();
        if total > KEYS_MAX && are_table_names(items) {
            let most = items.iter().max_by_key(|(_, request)| keys_of(request).len());
            let name = most.map(|(name, _)| name.as_str()).unwrap_or_default();
            length(&format!("RequestItems.{name}.member.Keys"), "less than or equal to 100")?;
        }
        if !are_table_names(items) {
            violations.push(format!(
                "Value '{}' at 'requestItems' failed to satisfy constraint: {TABLE_NAMES}",
                Clipped::echo(to_text(items))
            ));
        }
        state_return_consumed_capacity(&mut violations, self.return_consumed_capacity.as_ref());
        violations.refuse()
    }
}

fn check_table(
    request: &KeysAndAttributes,
    wording: &Wording,
    context: &Context<'_>,
) -> Result<Option<Projection>, ApiError> {
    let mut expressions = Expressions::new(context, *wording, request.expression_attribute_names.as_ref(), None);
    expressions.check_parameters(
        &[],
        &[(ExpressionKind::Projection, request.projection_expression.is_some())],
    )?;
    let legacy = expressions.attributes_to_get(request.attributes_to_get.as_ref())?;
    let projection = expressions.projection(request.projection_expression.as_ref(), legacy)?;
    expressions.check_unused()?;
    let mut seen = HashSet::new();
    for key in keys_of(request) {
        wording.check_stages(
            &[Stage::Reading, Stage::Depth, Stage::NullFalse, Stage::Content],
            &key.faults,
        )?;
        if !seen.insert(&key.item) {
            return Err(ApiError::validation("Provided list of item keys contains duplicates"));
        }
    }
    Ok(projection)
}

impl<'r> Part<'r> {
    fn new(
        given: &'r Text,
        request: &'r KeysAndAttributes,
        table: Arc<Table>,
        projection: Option<Projection>,
        context: &Context<'_>,
    ) -> Result<Self, ApiError> {
        check_scalar_keys(
            table.definition(),
            projection.iter().flat_map(Projection::attributes_in_part),
        )?;
        let keys = &table.definition().keys;
        let rows = keys_of(request)
            .iter()
            .map(|key| key_of_map(keys, &key.item))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            given,
            request,
            table: context.as_read(table, Consistency::of(request.consistent_read)),
            rows,
            projection,
        })
    }

    fn item(&self, row: &Row) -> PackedItem {
        self.projection
            .as_ref()
            .map_or_else(|| row.item.clone(), |projection| projection.apply_packed(&row.item))
    }

    /// What of the request is not processed.
    fn rest(&self, unprocessed: Vec<ItemArg>) -> Option<(Text, KeysAndAttributes)> {
        (!unprocessed.is_empty()).then(|| {
            let rest = KeysAndAttributes {
                keys: Some(unprocessed),
                ..self.request.clone()
            };
            (self.given.clone(), rest)
        })
    }

    /// Reads one key after the other. What would not fit into the reply, and what cannot be served now, is left.
    fn read(&self, progress: &mut Progress, context: &Context<'_>) -> Read {
        let consistency = Consistency::of(self.request.consistent_read);
        let mut read = Read::default();
        for (key, sent) in self.rows.iter().zip(keys_of(self.request)) {
            let row = self.table.get(key);
            let size = row.map_or(0, |row| u64::from(row.size_bytes));
            let billed = row.map_or(0, |row| self.table.definition().billed_bytes(row));
            let units = Units::at_table(read_units(billed, consistency));
            if !progress.admits(size, || {
                context.draw(&Draw::of_read(self.table.definition(), &units, key))
            }) {
                read.unprocessed.push(sent.clone());
                continue;
            }
            read.units.add(units);
            read.items.extend(row.map(|row| self.item(row)));
        }
        read
    }
}

/// What was read from one table.
#[derive(Default)]
struct Read {
    items: Vec<PackedItem>,
    units: Units,
    unprocessed: Vec<ItemArg>,
}

/// How far the reads have come.
struct Progress {
    /// How many bytes the reply still has room for; none once something did not fit.
    room: Option<u64>,
    is_any_processed: bool,
    throttled: Option<ApiError>,
}

impl Progress {
    /// Whether an item of this size is read.
    fn admits(&mut self, size: u64, draw: impl FnOnce() -> Result<(), ApiError>) -> bool {
        self.room = self.room.and_then(|room| room.checked_sub(size));
        if self.room.is_none() {
            return false;
        }
        match draw() {
            Ok(()) => {
                self.is_any_processed = true;
                true
            }
            Err(refusal) => {
                self.throttled.get_or_insert(refusal);
                false
            }
        }
    }
}

/// Reads all parts.
///
/// # Errors
/// When nothing of them can be served now.
fn read(parts: &[Part<'_>], report: CapacityReport, context: &Context<'_>) -> Result<BatchGetItemReply, ApiError> {
    let mut reply = BatchGetItemReply::default();
    let mut consumed = Vec::new();
    let mut progress = Progress {
        room: Some(REPLY_BYTES_MAX),
        is_any_processed: false,
        throttled: None,
    };
    for part in parts {
        let read = part.read(&mut progress, context);
        reply.responses.0.push((part.given.clone(), read.items));
        reply.unprocessed_keys.0.extend(part.rest(read.unprocessed));
        consumed.extend(read.units.report(report, part.given));
    }
    if let Some(refusal) = progress.throttled.filter(|_| !progress.is_any_processed) {
        return Err(refusal);
    }
    reply.consumed_capacity = (report != CapacityReport::None).then_some(consumed);
    Ok(reply)
}
