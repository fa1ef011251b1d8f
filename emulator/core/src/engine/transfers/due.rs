//! What becomes of transfers by itself: files are there, a table comes into being, a transfer ends.

use std::sync::Arc;

use super::failure;
use crate::model::json::{Text, Timestamp};
use crate::store::{Change, Database, Export, Import, ImportWork, Objects, Source, TransferChange, objects_of_prefix};

/// What happens to transfers next, if it is due.
pub(in crate::engine) fn due(database: &Database, now: Timestamp) -> Option<Change> {
    let transfers = database.transfers();
    let exports = transfers
        .exports_under_way()
        .map(|(export, work)| (work.at, Next::Export(export)));
    let imports = transfers
        .imports_under_way()
        .map(|(import, work)| (work.due(), Next::Import(import, work)));
    let (at, next) = exports.chain(imports).min_by_key(|(at, _)| *at)?;
    let change = || match next {
        Next::Export(export) => end_export(database, export, at),
        Next::Import(import, work) if work.is_table_made => end_import(database, import, work, at),
        Next::Import(import, work) => make_table(database, import, work, at),
    };
    (at <= now).then(|| Change::Transfer(change()))
}

enum Next<'d> {
    Export(&'d Export),
    Import(&'d Import, &'d ImportWork),
}

pub(super) fn bucket<'d>(database: &'d Database, name: Option<&Text>) -> Option<&'d Objects> {
    database.buckets().get(name?)
}

fn end_export(database: &Database, export: &Export, at: Timestamp) -> TransferChange {
    let arn = export.arn();
    let failure = match bucket(database, export.told.s3_bucket.as_ref()) {
        Some(_) => None,
        None => Some(failure::no_bucket(&arn)),
    };
    TransferChange::EndExport {
        export: arn,
        at,
        failure,
    }
}

fn make_table(database: &Database, import: &Import, work: &ImportWork, at: Timestamp) -> TransferChange {
    let arn = import.arn();
    let failure = match &work.source {
        Source::NoBucket => Some(failure::no_bucket(&arn)),
        Source::Read(read) => {
            let name = &read.table.definition().name;
            database.table(name).map(|_| failure::table_exists(name))
        }
    };
    match failure {
        None => TransferChange::MakeTable { import: arn },
        failure => TransferChange::EndImport {
            import: arn,
            at,
            failure,
        },
    }
}

fn end_import(database: &Database, import: &Import, work: &ImportWork, at: Timestamp) -> TransferChange {
    let is_whole = match &work.source {
        Source::Read(read) => read.errors == 0 && is_unchanged(database, import, &read.objects),
        Source::NoBucket => true,
    };
    TransferChange::EndImport {
        import: import.arn(),
        at,
        failure: (!is_whole).then(failure::bad_items),
    }
}

/// Whether the bucket has what was read from it, and nothing else.
fn is_unchanged(database: &Database, import: &Import, read: &[(Text, Arc<[u8]>)]) -> bool {
    let source = import.told.s3_bucket_source.as_ref();
    let objects = bucket(database, source.and_then(|source| source.s3_bucket.as_ref()));
    let prefix = source.and_then(|source| source.s3_key_prefix.as_deref());
    let Some(objects) = objects else { return false };
    let mut found = objects_of_prefix(objects, prefix.unwrap_or_default());
    let is_same = |(key, bytes): &(Text, Arc<[u8]>)| {
        let found = found.next();
        found.is_some_and(|(found_key, found)| found_key == key && Arc::ptr_eq(found, bytes))
    };
    read.iter().all(is_same) && found.next().is_none()
}
