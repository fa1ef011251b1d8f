//! UpdateTable on an instant engine: what is refused, and what has become of the table afterwards.

mod indexes;
mod refused;
mod settings;

use super::*;

fn lab(create: Value) -> Lab {
    let lab = Lab::instant();
    lab.ok("CreateTable", create);
    lab
}

fn gsi(more: Value) -> Value {
    index("gsi", &["pk:HASH"], more)
}

fn on_demand_with_gsi() -> Value {
    on_demand(json!({"GlobalSecondaryIndexes": [gsi(json!({}))]}))
}

fn provisioned_with_gsi() -> Value {
    provisioned(json!({"GlobalSecondaryIndexes": [gsi(json!({"ProvisionedThroughput": units(5, 5)}))]}))
}

/// Rows of UpdateTable that change nothing; `¶` stands for how refusals of parameters begin.
fn check(create: Value, rows: &[(&str, Value, &str)]) {
    let lab = lab(create);
    let before = lab.describe();
    for (row, body, expected) in rows {
        let expected = match expected.strip_prefix('¶') {
            Some(text) => format!("{INVALID}{text}"),
            None => (*expected).to_owned(),
        };
        lab.refuses(row, "UpdateTable", body.clone(), &expected);
        assert_eq!(lab.describe(), before, "{row}: nothing has changed");
    }
}
