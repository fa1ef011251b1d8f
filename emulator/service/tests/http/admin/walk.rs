//! Every route of the administration, held against its own description.
//!
//! A table of requests goes through every route and every status that the description promises; each answer must be as the description says, and
//! nothing that is described may be left out.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use stator_core::engine::{NAMESPACES_MAX, Namespace, SNAPSHOTS_MAX};
use stator_fixtures::Redaction;
use stator_service::Answers;
use stator_service::http::Administration;
use stator_service::layers::record::{RECORDINGS_MAX, Recorder};
use stator_service::layers::usage::LOGS_MAX;

use super::{Rig, SHOP, rig};

/// Requests in their order, with the status that each is to have.
pub(super) const WALK: &[(&str, &str, &str, u16)] = &[
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
    ("GET", "namespaces/one/eu-west-1/buckets", "", 200),
    ("PUT", "namespaces/one/eu-west-1/buckets/exports", "", 200),
    ("PUT", "namespaces/one/eu-west-1/buckets/-", "", 400),
    (
        "POST",
        "namespaces/one/eu-west-1/buckets",
        r#"{"name": "exports", "objects": {"a/b": "text", "c": {"gzip": "text"}, "d": {"base64": "/w=="}}}"#,
        200,
    ),
    (
        "POST",
        "namespaces/one/eu-west-1/buckets",
        r#"{"name": "exports", "objects": {"a": {"base64": "?"}}}"#,
        400,
    ),
    ("GET", "namespaces/one/eu-west-1/buckets/exports?prefix=a%2F", "", 200),
    ("GET", "namespaces/one/eu-west-1/buckets/none", "", 404),
    (
        "PUT",
        "namespaces/one/eu-west-1/buckets/exports/objects/e%2Ff",
        "text",
        200,
    ),
    ("PUT", "namespaces/one/eu-west-1/buckets/none/objects/e", "text", 404),
    ("GET", "namespaces/one/eu-west-1/buckets/exports/objects/e%2Ff", "", 200),
    ("GET", "namespaces/one/eu-west-1/buckets/exports/objects/none", "", 404),
    (
        "DELETE",
        "namespaces/one/eu-west-1/buckets/exports/objects/e%2Ff",
        "",
        200,
    ),
    (
        "DELETE",
        "namespaces/one/eu-west-1/buckets/exports/objects/e%2Ff",
        "",
        404,
    ),
    ("DELETE", "namespaces/one/eu-west-1/buckets/exports", "", 200),
    ("DELETE", "namespaces/one/eu-west-1/buckets/exports", "", 404),
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
    ("GET", "namespaces/one/eu-west-1/replication", "", 200),
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
        r#"{"expiry_delay_ms": 0, "stream_shard_records": 5, "enforce_capacity": true}"#,
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
        r#"{"items": [{"table": "shop", "key": {"pk": {"S": "LAMP"}}}], "for_ms": 60000, "client_request_token": "order-1"}"#,
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
    ("PUT", "namespaces/two/eu-west-1/buckets/exports", "", 429),
    (
        "POST",
        "namespaces/two/eu-west-1/buckets",
        r#"{"name": "exports"}"#,
        429,
    ),
    ("PUT", "namespaces/two/eu-west-1/usage", "", 429),
    ("PUT", "namespaces/two/eu-west-1/recording", "", 429),
];

#[tokio::test]
async fn every_route_answers_as_it_is_described() {
    let rig = rig(Administration::On);
    let document = rig.json("GET", "openapi.json", "").await;
    let mut walked = BTreeSet::new();
    for step in WALK {
        walked.insert(walk(&rig, &document, *step).await);
    }
    let long = format!(
        "namespaces/base/eu-west-1/buckets/exports/objects/{}",
        "k".repeat(1_025)
    );
    walked.insert(walk(&rig, &document, ("PUT", &long, "text", 400)).await);
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

/// How many characters a text has.
fn characters(value: &Value) -> Option<u64> {
    value.as_str().map(|text| text.chars().count() as u64)
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
            "minLength" => characters(value) >= wanted.as_u64(),
            "maxLength" => characters(value) <= wanted.as_u64(),
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
                let Some(members) = value.as_object() else {
                    return fault("no object");
                };
                let known = |name: &String| properties.is_some_and(|known| known.contains_key(name));
                let mut others = members.iter().filter(|(name, _)| !known(name));
                match wanted {
                    Value::Bool(false) => others.next().is_none(),
                    schema => others.all(|(_, value)| check(document, schema, value).is_ok()),
                }
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
