//! All namespaces of an engine: made, forked, kept under a name, restored, and let go of.
//!
//! A namespace comes into being with its first Change, with the first use of an access key that names a fork, or when its owner says
//! so. Requests alone cannot fill the memory with empty ones, and there is a limit to how many there are. The list is locked for one look or one
//! replacement; what falls out of it is dropped after the lock, since a large table takes its time.
//!
//! A namespace that is replaced while a request works on it answers that request as it was before.

mod error;
mod kept;
mod own;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use parking_lot::RwLock;
use smol_str::SmolStr;

use super::space::{Snapshot, Space};
use super::{EngineSettings, Namespace, World};
use crate::store::Database;

pub use error::SpaceError;
pub use kept::{Existing, Image};

/// How many namespaces an engine has at most.
pub const NAMESPACES_MAX: usize = 100_000;
/// How many snapshots are kept of a namespace under names.
pub const SNAPSHOTS_MAX: usize = 256;

/// Namespaces by name. Each request looks its own up, so the hash is a quick one; its seed is of this process.
type Slots = std::collections::HashMap<Namespace, Slot, foldhash::fast::RandomState>;

/// The namespaces of an engine.
#[derive(Debug)]
pub struct Spaces {
    world: Arc<World>,
    settings: EngineSettings,
    slots: RwLock<Slots>,
    beginnings: RwLock<Option<Arc<dyn Beginnings>>>,
}

/// What namespaces are before anybody has changed them.
pub trait Beginnings: fmt::Debug + Send + Sync {
    /// What a namespace begins as; nothing for an empty one. It is asked at the first use of a namespace, and may take its time.
    fn of(&self, namespace: &Namespace) -> Option<Snapshot>;
}

/// A namespace, and what it was when it was given a name.
#[derive(Debug)]
struct Slot {
    space: Arc<Space>,
    snapshots: BTreeMap<SmolStr, Snapshot>,
}

impl Spaces {
    pub(super) fn new(world: Arc<World>, settings: EngineSettings) -> Self {
        Self {
            world,
            settings,
            slots: RwLock::default(),
            beginnings: RwLock::default(),
        }
    }

    /// The settings of namespaces without any of their own.
    pub(super) fn engine_settings(&self) -> &EngineSettings {
        &self.settings
    }

    /// Lets namespaces that do not exist yet begin as these say, unless their names say that they are forks of others.
    pub fn begin_as(&self, beginnings: Arc<dyn Beginnings>) {
        *self.beginnings.write() = Some(beginnings);
    }

    /// Lets namespaces begin as those of another engine do.
    pub(super) fn inherit_beginnings(&self, other: &Self) {
        let beginnings = other.beginnings.read().clone();
        *self.beginnings.write() = beginnings;
    }

    /// What a namespace begins as: a fork of its base, or what was said; nothing if it begins empty.
    fn beginning(&self, namespace: &Namespace) -> Option<Snapshot> {
        let base = namespace.base().and_then(|base| self.snapshot(&base));
        let beginnings = self.beginnings.read().clone();
        base.or_else(|| beginnings?.of(namespace))
    }

    /// The names of all namespaces, in order.
    #[must_use]
    pub fn names(&self) -> Vec<Namespace> {
        let mut names: Vec<_> = self.slots.read().keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// The tables of a namespace, as they are by now; none if there is no such namespace.
    #[must_use]
    pub fn database(&self, namespace: &Namespace) -> Option<Database> {
        self.snapshot(namespace).map(|snapshot| snapshot.database().clone())
    }

    /// Lets go of a namespace and its snapshots; whether there was one.
    pub fn remove(&self, namespace: &Namespace) -> bool {
        let removed = self.slots.write().remove(namespace);
        removed.is_some()
    }

    /// The namespace as it is.
    pub(super) fn find(&self, namespace: &Namespace) -> Option<Arc<Space>> {
        self.slots.read().get(namespace).map(|slot| Arc::clone(&slot.space))
    }

    /// The namespace of a call, if there is one, or its name says that it is a fork of one.
    ///
    /// # Errors
    /// When the call might make one, and there are too many.
    pub(super) fn enter(&self, namespace: &Namespace) -> Result<Option<Arc<Space>>, SpaceError> {
        if let Some(space) = self.find(namespace) {
            return Ok(Some(space));
        }
        let Some(snapshot) = self.beginning(namespace) else {
            return check_room(&self.slots.read()).map(|()| None);
        };
        self.insert_if_new(namespace, snapshot).map(Some)
    }

    /// Lets a namespace begin with an edit: it is kept if something was committed. The list stays locked, so that two first writers share one.
    pub(super) fn begin<T>(&self, namespace: &Namespace, edit: impl FnOnce(&Space) -> (T, Begun)) -> T {
        let mut slots = self.slots.write();
        if let Some(slot) = slots.get(namespace) {
            return edit(&slot.space).0;
        }
        let space = Space::new(&self.settings);
        let (result, begun) = edit(&space);
        if begun == Begun::Yes {
            slots.insert(namespace.clone(), Slot::new(Arc::new(space)));
        }
        result
    }

    /// The namespace, which is made if there is none.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn make(&self, namespace: &Namespace) -> Result<Arc<Space>, SpaceError> {
        match self.enter(namespace)? {
            Some(space) => Ok(space),
            None => self.insert_if_new(namespace, Snapshot::empty(&self.settings)),
        }
    }

    /// The namespace, which begins as a snapshot says if there is none, together with those that it shares tables with.
    fn insert_if_new(&self, namespace: &Namespace, new: Snapshot) -> Result<Arc<Space>, SpaceError> {
        let mut slots = self.slots.write();
        if let Some(slot) = slots.get(namespace) {
            return Ok(Arc::clone(&slot.space));
        }
        check_room(&slots)?;
        for (name, snapshot) in new.apart(namespace) {
            slots
                .entry(name)
                .or_insert_with(|| Slot::new(Arc::new(Space::of(snapshot))));
        }
        let slot = slots.get(namespace);
        Ok(slot.map_or_else(|| Arc::new(Space::new(&self.settings)), |slot| Arc::clone(&slot.space)))
    }
}

/// Whether the first edit of a namespace committed something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begun {
    /// The namespace exists from now on.
    Yes,
    /// There was nothing to keep.
    No,
}

impl Slot {
    fn new(space: Arc<Space>) -> Self {
        Self {
            space,
            snapshots: BTreeMap::new(),
        }
    }
}

fn check_room(slots: &Slots) -> Result<(), SpaceError> {
    if slots.len() < NAMESPACES_MAX {
        Ok(())
    } else {
        Err(SpaceError::TooManyNamespaces)
    }
}
