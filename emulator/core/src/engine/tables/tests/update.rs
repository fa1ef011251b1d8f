//! UpdateTable on an instant engine: what is refused, and what has become of the table afterwards.

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

#[test]
fn requests_are_checked_before_the_table_is_looked_up() {
    let lab = Lab::instant();
    let nothing = "ValidationException: At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, \
                   SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, \
                   DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required";
    let action = |action: Value| index_update(json!({"Update": action}));
    let rows = [
        ("§6 nothing", update(json!({"AttributeDefinitions": []})), nothing.to_owned()),
        (
            "§6 members that do not count",
            update(json!({"MultiRegionConsistency": "STRONG"})),
            nothing.replace("MultiRegionConsistency, ", ""),
        ),
        (
            "§6 empty list",
            update(json!({"BillingMode": "PAY_PER_REQUEST", "GlobalSecondaryIndexUpdates": []})),
            format!("{INVALID}List of GlobalSecondaryIndexUpdates is empty"),
        ),
        (
            "§6 no action",
            index_update(json!({})),
            format!(
                "{INVALID}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not \
                 be null"
            ),
        ),
        (
            "§6 two actions",
            index_update(json!({"Update": {"IndexName": "gsi"}, "Delete": {"IndexName": "gsi"}})),
            format!("{INVALID}Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"),
        ),
        (
            "§6 same index",
            update(json!({"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "gsi"}}, {"Update": {"IndexName": "gsi"}}]})),
            format!("{INVALID}Only one global secondary index update per index is allowed simultaneously. Index: gsi"),
        ),
        (
            "§4 empty warm throughput of an index",
            action(json!({"IndexName": "gsi", "WarmThroughput": {}})),
            format!(
                "{INVALID}WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified for index: gsi"
            ),
        ),
        (
            "§4 stream on",
            update(json!({"StreamSpecification": {"StreamEnabled": true}})),
            format!("{INVALID}If stream is being enabled then UpdateViewType is required"),
        ),
        (
            "§2 path",
            action(json!({"IndexName": "g", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 0}})),
            "ValidationException: 2 validation errors detected: Value 'g' at 'globalSecondaryIndexUpdates.1.member.update.indexName' failed to \
             satisfy constraint: Member must have length greater than or equal to 3; Value '0' at \
             'globalSecondaryIndexUpdates.1.member.update.provisionedThroughput.writeCapacityUnits' failed to satisfy constraint: Member must have \
             value greater than or equal to 1"
                .to_owned(),
        ),
        (
            "§1 unknown",
            update(json!({"BillingMode": "PAY_PER_REQUEST"})),
            "ResourceNotFoundException: Requested resource not found: Table: abc not found".to_owned(),
        ),
    ];
    for (row, body, expected) in rows {
        lab.refuses(row, "UpdateTable", body, &expected);
    }
}

#[test]
fn a_table_on_demand_refuses_provisioned_throughput() {
    check(
        on_demand_with_gsi(),
        &[
            (
                "§6 table",
                update(json!({"ProvisionedThroughput": units(1, 1)})),
                "¶Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
            ),
            (
                "§6 index",
                index_update(json!({"Update": {"IndexName": "gsi", "ProvisionedThroughput": units(1, 1)}})),
                "¶The only Updates for index: gsi when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput",
            ),
            (
                "§6 index alone",
                index_update(json!({"Update": {"IndexName": "gsi"}})),
                "¶The only Updates for index: gsi when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput",
            ),
            (
                "§6 switch without throughput",
                update(json!({"BillingMode": "PROVISIONED"})),
                "¶ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
            ),
            (
                "§6 switch without the index",
                update(json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(1, 1)})),
                "¶ProvisionedThroughput must be specified for index: gsi",
            ),
            (
                "§4 ceilings",
                update(json!({"OnDemandThroughput": {"MaxReadRequestUnits": 0}})),
                "¶Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range",
            ),
            (
                "§4 ceilings of an index",
                index_update(
                    json!({"Update": {"IndexName": "gsi", "OnDemandThroughput": {"MaxWriteRequestUnits": -2}}}),
                ),
                "¶Requested MaxWriteRequestUnits for OnDemandThroughput for index : gsi is outside of valid range",
            ),
            (
                "§4 ceilings over the cap",
                update(json!({"OnDemandThroughput": {"MaxReadRequestUnits": 40_001}})),
                "LimitExceededException: Subscriber limit exceeded: Requested MaxReadRequestUnits for OnDemandThroughput for table exceeds \
                 TableMaxReadCapacityUnits of the account in region eu-west-2",
            ),
            (
                "§4 warm",
                update(json!({"WarmThroughput": {"ReadUnitsPerSecond": 11_999}})),
                "¶Requested ReadUnitsPerSecond for WarmThroughput for table is lower than current WarmThroughput, decreasing WarmThroughput is not \
                 supported",
            ),
            (
                "§4 empty member",
                update(json!({"OnDemandThroughput": {}})),
                "InternalFailure: ",
            ),
            (
                "§6 ghost index",
                index_update(
                    json!({"Update": {"IndexName": "ghost", "WarmThroughput": {"ReadUnitsPerSecond": 20_000}}}),
                ),
                "InternalServerError…",
            ),
        ],
    );
}

#[test]
fn a_provisioned_table_refuses_what_changes_nothing_or_is_not_there() {
    check(
        provisioned_with_gsi(),
        &[
            (
                "V§19.4 unchanged",
                update(json!({"ProvisionedThroughput": units(5, 5)})),
                "ValidationException: The provisioned throughput for the table will not change. The requested value equals the current value. Current \
                 ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5. Current WriteCapacityUnits provisioned for the \
                 table: 5. Requested WriteCapacityUnits: 5. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request \
                 higher limits.",
            ),
            (
                "§4 unchanged index",
                index_update(json!({"Update": {"IndexName": "gsi", "ProvisionedThroughput": units(5, 5)}})),
                "ValidationException: The provisioned throughput for the index gsi will not change. The requested value equals the current value. \
                 Current ReadCapacityUnits provisioned for index gsi: 5. Requested ReadCapacityUnits: 5. Current WriteCapacityUnits…",
            ),
            (
                "§4 ceilings",
                update(json!({"OnDemandThroughput": {"MaxReadRequestUnits": -1}})),
                "¶MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED",
            ),
            (
                "§6 unknown index",
                index_update(json!({"Delete": {"IndexName": "ghost"}})),
                "ResourceNotFoundException: Requested resource not found: Index ghost for table abc",
            ),
            (
                "§6 index exists",
                update(json!({
                    "AttributeDefinitions": definitions(&["pk"]),
                    "GlobalSecondaryIndexUpdates": [{"Create": gsi(json!({"ProvisionedThroughput": units(1, 1)}))}],
                })),
                "ValidationException: Attempting to create an index which already exists",
            ),
            (
                "§6 no definitions",
                index_update(json!({"Create": index("new", &["pk:HASH"], json!({}))})),
                "¶AttributeDefinitions is not specified for index: new",
            ),
            (
                "§6 keys must be declared",
                update(json!({
                    "AttributeDefinitions": definitions(&["x"]),
                    "GlobalSecondaryIndexUpdates": [{"Create": index("new", &["pk:HASH"], json!({}))}],
                })),
                "¶Some index key attributes are not defined in AttributeDefinitions. Keys: [pk], AttributeDefinitions: [x]",
            ),
            (
                "§6 no throughput",
                update(json!({
                    "AttributeDefinitions": definitions(&["pk"]),
                    "GlobalSecondaryIndexUpdates": [{"Create": index("new", &["pk:HASH"], json!({}))}],
                })),
                "¶Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: new",
            ),
            (
                "§4 caps, beyond any figure",
                update(json!({
                    "AttributeDefinitions": definitions(&["pk"]),
                    "GlobalSecondaryIndexUpdates": [{"Create": index("new", &["pk:HASH"], json!({"ProvisionedThroughput": units(i64::MAX, 1)}))}],
                })),
                "LimitExceededException: This request would have caused the ReadCapacityUnits limit to be exceeded…",
            ),
            (
                "§6 one online index",
                update(json!({"GlobalSecondaryIndexUpdates": [
                    {"Delete": {"IndexName": "gsi"}},
                    {"Create": index("new", &["pk:HASH"], json!({}))},
                ]})),
                "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
            ),
            (
                "§4 no stream",
                update(json!({"StreamSpecification": {"StreamEnabled": false}})),
                "ValidationException: Table has no stream to disable: TableName: abc",
            ),
            (
                "§4 SSE",
                update(json!({"SSESpecification": {"Enabled": false}})),
                "¶Table is already encrypted by default",
            ),
        ],
    );
}

#[test]
fn some_changes_do_not_go_into_one_request() {
    let stream = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
    let create = json!([{"Create": index("new", &["pk:HASH"], json!({}))}]);
    let warm = json!({"ReadUnitsPerSecond": 20_000});
    let both = |a: Value, b: Value| update(with(a, b));
    check(
        provisioned_with_gsi(),
        &[
            (
                "§6 SSE is named first",
                both(
                    json!({"TableClass": "STANDARD"}),
                    json!({"SSESpecification": {"Enabled": true}}),
                ),
                "¶Server-Side Encryption modification must be the only operation in the request",
            ),
            (
                "§6 class",
                both(
                    json!({"TableClass": "STANDARD"}),
                    json!({"DeletionProtectionEnabled": true}),
                ),
                "¶TableClass modification must be the only operation in the request",
            ),
            (
                "§6 protection",
                both(
                    json!({"WarmThroughput": warm}),
                    json!({"DeletionProtectionEnabled": true}),
                ),
                "¶DeletionProtection modification must be the only operation in the request",
            ),
            (
                "§6 warm",
                both(json!({"WarmThroughput": warm}), json!({"StreamSpecification": stream})),
                "¶WarmThroughput must be the only operation in the request",
            ),
            (
                "§6 warm and create",
                both(
                    json!({"WarmThroughput": warm}),
                    json!({"GlobalSecondaryIndexUpdates": create}),
                ),
                "¶Create global secondary index cannot be specified when updating WarmThroughput",
            ),
            (
                "§6 ceilings",
                both(
                    json!({"OnDemandThroughput": {"MaxReadRequestUnits": 5}}),
                    json!({"StreamSpecification": stream}),
                ),
                "¶OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
            ),
            (
                "§6 stream and IOPS",
                both(
                    json!({"ProvisionedThroughput": units(6, 6)}),
                    json!({"StreamSpecification": stream}),
                ),
                "¶You cannot modify stream status while updating table IOPS",
            ),
            (
                "§6 index and IOPS",
                both(
                    json!({"ProvisionedThroughput": units(6, 6)}),
                    json!({"GlobalSecondaryIndexUpdates": create}),
                ),
                "¶You cannot create or delete index while updating table IOPS",
            ),
            (
                "§6 index and stream",
                both(
                    json!({"StreamSpecification": stream}),
                    json!({"GlobalSecondaryIndexUpdates": create}),
                ),
                "¶You cannot create or delete index while changing stream status",
            ),
            (
                "§6 replicas",
                both(
                    json!({"ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}),
                    json!({"TableClass": "STANDARD"}),
                ),
                "¶Replica modification must be the only operation in the request",
            ),
        ],
    );
}

#[test]
fn replicas_that_cannot_be_are_refused() {
    let replica = |change: Value| update(json!({"ReplicaUpdates": [change]}));
    check(
        on_demand(json!({})),
        &[
            (
                "2026§13 no action",
                replica(json!({})),
                "ValidationException: There are no actions specified in the Replica Update Action of the request.",
            ),
            (
                "2026§13 local",
                replica(json!({"Create": {"RegionName": "eu-west-2"}})),
                "ValidationException: Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as \
                 required.",
            ),
            (
                "2026§13 not there",
                replica(json!({"Delete": {"RegionName": "eu-west-1"}})),
                "ValidationException: Update global table operation failed because one or more replicas were not part of the global table. Please \
                 retry the request without these replicas: [eu-west-1].",
            ),
            (
                "2026§14 witness",
                update(
                    json!({"BillingMode": "PAY_PER_REQUEST", "GlobalTableWitnessUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}),
                ),
                "ValidationException: MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is present.",
            ),
        ],
    );
}

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
         Last decrease at Sunday, November 1, 2026 12:03:00 PM UTC. Next decrease can be made at Sunday, November 1, 2026 1:03:00 PM UTC",
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
fn indexes_come_and_go() {
    let lab = lab(on_demand(json!({})));
    let create = update(json!({
        "AttributeDefinitions": definitions(&["a", "unused"]),
        "GlobalSecondaryIndexUpdates": [{"Create": index("new", &["a:HASH"], json!({}))}],
    }));
    let told = lab.ok("UpdateTable", create);
    let told = &told["TableDescription"]["GlobalSecondaryIndexes"][0];
    assert_eq!(
        (&told["IndexStatus"], &told["Backfilling"]),
        (&json!("CREATING"), &json!(false))
    );
    assert_eq!(told.get("WarmThroughput"), None);
    let table = lab.describe();
    assert_eq!(table["GlobalSecondaryIndexes"][0]["IndexStatus"], "ACTIVE");
    assert_eq!(
        table["AttributeDefinitions"],
        definitions(&["a", "pk"]),
        "§6: unused definitions are dropped"
    );
    lab.ok("UpdateTable", index_update(json!({"Delete": {"IndexName": "new"}})));
    let table = lab.describe();
    assert_eq!(table.get("GlobalSecondaryIndexes"), None);
    assert_eq!(
        table["AttributeDefinitions"],
        definitions(&["pk"]),
        "§6: a deletion prunes what no key uses"
    );
}

#[test]
fn the_type_that_a_table_knows_wins_over_one_that_is_declared_anew() {
    let lab = lab(on_demand(json!({})));
    lab.ok(
        "UpdateTable",
        update(json!({
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "N"}],
            "GlobalSecondaryIndexUpdates": [{"Create": index("new", &["pk:HASH"], json!({}))}],
        })),
    );
    assert_eq!(lab.describe()["AttributeDefinitions"], definitions(&["pk"]));
}

#[test]
fn a_local_index_stays_as_it_is() {
    let local = json!({
        "KeySchema": key(&["pk:HASH", "sk:RANGE"]), "AttributeDefinitions": definitions(&["pk", "sk"]),
        "LocalSecondaryIndexes": [index("lsi", &["pk:HASH", "sk:RANGE"], json!({}))],
    });
    let create = provisioned(local);
    check(
        create,
        &[
            (
                "§6 delete",
                index_update(json!({"Delete": {"IndexName": "lsi"}})),
                "ValidationException: Cannot delete an index that is not a GlobalSecondaryIndex: lsi",
            ),
            (
                "§6 update",
                index_update(json!({"Update": {"IndexName": "lsi", "ProvisionedThroughput": units(1, 1)}})),
                "ValidationException: Cannot update an index that is not a GlobalSecondaryIndex: lsi",
            ),
        ],
    );
}

#[test]
fn a_table_has_no_more_than_twenty_global_indexes() {
    let many: Value = (0..20)
        .map(|number| index(&format!("gsi{number}"), &["pk:HASH"], json!({})))
        .collect();
    check(
        on_demand(json!({"GlobalSecondaryIndexes": many})),
        &[(
            "§6 21st",
            update(json!({
                "AttributeDefinitions": definitions(&["pk"]),
                "GlobalSecondaryIndexUpdates": [{"Create": index("new", &["pk:HASH"], json!({}))}],
            })),
            "LimitExceededException: Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of 20",
        )],
    );
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
    lab.refuses(
        "§4 again",
        "UpdateTable",
        sse(json!({"Enabled": true})),
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
