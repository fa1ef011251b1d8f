//! Namespaces as values: looked at, kept under names, put back, and forked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;

use super::{SNAPSHOTS_MAX, Slot, SpaceError, Spaces, check_room};
use crate::engine::space::{Snapshot, Space};
use crate::engine::{Clock, Namespace};

/// All namespaces as they were at one moment, and the engine's clock.
#[derive(Clone, Debug)]
pub struct Image {
    pub(in crate::engine) clock: Clock,
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

impl Spaces {
    /// All that a namespace is by now, in O(1).
    #[must_use]
    pub fn snapshot(&self, namespace: &Namespace) -> Option<Snapshot> {
        let space = self.find(namespace)?;
        let now = self.clock_of(&space).now();
        space.advance(now);
        self.pull(namespace, &space, now);
        Some(self.snapshot_with_peers(namespace, &space))
    }

    /// What the next call in a namespace finds: what that is by now, or what it begins as.
    #[must_use]
    pub fn what_calls_find(&self, namespace: &Namespace) -> Snapshot {
        let snapshot = self.snapshot(namespace).or_else(|| self.beginning(namespace));
        snapshot.unwrap_or_else(|| Snapshot::empty(&self.settings))
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
    pub(in crate::engine) fn assume(&self, image: &Image) {
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
