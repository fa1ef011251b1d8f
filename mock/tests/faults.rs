//! Faults that need the engine: reads of what was, items that are part of a transaction under way, and rules on PartiQL, under the real client.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ParameterizedStatement, Put, PutRequest, TransactWriteItem, WriteRequest,
};
use stator_mock::prelude::*;

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn shop() -> Database {
    let db = Database::builder().frozen_at_ms(1_767_225_600_000).build();
    db.load_text("{ version: 1, tables: { orders: { key: 'pk S', gsi: { by_status: 'status S, pk S -> ALL' } } } }");
    db
}

fn impatient(db: &Database) -> Client {
    Client::from_conf(db.config().retry_config(RetryConfig::disabled()).build())
}

async fn put(client: &Client, pk: &str, status: &str) -> Result<(), String> {
    let put = client.put_item().table_name("orders").item("pk", text(pk));
    let sent = put.item("status", text(status)).send().await;
    sent.map(|_| ())
        .map_err(|error| error.code().unwrap_or("no code").to_owned())
}

async fn status(client: &Client, pk: &str, is_consistent: bool) -> Option<String> {
    let get = client.get_item().table_name("orders").key("pk", text(pk));
    let got = get.consistent_read(is_consistent).send().await.unwrap();
    got.item.map(|item| item["status"].as_s().unwrap().clone())
}

async fn count_by_status(client: &Client, status: &str) -> i32 {
    let query = client.query().table_name("orders").index_name("by_status");
    let query = query
        .key_condition_expression("#s = :s")
        .expression_attribute_names("#s", "status");
    let page = query.expression_attribute_values(":s", text(status)).send().await;
    page.unwrap().count()
}

fn transaction(
    client: &Client,
    keys: &[&str],
) -> aws_sdk_dynamodb::operation::transact_write_items::builders::TransactWriteItemsFluentBuilder {
    keys.iter().fold(client.transact_write_items(), |sent, pk| {
        let put = Put::builder().table_name("orders").item("pk", text(pk));
        let put = put.item("status", text("PAID")).build().unwrap();
        sent.transact_items(TransactWriteItem::builder().put(put).build())
    })
}

#[tokio::test]
async fn a_stale_read_sees_what_was_and_a_consistent_one_what_is() {
    let db = shop();
    let client = db.client();
    db.on(GetItem)
        .table("orders")
        .key(partial! { pk: "a" })
        .times(2)
        .stale(ms(500));
    put(&client, "a", "NEW").await.unwrap();
    assert_eq!(
        status(&client, "a", true).await.as_deref(),
        Some("NEW"),
        "it goes past the rule"
    );
    assert_eq!(status(&client, "a", false).await, None);
    db.clock().advance(ms(400));
    put(&client, "a", "PAID").await.unwrap();
    db.clock().advance(ms(200));
    assert_eq!(
        status(&client, "a", false).await.as_deref(),
        Some("NEW"),
        "as it was 500 ms ago"
    );
    assert_eq!(
        status(&client, "a", false).await.as_deref(),
        Some("PAID"),
        "the rule is spent"
    );
}

#[tokio::test]
async fn an_index_lags_by_rule_and_by_chance() {
    let db = shop();
    let client = db.client();
    db.on(Query).via_index("by_status").once().stale(ms(500));
    put(&client, "a", "NEW").await.unwrap();
    let counts = [
        count_by_status(&client, "NEW").await,
        count_by_status(&client, "NEW").await,
    ];
    assert_eq!(counts, [0, 1]);
    db.checkpoint();
    let run = async |seed| {
        let db = shop();
        db.on(Query).with_probability(0.5, seed).stale(ms(500));
        put(&db.client(), "a", "NEW").await.unwrap();
        let mut counts = Vec::new();
        for _ in 0..20 {
            counts.push(count_by_status(&db.client(), "NEW").await);
        }
        counts
    };
    let counts = run(1).await;
    assert!(counts.contains(&0) && counts.contains(&1), "{counts:?}");
    assert_eq!(run(1).await, counts);
    assert_ne!(run(2).await, counts);
}

#[tokio::test]
async fn what_a_rule_shows_is_forgotten_with_it_and_survives_a_restore() {
    let db = shop();
    let client = db.client();
    let before = db.snapshot();
    let stale = db.on(GetItem).any_times().stale(ms(500)).set();
    db.restore(&before);
    put(&client, "a", "NEW").await.unwrap();
    assert_eq!(status(&client, "a", false).await, None);
    stale.remove();
    assert_eq!(status(&client, "a", false).await.as_deref(), Some("NEW"));
}

#[tokio::test]
async fn contention_refuses_writes_until_the_unseen_transaction_is_over() {
    let db = shop();
    db.on(PutItem).key(partial! { pk: "a" }).once().contend(ms(300));
    let client = impatient(&db);
    assert_eq!(
        put(&client, "a", "NEW").await,
        Err("TransactionConflictException".to_owned())
    );
    assert_eq!(put(&client, "b", "NEW").await, Ok(()), "another item");
    assert_eq!(status(&client, "a", true).await, None, "reads take no notice");
    let error = transaction(&client, &["b", "a"])
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        panic!("it was to be cancelled: {error}");
    };
    let reasons = cancelled.cancellation_reasons().iter();
    let codes: Vec<&str> = reasons.map(|reason| reason.code().unwrap()).collect();
    assert_eq!(codes, ["None", "TransactionConflict"]);
    let write = PutRequest::builder().item("pk", text("a")).build().unwrap();
    let batch = client
        .batch_write_item()
        .request_items("orders", vec![WriteRequest::builder().put_request(write).build()]);
    let left = batch.send().await.unwrap().unprocessed_items.unwrap();
    assert_eq!(left["orders"].len(), 1);
    db.clock().advance(ms(300));
    assert_eq!(put(&client, "a", "NEW").await, Ok(()));
}

#[tokio::test]
async fn the_sdk_retries_a_transaction_until_contention_is_over() {
    let db = shop();
    db.on(TransactWriteItems).once().contend(ms(20));
    // The SDK does not retry a cancelled transaction: that is for the code under test.
    let client = db.client();
    let mut attempts = 0;
    while transaction(&client, &["a"]).send().await.is_err() {
        attempts += 1;
        db.clock().advance(ms(10));
    }
    assert_eq!(attempts, 2);
}

#[tokio::test]
async fn a_transaction_that_takes_time_holds_its_items_for_so_long() {
    let db = shop();
    db.on(TransactWriteItems).once().after(ms(100));
    let client = impatient(&db);
    // Both are under way at once; the write comes while the transaction waits.
    let (paid, new) = tokio::join!(transaction(&client, &["a"]).send(), put(&client, "a", "NEW"));
    paid.unwrap();
    assert_eq!(new, Err("TransactionConflictException".to_owned()));
    assert_eq!(status(&client, "a", true).await.as_deref(), Some("PAID"));
}

#[tokio::test]
async fn a_hold_of_the_test_is_a_transaction_that_lasts_as_long_as_it_does() {
    let db = shop();
    let client = impatient(&db);
    let hold = db.table("orders").hold(item! { pk: "a" });
    assert_eq!(
        put(&client, "a", "NEW").await,
        Err("TransactionConflictException".to_owned())
    );
    drop(hold);
    assert_eq!(put(&client, "a", "NEW").await, Ok(()));
}

#[tokio::test]
async fn a_hold_with_a_token_is_the_transaction_that_the_token_names() {
    let db = shop();
    let client = impatient(&db);
    let hold = db.table("orders").hold_with_token(item! { pk: "a" }, "pay-b");
    let pay = transaction(&client, &["b"]).client_request_token("pay-b");
    let refused = pay.clone().send().await.unwrap_err().into_service_error();
    assert!(refused.is_transaction_in_progress_exception(), "{refused:?}");
    transaction(&client, &["b"])
        .client_request_token("pay-c")
        .send()
        .await
        .unwrap();
    drop(hold);
    pay.send().await.unwrap();
}

async fn statement(client: &Client, text: &str, parameter: &str) -> Result<usize, String> {
    let statement = client.execute_statement().statement(text);
    let sent = statement.parameters(AttributeValue::S(parameter.into())).send().await;
    match sent {
        Ok(output) => Ok(output.items().len()),
        Err(error) => Err(error.code().unwrap_or("no code").to_owned()),
    }
}

#[tokio::test]
async fn rules_meet_statements_by_table_key_and_condition() {
    let db = shop();
    let client = impatient(&db);
    put(&client, "a", "NEW").await.unwrap();
    put(&client, "b", "NEW").await.unwrap();
    db.on(ExecuteStatement)
        .table("orders")
        .key(partial! { pk: "a" })
        .update("SET status = 'PAID'")
        .once()
        .error(ErrorKind::ProvisionedThroughputExceeded);
    db.on(ExecuteStatement).filter("pk = 'a'").once();
    let pay = r#"UPDATE "orders" SET "status" = 'PAID' WHERE pk = ?"#;
    assert_eq!(statement(&client, pay, "b").await, Ok(0), "another key");
    let throttled = Err("ProvisionedThroughputExceededException".to_owned());
    assert_eq!(statement(&client, pay, "a").await, throttled);
    assert_eq!(
        statement(&client, r#"SELECT * FROM orders WHERE ? = pk"#, "a").await,
        Ok(1)
    );
    db.checkpoint();
    db.on(ExecuteStatement).table("orders").once().stale(ms(50));
    put(&client, "c", "NEW").await.unwrap();
    let select = r#"SELECT * FROM orders WHERE pk = ?"#;
    assert_eq!(
        [
            statement(&client, select, "c").await,
            statement(&client, select, "c").await
        ],
        [Ok(0), Ok(1)]
    );
}

#[tokio::test]
async fn a_failed_condition_is_paid_for_and_usage_tells() {
    let db = shop();
    let client = impatient(&db);
    db.usage().clear();
    let put = client.put_item().table_name("orders").item("pk", text("a"));
    let put = put.item("note", text(&"x".repeat(1_500)));
    let refused = put
        .condition_expression("attribute_exists(pk)")
        .send()
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Some("ConditionalCheckFailedException"));
    let calls = db.usage().calls();
    assert_eq!((calls.len(), calls[0].write_units), (1, 2.0));
    assert_eq!(db.usage().totals().write_units, 2.0);
}

#[tokio::test]
async fn a_cancelled_transaction_is_paid_for_and_usage_tells() {
    let db = shop();
    let client = impatient(&db);
    let action = |pk: &str, note: usize, condition: &str| {
        let put = Put::builder().table_name("orders").item("pk", text(pk));
        let put = put.item("note", text(&"x".repeat(note)));
        let put = put.condition_expression(condition).build().unwrap();
        TransactWriteItem::builder().put(put).build()
    };
    let cancelled = async || {
        db.usage().clear();
        let transaction = client.transact_write_items();
        let transaction = transaction.transact_items(action("a", 1_500, "attribute_not_exists(pk)"));
        let refused = transaction.transact_items(action("b", 10, "attribute_exists(pk)"));
        let refused = refused.send().await.unwrap_err();
        assert_eq!(refused.code(), Some("TransactionCanceledException"));
        db.usage().calls()[0].write_units
    };
    // Two KB and one, twice, whether a condition fails or another transaction is in the way.
    assert_eq!(cancelled().await, 6.0);
    let hold = db.table("orders").hold(item! { pk: "b" });
    assert_eq!(cancelled().await, 6.0);
    drop(hold);

    db.usage().clear();
    let statement = |text: &str| {
        let statement = ParameterizedStatement::builder().statement(text);
        statement.build().unwrap()
    };
    let transaction = client.execute_transaction();
    let transaction = transaction.transact_statements(statement("INSERT INTO orders VALUE {'pk': 'a'}"));
    let refused = transaction.transact_statements(statement("UPDATE orders SET n = 1 WHERE pk = 'none' AND n = 2"));
    refused.send().await.unwrap_err();
    assert_eq!(db.usage().calls()[0].write_units, 4.0);
    db.table("orders").assert_empty();
}

#[test]
fn faults_that_cannot_happen_are_refused() {
    let refusal = |set: &dyn Fn(&Database)| {
        let db = shop();
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| set(&db))).unwrap_err();
        let text = panic.downcast_ref::<String>().unwrap().clone();
        text.split_once("makes no sense: ").unwrap().1.to_owned()
    };
    let refusals = [
        refusal(&|db| drop(db.on(PutItem).stale(ms(5)))),
        refusal(&|db| drop(db.on(TransactGetItems).stale(ms(5)))),
        refusal(&|db| drop(db.on(GetItem).consistent().stale(ms(5)))),
        refusal(&|db| drop(db.on(GetItem).stale(ms(0)))),
        refusal(&|db| drop(db.on(Query).contend(ms(5)))),
        refusal(&|db| drop(db.on(PutItem).consistent())),
    ];
    assert_eq!(
        refusals,
        [
            "PutItem never reads what was",
            "TransactGetItems never reads what was",
            "a strongly consistent read is never stale",
            "say for how long, a millisecond at least",
            "Query never meets a transaction under way",
            "a request of PutItem has no consistent read",
        ]
    );
}

#[tokio::test]
async fn a_database_that_enforces_capacity_throttles_by_its_own_clock() {
    let db = Database::builder()
        .frozen_at_ms(1_767_225_600_000)
        .enforce_capacity()
        .build();
    let table = r"{ version: 1, tables: { orders: { key: 'pk S', throughput: [1, 2] } } }";
    db.load_text(table);
    let client = impatient(&db);
    let throttled = Err("ProvisionedThroughputExceededException".to_owned());
    let answers = [
        put(&client, "a", "NEW").await,
        put(&client, "b", "NEW").await,
        put(&client, "c", "NEW").await,
    ];
    assert_eq!(answers, [Ok(()), Ok(()), throttled]);
    db.clock().advance(ms(1_000));
    assert_eq!(put(&client, "c", "NEW").await, Ok(()));
}
