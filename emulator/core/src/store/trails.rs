//! What tables were, for point-in-time recovery: before an item changes, what it was is written down.
//!
//! A trail belongs to a table whose recovery is on, and reaches back as far as its recovery period. It is kept by seconds, the grain of a restore:
//! of all changes of one item within a second only what it was before the first is kept. Undoing what is
//! written down, latest first, leads from what the table is to what it was. It does not know indexes, which follow from the items, nor which times
//! may be asked for. Why not by keeping tables: docs/decisions/recovery.md.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet, Vector};
use smol_str::SmolStr;

use super::change::ItemChange;
use super::definition::TableDefinition;
use super::key::RowKey;
use super::settings::{DAY_MS, Recovery};
use super::table::Row;
use crate::model::json::Timestamp;

/// How many seconds a change may lie before the one that was made last. Requests that run at once wait for each other, so that one which came
/// first may write last; beyond, the clock was set back.
const LATE_SECONDS_MAX: i64 = 60;

/// What an item was before a change.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Before {
    /// The first whole second at which the change had been made.
    second: i64,
    key: RowKey,
    row: Option<Row>,
}

/// What a table was since its recovery was turned on.
#[derive(Clone, Debug, PartialEq)]
pub struct Trail {
    since: Timestamp,
    log: Vector<Before>,
    /// The items with an entry in the last second of the log.
    last: OrdSet<RowKey>,
}

/// What a trail has let go of.
#[derive(Debug, Default)]
pub(super) struct Forgotten(Vector<Before>, OrdSet<RowKey>);

impl Forgotten {
    pub(super) fn is_nothing(&self) -> bool {
        self.0.is_empty() && self.1.is_empty()
    }
}

impl Trail {
    fn new(since: Timestamp) -> Self {
        Self {
            since,
            log: Vector::new(),
            last: OrdSet::new(),
        }
    }

    /// From when on states are known: since recovery was turned on, or since the clock was set back.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// What undoes all changes that had not been made by the second in which `at` lies, in the order in which it is to be done.
    pub fn undo_after(&self, at: Timestamp) -> impl Iterator<Item = (&RowKey, Option<&Row>)> {
        let second = at.as_seconds();
        let undone = self.log.iter().rev().take_while(move |before| before.second > second);
        undone.map(|before| (&before.key, before.row.as_ref()))
    }

    /// The items that changed from a time up to another, latest first, and the whole second at which each change had been made.
    pub fn changed_within(&self, from: Timestamp, until: Timestamp) -> impl Iterator<Item = (Timestamp, &RowKey)> {
        let at = |before: &Before| Timestamp::from_millis(before.second.saturating_mul(1_000));
        let earlier = self.log.iter().rev().skip_while(move |before| at(before) >= until);
        let within = earlier.take_while(move |before| at(before) >= from);
        within.map(move |before| (at(before), &before.key))
    }

    /// How many entries there are.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.log.len()
    }

    /// Writes down what an item was before a change. A change that comes late counts as one of the last second. Once the clock was set back nothing
    /// is known any more of what was before.
    fn record(&mut self, change: &ItemChange, at: Timestamp, recovery: &Recovery) -> Forgotten {
        let second = at.plus_millis(999).as_seconds();
        let latest = self.log.back().map(|latest| latest.second);
        let known = latest.unwrap_or(self.since.as_seconds());
        let (second, forgotten) = match latest {
            _ if known - second > LATE_SECONDS_MAX => (second, self.begin_anew(at)),
            Some(latest) if second <= latest => (latest, Forgotten::default()),
            _ => (second, self.begin_second(at, recovery)),
        };
        if self.last.insert(change.key.clone()).is_none() {
            self.log.push_back(Before {
                second,
                key: change.key.clone(),
                row: change.old.clone(),
            });
        }
        forgotten
    }

    fn begin_anew(&mut self, at: Timestamp) -> Forgotten {
        let gone = std::mem::replace(self, Self::new(at));
        Forgotten(gone.log, gone.last)
    }

    /// Lets go of what lies beyond the recovery period.
    fn begin_second(&mut self, at: Timestamp, recovery: &Recovery) -> Forgotten {
        let last = std::mem::take(&mut self.last);
        let horizon = at.plus_millis(-recovery.days * DAY_MS).as_seconds();
        if self.log.front().is_none_or(|first| first.second > horizon) {
            return Forgotten(Vector::new(), last);
        }
        let is_beyond = |before: &Before| match before.second > horizon {
            true => std::cmp::Ordering::Greater,
            false => std::cmp::Ordering::Less,
        };
        let beyond = self.log.binary_search_by(is_beyond).unwrap_or_else(|first| first);
        let kept = self.log.split_off(beyond);
        Forgotten(std::mem::replace(&mut self.log, kept), last)
    }
}

/// The trails of a database, by table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Trails(OrdMap<SmolStr, Arc<Trail>>);

impl Trails {
    pub(super) fn get(&self, table: &str) -> Option<&Arc<Trail>> {
        self.0.get(table)
    }

    /// Follows a table from one definition to the next: a trail begins and ends with its recovery.
    pub(super) fn follow(&mut self, old: Option<&TableDefinition>, new: &TableDefinition) -> Option<Arc<Trail>> {
        let since = |definition: &TableDefinition| definition.recovery.map(|recovery| recovery.since);
        let after = since(new);
        if old.and_then(since) == after {
            return None;
        }
        match after {
            Some(since) => self.0.insert(new.name.clone(), Arc::new(Trail::new(since))),
            None => self.0.remove(&new.name),
        }
    }

    pub(super) fn remove(&mut self, table: &str) -> Option<Arc<Trail>> {
        self.0.remove(table)
    }

    /// Writes down what an item was before a change.
    pub(super) fn record(&mut self, change: &ItemChange, at: Timestamp, recovery: &Recovery) -> Forgotten {
        let Some(trail) = self.0.get_mut(&change.table) else {
            unreachable!("a table whose recovery is on has a trail");
        };
        Arc::make_mut(trail).record(change, at, recovery)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Item, Value};

    fn key(name: u8) -> RowKey {
        RowKey::from(vec![name])
    }

    fn row(text: &str) -> Row {
        let item: Item = [("v".into(), Value::S(text.into()))].into_iter().collect();
        Row::new(&item)
    }

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millis(milliseconds)
    }

    fn write(trail: &mut Trail, milliseconds: i64, name: u8, old: Option<&str>) -> Forgotten {
        let change = ItemChange {
            table: "t".into(),
            key: key(name),
            old: old.map(row),
            new: None,
        };
        let recovery = Recovery {
            since: trail.since,
            days: 1,
        };
        trail.record(&change, at(milliseconds), &recovery)
    }

    /// What is undone to get to a time, latest first.
    fn undone(trail: &Trail, milliseconds: i64) -> Vec<(RowKey, Option<Row>)> {
        let undone = trail.undo_after(at(milliseconds));
        undone.map(|(key, row)| (key.clone(), row.cloned())).collect()
    }

    #[test]
    fn of_the_changes_of_an_item_within_a_second_the_first_counts() {
        let mut trail = Trail::new(at(0));
        write(&mut trail, 1_100, 1, None);
        write(&mut trail, 1_900, 1, Some("a"));
        write(&mut trail, 2_000, 1, Some("b"));
        write(&mut trail, 2_000, 2, None);
        write(&mut trail, 2_001, 1, Some("c"));
        assert_eq!(trail.len(), 3);
        assert_eq!(undone(&trail, 2_999), [(key(1), Some(row("c")))]);
        assert_eq!(
            undone(&trail, 1_999),
            [(key(1), Some(row("c"))), (key(2), None), (key(1), None)]
        );
        assert_eq!(undone(&trail, 3_000), []);
    }

    #[test]
    fn what_changed_within_a_span_is_known_by_the_second() {
        let mut trail = Trail::new(at(0));
        for (milliseconds, name) in [(1_000, 1), (2_000, 2), (2_500, 1), (4_000, 3)] {
            write(&mut trail, milliseconds, name, None);
        }
        let found: Vec<_> = trail.changed_within(at(2_000), at(4_000)).collect();
        assert_eq!(found, [(at(3_000), &key(1)), (at(2_000), &key(2))]);
        assert_eq!(trail.changed_within(at(4_001), at(9_000)).count(), 0);
    }

    #[test]
    fn what_lies_beyond_the_period_is_let_go_of_by_the_next_second_that_changes_something() {
        let mut trail = Trail::new(at(0));
        for second in 0..10 {
            write(&mut trail, second * 1_000, 1, Some("a"));
        }
        let forgotten = write(&mut trail, DAY_MS + 4_500, 1, Some("a"));
        assert_eq!(
            forgotten.0.len(),
            5,
            "the seconds from 0 to 4 are no state to go back to"
        );
        assert_eq!(undone(&trail, 4_500).len(), 6);
    }

    #[test]
    fn a_clock_that_is_set_back_lets_the_history_begin_anew() {
        let mut trail = Trail::new(at(10_000));
        write(&mut trail, 200_000, 1, None);
        let forgotten = write(&mut trail, 139_000, 1, Some("a"));
        assert_eq!((forgotten.0.len(), trail.since()), (1, at(139_000)));
        let mut fresh = Trail::new(at(100_000));
        write(&mut fresh, 5_000, 1, None);
        assert_eq!(fresh.since(), at(5_000));
    }

    #[test]
    fn a_change_that_comes_late_counts_as_one_of_the_last_second() {
        let mut trail = Trail::new(at(10_000));
        write(&mut trail, 20_001, 1, None);
        write(&mut trail, 19_999, 2, None);
        write(&mut trail, 22_000, 2, Some("a"));
        assert_eq!(undone(&trail, 21_000), [(key(2), Some(row("a")))]);
        assert_eq!(undone(&trail, 20_000).len(), 3);
    }

    #[test]
    fn a_clone_does_not_see_what_is_written_down_later() {
        let mut trail = Trail::new(at(0));
        write(&mut trail, 1_000, 1, None);
        let clone = trail.clone();
        write(&mut trail, 2_000, 1, Some("a"));
        assert_eq!((clone.len(), trail.len()), (1, 2));
    }
}
