//! Names that are in use and free again, protection, lists.

use super::*;

#[test]
fn names_in_use_are_refused_and_free_again_after_deletion() {
    let lab = Lab::instant();
    let first = lab.ok("CreateTable", on_demand(json!({})));
    lab.refuses(
        "§3.20",
        "CreateTable",
        on_demand(json!({})),
        "ResourceInUseException: Table already exists: abc",
    );
    let deleted = lab.ok("DeleteTable", json!({"TableName": "abc"}));
    assert_eq!(deleted["TableDescription"]["TableStatus"], "DELETING");
    for operation in ["DescribeTable", "DeleteTable"] {
        lab.refuses(
            "§1 unknown",
            operation,
            json!({"TableName": "abc"}),
            "ResourceNotFoundException: Requested resource not found: Table: abc not found",
        );
    }
    let second = lab.ok("CreateTable", on_demand(json!({})));
    let id = |reply: &Value| reply["TableDescription"]["TableId"].clone();
    assert_ne!(id(&first), id(&second), "§1: the TableId is new");
}

#[test]
fn protected_tables_are_not_deleted() {
    let lab = Lab::instant();
    lab.ok("CreateTable", on_demand(json!({"DeletionProtectionEnabled": true})));
    lab.refuses(
        "§4",
        "DeleteTable",
        json!({"TableName": "abc"}),
        "ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    );
    lab.ok("UpdateTable", update(json!({"DeletionProtectionEnabled": false})));
    lab.ok(
        "DeleteTable",
        json!({"TableName": "arn:aws:dynamodb:eu-west-2:123456789012:table/abc"}),
    );
}

#[test]
fn lists_are_in_byte_order_and_paged() {
    let lab = Lab::instant();
    for name in ["abc", "Zed", "bcd", "_x1"] {
        lab.ok("CreateTable", on_demand(json!({"TableName": name})));
    }
    let list = |body: Value| lab.ok("ListTables", body);
    assert_eq!(list(json!({})), json!({"TableNames": ["Zed", "_x1", "abc", "bcd"]}));
    assert_eq!(
        list(json!({"Limit": 2})),
        json!({"TableNames": ["Zed", "_x1"], "LastEvaluatedTableName": "_x1"})
    );
    assert_eq!(
        list(json!({"Limit": 2, "ExclusiveStartTableName": "_x1"})),
        json!({"TableNames": ["abc", "bcd"]})
    );
    assert_eq!(
        list(json!({"ExclusiveStartTableName": "aba"})),
        json!({"TableNames": ["abc", "bcd"]})
    );
    lab.refuses(
        "§1 cursor",
        "ListTables",
        json!({"ExclusiveStartTableName": "a:", "Limit": 0}),
        "ValidationException: 3 validation errors detected: Value 'a:' at 'exclusiveStartTableName' failed to satisfy constraint: Member must \
         satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value 'a:' at 'exclusiveStartTableName' failed to satisfy constraint: Member must \
         have length greater than or equal to 3; Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
}
