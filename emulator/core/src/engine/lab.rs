//! An engine for tests, asked in JSON and on a clock that stands still until it is moved.

use serde_json::{Value, json};

use super::{Call, Caller, Clock, Engine, EngineSettings, Pace, World};
use crate::model::json::Timestamp;
use crate::model::{Operation, Request};

/// 2026-11-01T12:00:00 UTC.
const START_MS: i64 = 1_793_534_400_000;

/// An engine with a clock that stands still, and one caller.
pub(super) struct Lab {
    pub(super) engine: Engine,
}

impl Lab {
    /// An engine with these settings, which keeps its Changes.
    pub(super) fn with(settings: EngineSettings) -> Self {
        let world = World::new(Clock::Frozen(Timestamp::from_millis(START_MS)), 1);
        let settings = EngineSettings {
            journal: true,
            ..settings
        };
        Self {
            engine: Engine::with_settings(world, settings),
        }
    }

    fn new(pace: Pace) -> Self {
        Self::with(EngineSettings {
            pace,
            ..EngineSettings::default()
        })
    }

    pub(super) fn instant() -> Self {
        Self::new(Pace::Instant)
    }

    pub(super) fn paced() -> Self {
        Self::new(Pace::Service)
    }

    /// The answer, or the error as `Kind: message`.
    pub(super) fn call(&self, operation: &str, body: &Value) -> Result<Value, String> {
        let operation = Operation::from_name(operation).unwrap();
        let (request, layer) = Request::read(operation, &body.to_string()).unwrap();
        let call = Call::new(request, layer, caller());
        let reply = self.engine.execute(call).map_err(|error| error.to_string())?;
        let mut out = Vec::new();
        reply.write(&mut out);
        Ok(serde_json::from_slice(&out).unwrap_or(Value::Null))
    }

    /// The answer of a request that is to succeed.
    pub(super) fn ok(&self, operation: &str, body: Value) -> Value {
        self.call(operation, &body)
            .unwrap_or_else(|error| panic!("{operation} {body}: {error}"))
    }

    /// Asserts that a request is refused, with an error that begins as the expected one does if that ends in `…`.
    pub(super) fn refuses(&self, row: &str, operation: &str, body: Value, expected: &str) {
        let found = self
            .call(operation, &body)
            .map_or_else(|error| error, |reply| format!("200 {reply}"));
        match expected.strip_suffix('…') {
            Some(beginning) => assert!(
                found.starts_with(beginning),
                "{row}\n found: {found}\nwanted: {expected}"
            ),
            None => assert_eq!(found, expected, "{row}"),
        }
    }

    /// The description of table `abc`.
    pub(super) fn describe(&self) -> Value {
        self.ok("DescribeTable", json!({"TableName": "abc"}))["Table"].take()
    }

    /// Lets time pass.
    pub(super) fn wait(&self, seconds: f64) {
        self.engine.world().advance((seconds * 1_000.0) as i64);
    }
}

/// The one caller.
pub(super) fn caller() -> Caller {
    Caller {
        access_key: "key".into(),
        region: "eu-west-2".into(),
        account: "123456789012".into(),
    }
}
