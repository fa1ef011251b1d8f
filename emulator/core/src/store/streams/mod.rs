//! The streams of a database: a view of its ordered Changes.
//!
//! A Change of items goes in, the records of those tables that have a stream come out, in shards, with numbers that order all records of the database.
//! A stream that was turned off stays, and so does one whose table is gone. When shards roll over and what is forgotten is decided outside and
//! comes in as Changes, so that a replay gives the same streams whatever was set. Records older than [`RETENTION_MS`] are not to be
//! read any more from that moment on; when they leave the memory is another matter.

mod log;
mod record;
mod sequence;
mod shard;
mod stream;

use std::sync::Arc;

use imbl::OrdMap;

use super::change::{ItemChange, Origin, ShardRoll};
use super::definition::TableDefinition;
use super::policy::PolicySetting;
use super::settings::{DAY_MS, Tags};
use crate::model::json::Timestamp;

pub(crate) use log::Chunk;
pub use log::Log;
pub use record::{Event, Record};
pub use sequence::SequenceNumber;
pub use shard::{Shard, ShardId};
pub use stream::{Stream, StreamDefinition, StreamKey, Successors};

/// How long records can be read, and streams that have ended.
pub const RETENTION_MS: i64 = DAY_MS;

/// The time up to which nothing is known any more.
#[must_use]
pub fn horizon(now: Timestamp) -> Timestamp {
    now.plus_millis(-RETENTION_MS)
}

/// The streams of a database.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Streams {
    by_key: OrdMap<StreamKey, Arc<Stream>>,
    last: SequenceNumber,
    trimmed: Option<Timestamp>,
}

impl Streams {
    /// The stream with this name, whether or not it is to be known any more.
    #[must_use]
    pub fn get(&self, key: &StreamKey) -> Option<&Arc<Stream>> {
        self.by_key.get(key)
    }

    /// All streams, by table and label.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Stream>> {
        self.by_key.values()
    }

    /// The streams whose names come after `key`.
    pub fn after(&self, key: &StreamKey) -> impl Iterator<Item = &Arc<Stream>> {
        use std::ops::Bound;
        self.by_key
            .range::<_, StreamKey>((Bound::Excluded(key), Bound::Unbounded))
            .map(|(_, stream)| stream)
    }

    /// When a table's latest stream was turned on; none of its next ones may be as early.
    #[must_use]
    pub fn latest_of(&self, table: &str) -> Option<Timestamp> {
        let start = StreamKey {
            table: table.into(),
            label: "".into(),
        };
        self.by_key
            .range(start..)
            .take_while(|(key, _)| key.table == table)
            .map(|(_, stream)| stream.definition().created)
            .last()
    }

    /// When something was last let go of, or could have been first.
    #[must_use]
    pub fn trimmed(&self) -> Option<Timestamp> {
        self.trimmed
    }

    /// Follows a table from one definition to the next: streams begin and end with its setting.
    pub(super) fn follow(&mut self, old: Option<&TableDefinition>, new: &TableDefinition) {
        let (before, after) = (old.and_then(TableDefinition::live_stream), new.live_stream());
        if before == after {
            return;
        }
        if let Some(key) = before {
            self.end(&key, new.stream.ended.unwrap_or(new.created));
        }
        let (Some(key), Some(view), Some((_, created))) = (after, new.stream.view, new.stream.latest.clone()) else {
            return;
        };
        let definition = StreamDefinition {
            key: key.clone(),
            table_arn: new.arn.clone(),
            table_id: new.id.clone(),
            keys: new.keys.clone(),
            view,
            created,
        };
        self.trimmed.get_or_insert(created);
        let stream = Stream::open(definition, new.stream.shards, &mut self.last);
        self.by_key.insert(key, Arc::new(stream));
    }

    /// Ends a stream.
    pub(super) fn end(&mut self, key: &StreamKey, at: Timestamp) {
        if let Some(stream) = self.by_key.get_mut(key) {
            Arc::make_mut(stream).end(at);
        }
    }

    /// Adds the record of a change to a table's stream.
    pub(super) fn record(&mut self, key: &StreamKey, change: &ItemChange, at: Timestamp, origin: Origin) {
        let Some(stream) = self.by_key.get_mut(key) else {
            unreachable!("a table whose stream is on has one");
        };
        Arc::make_mut(stream).record(change, at, origin, &mut self.last);
    }

    /// Closes shards and opens their successors.
    pub(super) fn roll(&mut self, roll: &ShardRoll) {
        let Some(stream) = self.by_key.get_mut(&roll.stream) else {
            unreachable!("a roll names a stream of the database that it was made for");
        };
        let stream = Arc::make_mut(stream);
        for (shard, successors) in &roll.shards {
            stream.roll(*shard, *successors, roll.at, &mut self.last);
        }
    }

    /// Gives a stream other tags.
    pub(super) fn tag(&mut self, key: &StreamKey, tags: Tags) {
        let Some(stream) = self.by_key.get_mut(key) else {
            unreachable!("tags are of a stream of the database that they were made for");
        };
        Arc::make_mut(stream).tag(tags);
    }

    /// Gives a stream another policy, or none.
    pub(super) fn set_policy(&mut self, key: &StreamKey, policy: PolicySetting) {
        let Some(stream) = self.by_key.get_mut(key) else {
            unreachable!("a policy is of a stream of the database that it was made for");
        };
        Arc::make_mut(stream).set_policy(policy);
    }

    /// Lets go of what was kept long enough by `at`.
    pub(super) fn trim(&mut self, at: Timestamp) -> (Vec<Arc<Stream>>, Vec<Arc<Chunk>>) {
        let horizon = horizon(at);
        let (mut streams, mut chunks) = (Vec::new(), Vec::new());
        let keys: Vec<StreamKey> = self.by_key.keys().cloned().collect();
        for key in keys {
            let Some(stream) = self.by_key.get_mut(&key) else {
                continue;
            };
            if stream.is_forgotten(horizon) {
                streams.extend(self.by_key.remove(&key));
            } else {
                Arc::make_mut(stream).trim(horizon, &mut chunks);
            }
        }
        self.trimmed = (!self.by_key.is_empty()).then_some(at);
        (streams, chunks)
    }
}
