//! PutItem, GetItem, UpdateItem and DeleteItem.

use serde_json::{Value, json};

use super::placeholders::Placeholders;
use super::{Request, expression, legacy, update, value};
use crate::differential::chance::Chance;
use crate::differential::world::{TABLES, TableSpec};

/// A table of the world, and the name to ask for it by; a slip gives a name that is none.
pub(super) fn table(chance: &mut Chance) -> (&'static TableSpec, String) {
    let table = &TABLES[[0, 1, 1, 1, 2][chance.below(5)]];
    (table, table_name(chance, table.name))
}

/// The name, unless it slips.
pub(super) fn table_name(chance: &mut Chance, name: &str) -> String {
    if !chance.slips() {
        return name.to_owned();
    }
    let long = "t".repeat(256);
    chance
        .pick(&["", "a", "ab", "diff.none", "with blank", "é", "a!", &long])
        .to_owned()
}

pub(super) fn put(chance: &mut Chance) -> Request {
    let (table, name) = table(chance);
    let item = value::item(chance, table);
    let mut body = json!({"TableName": name, "Item": item});
    attach_condition(chance, &mut body);
    attach_returns(
        chance,
        &mut body,
        &["NONE", "ALL_OLD"],
        &["ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "all_old", ""],
    );
    Request {
        operation: "PutItem",
        body,
    }
}

pub(super) fn delete(chance: &mut Chance) -> Request {
    let (table, name) = table(chance);
    let key = value::key(chance, table);
    let mut body = json!({"TableName": name, "Key": key});
    attach_condition(chance, &mut body);
    attach_returns(
        chance,
        &mut body,
        &["NONE", "ALL_OLD"],
        &["ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "FOO"],
    );
    Request {
        operation: "DeleteItem",
        body,
    }
}

pub(super) fn update(chance: &mut Chance) -> Request {
    let (table, name) = table(chance);
    let key = value::key(chance, table);
    let mut body = json!({"TableName": name, "Key": key});
    if chance.percent(12) {
        body["AttributeUpdates"] = legacy::attribute_updates(chance);
        if chance.percent(30) {
            legacy::attach_conditions(chance, &mut body, "Expected");
        }
        if chance.slips() {
            body["UpdateExpression"] = json!("REMOVE xs");
        }
    } else {
        let mut placeholders = Placeholders::default();
        body["UpdateExpression"] = json!(update::update(chance, &mut placeholders, table));
        if chance.percent(30) {
            body["ConditionExpression"] = json!(expression::condition(chance, &mut placeholders));
        }
        placeholders.attach(chance, &mut body);
        if chance.slips() {
            legacy::attach_conditions(chance, &mut body, "Expected");
        }
    }
    let kinds = ["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"];
    attach_returns(chance, &mut body, &kinds, &["FOO", "", "UPDATE_NEW"]);
    Request {
        operation: "UpdateItem",
        body,
    }
}

pub(super) fn get(chance: &mut Chance) -> Request {
    let (table, name) = table(chance);
    let key = value::key(chance, table);
    let mut body = json!({"TableName": name, "Key": key});
    attach_projection(chance, &mut body);
    attach_consistency(chance, &mut body);
    attach_capacity(chance, &mut body);
    Request {
        operation: "GetItem",
        body,
    }
}

/// A condition of either kind, or none.
fn attach_condition(chance: &mut Chance, body: &mut Value) {
    if chance.percent(40) {
        let mut placeholders = Placeholders::default();
        body["ConditionExpression"] = json!(expression::condition(chance, &mut placeholders));
        placeholders.attach(chance, body);
    } else if chance.percent(15) {
        legacy::attach_conditions(chance, body, "Expected");
    } else if chance.slips() {
        Placeholders::default().attach(chance, body);
        body["ExpressionAttributeNames"] = json!({"#n": "xs"});
    }
}

/// What a write gives back.
fn attach_returns(chance: &mut Chance, body: &mut Value, good: &[&str], bad: &[&str]) {
    if chance.percent(60) {
        body["ReturnValues"] = json!(chance.pick_or_slip(good, bad));
    }
    if chance.percent(25) {
        let wanted = chance.pick_or_slip(&["NONE", "ALL_OLD"], &["ALL_NEW", "", "old"]);
        body["ReturnValuesOnConditionCheckFailure"] = json!(wanted);
    }
    if chance.percent(15) {
        body["ReturnItemCollectionMetrics"] = json!(chance.pick_or_slip(&["NONE", "SIZE"], &["size", ""]));
    }
    attach_capacity(chance, body);
}

/// Whether the consumed capacity is told.
pub(super) fn attach_capacity(chance: &mut Chance, body: &mut Value) {
    if chance.percent(35) {
        let wanted = chance.pick_or_slip(&["NONE", "TOTAL", "INDEXES"], &["total", "", "ALL"]);
        body["ReturnConsumedCapacity"] = json!(wanted);
    }
}

/// Strong consistency, sometimes; a slip spells it otherwise.
pub(super) fn attach_consistency(chance: &mut Chance, body: &mut Value) {
    if chance.percent(30) {
        body["ConsistentRead"] = json!(chance.percent(60));
    }
    if chance.slips() {
        body["ConsistentRead"] = match chance.below(5) {
            0 => json!("Yes"),
            1 => json!("n"),
            2 => json!("maybe"),
            3 => json!(1),
            _ => Value::Null,
        };
    }
}

/// A projection of either kind, or none.
pub(super) fn attach_projection(chance: &mut Chance, body: &mut Value) {
    if chance.percent(40) {
        let mut placeholders = Placeholders::default();
        body["ProjectionExpression"] = json!(expression::projection(chance, &mut placeholders));
        placeholders.attach(chance, body);
        if chance.slips() {
            body["AttributesToGet"] = json!(["xs"]);
        }
    } else if chance.percent(15) {
        body["AttributesToGet"] = legacy::attributes_to_get(chance);
    }
}
