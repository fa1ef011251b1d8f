//! What can be changed of a table, and what rests or is refused meanwhile.

use super::*;

#[test]
fn throughput_takes_its_time() {
    let lab = active(provisioned(json!({})));
    lab.ok("UpdateTable", update(json!({"ProvisionedThroughput": units(6, 6)})));
    let create = update(json!({
        "AttributeDefinitions": definitions(&["pk"]),
        "GlobalSecondaryIndexUpdates": [{"Create": index("gsi", &["pk:HASH"], json!({"ProvisionedThroughput": units(1, 1)}))}],
    }));
    let stream = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
    check(
        &lab,
        &[
            (
                "§7 IOPS",
                "UpdateTable",
                update(json!({"ProvisionedThroughput": units(7, 7)})),
                "¶Table IOPS are currently being updated. Table: abc",
            ),
            (
                "§7 IOPS",
                "UpdateTable",
                update(json!({"StreamSpecification": stream})),
                "¶Can't enable or disable stream while table IOPS are being updated. Table: abc",
            ),
            (
                "§7 IOPS",
                "UpdateTable",
                create,
                "¶Can't create or delete indexes while table IOPS are being updated. Table: abc",
            ),
            (
                "§7 IOPS",
                "DeleteTable",
                table(),
                "¶Table: abc is in the process of being updated.",
            ),
        ],
    );
    lab.ok("UpdateTable", update(json!({"DeletionProtectionEnabled": true})));
    assert_eq!(lab.describe()["ProvisionedThroughput"]["ReadCapacityUnits"], 5);
    lab.wait(60.0);
    let table = lab.describe();
    assert_eq!(
        (
            &table["TableStatus"],
            &table["ProvisionedThroughput"]["ReadCapacityUnits"]
        ),
        (&json!("ACTIVE"), &json!(6))
    );
}

#[test]
fn a_switch_back_during_a_switch_is_taken_and_lost() {
    let lab = active(on_demand(json!({})));
    lab.ok(
        "UpdateTable",
        update(json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(1, 1)})),
    );
    lab.ok("UpdateTable", update(json!({"BillingMode": "PAY_PER_REQUEST"})));
    lab.refuses(
        "§7",
        "UpdateTable",
        update(json!({"OnDemandThroughput": {"MaxReadRequestUnits": 1}})),
        &format!("{IN_USE}OnDemandThroughput cannot be updated while BillingMode update is in progress"),
    );
    lab.wait(200.0);
    assert_eq!(lab.describe()["BillingModeSummary"]["BillingMode"], "PROVISIONED");
}

#[test]
fn streams_and_classes_take_their_time() {
    let lab = active(on_demand(json!({})));
    let stream = |is_on: bool| match is_on {
        true => update(json!({"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}})),
        false => update(json!({"StreamSpecification": {"StreamEnabled": false}})),
    };
    lab.ok("UpdateTable", stream(true));
    check(
        &lab,
        &[
            (
                "§7 stream",
                "UpdateTable",
                update(json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(1, 1)})),
                "¶Can't change table IOPS when stream status is being updated. Table: abc Stream: 2026-11-01T12:00:20.000 Operation: ENABLE",
            ),
            (
                "§7 stream",
                "UpdateTable",
                stream(false),
                "¶A stream status change is currently in progress. …",
            ),
            (
                "§7 stream",
                "DeleteTable",
                table(),
                "¶Cannot delete table while stream is being enabled/disabled.",
            ),
        ],
    );
    lab.wait(5.0);
    lab.ok(
        "UpdateTable",
        update(json!({"TableClass": "STANDARD_INFREQUENT_ACCESS"})),
    );
    check(
        &lab,
        &[
            (
                "§7 class",
                "UpdateTable",
                update(json!({"TableClass": "STANDARD"})),
                "¶Can't update table class when a table class update is in progress. Table: abc TableClassUpdateInProgress: \
                 STANDARD_INFREQUENT_ACCESS",
            ),
            (
                "§7 class",
                "UpdateTable",
                stream(false),
                "¶Can't change stream status when a table class update is in progress…",
            ),
        ],
    );
    lab.ok("UpdateTable", update(json!({"SSESpecification": {"Enabled": true}})));
    lab.wait(6.0);
    check(
        &lab,
        &[
            (
                "§7 SSE",
                "UpdateTable",
                update(json!({"SSESpecification": {"Enabled": false}})),
                "¶Server-Side Encryption is still being updated",
            ),
            (
                "§7 SSE",
                "DeleteTable",
                table(),
                "¶Table: abc is in the process of being updated.",
            ),
        ],
    );
    lab.wait(22.0);
    lab.ok("DeleteTable", table());
}

#[test]
fn warm_throughput_rises_and_the_last_writer_wins() {
    let lab = active(on_demand(json!({})));
    let warm = |read: i64| update(json!({"WarmThroughput": {"ReadUnitsPerSecond": read}}));
    lab.ok("UpdateTable", warm(20_000));
    lab.wait(200.0);
    lab.ok("UpdateTable", warm(13_000));
    let table = lab.describe();
    assert_eq!(
        (&table["TableStatus"], &table["WarmThroughput"]["Status"]),
        (&json!("ACTIVE"), &json!("UPDATING"))
    );
    assert_eq!(
        table["WarmThroughput"]["ReadUnitsPerSecond"], 12_000,
        "§4: old values are shown"
    );
    lab.wait(300.0);
    let warm = &lab.describe()["WarmThroughput"];
    assert_eq!(
        (&warm["Status"], &warm["ReadUnitsPerSecond"]),
        (&json!("ACTIVE"), &json!(13_000))
    );
}

#[test]
fn protection_and_tags_rest_after_a_change() {
    let lab = active(on_demand(json!({})));
    let protect = |is_on: bool| update(json!({"DeletionProtectionEnabled": is_on}));
    lab.ok("UpdateTable", protect(true));
    for is_on in [true, false] {
        lab.refuses(
            "§4 protection",
            "UpdateTable",
            protect(is_on),
            "ThrottlingException: Deletion protection setting for table abc modified within the previous 15000 milliseconds. Please try again after \
             2026-11-01T12:00:35.000Z",
        );
    }
    lab.wait(15.0);
    lab.ok("UpdateTable", protect(false));
    let tag = |value: &str| json!({"ResourceArn": ARN, "Tags": [{"Key": "k", "Value": value}]});
    lab.ok("TagResource", tag("1"));
    lab.ok("TagResource", tag("1"));
    check(
        &lab,
        &[
            (
                "§17 lock",
                "TagResource",
                tag("2"),
                "LimitExceededException: Subscriber limit exceeded: Table tags are being updated: abc",
            ),
            (
                "§7 tag write",
                "DeleteTable",
                table(),
                "¶Table tags are being updated: abc",
            ),
        ],
    );
    lab.wait(1.6);
    lab.ok("DeleteTable", table());
}
