//! Lag: eventually consistent reads that see a table, or its global indexes, as they were a while ago.
//!
//! Tables are values, so what a table was is kept and handed out: every state that a reader sees has existed, and index and items agree in it.
//! Nothing is applied late and nothing runs beside the engine; the namespace's clock alone decides what is seen. Where nothing lags,
//! nothing is kept. Why not by deltas that wait: docs/decisions/lag.md.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use imbl::{OrdMap, Vector};
use parking_lot::Mutex;
use smol_str::SmolStr;

use super::settings::Lag;
use crate::model::json::Timestamp;
use crate::store::Table;

/// The most states of one table that are kept; beyond, every other one is let go of, and reads are a little less late than they should be.
const VERSIONS_MAX: usize = 4_096;
/// How many milliseconds a change may lie before the one that was made last. Requests that run at once wait for each other, so that one which came
/// first may write last; beyond, the clock was set back.
const LATE_MS_MAX: i64 = 1_000;

/// The lags of a namespace.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lags {
    default: Lag,
    tables: BTreeMap<SmolStr, Lag>,
}

impl Lags {
    /// The same lags with another one for tables that have none of their own.
    pub(super) fn with_default(&self, default: Lag) -> Self {
        Self {
            default,
            tables: self.tables.clone(),
        }
    }

    /// The same lags with one of a table's own, or without.
    pub(super) fn with_table(&self, table: &str, lag: Option<Lag>) -> Self {
        let mut tables = self.tables.clone();
        match lag {
            Some(lag) => drop(tables.insert(table.into(), lag)),
            None => drop(tables.remove(table)),
        }
        Self { tables, ..*self }
    }

    /// How far a table lags.
    pub(super) fn of(&self, table: &str) -> Lag {
        self.tables.get(table).copied().unwrap_or(self.default)
    }

    /// Whether nothing lags.
    pub(super) fn are_none(&self) -> bool {
        self.default.is_none() && self.tables.values().all(Lag::is_none)
    }
}

/// What the tables of a namespace were, as far back as reads lag. A clone costs a reference count.
#[derive(Clone, Debug, Default)]
pub(super) struct Past(OrdMap<SmolStr, Vector<Version>>);

/// What a table was until a time.
#[derive(Clone, Debug)]
struct Version {
    until: Timestamp,
    table: Arc<Table>,
}

impl Past {
    /// Keeps what a table is before it changes. Of several changes at one time only the state before the first can ever be seen, and a change that
    /// comes late counts as one of the time of the last.
    pub(super) fn keep(&mut self, table: &Arc<Table>, now: Timestamp, span_ms: i64) {
        let versions = self.0.entry(table.definition().name.clone()).or_default();
        if versions
            .back()
            .is_some_and(|last| last.until > now.plus_millis(LATE_MS_MAX))
        {
            // The clock was set back: what was then is yet to come.
            versions.clear();
        }
        if versions.back().is_none_or(|last| last.until < now) {
            versions.push_back(Version {
                until: now,
                table: Arc::clone(table),
            });
        }
        while versions
            .front()
            .is_some_and(|first| first.until.plus_millis(span_ms) <= now)
        {
            versions.pop_front();
        }
        if versions.len() > VERSIONS_MAX {
            *versions = versions.iter().skip(1).step_by(2).cloned().collect();
        }
    }

    /// Lets go of what a table was.
    pub(super) fn forget(&mut self, table: &str) {
        self.0.remove(table);
    }

    /// The past of those tables alone that lag.
    pub(super) fn of_lagging(&self, lags: Option<&Lags>) -> Self {
        let is_kept = |table: &SmolStr| lags.is_some_and(|lags| !lags.of(table).is_none());
        let kept = self.0.iter().filter(|(table, _)| is_kept(table));
        Self(
            kept.map(|(table, versions)| (table.clone(), versions.clone()))
                .collect(),
        )
    }

    /// What a table was at a time, if it was something else than it is: the first state since then that `fits`.
    pub(super) fn seen(&self, table: &Table, at: Timestamp, fits: impl Fn(&Table) -> bool) -> Option<Arc<Table>> {
        let definition = table.definition();
        let versions = self.0.get(&definition.name)?;
        let first = versions.binary_search_by(|version| match version.until > at {
            true => std::cmp::Ordering::Greater,
            false => std::cmp::Ordering::Less,
        });
        let candidates = versions.iter().skip(first.unwrap_or_else(|first| first));
        let mut candidates = candidates.map(|version| &version.table);
        candidates
            .find(|then| then.definition().id == definition.id && fits(then))
            .cloned()
    }
}

/// What a namespace remembers of its past, until this is dropped, so that [calls](super::Directives::stale_ms) can be shown it.
///
/// It belongs to who asked for it, as a [`Hold`](super::Hold) does, and so it is part of no snapshot, and goes on where a namespace is restored.
#[derive(Debug)]
#[must_use = "nothing is remembered once this is dropped"]
pub struct Memory {
    memories: Arc<Memories>,
    span_ms: i64,
}

/// The memories of a namespace.
#[derive(Debug, Default)]
pub(super) struct Memories {
    spans: Mutex<Vec<i64>>,
    longest_ms: AtomicI64,
    /// Whether something was remembered that nobody asks for any more.
    is_stale: AtomicBool,
}

impl Memories {
    pub(super) fn begin(memories: &Arc<Self>, span_ms: i64) -> Memory {
        memories.change(|spans| spans.push(span_ms));
        Memory {
            memories: Arc::clone(memories),
            span_ms,
        }
    }

    fn change(&self, change: impl FnOnce(&mut Vec<i64>)) {
        let mut spans = self.spans.lock();
        change(&mut spans);
        let longest = spans.iter().copied().max().unwrap_or_default();
        self.longest_ms.store(longest, Ordering::Release);
    }

    /// How far back something is remembered.
    pub(super) fn span_ms(&self) -> i64 {
        self.longest_ms.load(Ordering::Acquire)
    }

    /// Whether a memory has ended since this was asked.
    pub(super) fn take_stale(&self) -> bool {
        self.is_stale.load(Ordering::Relaxed) && self.is_stale.swap(false, Ordering::AcqRel)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.memories.change(|spans| {
            if let Some(at) = spans.iter().position(|span| *span == self.span_ms) {
                spans.swap_remove(at);
            }
        });
        self.memories.is_stale.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{KeySchema, TableDefinition};

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millis(milliseconds)
    }

    /// How many states are kept after changes at these times.
    fn kept(times: &[i64]) -> usize {
        let keys = KeySchema {
            partition: Vec::new(),
            sort: Vec::new(),
        };
        let definition = TableDefinition::new("t".into(), "".into(), "".into(), keys, at(0));
        let table = Arc::new(Table::new(Arc::new(definition)));
        let mut past = Past::default();
        for &time in times {
            past.keep(&table, at(time), 60_000);
        }
        past.0.get("t").map_or(0, Vector::len)
    }

    #[test]
    fn a_change_that_comes_late_leaves_the_past_as_it_is_and_a_clock_that_is_set_back_does_not() {
        assert_eq!(kept(&[5_000, 6_000]), 2);
        assert_eq!(kept(&[5_000, 6_000, 5_999]), 2);
        assert_eq!(kept(&[5_000, 6_000, 4_000]), 1);
    }
}
