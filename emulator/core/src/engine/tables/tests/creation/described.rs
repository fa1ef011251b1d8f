//! What is told of a table that was made.

use super::*;

#[test]
fn a_plain_table_on_demand_has_exactly_these_members() {
    // §5: DescribeTable lists them; the answer of CreateTable has no WarmThroughput unless it was sent.
    let lab = Lab::instant();
    let created = lab.ok("CreateTable", on_demand(json!({})));
    assert_eq!(created["TableDescription"]["TableStatus"], "CREATING");
    assert_eq!(created["TableDescription"].get("WarmThroughput"), None);
    let billing = &created["TableDescription"]["BillingModeSummary"];
    assert_eq!(*billing, json!({"BillingMode": "PAY_PER_REQUEST"}));
    let table = lab.describe();
    assert_eq!(
        names(&table),
        [
            "AttributeDefinitions",
            "BillingModeSummary",
            "CreationDateTime",
            "DeletionProtectionEnabled",
            "ItemCount",
            "KeySchema",
            "ProvisionedThroughput",
            "TableArn",
            "TableId",
            "TableName",
            "TableSizeBytes",
            "TableStatus",
            "TableThroughputModeSummary",
            "WarmThroughput",
        ]
    );
    assert_eq!(table["TableStatus"], "ACTIVE");
    assert_eq!(table["TableArn"], "arn:aws:dynamodb:eu-west-2:123456789012:table/abc");
    assert_eq!(
        table["WarmThroughput"],
        json!({"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"})
    );
    assert_eq!(
        table["ProvisionedThroughput"],
        json!({"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0})
    );
    assert_eq!(
        table["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"],
        1_793_534_400.0
    );
}

#[test]
fn settings_are_described_where_they_were_set() {
    let lab = Lab::instant();
    let gsi = index(
        "gsi",
        &["b:HASH", "a:RANGE"],
        json!({"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["y", "x"]}, "ProvisionedThroughput": units(2, 3)}),
    );
    let created = lab.ok(
        "CreateTable",
        provisioned(json!({
            "AttributeDefinitions": definitions(&["pk", "b", "a"]),
            "GlobalSecondaryIndexes": [gsi],
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
            "SSESpecification": {"Enabled": true},
            "TableClass": "STANDARD_INFREQUENT_ACCESS",
            "DeletionProtectionEnabled": true,
            "WarmThroughput": {"ReadUnitsPerSecond": 100},
        })),
    );
    let warm = &created["TableDescription"]["WarmThroughput"];
    assert_eq!(
        *warm,
        json!({"ReadUnitsPerSecond": 100, "WriteUnitsPerSecond": 5, "Status": "UPDATING"})
    );
    let table = lab.describe();
    let attributes = |names: &[&str]| definitions(names);
    assert_eq!(
        table["AttributeDefinitions"],
        attributes(&["a", "b", "pk"]),
        "§5: sorted by name"
    );
    assert_eq!(
        table.get("BillingModeSummary"),
        None,
        "§5: absent on tables that were created provisioned"
    );
    let gsi = &table["GlobalSecondaryIndexes"][0];
    assert_eq!(gsi["Projection"]["NonKeyAttributes"], json!(["x", "y"]), "§5: sorted");
    assert_eq!(gsi["KeySchema"], key(&["b:HASH", "a:RANGE"]), "§5: keeps its order");
    assert_eq!(gsi["IndexStatus"], "ACTIVE");
    assert_eq!(gsi.get("Backfilling"), None);
    assert_eq!(
        gsi["IndexArn"],
        "arn:aws:dynamodb:eu-west-2:123456789012:table/abc/index/gsi"
    );
    assert_eq!(
        gsi["WarmThroughput"],
        json!({"ReadUnitsPerSecond": 2, "WriteUnitsPerSecond": 3, "Status": "ACTIVE"})
    );
    assert_eq!(
        table["StreamSpecification"],
        json!({"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"})
    );
    assert_eq!(table["LatestStreamLabel"], "2026-11-01T12:00:00.000");
    assert_eq!(
        table["LatestStreamArn"],
        "arn:aws:dynamodb:eu-west-2:123456789012:table/abc/stream/2026-11-01T12:00:00.000"
    );
    assert_eq!(table["SSEDescription"]["Status"], "ENABLED");
    assert_eq!(
        table["TableClassSummary"],
        json!({"TableClass": "STANDARD_INFREQUENT_ACCESS"})
    );
    assert_eq!(table["DeletionProtectionEnabled"], true);
    assert_eq!(table["WarmThroughput"]["Status"], "ACTIVE");
}
