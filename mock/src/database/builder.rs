//! What a database is made with.

use std::time::Duration;

use smol_str::SmolStr;
use stator_core::engine::{CapacityLimits, Clock, Engine, EngineSettings, Lag, Pace, Replication, World, WriteScaling};
use stator_core::model::json::Timestamp;

use super::Database;

/// Chance follows from this unless a test says otherwise, so that a test that failed fails again.
const SEED_DEFAULT: u64 = 0;

/// A database that is being described.
#[derive(Clone, Debug)]
#[must_use = "a database is made by `build`"]
pub struct Builder {
    clock: Clock,
    seed: u64,
    pace: Pace,
    lag: Lag,
    replication: Replication,
    scaling: WriteScaling,
    capacity: CapacityLimits,
    region: SmolStr,
}

impl Builder {
    /// A database whose clock goes with the machine's and whose tables are there at once.
    pub(super) fn new() -> Self {
        Self {
            clock: Clock::MACHINE,
            seed: SEED_DEFAULT,
            pace: Pace::Instant,
            lag: Lag::default(),
            replication: Replication::default(),
            scaling: WriteScaling::default(),
            capacity: CapacityLimits::Ignored,
            region: SmolStr::new_static("us-east-1"),
        }
    }

    /// The clock stands still, so many milliseconds after 1970 began, until the test moves it.
    pub fn frozen_at_ms(mut self, milliseconds: i64) -> Self {
        self.clock = Clock::Frozen(Timestamp::from_millis(milliseconds));
        self
    }

    /// Ids and everything else that is left to chance follow from this number.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Tables and indexes take the time for their transitions that they take at the service, by the database's clock.
    pub fn service_pace(mut self) -> Self {
        self.pace = Pace::Service;
        self
    }

    /// Eventually consistent reads of tables and local indexes stay behind by so much of the database's time.
    pub fn read_lag(mut self, lag: Duration) -> Self {
        self.lag.reads_ms = milliseconds(lag);
        self
    }

    /// Reads of global and vector indexes stay behind by so much of the database's time.
    pub fn index_lag(mut self, lag: Duration) -> Self {
        self.lag.indexes_ms = milliseconds(lag);
        self
    }

    /// What one Region writes to a replicated table arrives in the others so much later, by the database's clock.
    pub fn replication_lag(mut self, lag: Duration) -> Self {
        self.replication.lag_ms = milliseconds(lag);
        self
    }

    /// Tables with provisioned throughput can have replicas: their writes are taken to be scaled, which the service wants to be so.
    pub fn assume_write_scaling(mut self) -> Self {
        self.scaling = WriteScaling::Assumed;
        self
    }

    /// What is over provisioned throughput, over a ceiling, or too much for one partition is throttled, by the database's clock.
    pub fn enforce_capacity(mut self) -> Self {
        self.capacity = CapacityLimits::Enforced;
        self
    }

    /// The Region of the clients; `us-east-1` unless said.
    pub fn region(mut self, region: &str) -> Self {
        self.region = region.into();
        self
    }

    /// The database.
    #[must_use]
    pub fn build(self) -> Database {
        let settings = EngineSettings {
            pace: self.pace,
            lag: self.lag,
            replication: self.replication,
            scaling: self.scaling,
            capacity: self.capacity,
            ..EngineSettings::default()
        };
        let engine = Engine::with_settings(World::new(self.clock, self.seed), settings);
        Database::over(engine, self.region)
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
