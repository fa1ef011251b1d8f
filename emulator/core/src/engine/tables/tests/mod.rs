//! Operations on tables through the engine: requests and answers as JSON.
//!
//! A row names the section of observed-tables.md (`§`) or observed-validation.md (`V§`) that it comes from.

mod backups;
mod companions;
mod creation;
mod settings;
mod states;
mod update;
mod vectors;

use serde_json::{Value, json};

use crate::engine::lab::Lab;

/// How refusals begin that name a parameter.
const INVALID: &str = "ValidationException: One or more parameter values were invalid: ";

/// `base` with the members of `more` set, or removed where they are null.
fn with(mut base: Value, more: Value) -> Value {
    let members = base.as_object_mut().unwrap();
    for (name, value) in more.as_object().unwrap() {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    base
}

/// A CreateTable request of a table `abc` on demand with the key `pk`.
fn on_demand(more: Value) -> Value {
    let base = json!({
        "TableName": "abc",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    });
    with(base, more)
}

/// The same with throughput of 5 and 5.
fn provisioned(more: Value) -> Value {
    let base = on_demand(json!({"BillingMode": null, "ProvisionedThroughput": units(5, 5)}));
    with(base, more)
}

fn units(read: i64, write: i64) -> Value {
    json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write})
}

/// Attribute definitions of type S.
fn definitions(names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| json!({"AttributeName": name, "AttributeType": "S"}))
        .collect()
}

/// A key from names like `pk:HASH`.
fn key(elements: &[&str]) -> Value {
    let element = |element: &&str| {
        let (name, kind) = element.split_once(':').unwrap();
        json!({"AttributeName": name, "KeyType": kind})
    };
    elements.iter().map(element).collect()
}

/// An index that holds everything.
fn index(name: &str, elements: &[&str], more: Value) -> Value {
    let base = json!({"IndexName": name, "KeySchema": key(elements), "Projection": {"ProjectionType": "ALL"}});
    with(base, more)
}

/// An UpdateTable request.
fn update(more: Value) -> Value {
    with(json!({"TableName": "abc"}), more)
}

/// UpdateTable's one change of a global index.
fn index_update(change: Value) -> Value {
    update(json!({"GlobalSecondaryIndexUpdates": [change]}))
}

/// The members of an object, by name.
fn names(object: &Value) -> Vec<&str> {
    let mut names: Vec<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
    // Whether a map of serde_json keeps the order of the text depends on who else is built beside.
    names.sort_unstable();
    names
}
