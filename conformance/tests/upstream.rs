//! The real SDK through a proxy to another Stator that verifies signatures: what it answers, what is recorded and replayed, and the rules, holds and usage of
//! the proxy.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, HashMap};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::create_table::CreateTableOutput;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, CancellationReason, KeySchemaElement, KeyType, Put, PutRequest,
    ReturnValue, ReturnValuesOnConditionCheckFailure, ScalarAttributeType, TransactWriteItem, WriteRequest,
};
use serde_json::{Value, json};
use stator_core::engine::{Caller, Clock, Engine, EngineSettings, Namespace, Namespaces, World};
use stator_core::model::json::Timestamp;
use stator_fixtures::{Recording, Redaction, WireRequest};
use stator_service::Answers;
use stator_service::http::{Access, Gateway, GatewaySettings, Remote, Server, ServerSettings, Signer};
use stator_service::layers::record::Recorder;
use stator_service::layers::rules::{Origin, Replay};
use stator_service::stack::{self, State};
use stator_service::terminals::{EngineTerminal, UpstreamTerminal};

const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn engine(namespaces: Namespaces) -> Arc<Engine> {
    let world = World::new(Clock::Frozen(Timestamp::from_millis(1_767_225_600_000)), 7);
    let settings = EngineSettings {
        namespaces,
        ..EngineSettings::default()
    };
    Arc::new(Engine::with_settings(world, settings))
}

/// Serves a terminal; the URL.
fn serve(terminal: impl Answers, state: &State, settings: GatewaySettings) -> String {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = Server::bind(address, ServerSettings::default()).unwrap();
    let url = format!("http://{}", server.address());
    let gateway = Gateway::new(stack::over(terminal, state), state.clone(), settings);
    tokio::spawn(async move { server.run(gateway, std::future::pending::<()>()).await });
    url
}

/// A Stator that verifies signatures.
fn upstream() -> String {
    let engine = engine(Namespaces::PerCaller);
    let settings = GatewaySettings {
        credentials: Some([(ACCESS_KEY.to_owned(), SECRET.to_owned())].into_iter().collect()),
        ..GatewaySettings::default()
    };
    serve(EngineTerminal::new(Arc::clone(&engine)), &State::new(engine), settings)
}

/// A proxy before an upstream, and what it records.
fn proxy(upstream: &str, secret: &str) -> (String, Arc<Recorder>) {
    let engine = engine(Namespaces::Shared);
    let signer = Signer {
        access_key: ACCESS_KEY.to_owned(),
        secret: secret.to_owned(),
        session_token: None,
        region: "us-east-1".to_owned(),
    };
    let redaction = Redaction::none().word(ACCESS_KEY).word(SECRET);
    let recorder = Arc::new(Recorder::new(engine.world().now(), redaction));
    let state = State::new(Arc::clone(&engine));
    state
        .recordings
        .start(&Namespace::SHARED, Arc::clone(&recorder))
        .unwrap();
    let access = Access {
        signer: Some(signer),
        ca_bundle: None,
    };
    let terminal = UpstreamTerminal::new(Remote::new(upstream, access).unwrap(), engine);
    let state = state.over(&terminal);
    (serve(terminal, &state, GatewaySettings::default()), recorder)
}

/// A server that answers from a recording.
fn replay(recording: &Recording) -> (String, Arc<Replay>) {
    let engine = engine(Namespaces::Shared);
    let caller = Caller {
        access_key: "any".into(),
        region: "us-east-1".into(),
        account: "000000000000".into(),
    };
    let replay = Arc::new(Replay::new(recording, &engine, &caller));
    let state = State::new(Arc::clone(&engine));
    let rule = replay.rule(Origin::named("test"));
    state.rules.add(&engine, &Namespace::SHARED, rule).unwrap();
    (
        serve(EngineTerminal::new(engine), &state, GatewaySettings::default()),
        replay,
    )
}

fn client(url: &str, secret: &str) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(url)
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new(ACCESS_KEY, secret, None, None, "test"))
        .build();
    Client::from_conf(config)
}

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// An item, the same text each time.
fn shown(item: &HashMap<String, AttributeValue>) -> String {
    format!("{:?}", item.iter().collect::<BTreeMap<_, _>>())
}

/// The error that was answered.
fn refusal<E: std::fmt::Debug, R: std::fmt::Debug>(refused: Result<impl std::fmt::Debug, SdkError<E, R>>) -> E {
    match refused.unwrap_err() {
        SdkError::ServiceError(answered) => answered.into_err(),
        other => panic!("{other:?}"),
    }
}

/// The reasons of a cancelled transaction.
fn reasons(cancelled: &TransactWriteItemsError) -> &[CancellationReason] {
    match cancelled {
        TransactWriteItemsError::TransactionCanceledException(cancelled) => cancelled.cancellation_reasons(),
        other => panic!("{other:?}"),
    }
}

async fn create_orders(client: &Client) -> CreateTableOutput {
    let key = AttributeDefinition::builder()
        .attribute_name("pk")
        .attribute_type(ScalarAttributeType::S);
    let schema = KeySchemaElement::builder().attribute_name("pk").key_type(KeyType::Hash);
    let create = client
        .create_table()
        .table_name("orders")
        .billing_mode(BillingMode::PayPerRequest);
    let create = create
        .attribute_definitions(key.build().unwrap())
        .key_schema(schema.build().unwrap());
    create.send().await.unwrap()
}

/// What a shop does in a day; what it was told.
async fn session(client: &Client) -> Vec<String> {
    let mut told = Vec::new();
    let created = create_orders(client).await;
    told.push(format!("{:?}", created.table_description().unwrap().key_schema()));
    let arn = client.describe_table().table_name("orders").send().await.unwrap();
    let arn = arn.table().unwrap().table_arn().unwrap().to_owned();
    let tags = client.list_tags_of_resource().resource_arn(arn).send().await.unwrap();
    told.push(format!("{:?}", tags.tags()));
    for pk in ["a", "b", "${c}"] {
        let put = client
            .put_item()
            .table_name("orders")
            .item("pk", s(pk))
            .item("set", AttributeValue::Ns(vec!["2".into(), "1.50".into()]));
        put.send().await.unwrap();
    }
    let failed = client
        .put_item()
        .table_name("orders")
        .item("pk", s("a"))
        .condition_expression("attribute_not_exists(pk)");
    let failed = failed
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .send()
        .await;
    let failed = refusal(failed);
    let PutItemError::ConditionalCheckFailedException(failed) = failed else {
        panic!("{failed:?}")
    };
    told.push(format!("{failed} {:?}", failed.item().map(shown)));
    let put = |pk: &str| {
        let put = Put::builder()
            .table_name("orders")
            .item("pk", s(pk))
            .condition_expression("attribute_not_exists(pk)");
        TransactWriteItem::builder().put(put.build().unwrap()).build()
    };
    let cancelled = refusal(
        client
            .transact_write_items()
            .transact_items(put("z"))
            .transact_items(put("b"))
            .send()
            .await,
    );
    told.push(format!("{:?}", reasons(&cancelled)));
    let update = client
        .update_item()
        .table_name("orders")
        .key("pk", s("b"))
        .update_expression("SET n = :n");
    let update = update
        .expression_attribute_values(":n", AttributeValue::N("1".into()))
        .return_values(ReturnValue::AllNew);
    told.push(shown(update.send().await.unwrap().attributes().unwrap()));
    let scan = client.scan().table_name("orders").limit(2).send().await.unwrap();
    told.extend(scan.items().iter().map(shown));
    let rest = client
        .scan()
        .table_name("orders")
        .set_exclusive_start_key(scan.last_evaluated_key)
        .send()
        .await
        .unwrap();
    told.extend(rest.items().iter().map(shown));
    told.push(refusal(client.get_item().table_name("orders").key("nokey", s("a")).send().await).to_string());
    let faulty = client
        .put_item()
        .table_name("orders")
        .item("pk", s("x"))
        .item("set", AttributeValue::Ss(Vec::new()));
    told.push(refusal(faulty.send().await).to_string());
    told.push(
        refusal(
            client
                .query()
                .table_name("none")
                .key_condition_expression("pk = :p")
                .expression_attribute_values(":p", s("a"))
                .send()
                .await,
        )
        .to_string(),
    );
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_upstream_the_proxy_and_the_recording_answer_alike() {
    let direct = session(&client(&upstream(), SECRET)).await;
    let (url, recorder) = proxy(&upstream(), SECRET);
    let proxied = session(&client(&url, "not the secret")).await;
    assert_eq!(proxied, direct);

    let text = recorder.to_yaml();
    for hidden in [ACCESS_KEY, SECRET, "Signature", "authorization"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    let recording = Recording::from_text("session.yml", &text).unwrap_or_else(|faults| panic!("{faults}"));
    let (url, replay) = replay(&recording);
    let mut replayed = session(&client(&url, "any")).await;
    // A value that the service refuses has no place in a file; who asks again is refused for want of a recording.
    let faulty = replayed.len() - 2;
    assert!(
        replayed[faulty].contains("AccessDeniedException"),
        "{}",
        replayed[faulty]
    );
    replayed[faulty].clone_from(&direct[faulty]);
    assert_eq!(replayed, direct);
    assert_eq!(replay.left(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upstream_that_refuses_or_is_gone_is_told() {
    let (url, recorder) = proxy(&upstream(), "another secret of no use");
    let refused = refusal(client(&url, "any").list_tables().send().await);
    assert!(refused.to_string().contains("InvalidSignatureException"), "{refused}");
    assert!(!recorder.to_yaml().contains("Canonical"), "{}", recorder.to_yaml());
    let (url, _) = proxy("http://127.0.0.1:9", SECRET);
    let config = client(&url, "any").config().to_builder();
    let once = Client::from_conf(
        config
            .retry_config(aws_sdk_dynamodb::config::retry::RetryConfig::disabled())
            .build(),
    );
    let gone = refusal(once.list_tables().send().await);
    assert!(format!("{gone:?}").contains("no answer from the upstream"), "{gone:?}");
}

/// Asks the administration of the proxy; the status, and what is answered.
async fn administer(url: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    let remote = Remote::new(url, Access::default()).unwrap();
    let request = WireRequest {
        method: method.to_owned(),
        path: format!("/_stator/namespaces/any/us-east-1/{path}"),
        headers: Vec::new(),
        body: body.to_string().into_bytes(),
    };
    let reply = remote.ask(request).await.unwrap();
    (reply.status, serde_json::from_slice(&reply.body).unwrap())
}

/// A proxy before an upstream with a table that has three items, a client of each, and the proxy's URL.
async fn shop() -> (Client, Client, String) {
    let upstream = upstream();
    let direct = client(&upstream, SECRET);
    create_orders(&direct).await;
    for pk in ["a", "b", "c"] {
        put(&direct, pk).await.unwrap();
    }
    let (url, _) = proxy(&upstream, SECRET);
    let config = client(&url, "any").config().to_builder();
    let config = config.retry_config(aws_sdk_dynamodb::config::retry::RetryConfig::disabled());
    (direct, Client::from_conf(config.build()), url)
}

async fn put(client: &Client, pk: &str) -> Result<(), String> {
    let put = client.put_item().table_name("orders").item("pk", s(pk));
    let sent = put.item("m", AttributeValue::M(HashMap::new())).send().await;
    sent.map(drop)
        .map_err(|error| error.into_service_error().meta().code().unwrap_or_default().to_owned())
}

async fn get(client: &Client, pk: &str) -> Result<Option<String>, String> {
    let got = client.get_item().table_name("orders").key("pk", s(pk)).send().await;
    let got = got.map_err(|error| error.into_service_error().to_string())?;
    Ok(got.item.map(|item| shown(&item)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_that_answer_are_held_against_the_tables_and_items_of_the_upstream() {
    let (direct, client, url) = shop().await;
    let rule = async |rule: Value| administer(&url, "POST", "rules", rule).await;

    // A rule on a table that is not there, or on what was, makes no sense.
    let (status, problem) = rule(json!({"operations": ["GetItem"], "table": "carts"})).await;
    assert_eq!(status, 400, "{problem}");
    let (status, problem) =
        rule(json!({"operations": ["GetItem"], "table": "orders", "key": {"id": {"S": "a"}}})).await;
    assert!(
        status == 400 && problem["message"].as_str().unwrap().contains("id"),
        "{problem}"
    );
    let (_, problem) = rule(json!({"operations": ["GetItem"], "effect": {"stale_ms": 5}})).await;
    assert!(
        problem["message"].as_str().unwrap().contains("not of an upstream"),
        "{problem}"
    );

    let reply = json!({"Item": {"pk": {"S": "z"}, "from": {"S": "the rule"}}});
    let answers =
        json!({"operations": ["GetItem"], "table": "orders", "key": {"pk": {"S": "z"}}, "effect": {"reply": reply}});
    assert_eq!(rule(answers).await.0, 200);
    assert!(get(&client, "z").await.unwrap().unwrap().contains("the rule"));
    assert!(!get(&client, "a").await.unwrap().unwrap().contains("the rule"));

    // What the upstream would refuse is refused, also where that depends on the item.
    let throttled = json!({"error": {"type": "ProvisionedThroughputExceededException"}});
    let fails = json!({"operations": ["UpdateItem"], "table": "orders", "times": 1, "effect": throttled});
    assert_eq!(rule(fails).await.0, 200);
    let update = |pk: &str, path: &str| {
        let update = client.update_item().table_name("orders").key("pk", s(pk));
        let update = update.update_expression(format!("SET {path} = :n"));
        update
            .expression_attribute_values(":n", AttributeValue::N("1".into()))
            .send()
    };
    let refused = refusal(update("a", "none.n").await);
    assert_eq!(refused.meta().code(), Some("ValidationException"), "{refused}");
    let refused = refusal(update("a", "m.n").await);
    assert_eq!(
        refused.meta().code(),
        Some("ProvisionedThroughputExceededException"),
        "{refused}"
    );
    update("a", "m.n").await.unwrap();
    assert!(
        get(&direct, "a").await.unwrap().unwrap().contains("N(\"1\")"),
        "the second try arrived"
    );

    let pages = json!({"operations": ["Scan"], "table": "orders", "effect": {"page_bytes": 1}});
    assert_eq!(rule(pages).await.0, 200);
    let mut pages = client
        .scan()
        .table_name("orders")
        .filter_expression("attribute_exists(m.n)")
        .into_paginator()
        .send();
    let mut counts = Vec::new();
    while let Some(page) = pages.next().await {
        counts.push(page.unwrap().scanned_count());
    }
    assert_eq!(counts.iter().sum::<i32>(), 3);
    assert!(counts.iter().all(|count| *count <= 1), "{counts:?}");
    let (_, verdict) = administer(&url, "POST", "verify", json!({})).await;
    assert_eq!(verdict, json!({"is_met": true}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn items_are_held_before_the_upstream() {
    let (direct, client, url) = shop().await;
    let items = json!({"items": [{"table": "orders", "key": {"pk": {"S": "a"}}}]});
    let (status, held) = administer(&url, "POST", "holds", items).await;
    assert_eq!(status, 200, "{held}");
    assert_eq!(put(&client, "a").await, Err("TransactionConflictException".to_owned()));
    assert_eq!(put(&direct, "a").await, Ok(()), "the upstream knows nothing of it");
    assert!(get(&client, "a").await.is_ok());

    let action = |pk: &str| {
        let put = Put::builder().table_name("orders").item("pk", s(pk));
        TransactWriteItem::builder().put(put.build().unwrap()).build()
    };
    let transaction = client.transact_write_items();
    let transaction = transaction.transact_items(action("new")).transact_items(action("a"));
    let cancelled = refusal(transaction.send().await);
    let codes: Vec<_> = reasons(&cancelled).iter().map(|reason| reason.code()).collect();
    assert_eq!(codes, [Some("None"), Some("TransactionConflict")]);
    assert_eq!(get(&direct, "new").await, Ok(None));

    let write = |pk: &str| {
        let put = PutRequest::builder().item("pk", s(pk)).build().unwrap();
        WriteRequest::builder().put_request(put).build()
    };
    let batch = client
        .batch_write_item()
        .request_items("orders", vec![write("a"), write("new")]);
    let answered = batch.send().await.unwrap();
    let back = &answered.unprocessed_items().unwrap()["orders"];
    assert_eq!(back.len(), 1);
    assert_eq!(back[0].put_request().unwrap().item()["pk"], s("a"));
    assert!(get(&direct, "new").await.unwrap().is_some());

    let (_, released) = administer(&url, "DELETE", &format!("holds/{}", held["id"]), json!({})).await;
    assert_eq!(released, held);
    assert_eq!(put(&client, "a").await, Ok(()));

    let contend = json!({"operations": ["PutItem"], "times": 1, "effect": {"contend_ms": 60_000}});
    assert_eq!(administer(&url, "POST", "rules", contend).await.0, 200);
    assert_eq!(put(&client, "b").await, Err("TransactionConflictException".to_owned()));
    assert_eq!(put(&client, "c").await, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn usage_over_an_upstream_has_its_units() {
    let (_, client, url) = shop().await;
    assert_eq!(administer(&url, "PUT", "usage", json!({})).await.0, 200);
    get(&client, "a").await.unwrap();
    put(&client, "d").await.unwrap();
    let scanned = client.scan().table_name("orders").send().await.unwrap();
    assert!(scanned.consumed_capacity().is_none(), "nobody asked for it");
    let (_, usage) = administer(&url, "GET", "usage", json!({})).await;
    let totals = json!({"calls": 3, "errors": 0, "scans": 1, "read_units": 1.0, "write_units": 1.0});
    assert_eq!(usage["totals"], totals);
}
