//! What becomes of a bulk put by itself: its records are written in portions, each by a Change of items like those of PutItem, then it ends.
//!
//! A record is checked against the table as it is when its turn comes. Between two portions others get their turn. Holds of transactions are not
//! known here, no more than expiry knows them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::due::bucket;
use super::failure;
use crate::engine::holds::Holds;
use crate::engine::write::{Action, Planned, Write, WriteFault};
use crate::model::formats::{Report, Unwritten};
use crate::model::json::{Text, Timestamp};
use crate::store::{
    BULK_PORTION, BulkPortion, BulkPut, BulkRead, BulkUsage, BulkWork, Change, Database, Failure, ItemChange, Origin,
    Row, RowKey, Table, TableDefinition, TransferChange,
};

/// What happens to bulk puts next, if it is due: a portion of one, or its end.
pub(in crate::engine) fn due_portion(database: &Database, now: Timestamp) -> Option<Vec<Change>> {
    let under_way = database.transfers().bulk_puts_under_way();
    let (bulk_put, work) = under_way.min_by_key(|(_, work)| work.due())?;
    let at = work.due();
    (at <= now).then(|| next(database, bulk_put, work, at))
}

fn next(database: &Database, bulk_put: &BulkPut, work: &BulkWork, at: Timestamp) -> Vec<Change> {
    if work.cancelled_at.is_some() {
        return vec![end(database, bulk_put, work, at, Some(failure::cancelled()))];
    }
    let ready = work.source.as_ref().map_err(Failure::clone);
    let ready = ready.and_then(|read| Ok((read, obstacle(database, bulk_put)?)));
    let (read, table) = match ready {
        Ok(ready) => ready,
        Err(failure) => return vec![end(database, bulk_put, work, at, Some(failure))],
    };
    if work.is_written() {
        return vec![end(database, bulk_put, work, at, None)];
    }
    let (items, portion) = write(table, read, work.position, at);
    let items = (!items.is_empty()).then_some(Change::Items {
        at,
        origin: Origin::Caller,
        items,
    });
    let advance = Change::Transfer(TransferChange::AdvanceBulkPut {
        bulk_put: bulk_put.arn(),
        portion,
    });
    items.into_iter().chain([advance]).collect()
}

/// The table, if it is still the one that was asked for and there is a bucket to report to.
fn obstacle<'d>(database: &'d Database, bulk_put: &BulkPut) -> Result<&'d Table, Failure> {
    if bucket(database, Some(&bulk_put.output_bucket())).is_none() {
        return Err(failure::no_bucket(&bulk_put.arn()));
    }
    let asked = bulk_put.told.table_details.iter().flatten().next();
    let asked = asked.and_then(|asked| asked.table_id.as_ref());
    let table = database.table(&bulk_put.table);
    table
        .filter(|table| table.definition().serves_items() && asked == Some(&table.definition().id))
        .map(Arc::as_ref)
        .ok_or_else(|| failure::no_table(&bulk_put.table))
}

/// Writes the records from a position on.
fn write(table: &Table, read: &BulkRead, position: usize, at: Timestamp) -> (Vec<ItemChange>, BulkPortion) {
    let (definition, holds) = (table.definition(), Holds::default());
    let records = read.records[position..].iter().take(BULK_PORTION);
    let (mut items, mut portion) = (Vec::new(), BulkPortion::default());
    let mut latest: BTreeMap<RowKey, Row> = BTreeMap::new();
    for (record, position) in records.zip(position..) {
        portion.records += 1;
        let unwritten = |error: Text, row: Option<&Row>| Unwritten {
            object: read.object_of(position),
            line: record.line,
            error,
            item: row.map(|row| row.item.unpack()),
        };
        let row = match &record.row {
            Ok(row) => row,
            Err(error) => {
                portion.unwritten.push(unwritten(error.clone(), None));
                continue;
            }
        };
        match plan(table, row, &holds, at) {
            Ok(mut planned) => {
                if let Some(known) = latest.insert(planned.key.clone(), row.clone()) {
                    planned.old = Some(known);
                }
                count(&mut portion.usage, definition, &planned.key, row);
                items.extend(planned.change(definition));
            }
            Err(fault) => portion.unwritten.push(unwritten(fault.to_string().into(), Some(row))),
        }
    }
    (items, portion)
}

/// Checks a row as PutItem does.
fn plan(table: &Table, row: &Row, holds: &Holds, at: Timestamp) -> Result<Planned, WriteFault> {
    let put = Write {
        action: Action::Put(row.clone()),
        condition: None,
        returns_item_on_failure: false,
    };
    put.plan(table, holds.seen(at, None))
}

/// Counts the bytes of a row and of its entries in indexes.
fn count(usage: &mut BulkUsage, definition: &TableDefinition, key: &RowKey, row: &Row) {
    usage.table += i64::try_from(definition.billed_bytes(row)).unwrap_or(i64::MAX);
    for index in definition.indexes.iter() {
        if let Some((_, entry)) = index.entry(&definition.keys, key, row) {
            usage.add_index(index.kind, &index.name, entry.size_bytes.into());
        }
    }
}

fn end(database: &Database, bulk_put: &BulkPut, work: &BulkWork, at: Timestamp, failure: Option<Failure>) -> Change {
    let bucket = bucket(database, Some(&bulk_put.output_bucket()));
    Change::Transfer(TransferChange::EndBulkPut {
        bulk_put: bulk_put.arn(),
        at,
        failure,
        files: bucket.map(|_| report(bulk_put, work, at)).unwrap_or_default(),
    })
}

/// The files that tell what was not written, if that was asked for and there was anything to read.
fn report(bulk_put: &BulkPut, work: &BulkWork, at: Timestamp) -> Vec<(Text, Arc<[u8]>)> {
    let output = bulk_put.told.output_s3_configuration.as_ref();
    let types = output.and_then(|output| output.output_type.as_ref());
    let tells_errors = types.is_some_and(|types| types.iter().any(|word| word == "ERROR"));
    if work.source.is_err() {
        return Vec::new();
    }
    let wire = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let arn = bulk_put.arn();
    let report = Report {
        id: arn.rsplit('/').next().unwrap_or_default().into(),
        arn,
        start: work.begun_at,
        end: at,
        prefix: output.and_then(|output| output.s3_key_prefix.clone()),
        processed: wire(work.position),
        failed: wire(work.unwritten.len()),
    };
    let files = report.files(if tells_errors { &work.unwritten } else { &[] });
    files.into_iter().map(|file| (file.key, file.bytes.into())).collect()
}
