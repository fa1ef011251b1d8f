//! A database as a value: the tables of one namespace.
//!
//! `clone` costs a reference count. A database changes by [`Database::apply`] alone, which cannot fail: what is refused
//! was refused before a [`Change`] was made. It does not know locks, time or requests.

use std::sync::Arc;

use imbl::OrdMap;
use smol_str::SmolStr;

use super::change::{Change, ItemChange, Origin};
use super::definition::TableDefinition;
use super::streams::{Chunk, Stream, Streams};
use super::table::Table;
use crate::model::json::Timestamp;

/// The tables of one namespace, and the streams of those that are there and of those that were.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Database {
    tables: OrdMap<SmolStr, Arc<Table>>,
    streams: Streams,
}

/// What a change let go of. Dropping a large table takes time, so this is dropped after the lock is released.
#[must_use = "drop this once no lock is held"]
#[derive(Debug, Default)]
pub struct Released {
    table: Option<Arc<Table>>,
    streams: Vec<Arc<Stream>>,
    records: Vec<Arc<Chunk>>,
}

impl Released {
    /// Whether the change let go of nothing.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.table.is_none() && self.streams.is_empty() && self.records.is_empty()
    }

    /// Lets go of it now.
    pub fn drop_now(self) {
        drop(self);
    }
}

impl From<Option<Arc<Table>>> for Released {
    fn from(table: Option<Arc<Table>>) -> Self {
        Self {
            table,
            ..Self::default()
        }
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

    /// Makes a change.
    pub fn apply(&mut self, change: &Change) -> Released {
        match change {
            Change::PutTable(definition) => self.put_table(definition),
            Change::DropTable { table, at } => self.drop_table(table, *at),
            Change::Items { at, origin, items } => {
                for change in items {
                    self.replace(change, *at, *origin);
                }
                Released::default()
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
                    table: None,
                    streams,
                    records,
                }
            }
        }
    }

    fn put_table(&mut self, definition: &Arc<TableDefinition>) -> Released {
        let old = self.tables.get(&definition.name);
        self.streams
            .follow(old.map(|table| table.definition().as_ref()), definition);
        let table = match old {
            Some(table) => table.redefined(Arc::clone(definition)),
            None => Table::new(Arc::clone(definition)),
        };
        self.tables.insert(definition.name.clone(), Arc::new(table)).into()
    }

    fn drop_table(&mut self, name: &str, at: Timestamp) -> Released {
        let table = self.tables.remove(name);
        if let Some(key) = table.as_ref().and_then(|table| table.definition().live_stream()) {
            self.streams.end(&key, at);
        }
        table.into()
    }

    fn replace(&mut self, change: &ItemChange, at: Timestamp, origin: Origin) {
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
    }
}
