//! A table as a value: its definition, its rows, and the rows of its indexes.
//!
//! Invariants: the rows of an index are exactly the entries of the table's rows in it, and its vectors those of its rows; entries share the
//! items of the table. A clone costs
//! a handful of reference counts, whatever the table holds. A table does not know requests, conditions or time.

use std::sync::Arc;

use imbl::OrdMap;

use super::definition::{IndexDefinition, KeySchema, Projection, TableDefinition};
use super::expiries::Expiries;
use super::key::RowKey;
use super::vector::VectorSpec;
use super::vectors::Vectors;
use crate::model::json::Timestamp;
use crate::model::{Item, Name, PackedItem, PackedValue, Value};

/// An item and the size that DynamoDB counts for it; in an index, for the part that the index holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The whole item, also in an index that holds a part of it.
    pub item: PackedItem,
    /// The size in bytes.
    pub size_bytes: u32,
}

impl Row {
    /// The row of a table with the item that an index shows.
    #[must_use]
    pub fn whole(item: PackedItem) -> Self {
        Self {
            size_bytes: size_u32(item.size_bytes()),
            item,
        }
    }

    /// A row of a table.
    #[must_use]
    pub fn new(item: &Item) -> Self {
        Self {
            size_bytes: size_u32(item.size_bytes()),
            item: item.into(),
        }
    }

    /// The row in which some attributes have another value or are gone; `changes` come in the order of the names.
    #[must_use]
    pub fn with<'c>(&self, changes: impl Iterator<Item = (&'c Name, Option<&'c Value>)> + Clone) -> Self {
        let mut size_bytes = self.size_bytes as usize;
        for (name, value) in changes.clone() {
            size_bytes += value.map_or(0, |value| name.len() + value.size_bytes());
            size_bytes -= self.item.get(name).map_or(0, |value| name.len() + value.size_bytes());
        }
        let item = self.item.with(changes);
        debug_assert_eq!(size_bytes, item.size_bytes(), "what did not change did not grow");
        Self {
            item,
            size_bytes: size_u32(size_bytes),
        }
    }
}

/// Rows in the order of their keys.
pub type Rows = OrdMap<RowKey, Row>;

/// The rows of an index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndexRows {
    rows: Rows,
    /// The vectors of the rows of a vector index, apart so that a search runs over them alone.
    vectors: Vectors,
    size_bytes: u64,
}

/// What the write of one item does to one index: the entry that goes and the entry that comes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndexDelta {
    /// The entry of the old item.
    pub old: Option<(RowKey, Row)>,
    /// The entry of the new item.
    pub new: Option<(RowKey, Row)>,
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    definition: Arc<TableDefinition>,
    rows: Rows,
    size_bytes: u64,
    indexes: Vec<IndexRows>,
    /// When which items expire, while items do.
    expiries: Option<Expiries>,
}

impl IndexDefinition {
    /// The entry of the row with a key in this index of a table with the key `base`; `None` if the index does not hold the item.
    #[must_use]
    pub fn entry(&self, base: &KeySchema, key: &RowKey, row: &Row) -> Option<(RowKey, Row)> {
        if let Some(spec) = &self.vector {
            let item = row.item.unpack_some(|name| spec.concerns(name));
            spec.value(&item).filter(|_| spec.has_schema_types(&item))?;
        }
        let key = RowKey::of_entry(&self.keys, key, &row.item)?;
        Some((key, self.held_row(base, row)))
    }

    /// A row as this index counts it.
    fn held_row(&self, base: &KeySchema, row: &Row) -> Row {
        let size = |(name, value): (&str, PackedValue<'_>)| name.len() + value.size_bytes();
        let size_bytes = match self.projection {
            Projection::All => row.size_bytes as usize,
            _ => self.held(base, &row.item).map(size).sum(),
        };
        let discount = self.vector.as_ref().map_or(0, |spec| spec.discount_bytes(row));
        let size_bytes = size_u32((size_bytes as i64 - discount).unsigned_abs() as usize);
        Row {
            item: row.item.clone(),
            size_bytes,
        }
    }

    /// The part of an item that this index of a table with the key `base` holds.
    #[must_use]
    pub fn project(&self, base: &KeySchema, item: &PackedItem) -> PackedItem {
        match self.projection {
            Projection::All => item.clone(),
            _ => item.filtered(|name| self.holds(base, name)),
        }
    }

    /// What replacing one item by another with the same key does to this index; a pure function, applied at commit or later.
    #[must_use]
    pub fn delta(&self, base: &KeySchema, key: &RowKey, old: Option<&Row>, new: Option<&Row>) -> IndexDelta {
        let entry = |row: Option<&Row>| row.and_then(|row| self.entry(base, key, row));
        match (old, new) {
            // Most writes leave index keys alone: then one key serves both sides.
            (Some(old), Some(new)) if self.vector.is_none() && self.keys_alike(&old.item, &new.item) => {
                let new = self.entry(base, key, new);
                let old = new.as_ref().map(|(key, _)| (key.clone(), self.held_row(base, old)));
                IndexDelta { old, new }
            }
            _ => IndexDelta {
                old: entry(old),
                new: entry(new),
            },
        }
    }

    fn keys_alike(&self, old: &PackedItem, new: &PackedItem) -> bool {
        self.keys
            .attributes()
            .all(|key| old.get(&key.name) == new.get(&key.name))
    }

    /// Whether any of the attributes that are written decides if and where an item is in this index.
    pub fn looks_at(&self, is_written: impl Fn(&str) -> bool) -> bool {
        let by_vector = |spec: &VectorSpec| {
            is_written(&spec.attribute) || spec.schema.iter().any(|element| is_written(&element.attribute.name))
        };
        self.keys.attributes().any(|key| is_written(&key.name)) || self.vector.as_ref().is_some_and(by_vector)
    }

    /// Whether two items look the same to this index.
    #[must_use]
    pub fn sees_no_difference(&self, base: &KeySchema, old: &PackedItem, new: &PackedItem) -> bool {
        match self.projection {
            Projection::All => old == new,
            _ => self.held(base, old).eq(self.held(base, new)),
        }
    }

    fn held<'a>(
        &'a self,
        base: &'a KeySchema,
        item: &'a PackedItem,
    ) -> impl Iterator<Item = (&'a str, PackedValue<'a>)> {
        item.iter().filter(|(name, _)| self.holds(base, name))
    }
}

impl IndexRows {
    /// The entries in the order of their keys.
    #[must_use]
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The vectors of a vector index in the order of the keys of its rows.
    #[must_use]
    pub fn vectors(&self) -> &Vectors {
        &self.vectors
    }

    /// The size of all entries in bytes.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    fn of(definition: &TableDefinition, index: &IndexDefinition, rows: &Rows) -> Self {
        let mut entries: Vec<_> = rows
            .iter()
            .filter_map(|(key, row)| index.entry(&definition.keys, key, row))
            .collect();
        entries.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let size_bytes = entries.iter().map(|(_, row)| u64::from(row.size_bytes)).sum();
        let vectors = index.vector.as_ref().map_or_else(Vectors::default, |spec| {
            let vector = |(key, row): &(RowKey, Row)| Some((key.clone(), spec.vector_of(row)?));
            Vectors::of_sorted(entries.iter().filter_map(vector))
        });
        Self {
            rows: entries.into_iter().collect(),
            vectors,
            size_bytes,
        }
    }

    fn apply(&mut self, index: &IndexDefinition, delta: IndexDelta) {
        if let Some(spec) = &index.vector {
            self.apply_to_vectors(spec, &delta);
        }
        if let Some((key, row)) = &delta.old {
            self.size_bytes -= u64::from(row.size_bytes);
            if delta.new.as_ref().is_none_or(|(new_key, _)| new_key != key) {
                let gone = self.rows.remove(key);
                debug_assert!(
                    gone.is_some(),
                    "an index holds the entry of every item that belongs to it"
                );
            }
        }
        if let Some((key, row)) = delta.new {
            self.size_bytes += u64::from(row.size_bytes);
            self.rows.insert(key, row);
        }
    }

    /// Keeps the vectors those of the rows. A vector that stays what it was is not read again.
    fn apply_to_vectors(&mut self, spec: &VectorSpec, delta: &IndexDelta) {
        let IndexDelta { old, new } = delta;
        match (old, new) {
            (Some((old_key, old)), Some((new_key, new)))
                if old_key == new_key && old.item.get(&spec.attribute) == new.item.get(&spec.attribute) =>
            {
                return;
            }
            (Some((old_key, _)), _) => {
                let found = self.vectors.remove(old_key);
                debug_assert!(found, "a vector index holds the vector of every entry");
            }
            (None, _) => {}
        }
        if let Some((key, row)) = new {
            let vector = spec
                .vector_of(row)
                .unwrap_or_else(|| unreachable!("an entry of a vector index has a vector"));
            self.vectors.insert(key.clone(), &vector);
        }
    }
}

impl Table {
    /// A table without items.
    #[must_use]
    pub fn new(definition: Arc<TableDefinition>) -> Self {
        let indexes = vec![IndexRows::default(); definition.indexes.len()];
        let expiries = Expiries::of(&definition.expiry, &Rows::new());
        Self {
            definition,
            rows: Rows::new(),
            size_bytes: 0,
            indexes,
            expiries,
        }
    }

    /// A table with these rows, whose indexes are built from them.
    #[must_use]
    pub fn of_rows(definition: Arc<TableDefinition>, rows: Rows) -> Self {
        let indexes = definition.indexes.iter();
        let indexes = indexes.map(|index| IndexRows::of(&definition, index, &rows)).collect();
        let expiries = Expiries::of(&definition.expiry, &rows);
        let size_bytes = rows.values().map(|row| definition.billed_bytes(row)).sum();
        Self {
            definition,
            rows,
            size_bytes,
            indexes,
            expiries,
        }
    }

    /// What the table is apart from its items.
    #[must_use]
    pub fn definition(&self) -> &Arc<TableDefinition> {
        &self.definition
    }

    /// The rows in the order of their keys.
    #[must_use]
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The row with a key.
    #[must_use]
    pub fn get(&self, key: &RowKey) -> Option<&Row> {
        self.rows.get(key)
    }

    /// How many items there are.
    #[must_use]
    pub fn item_count(&self) -> u64 {
        self.rows.len() as u64
    }

    /// The size of all items in bytes, as they are billed.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// The rows of the index at a position of the definition's list.
    #[must_use]
    pub fn index_rows(&self, position: usize) -> &IndexRows {
        &self.indexes[position]
    }

    /// How many items the index at a position holds.
    #[must_use]
    pub fn index_count(&self, position: usize) -> u64 {
        self.indexes[position].rows.len() as u64
    }

    /// The size of the index at a position in bytes.
    #[must_use]
    pub fn index_size_bytes(&self, position: usize) -> u64 {
        self.indexes[position].size_bytes
    }

    /// When items expire; none if they do not, or cannot while the table is not there.
    #[must_use]
    pub fn expiries(&self) -> Option<&Expiries> {
        self.expiries.as_ref().filter(|_| self.definition.serves_items())
    }

    /// Replaces the row with a key, and what the indexes hold of it.
    pub(super) fn replace(&mut self, key: &RowKey, new: Option<&Row>, at: Timestamp) {
        let old = match new {
            Some(row) => self.rows.insert(key.clone(), row.clone()),
            None => self.rows.remove(key),
        };
        let size = |row: Option<&Row>| row.map_or(0, |row| self.definition.billed_bytes(row));
        self.size_bytes = self.size_bytes + size(new) - size(old.as_ref());
        for (index, entries) in self.definition.indexes.iter().zip(&mut self.indexes) {
            entries.apply(index, index.delta(&self.definition.keys, key, old.as_ref(), new));
        }
        if let Some(expiries) = &mut self.expiries {
            expiries.replace(key, old.as_ref(), new, at);
        }
    }

    /// The same items under another definition: indexes of a known name are kept, new ones are built from the items.
    #[must_use]
    pub fn redefined(&self, definition: Arc<TableDefinition>) -> Self {
        let expiries = if self.definition.expiry.attribute == definition.expiry.attribute {
            self.expiries.clone()
        } else {
            Expiries::of(&definition.expiry, &self.rows)
        };
        self.under(definition, expiries, |known, index| known.name == index.name)
    }

    /// Another table with the same items, which do not expire there: indexes that hold the same are taken over, whatever they are called.
    #[must_use]
    pub fn restored(&self, definition: Arc<TableDefinition>) -> Self {
        debug_assert_eq!(
            definition.expiry.attribute, None,
            "a restored table has no time to live"
        );
        self.under(definition, None, IndexDefinition::is_like)
    }

    /// The same table with some items as they were before.
    #[must_use]
    pub fn undone<'u>(mut self, undo: impl Iterator<Item = (&'u RowKey, Option<&'u Row>)>) -> Self {
        for (key, row) in undo {
            self.replace(key, row, self.definition.created);
        }
        self
    }

    fn under(
        &self,
        definition: Arc<TableDefinition>,
        expiries: Option<Expiries>,
        is_same: impl Fn(&IndexDefinition, &IndexDefinition) -> bool,
    ) -> Self {
        debug_assert_eq!(self.definition.keys, definition.keys, "a table's key never changes");
        let known = |index: &IndexDefinition| self.definition.indexes.iter().position(|known| is_same(known, index));
        let indexes = definition
            .indexes
            .iter()
            .map(|index| match known(index) {
                Some(position) => self.indexes[position].clone(),
                None => IndexRows::of(&definition, index, &self.rows),
            })
            .collect();
        let size_bytes = if definition.vectors().eq(self.definition.vectors()) {
            self.size_bytes
        } else {
            self.rows.values().map(|row| definition.billed_bytes(row)).sum()
        };
        Self {
            definition,
            rows: self.rows.clone(),
            size_bytes,
            indexes,
            expiries,
        }
    }
}

/// A size that is known to be far below 4 GB, since items are at most 400 KB.
fn size_u32(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
