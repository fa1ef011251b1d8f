//! A stream: the records of one table, in shards that succeed each other.
//!
//! Invariants: the open shards cover all hashes without overlap, unless the stream has ended, and then none is open; a shard's parent covers
//! what it covers; the records of one key lie in one line of parents and children, in their order.

use std::sync::Arc;

use imbl::OrdMap;
use smol_str::SmolStr;

use super::log::Chunk;
use super::record::Record;
use super::sequence::SequenceNumber;
use super::shard::{Shard, ShardId, equal_parts, halves};
use crate::model::json::Timestamp;
use crate::store::change::{ItemChange, Origin};
use crate::store::definition::KeySchema;
use crate::store::policy::PolicySetting;
use crate::store::settings::{StreamView, Tags};

/// Shards that are not divided any more once so many are open.
const OPEN_MAX: usize = 32;

/// The name of a stream in its database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamKey {
    /// The table's name.
    pub table: SmolStr,
    /// The stream's label.
    pub label: SmolStr,
}

/// What a stream is apart from its records.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamDefinition {
    /// Its name.
    pub key: StreamKey,
    /// The ARN of its table.
    pub table_arn: SmolStr,
    /// The identity of its table.
    pub table_id: SmolStr,
    /// The table's key.
    pub keys: KeySchema,
    /// What the records show.
    pub view: StreamView,
    /// When it was turned on.
    pub created: Timestamp,
}

/// A stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    definition: Arc<StreamDefinition>,
    shards: OrdMap<ShardId, Arc<Shard>>,
    /// The open shards in the order of their hashes.
    open: Vec<ShardId>,
    ended: Option<Timestamp>,
    tags: Arc<Tags>,
    policy: Arc<PolicySetting>,
}

/// What follows a shard that is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Successors {
    /// One shard, of the same partitions.
    One,
    /// Two shards, each of half the partitions.
    Two,
}

impl Stream {
    /// A stream with so many open shards.
    pub(super) fn open(definition: StreamDefinition, shards: u16, last: &mut SequenceNumber) -> Self {
        let mut stream = Self {
            shards: OrdMap::new(),
            open: Vec::new(),
            ended: None,
            tags: Arc::default(),
            policy: Arc::default(),
            definition: Arc::new(definition),
        };
        for hashes in equal_parts(shards) {
            *last = last.next();
            let shard = Shard::open(stream.definition.created, None, hashes, *last);
            stream.open.push(shard.id);
            stream.shards.insert(shard.id, Arc::new(shard));
        }
        stream
    }

    /// What the stream is apart from its records.
    #[must_use]
    pub fn definition(&self) -> &StreamDefinition {
        &self.definition
    }

    /// When the stream was turned off, or its table deleted.
    #[must_use]
    pub fn ended(&self) -> Option<Timestamp> {
        self.ended
    }

    /// The stream's own tags.
    #[must_use]
    pub fn tags(&self) -> &Tags {
        &self.tags
    }

    /// Gives the stream other tags.
    pub(super) fn tag(&mut self, tags: Tags) {
        self.tags = Arc::new(tags);
    }

    /// The stream's own resource policy.
    #[must_use]
    pub fn policy(&self) -> &PolicySetting {
        &self.policy
    }

    /// Gives the stream another policy, or none.
    pub(super) fn set_policy(&mut self, policy: PolicySetting) {
        self.policy = Arc::new(policy);
    }

    /// The shards in the order of their ids, those after `id` or all, of those that are still known.
    pub fn shards_after(&self, id: Option<ShardId>, horizon: Timestamp) -> impl Iterator<Item = &Shard> {
        use std::ops::Bound;
        self.shards
            .range((id.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded))
            .map(|(_, shard)| shard.as_ref())
            .filter(move |shard| !shard.is_forgotten(horizon))
    }

    /// The shard with this id, if it is still known.
    #[must_use]
    pub fn shard(&self, id: ShardId, horizon: Timestamp) -> Option<&Shard> {
        self.shards
            .get(&id)
            .map(AsRef::as_ref)
            .filter(|shard| !shard.is_forgotten(horizon))
    }

    /// Whether the stream ended so long ago that it is not known any more.
    #[must_use]
    pub fn is_forgotten(&self, horizon: Timestamp) -> bool {
        self.ended.is_some_and(|ended| ended <= horizon)
    }

    /// The open shards that were opened at `opened` or before.
    pub fn opened_until(&self, opened: Timestamp) -> impl Iterator<Item = ShardId> {
        self.open.iter().copied().filter(move |id| id.opened() <= opened)
    }

    /// When the oldest open shard was opened.
    #[must_use]
    pub fn oldest_open(&self) -> Option<Timestamp> {
        self.open.iter().map(|id| id.opened()).min()
    }

    /// The open shard of a row, if it was given at least so many records, and what would follow it.
    #[must_use]
    pub fn full_shard(&self, hash: u64, records: u64) -> Option<(ShardId, Successors)> {
        let id = self.open_for(hash).filter(|id| self.shards[id].count >= records)?;
        let successors = if self.open.len() < OPEN_MAX {
            Successors::Two
        } else {
            Successors::One
        };
        Some((id, successors))
    }

    fn open_for(&self, hash: u64) -> Option<ShardId> {
        let at = self.open.partition_point(|id| *self.shards[id].hashes.end() < hash);
        self.open.get(at).copied()
    }

    /// Adds the record of a change, if it has one.
    pub(super) fn record(&mut self, change: &ItemChange, at: Timestamp, origin: Origin, last: &mut SequenceNumber) {
        let StreamDefinition { view, keys, .. } = &*self.definition;
        let Some(record) = Record::of(change, *view, keys, at, origin, last.next()) else {
            return;
        };
        let open = self.open_for(change.key.partition_hash());
        let Some(shard) = open.and_then(|id| self.shards.get_mut(&id)) else {
            unreachable!("the open shards of a stream that is on cover all hashes");
        };
        *last = record.number;
        let shard = Arc::make_mut(shard);
        shard.count += 1;
        shard.log.push(record);
    }

    /// Closes a shard and opens what follows it.
    pub(super) fn roll(&mut self, id: ShardId, successors: Successors, at: Timestamp, last: &mut SequenceNumber) {
        let Some(position) = self.open.iter().position(|open| *open == id) else {
            unreachable!("a shard that rolls over is open");
        };
        let hashes = self.close(id, at);
        let parts = match successors {
            Successors::One => vec![hashes],
            Successors::Two => halves(&hashes),
        };
        let mut opened = Vec::with_capacity(parts.len());
        for hashes in parts {
            *last = last.next();
            let child = Shard::open(at, Some(id), hashes, *last);
            opened.push(child.id);
            self.shards.insert(child.id, Arc::new(child));
        }
        self.open.splice(position..=position, opened);
    }

    /// Closes all shards.
    pub(super) fn end(&mut self, at: Timestamp) {
        self.ended = Some(at);
        for id in std::mem::take(&mut self.open) {
            self.close(id, at);
        }
    }

    fn close(&mut self, id: ShardId, at: Timestamp) -> std::ops::RangeInclusive<u64> {
        let Some(shard) = self.shards.get_mut(&id) else {
            unreachable!("an open shard is among the shards");
        };
        let shard = Arc::make_mut(shard);
        shard.closed = Some(at);
        shard.hashes.clone()
    }

    /// Lets go of records and shards that are older than `horizon`.
    pub(super) fn trim(&mut self, horizon: Timestamp, released: &mut Vec<Arc<Chunk>>) {
        let ids: Vec<ShardId> = self.shards.keys().copied().collect();
        for id in ids {
            let Some(shard) = self.shards.get_mut(&id) else {
                continue;
            };
            Arc::make_mut(shard).log.trim(horizon, released);
            if shard.is_forgotten(horizon) {
                self.shards.remove(&id);
            }
        }
    }
}
