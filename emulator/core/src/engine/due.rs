//! What happens to a database by itself, and when: transitions of tables, shards that roll over, items and backups that expire, records that are
//! forgotten.
//!
//! Nothing runs beside the engine: whoever comes next commits the Changes that are given here for the database and the time. What they cost is in
//! proportion to what happens. The settings end here: a database knows only the Changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::EngineSettings;
use crate::model::json::Timestamp;
use crate::store::streams::{RETENTION_MS, ShardId, Stream, StreamKey, Successors};
use crate::store::{Change, Database, ItemChange, ShardRoll, Table};

/// Expired items that are deleted at once, before others get their turn.
const EXPIRED_AT_ONCE: usize = 1_000;

/// How long what is forgotten may stay in memory.
const TRIM_EVERY_MS: i64 = 10 * 60 * 1_000;

const _: () = assert!(TRIM_EVERY_MS < RETENTION_MS);

/// When things happen by themselves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    expiry_delay_ms: i64,
    shard_age_ms: i64,
    shard_records: u64,
}

impl Schedule {
    pub(super) fn new(settings: &EngineSettings) -> Self {
        Self {
            expiry_delay_ms: settings.expiry_delay_ms,
            shard_age_ms: settings.streams.shard_age_ms,
            shard_records: settings.streams.shard_records,
        }
    }

    /// When something next happens.
    pub(super) fn due(&self, database: &Database) -> Option<Timestamp> {
        let tables = database.tables().filter_map(|table| {
            let transition = table.definition().due();
            [transition, self.next_expiry(table)].into_iter().flatten().min()
        });
        let rolls = database
            .streams()
            .iter()
            .filter_map(|stream| stream.oldest_open())
            .map(|opened| opened.plus_millis(self.shard_age_ms));
        let backups = database.backups().first_expiry();
        tables
            .chain(rolls)
            .chain(trim_due(database))
            .chain(backups)
            .chain(database.transfers().due())
            .min()
    }

    /// What follows from a Change of items: when the next item expires in the tables that were written, and the shards that are full by now.
    pub(super) fn after_items(
        &self,
        database: &Database,
        items: &[ItemChange],
        at: Timestamp,
    ) -> (Option<Timestamp>, Vec<ShardRoll>) {
        let mut due = None;
        let mut full: BTreeMap<StreamKey, BTreeMap<ShardId, Successors>> = BTreeMap::new();
        for change in items {
            let Some(table) = database.table(&change.table) else {
                continue;
            };
            due = due.into_iter().chain(self.next_expiry(table)).min();
            if let Some(key) = table.definition().live_stream()
                && let Some((shard, successors)) = self.full_shard(database, &key, change)
            {
                full.entry(key).or_default().insert(shard, successors);
            }
        }
        let rolls = full.into_iter().map(|(stream, shards)| ShardRoll {
            stream,
            at,
            shards: shards.into_iter().collect(),
        });
        (due, rolls.collect())
    }

    /// The shard that took the record of a change, if it has been given enough, and what is to follow it.
    fn full_shard(&self, database: &Database, key: &StreamKey, change: &ItemChange) -> Option<(ShardId, Successors)> {
        let stream = database.streams().get(key)?;
        stream.full_shard(change.key.partition_hash(), self.shard_records)
    }

    fn next_expiry(&self, table: &Table) -> Option<Timestamp> {
        let first = table.expiries()?.first()?;
        Some(first.plus_millis(self.expiry_delay_ms))
    }

    /// The transitions of tables and indexes that are due, and the backups whose time is over.
    pub(super) fn transitions(&self, database: &Database, now: Timestamp) -> Vec<Change> {
        let tables = database.tables().filter_map(|table| table.definition().advanced(now));
        let backups = database.backups().expired(now).cloned().map(Change::DropBackup);
        tables.chain(backups).collect()
    }

    /// The deletions of expired items, as many as are made at once, and whether there may be more.
    pub(super) fn expired(&self, database: &Database, now: Timestamp) -> (Vec<ItemChange>, bool) {
        let at = now.plus_millis(-self.expiry_delay_ms);
        let tables = database
            .tables()
            .filter_map(|table| table.expiries().map(|expiries| (table, expiries)));
        let deletions: Vec<ItemChange> = tables
            .flat_map(|(table, expiries)| {
                expiries.until(at).map(|key| ItemChange {
                    table: table.definition().name.clone(),
                    key: key.clone(),
                    old: table.get(key).cloned(),
                    new: None,
                })
            })
            .take(EXPIRED_AT_ONCE)
            .collect();
        let are_more = deletions.len() == EXPIRED_AT_ONCE;
        (deletions, are_more)
    }

    /// The shards that have been open for long enough.
    pub(super) fn aged_shards(&self, database: &Database, now: Timestamp) -> Vec<ShardRoll> {
        let opened = now.plus_millis(-self.shard_age_ms);
        let roll = |stream: &Arc<Stream>| ShardRoll {
            stream: stream.definition().key.clone(),
            at: now,
            shards: stream.opened_until(opened).map(|id| (id, Successors::One)).collect(),
        };
        let rolls = database.streams().iter().map(roll);
        rolls.filter(|roll| !roll.shards.is_empty()).collect()
    }

    /// Whether records are to be let go of.
    pub(super) fn is_trim_due(&self, database: &Database, now: Timestamp) -> bool {
        trim_due(database).is_some_and(|at| at <= now)
    }
}

fn trim_due(database: &Database) -> Option<Timestamp> {
    database.streams().trimmed().map(|at| at.plus_millis(TRIM_EVERY_MS))
}
