//! How fast an embedded database is made, forked and asked through the SDK's client, beside a client that a mock answers.
//!
//! ```sh
//! cargo bench -p stator-conformance --bench embedded
//! ```
//!
//! Each row is the median of several rounds. Next to the mock one sees what the SDK itself takes: what stands above it is ours.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::put_item::PutItemOutput;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use stator_mock::Database;

const ROUNDS: usize = 15;
const ITEMS: usize = 10_000;
const FORKS: usize = 1_000;

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
    row("GetItem, embedded", asks(&db.client(), get).await);
    row("PutItem, embedded", asks(&db.client(), put).await);
    let mocked = mocked();
    row("GetItem, aws-smithy-mocks", asks(&mocked, get).await);
    row("PutItem, aws-smithy-mocks", asks(&mocked, put).await);
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

async fn asks<'c>(client: &'c Client, ask: impl AsyncFn(&'c Client)) -> u128 {
    const TIMES: u32 = 500;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let start = now();
        for _ in 0..TIMES {
            ask(client).await;
        }
        rounds.push(start.elapsed() / TIMES);
    }
    rounds.sort_unstable();
    rounds[ROUNDS / 2].as_nanos()
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
