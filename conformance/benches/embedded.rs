//! How fast an embedded database is made, forked and asked through the SDK's client, beside what else a test can take.
//!
//! ```sh
//! cargo bench -p stator-conformance --bench embedded --features dynoxide
//! ```
//!
//! Each row is the median of several rounds. "SDK alone" is the same client over a connection that answers constants, and the part of Stator what
//! happens beyond the SDK's connection. aws-smithy-mocks answers before the SDK writes a request, so the SDK does less there. dynoxide is called as its library is, without
//! an SDK, and its figures stand beside the engine called in the same way: with a typed request made from JSON. They are
//! there with the feature of its name.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::put_item::PutItemOutput;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use stator_mock::Database;

const ROUNDS: usize = 15;
const ITEMS: usize = 10_000;
const FORKS: usize = 1_000;
/// Requests of a round.
const ASKS: u32 = 500;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(run());
}

async fn run() {
    let base = base();
    row("make a database", time(200, Database::new).as_nanos());
    row(
        &format!("fork one of {ITEMS} items"),
        time(200, || base.fork()).as_nanos(),
    );
    row("make a client", time(200, || base.client()).as_nanos());
    row("keep a snapshot", time(2_000, || base.snapshot()).as_nanos());

    let db = base.fork();
    let constant = constant(&db);
    let mocked = mocked();
    for (name, client) in [
        ("embedded", &db.client()),
        ("SDK alone", &constant),
        ("aws-smithy-mocks", &mocked),
    ] {
        row(&format!("GetItem, {name}"), asks(client, get).await);
        row(&format!("PutItem, {name}"), asks(client, put).await);
    }
    ours(&db, "GetItem, embedded", get).await;
    ours(&db, "PutItem, embedded", put).await;
    library::measure();
    #[cfg(feature = "dynoxide")]
    peer::measure();
    forks(&base).await;
}

/// A database of many items.
fn base() -> Database {
    let base = Database::new();
    base.load_text(&format!(
        "version: 1\ntables: {{ orders: {{ key: 'id S' }} }}\nitems: {{ orders: {{ 'o{{1..{ITEMS}}}': {{ id: 'o{{n}}', says: '{}' }} }} }}",
        "x".repeat(200)
    ));
    base.table("orders").assert_count(ITEMS);
    base
}

fn mocked() -> Client {
    let item = || {
        [
            ("id".to_owned(), AttributeValue::S("o1".into())),
            ("says".to_owned(), AttributeValue::S("x".repeat(200))),
        ]
    };
    let get =
        mock!(Client::get_item).then_output(move || GetItemOutput::builder().set_item(Some(item().into())).build());
    let put = mock!(Client::put_item).then_output(|| PutItemOutput::builder().build());
    mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&get, &put])
}

/// Asks a client of the database, and tells how much of that the database itself took: what happens beyond the SDK's connection.
async fn ours(db: &Database, name: &str, ask: impl AsyncFn(&Client)) {
    let spent = Arc::new(AtomicU64::new(0));
    let timed = Timed {
        inner: db.sdk_config().http_client().unwrap(),
        spent: Arc::clone(&spent),
    };
    let client = Client::from_conf(db.config().http_client(timed).build());
    let whole: Duration = asks_all(&client, &ask).await.into_iter().sum();
    let part = spent.load(Relaxed) as f64 / whole.as_nanos() as f64;
    println!("| {name}, the part of Stator | {:.0} % |", part * 100.0);
}

/// A connection that counts the nanoseconds in which another one answers.
#[derive(Clone, Debug)]
struct Timed<C> {
    inner: C,
    spent: Arc<AtomicU64>,
}

impl HttpClient for Timed<SharedHttpClient> {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Timed {
            inner: self.inner.http_connector(settings, components),
            spent: Arc::clone(&self.spent),
        })
    }
}

impl HttpConnector for Timed<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self { inner, spent } = self.clone();
        HttpConnectorFuture::new(async move {
            let start = now();
            let answer = inner.call(request).await;
            spent.fetch_add(start.elapsed().as_nanos() as u64, Relaxed);
            answer
        })
    }
}

/// A client whose every request is answered the same: what the SDK takes by itself.
fn constant(db: &Database) -> Client {
    let config = db.config().http_client(Constant).build();
    Client::from_conf(config)
}

/// A connection that answers constants.
#[derive(Clone, Debug)]
struct Constant;

impl HttpClient for Constant {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Constant {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let body = match target.ends_with("GetItem") {
            true => format!(r#"{{"Item":{}}}"#, item_json("o1")),
            false => "{}".to_owned(),
        };
        let mut response = HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body));
        response
            .headers_mut()
            .insert("content-type", "application/x-amz-json-1.0");
        HttpConnectorFuture::ready(Ok(response))
    }
}

/// An item as JSON.
fn item_json(id: &str) -> String {
    let says = "x".repeat(200);
    format!(r#"{{"id":{{"S":"{id}"}},"says":{{"S":"{says}"}}}}"#)
}

async fn get(client: &Client) {
    let get = client
        .get_item()
        .table_name("orders")
        .key("id", AttributeValue::S("o1".into()));
    assert!(get.send().await.unwrap().item.is_some());
}

async fn put(client: &Client) {
    let put = client
        .put_item()
        .table_name("orders")
        .item("id", AttributeValue::S("new".into()));
    put.item("says", AttributeValue::S("y".repeat(200)))
        .send()
        .await
        .unwrap();
}

/// What a thousand forks take, of which each has written one item.
async fn forks(base: &Database) {
    let before = resident_bytes();
    let forks: Vec<_> = (0..FORKS).map(|_| base.fork()).collect();
    let forked = resident_bytes();
    for fork in &forks {
        put(&fork.client()).await;
    }
    let written = resident_bytes();
    if let (Some(before), Some(forked), Some(written)) = (before, forked, written) {
        let kilobytes_each = |bytes: u64| bytes / 1_024 / FORKS as u64;
        let (fork, write) = (kilobytes_each(forked - before), kilobytes_each(written - forked));
        println!(
            "| memory of a fork of {ITEMS} items | {fork} KB |\n| and of a client and a write in it | {write} KB |"
        );
    }
}

/// The memory of this process, where the system tells.
fn resident_bytes() -> Option<u64> {
    const PAGE_BYTES: u64 = 4_096;
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(pages.split(' ').nth(1)?.parse::<u64>().ok()? * PAGE_BYTES)
}

fn row(name: &str, nanoseconds: u128) {
    println!("| {name} | {:.1} µs |", nanoseconds as f64 / 1_000.0);
}

fn time<T>(times: u32, mut work: impl FnMut() -> T) -> Duration {
    median(|| {
        let start = now();
        for _ in 0..times {
            black_box(work());
        }
        start.elapsed() / times
    })
}

/// The median of what a request takes, in nanoseconds.
async fn asks(client: &Client, ask: impl AsyncFn(&Client)) -> u128 {
    let mut rounds = asks_all(client, &ask).await;
    rounds.sort_unstable();
    (rounds[ROUNDS / 2] / ASKS).as_nanos()
}

/// What each round of requests takes.
async fn asks_all(client: &Client, ask: &impl AsyncFn(&Client)) -> Vec<Duration> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let start = now();
        for _ in 0..ASKS {
            ask(client).await;
        }
        rounds.push(start.elapsed());
    }
    rounds
}

fn median(mut round: impl FnMut() -> Duration) -> Duration {
    let mut rounds: Vec<_> = (0..ROUNDS).map(|_| round()).collect();
    rounds.sort_unstable();
    rounds[ROUNDS / 2]
}

#[expect(clippy::disallowed_methods, reason = "a bench measures this machine")]
fn now() -> Instant {
    Instant::now()
}

/// The engine, called as a library.
mod library {
    use stator_core::engine::{Call, Caller, Engine, World};
    use stator_core::model::{Operation, Reply, Request};

    use super::*;

    pub(super) fn measure() {
        row("make an engine", time(200, || Engine::new(World::real())).as_nanos());
        let engine = Engine::new(World::real());
        ask(&engine, Operation::CreateTable, TABLE_JSON);
        for n in 1..=ITEMS {
            ask(&engine, Operation::PutItem, &put_json(&format!("o{n}")));
        }
        let put = put_json("new");
        row(
            "GetItem, engine from JSON",
            time(2_000, || ask(&engine, Operation::GetItem, GET_JSON)).as_nanos(),
        );
        row(
            "PutItem, engine from JSON",
            time(2_000, || ask(&engine, Operation::PutItem, &put)).as_nanos(),
        );
    }

    fn ask(engine: &Engine, operation: Operation, json: &str) -> Reply {
        let (request, layer) = Request::read(operation, json).unwrap();
        let caller = Caller {
            access_key: "bench".into(),
            region: "us-east-1".into(),
            account: "000000000000".into(),
        };
        engine.execute(Call::new(request, layer, caller)).unwrap()
    }
}

/// dynoxide, called as a library.
#[cfg(feature = "dynoxide")]
mod peer {
    use dynoxide::Database;

    use super::*;

    pub(super) fn measure() {
        row(
            "make a database, dynoxide",
            time(200, || Database::memory().unwrap()).as_nanos(),
        );
        let db = Database::memory().unwrap();
        db.create_table(serde_json::from_str(TABLE_JSON).unwrap()).unwrap();
        for n in 1..=ITEMS {
            db.put_item(serde_json::from_str(&put_json(&format!("o{n}"))).unwrap())
                .unwrap();
        }
        let put = put_json("new");
        let get = || db.get_item(serde_json::from_str(GET_JSON).unwrap()).unwrap();
        assert!(get().item.is_some());
        row("GetItem, dynoxide from JSON", time(2_000, get).as_nanos());
        let put = || db.put_item(serde_json::from_str(&put).unwrap()).unwrap();
        row("PutItem, dynoxide from JSON", time(2_000, put).as_nanos());
    }
}

const TABLE_JSON: &str = r#"{"TableName":"orders","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
    "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]}"#;
const GET_JSON: &str = r#"{"TableName":"orders","Key":{"id":{"S":"o1"}}}"#;

fn put_json(id: &str) -> String {
    format!(r#"{{"TableName":"orders","Item":{}}}"#, item_json(id))
}
