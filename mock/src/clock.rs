//! The clock of a database.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use stator_core::engine::{Engine, World};
use stator_core::model::json::Timestamp;

/// The clock of a database, which no other database goes by: expiry, states of tables, tokens, capacity and the SDK's waits follow it.
///
/// It goes with the machine's clock until it is told otherwise.
///
/// ```
/// use std::time::Duration;
/// use stator_mock::Database;
///
/// let db = Database::new();
/// db.clock().freeze();
/// let before = db.clock().now();
/// db.clock().advance(Duration::from_secs(48 * 3600));
/// assert_eq!(db.clock().now(), before + Duration::from_secs(48 * 3600));
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    engine: Arc<Engine>,
}

impl Clock {
    pub(crate) fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// The time by this clock.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        let milliseconds = self.world().now().as_millis();
        let distance = Duration::from_millis(milliseconds.unsigned_abs());
        if milliseconds < 0 {
            UNIX_EPOCH - distance
        } else {
            UNIX_EPOCH + distance
        }
    }

    /// Whole seconds since 1970 began: what an expiry attribute holds.
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        self.world().now().as_seconds()
    }

    /// Stands still from now on.
    pub fn freeze(&self) {
        self.world().set_clock(self.world().clock().frozen());
    }

    /// Stands still at a time, which may lie in the past.
    ///
    /// # Panics
    /// When the time is more than 292 million years away from 1970.
    pub fn freeze_at(&self, time: SystemTime) {
        let milliseconds = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()),
            Err(before) => i64::try_from(before.duration().as_millis()).map(|milliseconds| -milliseconds),
        };
        let milliseconds = milliseconds.unwrap_or_else(|_| panic!("{time:?} is out of a clock's reach"));
        self.world().freeze(Timestamp::from_millis(milliseconds));
    }

    /// Moves ahead by so much, whether it stands still or runs.
    pub fn advance(&self, duration: Duration) {
        self.world()
            .advance(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX));
    }

    /// Runs on from the time that it shows.
    pub fn run(&self) {
        self.world().set_clock(self.world().clock().running());
    }

    fn world(&self) -> &World {
        self.engine.world()
    }
}
