//! TransactWriteItems and TransactGetItems.

use serde_json::{Map, Value, json};

use super::items::{attach_capacity, table_name};
use super::placeholders::Placeholders;
use super::{Request, expression, update, value};
use crate::differential::chance::Chance;
use crate::differential::world::{TABLES, TableSpec};

/// The tokens of all transactions: few, so that requests meet them again.
const TOKENS: usize = 40;

pub(super) fn get(chance: &mut Chance) -> Request {
    let gets = targets(chance).into_iter().map(|(table, key)| {
        if chance.slips() {
            return json!({});
        }
        let mut get = json!({"TableName": table_name(chance, table.name), "Key": key});
        if chance.percent(40) {
            let mut placeholders = Placeholders::default();
            get["ProjectionExpression"] = json!(expression::projection(chance, &mut placeholders));
            placeholders.attach(chance, &mut get);
        }
        json!({ "Get": get })
    });
    let mut body = json!({"TransactItems": gets.collect::<Vec<_>>()});
    attach_capacity(chance, &mut body);
    Request {
        operation: "TransactGetItems",
        body,
    }
}

pub(super) fn write(chance: &mut Chance) -> Request {
    let targets = targets(chance).into_iter();
    let actions = targets.map(|(table, key)| action(chance, table, key));
    let mut body = json!({"TransactItems": actions.collect::<Vec<_>>()});
    attach_capacity(chance, &mut body);
    if chance.percent(20) {
        body["ReturnItemCollectionMetrics"] = json!(chance.pick_or_slip(&["NONE", "SIZE"], &["size"]));
    }
    if chance.percent(30) {
        body["ClientRequestToken"] = json!(format!("token-{}", chance.below(TOKENS)));
    }
    if chance.slips() {
        body["ClientRequestToken"] = json!("t".repeat([0, 36, 37][chance.below(3)]));
    }
    Request {
        operation: "TransactWriteItems",
        body,
    }
}

/// Items of some tables; a slip names none, too many, or one twice.
fn targets(chance: &mut Chance) -> Vec<(&'static TableSpec, Value)> {
    let count = if chance.slips() {
        [0, 101][chance.below(2)]
    } else {
        chance.between(1, 4)
    };
    let mut targets: Vec<(&TableSpec, Value)> = Vec::new();
    for _ in 0..count {
        let table = &TABLES[chance.below(TABLES.len())];
        let key = value::key(chance, table);
        let is_new = !targets
            .iter()
            .any(|(known, other)| known.name == table.name && *other == key);
        if is_new || chance.slips() {
            targets.push((table, key));
        }
    }
    targets
}

fn action(chance: &mut Chance, table: &TableSpec, key: Value) -> Value {
    let kind = ["Put", "Update", "Delete", "ConditionCheck"][chance.below(4)];
    let mut members = json!({"TableName": table_name(chance, table.name)});
    let mut placeholders = Placeholders::default();
    match kind {
        "Put" => members["Item"] = item_with(value::item(chance, table), key),
        _ => members["Key"] = key,
    }
    if kind == "Update" {
        members["UpdateExpression"] = json!(update::update(chance, &mut placeholders, table));
    }
    let is_conditional = kind == "ConditionCheck" || chance.percent(30);
    if is_conditional {
        members["ConditionExpression"] = json!(expression::condition(chance, &mut placeholders));
    }
    if is_conditional || kind == "Update" {
        placeholders.attach(chance, &mut members);
    }
    if chance.percent(30) {
        let wanted = chance.pick_or_slip(&["NONE", "ALL_OLD"], &["ALL_NEW", ""]);
        members["ReturnValuesOnConditionCheckFailure"] = json!(wanted);
    }
    if chance.slips() {
        return match chance.below(3) {
            0 => json!({}),
            1 => json!({kind: members, "Delete": {"TableName": table.name, "Key": {}}, "Put": members}),
            _ => json!({ kind: {} }),
        };
    }
    json!({ kind: members })
}

fn item_with(mut item: Value, key: Value) -> Value {
    if let (Some(item), Value::Object(key)) = (item.as_object_mut(), key) {
        item.extend::<Map<String, Value>>(key);
    }
    item
}
