//! Changes made under the lock of a namespace: by calls, and by what is due by itself.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Space, State, links};
use crate::engine::due::Schedule;
use crate::engine::holds::{Held, HoldId, Holds};
use crate::engine::lag::Lags;
use crate::engine::transactions::tokens::Tokens;
use crate::engine::transfers;
use crate::model::json::Timestamp;
use crate::store::{Change, Database, ItemChange, Origin, Pull, Released, ShardRoll};

/// Exclusive access to a database, in which Changes are committed.
pub(crate) struct Transaction<'a> {
    pub(super) state: &'a mut State,
    pub(super) schedule: Schedule,
    pub(super) lags: Option<Arc<Lags>>,
    pub(super) space: &'a Space,
    pub(super) released: &'a mut Vec<Released>,
    pub(super) is_changed: bool,
}

impl Transaction<'_> {
    /// The database as it is.
    pub(crate) fn database(&self) -> &Database {
        &self.state.database
    }

    /// Makes a Change: the one way in which a database changes. A shard that is full by then rolls over.
    pub(crate) fn commit(&mut self, change: Change) {
        self.keep_past(&change);
        let released = self.state.database.apply(&change);
        if !released.is_nothing() {
            self.released.push(released);
        }
        self.is_changed = true;
        let rolls = match &change {
            Change::PutTable(_)
            | Change::DropTable { .. }
            | Change::RestoreTable(_)
            | Change::Join(..)
            | Change::BackUp(_)
            | Change::DropBackup(_)
            | Change::Transfer(_) => {
                self.reckon();
                Vec::new()
            }
            Change::Items { at, items, .. } => self.after_items(items, *at),
            Change::Pull(pull) => self.after_items(&pull.items, pull.at),
            Change::RollShards(_)
            | Change::Acknowledge { .. }
            | Change::TagStream { .. }
            | Change::SetStreamPolicy { .. }
            | Change::Bucket(_)
            | Change::TrimStreams { .. } => Vec::new(),
        };
        if let Some(journal) = &self.space.journal {
            journal.lock().push_back(change);
        }
        rolls.into_iter().for_each(|roll| self.commit(Change::RollShards(roll)));
    }

    /// What follows from a change of items: something may be due earlier, and shards may be full.
    fn after_items(&self, items: &[ItemChange], at: Timestamp) -> Vec<ShardRoll> {
        let (due, rolls) = self.schedule.after_items(&self.state.database, items, at);
        if let Some(due) = due {
            self.space.due_ms.fetch_min(due.as_millis(), Ordering::Relaxed);
        }
        rolls
    }

    /// Keeps what lagging reads will ask for, before it changes.
    fn keep_past(&self, change: &Change) {
        if self.space.memories.take_stale() {
            self.space.forget_idle_past();
        }
        let remembered_ms = self.space.memories.span_ms();
        if self.lags.is_none() && remembered_ms == 0 {
            return;
        }
        let lag_ms = |table: &str| self.lags.as_ref().map_or(0, |lags| lags.of(table).span_ms());
        let mut past = self.space.past.lock();
        match change {
            Change::Items { at, items, .. } | Change::Pull(Pull { at, items, .. }) => {
                for item in items {
                    let span_ms = lag_ms(&item.table).max(remembered_ms);
                    if let Some(table) = self.state.database.table(&item.table).filter(|_| span_ms > 0) {
                        past.keep(table, *at, span_ms);
                    }
                }
            }
            Change::DropTable { table, .. } => past.forget(table),
            Change::PutTable(_)
            | Change::RestoreTable(_)
            | Change::Join(..)
            | Change::Acknowledge { .. }
            | Change::BackUp(_)
            | Change::DropBackup(_)
            | Change::RollShards(_)
            | Change::TagStream { .. }
            | Change::SetStreamPolicy { .. }
            | Change::Bucket(_)
            | Change::Transfer(_)
            | Change::TrimStreams { .. } => {}
        }
    }

    /// The idempotency tokens of the namespace.
    pub(crate) fn tokens(&mut self) -> &mut Tokens {
        &mut self.state.tokens
    }

    /// The items that are held against a call that is made at a time, within a hold or none.
    pub(crate) fn held(&self, now: Timestamp, within: Option<HoldId>) -> Held<'_> {
        self.state.holds.seen(now, within)
    }

    pub(in crate::engine) fn holds_mut(&mut self) -> &mut Holds {
        &mut self.state.holds
    }

    /// Lets items change, all together.
    pub(crate) fn commit_items(&mut self, at: Timestamp, origin: Origin, items: Vec<ItemChange>) {
        self.commit(Change::Items { at, origin, items });
    }

    /// Makes what is due by `now`. Whether more is due than is made at once.
    pub(in crate::engine) fn advance(&mut self, now: Timestamp) -> bool {
        let schedule = self.schedule;
        self.advance_transfers(now);
        for change in schedule.transitions(&self.state.database, now) {
            self.commit(change);
        }
        for roll in schedule.aged_shards(&self.state.database, now) {
            self.commit(Change::RollShards(roll));
        }
        let (expired, are_more) = schedule.expired(&self.state.database, now);
        if !expired.is_empty() {
            self.commit_items(now, Origin::Expiry, expired);
        }
        if schedule.is_trim_due(&self.state.database, now) {
            self.commit(Change::TrimStreams { at: now });
        }
        let is_put = self.advance_bulk_puts(now);
        self.reckon();
        are_more || is_put
    }

    /// Makes one portion of what is due of bulk puts by `now`. Whether there was any.
    fn advance_bulk_puts(&mut self, now: Timestamp) -> bool {
        let due = transfers::due_portion(&self.state.database, now);
        let is_due = due.is_some();
        due.into_iter().flatten().for_each(|change| self.commit(change));
        is_due
    }

    /// Makes what is due of exports and imports by `now`.
    pub(in crate::engine) fn advance_transfers(&mut self, now: Timestamp) {
        while let Some(change) = transfers::due(&self.state.database, now) {
            self.commit(change);
        }
    }

    /// Finds out anew when something is next due, and whether tables are shared with other Regions.
    pub(super) fn reckon(&self) {
        let (is_linked, is_strong) = links(&self.state.database);
        self.space.is_linked.store(is_linked, Ordering::Release);
        self.space.is_strong.store(is_strong, Ordering::Release);
        let due = self.schedule.due(&self.state.database);
        let due = due.map_or(i64::MAX, Timestamp::as_millis);
        self.space.due_ms.store(due, Ordering::Relaxed);
    }

    /// Whether anything was committed.
    pub(in crate::engine) fn is_changed(&self) -> bool {
        self.is_changed
    }
}
