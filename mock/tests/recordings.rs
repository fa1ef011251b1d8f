//! Sessions of the real SDK recorded, and answered again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, ReturnValue};
use expect_test::expect;
use stator_mock::prelude::*;
use stator_mock::{Database, Recording};

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn shop() -> Database {
    let db = Database::new();
    db.load_text(
        "version: 1
tables: { orders: { key: 'pk S, sk N', gsi: { by_status: 'status S -> KEYS_ONLY' } } }
items: { orders: { 'o{1..9}': { pk: ann, sk: !rand [1, 1000], status: NEW, price: !rand [1, 99] } } }",
    );
    db
}

type Item = HashMap<String, AttributeValue>;

/// What the code under test was answered: items, and what else there was.
#[derive(Debug, Default, PartialEq)]
struct Seen(Vec<(Vec<Item>, String)>);

impl Seen {
    fn note(&mut self, items: impl IntoIterator<Item = Item>, says: impl ToString) {
        self.0.push((items.into_iter().collect(), says.to_string()));
    }
}

fn n(number: u32) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// What the code under test does.
async fn session(client: &Client) -> Seen {
    let mut seen = Seen::default();
    let get = || {
        client
            .get_item()
            .table_name("orders")
            .key("pk", s("bob"))
            .key("sk", n(1))
    };
    seen.note(get().send().await.unwrap().item, "");
    let put = client
        .put_item()
        .table_name("orders")
        .item("pk", s("bob"))
        .item("sk", n(1));
    put.clone().item("status", s("NEW")).send().await.unwrap();
    seen.note(get().send().await.unwrap().item, "");
    let refused = put.condition_expression("attribute_not_exists(pk)").send().await;
    seen.note(None, refused.unwrap_err().into_service_error());
    let page = client.query().table_name("orders");
    let page = page
        .key_condition_expression("pk = :p AND sk > :n")
        .filter_expression("price > :t");
    let page = page
        .expression_attribute_values(":p", s("ann"))
        .expression_attribute_values(":n", n(100));
    let page = page.expression_attribute_values(":t", n(20));
    let first = page.clone().limit(4).send().await.unwrap();
    let next = first.last_evaluated_key.clone();
    seen.note(
        first.items.unwrap().into_iter().chain(next.clone()),
        first.scanned_count,
    );
    let rest = page.set_exclusive_start_key(next).send().await.unwrap();
    seen.note(rest.items.unwrap(), rest.scanned_count);
    let update = client
        .update_item()
        .table_name("orders")
        .key("pk", s("bob"))
        .key("sk", n(1));
    let update = update
        .update_expression("SET #s = :s")
        .expression_attribute_names("#s", "status");
    let update = update
        .expression_attribute_values(":s", s("PAID"))
        .return_values(ReturnValue::AllNew);
    seen.note(update.send().await.unwrap().attributes, "");
    let keys = KeysAndAttributes::builder().keys([("pk".to_owned(), s("bob")), ("sk".to_owned(), n(1))].into());
    let batch = client
        .batch_get_item()
        .request_items("orders", keys.build().unwrap())
        .send()
        .await
        .unwrap();
    seen.note(batch.responses.unwrap().remove("orders").unwrap(), "");
    let index = client
        .scan()
        .table_name("orders")
        .index_name("by_status")
        .send()
        .await
        .unwrap();
    seen.note(index.items.unwrap(), index.count);
    seen
}

#[tokio::test]
async fn a_session_is_answered_again_as_it_was() {
    let db = shop();
    let recorder = db.record();
    let answers = session(&db.client()).await;
    let recording = recorder.stop();
    assert!(db.client().list_tables().send().await.unwrap().request_id().is_some());

    let empty = Database::new();
    let replay = empty.replay(&Recording::from_text("session.yml", recording.text()).unwrap());
    assert_eq!(session(&empty.client()).await, answers);
    replay.assert_all_asked();
    assert!(empty.table_names().is_empty());
    // Who asks once more is told the same again.
    let last = empty
        .client()
        .scan()
        .table_name("orders")
        .index_name("by_status")
        .send()
        .await
        .unwrap();
    assert_eq!(last.count, 10);
    replay.stop();
    empty.client().scan().table_name("orders").send().await.unwrap_err();
}

#[tokio::test]
async fn recording_changes_no_answer_and_no_usage() {
    let (one, other) = (shop(), shop());
    let recorder = one.record();
    let recorded = session(&one.client()).await;
    let free = session(&other.client()).await;
    assert_eq!(recorded, free);
    assert_eq!(one.usage().totals(), other.usage().totals());
    drop(recorder);
    drop(one.record());
}

#[tokio::test]
async fn a_recording_has_what_its_calls_found() {
    let db = shop();
    let recorder = db.record();
    session(&db.client()).await;
    let recording = recorder.stop();
    // All of what pages were made of, though a filter hid some, and nothing that the session wrote itself.
    let begun = Database::new();
    begun.load_text(&recording.text()[..recording.text().find("steps:").unwrap()]);
    begun.table("orders").assert_count(9);
    assert_eq!(session(&begun.client()).await, session(&shop().client()).await);
}

#[tokio::test]
async fn a_request_is_found_as_it_is_meant() {
    let db = shop();
    let recording = Recording::from_text(
        "session.yml",
        "version: 1
tables: { orders: { key: 'pk S' } }
steps:
  - Query:
      TableName: orders
      KeyConditionExpression: '#p = :p AND sk > :n'
      ExpressionAttributeNames: { '#p': pk }
      ExpressionAttributeValues: { ':p': { S: ann }, ':n': { N: '1' } }
    answer: { Items: [], Count: 0, ScannedCount: 7 }
  - UpdateItem: { TableName: orders, Key: { pk: { S: a } }, UpdateExpression: 'SET a = :a, b = :b', ExpressionAttributeValues: { ':a': { S: x }, ':b': { N: '2' } } }
    answer: {}",
    );
    let replay = db.replay(&recording.unwrap());
    let query = db
        .client()
        .query()
        .table_name("orders")
        .key_condition_expression("sk>:low and pk=:who");
    let query = query
        .expression_attribute_values(":who", s("ann"))
        .expression_attribute_values(":low", AttributeValue::N("1.0".into()));
    assert_eq!(query.send().await.unwrap().scanned_count, 7);
    let update = db
        .client()
        .update_item()
        .table_name("orders")
        .key("pk", s("a"))
        .update_expression("SET b=:1,a=:2");
    let update = update
        .expression_attribute_values(":1", n(2))
        .expression_attribute_values(":2", s("x"));
    update.send().await.unwrap();
    replay.assert_all_asked();
}

#[tokio::test]
async fn what_was_not_recorded_is_told_beside_the_nearest() {
    let db = Database::new();
    let recording = Recording::from_text(
        "session.yml",
        "version: 1
steps:
  - GetItem: { TableName: orders, Key: { pk: { S: ann } } }
    answer: {}
  - Query: { TableName: orders, Limit: 5, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: ann } } }
    answer: { Items: [], Count: 0, ScannedCount: 0 }
  - PutItem: { TableName: orders, Item: { pk: { S: ann }, n: { N: '1' } } }
    answer: {}",
    );
    let replay = db.replay(&recording.unwrap());
    let client = db.client();
    client
        .get_item()
        .table_name("orders")
        .key("pk", s("bob"))
        .send()
        .await
        .unwrap_err();
    let query = client
        .query()
        .table_name("orders")
        .key_condition_expression("pk = :p")
        .expression_attribute_values(":p", s("ann"));
    query.limit(6).scan_index_forward(false).send().await.unwrap_err();
    let put = client
        .put_item()
        .table_name("orders")
        .item("pk", s("ann"))
        .item("n", n(1))
        .item("x", s("more"));
    put.send().await.unwrap_err();
    client.list_tables().send().await.unwrap_err();

    let left = catch_unwind(AssertUnwindSafe(|| replay.assert_all_asked())).unwrap_err();
    let failed = catch_unwind(AssertUnwindSafe(|| db.checkpoint())).unwrap_err();
    let text = |panic: Box<dyn std::any::Any + Send>| panic.downcast_ref::<String>().unwrap().clone();
    expect![[r#"
        of 3 recorded requests 3 were not asked:
            GetItem, table orders, key {'pk': 'ann'}
            Query, table orders, key condition pk = 'ann'
            PutItem, table orders, item {'n': 1, 'pk': 'ann'}"#]]
    .assert_eq(&text(left));
    // The line of the replay differs with every edit of this file.
    let report = text(failed);
    let report: Vec<&str> = report
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| line.split_once("request: ").map_or(line, |(_, rest)| rest))
        .collect();
    expect![[r#"
        4 answers did not fit
        GetItem, table orders, key {'pk': 'bob'}; nearest is call 1 (GetItem, table orders, key {'pk': 'ann'}), which differs in key.pk: recorded 'ann', asked 'bob'
        Query, table orders, key condition pk = 'ann'; nearest is call 2 (Query, table orders, key condition pk = 'ann'), which differs in Limit: recorded 5, asked 6; ScanIndexForward: recorded none, asked false
        PutItem, table orders, item {'n': 1, 'pk': 'ann', 'x': 'more'}; nearest is call 3 (PutItem, table orders, item {'n': 1, 'pk': 'ann'}), which differs in item.x: recorded absent, asked 'more'
        ListTables; nearest is call 1 (GetItem, table orders, key {'pk': 'ann'}), which differs in operation: recorded GetItem, asked ListTables; request: recorded 1 parts, asked 0 parts"#]].assert_eq(&report[..5].join("\n"));
}

#[tokio::test]
async fn faults_that_a_client_saw_are_recorded_as_it_saw_them() {
    let db = shop();
    db.on(GetItem)
        .table("orders")
        .once()
        .error(ErrorKind::InternalServerError);
    let recorder = db.record();
    session(&db.client()).await;
    let recording = recorder.stop();
    assert!(recording.exchanges()[0].outcome.is_err() && recording.exchanges()[1].outcome.is_ok());
}
