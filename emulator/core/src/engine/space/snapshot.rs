//! What a namespace is, as a value.

use std::sync::Arc;

use imbl::Vector;
use smol_str::SmolStr;

use crate::engine::due::Schedule;
use crate::engine::lag::{Lags, Past};
use crate::engine::throttle::Buckets;
use crate::engine::transactions::tokens::Tokens;
use crate::engine::{Clock, EngineSettings, Namespace};
use crate::store::{Change, Database};

/// All that a namespace was at one moment. It never changes, whatever becomes of the namespace.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(super) database: Database,
    pub(super) buckets: Buckets,
    pub(super) due_ms: i64,
    pub(super) journal: Option<Vector<Change>>,
    pub(super) own: Own,
    pub(super) tokens: Tokens,
    pub(super) past: Past,
    /// What the same access key had at the same moment in the Regions with which tables are shared.
    pub(in crate::engine) peers: Vec<(SmolStr, Snapshot)>,
}

impl Snapshot {
    /// A namespace without tables.
    pub(in crate::engine) fn empty(settings: &EngineSettings) -> Self {
        Self {
            database: Database::default(),
            buckets: Buckets::default(),
            due_ms: i64::MAX,
            journal: settings.journal.then(Vector::new),
            own: Own::new(settings),
            tokens: Tokens::default(),
            past: Past::default(),
            peers: Vec::new(),
        }
    }

    /// The tables.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// What is to be restored of it in this namespace and in those of the same access key that it shares tables with.
    pub(in crate::engine) fn apart(mut self, namespace: &Namespace) -> Vec<(Namespace, Self)> {
        let peers = std::mem::take(&mut self.peers);
        let peers = peers
            .into_iter()
            .filter_map(|(region, peer)| Some((namespace.in_region(&region)?, peer)))
            .filter(|(name, _)| name != namespace);
        peers.chain([(namespace.clone(), self)]).collect()
    }
}

/// What a namespace has of its own; where it has nothing, it goes with the engine.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Own {
    /// Its clock.
    pub(in crate::engine) clock: Option<Clock>,
    /// Its settings.
    pub(in crate::engine) settings: Option<Arc<EngineSettings>>,
    /// What follows from its settings or else from the engine's: what happens by itself, and when.
    pub(super) schedule: Schedule,
    /// How long reads stay behind; absent where nothing does.
    pub(in crate::engine) lags: Option<Arc<Lags>>,
}

impl Own {
    pub(super) fn new(settings: &EngineSettings) -> Self {
        Self {
            clock: None,
            settings: None,
            schedule: Schedule::new(settings),
            lags: None,
        }
        .with_lags(&Lags::default().with_default(settings.lag))
    }

    fn with_lags(mut self, lags: &Lags) -> Self {
        self.set_lags(lags);
        self
    }

    pub(super) fn set_lags(&mut self, lags: &Lags) {
        self.lags = (!lags.are_none()).then(|| Arc::new(lags.clone()));
    }
}
