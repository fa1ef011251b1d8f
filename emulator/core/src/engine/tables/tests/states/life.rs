//! A table from its creation to its deletion.

use super::*;

#[test]
fn a_table_is_created_and_deleted() {
    let lab = Lab::paced();
    lab.ok("CreateTable", on_demand(json!({"Tags": [{"Key": "a", "Value": "1"}]})));
    assert_eq!(lab.describe()["TableStatus"], "CREATING", "§5: described at once");
    let ttl = json!({"TableName": "abc", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ttl"}});
    check(
        &lab,
        &[
            ("§7 CREATING", "DeleteTable", table(), "¶Table is being created: abc"),
            (
                "§7 CREATING",
                "UpdateTable",
                update(json!({"DeletionProtectionEnabled": true})),
                "¶Table is being created: abc",
            ),
            (
                "§3.20 CREATING",
                "CreateTable",
                on_demand(json!({})),
                "¶Table is being created: abc",
            ),
            (
                "§7 CREATING",
                "UpdateTimeToLive",
                ttl,
                "ResourceNotFoundException: Requested resource not found: Table: abc not found",
            ),
            (
                "§7 CREATING",
                "ListTagsOfResource",
                json!({"ResourceArn": ARN}),
                "ResourceNotFoundException: Requested resource not found: ResourceArn: \
                 arn:aws:dynamodb:eu-west-2:123456789012:table/abc not found",
            ),
            (
                "§16 CREATING",
                "DescribeTimeToLive",
                table(),
                "ValidationException: Cannot describe time to live while table is in CREATING state: Current table state is CREATING",
            ),
        ],
    );
    lab.wait(2.0);
    assert_eq!(
        lab.ok("ListTagsOfResource", json!({"ResourceArn": ARN}))["Tags"],
        json!([]),
        "§17: tags appear when ACTIVE"
    );
    lab.wait(1.0);
    assert_eq!(lab.describe()["TableStatus"], "ACTIVE");
    lab.ok("DeleteTable", table());
    assert_eq!(lab.describe()["TableStatus"], "DELETING");
    check(
        &lab,
        &[
            ("§7 DELETING", "DeleteTable", table(), "¶Table is being deleted: abc"),
            (
                "§7 DELETING",
                "UpdateTable",
                update(json!({"DeletionProtectionEnabled": true})),
                "¶Table is being deleted: abc",
            ),
            (
                "§3.20 DELETING",
                "CreateTable",
                on_demand(json!({})),
                "ResourceInUseException: Table already exists: abc",
            ),
        ],
    );
    lab.wait(5.0);
    lab.ok("CreateTable", on_demand(json!({})));
}
