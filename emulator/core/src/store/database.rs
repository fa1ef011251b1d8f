//! A database as a value: the tables of one namespace.
//!
//! `clone` costs a reference count. A database changes by [`Database::apply`] alone, which cannot fail: what is refused
//! was refused before a [`Change`] was made. It does not know locks, time or requests.

use std::sync::Arc;

use imbl::OrdMap;
use smol_str::SmolStr;

use super::backups::{Backup, BackupDefinition, Backups};
use super::buckets::{Buckets, Objects};
use super::bulk_puts::BulkWork;
use super::change::{Change, ItemChange, Origin};
use super::definition::TableDefinition;
use super::replicas::{Replica, Replicas};
use super::streams::{Chunk, Stream, Streams};
use super::table::Table;
use super::trails::{Forgotten, Trail, Trails};
use super::transfers::{Failure, ImportWork, TransferChange, Transfers};
use crate::model::json::Timestamp;

/// The tables of one namespace, with the streams and backups of those that are there and of those that were, and the buckets that tables go to and
/// come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Database {
    tables: OrdMap<SmolStr, Arc<Table>>,
    streams: Streams,
    backups: Backups,
    trails: Trails,
    buckets: Buckets,
    transfers: Transfers,
    replicas: Replicas,
}

/// What a change let go of. Dropping a large table takes time, so this is dropped after the lock is released.
#[must_use = "drop this once no lock is held"]
#[derive(Debug, Default)]
pub struct Released {
    table: Option<Arc<Table>>,
    streams: Vec<Arc<Stream>>,
    records: Vec<Arc<Chunk>>,
    backup: Option<Arc<Backup>>,
    trail: Option<Arc<Trail>>,
    replica: Option<Arc<Replica>>,
    forgotten: Vec<Forgotten>,
    objects: Objects,
    import: Option<ImportWork>,
    bulk_put: Option<BulkWork>,
}

impl Released {
    /// Whether the change let go of nothing.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.table.is_none()
            && self.streams.is_empty()
            && self.records.is_empty()
            && self.backup.is_none()
            && self.trail.is_none()
            && self.replica.is_none()
            && self.forgotten.is_empty()
            && self.objects.is_empty()
            && self.import.is_none()
            && self.bulk_put.is_none()
    }

    /// Lets go of it now.
    pub fn drop_now(self) {
        drop(self);
    }
}

impl Database {
    /// The table with this name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Arc<Table>> {
        self.tables.get(name)
    }

    /// All tables by name.
    pub fn tables(&self) -> impl Iterator<Item = &Arc<Table>> {
        self.tables.values()
    }

    /// The tables whose names come after `name`.
    pub fn tables_after(&self, name: &str) -> impl Iterator<Item = &Arc<Table>> {
        use std::ops::Bound;
        self.tables
            .range::<_, str>((Bound::Excluded(name), Bound::Unbounded))
            .map(|(_, table)| table)
    }

    /// The streams.
    #[must_use]
    pub fn streams(&self) -> &Streams {
        &self.streams
    }

    /// The buckets.
    #[must_use]
    pub fn buckets(&self) -> &Buckets {
        &self.buckets
    }

    /// The exports, imports and bulk puts.
    #[must_use]
    pub fn transfers(&self) -> &Transfers {
        &self.transfers
    }

    /// The backups.
    #[must_use]
    pub fn backups(&self) -> &Backups {
        &self.backups
    }

    /// What a table was, while its recovery is on.
    #[must_use]
    pub fn trail(&self, table: &str) -> Option<&Arc<Trail>> {
        self.trails.get(table)
    }

    /// What a replicated table keeps for the others of its group and knows of them.
    #[must_use]
    pub fn replica(&self, table: &str) -> Option<&Arc<Replica>> {
        self.replicas.get(table)
    }

    /// The tables that are part of a group, by name, with what they keep for the others.
    pub fn replicated(&self) -> impl Iterator<Item = (&Arc<Table>, &Arc<Replica>)> {
        let names = self.replicas.names();
        names.filter_map(|name| self.table(name).zip(self.replica(name)))
    }

    /// Whether any table is part of a group.
    #[must_use]
    pub fn has_replicas(&self) -> bool {
        !self.replicas.is_empty()
    }

    /// Makes a change.
    pub fn apply(&mut self, change: &Change) -> Released {
        match change {
            Change::PutTable(definition) => self.put_table(definition),
            Change::DropTable { table, at } => self.drop_table(table, *at),
            Change::RestoreTable(table) => {
                let known = self.tables.insert(table.definition().name.clone(), Arc::clone(table));
                debug_assert!(known.is_none(), "a table is never restored over another");
                Released::default()
            }
            Change::Join(table, replica) => {
                self.join(table, replica);
                Released::default()
            }
            Change::Pull(pull) => {
                let mut released = Released::default();
                for change in &pull.items {
                    released
                        .forgotten
                        .extend(self.replace(change, pull.at, Origin::Replica));
                }
                self.replicas.receive(pull);
                released
            }
            Change::Acknowledge {
                table,
                until,
                at,
                is_level,
            } => {
                self.replicas.acknowledge(table, *until);
                if let Some(table) = self.tables.get(table).filter(|_| *is_level) {
                    self.replicas.forget(table, *at);
                }
                Released::default()
            }
            Change::BackUp(definition) => {
                self.back_up(definition);
                Released::default()
            }
            Change::DropBackup(key) => Released {
                backup: self.backups.remove(key),
                ..Released::default()
            },
            Change::Items { at, origin, items } => {
                let mut released = Released::default();
                for change in items {
                    released.forgotten.extend(self.replace(change, *at, *origin));
                }
                released
            }
            Change::RollShards(roll) => {
                self.streams.roll(roll);
                Released::default()
            }
            Change::TagStream { stream, tags } => {
                self.streams.tag(stream, tags.clone());
                Released::default()
            }
            Change::SetStreamPolicy { stream, policy } => {
                self.streams.set_policy(stream, policy.clone());
                Released::default()
            }
            Change::TrimStreams { at } => {
                let (streams, records) = self.streams.trim(*at);
                Released {
                    streams,
                    records,
                    ..Released::default()
                }
            }
            Change::Bucket(change) => Released {
                objects: self.buckets.apply(change),
                ..Released::default()
            },
            Change::Transfer(change) => self.transfer(change),
        }
    }

    fn transfer(&mut self, change: &TransferChange) -> Released {
        match change {
            TransferChange::BeginExport(export) => self.transfers.begin_export(export),
            TransferChange::EndExport { export, at, failure } => {
                let bucket = self
                    .transfers
                    .export(export)
                    .and_then(|export| export.told.s3_bucket.clone());
                let work = self.transfers.end_export(export, *at, failure.as_ref());
                if let Some((bucket, work)) = bucket.zip(work) {
                    self.buckets.put(&bucket, work.files);
                }
            }
            TransferChange::BeginImport(import) => self.transfers.begin_import(import),
            TransferChange::MakeTable { import } => {
                if let Some(table) = self.transfers.make_table(import) {
                    let known = self.tables.insert(table.definition().name.clone(), table);
                    debug_assert!(known.is_none(), "a table is never imported over another");
                }
            }
            TransferChange::EndImport { import, at, failure } => {
                let import = self.transfers.end_import(import, *at, failure.as_ref());
                return Released {
                    import,
                    ..Released::default()
                };
            }
            TransferChange::BeginBulkPut(bulk_put) => self.transfers.begin_bulk_put(bulk_put),
            TransferChange::AdvanceBulkPut { bulk_put, portion } => {
                if let Some(bulk_put) = self.transfers.bulk_put_mut(bulk_put) {
                    bulk_put.advance(portion);
                }
            }
            TransferChange::CancelBulkPut { bulk_put, at } => {
                if let Some(bulk_put) = self.transfers.bulk_put_mut(bulk_put) {
                    bulk_put.cancel(*at);
                }
            }
            TransferChange::EndBulkPut {
                bulk_put,
                at,
                failure,
                files,
            } => return self.end_bulk_put(bulk_put, *at, failure.as_ref(), files),
        }
        Released::default()
    }

    fn end_bulk_put(
        &mut self,
        arn: &str,
        at: Timestamp,
        failure: Option<&Failure>,
        files: &[(SmolStr, Arc<[u8]>)],
    ) -> Released {
        let Some(bulk_put) = self.transfers.bulk_put_mut(arn) else {
            return Released::default();
        };
        let released = bulk_put.end(at, failure);
        if !files.is_empty() {
            self.buckets.put(&bulk_put.output_bucket(), files.iter().cloned());
        }
        Released {
            bulk_put: released,
            ..Released::default()
        }
    }

    fn put_table(&mut self, definition: &Arc<TableDefinition>) -> Released {
        let old = self.tables.get(&definition.name);
        self.streams
            .follow(old.map(|table| table.definition().as_ref()), definition);
        let trail = self
            .trails
            .follow(old.map(|table| table.definition().as_ref()), definition);
        let replica = self.replicas.follow(definition);
        let table = match old {
            Some(table) => table.redefined(Arc::clone(definition)),
            None => Table::new(Arc::clone(definition)),
        };
        Released {
            table: self.tables.insert(definition.name.clone(), Arc::new(table)),
            trail,
            replica,
            ..Released::default()
        }
    }

    fn join(&mut self, table: &Arc<Table>, replica: &Arc<Replica>) {
        let definition = table.definition();
        self.streams.follow(None, definition);
        self.replicas.begin(&definition.name, Arc::clone(replica));
        let known = self.tables.insert(definition.name.clone(), Arc::clone(table));
        debug_assert!(known.is_none(), "a replica never takes the place of another table");
    }

    fn back_up(&mut self, definition: &Arc<BackupDefinition>) {
        let Some(table) = self.tables.get(&definition.key.table) else {
            unreachable!("a backup is made of a table that is there");
        };
        self.backups
            .insert(Backup::new(Arc::clone(definition), Arc::clone(table)));
    }

    fn drop_table(&mut self, name: &str, at: Timestamp) -> Released {
        let table = self.tables.remove(name);
        if let Some(key) = table.as_ref().and_then(|table| table.definition().live_stream()) {
            self.streams.end(&key, at);
        }
        let trail = self.trails.remove(name);
        let replica = self.replicas.end(name);
        match table {
            Some(table) if table.definition().recovery.is_some() => Released {
                backup: self.backups.keep_deleted(table, at),
                trail,
                replica,
                ..Released::default()
            },
            table => Released {
                table,
                trail,
                replica,
                ..Released::default()
            },
        }
    }

    fn replace(&mut self, change: &ItemChange, at: Timestamp, origin: Origin) -> Option<Forgotten> {
        let Some(table) = self.tables.get_mut(&change.table) else {
            unreachable!("a change names a table of the database that it was made for");
        };
        debug_assert_eq!(
            table.get(&change.key),
            change.old.as_ref(),
            "a change knows what it replaces"
        );
        let table = Arc::make_mut(table);
        table.replace(&change.key, change.new.as_ref(), at);
        if let Some(stream) = table.definition().live_stream() {
            self.streams.record(&stream, change, at, origin);
        }
        if let Some(membership) = &table.definition().membership
            && origin != Origin::Replica
        {
            self.replicas.record(change, at, &membership.region);
        }
        let recovery = table.definition().recovery.as_ref()?;
        let forgotten = self.trails.record(change, at, recovery);
        (!forgotten.is_nothing()).then_some(forgotten)
    }
}
