//! Replicated tables: namespaces of one access key that share tables, and what goes from one to the other.
//!
//! Nothing is sent. Before a request is served in a Region, what the others have written comes there: each is cloned under its lock, which is let go
//! of, and what is new is applied under the own lock alone. What concerns a group as a whole is done under the locks of all its members, taken in the order
//! of their names. Which writes stay is decided by their versions ([`Replica`](crate::store::Replica)); why so: docs/decisions/replicas.md.

mod progress;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use progress::Progress;

use smol_str::SmolStr;

use super::context::Context;
use super::settings::Replication;
use super::space::{Snapshot, Space, Transaction};
use super::spaces::Spaces;
use super::{EngineSettings, Namespace};
use crate::model::json::Timestamp;
use crate::model::{ApiError, ErrorKind};
use crate::store::{Change, Database, Due, Fetch, Replica};

/// Writes of another Region that arrive at once, before others get their turn.
const ARRIVE_AT_ONCE: usize = 1_000;

/// The database of another Region, as it was a moment ago.
struct Peer {
    region: SmolStr,
    database: Database,
    now: Timestamp,
}

impl Peer {
    fn of(region: &SmolStr, now: Timestamp, transaction: &Transaction<'_>) -> Self {
        Self {
            region: region.clone(),
            database: transaction.database().clone(),
            now,
        }
    }
}

impl Spaces {
    /// The namespaces that share tables with a namespace, directly or through others, and itself; none if there is no such namespace.
    pub(super) fn linked(&self, namespace: &Namespace) -> BTreeMap<Namespace, Arc<Space>> {
        let mut linked = BTreeMap::new();
        let mut names = vec![namespace.clone()];
        while let Some(name) = names.pop() {
            let Some(space) = self.find(&name).filter(|_| !linked.contains_key(&name)) else {
                continue;
            };
            if space.is_linked() {
                let regions = space.read(|database| peer_regions(database, &name));
                names.extend(regions.iter().filter_map(|region| name.in_region(region)));
            }
            linked.insert(name, space);
        }
        linked
    }

    /// What a namespace is now, and at the same moment those that it shares tables with.
    pub(super) fn snapshot_with_peers(&self, namespace: &Namespace, space: &Arc<Space>) -> Snapshot {
        if !space.is_linked() {
            return space.snapshot();
        }
        let linked = self.linked(namespace);
        let (names, spaces): (Vec<Namespace>, Vec<Arc<Space>>) = linked.into_iter().unzip();
        let (mut own, mut peers) = (None, Vec::new());
        for (name, snapshot) in names.into_iter().zip(Space::snapshots(&spaces)) {
            match name.region() {
                _ if name == *namespace => own = Some(snapshot),
                Some(region) => peers.push((SmolStr::from(region), snapshot)),
                None => {}
            }
        }
        let mut own = own.unwrap_or_else(|| space.snapshot());
        own.peers = peers;
        own
    }

    /// Lets what other Regions have written arrive at the replicated tables of a namespace, as far as it is due.
    pub(super) fn pull(&self, namespace: &Namespace, space: &Space, now: Timestamp) {
        if !space.is_linked() {
            return;
        }
        let replication = self.replication(space);
        let peers = self.peers(namespace, space);
        for peer in &peers {
            let due = Arrival {
                replication,
                time: peer.now.max(now),
            };
            let is_there = |database: &Database| fetches(database, peer, due).any(|fetch| fetch.pull(now, 1).is_some());
            while space.read(is_there) && space.write(|transaction| transaction.pull(peer, due, now)) {}
        }
        let is_due = |database: &Database| acknowledgements(database, &peers, now).next().is_some();
        if space.read(is_due) {
            space.write(|transaction| {
                let due: Vec<Change> = acknowledgements(transaction.database(), &peers, now).collect();
                due.into_iter().for_each(|change| transaction.commit(change));
            });
        }
    }

    fn replication(&self, space: &Space) -> Replication {
        let own = space.own().settings;
        let settings: &EngineSettings = own.as_deref().unwrap_or(self.engine_settings());
        settings.replication
    }

    /// The databases with which a namespace shares tables.
    fn peers(&self, namespace: &Namespace, space: &Space) -> Vec<Peer> {
        let regions = space.read(|database| peer_regions(database, namespace));
        let peer = |region: SmolStr| {
            let space = self.find(&namespace.in_region(&region)?)?;
            Some(Peer {
                database: space.read(Database::clone),
                now: self.clock_of(&space).now(),
                region,
            })
        };
        regions.into_iter().filter_map(peer).collect()
    }

    /// Edits a database together with those of other Regions that `regions` finds in it, as far as there are any.
    pub(super) fn write_together<T>(
        &self,
        namespace: &Namespace,
        space: &Arc<Space>,
        regions: impl Fn(&Database) -> BTreeSet<SmolStr>,
        edit: impl FnOnce(&mut Together<'_, '_>) -> T,
    ) -> T {
        let mut edit = Some(edit);
        loop {
            let wanted = space.read(&regions);
            let mut spaces = BTreeMap::from([(namespace.clone(), Arc::clone(space))]);
            for name in wanted.iter().filter_map(|region| namespace.in_region(region)) {
                if let Some(other) = self.find(&name).filter(|_| name != *namespace) {
                    other.advance(self.clock_of(&other).now());
                    spaces.insert(name, other);
                }
            }
            let (names, spaces): (Vec<Namespace>, Vec<Arc<Space>>) = spaces.into_iter().unzip();
            let times: Vec<Timestamp> = spaces.iter().map(|space| self.clock_of(space).now()).collect();
            let result = Space::write_all(&spaces, |transactions| {
                let mut others: BTreeMap<SmolStr, (Timestamp, Transaction<'_>)> = BTreeMap::new();
                let mut own = None;
                for ((name, now), transaction) in names.iter().zip(times).zip(transactions) {
                    match name.region() {
                        Some(region) if name != namespace => drop(others.insert(region.into(), (now, transaction))),
                        _ => own = Some(transaction),
                    }
                }
                let mut own = own?;
                // Who shares the table may have become another before the locks were taken.
                let is_whole = regions(own.database()).is_subset(&wanted);
                let edit = edit.take_if(|_| is_whole)?;
                Some(edit(&mut Together {
                    own: &mut own,
                    others: &mut others,
                }))
            });
            if let Some(result) = result {
                return result;
            }
        }
    }
}

/// A database, and those of other Regions that are edited together with it.
pub(crate) struct Together<'t, 's> {
    own: &'t mut Transaction<'s>,
    others: &'t mut BTreeMap<SmolStr, (Timestamp, Transaction<'s>)>,
}

impl<'s> Together<'_, 's> {
    /// The caller's own database.
    pub(crate) fn own(&mut self) -> &mut Transaction<'s> {
        self.own
    }

    /// The database of another Region, and what time it is there.
    pub(crate) fn other(&mut self, region: &str) -> Option<(Timestamp, &mut Transaction<'s>)> {
        let (now, transaction) = self.others.get_mut(region)?;
        Some((*now, transaction))
    }

    /// Lets everything that was written in any of these Regions arrive in the others, however late it would have.
    pub(crate) fn level(&mut self, region: &SmolStr, now: Timestamp) {
        let mut transactions: Vec<(SmolStr, Timestamp, &mut Transaction<'s>)> = vec![(region.clone(), now, self.own)];
        let others = self.others.iter_mut();
        transactions.extend(others.map(|(region, (now, transaction))| (region.clone(), *now, transaction)));
        let peers: Vec<Peer> = transactions
            .iter()
            .map(|(region, now, transaction)| Peer::of(region, *now, transaction))
            .collect();
        for (region, now, transaction) in &mut transactions {
            for peer in peers.iter().filter(|peer| peer.region != *region) {
                while transaction.pull(peer, Arrival::all(*now), *now) {}
            }
        }
    }
}

/// When what another Region wrote arrives.
#[derive(Clone, Copy)]
struct Arrival {
    replication: Replication,
    /// The time by which that is judged.
    time: Timestamp,
}

impl Arrival {
    fn all(time: Timestamp) -> Self {
        let replication = Replication::default();
        Self { replication, time }
    }

    fn due(self, is_strong: bool) -> Due {
        match self.replication {
            _ if is_strong => Due::All,
            Replication { is_cut: true, .. } => Due::Nothing,
            // Clocks of Regions may differ, and what does not lag is there whatever they show.
            Replication { lag_ms: ..=0, .. } => Due::All,
            Replication { lag_ms, .. } => Due::Until(self.time.plus_millis(-lag_ms)),
        }
    }
}

impl Transaction<'_> {
    /// Lets writes of another Region arrive, as many as do at once for each table. Whether there were any.
    fn pull(&mut self, peer: &Peer, due: Arrival, now: Timestamp) -> bool {
        let pulls: Vec<Change> = fetches(self.database(), peer, due)
            .filter_map(|fetch| fetch.pull(now, ARRIVE_AT_ONCE))
            .map(Change::Pull)
            .collect();
        let is_any = !pulls.is_empty();
        pulls.into_iter().for_each(|pull| self.commit(pull));
        is_any
    }
}

/// What the tables of a database can fetch from another Region.
fn fetches<'a>(database: &'a Database, peer: &'a Peer, due: Arrival) -> impl Iterator<Item = Fetch<'a>> {
    database.replicated().filter_map(move |(table, replica)| {
        let definition = table.definition();
        let membership = definition.membership.as_ref()?;
        membership.member(&peer.region)?;
        let there = peer.database.table(&definition.name)?;
        let theirs = there.definition().membership.as_ref()?;
        let is_same = theirs.group == membership.group && theirs.region == peer.region;
        is_same.then_some(Fetch {
            to: (table, replica),
            region: &peer.region,
            from: (there, peer.database.replica(&definition.name)?),
            due: due.due(definition.is_strong()),
        })
    })
}

/// What a database need not keep any more for the others, because they have it.
fn acknowledgements<'a>(
    database: &'a Database,
    peers: &'a [Peer],
    now: Timestamp,
) -> impl Iterator<Item = Change> + 'a {
    database.replicated().filter_map(move |(table, replica)| {
        let definition = table.definition();
        let membership = definition.membership.as_ref()?;
        let others: Vec<&Replica> = membership
            .peers()
            .map(|member| {
                let peer = peers.iter().find(|peer| peer.region == member.region)?;
                peer.database.replica(&definition.name).map(AsRef::as_ref)
            })
            .collect::<Option<_>>()?;
        let until = replica.acknowledged(&membership.region, others.into_iter())?;
        let mut awaited = peers.iter().flat_map(|peer| fetches(database, peer, Arrival::all(now)));
        Some(Change::Acknowledge {
            table: definition.name.clone(),
            until,
            at: now,
            is_level: !awaited.any(|fetch| fetch.is_of(table) && fetch.pull(now, 1).is_some()),
        })
    })
}

/// The other Regions in which tables of a namespace have replicas. What was forked from another Region is shared with nobody.
fn peer_regions(database: &Database, namespace: &Namespace) -> BTreeSet<SmolStr> {
    let memberships = database
        .replicated()
        .filter_map(|(table, _)| table.definition().membership.as_ref());
    memberships
        .filter(|membership| namespace.region() == Some(&membership.region))
        .flat_map(|membership| membership.peers())
        .map(|member| member.region.clone())
        .collect()
}

impl Context<'_> {
    /// Edits the database together with those of the Regions in which a table has replicas, and of others that are named.
    ///
    /// # Errors
    /// Those of `edit`, and when there are too many namespaces.
    pub(crate) fn write_group<T>(
        &self,
        table: &str,
        others: &[SmolStr],
        edit: impl FnOnce(&mut Together<'_, '_>) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let regions = |database: &Database| {
            let membership = database
                .table(table)
                .and_then(|table| table.definition().membership.as_ref());
            let peers = membership.into_iter().flat_map(|membership| membership.peers());
            let peers = peers.map(|member| member.region.clone());
            peers.chain(others.iter().cloned()).collect::<BTreeSet<_>>()
        };
        let is_alone = others.is_empty() && self.read(|database| regions(database).is_empty());
        match self.space() {
            Some(space) if !is_alone => {
                for name in others.iter().filter_map(|region| self.namespace().in_region(region)) {
                    let made = self.spaces().make(&name);
                    made.map_err(|error| ApiError::new(ErrorKind::LimitExceeded, error))?;
                }
                self.spaces().write_together(self.namespace(), space, regions, edit)
            }
            _ => self.write(|own| {
                edit(&mut Together {
                    own,
                    others: &mut BTreeMap::new(),
                })
            }),
        }
    }

    /// Edits the database while nothing changes in the Regions with which it shares strongly consistent tables, and all that was written there has come.
    pub(super) fn write_strongly<T>(&self, space: &Arc<Space>, edit: impl FnOnce(&mut Transaction<'_>) -> T) -> T {
        let region = &self.caller().region;
        let regions = |database: &Database| peer_regions(database, self.namespace());
        self.spaces()
            .write_together(self.namespace(), space, regions, |together| {
                let peers: Vec<Peer> = together
                    .others
                    .iter()
                    .map(|(region, (now, transaction))| Peer::of(region, *now, transaction))
                    .collect();
                debug_assert!(
                    peers.iter().all(|peer| peer.region != *region),
                    "a Region is no peer of itself"
                );
                let strong = Arrival {
                    replication: Replication {
                        is_cut: true,
                        ..Replication::default()
                    },
                    time: self.now(),
                };
                for peer in &peers {
                    while together.own.pull(peer, strong, self.now()) {}
                }
                edit(together.own)
            })
    }
}
