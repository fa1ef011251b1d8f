//! BatchGetItem and BatchWriteItem.

use serde_json::{Map, Value, json};

use super::items::{attach_capacity, attach_consistency, attach_projection, table_name};
use super::{Request, value};
use crate::differential::chance::Chance;
use crate::differential::world::{TABLES, TableSpec};

pub(super) fn get(chance: &mut Chance) -> Request {
    let mut tables = Map::new();
    for table in some_tables(chance) {
        let count = if chance.slips() {
            [0, 101][chance.below(2)]
        } else {
            chance.between(1, 4)
        };
        let keys = (0..count).map(|_| value::key(chance, table)).collect();
        let keys = if chance.slips() { keys } else { without_repeats(keys) };
        let mut block = json!({"Keys": keys});
        attach_projection(chance, &mut block);
        attach_consistency(chance, &mut block);
        tables.insert(table_name(chance, table.name), block);
    }
    let mut body = json!({"RequestItems": tables});
    attach_capacity(chance, &mut body);
    Request {
        operation: "BatchGetItem",
        body,
    }
}

pub(super) fn write(chance: &mut Chance) -> Request {
    let mut tables = Map::new();
    for table in some_tables(chance) {
        let writes = writes(chance, table);
        tables.insert(table_name(chance, table.name), writes);
    }
    let mut body = json!({"RequestItems": tables});
    attach_capacity(chance, &mut body);
    if chance.percent(20) {
        body["ReturnItemCollectionMetrics"] = json!(chance.pick_or_slip(&["NONE", "SIZE"], &["size"]));
    }
    Request {
        operation: "BatchWriteItem",
        body,
    }
}

fn some_tables(chance: &mut Chance) -> Vec<&'static TableSpec> {
    if chance.slips() {
        return Vec::new();
    }
    let first = chance.below(TABLES.len());
    let count = chance.between(1, 2);
    (first..first + count).map(|at| &TABLES[at % TABLES.len()]).collect()
}

fn writes(chance: &mut Chance, table: &TableSpec) -> Value {
    let count = if chance.slips() {
        [0, 26][chance.below(2)]
    } else {
        chance.between(1, 4)
    };
    let keys = (0..count).map(|_| value::key(chance, table)).collect();
    let keys = if chance.slips() { keys } else { without_repeats(keys) };
    let writes = keys.into_iter().map(|key| {
        if chance.slips() {
            return match chance.below(3) {
                0 => json!({}),
                1 => json!({"PutRequest": {"Item": key}, "DeleteRequest": {"Key": key}}),
                _ => json!({"PutRequest": {}}),
            };
        }
        if chance.percent(35) {
            return json!({"DeleteRequest": {"Key": key}});
        }
        let mut item = value::item(chance, table);
        if let (Some(item), Value::Object(key)) = (item.as_object_mut(), key) {
            item.extend(key);
        }
        json!({"PutRequest": {"Item": item}})
    });
    Value::Array(writes.collect())
}

fn without_repeats(keys: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for key in keys {
        if !kept.contains(&key) {
            kept.push(key);
        }
    }
    kept
}
