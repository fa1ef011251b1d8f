//! Query and Scan.

use serde_json::{Map, Value, json};

use super::items::{attach_capacity, attach_consistency, table};
use super::placeholders::Placeholders;
use super::{Request, expression, legacy, value};
use crate::differential::chance::Chance;
use crate::differential::world::{ATTRIBUTES, IndexSpec, Scope, TableSpec};

pub(super) fn query(chance: &mut Chance) -> Request {
    let (table, name) = table(chance);
    let index = index(chance, table);
    let key = index.map_or(table.key, |index| index.key);
    let mut body = json!({"TableName": name});
    attach_index(chance, &mut body, index);
    let mut placeholders = Placeholders::default();
    if chance.percent(85) {
        body["KeyConditionExpression"] = json!(expression::key_condition(chance, &mut placeholders, key));
        attach_filter(chance, &mut body, &mut placeholders);
    } else {
        body["KeyConditions"] = legacy::key_conditions(chance, key);
        if chance.percent(30) {
            legacy::attach_conditions(chance, &mut body, "QueryFilter");
        }
        if chance.slips() {
            attach_filter(chance, &mut body, &mut placeholders);
        }
    }
    placeholders.attach(chance, &mut body);
    if chance.percent(40) {
        body["ScanIndexForward"] = json!(chance.percent(50));
    }
    attach_page(chance, &mut body, table, index);
    Request {
        operation: "Query",
        body,
    }
}

pub(super) fn scan(chance: &mut Chance) -> Request {
    let (table, name) = table(chance);
    let index = index(chance, table);
    let mut body = json!({"TableName": name});
    attach_index(chance, &mut body, index);
    if chance.percent(20) {
        legacy::attach_conditions(chance, &mut body, "ScanFilter");
    } else {
        let mut placeholders = Placeholders::default();
        attach_filter(chance, &mut body, &mut placeholders);
        placeholders.attach(chance, &mut body);
    }
    if chance.percent(12) {
        attach_segment(chance, &mut body);
    }
    attach_page(chance, &mut body, table, index);
    Request {
        operation: "Scan",
        body,
    }
}

fn index(chance: &mut Chance, table: &'static TableSpec) -> Option<&'static IndexSpec> {
    let wanted = !table.indexes.is_empty() && chance.percent(45);
    wanted.then(|| &table.indexes[chance.below(table.indexes.len())])
}

fn attach_index(chance: &mut Chance, body: &mut Value, index: Option<&IndexSpec>) {
    if chance.slips() {
        body["IndexName"] = json!(chance.pick(&["gsi-none", "", "ab", "a!"]));
    } else if let Some(index) = index {
        body["IndexName"] = json!(index.name);
    }
}

/// A filter and a projection, or neither; they share the placeholders.
fn attach_filter(chance: &mut Chance, body: &mut Value, placeholders: &mut Placeholders) {
    if chance.percent(45) {
        body["FilterExpression"] = json!(expression::condition(chance, placeholders));
    }
    if chance.percent(25) {
        body["ProjectionExpression"] = json!(expression::projection(chance, placeholders));
    }
}

fn attach_segment(chance: &mut Chance, body: &mut Value) {
    let (segment, total) = (chance.below(3), chance.between(3, 5));
    body["Segment"] = json!(segment);
    body["TotalSegments"] = json!(total);
    if chance.slips() {
        match chance.below(5) {
            0 => body["Segment"] = json!(total),
            1 => body["Segment"] = json!(-1),
            2 => body["TotalSegments"] = json!(1_000_001),
            3 => drop(body.as_object_mut().and_then(|body| body.remove("Segment"))),
            _ => drop(body.as_object_mut().and_then(|body| body.remove("TotalSegments"))),
        }
    }
}

/// Limit, start, Select, consistency and capacity.
fn attach_page(chance: &mut Chance, body: &mut Value, table: &TableSpec, index: Option<&IndexSpec>) {
    if chance.percent(30) {
        body["Limit"] = json!(chance.between(1, 5));
    }
    if chance.slips() {
        let odd = [
            json!(0),
            json!(-1),
            json!(1.5),
            json!(2_147_483_648_u64),
            json!("1"),
            json!(true),
        ];
        body["Limit"] = odd[chance.below(odd.len())].clone();
    }
    if chance.percent(12) {
        body["ExclusiveStartKey"] = start_key(chance, table, index);
    }
    if chance.percent(20) {
        attach_select(chance, body, index);
    }
    if body.get("ProjectionExpression").is_none() && chance.slips() {
        body["AttributesToGet"] = legacy::attributes_to_get(chance);
    }
    if index.is_none_or(|index| index.scope == Scope::Local) || chance.slips() {
        attach_consistency(chance, body);
    }
    attach_capacity(chance, body);
}

fn attach_select(chance: &mut Chance, body: &mut Value, index: Option<&IndexSpec>) {
    let projects = body.get("ProjectionExpression").is_some() || body.get("AttributesToGet").is_some();
    let whole = index.is_none_or(|index| index.projected.is_none() || index.scope == Scope::Local);
    let good: &[&str] = match (projects, index) {
        (true, _) => &["SPECIFIC_ATTRIBUTES"],
        (false, None) => &["ALL_ATTRIBUTES", "COUNT"],
        (false, Some(_)) if whole => &["ALL_ATTRIBUTES", "COUNT", "ALL_PROJECTED_ATTRIBUTES"],
        (false, Some(_)) => &["COUNT", "ALL_PROJECTED_ATTRIBUTES"],
    };
    let all = [
        "ALL_ATTRIBUTES",
        "COUNT",
        "ALL_PROJECTED_ATTRIBUTES",
        "SPECIFIC_ATTRIBUTES",
        "count",
        "",
    ];
    body["Select"] = json!(chance.pick_or_slip(good, &all));
}

fn start_key(chance: &mut Chance, table: &TableSpec, index: Option<&IndexSpec>) -> Value {
    let mut key = value::key(chance, table);
    let index_key = index.map_or(&[][..], |index| index.key);
    let members: Map<_, _> = index_key
        .iter()
        .map(|part| (part.name.to_owned(), value::key_value(chance, part)))
        .collect();
    if let Some(key) = key.as_object_mut()
        && !chance.slips()
    {
        for (name, value) in members {
            key.entry(name).or_insert(value);
        }
    }
    if chance.slips() {
        let (name, _) = ATTRIBUTES[chance.below(ATTRIBUTES.len())];
        key[name] = value::any(chance, 1);
    }
    key
}
