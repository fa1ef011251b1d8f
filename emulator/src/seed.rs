//! `stator --fixtures`: what every access key finds before it has changed anything.
//!
//! Fixtures are loaded once for each Region that somebody calls, since ARNs name it; access keys begin as forks of that, which costs nothing.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use smol_str::SmolStr;
use stator_core::engine::{Beginnings, Caller, Engine, EngineSettings, Namespace, Pace, Snapshot, World};
use stator_fixtures::{Fixtures, Loaded};

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

/// Lets all namespaces of an engine begin with these fixtures.
pub(crate) fn sow(engine: &Engine, fixtures: Vec<Fixtures>, account: &SmolStr) -> Result<(), String> {
    let seed = Seed {
        fixtures,
        settings: EngineSettings {
            pace: Pace::Instant,
            ..engine.settings().clone()
        },
        account: account.clone(),
        base: engine.fork(),
        by_region: Mutex::default(),
    };
    let (snapshot, loaded) = seed.load(REGION)?;
    tracing::info!("every access key begins with {loaded}");
    seed.by_region
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(REGION.into(), snapshot);
    engine.spaces().begin_as(Arc::new(seed));
    Ok(())
}

/// Fixtures, and what they are in each Region.
struct Seed {
    fixtures: Vec<Fixtures>,
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
    fn load(&self, region: &str) -> Result<(Option<Snapshot>, Loaded), String> {
        let world = World::new(self.base.world().clock(), 0);
        let engine = Engine::with_settings(world, self.settings.clone());
        let caller = Caller {
            access_key: "fixtures".into(),
            region: region.into(),
            account: self.account.clone(),
        };
        let mut loaded = Loaded::default();
        for fixtures in &self.fixtures {
            let more = fixtures.load(&engine, &caller);
            let more = more.map_err(|error| format!("{}: {error}", fixtures.name()))?;
            loaded.tables += more.tables;
            loaded.items += more.items;
        }
        Ok((
            engine.spaces().snapshot(&Namespace::of(&caller, &self.settings)),
            loaded,
        ))
    }
}

impl Beginnings for Seed {
    fn of(&self, namespace: &Namespace) -> Option<Snapshot> {
        let region = namespace.region().unwrap_or(REGION);
        // Two first callers of a Region wait for one load.
        let mut by_region = self.by_region.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(snapshot) = by_region.get(region) {
            return snapshot.clone();
        }
        let snapshot = match self.load(region) {
            Ok((snapshot, _)) => snapshot,
            Err(says) => {
                tracing::error!(region, "fixtures could not be loaded: {says}");
                None
            }
        };
        by_region.insert(region.into(), snapshot.clone());
        snapshot
    }
}
