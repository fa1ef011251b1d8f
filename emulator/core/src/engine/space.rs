//! Namespaces: each caller's own database behind its lock.
//!
//! One writer at a time, one total order of Changes. Readers clone what they need and let go. A namespace comes into being with its first
//! Change, so that requests alone cannot fill the memory with empty ones.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use parking_lot::{Mutex, RwLock};
use smol_str::SmolStr;

use super::{Caller, EngineSettings, Namespaces};
use crate::model::json::Timestamp;
use crate::store::{Change, Database, ItemChange, Origin, Released};

/// The name of a database: access key and Region, or nothing if all share one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Namespace(Option<(SmolStr, SmolStr)>);

impl Namespace {
    pub(super) fn of(caller: &Caller, settings: &EngineSettings) -> Self {
        Self((settings.namespaces == Namespaces::PerCaller).then(|| (caller.access_key.clone(), caller.region.clone())))
    }
}

/// All namespaces.
pub(super) type Spaces = HashMap<Namespace, Arc<Space>>;

/// A database behind its lock.
#[derive(Debug)]
pub(super) struct Space {
    database: RwLock<Database>,
    /// When the next transition of a table or index is due; `i64::MAX` if none is.
    due: AtomicI64,
    journal: Option<Mutex<Vec<Change>>>,
}

impl Space {
    pub(super) fn new(settings: &EngineSettings) -> Self {
        Self {
            database: RwLock::default(),
            due: AtomicI64::new(i64::MAX),
            journal: settings.journal.then(Mutex::default),
        }
    }

    /// Looks at the database under the shared lock; keep it short.
    pub(super) fn read<T>(&self, look: impl FnOnce(&Database) -> T) -> T {
        look(&self.database.read())
    }

    /// Edits the database under the exclusive lock. What is let go of is dropped after the lock.
    pub(super) fn write<T>(&self, edit: impl FnOnce(&mut Transaction<'_>) -> T) -> T {
        let mut released = Vec::new();
        let result = {
            let mut database = self.database.write();
            edit(&mut Transaction {
                database: &mut database,
                space: self,
                released: &mut released,
                is_changed: false,
            })
        };
        released.into_iter().for_each(Released::drop_now);
        result
    }

    /// Whether a transition is due.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.due.load(Ordering::Relaxed) <= now.as_millis()
    }

    pub(super) fn journal(&self) -> Vec<Change> {
        self.journal
            .as_ref()
            .map(|journal| journal.lock().clone())
            .unwrap_or_default()
    }
}

/// Exclusive access to a database, in which Changes are committed.
pub(crate) struct Transaction<'a> {
    database: &'a mut Database,
    space: &'a Space,
    released: &'a mut Vec<Released>,
    is_changed: bool,
}

impl Transaction<'_> {
    /// The database as it is.
    pub(crate) fn database(&self) -> &Database {
        self.database
    }

    /// Makes a Change: the one way in which a database changes.
    pub(crate) fn commit(&mut self, change: Change) {
        let released = self.database.apply(&change);
        if !released.is_nothing() {
            self.released.push(released);
        }
        self.is_changed = true;
        if matches!(change, Change::PutTable(_) | Change::DropTable(_)) {
            let due = self
                .database
                .tables()
                .filter_map(|table| table.definition().due())
                .min();
            self.space
                .due
                .store(due.map_or(i64::MAX, Timestamp::as_millis), Ordering::Relaxed);
        }
        if let Some(journal) = &self.space.journal {
            journal.lock().push(change);
        }
    }

    /// Lets items change, all together.
    pub(crate) fn commit_items(&mut self, at: Timestamp, origin: Origin, items: Vec<ItemChange>) {
        self.commit(Change::Items { at, origin, items });
    }

    /// Whether anything was committed.
    pub(super) fn is_changed(&self) -> bool {
        self.is_changed
    }
}
