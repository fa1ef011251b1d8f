//! A namespace: a database behind its lock, with the clock and the settings that are its own.
//!
//! One writer at a time, one total order of Changes. Readers clone what they need and let go. All that a namespace is goes into a
//! [`Snapshot`], a value that costs a handful of reference counts to make, and comes back out of one: forks, snapshots and
//! restores are the same two lines. What a namespace gains must be in there.

mod snapshot;
mod transaction;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use imbl::Vector;
use parking_lot::{Mutex, RwLock, RwLockWriteGuard};

use super::due::Schedule;
use super::holds::Holds;
use super::lag::{Memories, Past};
use super::throttle::{Buckets, Draw};
use super::transactions::tokens::Tokens;
use super::{EngineSettings, Lag};
use crate::model::ApiError;
use crate::model::json::Timestamp;
use crate::store::{Change, Database, Released, Table};
use snapshot::Own;

pub use snapshot::Snapshot;
pub(crate) use transaction::Transaction;

/// What one lock guards, since it changes together.
#[derive(Debug)]
struct State {
    database: Database,
    /// Which transactions need not be executed again.
    tokens: Tokens,
    /// Which items are part of transactions under way. They belong to who holds them, and so to no snapshot.
    holds: Holds,
}

/// A database behind its lock.
#[derive(Debug)]
pub(super) struct Space {
    state: RwLock<State>,
    /// What is left of the capacity of its tables.
    buckets: Mutex<Buckets>,
    /// When something next happens by itself, in milliseconds; `i64::MAX` if nothing will.
    due_ms: AtomicI64,
    /// Whether any table is part of a group of replicas.
    is_linked: AtomicBool,
    /// Whether any of these groups is strongly consistent.
    is_strong: AtomicBool,
    journal: Option<Mutex<Vector<Change>>>,
    own: RwLock<Own>,
    /// What tables were; changed under the exclusive lock alone.
    past: Mutex<Past>,
    /// How much of the past is kept for calls that are shown it. It belongs to who asked for it, and so to no snapshot.
    memories: Arc<Memories>,
}

impl Space {
    pub(super) fn new(settings: &EngineSettings) -> Self {
        Self::of(Snapshot::empty(settings))
    }

    /// A namespace that begins as another was.
    pub(super) fn of(snapshot: Snapshot) -> Self {
        let (is_linked, is_strong) = links(&snapshot.database);
        Self {
            is_linked: AtomicBool::new(is_linked),
            is_strong: AtomicBool::new(is_strong),
            state: RwLock::new(State {
                database: snapshot.database,
                tokens: snapshot.tokens,
                holds: Holds::default(),
            }),
            buckets: Mutex::new(snapshot.buckets),
            due_ms: AtomicI64::new(snapshot.due_ms),
            journal: snapshot.journal.map(Mutex::new),
            own: RwLock::new(snapshot.own),
            past: Mutex::new(snapshot.past),
            memories: Arc::default(),
        }
    }

    /// The same in the place of another, whose past is asked for by the same.
    pub(super) fn in_place_of(self, other: &Self) -> Self {
        Self {
            memories: Arc::clone(&other.memories),
            ..self
        }
    }

    /// What calls that are shown the past can be shown.
    pub(super) fn memories(&self) -> &Arc<Memories> {
        &self.memories
    }

    /// Whether any of its tables is part of a group of replicas.
    pub(super) fn is_linked(&self) -> bool {
        self.is_linked.load(Ordering::Acquire)
    }

    /// Whether any of its tables is part of a strongly consistent group.
    pub(super) fn is_strong(&self) -> bool {
        self.is_strong.load(Ordering::Acquire)
    }

    /// All that it is now.
    pub(super) fn snapshot(&self) -> Snapshot {
        self.snapshot_of(&self.state.read())
    }

    /// All that several are at one moment. They come in the order in which namespaces are locked.
    pub(super) fn snapshots(spaces: &[Arc<Self>]) -> Vec<Snapshot> {
        let states: Vec<_> = spaces.iter().map(|space| space.state.read()).collect();
        let snapshots = spaces.iter().zip(&states);
        snapshots.map(|(space, state)| space.snapshot_of(state)).collect()
    }

    /// What changes with the database is looked at while the database cannot change.
    fn snapshot_of(&self, state: &State) -> Snapshot {
        Snapshot {
            database: state.database.clone(),
            buckets: self.buckets.lock().clone(),
            due_ms: self.due_ms.load(Ordering::Relaxed),
            journal: self.journal.as_ref().map(|journal| journal.lock().clone()),
            own: self.own(),
            tokens: state.tokens.clone(),
            past: self.past.lock().clone(),
            peers: Vec::new(),
        }
    }

    /// Draws what a request costs.
    ///
    /// # Errors
    /// When it cannot be served now.
    pub(super) fn draw(&self, draw: &Draw<'_>, now: Timestamp) -> Result<(), ApiError> {
        self.buckets.lock().draw(draw, now)
    }

    /// What it has of its own.
    pub(super) fn own(&self) -> Own {
        self.own.read().clone()
    }

    /// Changes what it has of its own.
    pub(super) fn configure<T>(&self, change: impl FnOnce(&mut Own) -> T) -> T {
        change(&mut self.own.write())
    }

    /// Gives it settings of its own.
    pub(super) fn set_settings(&self, settings: EngineSettings) {
        self.configure(|own| {
            own.schedule = Schedule::new(&settings);
            let lags = own.lags.clone().unwrap_or_default();
            own.set_lags(&lags.with_default(settings.lag));
            own.settings = Some(Arc::new(settings));
        });
        self.forget_idle_past();
        self.write(|transaction| transaction.reckon());
    }

    /// Lets a table lag in a way of its own, or as the settings say.
    pub(super) fn set_table_lag(&self, table: &str, lag: Option<Lag>) {
        self.configure(|own| {
            let lags = own.lags.clone().unwrap_or_default();
            own.set_lags(&lags.with_table(table, lag));
        });
        self.forget_idle_past();
    }

    /// Lets go of what no lagging read will ask for.
    fn forget_idle_past(&self) {
        if self.memories.span_ms() > 0 {
            return;
        }
        let lags = self.own().lags;
        let forgotten = {
            let mut past = self.past.lock();
            let kept = past.of_lagging(lags.as_deref());
            std::mem::replace(&mut *past, kept)
        };
        drop(forgotten);
    }

    /// What a table was at a time, if it was something else; see [`Past::seen`].
    pub(super) fn seen(&self, table: &Table, at: Timestamp, fits: impl Fn(&Table) -> bool) -> Option<Arc<Table>> {
        self.past.lock().seen(table, at, fits)
    }

    /// Looks at the database under the shared lock; keep it short.
    pub(super) fn read<T>(&self, look: impl FnOnce(&Database) -> T) -> T {
        look(&self.state.read().database)
    }

    /// Looks at the database and the holds under the shared lock; keep it short.
    pub(super) fn read_with_holds<T>(&self, look: impl FnOnce(&Database, &Holds) -> T) -> T {
        let state = self.state.read();
        look(&state.database, &state.holds)
    }

    /// Edits the database under the exclusive lock. What is let go of is dropped after the lock.
    pub(super) fn write<T>(&self, edit: impl FnOnce(&mut Transaction<'_>) -> T) -> T {
        let mut released = Vec::new();
        let result = {
            let mut state = self.state.write();
            edit(&mut self.transaction(&mut state, &mut released))
        };
        released.into_iter().for_each(Released::drop_now);
        result
    }

    /// Edits several databases under their exclusive locks. They come in the order in which namespaces are locked.
    pub(super) fn write_all<T>(spaces: &[Arc<Self>], edit: impl FnOnce(Vec<Transaction<'_>>) -> T) -> T {
        let mut released: Vec<Vec<Released>> = spaces.iter().map(|_| Vec::new()).collect();
        let result = {
            let mut states: Vec<RwLockWriteGuard<'_, State>> = spaces.iter().map(|space| space.state.write()).collect();
            let opened = spaces.iter().zip(&mut states).zip(&mut released);
            edit(
                opened
                    .map(|((space, state), released)| space.transaction(state, released))
                    .collect(),
            )
        };
        released.into_iter().flatten().for_each(Released::drop_now);
        result
    }

    fn transaction<'a>(&'a self, state: &'a mut State, released: &'a mut Vec<Released>) -> Transaction<'a> {
        let own = self.own.read();
        Transaction {
            state,
            schedule: own.schedule,
            lags: own.lags.clone(),
            space: self,
            released,
            is_changed: false,
        }
    }

    /// Makes what is due by itself: transitions of tables and indexes, shards that roll over, items that expire. Between two portions others get
    /// their turn.
    pub(super) fn advance(&self, now: Timestamp) {
        let is_due = || self.due_ms.load(Ordering::Relaxed) <= now.as_millis();
        while is_due() && self.write(|transaction| transaction.advance(now)) {}
    }

    pub(super) fn journal(&self) -> Vec<Change> {
        self.journal
            .as_ref()
            .map(|journal| journal.lock().iter().cloned().collect())
            .unwrap_or_default()
    }
}

/// Whether any table is part of a group of replicas, and of a strongly consistent one.
fn links(database: &Database) -> (bool, bool) {
    let is_strong = database.replicated().any(|(table, _)| table.definition().is_strong());
    (database.has_replicas(), is_strong)
}
