//! Exports, imports and bulk puts as values: what is told of each, and what is still to happen.
//!
//! The work itself is done when a transfer begins, outside of the database; the transfer carries its result until the time comes at which the
//! service would have it. So nothing runs beside the engine, and a fork or a replay has the same transfers. Who asked, and in which words,
//! is known by the description alone, which goes to clients as it is.

use std::sync::Arc;

use imbl::OrdMap;
use smol_str::SmolStr;

use super::bulk_puts::{BulkPortion, BulkPut, BulkWork};
use super::table::Table;
use crate::model::json::Timestamp;
use crate::model::wire::{ExportDescription, ImportTableDescription};

/// For how long transfers are known after they have ended.
const KNOWN_MS: i64 = 90 * super::DAY_MS;

/// The most transfers of a kind that are known; of those that have ended the oldest are forgotten first.
pub const TRANSFERS_MAX: usize = 10_000;

/// Why a transfer failed, in the words that its description tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The code.
    pub code: SmolStr,
    /// The message.
    pub message: SmolStr,
}

/// An export of a table to a bucket.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// What is told of it.
    pub told: ExportDescription,
    /// What the request was, as far as repetitions are compared.
    pub fingerprint: u128,
    /// What is still to happen; nothing once it has ended.
    pub work: Option<ExportWork>,
}

/// An export that is under way.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportWork {
    /// When it ends.
    pub at: Timestamp,
    /// The files that it will have written by then, by their keys.
    pub files: Vec<(SmolStr, Arc<[u8]>)>,
    /// How many items these have.
    pub items: i64,
    /// What they are billed for.
    pub billed_bytes: i64,
    /// The key of the manifest.
    pub manifest: SmolStr,
}

/// An import of a table from a bucket.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// What is told of it.
    pub told: ImportTableDescription,
    /// What is still to happen; nothing once it has ended.
    pub work: Option<ImportWork>,
}

/// An import that is under way.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportWork {
    /// When the table comes into being, or when the import fails without one.
    pub creates_at: Timestamp,
    /// When the import ends.
    pub ends_at: Timestamp,
    /// Whether the table is there.
    pub is_table_made: bool,
    /// What was found in the bucket.
    pub source: Source,
}

/// What an import found in its bucket.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// There is no such bucket.
    NoBucket,
    /// The objects, and the rows that could be read from them.
    Read(Arc<SourceRead>),
}

/// Objects that were read.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRead {
    /// The table that they make, with its items.
    pub table: Arc<Table>,
    /// The objects, by their keys.
    pub objects: Vec<(SmolStr, Arc<[u8]>)>,
    /// How many bytes they have.
    pub bytes: i64,
    /// How many records were looked at.
    pub processed: i64,
    /// How many became items.
    pub imported: i64,
    /// How many could not be read, or do not fit the table.
    pub errors: i64,
}

/// What happens to an export, import or bulk put. ARNs name them.
#[derive(Clone, Debug, PartialEq)]
pub enum TransferChange {
    /// An export begins.
    BeginExport(Arc<Export>),
    /// An export ends: its files are in the bucket, or it failed.
    EndExport {
        /// The export.
        export: SmolStr,
        /// When.
        at: Timestamp,
        /// Why it failed.
        failure: Option<Failure>,
    },
    /// An import begins.
    BeginImport(Arc<Import>),
    /// The table of an import comes into being, with its items.
    MakeTable {
        /// The import.
        import: SmolStr,
    },
    /// An import ends.
    EndImport {
        /// The import.
        import: SmolStr,
        /// When.
        at: Timestamp,
        /// Why it failed.
        failure: Option<Failure>,
    },
    /// A bulk put begins.
    BeginBulkPut(Arc<BulkPut>),
    /// A portion of the records of a bulk put has been looked at.
    AdvanceBulkPut {
        /// The bulk put.
        bulk_put: SmolStr,
        /// What became of the portion.
        portion: BulkPortion,
    },
    /// A bulk put is to stop.
    CancelBulkPut {
        /// The bulk put.
        bulk_put: SmolStr,
        /// When it will have stopped.
        at: Timestamp,
    },
    /// A bulk put ends, and has told what was not written.
    EndBulkPut {
        /// The bulk put.
        bulk_put: SmolStr,
        /// When.
        at: Timestamp,
        /// Why it failed, or was cancelled.
        failure: Option<Failure>,
        /// The files for its bucket, by their keys.
        files: Vec<(SmolStr, Arc<[u8]>)>,
    },
}

/// The exports, imports and bulk puts of one namespace, by ARN.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transfers {
    exports: OrdMap<SmolStr, Arc<Export>>,
    imports: OrdMap<SmolStr, Arc<Import>>,
    bulk_puts: OrdMap<SmolStr, Arc<BulkPut>>,
}

impl Export {
    /// The export's ARN.
    #[must_use]
    pub fn arn(&self) -> SmolStr {
        self.told.export_arn.clone().unwrap_or_default()
    }

    /// When it ended, if it has.
    fn ended(&self) -> Option<Timestamp> {
        self.told.end_time
    }
}

impl Import {
    /// The import's ARN.
    #[must_use]
    pub fn arn(&self) -> SmolStr {
        self.told.import_arn.clone().unwrap_or_default()
    }

    fn ended(&self) -> Option<Timestamp> {
        self.told.end_time
    }
}

impl ImportWork {
    /// When something next happens.
    #[must_use]
    pub fn due(&self) -> Timestamp {
        if self.is_table_made {
            self.ends_at
        } else {
            self.creates_at
        }
    }
}

impl Transfers {
    /// The exports, by ARN.
    pub fn exports(&self) -> impl DoubleEndedIterator<Item = &Arc<Export>> {
        self.exports.values()
    }

    /// The imports, by ARN.
    pub fn imports(&self) -> impl DoubleEndedIterator<Item = &Arc<Import>> {
        self.imports.values()
    }

    /// The export with this ARN.
    #[must_use]
    pub fn export(&self, arn: &str) -> Option<&Arc<Export>> {
        self.exports.get(arn)
    }

    /// The import with this ARN.
    #[must_use]
    pub fn import(&self, arn: &str) -> Option<&Arc<Import>> {
        self.imports.get(arn)
    }

    /// The bulk puts, by ARN.
    pub fn bulk_puts(&self) -> impl DoubleEndedIterator<Item = &Arc<BulkPut>> {
        self.bulk_puts.values()
    }

    /// The bulk put with this ARN.
    #[must_use]
    pub fn bulk_put(&self, arn: &str) -> Option<&Arc<BulkPut>> {
        self.bulk_puts.get(arn)
    }

    /// The bulk puts that are under way.
    pub fn bulk_puts_under_way(&self) -> impl Iterator<Item = (&Arc<BulkPut>, &BulkWork)> {
        self.bulk_puts()
            .filter_map(|bulk_put| Some((bulk_put, bulk_put.work.as_ref()?)))
    }

    /// The exports that are under way, and when they end.
    pub fn exports_under_way(&self) -> impl Iterator<Item = (&Arc<Export>, &ExportWork)> {
        self.exports()
            .filter_map(|export| Some((export, export.work.as_ref()?)))
    }

    /// The imports that are under way.
    pub fn imports_under_way(&self) -> impl Iterator<Item = (&Arc<Import>, &ImportWork)> {
        self.imports()
            .filter_map(|import| Some((import, import.work.as_ref()?)))
    }

    /// When something next happens to one.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        let exports = self.exports_under_way().map(|(_, work)| work.at);
        exports
            .chain(self.imports_under_way().map(|(_, work)| work.due()))
            .chain(self.bulk_puts_under_way().map(|(_, work)| work.due()))
            .min()
    }

    pub(super) fn begin_export(&mut self, export: &Arc<Export>) {
        let now = export.told.start_time.unwrap_or_default();
        forget(&mut self.exports, now, Export::ended);
        self.exports.insert(export.arn(), Arc::clone(export));
    }

    /// Ends an export, and gives what it was to put into its bucket.
    pub(super) fn end_export(&mut self, arn: &str, at: Timestamp, failure: Option<&Failure>) -> Option<ExportWork> {
        let export = self.exports.get_mut(arn).map(Arc::make_mut)?;
        let work = export.work.take()?;
        let told = &mut export.told;
        told.end_time = Some(at);
        told.export_status = Some(status(failure));
        told.failure_code = failure.map(|failure| failure.code.clone());
        told.failure_message = failure.map(|failure| failure.message.clone());
        told.export_manifest = Some(work.manifest.clone());
        told.item_count = Some(if failure.is_none() { work.items } else { 0 });
        told.billed_size_bytes = Some(if failure.is_none() { work.billed_bytes } else { 0 });
        Some(work).filter(|_| failure.is_none())
    }

    pub(super) fn begin_bulk_put(&mut self, bulk_put: &Arc<BulkPut>) {
        let now = bulk_put.told.start_time.unwrap_or_default();
        forget(&mut self.bulk_puts, now, BulkPut::ended);
        self.bulk_puts.insert(bulk_put.arn(), Arc::clone(bulk_put));
    }

    /// The bulk put with this ARN, to be changed.
    pub(super) fn bulk_put_mut(&mut self, arn: &str) -> Option<&mut BulkPut> {
        self.bulk_puts.get_mut(arn).map(Arc::make_mut)
    }

    pub(super) fn begin_import(&mut self, import: &Arc<Import>) {
        let now = import.told.start_time.unwrap_or_default();
        forget(&mut self.imports, now, Import::ended);
        self.imports.insert(import.arn(), Arc::clone(import));
    }

    /// The table that an import makes.
    pub(super) fn make_table(&mut self, arn: &str) -> Option<Arc<Table>> {
        let work = self.imports.get_mut(arn).map(Arc::make_mut)?.work.as_mut()?;
        work.is_table_made = true;
        match &work.source {
            Source::NoBucket => None,
            Source::Read(read) => Some(Arc::clone(&read.table)),
        }
    }

    pub(super) fn end_import(&mut self, arn: &str, at: Timestamp, failure: Option<&Failure>) -> Option<ImportWork> {
        let import = self.imports.get_mut(arn).map(Arc::make_mut)?;
        let work = import.work.take()?;
        let told = &mut import.told;
        told.end_time = Some(at);
        told.import_status = Some(status(failure));
        told.failure_code = failure.map(|failure| failure.code.clone());
        told.failure_message = failure.map(|failure| failure.message.clone());
        let read = match &work.source {
            Source::Read(read) if work.is_table_made => Some(read),
            _ => None,
        };
        let count = |of: fn(&SourceRead) -> i64| Some(read.map_or(0, |read| of(read)));
        told.error_count = count(|read| read.errors);
        told.processed_size_bytes = count(|read| read.bytes);
        told.processed_item_count = count(|read| read.processed);
        told.imported_item_count = count(|read| read.imported);
        Some(work)
    }
}

fn status(failure: Option<&Failure>) -> SmolStr {
    SmolStr::new_static(if failure.is_some() { "FAILED" } else { "COMPLETED" })
}

/// Forgets what ended long ago, and the oldest where there are too many.
fn forget<T>(all: &mut OrdMap<SmolStr, Arc<T>>, now: Timestamp, ended: fn(&T) -> Option<Timestamp>) {
    let horizon = now.plus_millis(-KNOWN_MS);
    let mut over: Vec<(Timestamp, SmolStr)> = all
        .iter()
        .filter_map(|(arn, transfer)| Some((ended(transfer)?, arn.clone())))
        .filter(|(ended, _)| all.len() >= TRANSFERS_MAX || *ended < horizon)
        .collect();
    over.sort_unstable();
    let surplus = (all.len() + 1).saturating_sub(TRANSFERS_MAX);
    let forgotten = over
        .into_iter()
        .enumerate()
        .filter(|(position, (ended, _))| *position < surplus || *ended < horizon);
    for (_, (_, arn)) in forgotten {
        all.remove(&arn);
    }
}
