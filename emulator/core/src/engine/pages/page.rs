//! Pages: reading a range of rows, for Query and Scan of tables and indexes alike.
//!
//! A page is cut by its limit or at 1 MB of evaluated rows, then filtered and projected (query-scan.md §1). It reads a snapshot, so it holds no
//! lock, and costs in proportion to itself. It does not know how its range came to be.

use std::ops::Bound;
use std::sync::Arc;

use imbl::OrdMap;

use crate::engine::capacity::{Consistency, Units, read_units};
use crate::expression::{Condition, Projection};
use crate::model::{Item, Name, PackedItem, Scalars};
use crate::store::{IndexDefinition, IndexKind, KeySchema, Row, RowKey, Rows, Table, TableDefinition, Vector, Vectors};

/// The most bytes of rows that the service evaluates for a page.
pub(crate) const PAGE_BYTES_MAX: u64 = 1_048_576;

/// What is read: a table, or one of its indexes.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    table: Arc<Table>,
    index: Option<usize>,
}

/// In which direction rows are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Ascending keys.
    Forward,
    /// Descending keys.
    Backward,
}

/// A range of row keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeySpan {
    low: Bound<RowKey>,
    high: Bound<RowKey>,
}

/// What of an item is returned.
#[derive(Clone, Debug)]
pub(crate) enum Output {
    /// The whole item.
    Whole,
    /// What the index holds.
    Held,
    /// These paths.
    Paths(Projection),
    /// Nothing: items are counted.
    Count,
}

/// What a filter sees of a row whose item is fetched from the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FilterView {
    /// The item.
    Fetched,
    /// What the index holds (observed-partiql.md §11.6).
    Held,
}

/// How a page is read.
#[derive(Debug)]
pub(crate) struct PagePlan {
    pub(crate) source: Source,
    /// The ranges, one after the other; none overlaps another.
    pub(crate) spans: Vec<KeySpan>,
    pub(crate) direction: Direction,
    pub(crate) limit: Option<usize>,
    /// The most bytes of rows that the page evaluates; the row that crosses the line still belongs to it.
    pub(crate) bytes_max: u64,
    pub(crate) filter: Option<Condition>,
    pub(crate) filter_view: FilterView,
    pub(crate) output: Output,
    pub(crate) consistency: Consistency,
}

/// A page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) items: Vec<PackedItem>,
    pub(crate) count: usize,
    pub(crate) scanned_count: usize,
    pub(crate) last_key: Option<Item>,
    pub(crate) units: Units,
}

impl Source {
    pub(crate) fn new(table: Arc<Table>, index: Option<usize>) -> Self {
        Self { table, index }
    }

    /// The index that is read, if it is not the table.
    pub(crate) fn index(&self) -> Option<&IndexDefinition> {
        self.index.map(|position| &self.table.definition().indexes[position])
    }

    /// The table's definition.
    pub(crate) fn definition(&self) -> &TableDefinition {
        self.table.definition()
    }

    /// The key of the table.
    pub(crate) fn base_keys(&self) -> &KeySchema {
        &self.table.definition().keys
    }

    /// The key of what is read.
    pub(crate) fn keys(&self) -> &KeySchema {
        self.index().map_or_else(|| self.base_keys(), |index| &index.keys)
    }

    /// The table's first index.
    pub(crate) fn first_index(&self) -> Option<&IndexDefinition> {
        self.table.definition().indexes.first()
    }

    /// The size for which reading a row is billed: at an index, what the index holds.
    fn billed_bytes(&self, row: &Row) -> u64 {
        match self.index {
            Some(_) => row.size_bytes.into(),
            None => self.table.definition().billed_bytes(row),
        }
    }

    fn rows(&self) -> &Rows {
        self.index
            .map_or_else(|| self.table.rows(), |position| self.table.index_rows(position).rows())
    }

    /// The key of a row, as `LastEvaluatedKey` tells it: the table's key, and the index's.
    fn key_of(&self, item: &PackedItem) -> Item {
        let base = self.base_keys();
        let index = self.index();
        item.unpack_some(|name| base.contains(name) || index.is_some_and(|index| index.keys.contains(name)))
    }

    /// The key of the row that `LastEvaluatedKey` tells.
    pub(crate) fn row_key(&self, key: &impl Scalars) -> Option<RowKey> {
        let base = RowKey::of_item(self.base_keys(), key)?;
        match self.index() {
            Some(index) => RowKey::of_entry(&index.keys, &base, key),
            None => Some(base),
        }
    }

    /// Whether reading these attributes means fetching items from the table: a local index that does not hold one of them.
    fn fetches<'n>(&self, mut names: impl Iterator<Item = &'n Name>) -> bool {
        let base = self.base_keys();
        self.index()
            .is_some_and(|index| index.kind == IndexKind::Local && names.any(|name| !index.holds(base, name)))
    }
}

impl KeySpan {
    /// Every key.
    pub(crate) fn all() -> Self {
        Self {
            low: Bound::Unbounded,
            high: Bound::Unbounded,
        }
    }

    /// The keys that begin with `prefix`.
    pub(crate) fn of_prefix(prefix: Vec<u8>) -> Self {
        let high = after_prefix(prefix.clone());
        Self::between(Bound::Included(prefix), high)
    }

    /// The keys from one that begins with `low` to one that begins with `high`.
    pub(crate) fn between(low: Bound<Vec<u8>>, high: Bound<Vec<u8>>) -> Self {
        Self {
            low: low.map(RowKey::from),
            high: high.map(RowKey::from),
        }
    }

    /// The rows in the range, by key.
    pub(crate) fn rows<'a>(&self, rows: &'a Rows) -> impl DoubleEndedIterator<Item = &'a Row> {
        self.entries(rows).map(|(_, row)| row)
    }

    /// The vectors in the range, by key.
    pub(crate) fn vectors<'a>(&self, vectors: &'a Vectors) -> impl Iterator<Item = (&'a RowKey, Vector<'a>)> {
        let range = (!self.is_empty()).then(|| vectors.range(self.low.as_ref(), self.high.as_ref()));
        range.into_iter().flatten()
    }

    /// What a map holds in the range, by key.
    pub(crate) fn entries<'a, T>(
        &self,
        map: &'a OrdMap<RowKey, T>,
    ) -> impl DoubleEndedIterator<Item = (&'a RowKey, &'a T)> {
        let range = (!self.is_empty()).then(|| map.range::<_, RowKey>((self.low.as_ref(), self.high.as_ref())));
        range.into_iter().flatten()
    }

    /// Leaves out what comes up to a key in this direction, the key included.
    pub(crate) fn after(mut self, key: &RowKey, direction: Direction) -> Self {
        let position = Bound::Excluded(key.clone());
        match direction {
            Direction::Forward if self.begins_before(key) => self.low = position,
            Direction::Backward if self.ends_after(key) => self.high = position,
            _ => {}
        }
        self
    }

    /// Whether a key is within the range.
    pub(crate) fn contains(&self, key: &RowKey) -> bool {
        self.begins_before(key) && self.ends_after(key)
    }

    /// Whether a key can be in both ranges.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let meets = |low: &Bound<RowKey>, high: &Bound<RowKey>| {
            let (low, high) = (low.clone(), high.clone());
            !Self { low, high }.is_empty()
        };
        !self.is_empty() && !other.is_empty() && meets(&self.low, &other.high) && meets(&other.low, &self.high)
    }

    /// The key at which the range begins, to sort ranges by; none if it begins before all keys.
    pub(crate) fn low_key(&self) -> Option<&RowKey> {
        match &self.low {
            Bound::Included(low) | Bound::Excluded(low) => Some(low),
            Bound::Unbounded => None,
        }
    }

    /// The partition in which the range begins, unless it begins before all of them.
    pub(crate) fn partition(&self) -> Option<u64> {
        self.low_key().map(RowKey::partition_hash)
    }

    fn begins_before(&self, key: &RowKey) -> bool {
        match &self.low {
            Bound::Included(low) => low <= key,
            Bound::Excluded(low) => low < key,
            Bound::Unbounded => true,
        }
    }

    fn ends_after(&self, key: &RowKey) -> bool {
        match &self.high {
            Bound::Included(high) => high >= key,
            Bound::Excluded(high) => high > key,
            Bound::Unbounded => true,
        }
    }

    fn is_empty(&self) -> bool {
        match (&self.low, &self.high) {
            (Bound::Included(low), Bound::Included(high)) => low > high,
            (Bound::Included(low) | Bound::Excluded(low), Bound::Included(high) | Bound::Excluded(high)) => low >= high,
            _ => false,
        }
    }
}

/// The end of the keys that begin with `prefix`: the first key after all of them.
pub(crate) fn after_prefix(mut prefix: Vec<u8>) -> Bound<Vec<u8>> {
    while let Some(last) = prefix.pop() {
        if last < u8::MAX {
            prefix.push(last + 1);
            return Bound::Excluded(prefix);
        }
    }
    Bound::Unbounded
}

impl PagePlan {
    /// The one partition that is read; none if several are, or the whole table.
    pub(crate) fn partition(&self) -> Option<u64> {
        let mut partitions = self.spans.iter().map(KeySpan::partition);
        let first = partitions.next()??;
        partitions.all(|other| other == Some(first)).then_some(first)
    }

    /// The plan of what comes after a row; `None` when no range holds the row's key.
    pub(crate) fn after(mut self, row: &RowKey) -> Option<Self> {
        let at = self.spans.iter().position(|span| span.contains(row))?;
        let mut rest = self.spans.split_off(at);
        rest[0] = std::mem::replace(&mut rest[0], KeySpan::all()).after(row, self.direction);
        self.spans = rest;
        Some(self)
    }

    /// Reads the page.
    pub(crate) fn read(&self) -> Page {
        let rows = self.spans.iter().map(|span| span.rows(self.source.rows()));
        match self.direction {
            Direction::Forward => self.collect(rows.flatten()),
            Direction::Backward => self.collect(rows.flat_map(Iterator::rev)),
        }
    }

    fn collect<'a>(&self, rows: impl Iterator<Item = &'a Row>) -> Page {
        let fetches = self.fetches();
        let limit = self.limit.unwrap_or(usize::MAX);
        let mut page = Page {
            items: Vec::new(),
            count: 0,
            scanned_count: 0,
            last_key: None,
            units: Units::default(),
        };
        let (mut bytes, mut billed_bytes) = (0, 0);
        for row in rows {
            page.scanned_count += 1;
            bytes += u64::from(row.size_bytes);
            billed_bytes += self.source.billed_bytes(row);
            if fetches {
                let fetched = self.source.definition().billed_bytes(&Row::whole(row.item.clone()));
                page.units.table += read_units(fetched, self.consistency);
            }
            self.take(row, fetches, &mut page);
            if page.scanned_count >= limit || bytes >= self.bytes_max {
                page.last_key = Some(self.source.key_of(&row.item));
                break;
            }
        }
        let units = read_units(billed_bytes, self.consistency);
        match self.source.index() {
            Some(index) => page.units.add_index(index, units),
            None => page.units.table = units,
        }
        page
    }

    /// Filters and projects one row into the page.
    fn take(&self, row: &Row, fetches: bool, page: &mut Page) {
        let base = &self.source.table.definition().keys;
        let held = match self.source.index() {
            Some(index) if !fetches => index.project(base, &row.item),
            _ => row.item.clone(),
        };
        let is_met = |filter: &Condition| match (self.filter_view, self.source.index()) {
            (FilterView::Held, Some(index)) if fetches => filter.matches(&index.project(base, &row.item)),
            _ => filter.matches(&held),
        };
        if !self.filter.as_ref().is_none_or(is_met) {
            return;
        }
        page.count += 1;
        match &self.output {
            Output::Count => {}
            Output::Paths(paths) => page.items.push(paths.apply_packed(&held)),
            Output::Held => page
                .items
                .push(self.source.index().map_or(held, |index| index.project(base, &row.item))),
            Output::Whole => page.items.push(held),
        }
    }

    /// Whether each row of a local index has to be fetched from the table: what is returned decides, a filter alone sees what the index holds.
    fn fetches(&self) -> bool {
        match &self.output {
            Output::Whole => self.source.index().is_some_and(|index| {
                index.kind == IndexKind::Local && index.projection != crate::store::Projection::All
            }),
            Output::Paths(paths) => self.source.fetches(paths.attributes()),
            Output::Held | Output::Count => false,
        }
    }
}
