//! Settings of a new table: what is refused, and what is taken.

use super::*;

#[test]
fn settings_are_checked_last() {
    let sse = |specification: Value| on_demand(json!({"SSESpecification": specification}));
    let rows = [
        (
            "§3.17 on",
            on_demand(json!({"StreamSpecification": {"StreamEnabled": true}})),
            "¶Table is being created with a stream enabled, UpdateViewType is required",
        ),
        (
            "§3.17 off",
            on_demand(json!({"StreamSpecification": {"StreamEnabled": false, "StreamViewType": "KEYS_ONLY"}})),
            "¶Table is being created with a stream disabled, UpdateViewType should not be specified",
        ),
        (
            "§3.18",
            on_demand(json!({"TableClass": "COLD"})),
            "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, STANDARD_INFREQUENT_ACCESS].",
        ),
        (
            "§4 SSE 1",
            sse(json!({"Enabled": false, "SSEType": "KMS"})),
            "¶SSEType can not be specified if Enabled is false",
        ),
        (
            "§4 SSE 2",
            sse(json!({"Enabled": false, "KMSMasterKeyId": "k"})),
            "¶KMSMasterKeyId can not be specified if Enabled is false",
        ),
        (
            "§4 SSE 3",
            sse(json!({"Enabled": true, "KMSMasterKeyId": "k"})),
            "¶SSEType KMS is required if KMSMasterKeyId is specified",
        ),
        (
            "§4 SSE 4",
            sse(json!({"Enabled": true, "SSEType": "AES256"})),
            "¶SSEType AES256 is not supported",
        ),
        (
            "§4 ceilings, provisioned",
            provisioned(json!({"OnDemandThroughput": {"MaxReadRequestUnits": 1}})),
            "¶MaxReadRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED.",
        ),
        (
            "§4 ceilings, -1 at create",
            on_demand(json!({"OnDemandThroughput": {"MaxWriteRequestUnits": -1}})),
            "¶Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid range",
        ),
        (
            "§4 warm, on demand",
            on_demand(json!({"WarmThroughput": {"ReadUnitsPerSecond": 11999}})),
            "¶Requested ReadUnitsPerSecond for WarmThroughput for table is lower than initial throughput for OnDemand. See: \
             https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial",
        ),
        (
            "§4 warm, provisioned",
            provisioned(json!({"WarmThroughput": {"WriteUnitsPerSecond": 4}})),
            "¶Requested WriteUnitsPerSecond for WarmThroughput for table is lower than WriteCapacityUnits of ProvisionedThroughput",
        ),
        (
            "§17 tags",
            on_demand(json!({"Tags": [{"Key": "", "Value": "v"}]})),
            "The Tag Key provided is invalid, Key: ",
        ),
    ];
    check_rows(&rows);
}

#[test]
fn more_throughput_than_the_account_has_is_refused() {
    check(
        "§4 caps, table",
        provisioned(json!({"ProvisionedThroughput": units(40_001, 1)})),
        "LimitExceededException: The requested ReadCapacityUnits, 40001, is above the per table maximum for the account in eu-west-2. Per table \
         maximum: 40000. Refer to…",
    );
    let lab = Lab::instant();
    for name in ["one", "two"] {
        lab.ok(
            "CreateTable",
            provisioned(json!({"TableName": name, "ProvisionedThroughput": units(1, 40_000)})),
        );
    }
    lab.refuses(
        "§4 caps, account",
        "CreateTable",
        provisioned(json!({})),
        "LimitExceededException: This request would have caused the WriteCapacityUnits limit to be exceeded for the account in eu-west-2. Current \
         WriteCapacityUnits reserved by the account: 80000. Limit: 80000. Requested: 5…",
    );
}

#[test]
fn what_the_service_accepts_is_accepted() {
    let rows = [
        (
            "§3 LSI range = table sort key",
            with_local(index("lsi", &["pk:HASH", "sk:RANGE"], json!({})), &["pk", "sk"]),
        ),
        (
            "§3 GSI identical to the table key",
            with_global(index("abc", &["pk:HASH"], json!({})), &["pk"]),
        ),
        ("§3.7 empty tags", on_demand(json!({"Tags": []}))),
        (
            "§4 empty members",
            on_demand(json!({"OnDemandThroughput": {}, "WarmThroughput": {}})),
        ),
        (
            "§3.13 key attribute in NonKeyAttributes",
            with_global(
                index(
                    "gsi",
                    &["pk:HASH"],
                    json!({"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["pk"]}}),
                ),
                &["pk"],
            ),
        ),
        (
            "§9 4 + 4",
            with_global(
                index(
                    "gsi",
                    &[
                        "pk:HASH", "a:HASH", "b:HASH", "c:HASH", "d:RANGE", "e:RANGE", "f:RANGE", "g:RANGE",
                    ],
                    json!({}),
                ),
                &["pk", "a", "b", "c", "d", "e", "f", "g"],
            ),
        ),
    ];
    for (row, body) in rows {
        let created = Lab::instant().call("CreateTable", &body);
        assert!(created.is_ok(), "{row}: {created:?}");
    }
}
