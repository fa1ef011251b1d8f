//! Indexes: their keys, projections, names and number.

use super::*;

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
