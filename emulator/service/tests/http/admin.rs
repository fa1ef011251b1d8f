//! The administration under `/_stator/`, held against its own description.
//!
//! A table of requests goes through every route and every status that the description promises; each answer must be as the description says, and
//! nothing that is described may be left out.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::{Method, Request};
use http_body_util::Full;
use serde_json::{Value, json};
use stator_core::engine::{Clock, Engine, NAMESPACES_MAX, Namespace, SNAPSHOTS_MAX, World};
use stator_core::model::json::Timestamp;
use stator_fixtures::Redaction;
use stator_service::Answers;
use stator_service::http::{Administration, Gateway, GatewaySettings};
use stator_service::layers::record::{RECORDINGS_MAX, Recorder};
use stator_service::layers::usage::LOGS_MAX;
use stator_service::stack::{self, State};
use stator_service::terminals::EngineTerminal;

use crate::rig::*;

const START_MS: i64 = 1_769_860_800_000;

/// A gateway to a real engine.
struct Rig<S> {
    engine: Arc<Engine>,
    state: State,
    gateway: Gateway<S>,
}

fn rig(administration: Administration) -> Rig<impl Answers> {
    let world = World::new(Clock::Frozen(Timestamp::from_millis(START_MS)), 7);
    let engine = Arc::new(Engine::new(world));
    let state = State::new(Arc::clone(&engine));
    let stack = stack::over(EngineTerminal::new(Arc::clone(&engine)), &state);
    let settings = GatewaySettings {
        administration,
        ..GatewaySettings::default()
    };
    let gateway = Gateway::new(stack, state.clone(), settings);
    Rig { engine, state, gateway }
}

impl<S: Answers> Rig<S> {
    async fn ask(&self, method: &str, path: &str, body: &str) -> Received {
        let request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(format!("/_stator/{path}"))
            .body(Full::new(body.to_owned().into()))
            .unwrap();
        receive(self.gateway.answer(request).await.unwrap()).await
    }

    async fn json(&self, method: &str, path: &str, body: &str) -> Value {
        let received = self.ask(method, path, body).await;
        assert_eq!(received.status, 200, "{method} {path}: {}", received.body);
        serde_json::from_str(&received.body).unwrap()
    }

    /// A request of the protocol by an access key in eu-west-1.
    async fn call(&self, access_key: &str, operation: &str, body: Value) -> Received {
        let request = request(body.to_string())
            .with(
                "authorization",
                &SIGNATURE.replace("Credential=key/", &format!("Credential={access_key}/")),
            )
            .with("x-amz-target", &format!("DynamoDB_20120810.{operation}"));
        ask(&self.gateway, request).await
    }
}

/// Requests in their order, with the status that each is to have.
const WALK: &[(&str, &str, &str, u16)] = &[
    ("GET", "health", "", 200),
    ("GET", "metrics", "", 200),
    ("GET", "expressions", "", 200),
    ("GET", "namespaces/base/eu-west-1", "", 404),
    ("POST", "namespaces/base/eu-west-1/fixtures", SHOP, 200),
    ("POST", "namespaces/base/eu-west-1/fixtures", SHOP, 409),
    ("POST", "namespaces/base/eu-west-1/fixtures?existing=replace", SHOP, 200),
    ("POST", "namespaces/base/eu-west-1/fixtures?existing=keep", SHOP, 200),
    ("POST", "namespaces/base/eu-west-1/fixtures?existing=burn", SHOP, 400),
    (
        "POST",
        "namespaces/base/eu-west-1/fixtures",
        "version: 1\ntables: { shop: { key: 'pk X' } }",
        400,
    ),
    ("GET", "namespaces/base/eu-west-1/fixtures", "", 200),
    ("GET", "namespaces/base/eu-west-1", "", 200),
    ("GET", "namespaces", "", 200),
    (
        "POST",
        "namespaces/base/eu-west-1/fork",
        r#"{"to": "one/eu-west-1"}"#,
        200,
    ),
    (
        "POST",
        "namespaces/base/eu-west-1/fork",
        r#"{"to": "one/eu-west-1"}"#,
        409,
    ),
    (
        "POST",
        "namespaces/base/eu-west-1/fork",
        r#"{"to": "one/eu-west-1", "replace": true}"#,
        200,
    ),
    ("POST", "namespaces/base/eu-west-1/fork", r#"{"to": "one"}"#, 400),
    (
        "POST",
        "namespaces/base/eu-west-1/fork",
        r#"{"too": "one/eu-west-1"}"#,
        400,
    ),
    ("POST", "namespaces/base/eu-west-1/fork", "to: one", 400),
    (
        "POST",
        "namespaces/none/eu-west-1/fork",
        r#"{"to": "two/eu-west-1"}"#,
        404,
    ),
    ("POST", "namespaces/one/eu-west-1/reset", "{}", 200),
    (
        "POST",
        "namespaces/one/eu-west-1/reset",
        r#"{"keep": ["rules", "usage"]}"#,
        200,
    ),
    ("POST", "namespaces/one/eu-west-1/reset", r#"{"keep": ["clocks"]}"#, 400),
    ("PUT", "namespaces/one/eu-west-1/snapshots/empty", "", 200),
    ("PUT", "namespaces/none/eu-west-1/snapshots/empty", "", 404),
    ("GET", "namespaces/one/eu-west-1/snapshots", "", 200),
    ("GET", "namespaces/none/eu-west-1/snapshots", "", 404),
    ("POST", "namespaces/one/eu-west-1/snapshots/empty/restore", "", 200),
    ("POST", "namespaces/one/eu-west-1/snapshots/full/restore", "", 404),
    ("DELETE", "namespaces/one/eu-west-1/snapshots/empty", "", 200),
    ("DELETE", "namespaces/one/eu-west-1/snapshots/empty", "", 404),
    ("GET", "clock", "", 200),
    ("POST", "clock", r#"{"advance": "PT1H"}"#, 200),
    ("POST", "clock", r#"{"advance": -1}"#, 400),
    ("POST", "clock", r#"{"advance": 1e300}"#, 400),
    ("POST", "clock", r#"{"run": false}"#, 400),
    ("POST", "clock", r#"{"freeze": "soon"}"#, 400),
    ("POST", "clock", r#"{"advance": 1, "run": true}"#, 400),
    ("GET", "namespaces/one/eu-west-1/clock", "", 200),
    (
        "POST",
        "namespaces/one/eu-west-1/clock",
        r#"{"freeze": "2026-01-01T00:00:00Z"}"#,
        200,
    ),
    ("POST", "namespaces/one/eu-west-1/clock", r#"{"advance": 0.5}"#, 200),
    ("POST", "namespaces/one/eu-west-1/clock", r#"{"run": true}"#, 200),
    ("POST", "namespaces/one/eu-west-1/clock", "{}", 400),
    ("DELETE", "namespaces/one/eu-west-1/clock", "", 200),
    ("GET", "namespaces/one/eu-west-1/settings", "", 200),
    (
        "PUT",
        "namespaces/one/eu-west-1/settings",
        r#"{"table_pace": "service"}"#,
        200,
    ),
    (
        "PUT",
        "namespaces/one/eu-west-1/settings",
        r#"{"table_pace": "slow"}"#,
        400,
    ),
    (
        "PUT",
        "namespaces/one/eu-west-1/settings",
        r#"{"expiry_delay_ms": 0, "stream_shard_records": 5}"#,
        200,
    ),
    (
        "PUT",
        "namespaces/one/eu-west-1/settings",
        r#"{"expiry_delay_ms": -1}"#,
        400,
    ),
    (
        "PUT",
        "namespaces/one/eu-west-1/settings",
        r#"{"stream_shards": 0}"#,
        400,
    ),
    (
        "PUT",
        "namespaces/one/eu-west-1/settings",
        r#"{"index_lag_ms": 250}"#,
        200,
    ),
    (
        "PUT",
        "namespaces/one/eu-west-1/settings",
        r#"{"read_lag_ms": -250}"#,
        400,
    ),
    (
        "PUT",
        "namespaces/one/eu-west-1/settings",
        r#"{"validation_dialect": "classic"}"#,
        200,
    ),
    ("GET", "namespaces/one/eu-west-1/rules", "", 200),
    (
        "POST",
        "namespaces/one/eu-west-1/rules",
        r#"{"name": "slow down", "operations": ["PutItem"], "times": {"min": 0, "max": 3}, "effect": {"error": {"type": "ThrottlingException"}}}"#,
        200,
    ),
    (
        "POST",
        "namespaces/one/eu-west-1/rules",
        r#"{"operations": ["Query"], "key_condition": "pk = "}"#,
        400,
    ),
    ("GET", "namespaces/one/eu-west-1/rules/1", "", 200),
    ("GET", "namespaces/one/eu-west-1/rules/x", "", 404),
    (
        "PUT",
        "namespaces/one/eu-west-1/strictness",
        r#"{"strictness": "deny"}"#,
        200,
    ),
    (
        "PUT",
        "namespaces/one/eu-west-1/strictness",
        r#"{"strictness": "lax"}"#,
        400,
    ),
    ("GET", "namespaces/one/eu-west-1/received", "", 200),
    ("POST", "namespaces/one/eu-west-1/verify", "", 200),
    ("DELETE", "namespaces/one/eu-west-1/rules/1", "", 200),
    ("DELETE", "namespaces/one/eu-west-1/rules/1", "", 404),
    ("POST", "namespaces/one/eu-west-1/checkpoint", "", 200),
    ("DELETE", "namespaces/one/eu-west-1/rules", "", 200),
    ("GET", "namespaces/base/eu-west-1/holds", "", 200),
    (
        "POST",
        "namespaces/base/eu-west-1/holds",
        r#"{"items": [{"table": "shop", "key": {"pk": {"S": "LAMP"}}}], "for_ms": 60000}"#,
        200,
    ),
    (
        "POST",
        "namespaces/base/eu-west-1/holds",
        r#"{"items": [{"table": "shop", "key": {"pk": {"S": "LAMP"}}}]}"#,
        409,
    ),
    (
        "POST",
        "namespaces/base/eu-west-1/holds",
        r#"{"items": [{"table": "shop", "key": {"pk": {"N": "1"}}}]}"#,
        400,
    ),
    ("POST", "namespaces/base/eu-west-1/holds", r#"{"items": []}"#, 400),
    ("DELETE", "namespaces/base/eu-west-1/holds/1", "", 200),
    ("DELETE", "namespaces/base/eu-west-1/holds/1", "", 404),
    ("DELETE", "namespaces/base/eu-west-1/holds", "", 200),
    ("GET", "namespaces/one/eu-west-1/usage", "", 200),
    ("PUT", "namespaces/one/eu-west-1/usage", "", 200),
    ("DELETE", "namespaces/one/eu-west-1/usage", "", 200),
    ("GET", "namespaces/one/eu-west-1/recording", "", 404),
    ("DELETE", "namespaces/one/eu-west-1/recording", "", 404),
    (
        "PUT",
        "namespaces/one/eu-west-1/recording",
        r#"{"redact": "email"}"#,
        400,
    ),
    (
        "PUT",
        "namespaces/one/eu-west-1/recording",
        r#"{"redact": ["email"]}"#,
        200,
    ),
    ("PUT", "namespaces/one/eu-west-1/recording", "", 409),
    ("GET", "namespaces/one/eu-west-1/recording", "", 200),
    ("DELETE", "namespaces/one/eu-west-1/recording", "", 200),
    ("DELETE", "namespaces/one/eu-west-1", "", 200),
    ("DELETE", "namespaces/one/eu-west-1", "", 404),
    ("GET", "openapi.json", "", 200),
];

/// What needs a server that has no room left.
const CROWDED: &[(&str, &str, &str, u16)] = &[
    (
        "POST",
        "namespaces/base/eu-west-1/fork",
        r#"{"to": "two/eu-west-1"}"#,
        429,
    ),
    ("POST", "namespaces/two/eu-west-1/reset", "{}", 429),
    ("POST", "namespaces/two/eu-west-1/clock", r#"{"run": true}"#, 429),
    ("PUT", "namespaces/two/eu-west-1/settings", "{}", 429),
    (
        "POST",
        "namespaces/two/eu-west-1/fixtures",
        "version: 1\nclock: 2026-01-01T00:00:00Z\n",
        429,
    ),
    ("PUT", "namespaces/base/eu-west-1/snapshots/more", "", 429),
    (
        "POST",
        "namespaces/two/eu-west-1/holds",
        r#"{"items": [{"table": "shop", "key": {"pk": {"S": "LAMP"}}}]}"#,
        429,
    ),
    ("PUT", "namespaces/two/eu-west-1/usage", "", 429),
    ("PUT", "namespaces/two/eu-west-1/recording", "", 429),
];

const SHOP: &str = "
version: 1
tables: { shop: { key: 'pk S', gsi: { by_day: 'day S -> KEYS_ONLY' } } }
items: { shop: { lamp: { pk: LAMP, day: monday } } }
";

#[tokio::test]
async fn every_route_answers_as_it_is_described() {
    let rig = rig(Administration::On);
    let document = rig.json("GET", "openapi.json", "").await;
    let mut walked = BTreeSet::new();
    for step in WALK {
        walked.insert(walk(&rig, &document, *step).await);
    }
    // A table that is on its way out cannot be written down.
    rig.json(
        "PUT",
        "namespaces/base/eu-west-1/settings",
        r#"{"table_pace": "service"}"#,
    )
    .await;
    let deleted = rig.call("base", "DeleteTable", json!({"TableName": "shop"})).await;
    assert_eq!(deleted.status, 200);
    walked.insert(walk(&rig, &document, ("GET", "namespaces/base/eu-west-1/fixtures", "", 409)).await);
    let spaces = rig.engine.spaces();
    for at in 0..SNAPSHOTS_MAX {
        spaces
            .save(&Namespace::new("base", "eu-west-1"), &at.to_string())
            .unwrap();
    }
    for at in 0..LOGS_MAX {
        let namespace = Namespace::new(format!("crowd{at}"), "eu-west-1");
        rig.state.usage.record(&namespace).unwrap();
    }
    for at in 0..RECORDINGS_MAX {
        let namespace = Namespace::new(format!("crowd{at}"), "eu-west-1");
        let recorder = Recorder::new(spaces.clock(&namespace).now(), Redaction::none());
        rig.state.recordings.start(&namespace, Arc::new(recorder)).unwrap();
    }
    for at in spaces.names().len()..NAMESPACES_MAX {
        spaces
            .reset(&Namespace::new(format!("crowd{at}"), "eu-west-1"))
            .unwrap();
    }
    for step in CROWDED {
        walked.insert(walk(&rig, &document, *step).await);
    }
    let described: BTreeSet<_> = described(&document).collect();
    assert_eq!(
        described.difference(&walked).collect::<Vec<_>>(),
        Vec::<&Visit>::new(),
        "not walked"
    );
}

/// Method, path as described, and status.
type Visit = (String, String, String);

fn described(document: &Value) -> impl Iterator<Item = Visit> {
    let paths = document["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap();
        methods.iter().flat_map(move |(method, operation)| {
            let statuses = operation["responses"].as_object().unwrap().keys();
            statuses.map(move |status| (method.clone(), path.clone(), status.clone()))
        })
    })
}

/// Asks, and holds the answer against the description.
async fn walk(
    rig: &Rig<impl Answers>,
    document: &Value,
    (method, path, body, status): (&str, &str, &str, u16),
) -> Visit {
    let received = rig.ask(method, path, body).await;
    let what = format!("{method} {path} {body}\n{} {}", received.status, received.body);
    assert_eq!(received.status, status, "{what}");
    let template = template(document, path).unwrap_or_else(|| panic!("not described: {what}"));
    let method = method.to_lowercase();
    let operation = &document["paths"][&template][&method];
    if let (Some(schema), 200) = (
        operation.pointer("/requestBody/content/application~1json/schema"),
        status,
    ) {
        check(document, schema, &serde_json::from_str(body).unwrap()).unwrap_or_else(|fault| panic!("{what}\n{fault}"));
    }
    let content = operation["responses"][status.to_string()]["content"].as_object();
    let (media, content) = content
        .unwrap_or_else(|| panic!("not described: {what}"))
        .iter()
        .next()
        .unwrap();
    assert_eq!(received.header("content-type"), media, "{what}");
    if media == "application/json" {
        let answer = serde_json::from_str(&received.body).unwrap();
        check(document, &content["schema"], &answer).unwrap_or_else(|fault| panic!("{what}\n{fault}"));
    }
    (method, template, status.to_string())
}

/// The described path that a path matches.
fn template(document: &Value, path: &str) -> Option<String> {
    let path = format!("/_stator/{}", path.split('?').next().unwrap());
    let parts: Vec<_> = path.split('/').collect();
    let matches = |template: &&String| {
        let wanted: Vec<_> = template.split('/').collect();
        wanted.len() == parts.len()
            && wanted
                .iter()
                .zip(&parts)
                .all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
    };
    document["paths"].as_object().unwrap().keys().find(matches).cloned()
}

/// Holds a value against a schema, in the words of JSON Schema that the description uses; another word is a fault.
fn check(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let fault = |says: &str| Err(format!("{says}: {value} against {schema}"));
    let schema = schema.as_object().unwrap();
    let properties = schema.get("properties").and_then(Value::as_object);
    for (word, wanted) in schema {
        let holds = match word.as_str() {
            "description" | "properties" => true,
            "minimum" => value.as_f64() >= wanted.as_f64(),
            "$ref" => {
                let pointer = wanted.as_str().unwrap().trim_start_matches('#');
                return check(document, document.pointer(pointer).unwrap(), value);
            }
            "type" => match wanted {
                Value::Array(kinds) => kinds.iter().any(|kind| is(kind, value)),
                kind => is(kind, value),
            },
            "const" => value == wanted,
            "enum" => wanted.as_array().unwrap().contains(value),
            "required" => wanted
                .as_array()
                .unwrap()
                .iter()
                .all(|name| value.get(name.as_str().unwrap()).is_some()),
            "additionalProperties" => {
                let known = |name: &String| properties.is_some_and(|known| known.contains_key(name));
                *wanted == json!(false) && value.as_object().unwrap().keys().all(known)
            }
            "items" => {
                for element in value.as_array().unwrap() {
                    check(document, wanted, element)?;
                }
                true
            }
            "oneOf" => {
                let all = wanted.as_array().unwrap().iter();
                all.filter(|one| check(document, one, value).is_ok()).count() == 1
            }
            _ => return fault("an unknown word"),
        };
        if !holds {
            return fault(word);
        }
    }
    for (name, schema) in properties.into_iter().flatten() {
        value.get(name).map_or(Ok(()), |value| check(document, schema, value))?;
    }
    Ok(())
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("unknown type {other}"),
    }
}

#[tokio::test]
async fn an_access_key_with_a_plus_is_a_fork_of_its_base() {
    let rig = rig(Administration::On);
    rig.json("POST", "namespaces/base/eu-west-1/fixtures", SHOP).await;
    let key = json!({"TableName": "shop", "Key": {"pk": {"S": "LAMP"}}});
    assert!(rig.call("base+1", "GetItem", key.clone()).await.body.contains("LAMP"));
    rig.call("base+1", "DeleteItem", key.clone()).await;
    assert_eq!(rig.call("base+1", "GetItem", key.clone()).await.body, "{}");
    assert!(rig.call("base", "GetItem", key.clone()).await.body.contains("LAMP"));
    assert!(rig.call("base+2", "GetItem", key.clone()).await.body.contains("LAMP"));
    rig.json("POST", "namespaces/base+1/eu-west-1/reset", "").await;
    assert!(rig.call("base+1", "GetItem", key).await.body.contains("LAMP"));
}

#[tokio::test]
async fn a_clock_of_a_namespace_moves_alone() {
    let rig = rig(Administration::On);
    let own = rig
        .json("POST", "namespaces/one/eu-west-1/clock", r#"{"advance": "36h"}"#)
        .await;
    assert_eq!(
        own,
        json!({"now": "2026-02-02T00:00:00.000Z", "now_ms": START_MS + 36 * 3_600_000, "state": "frozen", "own": true})
    );
    let other = rig.json("GET", "namespaces/two/eu-west-1/clock", "").await;
    assert_eq!(other["now_ms"], START_MS);
    assert_eq!(rig.json("GET", "clock", "").await["now"], "2026-01-31T12:00:00.000Z");
    assert_eq!(
        rig.json("DELETE", "namespaces/one/eu-west-1/clock", "").await["now_ms"],
        START_MS
    );
}

#[tokio::test]
async fn usage_tells_costs_that_the_replies_do_not_show() {
    let rig = rig(Administration::On);
    rig.json("POST", "namespaces/key/eu-west-1/fixtures", SHOP).await;
    rig.json("PUT", "namespaces/key/eu-west-1/usage", "").await;
    let get = json!({"TableName": "shop", "Key": {"pk": {"S": "LAMP"}}, "ConsistentRead": true});
    assert!(!rig.call("key", "GetItem", get).await.body.contains("Consumed"));
    let mut put =
        json!({"TableName": "shop", "Item": {"pk": {"S": "a"}, "day": {"S": "b"}}, "ReturnConsumedCapacity": "TOTAL"});
    let total = r#"{"ConsumedCapacity":{"TableName":"shop","CapacityUnits":2.0}}"#;
    assert_eq!(rig.call("key", "PutItem", put.clone()).await.body, total);
    put["TableName"] = "none".into();
    rig.call("key", "PutItem", put).await;
    rig.call("key", "Scan", json!({"TableName": "shop", "IndexName": "by_day"}))
        .await;
    let usage = rig.json("GET", "namespaces/key/eu-west-1/usage", "").await;
    assert_eq!(
        usage["totals"],
        json!({"calls": 4, "errors": 1, "scans": 1, "read_units": 1.5, "write_units": 2.0})
    );
    assert_eq!(usage["calls"][2]["error"], "ResourceNotFoundException");
    assert_eq!(
        usage["calls"][3]["places"],
        json!([{"table": "shop", "index": "by_day"}])
    );
    assert_eq!(usage["calls"][3]["scanned"], 2);
    let stopped = rig.json("DELETE", "namespaces/key/eu-west-1/usage", "").await;
    assert_eq!((&stopped["recording"], &stopped["calls"]), (&json!(false), &json!([])));
}

#[tokio::test]
async fn a_reset_forgets_rules_and_calls_unless_they_are_to_be_kept_and_a_fork_has_none() {
    let rig = rig(Administration::On);
    let one = "namespaces/one/eu-west-1";
    rig.json("POST", &format!("{one}/fixtures"), SHOP).await;
    let counts = async || {
        let rules = rig.json("GET", &format!("{one}/rules"), "").await;
        let usage = rig.json("GET", &format!("{one}/usage"), "").await;
        let calls = usage["totals"]["calls"].as_u64().unwrap();
        (
            rules["rules"].as_array().unwrap().len(),
            usage["recording"] == true,
            calls,
        )
    };
    let set_up = async || {
        rig.json("POST", &format!("{one}/rules"), r#"{"operations": ["ListTables"]}"#)
            .await;
        rig.json("PUT", &format!("{one}/usage"), "").await;
        rig.call("one", "ListTables", json!({})).await;
    };
    set_up().await;
    rig.json("PUT", &format!("{one}/snapshots/before"), "").await;
    rig.json("POST", &format!("{one}/snapshots/before/restore"), "").await;
    assert_eq!(counts().await, (1, true, 1), "a restore is about tables");
    rig.json("POST", &format!("{one}/reset"), r#"{"keep": ["rules", "usage"]}"#)
        .await;
    assert_eq!(counts().await, (1, true, 1));
    rig.json("POST", &format!("{one}/reset"), "").await;
    assert_eq!(counts().await, (0, true, 0), "a log that records goes on");
    set_up().await;
    rig.json("POST", "namespaces/two/eu-west-1/fixtures", SHOP).await;
    rig.json(
        "POST",
        "namespaces/two/eu-west-1/fork",
        r#"{"to": "one/eu-west-1", "replace": true}"#,
    )
    .await;
    assert_eq!(counts().await, (0, false, 0));
}

#[tokio::test]
async fn an_administration_that_is_off_tells_its_health_and_nothing_else() {
    let rig = rig(Administration::Off);
    assert_eq!(rig.ask("GET", "health", "").await.status, 200);
    assert_eq!(rig.ask("GET", "metrics", "").await.status, 200);
    for &(method, path, body, _) in WALK
        .iter()
        .filter(|(_, path, ..)| !["health", "metrics"].contains(path))
    {
        let received = rig.ask(method, path, body).await;
        assert_eq!(received.status, 404, "{method} {path}");
        assert!(
            received
                .body
                .contains("There are GET /_stator/health, GET /_stator/metrics."),
            "{}",
            received.body
        );
    }
    assert_eq!(rig.engine.spaces().names(), []);
}

#[tokio::test]
async fn web_pages_administer_only_where_they_are_at_home_or_listed() {
    let reset = |origin: &str| {
        let request = Request::post("/_stator/namespaces/one/eu-west-1/reset").header("host", "localhost:8000");
        request.header("origin", origin).body(Full::new("".into())).unwrap()
    };
    let anybody = rig(Administration::On);
    let listed = gateway(
        succeeds(),
        GatewaySettings {
            origins: "http://console.test".parse().unwrap(),
            ..GatewaySettings::default()
        },
    );
    for (origin, by_default, by_list) in [
        ("http://evil.test", 403, 403),
        ("null", 403, 403),
        ("http://console.test", 403, 200),
        ("http://localhost:8000", 200, 200),
    ] {
        let received = receive(anybody.gateway.answer(reset(origin)).await.unwrap()).await;
        assert_eq!(received.status, by_default, "{origin}");
        let received = receive(listed.answer(reset(origin)).await.unwrap()).await;
        assert_eq!(received.status, by_list, "{origin}");
    }
}

#[tokio::test]
async fn settings_of_a_namespace_change_its_answers_alone() {
    let rig = rig(Administration::On);
    for key in ["one", "two"] {
        rig.json("POST", &format!("namespaces/{key}/eu-west-1/fixtures"), SHOP)
            .await;
    }
    rig.json(
        "PUT",
        "namespaces/one/eu-west-1/settings",
        r#"{"read_lag_ms": 250, "validation_dialect": "classic"}"#,
    )
    .await;
    let put = json!({"TableName": "shop", "Item": {"pk": {"S": "NEW"}}});
    let get = json!({"TableName": "shop", "Key": {"pk": {"S": "NEW"}}});
    let wrong = json!({"TableName": "shop", "Item": {"pk": {"S": "NEW"}}, "ReturnValues": "SOME"});
    let mut answers = Vec::new();
    for key in ["one", "two"] {
        rig.call(key, "PutItem", put.clone()).await;
        let read = rig.call(key, "GetItem", get.clone()).await.body.contains("NEW");
        answers.push((read, rig.call(key, "PutItem", wrong.clone()).await.body));
    }
    assert_eq!((answers[0].0, answers[1].0), (false, true));
    assert_ne!(
        answers[0].1, answers[1].1,
        "the layers word an unknown word differently"
    );
}

#[tokio::test]
async fn held_items_conflict_until_they_are_released_or_their_namespace_is_made_new() {
    const HOLDS: &str = "namespaces/base/eu-west-1/holds";
    let rig = rig(Administration::On);
    rig.json("POST", "namespaces/base/eu-west-1/fixtures", SHOP).await;
    let put = async || {
        let item = json!({"TableName": "shop", "Item": {"pk": {"S": "LAMP"}}});
        rig.call("base", "PutItem", item).await.status.as_u16()
    };
    let items = r#"{"items": [{"table": "shop", "key": {"pk": {"S": "LAMP"}}}, {"table": "shop", "key": {"pk": {"S": "new"}}}]}"#;
    let held = rig.json("POST", HOLDS, items).await;
    assert_eq!(
        rig.json("GET", HOLDS, "").await,
        json!({"holds": [held]}),
        "nothing is told but what is held"
    );
    assert_eq!(held["items"][0]["key"], json!({"pk": {"S": "LAMP"}}));
    let refused = rig
        .call(
            "base",
            "DeleteItem",
            json!({"TableName": "shop", "Key": {"pk": {"S": "new"}}}),
        )
        .await;
    assert!(
        refused.body.contains("TransactionConflictException"),
        "{}",
        refused.body
    );
    assert_eq!(put().await, 400);
    let released = rig.json("DELETE", &format!("{HOLDS}/{}", held["id"]), "").await;
    assert_eq!((released, put().await), (held, 200));

    // A hold with a time goes by the clock of the namespace.
    let timed = items.replace("]}", r#"], "for_ms": 500}"#);
    rig.json("POST", HOLDS, &timed).await;
    assert_eq!(put().await, 400);
    rig.json("POST", "namespaces/base/eu-west-1/clock", r#"{"advance": 0.5}"#)
        .await;
    assert_eq!(
        (put().await, rig.json("GET", HOLDS, "").await),
        (200, json!({"holds": []}))
    );

    rig.json("POST", HOLDS, items).await;
    rig.json("POST", "namespaces/base/eu-west-1/reset", "{}").await;
    rig.json("POST", "namespaces/base/eu-west-1/fixtures", SHOP).await;
    assert_eq!(
        (put().await, rig.json("GET", HOLDS, "").await),
        (200, json!({"holds": []}))
    );
}
