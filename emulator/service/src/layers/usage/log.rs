//! What was received, by namespace: the last calls, and the sums of all.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::{Mutex, RwLock};
use smol_str::SmolStr;
use stator_core::engine::resolved::Part;
use stator_core::engine::{NAMESPACES_MAX, Namespace};
use stator_core::model::json::Timestamp;
use stator_core::model::{ApiError, ErrorKind, Operation};

use super::cost::Cost;

/// How many calls a namespace's log keeps; older ones stay in the sums alone.
pub const CALLS_MAX: usize = 10_000;

/// How many namespaces record at once.
pub const LOGS_MAX: usize = NAMESPACES_MAX;

/// As many namespaces record as may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyLogs;

impl fmt::Display for TooManyLogs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{LOGS_MAX} namespaces record their calls, and no more can: stop those that need not"
        )
    }
}

impl std::error::Error for TooManyLogs {}

/// Whose calls are recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recorders {
    /// Those of namespaces that asked for it.
    #[default]
    Chosen,
    /// Everybody's.
    Everybody,
}

/// The logs of all namespaces that record.
#[derive(Debug, Default)]
pub struct Usage {
    recorders: Recorders,
    logs: RwLock<HashMap<Namespace, Arc<Log>>>,
    /// How many logs there are, so that calls need not look at the map when there are none.
    count: AtomicUsize,
}

/// The calls of one namespace.
#[derive(Debug, Default)]
pub struct Log {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    calls: VecDeque<Used>,
    totals: Totals,
}

/// What all calls of a namespace came to, also those that are not kept any more.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    /// How many there were.
    pub calls: u64,
    /// How many of them failed.
    pub errors: u64,
    /// How many of them were Scans.
    pub scans: u64,
    /// Read units.
    pub read_units: f64,
    /// Write units.
    pub write_units: f64,
}

/// What a call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It succeeded.
    Success,
    /// It was answered with an error.
    Error(ErrorKind),
    /// It was not answered at all.
    ConnectionLost,
}

/// A table that a call was about, and the index of it that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The table's name.
    pub table: SmolStr,
    /// The index; none for the table itself.
    pub index: Option<SmolStr>,
}

/// A call that was received.
#[derive(Clone, Debug, PartialEq)]
pub struct Used {
    /// When, by the namespace's clock.
    pub at: Timestamp,
    /// What was asked for.
    pub operation: Operation,
    /// What it was about, in the order of the request, each once.
    pub places: Vec<Place>,
    /// What it came to.
    pub outcome: Outcome,
    /// The read units that the reply reports; a refused call costs none.
    pub read_units: f64,
    /// The write units that the reply reports, or that a write whose condition failed costs all the same.
    pub write_units: f64,
    /// How many items were returned.
    pub returned: u64,
    /// How many items were looked at for that.
    pub scanned: u64,
}

/// A call that is not answered yet.
#[derive(Debug)]
pub(super) struct Begun(Used);

impl Usage {
    /// Logs of these.
    #[must_use]
    pub fn of(recorders: Recorders) -> Self {
        Self {
            recorders,
            ..Self::default()
        }
    }

    /// The log of a namespace, which records from now on.
    ///
    /// # Errors
    /// When as many namespaces record as may be.
    pub fn record(&self, namespace: &Namespace) -> Result<Arc<Log>, TooManyLogs> {
        let mut logs = self.logs.write();
        if logs.len() >= LOGS_MAX && !logs.contains_key(namespace) {
            return Err(TooManyLogs);
        }
        let log = Arc::clone(logs.entry(namespace.clone()).or_default());
        self.count.store(logs.len(), Ordering::Release);
        Ok(log)
    }

    /// The log of a namespace, if it records.
    #[must_use]
    pub fn find(&self, namespace: &Namespace) -> Option<Arc<Log>> {
        self.logs.read().get(namespace).cloned()
    }

    /// Stops recording in a namespace and forgets its log; whether there was one.
    pub fn remove(&self, namespace: &Namespace) -> bool {
        let removed = {
            let mut logs = self.logs.write();
            let removed = logs.remove(namespace);
            self.count.store(logs.len(), Ordering::Release);
            removed
        };
        removed.is_some()
    }

    /// Whether nobody records.
    pub(super) fn is_idle(&self) -> bool {
        self.recorders == Recorders::Chosen && self.count.load(Ordering::Acquire) == 0
    }

    /// The log of a call's namespace, if it is recorded.
    pub(super) fn of_call(&self, namespace: &Namespace) -> Option<Arc<Log>> {
        let found = self.find(namespace);
        match self.recorders {
            Recorders::Chosen => found,
            Recorders::Everybody => found.or_else(|| self.record(namespace).ok()),
        }
    }
}

impl Log {
    /// The calls that are kept, oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<Used> {
        self.kept.lock().calls.iter().cloned().collect()
    }

    /// The sums of all calls.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.kept.lock().totals
    }

    /// Forgets all calls, and their sums.
    pub fn clear(&self) {
        let forgotten = std::mem::take(&mut *self.kept.lock());
        drop(forgotten);
    }

    pub(super) fn push(&self, used: Used) {
        let mut kept = self.kept.lock();
        kept.totals.add(&used);
        if kept.calls.len() == CALLS_MAX {
            kept.calls.pop_front();
        }
        kept.calls.push_back(used);
    }
}

impl Totals {
    fn add(&mut self, used: &Used) {
        self.calls += 1;
        self.errors += u64::from(used.outcome != Outcome::Success);
        self.scans += u64::from(used.operation == Operation::Scan);
        self.read_units += used.read_units;
        self.write_units += used.write_units;
    }
}

impl Begun {
    pub(super) fn new(at: Timestamp, operation: Operation, parts: Vec<Part>) -> Self {
        let mut places: Vec<Place> = Vec::new();
        for Part { table, index, .. } in parts {
            let place = Place { table, index };
            if !places.contains(&place) {
                places.push(place);
            }
        }
        Self(Used {
            at,
            operation,
            places,
            outcome: Outcome::Success,
            read_units: 0.0,
            write_units: 0.0,
            returned: 0,
            scanned: 0,
        })
    }

    pub(super) fn succeeded(self, cost: Cost, (returned, scanned): (u64, u64)) -> Used {
        Used {
            read_units: cost.read,
            write_units: cost.write,
            returned,
            scanned,
            ..self.0
        }
    }

    pub(super) fn refused(self, error: &ApiError) -> Used {
        Used {
            outcome: Outcome::Error(error.kind()),
            write_units: error.write_units(),
            ..self.0
        }
    }

    pub(super) fn lost(self) -> Used {
        Used {
            outcome: Outcome::ConnectionLost,
            ..self.0
        }
    }
}
