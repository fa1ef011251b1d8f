//! The administration under `/_stator/`: what it does to namespaces and to requests.

mod walk;

use std::sync::Arc;

use http::{Method, Request};
use http_body_util::Full;
use serde_json::{Value, json};
use stator_core::engine::{Clock, Engine, World};
use stator_core::model::json::Timestamp;
use stator_service::Answers;
use stator_service::http::{Administration, Gateway, GatewaySettings};
use stator_service::stack::{self, State};
use stator_service::terminals::EngineTerminal;

use crate::rig::*;
use walk::WALK;

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

const SHOP: &str = "
version: 1
tables: { shop: { key: 'pk S', gsi: { by_day: 'day S -> KEYS_ONLY' } } }
items: { shop: { lamp: { pk: LAMP, day: monday } } }
";

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

#[tokio::test]
async fn a_region_tells_how_far_it_is_with_what_the_others_write() {
    let rig = rig(Administration::On);
    let shared = "version: 1\ntables: { shop: { key: 'pk S', replicas: [us-west-2] } }\n";
    rig.json("POST", "namespaces/base/eu-west-1/fixtures", shared).await;
    let settings = r#"{"replication_lag_ms": 2000}"#;
    rig.json("PUT", "namespaces/base/us-west-2/settings", settings).await;
    let item = |pk: &str| json!({"TableName": "shop", "Item": {"pk": {"S": pk}}});
    rig.call("base", "PutItem", item("LAMP")).await;
    rig.engine.world().advance(500);
    rig.call("base", "PutItem", item("CHAIR")).await;
    rig.engine.world().advance(1_000);
    let tell = || rig.json("GET", "namespaces/base/us-west-2/replication", "");
    assert_eq!(
        tell().await,
        json!({"tables": [{"table": "shop", "from": "eu-west-1", "waiting": 2, "behind_ms": 1_500, "applied": 0, "lost": 0}]})
    );
    let metrics = rig.ask("GET", "metrics", "").await.body;
    let here = "{table=\"shop\",region=\"us-west-2\",from=\"eu-west-1\"}";
    for line in [
        format!("stator_replication_waiting{here} 2\n"),
        format!("stator_replication_behind_seconds{here} 1.5\n"),
        format!("stator_replication_applied_total{here} 0\n"),
        "stator_replication_waiting{table=\"shop\",region=\"eu-west-1\",from=\"us-west-2\"} 0\n".to_owned(),
    ] {
        assert!(metrics.contains(&line), "{line} in {metrics}");
    }
    rig.engine.world().advance(700);
    assert_eq!(
        tell().await,
        json!({"tables": [{"table": "shop", "from": "eu-west-1", "waiting": 1, "behind_ms": 1_700, "applied": 1, "lost": 0}]})
    );
}
