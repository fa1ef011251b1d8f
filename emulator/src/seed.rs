//! `stator --fixtures` and `--buckets`: what every access key finds before it has changed anything.
//!
//! Fixtures are loaded once for each Region that somebody calls, since ARNs name it; access keys begin as forks of that, which costs nothing. Regions that
//! share replicated tables are loaded together: the first Region, and those in which the fixtures have replicas. Elsewhere tables have none.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smol_str::SmolStr;
use stator_core::engine::{Beginnings, Caller, Engine, EngineSettings, Namespace, Pace, Snapshot, World};
use stator_fixtures::{Existing, Fixtures, Loaded};

use crate::buckets::Bucket;

/// The Region for which fixtures are loaded at start, so that what is wrong with them shows.
const REGION: &str = "us-east-1";

/// Reads files of fixtures; what is wrong with any of them is told at once.
pub(crate) fn read(files: &[PathBuf]) -> Result<Vec<Fixtures>, String> {
    let (mut fixtures, mut faults) = (Vec::new(), Vec::new());
    for file in files {
        match Fixtures::from_path(file) {
            Ok(more) => fixtures.push(more),
            Err(error) => faults.push(error.to_string()),
        }
    }
    if faults.is_empty() {
        Ok(fixtures)
    } else {
        Err(format!("the fixtures cannot be loaded\n{}", faults.join("\n")))
    }
}

/// Lets all namespaces of an engine begin with these fixtures and buckets.
pub(crate) fn sow(
    engine: &Engine,
    fixtures: Vec<Fixtures>,
    buckets: Vec<Bucket>,
    account: &SmolStr,
) -> Result<(), String> {
    let seed = Seed {
        fixtures,
        buckets,
        settings: EngineSettings {
            pace: Pace::Instant,
            ..engine.settings().clone()
        },
        account: account.clone(),
        base: engine.fork(),
        by_region: Mutex::default(),
    };
    let loaded = seed.load_together()?;
    match seed.buckets.len() {
        0 => tracing::info!("every access key begins with {loaded}"),
        1 => tracing::info!("every access key begins with {loaded}, and a bucket"),
        buckets => tracing::info!("every access key begins with {loaded}, and {buckets} buckets"),
    }
    engine.spaces().begin_as(Arc::new(seed));
    Ok(())
}

/// Fixtures, and what they are in each Region.
struct Seed {
    fixtures: Vec<Fixtures>,
    buckets: Vec<Bucket>,
    settings: EngineSettings,
    account: SmolStr,
    /// An empty engine whose clock shows what the server's did at start.
    base: Engine,
    by_region: Mutex<HashMap<SmolStr, Option<Snapshot>>>,
}

/// Names its fixtures. The engine asks for this of what it begins as; all that fixtures and namespaces are, written out for debugging, would be an
/// eightieth of the program.
impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.fixtures.iter().map(Fixtures::name))
            .finish()
    }
}

impl Seed {
    /// Loads the fixtures for the first Region and those that share tables with it; what was loaded for the first.
    fn load_together(&self) -> Result<Loaded, String> {
        let engine = self.engine();
        let loaded = self.load(&engine, REGION, &self.fixtures)?;
        let regions: BTreeSet<SmolStr> = self.fixtures.iter().flat_map(Fixtures::replica_regions).collect();
        let others: Vec<SmolStr> = regions.into_iter().filter(|region| region != REGION).collect();
        let alone = self.alone();
        for region in &others {
            self.load(&engine, region, &alone)?;
        }
        for region in others.into_iter().chain([REGION.into()]) {
            let snapshot = engine.spaces().snapshot(&self.namespace(&region));
            self.by_region().insert(region, snapshot);
        }
        Ok(loaded)
    }

    /// What the fixtures are in a Region that shares nothing.
    fn load_alone(&self, region: &str) -> Result<Option<Snapshot>, String> {
        let engine = self.engine();
        self.load(&engine, region, &self.alone())?;
        Ok(engine.spaces().snapshot(&self.namespace(region)))
    }

    /// Loads fixtures in a Region, but for tables that are there already as replicas.
    fn load(&self, engine: &Engine, region: &str, fixtures: &[Fixtures]) -> Result<Loaded, String> {
        let caller = self.caller(region);
        let namespace = self.namespace(region);
        for bucket in &self.buckets {
            bucket.fill(engine, &namespace).map_err(|error| error.to_string())?;
        }
        let mut loaded = Loaded::default();
        for fixtures in fixtures {
            let more = fixtures.load_over(engine, &caller, Existing::Pass);
            let more = more.map_err(|error| format!("{}: {error}", fixtures.name()))?;
            loaded.tables += more.tables;
            loaded.items += more.items;
        }
        Ok(loaded)
    }

    /// The fixtures without their replicas.
    fn alone(&self) -> Vec<Fixtures> {
        self.fixtures.iter().map(Fixtures::without_replicas).collect()
    }

    fn engine(&self) -> Engine {
        Engine::with_settings(World::new(self.base.world().clock(), 0), self.settings.clone())
    }

    fn caller(&self, region: &str) -> Caller {
        Caller {
            access_key: "fixtures".into(),
            region: region.into(),
            account: self.account.clone(),
        }
    }

    fn namespace(&self, region: &str) -> Namespace {
        Namespace::of(&self.caller(region), &self.settings)
    }

    fn by_region(&self) -> MutexGuard<'_, HashMap<SmolStr, Option<Snapshot>>> {
        self.by_region.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Beginnings for Seed {
    fn of(&self, namespace: &Namespace) -> Option<Snapshot> {
        let region = namespace.region().unwrap_or(REGION);
        // Two first callers of a Region wait for one load.
        let mut by_region = self.by_region();
        if let Some(snapshot) = by_region.get(region) {
            return snapshot.clone();
        }
        let snapshot = match self.load_alone(region) {
            Ok(snapshot) => snapshot,
            Err(says) => {
                tracing::error!(region, "fixtures could not be loaded: {says}");
                None
            }
        };
        by_region.insert(region.into(), snapshot.clone());
        snapshot
    }
}
