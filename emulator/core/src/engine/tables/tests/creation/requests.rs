//! Names, constraints, billing and the key of the table, in the order in which they are checked.

use super::*;

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
