//! Throttling through the engine (capacity.md §5–§8, wire.md §10): what is served by a clock that only the test moves.

use serde_json::{Value, json};

use crate::engine::{Call, Caller, CapacityLimits, Clock, Engine, EngineSettings, World};
use crate::model::json::Timestamp;
use crate::model::{ApiError, ErrorKind, Operation, Reply, Request};

struct Lab(Engine);

impl Lab {
    fn new(limits: CapacityLimits) -> Self {
        let world = World::new(Clock::Frozen(Timestamp::from_millis(1_793_534_400_000)), 1);
        let settings = EngineSettings {
            capacity: limits,
            ..EngineSettings::default()
        };
        Self(Engine::with_settings(world, settings))
    }

    /// With a table of so many reads and writes, and an index of so many.
    fn provisioned(table: (i64, i64), index: (i64, i64)) -> Self {
        let lab = Self::new(CapacityLimits::Enforced);
        let units = |(read, write): (i64, i64)| json!({ "ReadCapacityUnits": read, "WriteCapacityUnits": write });
        lab.create(
            json!({ "ProvisionedThroughput": units(table) }),
            json!({ "ProvisionedThroughput": units(index) }),
        );
        lab
    }

    fn create(&self, table: Value, index: Value) {
        let mut request = json!({
            "TableName": "shop",
            "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }, { "AttributeName": "day", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
            "GlobalSecondaryIndexes": [{
                "IndexName": "by_day",
                "KeySchema": [{ "AttributeName": "day", "KeyType": "HASH" }],
                "Projection": { "ProjectionType": "ALL" },
            }],
        });
        merge(&mut request["GlobalSecondaryIndexes"][0], index);
        merge(&mut request, table);
        self.call("CreateTable", &request).unwrap();
    }

    fn call(&self, operation: &str, body: &Value) -> Result<Reply, ApiError> {
        let (request, layer) = Request::read(Operation::from_name(operation).unwrap(), &body.to_string()).unwrap();
        let caller = Caller {
            access_key: "key".into(),
            region: "eu-west-2".into(),
            account: "123456789012".into(),
        };
        self.0.execute(Call::new(request, layer, caller))
    }

    /// Puts an item of so many kilobytes; `served`, or the reasons why not.
    fn put(&self, pk: &str, kilobytes: usize) -> String {
        let item = json!({ "pk": { "S": pk }, "x": { "S": "x".repeat(kilobytes * 1024 - 100) } });
        outcome(self.call("PutItem", &json!({ "TableName": "shop", "Item": item })))
    }

    fn get(&self, pk: &str) -> String {
        outcome(self.call(
            "GetItem",
            &json!({ "TableName": "shop", "Key": { "pk": { "S": pk } }, "ConsistentRead": true }),
        ))
    }

    fn wait(&self, milliseconds: i64) {
        self.0.world().advance(milliseconds);
    }

    /// How many of these are served before one is not.
    fn served(&self, mut ask: impl FnMut(&Self) -> String) -> usize {
        (0..100_000).take_while(|_| ask(self) == "served").count()
    }
}

fn merge(object: &mut Value, more: Value) {
    let (Value::Object(object), Value::Object(more)) = (object, more) else {
        panic!("objects are merged");
    };
    object.extend(more);
}

fn outcome(answer: Result<Reply, ApiError>) -> String {
    let Err(error) = answer else {
        return "served".to_owned();
    };
    let reasons: Vec<String> = error.throttling().iter().map(ToString::to_string).collect();
    format!("{} {}", error.kind().name(), reasons.join(","))
}

const EXCEEDED: &str = "ProvisionedThroughputExceededException TableWriteProvisionedThroughputExceeded";

#[test]
fn nothing_is_throttled_unless_that_is_asked_for() {
    let lab = Lab::new(CapacityLimits::Ignored);
    let units = json!({ "ProvisionedThroughput": { "ReadCapacityUnits": 1, "WriteCapacityUnits": 1 } });
    lab.create(units.clone(), units);
    assert_eq!((0..1_000).filter(|_| lab.put("a", 1) != "served").count(), 0);
}

#[test]
fn a_provisioned_table_serves_its_rate_and_what_it_saved() {
    let lab = Lab::provisioned((5, 5), (1, 1));
    assert_eq!(
        lab.served(|lab| lab.put("a", 1)),
        5,
        "a new table has one second's worth"
    );
    assert_eq!(lab.put("a", 1), EXCEEDED);
    lab.wait(400);
    assert_eq!(lab.served(|lab| lab.put("a", 1)), 2);
    lab.wait(10_000);
    assert_eq!(lab.served(|lab| lab.put("a", 1)), 50);
    lab.wait(3_600_000);
    let mut pk = 0;
    let served = lab.served(|lab| {
        pk += 1;
        lab.put(&pk.to_string(), 1)
    });
    assert_eq!(served, 1_500, "300 seconds are kept");
    assert_eq!(
        lab.served(|lab| lab.get("a")),
        1_500,
        "reads have a bucket of their own"
    );
}

#[test]
fn a_large_item_is_written_and_delays_what_follows() {
    let lab = Lab::provisioned((5, 1), (1, 1));
    assert_eq!(lab.put("a", 100), "served");
    lab.wait(98_000);
    assert_eq!(lab.put("a", 1), EXCEEDED);
    lab.wait(2_000);
    assert_eq!(lab.put("b", 1), "served");
}

#[test]
fn an_index_that_cannot_follow_holds_writes_back() {
    let lab = Lab::provisioned((5, 100), (1, 2));
    let put = |pk: usize, day: bool| {
        let mut item = json!({ "pk": { "S": pk.to_string() } });
        if day {
            item["day"] = json!({ "S": "monday" });
        }
        outcome(lab.call("PutItem", &json!({ "TableName": "shop", "Item": item })))
    };
    let refused = "ProvisionedThroughputExceededException IndexWriteProvisionedThroughputExceeded";
    let answers: Vec<String> = (0..3).map(|pk| put(pk, true)).collect();
    assert_eq!(answers, ["served", "served", refused]);
    assert_eq!(put(4, false), "served", "what is not in the index does not wait for it");
    assert_eq!(lab.get("2"), "served");
    let index = lab.call(
        "Query",
        &json!({ "TableName": "shop", "IndexName": "by_day", "KeyConditionExpression": "#d = :d",
        "ExpressionAttributeNames": { "#d": "day" }, "ExpressionAttributeValues": { ":d": { "S": "monday" } } }),
    );
    assert_eq!(outcome(index), "served");
}

#[test]
fn one_partition_serves_a_thousand_writes_and_three_thousand_reads() {
    let lab = Lab::provisioned((40_000, 40_000), (1, 1));
    assert_eq!(lab.served(|lab| lab.put("hot", 1)), 1_000);
    let refused = "ProvisionedThroughputExceededException TableWriteKeyRangeThroughputExceeded";
    assert_eq!(lab.put("hot", 1), refused);
    assert_eq!(lab.put("cold", 1), "served");
    assert_eq!(lab.served(|lab| lab.get("hot")), 3_000);
    lab.wait(100);
    assert_eq!(lab.served(|lab| lab.put("hot", 1)), 100);
}

#[test]
fn on_demand_tables_are_throttled_in_other_words() {
    let lab = Lab::new(CapacityLimits::Enforced);
    let ceiling = json!({ "MaxReadRequestUnits": 7, "MaxWriteRequestUnits": 3 });
    lab.create(
        json!({ "BillingMode": "PAY_PER_REQUEST", "OnDemandThroughput": ceiling }),
        json!({}),
    );
    assert_eq!(lab.served(|lab| lab.put("a", 1)), 3);
    assert_eq!(
        lab.put("a", 1),
        "ThrottlingException TableWriteMaxOnDemandThroughputExceeded"
    );
    assert_eq!(lab.served(|lab| lab.get("a")), 7);
    lab.wait(1_000_000);
    assert_eq!(lab.served(|lab| lab.get("a")), 7, "nothing is saved up");
}

#[test]
fn a_new_on_demand_table_serves_four_thousand_writes_a_second() {
    let lab = Lab::new(CapacityLimits::Enforced);
    lab.create(json!({ "BillingMode": "PAY_PER_REQUEST" }), json!({}));
    let mut pk = 0;
    let served = lab.served(|lab| {
        pk += 1;
        lab.put(&pk.to_string(), 1)
    });
    assert_eq!(served, 4_000);
    assert_eq!(
        lab.put("x", 1),
        "ThrottlingException TableWriteKeyRangeThroughputExceeded"
    );
}

fn batch(count: usize) -> Value {
    let puts = (0..count).map(|pk| json!({ "PutRequest": { "Item": { "pk": { "S": pk.to_string() } } } }));
    json!({ "RequestItems": { "shop": puts.collect::<Vec<_>>() } })
}

#[test]
fn batches_leave_what_cannot_be_served_and_fail_when_nothing_can() {
    let lab = Lab::provisioned((3, 3), (1, 1));
    let Ok(Reply::BatchWriteItem(reply)) = lab.call("BatchWriteItem", &batch(5)) else {
        panic!("some were to be served");
    };
    assert_eq!(reply.unprocessed_items.get("shop").map(Vec::len), Some(2));
    assert_eq!(outcome(lab.call("BatchWriteItem", &batch(5))), EXCEEDED);
    let keys: Vec<Value> = (0..5).map(|pk| json!({ "pk": { "S": pk.to_string() } })).collect();
    let request = json!({ "RequestItems": { "shop": { "Keys": keys, "ConsistentRead": true } } });
    let Ok(Reply::BatchGetItem(reply)) = lab.call("BatchGetItem", &request) else {
        panic!("some were to be served");
    };
    assert_eq!(reply.responses.get("shop").map(Vec::len), Some(3));
    let left = reply.unprocessed_keys.get("shop").and_then(|left| left.keys.clone());
    assert_eq!(left.map(|keys| keys.len()), Some(2));
    let refused = "ProvisionedThroughputExceededException TableReadProvisionedThroughputExceeded";
    assert_eq!(outcome(lab.call("BatchGetItem", &request)), refused);
}

#[test]
fn a_transaction_is_cancelled_with_a_reason_for_each_write_that_cannot_be_served() {
    let lab = Lab::provisioned((5, 2), (1, 1));
    let put = |pk: &str| json!({ "Put": { "TableName": "shop", "Item": { "pk": { "S": pk } } } });
    let request = json!({ "TransactItems": [put("a"), put("b")] });
    let error = lab.call("TransactWriteItems", &request).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionCanceled);
    let codes: Vec<_> = error
        .reasons()
        .iter()
        .map(|reason| reason.code.clone().unwrap_or_default())
        .collect();
    assert_eq!(
        codes,
        ["None", "ProvisionedThroughputExceeded"],
        "the first write draws two units"
    );
    assert_eq!(lab.get("a"), "served");
}

#[test]
fn a_failed_condition_is_paid_for_and_a_refused_request_is_not() {
    let lab = Lab::provisioned((5, 2), (1, 1));
    let failing =
        json!({ "TableName": "shop", "Key": { "pk": { "S": "a" } }, "ConditionExpression": "attribute_exists(pk)" });
    for _ in 0..2 {
        assert_eq!(
            outcome(lab.call("DeleteItem", &failing)),
            "ConditionalCheckFailedException "
        );
    }
    assert_eq!(lab.put("a", 1), EXCEEDED);
    assert_eq!(lab.put("a", 1), EXCEEDED);
    lab.wait(500);
    assert_eq!(lab.put("a", 1), "served");
}

#[test]
fn a_fork_has_what_was_left_and_goes_on_alone() {
    let lab = Lab::provisioned((5, 5), (1, 1));
    assert_eq!(lab.put("a", 3), "served");
    let fork = Lab(lab.0.fork());
    assert_eq!(fork.served(|lab| lab.put("b", 1)), 2);
    assert_eq!(lab.served(|lab| lab.put("b", 1)), 2);
}

/// A statement for each key, in the shape of a batch or transaction.
fn statements(member: &str, text: &str, keys: &[&str]) -> Value {
    let statements = keys
        .iter()
        .map(|key| json!({ "Statement": text, "Parameters": [{ "S": key }] }));
    json!({ member: statements.collect::<Vec<_>>() })
}

const INSERT: &str = "INSERT INTO shop VALUE {'pk': ?}";
const SELECT: &str = "SELECT * FROM shop WHERE pk = ?";

#[test]
fn statements_of_a_batch_are_throttled_one_by_one() {
    let lab = Lab::provisioned((1, 2), (1, 1));
    let codes = |text: &str| {
        let request = statements("Statements", text, &["a", "b", "c"]);
        let Ok(Reply::BatchExecuteStatement(reply)) = lab.call("BatchExecuteStatement", &request) else {
            panic!("a batch fails statement by statement");
        };
        let code = |response: &crate::model::wire::BatchStatementResponse| {
            let error = response.error.as_ref()?;
            error.code.as_ref().map(ToString::to_string)
        };
        let codes: Vec<_> = reply.responses.iter().map(code).collect();
        codes
    };
    let throttled = || Some("ProvisionedThroughputExceeded".to_owned());
    assert_eq!(codes(INSERT), [None, None, throttled()]);
    assert_eq!(codes(SELECT), [None, None, throttled()], "half a unit each");
}

#[test]
fn a_transaction_of_statements_is_cancelled_with_a_reason_for_each_that_cannot_be_served() {
    let lab = Lab::provisioned((2, 2), (1, 1));
    let codes = |text: &str| {
        let request = statements("TransactStatements", text, &["a", "b"]);
        let error = lab.call("ExecuteTransaction", &request).unwrap_err();
        let reasons = error.reasons().iter();
        reasons
            .map(|reason| reason.code.clone().unwrap_or_default().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(INSERT), ["None", "ProvisionedThroughputExceeded"]);
    assert_eq!(codes(SELECT), ["None", "ProvisionedThroughputExceeded"]);
}

#[test]
fn a_statement_draws_from_the_partition_that_it_reads() {
    let lab = Lab::provisioned((40_000, 40_000), (1, 1));
    let read = |lab: &Lab, pk: &str| {
        let request = json!({ "Statement": SELECT, "Parameters": [{ "S": pk }], "ConsistentRead": true });
        outcome(lab.call("ExecuteStatement", &request))
    };
    assert_eq!(lab.served(|lab| read(lab, "hot")), 3_000);
    let refused = "ProvisionedThroughputExceededException TableReadKeyRangeThroughputExceeded";
    assert_eq!(read(&lab, "hot"), refused);
    assert_eq!(read(&lab, "cold"), "served");
}

#[test]
fn a_statement_whose_condition_fails_is_paid_for() {
    let lab = Lab::provisioned((5, 2), (1, 1));
    let failing = json!({ "Statement": "UPDATE shop SET x = 1 WHERE pk = 'a' AND y = 2" });
    let refused = "ConditionalCheckFailedException ";
    assert_eq!(
        [0; 2].map(|_| outcome(lab.call("ExecuteStatement", &failing))),
        [refused; 2]
    );
    assert_eq!(lab.put("a", 1), EXCEEDED);
}
