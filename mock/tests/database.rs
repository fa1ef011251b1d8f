//! The embedded database as a test sees it: through the SDK's client, without a socket.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::{Client, types::TableStatus};
use stator_mock::{Base, Database, Operation};

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.into())
}

async fn put(client: &Client, id: &str) {
    let put = client.put_item().table_name("orders").item("id", text(id));
    put.send().await.unwrap();
}

async fn create_orders(client: &Client) {
    use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
    let id = AttributeDefinition::builder().attribute_name("id");
    let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash);
    let create = client
        .create_table()
        .table_name("orders")
        .attribute_definitions(id.attribute_type(ScalarAttributeType::S).build().unwrap())
        .key_schema(key.build().unwrap())
        .billing_mode(BillingMode::PayPerRequest);
    create.send().await.unwrap();
}

fn ids(db: &Database) -> Vec<String> {
    let items = db.table("orders").items();
    let mut ids: Vec<_> = items.iter().map(|item| item["id"].as_s().unwrap().clone()).collect();
    ids.sort_unstable();
    ids
}

fn orders() -> Database {
    let db = Database::new();
    db.create_table("orders", "id S");
    db
}

#[tokio::test]
async fn a_client_reads_what_it_wrote_in_every_type() {
    let db = orders();
    let client = db.client();
    let blob = |bytes: &[u8]| aws_sdk_dynamodb::primitives::Blob::new(bytes);
    let values = [
        ("id", text("all")),
        ("n", AttributeValue::N("-1.5".into())),
        ("b", AttributeValue::B(blob(b"\x00\xff"))),
        ("bool", AttributeValue::Bool(true)),
        ("null", AttributeValue::Null(true)),
        ("ss", AttributeValue::Ss(vec!["a".into(), "b".into()])),
        ("ns", AttributeValue::Ns(vec!["1".into(), "2".into()])),
        ("bs", AttributeValue::Bs(vec![blob(b"a"), blob(b"b")])),
        ("l", AttributeValue::L(vec![text("x"), AttributeValue::L(vec![])])),
        ("m", AttributeValue::M([("k".to_owned(), text("v"))].into())),
    ];
    let item = values.map(|(name, value)| (name.to_owned(), value)).into();
    let put = client.put_item().table_name("orders").set_item(Some(item));
    put.send().await.unwrap();
    let got = client.get_item().table_name("orders").key("id", text("all")).send();
    let got = got.await.unwrap().item.unwrap();
    assert_eq!(got.len(), 10);
    assert_eq!(db.table("orders").items(), [got]);
}

#[tokio::test]
async fn forks_and_snapshots_are_databases_of_their_own() {
    let db = orders();
    put(&db.client(), "base").await;
    let snapshot = db.snapshot();
    let fork = db.fork();
    put(&fork.client(), "fork").await;
    put(&db.client(), "later").await;
    assert_eq!(ids(&fork), ["base", "fork"]);
    assert_eq!(ids(&db), ["base", "later"]);
    let client = db.client();
    db.restore(&snapshot);
    assert_eq!(ids(&db), ["base"]);
    put(&client, "again").await;
    assert_eq!(ids(&db), ["again", "base"], "a client outlives a restore");
}

#[tokio::test]
async fn forks_of_one_moment_fare_alike() {
    async fn id_of_new_table(db: &Database) -> String {
        db.create_table("new", "id S");
        let described = db.client().describe_table().table_name("new").send().await.unwrap();
        described.table.unwrap().table_id.unwrap()
    }
    let db = orders();
    assert_eq!(id_of_new_table(&db.fork()).await, id_of_new_table(&db.fork()).await);
    let other = Database::builder().seed(9).build();
    other.create_table("orders", "id S");
    assert_ne!(id_of_new_table(&db).await, id_of_new_table(&other).await);
}

#[tokio::test]
async fn states_follow_the_clock_and_it_stands_still_until_it_is_moved() {
    let db = Database::builder()
        .frozen_at_ms(1_700_000_000_000)
        .service_pace()
        .build();
    let client = db.client();
    create_orders(&client).await;
    let status = async || {
        let described = client.describe_table().table_name("orders").send().await.unwrap();
        described.table.unwrap().table_status.unwrap()
    };
    assert_eq!(status().await, TableStatus::Creating);
    db.clock().advance(Duration::from_secs(60));
    assert_eq!(db.clock().unix_seconds(), 1_700_000_060);
    assert_eq!(status().await, TableStatus::Active);
}

#[tokio::test]
async fn a_waiter_waits_in_virtual_time() {
    use aws_sdk_dynamodb::client::Waiters;
    let db = Database::builder().service_pace().build();
    create_orders(&db.client()).await;
    let before = db.clock().now();
    let wait = db.client().wait_until_table_exists().table_name("orders");
    wait.wait(Duration::from_secs(300)).await.unwrap();
    let waited = db.clock().now().duration_since(before).unwrap();
    assert!(waited >= Duration::from_secs(3), "{waited:?}");
}

#[tokio::test]
async fn a_timeout_of_the_sdk_does_not_fire_while_nothing_waits() {
    let db = orders();
    let timeouts = TimeoutConfig::builder()
        .operation_timeout(Duration::from_millis(1))
        .operation_attempt_timeout(Duration::from_millis(1))
        .build();
    let client = Client::from_conf(db.config().timeout_config(timeouts).build());
    put(&client, "fast").await;
    assert_eq!(ids(&db), ["fast"]);
}

static SHOP: Base = Base::new(|db| Box::pin(fill(db)));

async fn fill(db: Database) {
    db.create_table("orders", "id S");
    // What a base is filled with may need a runtime, though whoever forks it is in one.
    tokio::time::sleep(Duration::from_millis(1)).await;
    put(&db.client(), "base").await;
}

#[tokio::test]
async fn a_base_is_filled_once_and_forked_by_everybody() {
    put(&SHOP.fork().client(), "one").await;
    assert_eq!(ids(&SHOP.fork()), ["base"]);
}

#[test]
fn a_client_needs_no_runtime() {
    let db = orders();
    let client = db.client();
    let mut put = std::pin::pin!(put(&client, "bare"));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    while put.as_mut().poll(&mut context).is_pending() {}
    assert_eq!(ids(&db), ["bare"]);
}

#[tokio::test]
async fn fixtures_are_there_at_once_at_any_pace() {
    let db = Database::builder().frozen_at_ms(0).service_pace().build();
    db.create_table("orders", "id S");
    put(&db.client(), "one").await;
    assert_eq!(db.clock().unix_seconds(), 0);
}

#[tokio::test]
async fn usage_tells_what_calls_cost_though_nobody_asked() {
    let db = orders();
    let client = db.client();
    put(&client, "one").await;
    let get = client.get_item().table_name("orders").key("id", text("one"));
    assert_eq!(get.send().await.unwrap().consumed_capacity, None);
    let usage = db.usage();
    assert_eq!((usage.totals().read_units, usage.totals().write_units), (0.5, 1.0));
    assert_eq!(usage.count(Operation::GetItem), 1);
    usage
        .assert_no_scan()
        .assert_read_units_below(0.6)
        .assert_write_units_below(1.1);
    assert_eq!(db.fork().usage().calls(), []);
}

#[tokio::test]
#[should_panic(expected = "there were 1 Scans:\n  Scan orders: 0.5 read units, 0 write units")]
async fn a_scan_that_was_not_wanted_is_shown() {
    let db = orders();
    db.client().scan().table_name("orders").send().await.unwrap();
    db.usage().assert_no_scan();
}

#[test]
#[should_panic(expected = "there is no table shop; there are [\"orders\"]")]
fn a_missing_table_is_named() {
    orders().table("shop").assert_empty();
}

#[tokio::test]
async fn a_streams_client_reads_what_changed() {
    use aws_sdk_dynamodbstreams::types::ShardIteratorType;
    let db = Database::new();
    db.load_text("version: 1\ntables: { orders: { key: 'id S', stream: NEW_IMAGE } }");
    put(&db.client(), "one").await;
    let streams = db.streams_client();
    let listed = streams.list_streams().table_name("orders").send().await.unwrap();
    let arn = listed.streams()[0].stream_arn().unwrap();
    let described = streams.describe_stream().stream_arn(arn).send().await.unwrap();
    let shard = described.stream_description.unwrap().shards()[0]
        .shard_id()
        .unwrap()
        .to_owned();
    let iterator = streams.get_shard_iterator().stream_arn(arn).shard_id(shard);
    let iterator = iterator
        .shard_iterator_type(ShardIteratorType::TrimHorizon)
        .send()
        .await
        .unwrap();
    let read = streams
        .get_records()
        .shard_iterator(iterator.shard_iterator.unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(read.records().len(), 1);
    assert!(
        read.records()[0]
            .dynamodb()
            .unwrap()
            .new_image()
            .unwrap()
            .contains_key("id")
    );
}

#[tokio::test]
async fn reads_lag_in_virtual_time() {
    let lag = Duration::from_millis(250);
    let db = Database::builder()
        .frozen_at_ms(1_700_000_000_000)
        .read_lag(lag)
        .build();
    db.create_table("orders", "id S");
    db.clock().advance(lag);
    let client = db.client();
    put(&client, "one").await;
    let found = async |consistent: bool| {
        let get = client.get_item().table_name("orders").key("id", text("one"));
        get.consistent_read(consistent).send().await.unwrap().item.is_some()
    };
    assert!(found(true).await && !found(false).await);
    db.clock().advance(lag);
    assert!(found(false).await);
}
