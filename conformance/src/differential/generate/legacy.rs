//! The parameters from before expressions: Expected, AttributeUpdates, KeyConditions, QueryFilter, ScanFilter, AttributesToGet.

use serde_json::{Map, Value, json};

use super::value;
use crate::differential::chance::Chance;
use crate::differential::world::{ATTRIBUTES, KeySpec};

const UNARY: [&str; 2] = ["NULL", "NOT_NULL"];
const ORDERED: [&str; 4] = ["LT", "LE", "GT", "GE"];

/// A filter or an Expected of one to three conditions; puts the ConditionalOperator beside it.
pub(super) fn attach_conditions(chance: &mut Chance, body: &mut Value, member: &str) {
    let count = chance.between(1, 3);
    let names = ATTRIBUTES.map(|(name, _)| name);
    let chosen = chance.some(&names, count);
    let kind_of = |name: &str| {
        ATTRIBUTES
            .into_iter()
            .find(|known| known.0 == name)
            .map_or("S", |known| known.1)
    };
    let conditions: Map<_, _> = chosen
        .into_iter()
        .map(|name| {
            let expects = member == "Expected" && chance.percent(50);
            let kind = kind_of(name);
            let condition = if expects {
                expectation(chance, kind)
            } else {
                condition(chance, kind)
            };
            (name.to_owned(), condition)
        })
        .collect();
    let several = conditions.len() > 1;
    body[member] = Value::Object(conditions);
    if (several && chance.percent(50)) || chance.slips() {
        body["ConditionalOperator"] = json!(chance.pick_or_slip(&["AND", "OR"], &["and", "XOR", ""]));
    }
}

/// `Value` and `Exists`.
fn expectation(chance: &mut Chance, kind: &str) -> Value {
    let value = value::of_kind(chance, kind, 1);
    if chance.slips() {
        return match chance.below(7) {
            0 => json!({"Exists": true}),
            1 => json!({"Exists": false, "Value": value}),
            2 => json!({"Value": value, "ComparisonOperator": "EQ", "AttributeValueList": [value]}),
            3 => json!({"Exists": true, "ComparisonOperator": "EQ", "AttributeValueList": [value]}),
            4 => json!({"AttributeValueList": [value]}),
            5 => json!({"Exists": "maybe"}),
            _ => json!({}),
        };
    }
    match chance.below(4) {
        0 => json!({"Exists": false}),
        1 => json!({"Exists": true, "Value": value}),
        2 => json!({"Value": value, "ComparisonOperator": "EQ"}),
        _ => json!({"Value": value}),
    }
}

/// `ComparisonOperator` and `AttributeValueList`.
fn condition(chance: &mut Chance, kind: &str) -> Value {
    if chance.slips() {
        let value = value::any(chance, 1);
        return match chance.below(7) {
            0 => json!({"AttributeValueList": [value]}),
            1 => json!({"ComparisonOperator": chance.pick(&["eq", "FOO", "", "NEQ"]), "AttributeValueList": [value]}),
            2 => json!({"ComparisonOperator": "EQ", "AttributeValueList": []}),
            3 => json!({"ComparisonOperator": "NULL", "AttributeValueList": [value]}),
            4 => json!({"ComparisonOperator": chance.pick(&ORDERED), "AttributeValueList": [value]}),
            5 => json!({"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "2"}, {"N": "1"}]}),
            _ => json!({"ComparisonOperator": "IN", "AttributeValueList": [value, {"S": "a"}]}),
        };
    }
    let scalar = matches!(kind, "S" | "N" | "B");
    let one = value::of_kind(chance, kind, 1);
    match chance.below(if scalar { 9 } else { 3 }) {
        0 => json!({"ComparisonOperator": chance.pick(&UNARY)}),
        1 | 2 => json!({"ComparisonOperator": chance.pick(&["EQ", "NE"]), "AttributeValueList": [one]}),
        3 | 4 => json!({"ComparisonOperator": chance.pick(&ORDERED), "AttributeValueList": [one]}),
        5 => {
            let other = value::of_kind(chance, kind, 1);
            json!({"ComparisonOperator": "IN", "AttributeValueList": [one, other]})
        }
        6 => json!({"ComparisonOperator": "BETWEEN", "AttributeValueList": [one.clone(), one]}),
        7 => json!({"ComparisonOperator": chance.pick(&["CONTAINS", "NOT_CONTAINS"]), "AttributeValueList": [one]}),
        _ if kind == "N" => json!({"ComparisonOperator": "EQ", "AttributeValueList": [one]}),
        _ => json!({"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [one]}),
    }
}

/// `AttributeUpdates` of one to three attributes.
pub(super) fn attribute_updates(chance: &mut Chance) -> Value {
    let count = chance.between(1, 3);
    let names = ATTRIBUTES.map(|(name, _)| name);
    let chosen = chance.some(&names, count);
    let mut updates = Map::new();
    for name in chosen {
        let kind = ATTRIBUTES
            .into_iter()
            .find(|known| known.0 == name)
            .map_or("S", |known| known.1);
        let value = value::of_kind(chance, kind, 1);
        let adds = matches!(kind, "N" | "SS" | "NS" | "BS");
        let update = match chance.below(6) {
            0 => json!({"Action": "DELETE"}),
            1 | 2 if adds || chance.slips() => json!({"Action": "ADD", "Value": value}),
            3 if matches!(kind, "SS" | "NS" | "BS") || chance.slips() => json!({"Action": "DELETE", "Value": value}),
            4 if chance.slips() => json!({"Action": chance.pick(&["put", "FOO", ""]), "Value": value}),
            4 if chance.slips() => json!({"Action": chance.pick(&["PUT", "ADD"])}),
            5 => json!({"Value": value}),
            _ => json!({"Action": "PUT", "Value": value}),
        };
        updates.insert(name.to_owned(), update);
    }
    Value::Object(updates)
}

/// `KeyConditions` for a key.
pub(super) fn key_conditions(chance: &mut Chance, key: &[KeySpec]) -> Value {
    let mut conditions = Map::new();
    if !chance.slips() {
        let operator = chance.pick_or_slip(&["EQ"], &["LT", "NE", "BEGINS_WITH", "eq"]);
        let operand = value::key_value(chance, &key[0]);
        conditions.insert(
            key[0].name.to_owned(),
            json!({"ComparisonOperator": operator, "AttributeValueList": [operand]}),
        );
    }
    if let Some(sort) = key.get(1).filter(|_| chance.percent(60)) {
        let operand = value::key_value(chance, sort);
        let operator = chance.pick_or_slip(&["EQ", "LT", "LE", "GT", "GE"], &["NE", "CONTAINS", "IN", "NULL"]);
        conditions.insert(
            sort.name.to_owned(),
            json!({"ComparisonOperator": operator, "AttributeValueList": [operand]}),
        );
    }
    if chance.slips() {
        conditions.insert("xs".to_owned(), condition(chance, "S"));
    }
    Value::Object(conditions)
}

/// `AttributesToGet` with one to four names.
pub(super) fn attributes_to_get(chance: &mut Chance) -> Value {
    if chance.slips() {
        return match chance.below(3) {
            0 => json!([]),
            1 => json!(["xs", "xs"]),
            _ => json!(["xs", ""]),
        };
    }
    let count = chance.between(1, 4);
    let names = ATTRIBUTES.map(|(name, _)| name);
    json!(chance.some(&names, count))
}
