//! All namespaces of an engine: made, forked, kept under a name, restored, and let go of.
//!
//! A namespace comes into being with its first Change, with the first use of an access key that names a fork, or when its owner says
//! so. Requests alone cannot fill the memory with empty ones, and there is a limit to how many there are. The list is locked for one look or one
//! replacement; what falls out of it is dropped after the lock, since a large table takes its time.
//!
//! A namespace that is replaced while a request works on it answers that request as it was before.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use parking_lot::RwLock;
use smol_str::SmolStr;

use super::lag::{Memories, Memory};
use super::space::{Snapshot, Space};
use super::{Clock, EngineSettings, Lag, Namespace, Pace, World};
use crate::store::Database;

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

/// All namespaces as they were at one moment, and the engine's clock.
#[derive(Clone, Debug)]
pub struct Image {
    pub(super) clock: Clock,
    spaces: Vec<(Namespace, Snapshot)>,
}

/// What becomes of a namespace that is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and the operation is refused.
    Keep,
    /// It is replaced.
    Replace,
}

/// Why nothing was done to a namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpaceError {
    /// There is no such namespace.
    Missing(Namespace),
    /// There is such a namespace already.
    Exists(Namespace),
    /// The namespace has no snapshot of this name.
    SnapshotMissing(Namespace, SmolStr),
    /// The engine has as many namespaces as it may have.
    TooManyNamespaces,
    /// The namespace has as many snapshots as it may have.
    TooManySnapshots(Namespace),
}

impl fmt::Display for SpaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(namespace) => write!(f, "There is no namespace {namespace}"),
            Self::Exists(namespace) => write!(f, "There is a namespace {namespace} already"),
            Self::SnapshotMissing(namespace, name) => write!(f, "Namespace {namespace} has no snapshot {name}"),
            Self::TooManyNamespaces => write!(
                f,
                "There are {NAMESPACES_MAX} namespaces, and no more are made: delete those that are not needed"
            ),
            Self::TooManySnapshots(namespace) => write!(
                f,
                "Namespace {namespace} has {SNAPSHOTS_MAX} snapshots, and no more are kept: delete those that are not needed"
            ),
        }
    }
}

impl std::error::Error for SpaceError {}

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

    /// All that a namespace is by now, in O(1).
    #[must_use]
    pub fn snapshot(&self, namespace: &Namespace) -> Option<Snapshot> {
        let space = self.find(namespace)?;
        let now = self.clock_of(&space).now();
        space.advance(now);
        self.pull(namespace, &space, now);
        Some(self.snapshot_with_peers(namespace, &space))
    }

    /// The clock by which a namespace goes.
    pub(super) fn clock_of(&self, space: &Space) -> Clock {
        space.own().clock.unwrap_or_else(|| self.world.clock())
    }

    /// Lets a namespace be what a snapshot says, in O(1); makes the namespace if there is none.
    ///
    /// # Errors
    /// When there are too many namespaces.
    pub fn restore(&self, namespace: &Namespace, snapshot: &Snapshot) -> Result<(), SpaceError> {
        self.replace(namespace, snapshot.clone(), Existing::Replace)
    }

    /// Makes a namespace that begins as another one is, in O(1). Neither sees what happens to the other from then on. Snapshots under
    /// names stay behind.
    ///
    /// # Errors
    /// When the one is missing or the other exists, unless it is to be replaced, and when there are too many.
    pub fn fork(&self, from: &Namespace, to: &Namespace, existing: Existing) -> Result<(), SpaceError> {
        let snapshot = self.snapshot(from).ok_or_else(|| SpaceError::Missing(from.clone()))?;
        self.replace(to, snapshot, existing)
    }

    /// Lets a namespace be as if it were new: a fork of its base if its name says so, and otherwise what namespaces begin as. So are the namespaces of the
    /// same access key in Regions with which it shares replicated tables. Their snapshots stay.
    ///
    /// # Errors
    /// When there are too many namespaces.
    pub fn reset(&self, namespace: &Namespace) -> Result<(), SpaceError> {
        let mut names: BTreeSet<Namespace> = self.linked(namespace).into_keys().collect();
        names.insert(namespace.clone());
        for linked in names {
            let beginning = self.beginning(&linked);
            let new = beginning.unwrap_or_else(|| Snapshot::empty(&self.settings));
            self.replace(&linked, new, Existing::Replace)?;
        }
        Ok(())
    }

    /// Lets go of a namespace and its snapshots; whether there was one.
    pub fn remove(&self, namespace: &Namespace) -> bool {
        let removed = self.slots.write().remove(namespace);
        removed.is_some()
    }

    /// Keeps what a namespace is now under a name, in place of what was kept under it.
    ///
    /// # Errors
    /// When there is no such namespace, or it has too many snapshots.
    pub fn save(&self, namespace: &Namespace, name: &str) -> Result<(), SpaceError> {
        let missing = || SpaceError::Missing(namespace.clone());
        let snapshot = self.snapshot(namespace).ok_or_else(missing)?;
        let replaced = {
            let mut slots = self.slots.write();
            let kept = &mut slots.get_mut(namespace).ok_or_else(missing)?.snapshots;
            if kept.len() >= SNAPSHOTS_MAX && !kept.contains_key(name) {
                return Err(SpaceError::TooManySnapshots(namespace.clone()));
            }
            kept.insert(name.into(), snapshot)
        };
        drop(replaced);
        Ok(())
    }

    /// Lets a namespace be what it was when this name was given.
    ///
    /// # Errors
    /// When there is no such namespace or snapshot.
    pub fn recall(&self, namespace: &Namespace, name: &str) -> Result<(), SpaceError> {
        let kept = {
            let slots = self.slots.read();
            let slot = slots
                .get(namespace)
                .ok_or_else(|| SpaceError::Missing(namespace.clone()))?;
            slot.snapshots.get(name).cloned()
        };
        let kept = kept.ok_or_else(|| SpaceError::SnapshotMissing(namespace.clone(), name.into()))?;
        self.restore(namespace, &kept)
    }

    /// Lets go of a snapshot; whether there was one.
    pub fn forget(&self, namespace: &Namespace, name: &str) -> bool {
        let removed = {
            let mut slots = self.slots.write();
            slots.get_mut(namespace).and_then(|slot| slot.snapshots.remove(name))
        };
        removed.is_some()
    }

    /// The names under which a namespace has snapshots, in order; none if there is no such namespace.
    #[must_use]
    pub fn snapshot_names(&self, namespace: &Namespace) -> Option<Vec<SmolStr>> {
        let slots = self.slots.read();
        slots
            .get(namespace)
            .map(|slot| slot.snapshots.keys().cloned().collect())
    }

    /// The clock by which a namespace goes: its own, or else the engine's.
    #[must_use]
    pub fn clock(&self, namespace: &Namespace) -> Clock {
        self.own_clock(namespace).unwrap_or_else(|| self.world.clock())
    }

    /// The clock that a namespace has of its own, if it does not go with the engine's.
    #[must_use]
    pub fn own_clock(&self, namespace: &Namespace) -> Option<Clock> {
        self.find(namespace).and_then(|space| space.own().clock)
    }

    /// Changes the clock of a namespace, which has its own from then on; makes the namespace if there is none. What is due by then happens.
    ///
    /// # Errors
    /// When there are too many namespaces.
    pub fn move_clock(&self, namespace: &Namespace, change: impl FnOnce(Clock) -> Clock) -> Result<Clock, SpaceError> {
        let space = self.make(namespace)?;
        let clock = space.configure(|own| {
            let clock = change(own.clock.unwrap_or_else(|| self.world.clock()));
            own.clock = Some(clock);
            clock
        });
        space.advance(clock.now());
        Ok(clock)
    }

    /// Lets a namespace go with the engine's clock.
    pub fn follow_clock(&self, namespace: &Namespace) {
        if let Some(space) = self.find(namespace) {
            space.configure(|own| own.clock = None);
        }
    }

    /// The settings of a namespace: its own, or else the engine's.
    #[must_use]
    pub fn settings(&self, namespace: &Namespace) -> EngineSettings {
        let own = self.find(namespace).and_then(|space| space.own().settings);
        own.map_or_else(|| self.settings.clone(), |own| (*own).clone())
    }

    /// Gives a namespace settings of its own; makes the namespace if there is none. Who shares tables, and whether Changes are kept, is the
    /// engine's alone.
    ///
    /// # Errors
    /// When there are too many namespaces.
    pub fn set_settings(&self, namespace: &Namespace, settings: EngineSettings) -> Result<(), SpaceError> {
        let space = self.make(namespace)?;
        space.set_settings(settings);
        Ok(())
    }

    /// Lets the eventually consistent reads of a table, which need not exist yet, stay behind as told here instead of in the settings; `None` undoes
    /// that. Makes the namespace if there is none. States from before are not known: at first reads are less late than that.
    ///
    /// # Errors
    /// When there are too many namespaces.
    pub fn set_table_lag(&self, namespace: &Namespace, table: &str, lag: Option<Lag>) -> Result<(), SpaceError> {
        self.make(namespace)?.set_table_lag(table, lag);
        Ok(())
    }

    /// Remembers what the tables of a namespace were, so far back, for [calls](super::Directives::stale_ms) that are shown it. Makes the namespace if
    /// there is none. What was before is not known: at first such calls see what is now.
    ///
    /// # Errors
    /// When there are too many namespaces.
    pub fn remember(&self, namespace: &Namespace, span_ms: i64) -> Result<Memory, SpaceError> {
        let space = self.make(namespace)?;
        Ok(Memories::begin(space.memories(), span_ms))
    }

    /// Lets transitions of a namespace's tables take no time while `work` goes on, whatever its settings say.
    ///
    /// # Errors
    /// When it had to be made for that, and there are too many namespaces.
    pub fn at_once<T>(&self, namespace: &Namespace, work: impl FnOnce() -> T) -> Result<T, SpaceError> {
        let settings = self.settings(namespace);
        if settings.pace == Pace::Instant {
            return Ok(work());
        }
        let at_once = EngineSettings {
            pace: Pace::Instant,
            ..settings
        };
        let space = self.make(namespace)?;
        let before = space.configure(|own| own.settings.replace(Arc::new(at_once)));
        let result = work();
        space.configure(|own| own.settings = before);
        Ok(result)
    }

    /// All namespaces as they are now; those that are being written to are caught one after the other.
    #[must_use]
    pub fn image(&self) -> Image {
        let mut spaces: BTreeMap<Namespace, Snapshot> = BTreeMap::new();
        for name in self.names() {
            if !spaces.contains_key(&name)
                && let Some(snapshot) = self.snapshot(&name)
            {
                spaces.extend(snapshot.apart(&name));
            }
        }
        Image {
            clock: self.world.clock(),
            spaces: spaces.into_iter().collect(),
        }
    }

    /// Lets all namespaces be what an image says; those that it does not have are let go of.
    pub(super) fn assume(&self, image: &Image) {
        let replaced = {
            let mut slots = self.slots.write();
            let space = |(name, snapshot): (&Namespace, &Snapshot)| {
                let space = Space::of(snapshot.clone());
                let space = match slots.get(name) {
                    Some(slot) => space.in_place_of(&slot.space),
                    None => space,
                };
                (name.clone(), Slot::new(Arc::new(space)))
            };
            let restored = image
                .spaces
                .iter()
                .map(|(name, snapshot)| space((name, snapshot)))
                .collect();
            std::mem::replace(&mut *slots, restored)
        };
        drop(replaced);
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

    /// Lets a namespace, and those that it shares tables with, be what a snapshot says: all of them or none.
    fn replace(&self, namespace: &Namespace, snapshot: Snapshot, existing: Existing) -> Result<(), SpaceError> {
        let parts = snapshot.apart(namespace);
        let mut replaced = Vec::with_capacity(parts.len());
        let mut slots = self.slots.write();
        let mut names = parts.iter().map(|(name, _)| name);
        if let Some(name) = names.find(|name| existing == Existing::Keep && slots.contains_key(name)) {
            return Err(SpaceError::Exists(name.clone()));
        }
        if !slots.contains_key(namespace) {
            check_room(&slots)?;
        }
        for (name, snapshot) in parts {
            let space = Space::of(snapshot);
            match slots.get_mut(&name) {
                Some(slot) => {
                    let space = Arc::new(space.in_place_of(&slot.space));
                    replaced.push(std::mem::replace(&mut slot.space, space));
                }
                None => {
                    slots.insert(name, Slot::new(Arc::new(space)));
                }
            }
        }
        drop(slots);
        drop(replaced);
        Ok(())
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
