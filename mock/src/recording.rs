//! Recordings: what the code under test asked and was answered, as a file, and answers from such a file.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use stator_fixtures::{Recording, Redaction};
use stator_service::layers::record;
use stator_service::layers::rules::{self, Origin};

use crate::Database;
use crate::expectation::{RuleHandle, register};

impl Database {
    /// Records what the clients of this database ask and are answered, until the recorder is stopped or dropped. What was there before is in the
    /// recording, too, so that it is a suite, and a file of fixtures.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use stator_mock::{Database, Recording};
    ///
    /// let db = Database::new();
    /// db.create_table("orders", "id S");
    /// let recorder = db.record().redact("email");
    /// db.client().list_tables().send().await.unwrap();
    /// let recording = recorder.stop();
    /// assert_eq!(recording.exchanges().len(), 1);
    /// # let path = std::env::temp_dir().join("stator-mock-session.yml");
    /// recording.save(&path).unwrap();
    ///
    /// // Another day, another test:
    /// let db = Database::new();
    /// db.replay(&Recording::load(&path).unwrap());
    /// let tables = db.client().list_tables().send().await.unwrap();
    /// assert_eq!(tables.table_names(), ["orders"]);
    /// # }
    /// ```
    ///
    /// # Panics
    /// When the database records already.
    #[track_caller]
    pub fn record(&self) -> Recorder {
        let began = self.engine().world().now();
        let tape = Arc::new(record::Recorder::new(began, Redaction::none()));
        let started = self.recordings().start(&self.namespace(), Arc::clone(&tape));
        started.unwrap_or_else(|error| panic!("{error}"));
        Recorder { db: self.clone(), tape }
    }

    /// Answers requests from a recording from now on. They are matched as they are meant, whatever placeholders are called and wherever they stood in the
    /// session. A request that was not recorded fails, and with it the test: the report tells the nearest that was. Rules that were set before
    /// have their say first.
    ///
    /// # Panics
    /// When there are too many rules.
    #[track_caller]
    pub fn replay(&self, recording: &Recording) -> Replay {
        let replay = Arc::new(rules::Replay::new(recording, self.engine(), self.caller()));
        let rule = register(self, replay.rule(Origin::of(Location::caller())));
        Replay { replay, rule }
    }
}

/// Records a database until it is stopped or dropped.
#[must_use = "recording ends when this is dropped"]
pub struct Recorder {
    db: Database,
    tape: Arc<record::Recorder>,
}

impl Recorder {
    /// Masks the values of an attribute, `email` in all tables or `users.email` in one, wherever they occur: by placeholders of their type, the same for equal
    /// values.
    pub fn redact(self, attribute: &str) -> Self {
        self.tape.redact(attribute);
        self
    }

    /// Ends the recording.
    ///
    /// # Panics
    /// When the recording does not read back, which would be a bug.
    #[must_use]
    pub fn stop(self) -> Recording {
        Recording::from_text("recording", &self.tape.to_yaml()).unwrap_or_else(|faults| panic!("{faults}"))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.db.recordings().stop(&self.db.namespace());
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("calls", &self.tape.count())
            .finish_non_exhaustive()
    }
}

/// A recording that answers the requests of a database.
#[derive(Clone, Debug)]
pub struct Replay {
    replay: Arc<rules::Replay>,
    rule: RuleHandle,
}

impl Replay {
    /// The requests that were recorded and not asked yet.
    #[must_use]
    pub fn left(&self) -> Vec<String> {
        self.replay.left()
    }

    /// Fails unless every request that was recorded was asked.
    ///
    /// # Panics
    /// With those that were not.
    #[track_caller]
    pub fn assert_all_asked(&self) {
        let left = self.left();
        assert!(
            left.is_empty(),
            "of {} recorded requests {} were not asked:\n    {}",
            self.replay.count(),
            left.len(),
            left.join("\n    ")
        );
    }

    /// Lets the engine answer again.
    pub fn stop(&self) {
        self.rule.remove();
    }
}
