//! What replicated tables tell each other: which write of an item is the latest, what was written here, and what has come from elsewhere.
//!
//! A table of a group numbers its own writes and keeps them for the others, who fetch them: nothing is sent. Each write has a version, a time and the
//! Region where it was made, and of two versions of an item the greater one stays, in whatever order they come; so replicas that have fetched everything are
//! equal. A write is later than whatever its Region has seen of the item, even if the clock stands still or was set back.
//! Versions outlive their items, since a deletion must win over an older write that comes late. When something is fetched is decided outside.

use std::sync::Arc;

use imbl::{OrdMap, Vector};
use smol_str::SmolStr;

use super::change::{ItemChange, Pull};
use super::definition::TableDefinition;
use super::key::RowKey;
use super::settings::DAY_MS;
use super::table::{Row, Table};
use crate::model::json::Timestamp;

/// The most writes that are kept for the other Regions; who has not fetched older ones compares all items instead.
const WRITES_MAX: usize = 100_000;

/// How many writes that all others have are let go of together.
const ACKNOWLEDGED_TOGETHER: u64 = 64;

/// Which of two writes of an item is the later one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// When, in microseconds: not before the clock told, and after all that was known of the item.
    pub micros: i64,
    /// Where.
    pub region: SmolStr,
}

/// A write of this Region, as others fetch it.
#[derive(Clone, Debug, PartialEq)]
struct Written {
    at: Timestamp,
    key: RowKey,
    row: Option<Row>,
    version: Version,
}

/// What a replicated table keeps for the others and knows of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replica {
    /// The version of every item that was written since the group began, also of those that are gone.
    versions: OrdMap<RowKey, Version>,
    writes: Vector<Written>,
    /// The number of the first write that is kept.
    first: u64,
    /// What has come from each other Region.
    received: OrdMap<SmolStr, Received>,
}

/// What has come from another Region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Received {
    /// The number of the next write there that has not come.
    next: u64,
    /// How many writes have changed something here.
    applied: u64,
    /// How many have not, since what was known of their items was later.
    lost: u64,
}

/// How far a table is with what another Region writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many writes there have not come.
    pub waiting: u64,
    /// When the first of them was made.
    pub oldest: Option<Timestamp>,
    /// How many have come and changed something.
    pub applied: u64,
    /// How many have come for nothing, since what was known of their items was later: they lost a conflict.
    pub lost: u64,
}

/// Which part of what another Region wrote arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Everything.
    All,
    /// What was written up to a time.
    Until(Timestamp),
    /// Nothing: the Regions cannot reach each other.
    Nothing,
}

impl Due {
    fn covers(self, at: Timestamp) -> bool {
        match self {
            Self::All => true,
            Self::Until(time) => at <= time,
            Self::Nothing => false,
        }
    }
}

/// What a table fetches from its replica in another Region.
#[derive(Clone, Copy, Debug)]
pub struct Fetch<'a> {
    /// The table that fetches.
    pub to: (&'a Table, &'a Replica),
    /// The Region from which it fetches.
    pub region: &'a SmolStr,
    /// The replica there.
    pub from: (&'a Table, &'a Replica),
    /// What can arrive.
    pub due: Due,
}

impl Fetch<'_> {
    /// The name of the table that fetches.
    #[must_use]
    pub fn table(&self) -> &SmolStr {
        &self.to.0.definition().name
    }

    /// Whether it is a table that fetches.
    #[must_use]
    pub fn is_of(&self, table: &Table) -> bool {
        *self.table() == table.definition().name
    }

    /// The next writes that arrive, at most so many; none if nothing has come.
    #[must_use]
    pub fn pull(&self, now: Timestamp, most: usize) -> Option<Pull> {
        let (table, to) = self.to;
        let (_, from) = self.from;
        let cursor = self.received().next;
        if self.due == Due::Nothing || cursor == from.end() {
            return None;
        }
        let mut arrivals = Arrivals::of(table, to);
        let upto = if (from.first..from.end()).contains(&cursor) {
            let start = usize::try_from(cursor - from.first).unwrap_or(usize::MAX);
            let writes = from.writes.iter().skip(start);
            let writes = writes.take_while(|written| self.due.covers(written.at)).take(most);
            let mut upto = cursor;
            for written in writes {
                arrivals.add(&written.key, written.row.as_ref(), &written.version);
                upto += 1;
            }
            upto
        } else {
            self.compare(&mut arrivals);
            from.end()
        };
        (upto != cursor).then(|| Pull {
            table: table.definition().name.clone(),
            from: self.region.clone(),
            at: now,
            upto,
            items: arrivals.items,
            versions: arrivals.versions,
            lost: arrivals.lost,
        })
    }

    fn received(&self) -> Received {
        let (_, to) = self.to;
        to.received.get(self.region).copied().unwrap_or_default()
    }

    /// How far the table is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let (_, from) = self.from;
        let Received { next, applied, lost } = self.received();
        let is_kept = (from.first..=from.end()).contains(&next);
        let skipped = if is_kept { next - from.first } else { 0 };
        let oldest = from.writes.get(usize::try_from(skipped).unwrap_or(usize::MAX));
        Progress {
            waiting: from.writes.len() as u64 - skipped,
            oldest: oldest.map(|written| written.at),
            applied,
            lost,
        }
    }

    /// Compares all items of which the other Region has the last word, however late they are to arrive: its writes are not kept, or it was set back to
    /// what it was before.
    fn compare(&self, arrivals: &mut Arrivals<'_>) {
        let (there, from) = self.from;
        let own = from
            .versions
            .iter()
            .filter(|(_, version)| version.region == *self.region);
        for (key, version) in own {
            arrivals.add(key, there.get(key), version);
        }
    }
}

/// What arrives at a table, in its order: each knows what the one before has left.
struct Arrivals<'a> {
    table: &'a Table,
    known: &'a OrdMap<RowKey, Version>,
    latest: std::collections::BTreeMap<RowKey, usize>,
    items: Vec<ItemChange>,
    versions: Vec<Version>,
    /// How many were older than what is known.
    lost: u64,
}

impl<'a> Arrivals<'a> {
    fn of(table: &'a Table, replica: &'a Replica) -> Self {
        Self {
            table,
            known: &replica.versions,
            latest: std::collections::BTreeMap::new(),
            items: Vec::new(),
            versions: Vec::new(),
            lost: 0,
        }
    }

    /// Adds a write, unless a later one is known.
    fn add(&mut self, key: &RowKey, row: Option<&Row>, version: &Version) {
        let latest = self.latest.get(key).copied();
        let known = latest.map_or_else(|| self.known.get(key), |latest| self.versions.get(latest));
        if let Some(known) = known.filter(|known| *known >= version) {
            self.lost += u64::from(known != version);
            return;
        }
        let old = match latest {
            Some(latest) => self.items[latest].new.clone(),
            None => self.table.get(key).cloned(),
        };
        self.latest.insert(key.clone(), self.items.len());
        self.items.push(ItemChange {
            table: self.table.definition().name.clone(),
            key: key.clone(),
            old,
            new: row.cloned(),
        });
        self.versions.push(version.clone());
    }
}

impl Replica {
    /// What a new replica begins with that gets all that the table `region` holds by now.
    #[must_use]
    pub fn joined(&self, region: &SmolStr) -> Self {
        let begin = |next: u64| Received {
            next,
            ..Received::default()
        };
        let known = self.received.iter();
        let mut received: OrdMap<SmolStr, Received> = known
            .map(|(region, known)| (region.clone(), begin(known.next)))
            .collect();
        received.insert(region.clone(), begin(self.end()));
        Self {
            versions: self.versions.clone(),
            writes: Vector::new(),
            first: 0,
            received,
        }
    }

    /// The number of the next write.
    fn end(&self) -> u64 {
        self.first + self.writes.len() as u64
    }

    /// The version of an item, once it was written in the group.
    #[must_use]
    pub fn version(&self, key: &RowKey) -> Option<&Version> {
        self.versions.get(key)
    }

    /// The number up to which all others have the writes of this Region, if enough can be let go of for that.
    #[must_use]
    pub fn acknowledged<'r>(&self, region: &SmolStr, peers: impl Iterator<Item = &'r Self>) -> Option<u64> {
        let fetched = peers.map(|peer| peer.received.get(region).map_or(0, |received| received.next));
        let until = fetched.min()?.min(self.end());
        (until >= self.first + ACKNOWLEDGED_TOGETHER).then_some(until)
    }

    fn record(&mut self, change: &ItemChange, at: Timestamp, region: &SmolStr) {
        let known = self
            .versions
            .get(&change.key)
            .map(|known| known.micros.saturating_add(1));
        let now = at.as_millis().saturating_mul(1_000);
        let version = Version {
            micros: known.map_or(now, |known| known.max(now)),
            region: region.clone(),
        };
        self.versions.insert(change.key.clone(), version.clone());
        self.writes.push_back(Written {
            at,
            key: change.key.clone(),
            row: change.new.clone(),
            version,
        });
        if self.writes.len() > WRITES_MAX {
            self.writes.pop_front();
            self.first += 1;
        }
    }

    fn receive(&mut self, pull: &Pull) {
        for (item, version) in pull.items.iter().zip(&pull.versions) {
            self.versions.insert(item.key.clone(), version.clone());
        }
        let received = self.received.entry(pull.from.clone()).or_default();
        received.next = pull.upto;
        received.applied += pull.items.len() as u64;
        received.lost += pull.lost;
    }

    fn acknowledge(&mut self, until: u64) {
        while self.first < until && self.writes.pop_front().is_some() {
            self.first += 1;
        }
    }

    /// Lets go of what is known of items that have been gone for a day, if that has become much.
    fn forget(&mut self, table: &Table, at: Timestamp) {
        let horizon = at.plus_millis(-DAY_MS).as_millis().saturating_mul(1_000);
        if self.writes.is_empty() && self.versions.len() as u64 > table.item_count().saturating_mul(2) {
            let is_kept = |key: &RowKey, version: &Version| version.micros > horizon || table.get(key).is_some();
            let gone = self.versions.iter().filter(|(key, version)| !is_kept(key, version));
            for key in gone.map(|(key, _)| key.clone()).collect::<Vec<_>>() {
                self.versions.remove(&key);
            }
        }
    }
}

/// The replicated tables of a database.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Replicas(OrdMap<SmolStr, Arc<Replica>>);

impl Replicas {
    pub(super) fn get(&self, table: &str) -> Option<&Arc<Replica>> {
        self.0.get(table)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &SmolStr> {
        self.0.keys()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Follows a table from one definition to the next: what is kept for others begins and ends with its group, and nothing is known of who has left.
    pub(super) fn follow(&mut self, definition: &TableDefinition) -> Option<Arc<Replica>> {
        let Some(membership) = &definition.membership else {
            return self.0.remove(&definition.name);
        };
        let replica = self.0.entry(definition.name.clone()).or_default();
        let left: Vec<SmolStr> = replica
            .received
            .keys()
            .filter(|region| membership.member(region).is_none())
            .cloned()
            .collect();
        for region in left {
            Arc::make_mut(replica).received.remove(&region);
        }
        None
    }

    /// Lets a table begin with what it was given.
    pub(super) fn begin(&mut self, table: &str, replica: Arc<Replica>) {
        self.0.insert(table.into(), replica);
    }

    pub(super) fn end(&mut self, table: &str) -> Option<Arc<Replica>> {
        self.0.remove(table)
    }

    /// Writes down what was written in the Region of a replicated table.
    pub(super) fn record(&mut self, change: &ItemChange, at: Timestamp, region: &SmolStr) {
        self.edit(&change.table, |replica| replica.record(change, at, region));
    }

    pub(super) fn receive(&mut self, pull: &Pull) {
        self.edit(&pull.table, |replica| replica.receive(pull));
    }

    pub(super) fn acknowledge(&mut self, table: &str, until: u64) {
        self.edit(table, |replica| replica.acknowledge(until));
    }

    pub(super) fn forget(&mut self, table: &Table, at: Timestamp) {
        self.edit(&table.definition().name, |replica| replica.forget(table, at));
    }

    fn edit(&mut self, table: &str, edit: impl FnOnce(&mut Replica)) {
        let Some(replica) = self.0.get_mut(table) else {
            unreachable!("what is replicated belongs to a table of a group");
        };
        edit(Arc::make_mut(replica));
    }
}
