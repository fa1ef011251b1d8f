//! Operations on tables through the engine: requests and answers as JSON.
//!
//! A row names the section of observed-tables.md (`§`) or observed-validation.md (`V§`) that it comes from.

mod creation;
mod settings;
mod states;
mod update;
mod vectors;

use serde_json::{Value, json};

use crate::engine::{Call, Caller, Clock, Engine, EngineSettings, Pace, World};
use crate::model::json::Timestamp;
use crate::model::{Operation, Request};

/// How refusals begin that name a parameter.
const INVALID: &str = "ValidationException: One or more parameter values were invalid: ";

/// 2026-11-01T12:00:00 UTC.
const START_MS: i64 = 1_793_534_400_000;

/// An engine with a clock that stands still, and one caller.
struct Lab {
    engine: Engine,
}

impl Lab {
    fn new(pace: Pace) -> Self {
        let world = World::new(Clock::Frozen(Timestamp::from_millis(START_MS)), 1);
        let settings = EngineSettings {
            pace,
            ..EngineSettings::default()
        };
        Self {
            engine: Engine::with_settings(world, settings),
        }
    }

    fn instant() -> Self {
        Self::new(Pace::Instant)
    }

    fn paced() -> Self {
        Self::new(Pace::Service)
    }

    /// The answer, or the error as `Kind: message`.
    fn call(&self, operation: &str, body: &Value) -> Result<Value, String> {
        let operation = Operation::from_name(operation).unwrap();
        let (request, layer) = Request::read(operation, &body.to_string()).unwrap();
        let caller = Caller {
            access_key: "key".into(),
            region: "eu-west-2".into(),
            account: "123456789012".into(),
        };
        let call = Call::new(request, layer, caller);
        let reply = self.engine.execute(call).map_err(|error| error.to_string())?;
        let mut out = Vec::new();
        reply.write(&mut out);
        Ok(serde_json::from_slice(&out).unwrap_or(Value::Null))
    }

    /// The answer of a request that is to succeed.
    fn ok(&self, operation: &str, body: Value) -> Value {
        self.call(operation, &body)
            .unwrap_or_else(|error| panic!("{operation} {body}: {error}"))
    }

    /// Asserts that a request is refused, with an error that begins as the expected one does if that ends in `…`.
    fn refuses(&self, row: &str, operation: &str, body: Value, expected: &str) {
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
    fn describe(&self) -> Value {
        self.ok("DescribeTable", json!({"TableName": "abc"}))["Table"].take()
    }

    /// Lets time pass.
    fn wait(&self, seconds: f64) {
        self.engine.world().advance((seconds * 1_000.0) as i64);
    }
}

/// `base` with the members of `more` set, or removed where they are null.
fn with(mut base: Value, more: Value) -> Value {
    let members = base.as_object_mut().unwrap();
    for (name, value) in more.as_object().unwrap() {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    base
}

/// A CreateTable request of a table `abc` on demand with the key `pk`.
fn on_demand(more: Value) -> Value {
    let base = json!({
        "TableName": "abc",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    });
    with(base, more)
}

/// The same with throughput of 5 and 5.
fn provisioned(more: Value) -> Value {
    let base = on_demand(json!({"BillingMode": null, "ProvisionedThroughput": units(5, 5)}));
    with(base, more)
}

fn units(read: i64, write: i64) -> Value {
    json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write})
}

/// Attribute definitions of type S.
fn definitions(names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| json!({"AttributeName": name, "AttributeType": "S"}))
        .collect()
}

/// A key from names like `pk:HASH`.
fn key(elements: &[&str]) -> Value {
    let element = |element: &&str| {
        let (name, kind) = element.split_once(':').unwrap();
        json!({"AttributeName": name, "KeyType": kind})
    };
    elements.iter().map(element).collect()
}

/// An index that holds everything.
fn index(name: &str, elements: &[&str], more: Value) -> Value {
    let base = json!({"IndexName": name, "KeySchema": key(elements), "Projection": {"ProjectionType": "ALL"}});
    with(base, more)
}

/// An UpdateTable request.
fn update(more: Value) -> Value {
    with(json!({"TableName": "abc"}), more)
}

/// UpdateTable's one change of a global index.
fn index_update(change: Value) -> Value {
    update(json!({"GlobalSecondaryIndexUpdates": [change]}))
}

/// The members of an object, by name.
fn names(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}
