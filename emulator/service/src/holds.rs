//! Holds by number, for those who cannot keep a value: items that are part of a transaction which nobody sees, until they are released.
//!
//! The engine holds them ([`Engine::hold`](stator_core::engine::Engine::hold)); here is who lets go of them. They belong to a test, as rules do, and go with the
//! namespace as it was.

use std::collections::{BTreeMap, HashMap};

use parking_lot::Mutex;
use smol_str::SmolStr;
use stator_core::engine::{Hold, Namespace};
use stator_core::model::AttributeMap;
use stator_core::model::json::Timestamp;

/// The holds of all namespaces, by number.
#[derive(Debug, Default)]
pub struct Holds {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    last: u64,
    holds: HashMap<Namespace, BTreeMap<u64, (Held, Hold)>>,
}

/// What is held together.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Tables and keys.
    pub items: Vec<(SmolStr, AttributeMap)>,
    /// When the items are free at the latest, by the namespace's clock.
    pub until: Option<Timestamp>,
    /// The token of the transaction.
    pub token: Option<SmolStr>,
}

impl Held {
    fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

impl Holds {
    /// Keeps a hold; its number. Those of the namespace whose time has come are let go of.
    pub fn keep(&self, namespace: &Namespace, held: Held, hold: Hold, now: Timestamp) -> u64 {
        let mut kept = self.kept.lock();
        kept.last += 1;
        let id = kept.last;
        let holds = kept.holds.entry(namespace.clone()).or_default();
        let over: Vec<_> = holds.extract_if(.., |_, (held, _)| held.is_over(now)).collect();
        holds.insert(id, (held, hold));
        drop(kept);
        // They look for their items, which is not for others to wait for.
        drop(over);
        id
    }

    /// What a namespace holds at a time, by number.
    #[must_use]
    pub fn of(&self, namespace: &Namespace, now: Timestamp) -> Vec<(u64, Held)> {
        let kept = self.kept.lock();
        let holds = kept.holds.get(namespace).into_iter().flatten();
        let standing = holds.filter(|(_, (held, _))| !held.is_over(now));
        standing.map(|(id, (held, _))| (*id, held.clone())).collect()
    }

    /// Lets go of a hold; what it held, if it was there.
    pub fn release(&self, namespace: &Namespace, id: u64) -> Option<Held> {
        let released = self.kept.lock().holds.get_mut(namespace)?.remove(&id);
        released.map(|(held, _)| held)
    }

    /// Lets go of all holds of a namespace.
    pub fn release_all(&self, namespace: &Namespace) {
        let released = self.kept.lock().holds.remove(namespace);
        drop(released);
    }
}
