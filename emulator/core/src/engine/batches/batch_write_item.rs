//! BatchWriteItem: puts and deletes items, in several tables.
//!
//! Order of checks (observed-validation.md §16): empty map, list lengths and words together, table names, empty names, then request by request the
//! values and the item's size; then the tables; then request by request the key, index keys and duplicates. Values are
//! worded by the older layer. All of it is checked before anything is written.

use std::collections::HashSet;
use std::sync::Arc;

use super::{TABLE_NAMES, are_table_names};
use crate::engine::capacity::{CapacityReport, Units};
use crate::engine::context::{Context, Execute};
use crate::engine::holds::Held;
use crate::engine::items::collections_written;
use crate::engine::keys::KeyFault;
use crate::engine::members::{state_return_consumed_capacity, state_return_item_collection_metrics};
use crate::engine::names::TableTarget;
use crate::engine::violations::{Echoed, Violations};
use crate::engine::wording::{Surface, Wording};
use crate::engine::write::{Action, ITEM_BYTES_MAX, Planned, Write, WriteFault};
use crate::model::fault::{FaultKind, Stage};
use crate::model::json::{Entries, Text};
use crate::model::wire::{BatchWriteItemReply, BatchWriteItemRequest, ItemArg, ItemCollectionMetrics, WriteRequest};
use crate::model::{ApiError, Layer};
use crate::store::{Database, Origin, Row, Table};

/// The most writes of a batch.
const WRITES_MAX: usize = 25;

/// The writes to one table.
struct Part<'r> {
    given: &'r Text,
    target: TableTarget,
    writes: Vec<(&'r WriteRequest, Write)>,
}

/// The writes to one table, as they turned out.
struct Written {
    given: Text,
    table: Arc<Table>,
    planned: Vec<Planned>,
    /// The places in the request of what is planned.
    places: Vec<usize>,
    /// What is left to be sent again: items that are part of a transaction under way, and what cannot be served now.
    unprocessed: Vec<WriteRequest>,
}

impl Execute for BatchWriteItemRequest {
    type Reply = BatchWriteItemReply;

    fn execute(self, context: &Context<'_>) -> Result<BatchWriteItemReply, ApiError> {
        let parts = self.checked(context)?;
        let written = context.write(|transaction| {
            let mut written = plan(&parts, transaction.database(), context.held(transaction))?;
            draw(&parts, &mut written, context)?;
            let changes: Vec<_> = written
                .iter()
                .flat_map(|part| {
                    part.planned
                        .iter()
                        .filter_map(|planned| planned.change(part.table.definition()))
                })
                .collect();
            if !changes.is_empty() {
                transaction.commit_items(context.now(), Origin::Caller, changes);
            }
            Ok::<_, ApiError>(written)
        })?;
        Ok(self.reply(&written, context))
    }
}

/// Checks every write against its table before any is made.
fn plan(parts: &[Part<'_>], database: &Database, held: Held<'_>) -> Result<Vec<Written>, ApiError> {
    let tables = parts
        .iter()
        .map(|part| part.target.find(database))
        .collect::<Result<Vec<_>, _>>()?;
    let mut written = Vec::with_capacity(parts.len());
    for (part, table) in parts.iter().zip(tables) {
        written.push(part.plan(table, held)?);
    }
    Ok(written)
}

impl Part<'_> {
    fn plan(&self, table: &Arc<Table>, held: Held<'_>) -> Result<Written, ApiError> {
        let mut seen = HashSet::new();
        let mut written = Written {
            given: self.given.clone(),
            table: Arc::clone(table),
            planned: Vec::with_capacity(self.writes.len()),
            places: Vec::with_capacity(self.writes.len()),
            unprocessed: Vec::new(),
        };
        for (place, (request, write)) in self.writes.iter().enumerate() {
            let key = match write.plan(table, held) {
                Ok(planned) => {
                    let key = planned.key.clone();
                    written.planned.push(planned);
                    written.places.push(place);
                    key
                }
                Err(WriteFault::Conflict) => {
                    written.unprocessed.push((*request).clone());
                    write.key(&table.definition().keys)?
                }
                Err(fault) => return Err(refuse(fault)),
            };
            if !seen.insert(key) {
                return Err(ApiError::validation("Provided list of item keys contains duplicates"));
            }
        }
        Ok(written)
    }
}

/// Draws what each write costs, and leaves those that cannot be served now.
///
/// # Errors
/// When none of them can.
fn draw(parts: &[Part<'_>], written: &mut [Written], context: &Context<'_>) -> Result<(), ApiError> {
    let mut throttled = None;
    for (part, written) in parts.iter().zip(&mut *written) {
        let planned = std::mem::take(&mut written.planned);
        for (planned, place) in planned.into_iter().zip(&written.places) {
            match context.draw_write(written.table.definition(), &planned) {
                Ok(()) => written.planned.push(planned),
                Err(refusal) => {
                    throttled.get_or_insert(refusal);
                    written.unprocessed.push(part.writes[*place].0.clone());
                }
            }
        }
    }
    let is_any_served = written.iter().any(|part| !part.planned.is_empty());
    throttled.filter(|_| !is_any_served).map_or(Ok(()), Err)
}

/// A put without its key, or with one of another type, is worded here as a key that does not match.
fn refuse(fault: WriteFault) -> ApiError {
    match fault {
        WriteFault::Key(KeyFault::Missing(_) | KeyFault::Mistyped { .. }) => KeyFault::Mismatch.into(),
        other => other.into(),
    }
}

impl BatchWriteItemRequest {
    /// Everything that can be refused without the tables.
    fn checked(&self, context: &Context<'_>) -> Result<Vec<Part<'_>>, ApiError> {
        let items = self.check_members()?;
        let wording = Wording::new(Surface::BatchWriteItem, Layer::Older);
        for request in items.iter().flat_map(|(_, requests)| requests) {
            if let Some(attributes) = attributes_of(request) {
                wording.check(Stage::Name, &attributes.faults)?;
            }
        }
        items
            .iter()
            .map(|(given, requests)| {
                let writes = requests
                    .iter()
                    .map(|request| Ok((request, write_of(request, &wording)?)))
                    .collect::<Result<Vec<_>, ApiError>>()?;
                Ok(Part {
                    given,
                    target: context.target(Some(given))?,
                    writes,
                })
            })
            .collect()
    }

    fn check_members(&self) -> Result<&Entries<Vec<WriteRequest>>, ApiError> {
        let Some(items) = self.request_items.as_ref().filter(|items| !items.is_empty()) else {
            return Err(ApiError::validation(
                "The requestItems parameter is required for BatchWriteItem",
            ));
        };
        let mut violations = Violations::default();
        let total: usize = items.iter().map(|(_, requests)| requests.len()).sum();
        if total > WRITES_MAX || items.iter().any(|(_, requests)| requests.is_empty()) {
            violations.push(format!(
                "Value '{}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less \
                 than or equal to 25, Member must have length greater than or equal to 1]",
                Echoed(items)
            ));
        }
        for (name, requests) in items.iter() {
            state_required(&mut violations, name, requests);
        }
        state_return_consumed_capacity(&mut violations, self.return_consumed_capacity.as_ref());
        state_return_item_collection_metrics(&mut violations, self.return_item_collection_metrics.as_ref());
        violations.refuse()?;
        if !are_table_names(items) {
            let mut violations = Violations::default();
            violations.push(format!(
                "Value '{}' at 'requestItems' failed to satisfy constraint: {TABLE_NAMES}",
                Echoed(items)
            ));
            violations.refuse()?;
        }
        Ok(items)
    }

    fn reply(&self, written: &[Written], context: &Context<'_>) -> BatchWriteItemReply {
        let report = context.capacity_report(self.return_consumed_capacity.as_ref());
        let consumed = written
            .iter()
            .filter_map(|part| part.units().report(report, &part.given))
            .collect();
        let wants_metrics = self
            .return_item_collection_metrics
            .as_ref()
            .is_some_and(|word| word == "SIZE");
        let unprocessed = written.iter().filter(|part| !part.unprocessed.is_empty());
        let unprocessed = unprocessed.map(|part| (part.given.clone(), part.unprocessed.clone()));
        BatchWriteItemReply {
            unprocessed_items: Entries(unprocessed.collect()),
            item_collection_metrics: wants_metrics
                .then(|| metrics(written, context))
                .filter(|metrics| !metrics.is_empty()),
            consumed_capacity: (report != CapacityReport::None).then_some(consumed),
        }
    }
}

impl Written {
    fn units(&self) -> Units {
        let definition = self.table.definition();
        self.planned.iter().fold(Units::default(), |mut sum, planned| {
            sum.add(Units::of_write(definition, planned));
            sum
        })
    }
}

/// The sizes of the collections that were written: one for each table and partition key.
fn metrics(written: &[Written], context: &Context<'_>) -> Entries<Vec<ItemCollectionMetrics>> {
    let of_part = |part: &Written| {
        let table = context.read(|database| database.table(&part.table.definition().name).cloned())?;
        let metrics = collections_written(&table, part.planned.iter());
        (!metrics.is_empty()).then(|| (part.given.clone(), metrics))
    };
    Entries(written.iter().filter_map(of_part).collect())
}

/// States what a request of a batch may not lack: the item of a put, the key of a delete.
fn state_required(violations: &mut Violations, table: &str, requests: &[WriteRequest]) {
    for (position, request) in requests.iter().enumerate() {
        let at = position + 1;
        if let Some(put) = &request.put_request {
            let path = format_args!("requestItems.{table}.member.{at}.member.putRequest.item");
            violations.echoed(path, put.item.as_ref()).required();
        }
        if let Some(delete) = &request.delete_request {
            let path = format_args!("requestItems.{table}.member.{at}.member.deleteRequest.key");
            violations.echoed(path, delete.key.as_ref()).required();
        }
    }
}

fn attributes_of(request: &WriteRequest) -> Option<&ItemArg> {
    let put = request.put_request.as_ref().and_then(|put| put.item.as_ref());
    put.or_else(|| request.delete_request.as_ref().and_then(|delete| delete.key.as_ref()))
}

fn write_of(request: &WriteRequest, wording: &Wording) -> Result<Write, ApiError> {
    if request.put_request.is_some() == request.delete_request.is_some() {
        return Err(ApiError::validation(FaultKind::ManyTypes));
    }
    let absent = ItemArg::default();
    let attributes = attributes_of(request).unwrap_or(&absent);
    let stages = [Stage::Reading, Stage::NullFalse, Stage::Content, Stage::Depth];
    wording.check_stages(&stages, &attributes.faults)?;
    let action = match request.put_request {
        Some(_) => {
            let row = Row::whole(attributes.item.clone());
            if row.size_bytes as usize > ITEM_BYTES_MAX {
                return Err(ApiError::validation("Item size has exceeded the maximum allowed size"));
            }
            Action::Put(row)
        }
        None => Action::Delete {
            key: attributes.item.clone(),
        },
    };
    Ok(Write {
        action,
        condition: None,
        returns_item_on_failure: false,
    })
}
