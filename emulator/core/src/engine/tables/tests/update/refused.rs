//! What is refused: by the request itself, by the billing mode, by other members of the request.

use super::*;

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
                "InternalFailure: ",
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
