//! An engine of this process on a clock that stands still, asked in JSON: what properties of the engine are tested with.

#![allow(clippy::expect_used, reason = "a test that cannot ask its engine has failed")]

use serde_json::Value;
use stator_core::engine::{Call, Caller, Clock, Engine, EngineSettings, World};
use stator_core::model::json::{Reader, Timestamp};
use stator_core::model::{ApiError, Operation, Request};
use stator_core::store::Database;

/// The time that clocks show first, in seconds.
pub const START: i64 = 1_700_000_000;

/// An engine and the one caller that asks it.
pub struct Lab {
    /// The engine.
    pub engine: Engine,
    /// Who asks.
    pub caller: Caller,
}

impl Lab {
    /// A lab whose engine keeps its Changes.
    #[must_use]
    pub fn new(settings: EngineSettings) -> Self {
        let world = World::new(Clock::Frozen(Timestamp::from_millis(START * 1_000)), 7);
        let settings = EngineSettings {
            journal: true,
            ..settings
        };
        Self {
            engine: Engine::with_settings(world, settings),
            caller: Caller {
                access_key: "lab".into(),
                region: "eu-west-1".into(),
                account: "000000000000".into(),
            },
        }
    }

    /// Asks the engine; an empty answer is null.
    ///
    /// # Errors
    /// What the engine refuses.
    pub fn ask(&self, operation: Operation, body: &Value) -> Result<Value, ApiError> {
        let read = Request::read(operation, &body.to_string());
        let (request, layer) = read.expect("requests of a test are well-formed");
        let reply = self.engine.execute(Call::new(request, layer, self.caller.clone()))?;
        let mut out = Vec::new();
        reply.write(&mut out);
        let text = std::str::from_utf8(&out).expect("replies are UTF-8");
        assert!(
            text.is_empty() || Reader::is_json(text),
            "the reader reads what the writer writes"
        );
        Ok(serde_json::from_str(text).unwrap_or_default())
    }

    /// Asks what cannot be refused.
    ///
    /// # Panics
    /// When it is.
    pub fn ok(&self, operation: Operation, body: &Value) -> Value {
        let answer = self.ask(operation, body);
        answer.unwrap_or_else(|error| panic!("{operation} {body}: {error}"))
    }

    /// Lets time pass.
    pub fn wait(&self, milliseconds: i64) {
        self.engine.world().advance(milliseconds);
    }

    /// The time now, in seconds.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.engine.world().now().as_seconds()
    }

    /// The database as it is, and as a replay of its Changes makes it.
    #[must_use]
    pub fn databases(&self) -> (Database, Database) {
        let mut replayed = Database::default();
        for change in self.engine.journal(&self.caller) {
            replayed.apply(&change).drop_now();
        }
        (self.engine.database(&self.caller), replayed)
    }
}
