//! The records of a stream rebuild its table: random writes by every way in which items change, then the stream read by a consumer.
//!
//! Applied in order to nothing, the records give what the table holds; each shows as the old image what was there before it. Writes that are refused
//! or change nothing leave no record, or the two would disagree.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};
use stator_conformance::lab::Lab;
use stator_core::engine::{EngineSettings, StreamSettings};
use stator_core::model::Operation;

/// A write of one item.
#[derive(Clone, Debug)]
enum Write {
    /// An item with this value, which expires so many seconds from now if at all.
    Put {
        pk: u8,
        value: Value,
        expires: Option<i64>,
    },
    Set {
        pk: u8,
        value: Value,
    },
    Delete {
        pk: u8,
    },
}

/// How writes are sent.
#[derive(Clone, Copy, Debug)]
enum Way {
    Alone,
    Batch,
    Transaction,
    Statement,
    BatchOfStatements,
    TransactionOfStatements,
}

impl Way {
    const ALL: [Self; 6] = [
        Self::Alone,
        Self::Batch,
        Self::Transaction,
        Self::Statement,
        Self::BatchOfStatements,
        Self::TransactionOfStatements,
    ];
}

#[derive(Clone, Debug)]
enum Step {
    Send(Way, Vec<Write>),
    /// Seconds pass.
    Wait(i64),
}

impl Write {
    fn pk(&self) -> u8 {
        match self {
            Self::Put { pk, .. } | Self::Set { pk, .. } | Self::Delete { pk } => *pk,
        }
    }

    fn key(&self) -> Value {
        json!({"pk": {"N": self.pk().to_string()}})
    }

    fn item(&self, now: i64) -> Value {
        let mut item = self.key();
        if let Self::Put { value, expires, .. } = self {
            item["a"] = value.clone();
            if let Some(seconds) = expires {
                item["ttl"] = json!({"N": (now + seconds).to_string()});
            }
        }
        item
    }

    /// The operation, its name among the actions of a transaction, and the request.
    fn request(&self, now: i64) -> (Operation, &'static str, Value) {
        let mut body = json!({"TableName": "model"});
        match self {
            Self::Put { .. } => {
                body["Item"] = self.item(now);
                (Operation::PutItem, "Put", body)
            }
            Self::Set { value, .. } => {
                body["Key"] = self.key();
                body["UpdateExpression"] = json!("SET a = :a");
                body["ExpressionAttributeValues"] = json!({":a": value});
                (Operation::UpdateItem, "Update", body)
            }
            Self::Delete { .. } => {
                body["Key"] = self.key();
                (Operation::DeleteItem, "Delete", body)
            }
        }
    }

    fn statement(&self, now: i64) -> Value {
        let pk = self.pk();
        match self {
            Self::Put { value, .. } => {
                let ttl = self.item(now)["ttl"].take();
                match ttl.is_null() {
                    true => {
                        json!({"Statement": format!("INSERT INTO model VALUE {{'pk': {pk}, 'a': ?}}"), "Parameters": [value]})
                    }
                    false => {
                        json!({"Statement": format!("INSERT INTO model VALUE {{'pk': {pk}, 'a': ?, 'ttl': ?}}"), "Parameters": [value, ttl]})
                    }
                }
            }
            Self::Set { value, .. } => {
                json!({"Statement": format!("UPDATE model SET a = ? WHERE pk = {pk}"), "Parameters": [value]})
            }
            Self::Delete { .. } => json!({"Statement": format!("DELETE FROM model WHERE pk = {pk}")}),
        }
    }
}

fn send(lab: &Lab, step: &Step) {
    let (way, writes) = match step {
        Step::Send(way, writes) => (*way, writes),
        Step::Wait(seconds) => return lab.wait(seconds * 1_000),
    };
    let now = lab.seconds();
    let statements = || writes.iter().map(|write| write.statement(now));
    let (operation, body) = match way {
        Way::Alone => {
            return writes.iter().for_each(|write| {
                let (operation, _, body) = write.request(now);
                lab.ok(operation, &body);
            });
        }
        Way::Statement => {
            return statements().for_each(|statement| drop(lab.ask(Operation::ExecuteStatement, &statement)));
        }
        Way::Batch => {
            let requests = writes.iter().map(|write| match write {
                Write::Delete { .. } => json!({"DeleteRequest": {"Key": write.key()}}),
                Write::Put { .. } | Write::Set { .. } => json!({"PutRequest": {"Item": write.item(now)}}),
            });
            (
                Operation::BatchWriteItem,
                json!({"RequestItems": {"model": requests.collect::<Vec<_>>()}}),
            )
        }
        Way::Transaction => {
            let actions = writes.iter().map(|write| {
                let (_, kind, body) = write.request(now);
                json!({kind: body})
            });
            (
                Operation::TransactWriteItems,
                json!({"TransactItems": actions.collect::<Vec<_>>()}),
            )
        }
        Way::BatchOfStatements => (
            Operation::BatchExecuteStatement,
            json!({"Statements": statements().collect::<Vec<_>>()}),
        ),
        Way::TransactionOfStatements => (
            Operation::ExecuteTransaction,
            json!({"TransactStatements": statements().collect::<Vec<_>>()}),
        ),
    };
    // Statements are refused where an item is there, or is not: then nothing may have changed.
    drop(lab.ask(operation, &body));
}

/// All records, as a consumer reads them: parents before their children, each shard from its beginning to its end.
fn records(lab: &Lab, arn: &Value) -> Vec<Value> {
    let (mut records, mut done) = (Vec::new(), BTreeSet::new());
    let mut describe = json!({"StreamArn": arn, "Limit": 2});
    loop {
        let described = lab.ok(Operation::DescribeStream, &describe);
        let described = &described["StreamDescription"];
        for shard in described["Shards"].as_array().into_iter().flatten() {
            let parent = shard.get("ParentShardId").map(Value::to_string);
            assert!(
                parent.is_none_or(|parent| done.contains(&parent)),
                "a parent is listed before its children"
            );
            records.extend(records_of(lab, arn, &shard["ShardId"]));
            done.insert(shard["ShardId"].to_string());
        }
        match described.get("LastEvaluatedShardId") {
            Some(last) => describe["ExclusiveStartShardId"] = last.clone(),
            None => return records,
        }
    }
}

fn records_of(lab: &Lab, arn: &Value, shard: &Value) -> Vec<Value> {
    let from_start = json!({"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
    let mut iterator = lab.ok(Operation::GetShardIterator, &from_start)["ShardIterator"].take();
    let mut records = Vec::new();
    loop {
        let mut page = lab.ok(Operation::GetRecords, &json!({"ShardIterator": iterator, "Limit": 3}));
        let found = page["Records"].as_array().cloned().unwrap_or_default();
        let is_end = found.is_empty();
        records.extend(found);
        match page["NextShardIterator"].take() {
            next if !next.is_null() && !is_end => iterator = next,
            _ => return records,
        }
    }
}

/// Applies a record to the items by key, which must be as it says.
fn apply(items: &mut BTreeMap<String, Value>, record: &Value) -> Result<(), TestCaseError> {
    let change = &record["dynamodb"];
    let key = change["Keys"].to_string();
    let (old, new) = (change.get("OldImage"), change.get("NewImage"));
    prop_assert_eq!(items.get(&key), old, "the old image is what was there: {}", record);
    let event = match (old, new) {
        (None, Some(_)) => "INSERT",
        (Some(_), Some(_)) => "MODIFY",
        _ => "REMOVE",
    };
    prop_assert_eq!(&record["eventName"], event);
    prop_assert_ne!(old, new, "what changes nothing has no record");
    if record.get("userIdentity").is_some() {
        let at = change["ApproximateCreationDateTime"].as_f64().unwrap_or_default();
        let ttl = old.and_then(|old| old["ttl"]["N"].as_str()?.parse::<f64>().ok());
        prop_assert!(
            new.is_none() && ttl.is_some_and(|ttl| ttl < at),
            "the service deletes what expired: {}",
            record
        );
    }
    match new {
        Some(new) => items.insert(key, new.clone()),
        None => items.remove(&key),
    };
    Ok(())
}

/// A lab with a table that has a stream, whose shards are soon full, and time to live; and the stream's ARN.
fn lab() -> (Lab, Value) {
    let streams = StreamSettings {
        shard_records: 7,
        ..StreamSettings::default()
    };
    let lab = Lab::new(EngineSettings {
        streams,
        ..EngineSettings::default()
    });
    let create = json!({
        "TableName": "model", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "N"}], "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    });
    let arn = lab.ok(Operation::CreateTable, &create)["TableDescription"]["LatestStreamArn"].take();
    let expiry = json!({"TableName": "model", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ttl"}});
    lab.ok(Operation::UpdateTimeToLive, &expiry);
    (lab, arn)
}

fn any_write() -> impl Strategy<Value = Write> {
    let value = || {
        prop::sample::select(vec![
            json!({"S": "x"}),
            json!({"S": "y"}),
            json!({"NS": ["1", "2"]}),
            json!({"L": [{"BOOL": true}, {"M": {"b": {"NULL": true}}}]}),
        ])
    };
    prop_oneof![
        4 => (0u8..8, value(), prop::option::of(-20i64..60)).prop_map(|(pk, value, expires)| Write::Put { pk, value, expires }),
        3 => (0u8..8, value()).prop_map(|(pk, value)| Write::Set { pk, value }),
        2 => (0u8..8).prop_map(|pk| Write::Delete { pk }),
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    let way = prop::sample::select(&Way::ALL[..]);
    // Each item once, since most ways refuse two writes of one.
    let writes = prop::collection::vec(any_write(), 1..5).prop_map(|writes| {
        let writes: BTreeMap<u8, Write> = writes.into_iter().map(|write| (write.pk(), write)).collect();
        writes.into_values().collect()
    });
    prop_oneof![
        5 => (way, writes).prop_map(|(way, writes)| Step::Send(way, writes)),
        1 => (1i64..40).prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_records_of_a_stream_rebuild_its_table(steps in prop::collection::vec(any_step(), 1..40)) {
        let (lab, arn) = lab();
        steps.iter().for_each(|step| send(&lab, step));
        let scanned = lab.ok(Operation::Scan, &json!({"TableName": "model"}));
        let mut items = BTreeMap::new();
        for record in records(&lab, &arn) {
            apply(&mut items, &record)?;
        }
        let held = scanned["Items"].as_array().into_iter().flatten();
        let held: BTreeMap<String, Value> = held.map(|item| (json!({"pk": item["pk"]}).to_string(), item.clone())).collect();
        prop_assert_eq!(items, held);
    }
}

#[test]
fn every_way_leaves_records() {
    for way in Way::ALL {
        let (lab, arn) = lab();
        let put = |pk| Write::Put {
            pk,
            value: json!({"S": "x"}),
            expires: None,
        };
        send(&lab, &Step::Send(way, vec![put(1), put(2)]));
        assert_eq!(records(&lab, &arn).len(), 2, "{way:?}");
    }
    let (lab, arn) = lab();
    let expiring = Write::Put {
        pk: 1,
        value: json!({"S": "x"}),
        expires: Some(1),
    };
    send(&lab, &Step::Send(Way::Alone, vec![expiring]));
    send(&lab, &Step::Wait(60));
    let records = records(&lab, &arn);
    assert_eq!(records.len(), 2);
    assert_eq!(records[1]["userIdentity"]["PrincipalId"], "dynamodb.amazonaws.com");
}
