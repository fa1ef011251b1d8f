//! The recordings of all namespaces.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::RwLock;
use stator_core::engine::{Call, Engine, Namespace};

use super::recorder::Recorder;

/// How many namespaces record at once.
pub const RECORDINGS_MAX: usize = 1_000;

/// The recordings of all namespaces. A namespace that does not record is not there.
#[derive(Debug, Default)]
pub struct Recordings {
    recorders: RwLock<HashMap<Namespace, Arc<Recorder>>>,
    /// How many there are, so that calls need not look at the map when there are none.
    count: AtomicUsize,
}

/// Why a recording does not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartError {
    /// The namespace records already.
    Recording,
    /// As many namespaces record as may be.
    TooMany,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recording => f.write_str("the namespace records already; stop that recording first"),
            Self::TooMany => write!(
                f,
                "{RECORDINGS_MAX} namespaces record, and no more can: stop those that need not"
            ),
        }
    }
}

impl std::error::Error for StartError {}

impl Recordings {
    /// Begins to record a namespace.
    ///
    /// # Errors
    /// When it records already, and when too many do.
    pub fn start(&self, namespace: &Namespace, recorder: Arc<Recorder>) -> Result<(), StartError> {
        let mut recorders = self.recorders.write();
        if recorders.contains_key(namespace) {
            return Err(StartError::Recording);
        }
        if recorders.len() >= RECORDINGS_MAX {
            return Err(StartError::TooMany);
        }
        recorders.insert(namespace.clone(), recorder);
        self.count.store(recorders.len(), Ordering::Release);
        Ok(())
    }

    /// The recording of a namespace, if there is one.
    #[must_use]
    pub fn find(&self, namespace: &Namespace) -> Option<Arc<Recorder>> {
        self.recorders.read().get(namespace).cloned()
    }

    /// Ends the recording of a namespace; what was recorded, if there was one.
    pub fn stop(&self, namespace: &Namespace) -> Option<Arc<Recorder>> {
        let mut recorders = self.recorders.write();
        let stopped = recorders.remove(namespace);
        self.count.store(recorders.len(), Ordering::Release);
        stopped
    }

    /// The recording that a call belongs to, if there is one.
    pub(super) fn of_call(&self, call: &Call, engine: &Engine) -> Option<Arc<Recorder>> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        self.find(&Namespace::of(&call.caller, engine.settings()))
    }
}
