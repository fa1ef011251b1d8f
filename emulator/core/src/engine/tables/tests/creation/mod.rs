//! CreateTable, DescribeTable, ListTables and DeleteTable.

mod described;
mod indexes;
mod life;
mod requests;
mod settings;

use super::*;

const ENVELOPE: &str = "ValidationException: 1 validation error detected: ";

const FSC: &str = "failed to satisfy constraint:";

fn check(row: &str, body: Value, expected: &str) {
    let lab = Lab::instant();
    lab.refuses(row, "CreateTable", body, expected);
    assert_eq!(
        lab.ok("ListTables", json!({}))["TableNames"],
        json!([]),
        "{row}: nothing was created"
    );
}

/// Rows of CreateTable whose expectation stands for its kind, and `¶` for how refusals of parameters begin.
fn check_rows(rows: &[(&str, Value, &str)]) {
    for (row, body, expected) in rows {
        let expected = match expected.strip_prefix('¶') {
            Some(text) => format!("{INVALID}{text}"),
            None => format!("ValidationException: {expected}"),
        };
        check(row, body.clone(), &expected);
    }
}

fn with_global(global: Value, names: &[&str]) -> Value {
    on_demand(json!({"GlobalSecondaryIndexes": [global], "AttributeDefinitions": definitions(names)}))
}

fn with_local(local: Value, names: &[&str]) -> Value {
    let ranged = on_demand(json!({"KeySchema": key(&["pk:HASH", "sk:RANGE"])}));
    with(
        ranged,
        json!({"LocalSecondaryIndexes": [local], "AttributeDefinitions": definitions(names)}),
    )
}
