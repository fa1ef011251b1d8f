//! Throughput, ceilings, streams, classes and keys that change.

use super::*;

#[test]
fn throughput_and_billing_change() {
    let lab = lab(provisioned_with_gsi());
    let reply = lab.ok("UpdateTable", update(json!({"ProvisionedThroughput": units(3, 9)})));
    let told = &reply["TableDescription"];
    assert_eq!(told["TableStatus"], "UPDATING");
    assert_eq!(
        told["ProvisionedThroughput"]["ReadCapacityUnits"], 5,
        "§5: the answer tells the old throughput"
    );
    let table = lab.describe();
    assert_eq!(table["TableStatus"], "ACTIVE");
    assert_eq!(
        table["ProvisionedThroughput"],
        json!({
            "LastIncreaseDateTime": 1_793_534_400.0, "LastDecreaseDateTime": 1_793_534_400.0, "NumberOfDecreasesToday": 1,
            "ReadCapacityUnits": 3, "WriteCapacityUnits": 9,
        })
    );
    assert_eq!(
        table["WarmThroughput"]["ReadUnitsPerSecond"], 5,
        "§5: the highest so far"
    );

    lab.ok(
        "UpdateTable",
        update(json!({"BillingMode": "PAY_PER_REQUEST", "OnDemandThroughput": {"MaxReadRequestUnits": 7}})),
    );
    let table = lab.describe();
    assert_eq!(table["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(table["OnDemandThroughput"], json!({"MaxReadRequestUnits": 7}));
    assert_eq!(table["ProvisionedThroughput"]["WriteCapacityUnits"], 0);
    assert_eq!(
        table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"],
        0
    );
    assert_eq!(table["WarmThroughput"]["ReadUnitsPerSecond"], 12_000);

    let again = lab.ok("UpdateTable", update(json!({"BillingMode": "PAY_PER_REQUEST"})));
    assert_eq!(
        again["TableDescription"]["TableStatus"], "UPDATING",
        "§6: a re-send is told as an update"
    );

    let back = update(json!({
        "BillingMode": "PROVISIONED", "ProvisionedThroughput": units(1, 1),
        "GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "gsi", "ProvisionedThroughput": units(2, 2)}}],
    }));
    lab.ok("UpdateTable", back);
    let table = lab.describe();
    assert_eq!(
        table["BillingModeSummary"]["BillingMode"], "PROVISIONED",
        "§5: kept after a switch back"
    );
    assert_eq!(
        table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"],
        2
    );
    assert_eq!(table.get("OnDemandThroughput"), None, "§4: a billing switch drops it");
}

#[test]
fn decreases_have_a_daily_budget() {
    let lab = lab(provisioned(json!({"ProvisionedThroughput": units(50, 50)})));
    for read in [49, 48, 47, 46] {
        lab.ok("UpdateTable", update(json!({"ProvisionedThroughput": units(read, 50)})));
        lab.wait(60.0);
    }
    let lower = || update(json!({"ProvisionedThroughput": units(45, 51)}));
    lab.refuses(
        "§4 decreases",
        "UpdateTable",
        lower(),
        "LimitExceededException: Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first 4 \
         decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. Number of decreases today: 4. \
         Last decrease at Sunday, November 1, 2026 at 12:03:00 PM Coordinated Universal Time. Next decrease can be made at Sunday, November 1, 2026 at 1:03:00 PM Coordinated Universal Time",
    );
    lab.ok("UpdateTable", update(json!({"ProvisionedThroughput": units(46, 60)})));
    lab.wait(3_600.0);
    lab.ok("UpdateTable", lower());
    assert_eq!(lab.describe()["ProvisionedThroughput"]["NumberOfDecreasesToday"], 5);
    lab.wait(86_400.0);
    assert_eq!(lab.describe()["ProvisionedThroughput"]["NumberOfDecreasesToday"], 0);
}

#[test]
fn ceilings_merge_and_are_cleared() {
    let lab = lab(on_demand(json!({"OnDemandThroughput": {"MaxReadRequestUnits": 5}})));
    lab.ok(
        "UpdateTable",
        update(json!({"OnDemandThroughput": {"MaxWriteRequestUnits": 6}})),
    );
    assert_eq!(
        lab.describe()["OnDemandThroughput"],
        json!({"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 6})
    );
    let clear = update(json!({"OnDemandThroughput": {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1}}));
    let told = lab.ok("UpdateTable", clear);
    let told = &told["TableDescription"];
    assert_eq!(
        told["OnDemandThroughput"],
        json!({"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1})
    );
    assert_eq!(told["TableStatus"], "ACTIVE", "§4: synchronous");
    assert_eq!(lab.describe().get("OnDemandThroughput"), None);
}

#[test]
fn streams_are_turned_on_and_off() {
    let lab = lab(on_demand(json!({})));
    let on = || update(json!({"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "OLD_IMAGE"}}));
    let told = lab.ok("UpdateTable", on());
    assert_eq!(
        told["TableDescription"]["LatestStreamLabel"], "2026-11-01T12:00:00.000",
        "§15: already in the answer"
    );
    lab.refuses(
        "§4 twice",
        "UpdateTable",
        on(),
        "ValidationException: Table already has an enabled stream: TableName: abc",
    );
    lab.ok(
        "UpdateTable",
        update(json!({"StreamSpecification": {"StreamEnabled": false}})),
    );
    let table = lab.describe();
    assert_eq!(table.get("StreamSpecification"), None);
    assert_eq!(
        table["LatestStreamLabel"], "2026-11-01T12:00:00.000",
        "§5: stays after disabling"
    );
}

#[test]
fn the_class_changes_twice_in_thirty_days() {
    let lab = lab(on_demand(json!({})));
    let class = |class: &str| update(json!({"TableClass": class}));
    lab.ok("UpdateTable", class("STANDARD"));
    assert_eq!(lab.describe().get("TableClassSummary"), None, "§4: a free no-op");
    let told = lab.ok("UpdateTable", class("STANDARD_INFREQUENT_ACCESS"));
    assert_eq!(
        told["TableDescription"].get("TableClassSummary"),
        None,
        "§5: the answer tells the old class"
    );
    assert_eq!(
        lab.describe()["TableClassSummary"]["TableClass"],
        "STANDARD_INFREQUENT_ACCESS"
    );
    lab.ok("UpdateTable", class("STANDARD"));
    lab.refuses(
        "§4 budget",
        "UpdateTable",
        class("STANDARD"),
        "LimitExceededException: Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s).",
    );
    lab.wait(30.0 * 86_400.0);
    lab.ok("UpdateTable", class("STANDARD_INFREQUENT_ACCESS"));
}

#[test]
fn keys_of_encryption_change() {
    let lab = lab(on_demand(json!({})));
    let sse = |specification: Value| update(json!({"SSESpecification": specification}));
    let told = lab.ok("UpdateTable", sse(json!({"Enabled": true})));
    assert_eq!(told["TableDescription"]["SSEDescription"]["Status"], "UPDATING");
    assert_eq!(
        told["TableDescription"]["TableStatus"], "ACTIVE",
        "§4: the table stays active"
    );
    assert_eq!(lab.describe()["SSEDescription"]["Status"], "ENABLED");
    lab.ok("UpdateTable", sse(json!({"Enabled": true})));
    let held = lab.describe()["SSEDescription"]["KMSMasterKeyArn"].clone();
    lab.refuses(
        "§4 the key held",
        "UpdateTable",
        sse(json!({"Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": held})),
        &format!(
            "{INVALID}Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key"
        ),
    );
    let arn = "arn:aws:kms:eu-west-2:123456789012:key/1b0c";
    lab.ok("UpdateTable", sse(json!({"SSEType": "KMS", "KMSMasterKeyId": arn})));
    assert_eq!(lab.describe()["SSEDescription"]["KMSMasterKeyArn"], arn);
    lab.ok("UpdateTable", sse(json!({"Enabled": false})));
    assert_eq!(lab.describe().get("SSEDescription"), None);
}
