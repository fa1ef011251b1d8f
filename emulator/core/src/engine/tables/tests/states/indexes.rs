//! Global indexes while they come, change and go.

use super::*;

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
