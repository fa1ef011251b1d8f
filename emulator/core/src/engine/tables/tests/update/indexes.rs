//! Indexes that come, stay and go.

use super::*;

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
