//! Tables at the service's pace: which states they go through, and what each refuses.

mod indexes;
mod life;
mod settings;

use super::*;

const IN_USE: &str = "ResourceInUseException: Attempt to change a resource which is still in use: ";
const ARN: &str = "arn:aws:dynamodb:eu-west-2:123456789012:table/abc";

fn active(create: Value) -> Lab {
    let lab = Lab::paced();
    lab.ok("CreateTable", create);
    lab.wait(20.0);
    assert_eq!(lab.describe()["TableStatus"], "ACTIVE");
    lab
}

/// Rows of requests that are refused in the state in which the table is; `¶` stands for how refusals of a resource in use begin.
fn check(lab: &Lab, rows: &[(&str, &str, Value, &str)]) {
    for (row, operation, body, expected) in rows {
        let expected = match expected.strip_prefix('¶') {
            Some(text) => format!("{IN_USE}{text}"),
            None => (*expected).to_owned(),
        };
        lab.refuses(row, operation, body.clone(), &expected);
    }
}

fn table() -> Value {
    json!({"TableName": "abc"})
}
