//! How far Regions are with what the others write: what waits, since when, and what became of what has come.

use smol_str::SmolStr;

use super::{Arrival, fetches};
use crate::engine::Namespace;
use crate::engine::spaces::Spaces;

/// How far a table is with what another Region writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The table's name.
    pub table: SmolStr,
    /// The other Region.
    pub from: SmolStr,
    /// How many writes there have not come: they are under way, or cannot come.
    pub waiting: u64,
    /// How long ago the first of them was made, by the clock of either Region, whichever is ahead; 0 if none waits.
    pub behind_ms: i64,
    /// How many have come and changed something.
    pub applied: u64,
    /// How many have come and changed nothing, since a later write of the item was known: conflicts that they lost.
    pub lost: u64,
}

impl Spaces {
    /// How far the replicated tables of a namespace are with what other Regions write. What is due by now comes first.
    #[must_use]
    pub fn replication_progress(&self, namespace: &Namespace) -> Vec<Progress> {
        let Some(space) = self.find(namespace).filter(|space| space.is_linked()) else {
            return Vec::new();
        };
        let now = self.clock_of(&space).now();
        space.advance(now);
        self.pull(namespace, &space, now);
        let peers = self.peers(namespace, &space);
        let mut all: Vec<Progress> = space.read(|database| {
            let each = peers.iter().flat_map(|peer| {
                let time = peer.now.max(now);
                fetches(database, peer, Arrival::all(time)).map(move |fetch| {
                    let progress = fetch.progress();
                    let behind_ms = progress
                        .oldest
                        .map_or(0, |oldest| time.as_millis() - oldest.as_millis());
                    Progress {
                        table: fetch.table().clone(),
                        from: peer.region.clone(),
                        waiting: progress.waiting,
                        behind_ms: behind_ms.max(0),
                        applied: progress.applied,
                        lost: progress.lost,
                    }
                })
            });
            each.collect()
        });
        all.sort_unstable_by(|one, other| (&one.table, &one.from).cmp(&(&other.table, &other.from)));
        all
    }
}
