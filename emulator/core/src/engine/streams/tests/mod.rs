//! Streams through the engine, in virtual time.
//!
//! A row names the section that it comes from: of observed-tables.md (`§`) or control-plane.md (`C§`).

mod expiry;
mod retention;
mod rolls;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::engine::lab::{Lab, caller};
use crate::engine::{EngineSettings, StreamSettings};
use crate::store::Database;

const HOUR: f64 = 3_600.0;

/// An engine whose shards roll over as these settings say, with a table `abc` that has a stream of both images.
fn lab(streams: StreamSettings) -> Lab {
    let lab = Lab::with(EngineSettings {
        streams,
        ..EngineSettings::default()
    });
    lab.ok(
        "CreateTable",
        table(json!({"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"})),
    );
    lab
}

fn table(stream: Value) -> Value {
    json!({
        "TableName": "abc",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": stream,
    })
}

fn put(lab: &Lab, pk: &str, value: i64) {
    let item = json!({"pk": {"S": pk}, "v": {"N": value.to_string()}});
    lab.ok("PutItem", json!({"TableName": "abc", "Item": item}));
}

/// The ARN of the latest stream.
fn arn(lab: &Lab) -> String {
    text(&lab.describe()["LatestStreamArn"])
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

/// All shards, in the order in which they are listed, page by page.
fn shards(lab: &Lab, arn: &str) -> Vec<Value> {
    let mut shards = Vec::new();
    let mut request = json!({"StreamArn": arn, "Limit": 2});
    loop {
        let page = lab.ok("DescribeStream", request.clone())["StreamDescription"].take();
        shards.extend(page["Shards"].as_array().unwrap().iter().cloned());
        match page.get("LastEvaluatedShardId") {
            Some(last) => request["ExclusiveStartShardId"] = last.clone(),
            None => return shards,
        }
    }
}

fn status(lab: &Lab, arn: &str) -> String {
    text(&lab.ok("DescribeStream", json!({"StreamArn": arn}))["StreamDescription"]["StreamStatus"])
}

fn iterator(lab: &Lab, arn: &str, shard: &Value, kind: &str) -> Value {
    let request = json!({"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": kind});
    lab.ok("GetShardIterator", request)["ShardIterator"].take()
}

/// The records of a shard from an iterator on, and whether the shard was left closed.
fn read(lab: &Lab, mut iterator: Value) -> (Vec<Value>, bool) {
    let mut records = Vec::new();
    loop {
        let mut page = lab.ok("GetRecords", json!({"ShardIterator": iterator, "Limit": 3}));
        let found = page["Records"].as_array().unwrap();
        if found.is_empty() && page.get("NextShardIterator").is_some() {
            return (records, false);
        }
        records.extend(found.iter().cloned());
        match page.get_mut("NextShardIterator") {
            Some(next) => iterator = next.take(),
            None => return (records, true),
        }
    }
}

/// All records of a stream, parents before their children.
fn read_all(lab: &Lab, arn: &str) -> Vec<Value> {
    let shards = shards(lab, arn);
    let read = |shard: &Value| read(lab, iterator(lab, arn, shard, "TRIM_HORIZON")).0;
    shards.iter().flat_map(read).collect()
}

/// The values that records give an item, by its key; `None` is its removal.
fn histories(records: &[Value]) -> BTreeMap<String, Vec<Option<i64>>> {
    let mut histories: BTreeMap<String, Vec<Option<i64>>> = BTreeMap::new();
    for record in records {
        let value = record["dynamodb"]["NewImage"]["v"]["N"].as_str();
        let value = value.and_then(|value| value.parse().ok());
        let key = text(&record["dynamodb"]["Keys"]["pk"]["S"]);
        histories.entry(key).or_default().push(value);
    }
    histories
}

/// Asserts that the Changes of the engine give the same database, streams and all.
fn assert_replays(lab: &Lab) {
    let mut replayed = Database::default();
    for change in lab.engine.journal(&caller()) {
        replayed.apply(&change).drop_now();
    }
    assert!(
        replayed == lab.engine.database(&caller()),
        "a replay gives the same database"
    );
}
