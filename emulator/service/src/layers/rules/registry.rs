//! The rules of all namespaces.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::RwLock;
use stator_core::engine::{Call, Engine, Namespace};

use super::set::RuleSet;

/// The rules of all namespaces. A namespace that has none is not there.
#[derive(Debug, Default)]
pub struct Rules {
    sets: RwLock<HashMap<Namespace, Arc<RuleSet>>>,
    /// How many sets there are, so that calls need not look at the map when there are none.
    count: AtomicUsize,
}

impl Rules {
    /// The rules of a namespace, to add to.
    pub fn of(&self, namespace: &Namespace) -> Arc<RuleSet> {
        let mut sets = self.sets.write();
        let set = Arc::clone(sets.entry(namespace.clone()).or_default());
        self.count.store(sets.len(), Ordering::Release);
        set
    }

    /// The rules of a namespace, if it has any.
    #[must_use]
    pub fn find(&self, namespace: &Namespace) -> Option<Arc<RuleSet>> {
        self.sets.read().get(namespace).cloned()
    }

    /// Forgets the rules of a namespace, and what was received under them; whether there were any.
    pub fn remove(&self, namespace: &Namespace) -> bool {
        let mut sets = self.sets.write();
        let removed = sets.remove(namespace);
        self.count.store(sets.len(), Ordering::Release);
        drop(sets);
        removed.is_some()
    }

    /// The namespaces that have rules, in order.
    #[must_use]
    pub fn namespaces(&self) -> Vec<Namespace> {
        let mut names: Vec<Namespace> = self.sets.read().keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// The rules that a call goes by, if there are any.
    pub(super) fn of_call(&self, call: &Call, engine: &Engine) -> Option<Arc<RuleSet>> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        let namespace = Namespace::of(&call.caller, engine.settings());
        self.find(&namespace).filter(|set| !set.is_idle())
    }
}
