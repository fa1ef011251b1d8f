//! Takes out of answers what two faithful servers may tell differently: order that the service leaves open, times, ids, ARNs.

use serde_json::{Value, json};

use super::answer::Answer;
use super::generate::Request;
use super::world::{IndexSpec, Scope, TABLES, TableSpec};

/// How ARNs begin in generated requests and in normal answers; the duel puts in what the endpoint calls itself.
pub(super) const ARN_PREFIX: &str = "arn:aws:dynamodb:us-east-1:123456789012:";

/// Members whose values are the server's own.
const OWN_MEMBERS: [&str; 21] = [
    "CreationDateTime",
    "TableId",
    "LatestStreamLabel",
    "LastUpdateToPayPerRequestDateTime",
    "LastIncreaseDateTime",
    "LastDecreaseDateTime",
    "LastUpdateDateTime",
    "NextToken",
    "UpdateTimestamp",
    "KMSMasterKeyArn",
    "LatestStreamArn",
    "StreamArn",
    "StreamLabel",
    "CreationRequestDateTime",
    "ShardId",
    "LastEvaluatedShardId",
    "LastEvaluatedStreamArn",
    "StartingSequenceNumber",
    "EndingSequenceNumber",
    "ShardIterator",
    "NextShardIterator",
];

/// What of a page depends on the order of partitions.
const PAGE_MEMBERS: [&str; 6] = [
    "Items",
    "Count",
    "ScannedCount",
    "LastEvaluatedKey",
    "NextToken",
    "ConsumedCapacity",
];

/// Brings an answer to its normal form.
pub(super) fn normalise(request: &Request, answer: &mut Answer, arn_prefix: &str) {
    scrub(&mut answer.body, arn_prefix);
    if !answer.is_success() {
        return;
    }
    match request.operation {
        "Scan" => order_items(&mut answer.body, None),
        "Query" => {
            if let Some(index) = index_of_query(request) {
                order_items(&mut answer.body, index.sort_key());
            }
        }
        "ExecuteStatement" if !is_ordered(request) => order_items(&mut answer.body, None),
        "ExecuteStatement" => {
            if let Some(index) = index_of_statement(request) {
                order_items(&mut answer.body, index.sort_key());
            }
        }
        "SearchVectors" => round_scores(&mut answer.body),
        "GetRecords" => forget_records(&mut answer.body),
        "ListStreams" => keep_streams_of_world(request, &mut answer.body),
        "BatchGetItem"
        | "BatchWriteItem"
        | "TransactGetItems"
        | "TransactWriteItems"
        | "BatchExecuteStatement"
        | "ExecuteTransaction" => order_batches(&mut answer.body),
        _ => {}
    }
}

/// Whether a page of this request holds whatever comes first in an order that the service leaves open.
pub(super) fn depends_on_order(request: &Request) -> bool {
    let has = |member: &str| request.body.get(member).is_some_and(|value| !value.is_null());
    match request.operation {
        "Scan" => has("Limit") || has("ExclusiveStartKey") || has("Segment"),
        "Query" => index_of_query(request).is_some() && (has("Limit") || has("ExclusiveStartKey")),
        "ExecuteStatement" => has("Limit") && (!is_ordered(request) || index_of_statement(request).is_some()),
        _ => false,
    }
}

/// Whether a SELECT reads one partition of a table or local index, or asks for an order, so that its rows come in one that is told.
fn is_ordered(request: &Request) -> bool {
    let statement = request.body["Statement"].as_str().unwrap_or_default();
    if statement.contains(" ORDER BY ") {
        return true;
    }
    let condition = statement.split_once(" WHERE ").map_or("", |(_, condition)| condition);
    let pins = |table: &TableSpec| condition.starts_with(&format!("{} = ", table.key[0].name));
    TABLES.iter().any(pins)
        && !condition.contains(" OR ")
        && index_of_statement(request).is_none_or(|index| index.scope == Scope::Local)
}

/// Streams outlive the tables that come and go, of which either side may have made others; and no order of streams is told.
fn keep_streams_of_world(request: &Request, body: &mut Value) {
    if let Some(Value::Array(streams)) = body.get_mut("Streams") {
        streams.retain(|stream| TABLES.iter().any(|table| stream["TableName"] == table.name));
        streams.sort_by_cached_key(Value::to_string);
    }
    let names_table = request.body.get("TableName").is_some_and(|name| !name.is_null());
    if let Some(body) = body.as_object_mut()
        && !names_table
        && request.body.get("Limit").is_some()
    {
        body.clear();
    }
}

/// The last digits of a score depend on the order in which its terms are added.
fn round_scores(body: &mut Value) {
    let results = body.get_mut("SearchResults").and_then(Value::as_array_mut);
    for result in results.into_iter().flatten() {
        if let Some(score) = result["Score"].as_f64() {
            result["Score"] = json!(format!("{score:.4e}"));
        }
    }
}

/// Records are compared by [following](super::streams) the streams, not page by page.
fn forget_records(body: &mut Value) {
    if let Some(body) = body.as_object_mut() {
        body.remove("Records");
    }
}

/// A record without what is the server's own: its ids, its time and where it says to be.
pub(super) fn normal_record(mut record: Value) -> Value {
    if let Some(record) = record.as_object_mut() {
        record.remove("eventID");
        record.remove("awsRegion");
    }
    if let Some(change) = record["dynamodb"].as_object_mut() {
        change.remove("SequenceNumber");
        change.remove("ApproximateCreationDateTime");
    }
    scrub(&mut record, ARN_PREFIX);
    record
}

/// Forgets what depends on the order of partitions.
pub(super) fn forget_page(answer: &mut Answer) {
    if let Some(body) = answer.body.as_object_mut() {
        body.retain(|member, _| !PAGE_MEMBERS.contains(&member.as_str()));
    }
}

/// Items in an order of their own; what a state is compared by.
pub(super) fn sorted(mut items: Vec<Value>) -> Vec<Value> {
    for item in &mut items {
        scrub(item, ARN_PREFIX);
    }
    items.sort_by_cached_key(Value::to_string);
    items
}

/// Whether a statement reads a local index, which may fetch from the table what it does not hold.
pub(super) fn states_local_index(request: &Request) -> bool {
    request.operation == "ExecuteStatement"
        && index_of_statement(request).is_some_and(|index| index.scope == Scope::Local)
}

fn index_of_query(request: &Request) -> Option<&'static IndexSpec> {
    let name = request.body["IndexName"].as_str()?;
    all_indexes().find(|index| index.name == name)
}

fn index_of_statement(request: &Request) -> Option<&'static IndexSpec> {
    let statement = request.body["Statement"].as_str()?;
    all_indexes().find(|index| statement.contains(index.name))
}

fn all_indexes() -> impl Iterator<Item = &'static IndexSpec> {
    TABLES.iter().flat_map(|table| table.indexes)
}

/// Sorts runs of items that tie in the sort key; all of them if there is none to see.
fn order_items(body: &mut Value, sort_key: Option<&str>) {
    let Some(items) = body.get_mut("Items").and_then(Value::as_array_mut) else {
        return;
    };
    let ties = |one: &Value, other: &Value| match sort_key {
        Some(name) => one.get(name).is_none() || one.get(name) == other.get(name),
        None => true,
    };
    for run in items.chunk_by_mut(ties) {
        run.sort_by_cached_key(Value::to_string);
    }
}

fn order_batches(body: &mut Value) {
    if let Some(Value::Object(tables)) = body.get_mut("Responses") {
        for items in tables.values_mut().filter_map(Value::as_array_mut) {
            items.sort_by_cached_key(Value::to_string);
        }
    }
    for member in ["ConsumedCapacity"] {
        if let Some(Value::Array(list)) = body.get_mut(member) {
            list.sort_by_cached_key(|entry| entry["TableName"].to_string());
        }
    }
    if let Some(Value::Object(tables)) = body.get_mut("ItemCollectionMetrics") {
        for list in tables.values_mut().filter_map(Value::as_array_mut) {
            list.sort_by_cached_key(Value::to_string);
        }
    }
}

fn scrub(value: &mut Value, arn_prefix: &str) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members.iter_mut() {
                scrub_member(name, inner, arn_prefix);
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| scrub(element, arn_prefix)),
        Value::String(text) if text.contains(arn_prefix) => *text = text.replace(arn_prefix, ARN_PREFIX),
        _ => {}
    }
}

fn scrub_member(name: &str, value: &mut Value, arn_prefix: &str) {
    match (name, &mut *value) {
        (name, value) if OWN_MEMBERS.contains(&name) => *value = json!("(own)"),
        ("SS" | "NS" | "BS", Value::Array(members)) => members.sort_by_cached_key(Value::to_string),
        ("AttributeDefinitions" | "NonKeyAttributes" | "Tags", Value::Array(list)) => {
            list.sort_by_cached_key(Value::to_string);
        }
        (_, value) => scrub(value, arn_prefix),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Request, normalise};
    use crate::differential::answer::Answer;

    #[test]
    fn ties_of_an_index_are_sorted_and_its_order_is_kept() {
        let request = Request {
            operation: "Query",
            body: json!({"IndexName": "gsi-all"}),
        };
        let item = |sort: &str, key: &str| json!({"gs": {"N": sort}, "pk": {"S": key}});
        let body = json!({"Items": [item("2", "b"), item("1", "d"), item("1", "c")]});
        let mut answer = Answer { status: 200, body };
        normalise(&request, &mut answer, "arn:aws:dynamodb:x:y:");
        assert_eq!(
            answer.body,
            json!({"Items": [item("2", "b"), item("1", "c"), item("1", "d")]})
        );
    }
}
