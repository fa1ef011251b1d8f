//! CreateTable, DescribeTable, ListTables and DeleteTable.

use super::*;

const ENVELOPE: &str = "ValidationException: 1 validation error detected: ";
const FSC: &str = "failed to satisfy constraint:";

fn check(row: &str, body: Value, expected: &str) {
    let lab = Lab::instant();
    lab.refuses(row, "CreateTable", body, expected);
    assert_eq!(
        lab.ok("ListTables", json!({}))["TableNames"],
        json!([]),
        "{row}: nothing was created"
    );
}

#[test]
fn names_are_checked_alone_and_first() {
    let bad = json!({"KeySchema": null});
    check(
        "§1 absent",
        with(on_demand(bad.clone()), json!({"TableName": null})),
        "ValidationException: The parameter 'TableName' is required but was not present in the request",
    );
    check(
        "§1 pattern before length",
        with(on_demand(bad), json!({"TableName": "a!"})),
        &format!(
            "ValidationException: 2 validation errors detected: Value 'a!' at 'tableName' {FSC} Member must satisfy regular expression pattern: \
             [a-zA-Z0-9_.-]+; Value 'a!' at 'tableName' {FSC} Member must have length greater than or equal to 3"
        ),
    );
}

#[test]
fn constraints_are_listed_together_in_the_services_order() {
    check(
        "§2 all groups",
        json!({
            "TableName": "abc", "BillingMode": "FREE", "ProvisionedThroughput": {"ReadCapacityUnits": 0},
            "KeySchema": [], "AttributeDefinitions": [{"AttributeType": "L"}],
            "LocalSecondaryIndexes": [{"IndexName": "lsi"}], "GlobalSecondaryIndexes": [{}],
        }),
        &[
            "ValidationException: 10 validation errors detected: Value 'FREE' at 'billingMode'",
            "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]; Value null at 'provisionedThroughput.writeCapacityUnits'",
            "Member must not be null; Value '0' at 'provisionedThroughput.readCapacityUnits'",
            "Member must have value greater than or equal to 1; Value '[]' at 'keySchema'",
            "Member must have length greater than or equal to 1; Value 'L' at 'attributeDefinitions.1.member.attributeType'",
            "Member must satisfy enum value set: [B, N, S]; Value null at 'attributeDefinitions.1.member.attributeName'",
            "Member must not be null; Value null at 'globalSecondaryIndexes.1.member.keySchema'",
            "Member must not be null; Value null at 'globalSecondaryIndexes.1.member.projection'",
            "Member must not be null; Value null at 'globalSecondaryIndexes.1.member.indexName'",
            "Member must not be null; Value null at 'localSecondaryIndexes.1.member.keySchema'",
            "Member must not be null",
        ]
        .join(&format!(" {FSC} ")),
    );
}

#[test]
fn long_keys_echo_their_elements() {
    check(
        "§2 keySchema > 2",
        on_demand(json!({"KeySchema": key(&["pk:HASH", "b:RANGE", "c:RANGE"])})),
        &format!(
            "{ENVELOPE}Value '[KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=b, keyType=RANGE), \
             KeySchemaElement(attributeName=c, keyType=RANGE)]' at 'keySchema' {FSC} Member must have length less than or equal to 2"
        ),
    );
}

#[test]
fn single_constraints_name_their_path() {
    let gsi = |projection: Value| {
        on_demand(json!({"GlobalSecondaryIndexes": [index("gsi", &["pk:HASH"], json!({"Projection": projection}))]}))
    };
    let rows = [
        (
            "§2 projectionType",
            gsi(json!({"ProjectionType": "SOME"})),
            "'SOME' at 'globalSecondaryIndexes.1.member.projection.projectionType' failed to satisfy constraint: Member must satisfy enum value set: \
             [ALL, INCLUDE, KEYS_ONLY]",
        ),
        (
            "§2 nonKeyAttributes",
            gsi(json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": []})),
            "'[]' at 'globalSecondaryIndexes.1.member.projection.nonKeyAttributes' failed to satisfy constraint: Member must have length greater \
             than or equal to 1",
        ),
        (
            "§2 streamViewType",
            on_demand(json!({"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "ALL"}})),
            "'ALL' at 'streamSpecification.streamViewType' failed to satisfy constraint: Member must satisfy enum value set: [OLD_IMAGE, KEYS_ONLY, \
             NEW_AND_OLD_IMAGES, NEW_IMAGE]",
        ),
        (
            "§2 kMSMasterKeyId",
            on_demand(json!({"SSESpecification": {"KMSMasterKeyId": ""}})),
            "'' at 'sSESpecification.kMSMasterKeyId' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
        (
            "§3.18 empty class",
            on_demand(json!({"TableClass": ""})),
            "'' at 'tableClass' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, STANDARD_INFREQUENT_ACCESS]",
        ),
    ];
    for (row, body, expected) in rows {
        check(row, body, &format!("{ENVELOPE}Value {expected}"));
    }
}

#[test]
fn billing_and_keys_are_checked_in_order() {
    let rows = [
        (
            "§3.1",
            on_demand(json!({"ProvisionedThroughput": units(1, 1)})),
            "¶Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
        ),
        (
            "§3.2",
            provisioned(json!({"ProvisionedThroughput": units(1_000_000_000_001, 1)})),
            "Given value 1000000000001 for ReadCapacityUnits is out of bounds",
        ),
        (
            "§3.3",
            provisioned(json!({"ProvisionedThroughput": null})),
            "¶ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
        ),
        (
            "§3.4",
            on_demand(json!({"AttributeDefinitions": definitions(&["pk", "pk"])})),
            "Attribute Name is duplicated: pk",
        ),
        (
            "§3.5 one element",
            on_demand(json!({"AttributeDefinitions": definitions(&["a"])})),
            "¶Some index key attributes are not defined in AttributeDefinitions. Keys: [pk], AttributeDefinitions: [a]",
        ),
        (
            "§3.5 no definitions",
            on_demand(json!({"AttributeDefinitions": []})),
            "Invalid KeySchema: Some index key attribute have no definition",
        ),
        (
            "§3.5 two elements",
            on_demand(json!({"KeySchema": key(&["pk:HASH", "sk:RANGE"])})),
            "Invalid KeySchema: Some index key attribute have no definition",
        ),
        (
            "§3.6 first",
            on_demand(json!({"KeySchema": key(&["pk:RANGE"])})),
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        ),
        (
            "§3.6 same",
            on_demand(json!({"KeySchema": key(&["pk:HASH", "pk:RANGE"])})),
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ),
        (
            "§3.6 second",
            on_demand(
                json!({"KeySchema": key(&["pk:HASH", "sk:HASH"]), "AttributeDefinitions": definitions(&["pk", "sk"])}),
            ),
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
        ),
        (
            "§3.9 no index",
            on_demand(json!({"AttributeDefinitions": definitions(&["pk", "x"])})),
            "¶Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
        ),
    ];
    check_rows(&rows);
}

/// Rows of CreateTable whose expectation stands for its kind, and `¶` for how refusals of parameters begin.
fn check_rows(rows: &[(&str, Value, &str)]) {
    for (row, body, expected) in rows {
        let expected = match expected.strip_prefix('¶') {
            Some(text) => format!("{INVALID}{text}"),
            None => format!("ValidationException: {expected}"),
        };
        check(row, body.clone(), &expected);
    }
}

fn with_global(global: Value, names: &[&str]) -> Value {
    on_demand(json!({"GlobalSecondaryIndexes": [global], "AttributeDefinitions": definitions(names)}))
}

fn with_local(local: Value, names: &[&str]) -> Value {
    let ranged = on_demand(json!({"KeySchema": key(&["pk:HASH", "sk:RANGE"])}));
    with(
        ranged,
        json!({"LocalSecondaryIndexes": [local], "AttributeDefinitions": definitions(names)}),
    )
}

#[test]
fn keys_of_indexes_are_checked_in_order() {
    let global = |elements: &[&str], names: &[&str]| with_global(index("gsi", elements, json!({})), names);
    let local = |elements: &[&str], names: &[&str]| with_local(index("lsi", elements, json!({})), names);
    let rows = [
        (
            "§3.7 LSI",
            on_demand(json!({"LocalSecondaryIndexes": []})),
            "¶List of LocalSecondaryIndexes is empty",
        ),
        (
            "§3.7 GSI",
            on_demand(json!({"GlobalSecondaryIndexes": []})),
            "¶List of GlobalSecondaryIndexes is empty",
        ),
        (
            "§3.7 vector",
            on_demand(json!({"VectorIndexes": []})),
            "¶List of VectorIndexes is empty",
        ),
        (
            "§3.8 fewer definitions",
            global(&["a:HASH", "b:RANGE"], &["pk"]),
            "Invalid KeySchema: Some index key attribute have no definition",
        ),
        (
            "§3.8 enough definitions",
            global(&["a:HASH", "b:RANGE"], &["pk", "a"]),
            "¶Some index key attributes are not defined in AttributeDefinitions. Keys: [a, b], AttributeDefinitions: [a, pk]",
        ),
        (
            "§3.9 before projection",
            with_global(index("gsi", &["a:HASH"], json!({"Projection": {}})), &["pk", "a", "x"]),
            "¶Some AttributeDefinitions are not used. AttributeDefinitions: [x, a, pk], keys used: [a, pk]",
        ),
        (
            "§3.10",
            on_demand(json!({"LocalSecondaryIndexes": [index("lsi", &["pk:HASH"], json!({}))]})),
            "¶Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
        ),
        (
            "§3.11 no range",
            local(&["pk:HASH"], &["pk", "sk"]),
            "¶Index KeySchema does not have a range key for index: lsi",
        ),
        (
            "§3.11 other hash",
            local(&["a:HASH", "sk:RANGE"], &["pk", "sk", "a"]),
            "¶Index KeySchema does not have the same leading hash key as table KeySchema for index: lsi. index hash key: a, table hash key: pk",
        ),
        (
            "§9 first",
            global(&["a:RANGE"], &["pk", "a"]),
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        ),
        (
            "§9 hash and range alike",
            global(&["a:HASH", "a:RANGE"], &["pk", "a"]),
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ),
        (
            "§9 repeat",
            global(&["a:HASH", "a:HASH"], &["pk", "a"]),
            "The KeySchema contains multiple key attributes with the same name",
        ),
        (
            "§9 range before hash",
            global(&["a:HASH", "b:RANGE", "c:HASH"], &["pk", "a", "b", "c"]),
            "¶All HASH key attributes must precede RANGE key attributes in the KeySchema",
        ),
        (
            "§9 five hashes",
            global(
                &["a:HASH", "b:HASH", "c:HASH", "d:HASH", "e:HASH"],
                &["pk", "a", "b", "c", "d", "e"],
            ),
            "¶The KeySchema exceeds the maximum allowed number of HASH key attributes",
        ),
        (
            "§9 five ranges",
            global(
                &["pk:HASH", "a:RANGE", "b:RANGE", "c:RANGE", "d:RANGE", "e:RANGE"],
                &["pk", "a", "b", "c", "d", "e"],
            ),
            "¶The KeySchema exceeds the maximum allowed number of RANGE key attributes",
        ),
    ];
    check_rows(&rows);
}

#[test]
fn projections_names_and_counts_of_indexes_are_checked() {
    let gsi = |projection: Value| with_global(index("gsi", &["pk:HASH"], json!({"Projection": projection})), &["pk"]);
    let many = |count: usize| -> Value {
        (0..count)
            .map(|number| index(&format!("gsi{number}"), &["pk:HASH"], json!({})))
            .collect()
    };
    let include = |count: usize| json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": (0..count).map(|n| n.to_string()).collect::<Vec<_>>()});
    let six: Value = (0..6)
        .map(|n| index(&format!("gsi{n}"), &["pk:HASH"], json!({"Projection": include(20)})))
        .collect();
    let rows = [
        ("§3.13 none", gsi(json!({})), "¶Unknown ProjectionType: null"),
        (
            "§3.13 ALL",
            gsi(json!({"ProjectionType": "ALL", "NonKeyAttributes": ["a"]})),
            "¶ProjectionType is ALL, but NonKeyAttributes is specified",
        ),
        (
            "§3.13 INCLUDE",
            gsi(json!({"ProjectionType": "INCLUDE"})),
            "¶ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
        ),
        (
            "§3.13 duplicate",
            gsi(json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "b", "a"]})),
            "¶Duplicate element in NonKeyAttributes: a",
        ),
        (
            "control-plane 21",
            on_demand(json!({"GlobalSecondaryIndexes": six})),
            "¶Number of NonKeyAttributes of all indexes exceeds per-table limit of 100",
        ),
        (
            "§3.14",
            with(
                with_local(index("one", &["pk:HASH", "sk:RANGE"], json!({})), &["pk", "sk"]),
                json!({"GlobalSecondaryIndexes": [index("one", &["pk:HASH"], json!({}))]}),
            ),
            "¶Duplicate index name: one",
        ),
        (
            "§3.15",
            on_demand(json!({"GlobalSecondaryIndexes": many(21)})),
            "¶GlobalSecondaryIndex count exceeds the per-table limit of 20",
        ),
        (
            "§3.16 on demand",
            with_global(
                index("gsi", &["pk:HASH"], json!({"ProvisionedThroughput": units(1, 1)})),
                &["pk"],
            ),
            "¶ProvisionedThroughput should not be specified for index: gsi when BillingMode is PAY_PER_REQUEST",
        ),
        (
            "§3.16 provisioned",
            provisioned(json!({"GlobalSecondaryIndexes": [index("gsi", &["pk:HASH"], json!({}))]})),
            "¶ProvisionedThroughput is not specified for index: gsi",
        ),
    ];
    check_rows(&rows);
}

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
        (
            "not had",
            on_demand(json!({"GlobalTableSourceArn": "arn"})),
            "¶GlobalTableSourceArn is not supported in this Region",
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
