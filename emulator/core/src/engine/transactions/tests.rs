//! Transactions through the engine where time passes or another transaction is under way, which cases over HTTP cannot show.

use serde_json::{Value, json};

use crate::engine::{Call, Caller, Clock, Engine, Hold, HoldError, World};
use crate::model::json::{Timestamp, from_text};
use crate::model::{Operation, Request};

const START_MS: i64 = 1_793_534_400_000;
const CONFLICT: &str = "TransactionConflictException: Transaction is ongoing for the item";

fn caller() -> Caller {
    Caller {
        access_key: "key".into(),
        region: "eu-west-2".into(),
        account: "123456789012".into(),
    }
}

fn call(operation: &str, body: &Value) -> Call {
    let operation = Operation::from_name(operation).unwrap();
    let (request, layer) = Request::read(operation, &body.to_string()).unwrap();
    Call::new(request, layer, caller())
}

/// The answer, or the error as `Kind: message`.
fn execute(engine: &Engine, call: Call) -> Result<Value, String> {
    let reply = engine.execute(call).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    reply.write(&mut out);
    Ok(serde_json::from_slice(&out).unwrap())
}

fn send(engine: &Engine, operation: &str, body: Value) -> Result<Value, String> {
    execute(engine, call(operation, &body))
}

/// An engine whose clock stands still, with tables `t` and `u`.
fn engine() -> Engine {
    let engine = Engine::new(World::new(Clock::Frozen(Timestamp::from_millis(START_MS)), 1));
    for table in ["t", "u"] {
        let table = format!("table-{table}");
        let body = json!({"TableName": table, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]});
        send(&engine, "CreateTable", body).unwrap();
    }
    engine
}

fn hold(engine: &Engine, key: &str, until: Option<i64>) -> Result<Hold, HoldError> {
    let key = from_text(&json!({"pk": {"S": key}}).to_string()).unwrap();
    let until = until.map(|seconds| Timestamp::from_millis(START_MS + seconds * 1_000));
    engine.hold(&caller(), [("table-t".into(), key)], until, None)
}

fn add(token: &str, key: &str) -> Value {
    json!({"ClientRequestToken": token, "ReturnConsumedCapacity": "TOTAL", "TransactItems": [
        {"Update": {"TableName": "table-t", "Key": {"pk": {"S": key}}, "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}}}}]})
}

fn counted(engine: &Engine, key: &str) -> Value {
    let body = json!({"TableName": "table-t", "Key": {"pk": {"S": key}}});
    send(engine, "GetItem", body).unwrap()["Item"]["n"]["N"].take()
}

#[test]
fn what_is_held_conflicts_with_every_write_and_transaction_and_with_no_other_read() {
    let engine = engine();
    send(
        &engine,
        "PutItem",
        json!({"TableName": "table-t", "Item": {"pk": {"S": "a"}}}),
    )
    .unwrap();
    let held = hold(&engine, "a", None).unwrap();
    let key = json!({"pk": {"S": "a"}});
    for (operation, body) in [
        ("PutItem", json!({"TableName": "table-t", "Item": key})),
        ("DeleteItem", json!({"TableName": "table-t", "Key": key})),
        ("UpdateItem", json!({"TableName": "table-t", "Key": key})),
        // The item is not looked at, so that its condition cannot fail.
        (
            "PutItem",
            json!({"TableName": "table-t", "Item": key, "ConditionExpression": "attribute_not_exists(pk)"}),
        ),
    ] {
        assert_eq!(send(&engine, operation, body), Err(CONFLICT.into()), "{operation}");
    }
    let cancelled = "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons \
                     [None, TransactionConflict]";
    let free = json!({"TableName": "table-t", "Key": {"pk": {"S": "b"}}});
    let taken = json!({"TableName": "table-t", "Key": key});
    let gets = json!({"TransactItems": [{"Get": free}, {"Get": taken}]});
    assert_eq!(send(&engine, "TransactGetItems", gets), Err(cancelled.into()));
    let writes = json!({"TransactItems": [{"Delete": free}, {"Delete": taken}]});
    let error = engine.execute(call("TransactWriteItems", &writes)).unwrap_err();
    assert_eq!(error.to_string(), cancelled);
    assert_eq!(
        error.reasons()[1].message.as_deref(),
        Some("Transaction is ongoing for the item")
    );
    for (operation, body) in [
        ("GetItem", taken.clone()),
        ("Scan", json!({"TableName": "table-t"})),
        ("BatchGetItem", json!({"RequestItems": {"table-t": {"Keys": [key]}}})),
        ("PutItem", json!({"TableName": "table-u", "Item": key})),
        ("PutItem", json!({"TableName": "table-t", "Item": {"pk": {"S": "b"}}})),
    ] {
        assert!(send(&engine, operation, body).is_ok(), "{operation}");
    }
    drop(held);
    assert!(send(&engine, "TransactWriteItems", writes).is_ok());
}

#[test]
fn a_batch_hands_back_what_is_held_and_writes_the_rest() {
    let engine = engine();
    let _held = hold(&engine, "a", None).unwrap();
    let puts = json!([{"PutRequest": {"Item": {"pk": {"S": "a"}}}}, {"PutRequest": {"Item": {"pk": {"S": "b"}}}}]);
    let reply = send(&engine, "BatchWriteItem", json!({"RequestItems": {"table-t": puts}})).unwrap();
    assert_eq!(
        reply,
        json!({"UnprocessedItems": {"table-t": [{"PutRequest": {"Item": {"pk": {"S": "a"}}}}]}})
    );
    let page = send(&engine, "Scan", json!({"TableName": "table-t"})).unwrap();
    assert_eq!(page["Items"], json!([{"pk": {"S": "b"}}]));
}

#[test]
fn a_key_that_does_not_fit_is_told_before_a_conflict() {
    let engine = engine();
    let _held = hold(&engine, "a", None).unwrap();
    let writes = json!({"TransactItems": [
        {"Delete": {"TableName": "table-t", "Key": {"pk": {"S": "a"}}}},
        {"Delete": {"TableName": "table-t", "Key": {"pk": {"N": "1"}}}}]});
    let error = engine.execute(call("TransactWriteItems", &writes)).unwrap_err();
    let codes: Vec<_> = error.reasons().iter().map(|reason| reason.code.as_deref()).collect();
    assert_eq!(codes, [Some("None"), Some("ValidationError")]);
}

#[test]
fn a_hold_ends_with_its_time_on_the_virtual_clock() {
    let engine = engine();
    let held = hold(&engine, "a", Some(5)).unwrap();
    let put = json!({"TableName": "table-t", "Item": {"pk": {"S": "a"}}});
    engine.world().advance(4_999);
    assert_eq!(send(&engine, "PutItem", put.clone()), Err(CONFLICT.into()));
    engine.world().advance(1);
    assert!(send(&engine, "PutItem", put).is_ok());
    drop(held);
}

#[test]
fn what_cannot_be_held_is_refused() {
    let engine = engine();
    let _held = hold(&engine, "a", None).unwrap();
    assert_eq!(hold(&engine, "a", None).unwrap_err(), HoldError::Held("table-t".into()));
    let key = |json: Value| from_text(&json.to_string()).unwrap();
    let refused = engine.hold(
        &caller(),
        [("table-x".into(), key(json!({"pk": {"S": "a"}})))],
        None,
        None,
    );
    assert_eq!(
        refused.unwrap_err().to_string(),
        "There is no table table-x whose items could be held"
    );
    let refused = engine.hold(
        &caller(),
        [("table-t".into(), key(json!({"pk": {"N": "1"}})))],
        None,
        None,
    );
    assert_eq!(
        refused.unwrap_err().to_string(),
        "An item of table table-t cannot be held: The provided key element does not match the schema"
    );
}

#[test]
fn a_transaction_that_was_begun_shuts_others_out_until_it_is_done() {
    let engine = engine();
    let first = call("TransactWriteItems", &add("first", "a"));
    let hold = engine.begin(&first).unwrap().unwrap();
    assert_eq!(counted(&engine, "a"), Value::Null, "nothing is written yet");
    let other = send(&engine, "TransactWriteItems", add("other", "a"));
    assert!(other.unwrap_err().contains("[TransactionConflict]"));
    assert_eq!(
        send(&engine, "TransactWriteItems", add("first", "b")),
        Err("TransactionInProgressException: Transaction from previous request is still in progress".into())
    );
    let again = engine.begin(&first).map(|hold| hold.is_some());
    assert_eq!(again.unwrap_err().kind().name(), "TransactionInProgressException");
    assert!(execute(&engine, first.clone().within(&hold)).is_ok());
    drop(hold);
    assert_eq!(counted(&engine, "a"), json!("1"));
    assert!(
        engine.begin(&first).unwrap().is_none(),
        "what was executed is not begun again"
    );
    assert!(send(&engine, "TransactWriteItems", add("other", "a")).is_ok());
    assert_eq!(counted(&engine, "a"), json!("2"));
}

#[test]
fn a_transaction_that_cannot_begin_is_refused_as_it_would_be() {
    let engine = engine();
    let begin = |body: Value| engine.begin(&call("TransactWriteItems", &body)).map(drop);
    let missing = json!({"TransactItems": [{"Delete": {"TableName": "table-x", "Key": {"pk": {"S": "a"}}}}]});
    assert_eq!(
        begin(missing).unwrap_err().to_string(),
        "ResourceNotFoundException: Requested resource not found"
    );
    let _held = hold(&engine, "a", None).unwrap();
    let error = begin(add("token", "a")).unwrap_err();
    assert_eq!(error.reasons()[0].code.as_deref(), Some("TransactionConflict"));
    assert!(engine.begin(&call("ListTables", &json!({}))).unwrap().is_none());
}

#[test]
fn statements_that_write_hold_their_items_and_statements_that_read_meet_them() {
    let engine = engine();
    let statement = |text: &str| json!({"Statement": text});
    let insert = |token: &str, key: &str| {
        let text = format!("INSERT INTO \"table-t\" VALUE {{'pk': '{key}', 'n': 1}}");
        json!({"ClientRequestToken": token, "TransactStatements": [statement(&text)]})
    };
    let read = json!({"TransactStatements": [
        statement("SELECT * FROM \"table-u\" WHERE pk = 'a'"),
        statement("SELECT * FROM \"table-t\" WHERE pk = 'a'")]});
    let first = call("ExecuteTransaction", &insert("first", "a"));
    let hold = engine.begin(&first).unwrap().unwrap();
    assert_eq!(counted(&engine, "a"), Value::Null, "nothing is written yet");
    for (operation, body) in [
        ("ExecuteTransaction", insert("other", "a")),
        ("TransactWriteItems", add("other", "a")),
    ] {
        let refused = send(&engine, operation, body).unwrap_err();
        assert!(refused.contains("[TransactionConflict]"), "{refused}");
    }
    let refused = send(&engine, "ExecuteTransaction", read.clone()).unwrap_err();
    assert!(refused.contains("[None, TransactionConflict]"), "{refused}");
    let refused = send(&engine, "ExecuteTransaction", insert("first", "b")).unwrap_err();
    assert!(refused.starts_with("TransactionInProgressException"), "{refused}");
    assert!(execute(&engine, first.clone().within(&hold)).is_ok());
    drop(hold);
    assert_eq!(counted(&engine, "a"), json!("1"));
    assert!(engine.begin(&first).unwrap().is_none(), "it was executed");
    assert!(send(&engine, "ExecuteTransaction", read.clone()).is_ok());
    assert!(
        engine.begin(&call("ExecuteTransaction", &read)).unwrap().is_none(),
        "reads take no time"
    );
}

#[test]
fn statements_that_cannot_begin_are_refused_as_they_would_be() {
    let engine = engine();
    send(&engine, "TransactWriteItems", add("token", "a")).unwrap();
    let statement = |text: &str| json!({"Statement": text});
    let body = json!({"TransactStatements": [
        statement("INSERT INTO \"table-x\" VALUE {'pk': 'a'}"),
        statement("UPDATE \"table-t\" SET n = 2 WHERE pk = 'a' AND n = 9")]});
    let call = call("ExecuteTransaction", &body);
    let begun = engine.begin(&call).map(|hold| hold.is_some()).unwrap_err();
    let executed = engine.execute(call).map(drop).unwrap_err();
    assert_eq!(begun.reasons(), executed.reasons());
    assert_eq!(begun.reasons()[1].code.as_deref(), Some("ConditionalCheckFailed"));
}

#[test]
fn a_list_that_is_far_too_long_costs_no_more_than_its_body() {
    let elements = vec!["{}"; 200_000].join(",");
    let body = format!(r#"{{"TransactItems":[{elements}]}}"#);
    let (request, layer) = Request::read(Operation::TransactWriteItems, &body).unwrap();
    let Request::TransactWriteItems(sent) = &request else {
        unreachable!("it was read as one");
    };
    let kept = sent.transact_items.as_ref().map_or(0, Vec::len);
    assert!((10_000..100_000).contains(&kept), "{kept}");
    let refused = engine()
        .execute(Call::new(request, layer, caller()))
        .map(drop)
        .unwrap_err();
    assert!(refused.message().len() < 300_000, "{}", refused.message().len());
    assert!(refused.message().ends_with("length less than or equal to 100"));
}

#[test]
fn a_transaction_that_is_given_up_leaves_no_trace() {
    let engine = engine();
    drop(engine.begin(&call("TransactWriteItems", &add("token", "a"))).unwrap());
    assert!(send(&engine, "TransactWriteItems", add("token", "b")).is_ok());
    assert_eq!(counted(&engine, "a"), Value::Null);
}

#[test]
fn a_token_is_known_for_ten_minutes_on_the_virtual_clock() {
    let engine = engine();
    let units = |reply: Value| reply["ConsumedCapacity"][0]["WriteCapacityUnits"].as_f64();
    assert_eq!(
        units(send(&engine, "TransactWriteItems", add("token", "a")).unwrap()),
        Some(2.0)
    );
    engine.world().advance(599_999);
    assert_eq!(
        units(send(&engine, "TransactWriteItems", add("token", "a")).unwrap()),
        None
    );
    assert_eq!(counted(&engine, "a"), json!("1"));
    engine.world().advance(1);
    assert_eq!(
        units(send(&engine, "TransactWriteItems", add("token", "a")).unwrap()),
        Some(2.0)
    );
    assert_eq!(counted(&engine, "a"), json!("2"));
    let other = send(&engine, "TransactWriteItems", add("token", "b"));
    assert!(other.unwrap_err().starts_with("IdempotentParameterMismatchException"));
}

#[test]
fn a_fork_knows_the_tokens_and_a_hold_stays_behind() {
    let engine = engine();
    send(&engine, "TransactWriteItems", add("token", "a")).unwrap();
    let _held = hold(&engine, "b", None).unwrap();
    let fork = engine.fork();
    assert!(
        send(&fork, "TransactWriteItems", add("token", "b")).is_err(),
        "its token is known"
    );
    assert!(
        send(&fork, "TransactWriteItems", add("other", "b")).is_ok(),
        "its hold is not"
    );
    assert!(
        send(&engine, "TransactWriteItems", add("other", "a")).is_ok(),
        "later tokens of a fork are its own"
    );
}
