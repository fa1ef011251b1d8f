//! Rules as tests write them, under the real client of the SDK: its retries, its errors, its waits.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, PutRequest, TransactWriteItem, WriteRequest};
use expect_test::{Expect, expect};
use stator_mock::prelude::*;

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn shop() -> Database {
    let db = Database::new();
    db.load_text(
        "
version: 1
tables:
  orders: { key: 'pk S, sk S', gsi: { by_status: 'status S, sk S -> ALL' } }
  carts: { key: 'pk S' }
",
    );
    db
}

/// A client that is told of each failure at once.
fn impatient(db: &Database) -> Client {
    Client::from_conf(db.config().retry_config(RetryConfig::disabled()).build())
}

async fn put(client: &Client, pk: &str, status: &str) -> Result<(), String> {
    let put = client
        .put_item()
        .table_name("orders")
        .item("pk", text(pk))
        .item("sk", text("1"));
    let sent = put.item("status", text(status)).send().await;
    sent.map(|_| ()).map_err(|error| match error {
        SdkError::DispatchFailure(failure) if failure.is_io() => "connection lost".to_owned(),
        error => error.code().unwrap_or("no code").to_owned(),
    })
}

/// Writes orders in batches until none is left, as the service's guide says one should.
async fn write_all(client: &Client, count: usize) -> usize {
    let order = |n: usize| {
        let put = PutRequest::builder()
            .item("pk", text(&n.to_string()))
            .item("sk", text("1"));
        WriteRequest::builder().put_request(put.build().unwrap()).build()
    };
    let mut left: Vec<WriteRequest> = (0..count).map(order).collect();
    let mut batches = 0;
    while !left.is_empty() {
        let sent = client
            .batch_write_item()
            .request_items("orders", left)
            .send()
            .await
            .unwrap();
        let mut unprocessed = sent.unprocessed_items.unwrap_or_default();
        left = unprocessed.remove("orders").unwrap_or_default();
        batches += 1;
    }
    batches
}

#[tokio::test]
async fn unprocessed_items_are_written_by_the_code_that_asks_again() {
    let db = shop();
    db.on(BatchWriteItem)
        .table("orders")
        .named("first batch throttled")
        .once()
        .leave_unprocessed(3);
    assert_eq!(write_all(&db.client(), 10).await, 2);
    db.table("orders").assert_count(10);
}

#[tokio::test]
async fn the_sdk_retries_what_it_retries_at_the_service() {
    let db = shop();
    let throttled = db
        .on(PutItem)
        .times(2)
        .error(ErrorKind::ProvisionedThroughputExceeded)
        .set();
    let start = db.clock().now();
    put(&db.client(), "a", "NEW").await.unwrap();
    assert_eq!(throttled.count(), 2);
    assert!(db.clock().now() > start, "the SDK has waited in the database's time");
    db.on(PutItem).once().error((ErrorKind::Validation, "no"));
    assert_eq!(
        put(&db.client(), "b", "NEW").await,
        Err("ValidationException".to_owned())
    );
}

#[tokio::test]
async fn a_lost_answer_and_a_lost_connection_look_alike_and_are_not() {
    let db = shop();
    db.on(PutItem).key(partial! { pk: "a" }).once().lose_answer();
    db.on(PutItem).key(partial! { pk: "b" }).once().drop_connection();
    let client = impatient(&db);
    for pk in ["a", "b"] {
        assert_eq!(put(&client, pk, "NEW").await, Err("connection lost".to_owned()));
    }
    let items = db.table("orders").items();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["pk"], text("a"));
    db.on(PutItem).once().lose_answer();
    put(&db.client(), "c", "NEW").await.unwrap();
    db.table("orders").assert_count(2);
}

#[tokio::test]
async fn an_increment_that_is_retried_after_a_lost_answer_counts_twice() {
    let db = shop();
    db.on(UpdateItem).update("ADD n 1").once().fail_after_executing();
    let add = db
        .client()
        .update_item()
        .table_name("orders")
        .key("pk", text("a"))
        .key("sk", text("1"));
    let add = add
        .update_expression("ADD #n :one")
        .expression_attribute_names("#n", "n");
    add.expression_attribute_values(":one", AttributeValue::N("1".into()))
        .send()
        .await
        .unwrap();
    assert_eq!(db.table("orders").items()[0]["n"], AttributeValue::N("2".into()));
}

#[tokio::test]
async fn a_transaction_is_cancelled_with_mixed_reasons() {
    let db = shop();
    db.on(TransactWriteItems).cancel([Reason::Conflict, Reason::None]);
    let put = |table: &str| {
        let put = Put::builder()
            .table_name(table)
            .item("pk", text("a"))
            .item("sk", text("1"));
        TransactWriteItem::builder().put(put.build().unwrap()).build()
    };
    let sent = impatient(&db)
        .transact_write_items()
        .transact_items(put("orders"))
        .transact_items(put("carts"));
    let error = sent.send().await.unwrap_err().into_service_error();
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        panic!("it was to be cancelled: {error}");
    };
    let codes: Vec<&str> = cancelled
        .cancellation_reasons()
        .iter()
        .map(|reason| reason.code().unwrap())
        .collect();
    assert_eq!(codes, ["TransactionConflict", "None"]);
    db.table("orders").assert_empty();
}

#[tokio::test]
async fn replies_come_as_items_as_outputs_of_the_sdk_or_as_json() {
    let db = shop();
    let get = || {
        db.client()
            .get_item()
            .table_name("orders")
            .key("pk", text("a"))
            .key("sk", text("1"))
            .send()
    };
    let status = |output: GetItemOutput| output.item.map(|item| item["status"].as_s().unwrap().clone());
    db.on(GetItem).once().reply(item! { pk: "a", sk: "1", status: "ITEM" });
    let output = GetItemOutput::builder()
        .item("pk", text("a"))
        .item("sk", text("1"))
        .item("status", text("OUTPUT"));
    db.on(GetItem).once().reply(output.build());
    db.on(GetItem)
        .once()
        .reply(r#"{"Item":{"pk":{"S":"a"},"sk":{"S":"1"},"status":{"S":"JSON"}}}"#);
    for expected in ["ITEM", "OUTPUT", "JSON"] {
        assert_eq!(status(get().await.unwrap()).as_deref(), Some(expected));
    }
    assert_eq!(status(get().await.unwrap()), None, "the rules are spent");
    db.on(Query)
        .once()
        .reply([item! { pk: "a", sk: "1" }, item! { pk: "a", sk: "2" }]);
    let query = db
        .client()
        .query()
        .table_name("orders")
        .key_condition_expression("pk = :p");
    let page = query.expression_attribute_values(":p", text("a")).send().await.unwrap();
    assert_eq!(page.count(), 2);
}

#[tokio::test]
async fn small_pages_find_code_that_reads_only_the_first() {
    let db = shop();
    write_all(&db.client(), 7).await;
    db.on(Scan).table("orders").page_size(3);
    let scan = db.client().scan().table_name("orders");
    assert_eq!(scan.clone().send().await.unwrap().count(), 3);
    let all = scan
        .into_paginator()
        .items()
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await
        .unwrap();
    assert_eq!(all.len(), 7);
}

#[tokio::test]
async fn latency_happens_in_the_database_s_time() {
    let db = shop();
    db.clock().freeze();
    db.on(PutItem)
        .item(partial! { status: "NEW" })
        .times(1..=2)
        .after(ms(40));
    let start = db.clock().now();
    for (pk, status) in [("a", "NEW"), ("b", "OLD"), ("c", "NEW")] {
        put(&db.client(), pk, status).await.unwrap();
    }
    assert_eq!(db.clock().now().duration_since(start).unwrap(), ms(80));
}

#[tokio::test]
async fn a_scoped_rule_ends_with_its_scope_and_a_function_can_match() {
    let db = shop();
    let seen = Arc::new(AtomicUsize::new(0));
    {
        let seen = Arc::clone(&seen);
        let refused = db
            .on([PutItem, UpdateItem])
            .matching(move |_, resolved| {
                seen.fetch_add(1, Ordering::Relaxed);
                resolved
                    .parts
                    .iter()
                    .any(|part| part.item.as_ref().is_some_and(|item| item.contains("status")))
            })
            .error(ErrorKind::InternalServerError)
            .scoped();
        assert_eq!(
            put(&impatient(&db), "a", "NEW").await,
            Err("InternalServerError".to_owned())
        );
        assert_eq!(refused.count(), 1);
    }
    put(&impatient(&db), "a", "NEW").await.unwrap();
    assert_eq!(seen.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn one_seed_gives_the_same_faults_and_retries() {
    let run = async |seed| {
        let db = shop();
        db.on(AnyOperation)
            .with_probability(0.5, seed)
            .error(ErrorKind::InternalServerError);
        let mut outcomes = Vec::new();
        for n in 0..20 {
            outcomes.push(put(&db.client(), &n.to_string(), "NEW").await);
        }
        outcomes
    };
    assert_eq!(run(3).await, run(3).await);
    assert_ne!(run(3).await, run(4).await);
}

#[tokio::test]
async fn strictness_refuses_what_nobody_expects() {
    let db = shop();
    db.set_strictness(Strictness::Deny);
    db.on(PutItem).table("orders");
    put(&db.client(), "a", "NEW").await.unwrap();
    let scan = db.client().scan().table_name("orders").send().await;
    assert_eq!(scan.unwrap_err().code(), Some("AccessDeniedException"));
    let report = panic_of(|| db.checkpoint());
    assert!(report.starts_with("1 request was not expected"), "{report}");
}

/// What a panic says, with the folders of places taken away.
fn panic_of(panics: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.unwrap_or_else(|| panic.downcast_ref::<&str>().unwrap().to_string());
    text.replace("mock/tests/", "tests/")
}

fn check(text: &str, expected: &Expect) {
    // Lines move when this file changes.
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("rules.rs:") {
        let (before, after) = rest.split_at(at + "rules.rs:".len());
        shown.push_str(before);
        shown.push('…');
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    }
    shown.push_str(rest);
    expected.assert_eq(&shown);
}

#[tokio::test]
async fn a_database_that_is_let_go_of_tells_what_was_not_met() {
    let db = shop();
    db.on(PutItem)
        .table("orders")
        .named("the order is placed")
        .item(partial! { status: "NEW", total: 12 })
        .once();
    db.on(Query).via_index("by_status").never();
    put(&db.client(), "a", "OLD").await.unwrap();
    let query = db.client().query().table_name("orders").index_name("by_status");
    let query = query
        .key_condition_expression("#s = :s")
        .expression_attribute_names("#s", "status");
    query
        .expression_attribute_values(":s", text("OLD"))
        .send()
        .await
        .unwrap();
    let report = panic_of(|| drop(db));
    check(
        &report,
        &expect![[r#"
        2 rules were not met

        rule "the order is placed", set at tests/rules.rs:…
            PutItem, table orders, item { status: 'NEW', total: 12, … }
            wanted once, happened never
            nearest is request 1, which differs in
                item.status
                    wanted  'NEW'
                    was     'OLD'
                item.total
                    wanted  12
                    was     absent

        the rule set at tests/rules.rs:…
            Query, index by_status
            wanted never, happened once
            met by request 2

        received 2 requests:
            1  PutItem, table orders, item {'pk': 'a', 'sk': '1', 'status': 'OLD'}
            2  Query, table orders, index by_status, key condition status = 'OLD'
    "#]],
    );
}

#[test]
fn what_makes_no_sense_is_refused_where_it_is_said() {
    let db = shop();
    let refusals = [
        panic_of(|| drop(db.on(GetItem).table("order"))),
        panic_of(|| drop(db.on(Query).table("orders").via_index("by_day"))),
        panic_of(|| drop(db.on(Query).key_condition("pk = :pk"))),
        panic_of(|| drop(db.on(Query).key_condition("pk < 'a' sk"))),
        panic_of(|| drop(db.on(Query).table("orders").key_condition("customer = 'a'"))),
        panic_of(|| drop(db.on(PutItem).table("orders").item(partial! { pk: 7 }))),
        panic_of(|| drop(db.on(PutItem).leave_unprocessed(1))),
        panic_of(|| {
            drop(
                db.on(PutItem)
                    .reply(item! { pk: "a" })
                    .table("orders")
                    .never()
                    .key(partial! { x: 1 }),
            )
        }),
        panic_of(|| drop(db.on(Scan).reply(item! { pk: "a" }))),
        panic_of(|| drop(db.on(GetItem).error(ErrorKind::ConditionalCheckFailed))),
    ];
    check(
        &refusals.join("\n"),
        &expect![[r#"
        the rule set at tests/rules.rs:… makes no sense: there is no table order; there are carts, orders
        the rule set at tests/rules.rs:… makes no sense: table orders has no index by_day; there is by_status
        `pk = :pk` is no such expression: at character 6: :pk stands for nothing here; write the name or the value itself, e.g. pk = 'USER#1'
        `pk < 'a' sk` is no such expression: Invalid KeyConditionExpression: Syntax error; token: "sk", near: "'a' sk"
        the rule set at tests/rules.rs:… makes no sense: no query has the key condition customer = 'a': Query condition missed key schema element: pk
        the rule set at tests/rules.rs:… makes no sense: pk is a key attribute of type S in table orders, and never of type N
        the rule set at tests/rules.rs:… makes no sense: PutItem has nothing unprocessed; BatchGetItem and BatchWriteItem do
        the rule set at tests/rules.rs:… makes no sense: x belongs to no key of table orders
        this is no reply of Scan: it does not answer one item
        the rule set at tests/rules.rs:… makes no sense: GetItem never answers ConditionalCheckFailedException"#]],
    );
}
