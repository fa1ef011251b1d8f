//! Bulk puts as values: what was read from a bucket, how far it is written, and what was not.
//!
//! The records are read when a bulk put begins; they are written later, in portions, by Changes of items with a note of the portion behind each.
//! How a record becomes a Change is not known here.

use std::sync::Arc;

use smol_str::SmolStr;

use super::definition::IndexKind;
use super::table::Row;
use super::transfers::Failure;
use crate::model::formats::Unwritten;
use crate::model::json::{Entries, Timestamp};
use crate::model::wire::{BulkOperationBytes, BulkOperationDescription, BulkOperationUsage, BulkOperationVectorBytes};

/// The most records that are written at once, before others get their turn.
pub const BULK_PORTION: usize = 1_000;

/// A bulk put of items from a bucket into a table.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkPut {
    /// What is told of it.
    pub told: BulkOperationDescription,
    /// The table's name.
    pub table: SmolStr,
    /// What the request was, as far as repetitions are compared.
    pub fingerprint: u128,
    /// What is still to happen; nothing once it has ended.
    pub work: Option<BulkWork>,
}

/// A bulk put that is under way.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkWork {
    /// When it began.
    pub begun_at: Timestamp,
    /// When it ends, unless it is cancelled.
    pub ends_at: Timestamp,
    /// When it ends because it is cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// What was found in the bucket, or why nothing could be read.
    pub source: Result<Arc<BulkRead>, Failure>,
    /// How many records have been looked at.
    pub position: usize,
    /// What was written of these.
    pub usage: BulkUsage,
    /// What was not.
    pub unwritten: Vec<Unwritten>,
}

/// The records that were read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BulkRead {
    /// The records of all objects, one object after the other.
    pub records: Vec<BulkRecord>,
    /// The objects.
    pub objects: Vec<BulkObject>,
}

/// An object that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkObject {
    /// Its key.
    pub key: SmolStr,
    /// How many bytes it has.
    pub bytes: i64,
    /// How many records it has together with the objects before it.
    pub until: usize,
}

/// A record: the row that is to be written, or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkRecord {
    /// On which line of its object it stands, from 1.
    pub line: u64,
    /// The row.
    pub row: Result<Row, SmolStr>,
}

/// What a bulk put wrote, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulkUsage {
    /// To the table.
    pub table: i64,
    /// To its indexes.
    pub indexes: Vec<(IndexKind, SmolStr, i64)>,
}

/// What became of a portion of the records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BulkPortion {
    /// How many were looked at.
    pub records: usize,
    /// What was written.
    pub usage: BulkUsage,
    /// What was not.
    pub unwritten: Vec<Unwritten>,
}

impl BulkPut {
    /// The ARN.
    #[must_use]
    pub fn arn(&self) -> SmolStr {
        self.told.bulk_operation_arn.clone().unwrap_or_default()
    }

    /// When it ended, if it has.
    pub(super) fn ended(&self) -> Option<Timestamp> {
        self.told.end_time
    }

    /// The bucket that it tells what was not written.
    #[must_use]
    pub fn output_bucket(&self) -> SmolStr {
        let output = self.told.output_s3_configuration.as_ref();
        output.and_then(|output| output.s3_bucket.clone()).unwrap_or_default()
    }

    pub(super) fn advance(&mut self, portion: &BulkPortion) {
        let Some(work) = &mut self.work else { return };
        work.position += portion.records;
        work.usage.add(&portion.usage);
        work.unwritten.extend(portion.unwritten.iter().cloned());
        self.tell_progress();
    }

    pub(super) fn cancel(&mut self, at: Timestamp) {
        if let Some(work) = &mut self.work {
            work.cancelled_at = Some(at);
            self.told.bulk_operation_status = Some(SmolStr::new_static("CANCELLING"));
        }
    }

    pub(super) fn end(&mut self, at: Timestamp, failure: Option<&Failure>) -> Option<BulkWork> {
        self.tell_progress();
        let work = self.work.take()?;
        let told = &mut self.told;
        told.end_time = Some(at);
        told.bulk_operation_status = Some(SmolStr::new_static(match failure {
            Some(_) if work.cancelled_at.is_some() => "CANCELLED",
            Some(_) => "FAILED",
            None if work.unwritten.is_empty() => "COMPLETED",
            None => "COMPLETED_WITH_ERRORS",
        }));
        told.failure_code = failure.map(|failure| failure.code.clone());
        told.failure_message = failure.map(|failure| failure.message.clone());
        Some(work)
    }

    fn tell_progress(&mut self) {
        let Some(work) = &self.work else { return };
        let (told, count) = (&mut self.told, |count: usize| i64::try_from(count).ok());
        told.processed_item_count = count(work.position);
        told.failed_item_count = count(work.unwritten.len());
        let objects = || work.source.iter().flat_map(|read| &read.objects);
        told.total_input_bytes = work.source.is_ok().then(|| objects().map(|object| object.bytes).sum());
        let read = objects().filter(|object| object.until <= work.position);
        told.processed_input_bytes = Some(read.map(|object| object.bytes).sum());
        let table = told.table_details.iter().flatten().next();
        let table_name = table.and_then(|table| table.table_name.clone());
        told.bulk_operation_usage = Some(vec![BulkOperationUsage {
            table_name,
            ..work.usage.tell()
        }]);
    }
}

impl BulkWork {
    /// How many records there are.
    fn total(&self) -> usize {
        self.source.as_ref().map_or(0, |read| read.records.len())
    }

    /// Whether all records have been looked at.
    #[must_use]
    pub fn is_written(&self) -> bool {
        self.position >= self.total()
    }

    /// When something next happens: portions come at even intervals.
    #[must_use]
    pub fn due(&self) -> Timestamp {
        if let Some(at) = self.cancelled_at {
            return at;
        }
        let total = self.total();
        let reached = (self.position + BULK_PORTION).min(total);
        if reached == total {
            return self.ends_at;
        }
        let length_ms = self.ends_at.as_millis().saturating_sub(self.begun_at.as_millis());
        let passed_ms = i128::from(length_ms) * reached as i128 / total as i128;
        self.begun_at.plus_millis(i64::try_from(passed_ms).unwrap_or(length_ms))
    }
}

impl BulkRead {
    /// The key of the object that the record at a position is in.
    #[must_use]
    pub fn object_of(&self, position: usize) -> SmolStr {
        let at = self.objects.partition_point(|object| object.until <= position);
        self.objects
            .get(at)
            .map(|object| object.key.clone())
            .unwrap_or_default()
    }
}

impl BulkUsage {
    /// Adds what was written to an index.
    pub fn add_index(&mut self, kind: IndexKind, name: &SmolStr, bytes: i64) {
        match self.indexes.iter_mut().find(|(_, known, _)| known == name) {
            Some((_, _, sum)) => *sum += bytes,
            None => self.indexes.push((kind, name.clone(), bytes)),
        }
    }

    fn add(&mut self, other: &Self) {
        self.table += other.table;
        for (kind, name, bytes) in &other.indexes {
            self.add_index(*kind, name, *bytes);
        }
    }

    fn tell(&self) -> BulkOperationUsage {
        let bytes = |bytes: i64| BulkOperationBytes {
            bulk_put_bytes: Some(bytes),
        };
        let vector_bytes = |bytes: i64| BulkOperationVectorBytes {
            bulk_put_vector_bytes: Some(bytes),
        };
        let indexes = self.indexes.iter().filter(|(kind, _, _)| *kind != IndexKind::Vector);
        let sum: i64 = indexes.map(|(_, _, bytes)| bytes).sum();
        BulkOperationUsage {
            table_name: None,
            bulk_put_bytes: Some(self.table + sum),
            table: Some(bytes(self.table)),
            local_secondary_indexes: self.of_kind(IndexKind::Local, bytes),
            global_secondary_indexes: self.of_kind(IndexKind::Global, bytes),
            vector_indexes: self.of_kind(IndexKind::Vector, vector_bytes),
        }
    }

    fn of_kind<T>(&self, kind: IndexKind, tell: impl Fn(i64) -> T) -> Option<Entries<T>> {
        let of_kind = self.indexes.iter().filter(|(of, _, _)| *of == kind);
        let entries: Vec<_> = of_kind.map(|(_, name, bytes)| (name.clone(), tell(*bytes))).collect();
        (!entries.is_empty()).then_some(Entries(entries))
    }
}
