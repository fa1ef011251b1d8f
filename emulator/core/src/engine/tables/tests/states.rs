//! Tables at the service's pace: which states they go through, and what each refuses.

use super::*;

const IN_USE: &str = "ResourceInUseException: Attempt to change a resource which is still in use: ";

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

const ARN: &str = "arn:aws:dynamodb:eu-west-2:123456789012:table/abc";

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

#[test]
fn a_table_with_indexes_takes_longer_and_all_are_active_together() {
    let lab = Lab::paced();
    lab.ok(
        "CreateTable",
        on_demand(json!({"GlobalSecondaryIndexes": [index("gsi", &["pk:HASH"], json!({}))]})),
    );
    let states = || {
        let table = lab.describe();
        let index = &table["GlobalSecondaryIndexes"][0];
        (
            table["TableStatus"].clone(),
            index["IndexStatus"].clone(),
            index.get("Backfilling").cloned(),
        )
    };
    lab.wait(10.0);
    assert_eq!(states(), (json!("CREATING"), json!("CREATING"), None));
    lab.wait(5.0);
    assert_eq!(states(), (json!("ACTIVE"), json!("ACTIVE"), None));
}

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
fn a_new_index_is_allocated_filled_and_active() {
    let lab = active(on_demand(
        json!({"GlobalSecondaryIndexes": [index("old", &["pk:HASH"], json!({}))]}),
    ));
    let create = |name: &str| {
        update(json!({
            "AttributeDefinitions": definitions(&["pk"]),
            "GlobalSecondaryIndexUpdates": [{"Create": index(name, &["pk:HASH"], json!({}))}],
        }))
    };
    let delete = |name: &str| index_update(json!({"Delete": {"IndexName": name}}));
    let state = || {
        let table = lab.describe();
        let index = &table["GlobalSecondaryIndexes"][1];
        (
            table["TableStatus"].clone(),
            index["IndexStatus"].clone(),
            index.get("Backfilling").cloned(),
        )
    };
    lab.ok("UpdateTable", create("new"));
    assert_eq!(state(), (json!("UPDATING"), json!("CREATING"), Some(json!(false))));
    let one = "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";
    check(
        &lab,
        &[
            (
                "§8 allocation",
                "UpdateTable",
                delete("new"),
                "¶Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the index is active. Table: abc \
                 Index: new",
            ),
            (
                "§8 allocation",
                "UpdateTable",
                index_update(json!({"Update": {"IndexName": "new", "OnDemandThroughput": {"MaxReadRequestUnits": 1}}})),
                "¶OnDemandThroughput cannot be updated while index creation is in progress for indexes: [new]",
            ),
            (
                "§8 allocation",
                "UpdateTable",
                update(json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(1, 1)})),
                "¶Can't change table IOPS when an index is being created. Table: abc Indexes: [new]",
            ),
            (
                "§8 allocation",
                "UpdateTable",
                update(json!({"WarmThroughput": {"ReadUnitsPerSecond": 20_000}})),
                "InternalServerError: Table is under system maintenance, please try again later",
            ),
            ("§6 one online index", "UpdateTable", create("more"), one),
        ],
    );
    lab.wait(30.0);
    assert_eq!(state(), (json!("ACTIVE"), json!("CREATING"), Some(json!(true))));
    check(
        &lab,
        &[
            (
                "§8 backfill",
                "DeleteTable",
                table(),
                "¶Cannot delete table while indexes are being created, updated, or deleted.",
            ),
            ("§8 backfill", "UpdateTable", delete("old"), one),
        ],
    );
    lab.ok("UpdateTable", delete("new"));
    assert_eq!(state(), (json!("UPDATING"), json!("DELETING"), None));
    check(
        &lab,
        &[(
            "§8 delete",
            "UpdateTable",
            delete("new"),
            "¶Index is being deleted.  Table: abc Index: new",
        )],
    );
    lab.wait(4.0);
    assert_eq!(
        lab.describe()["GlobalSecondaryIndexes"].as_array().map(Vec::len),
        Some(1)
    );
    lab.ok("UpdateTable", create("new"));
    lab.wait(450.0);
    assert_eq!(state(), (json!("ACTIVE"), json!("ACTIVE"), None));
}

#[test]
fn throughput_of_an_index_changes_alone() {
    let gsi = |name: &str| index(name, &["pk:HASH"], json!({"ProvisionedThroughput": units(1, 1)}));
    let lab = active(provisioned(json!({"GlobalSecondaryIndexes": [gsi("one"), gsi("two")]})));
    let raise = |name: &str, read: i64| {
        index_update(json!({"Update": {"IndexName": name, "ProvisionedThroughput": units(read, 1)}}))
    };
    lab.ok("UpdateTable", raise("one", 2));
    let table = lab.describe();
    assert_eq!(
        (
            &table["TableStatus"],
            &table["GlobalSecondaryIndexes"][0]["IndexStatus"]
        ),
        (&json!("ACTIVE"), &json!("UPDATING"))
    );
    check(
        &lab,
        &[(
            "§8 throughput",
            "UpdateTable",
            raise("one", 3),
            "¶Index is being updated.  Table: abc Index: one",
        )],
    );
    lab.ok("UpdateTable", raise("two", 3));
    lab.wait(3.0);
    let indexes = &lab.describe()["GlobalSecondaryIndexes"];
    let read = |position: usize| indexes[position]["ProvisionedThroughput"]["ReadCapacityUnits"].clone();
    assert_eq!((read(0), read(1)), (json!(2), json!(3)));
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
