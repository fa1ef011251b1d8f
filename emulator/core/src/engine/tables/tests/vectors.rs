//! Vector indexes at the service's pace: the states of one that is added, and what each refuses.

use super::*;

const IN_USE: &str = "ResourceInUseException: Attempt to change a resource which is still in use: ";

fn vector_index(name: &str) -> Value {
    json!({
        "IndexName": name, "VectorAttribute": {"AttributeName": "v"}, "Projection": {"ProjectionType": "ALL"},
        "Dimensions": 2, "DistanceFunction": "COSINE",
    })
}

fn add(name: &str) -> Value {
    update(json!({"VectorIndexUpdates": [{"Create": vector_index(name)}]}))
}

fn delete(name: &str) -> Value {
    update(json!({"VectorIndexUpdates": [{"Delete": {"IndexName": name}}]}))
}

fn search() -> Value {
    json!({"TableName": "abc", "IndexName": "vec", "SearchVector": [{"N": "1"}, {"N": "0"}], "TopK": 5})
}

fn state(lab: &Lab) -> (Value, Value, Value) {
    let mut table = lab.describe();
    let mut index = table["VectorIndexes"][0].take();
    (
        table["TableStatus"].take(),
        index["IndexStatus"].take(),
        index["Backfilling"].take(),
    )
}

#[test]
fn an_added_index_goes_through_the_states_of_the_service() {
    let lab = Lab::paced();
    lab.ok("CreateTable", on_demand(json!({})));
    lab.wait(20.0);
    let item = json!({"pk": {"S": "a"}, "v": {"L": [{"N": "1.2345"}, {"N": "0"}]}});
    lab.ok("PutItem", json!({"TableName": "abc", "Item": item}));
    let size_by_numbers = lab.describe()["TableSizeBytes"].take();
    lab.ok("UpdateTable", add("vec"));
    let backfilling = "ValidationException: Cannot search backfilling vector index: vec";
    let second = "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";

    assert_eq!(state(&lab), (json!("UPDATING"), json!("CREATING"), json!(false)));
    let allocating = "Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the index is active. \
                      Table: abc Index: vec";
    lab.refuses("§18.1", "UpdateTable", delete("vec"), &format!("{IN_USE}{allocating}"));
    lab.refuses("§18.1", "UpdateTable", add("wec"), second);
    lab.refuses("§18.1", "SearchVectors", search(), backfilling);
    let indexes = "Cannot delete table while indexes are being created, updated, or deleted.";
    let table = json!({"TableName": "abc"});
    lab.refuses("§7", "DeleteTable", table, &format!("{IN_USE}{indexes}"));

    lab.wait(30.0);
    assert_eq!(state(&lab), (json!("ACTIVE"), json!("CREATING"), json!(true)));
    lab.refuses("§18.2", "UpdateTable", add("wec"), second);
    lab.refuses("§18.2", "SearchVectors", search(), backfilling);

    lab.wait(990.0);
    assert_eq!(state(&lab), (json!("ACTIVE"), json!("ACTIVE"), Value::Null));
    lab.refuses("§18.3", "SearchVectors", search(), backfilling);

    lab.wait(900.0);
    assert_eq!(lab.ok("SearchVectors", search())["SearchResults"][0]["Score"], 0.0);
    assert_ne!(
        lab.describe()["TableSizeBytes"],
        size_by_numbers,
        "§18: billed by its length now"
    );

    lab.ok("UpdateTable", delete("vec"));
    assert_eq!(state(&lab), (json!("UPDATING"), json!("DELETING"), Value::Null));
    lab.refuses(
        "§18",
        "SearchVectors",
        search(),
        "ValidationException: The table does not have the specified index: vec",
    );
    lab.wait(4.0);
    assert_eq!(lab.describe()["VectorIndexes"], Value::Null);
    assert_eq!(lab.describe()["TableSizeBytes"], size_by_numbers);
}

#[test]
fn an_index_that_is_being_filled_can_be_deleted() {
    let lab = Lab::paced();
    lab.ok("CreateTable", on_demand(json!({})));
    lab.wait(20.0);
    lab.ok("UpdateTable", add("vec"));
    lab.wait(40.0);
    lab.ok("UpdateTable", delete("vec"));
    lab.wait(4.0);
    assert_eq!(lab.describe()["VectorIndexes"], Value::Null);
    lab.wait(3_000.0);
    lab.ok("UpdateTable", add("vec"));
}

#[test]
fn an_index_that_is_made_with_its_table_never_backfills() {
    let lab = Lab::paced();
    lab.ok(
        "CreateTable",
        on_demand(json!({"VectorIndexes": [vector_index("vec")]})),
    );
    assert_eq!(state(&lab), (json!("CREATING"), json!("CREATING"), Value::Null));
    lab.wait(15.0);
    assert_eq!(state(&lab), (json!("ACTIVE"), json!("ACTIVE"), Value::Null));
    assert_eq!(lab.ok("SearchVectors", search())["SearchResults"], json!([]));
}
