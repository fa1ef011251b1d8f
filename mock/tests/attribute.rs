//! The attribute `#[stator_mock::test]`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use aws_sdk_dynamodb::types::AttributeValue;
use stator_mock::{Base, Database};

static SHOP: Base = Base::new(|db| Box::pin(fill(db)));

async fn fill(db: Database) {
    db.create_table("orders", "id S");
}

async fn put(db: &Database, id: &str) -> Result<(), aws_sdk_dynamodb::Error> {
    let put = db.client().put_item().table_name("orders");
    put.item("id", AttributeValue::S(id.into())).send().await?;
    Ok(())
}

#[stator_mock::test]
async fn a_database_is_empty_unless_said(db: Database) {
    assert_eq!(db.table_names(), Vec::<String>::new());
}

#[stator_mock::test(base = SHOP)]
async fn one_fork_of_a_base_is_written_to(db: Database) -> Result<(), aws_sdk_dynamodb::Error> {
    put(&db, "one").await?;
    db.table("orders").assert_count(1);
    Ok(())
}

#[stator_mock::test(base = SHOP, flavor = "multi_thread")]
async fn another_fork_of_it_sees_nothing_of_that(db: Database) -> Result<(), aws_sdk_dynamodb::Error> {
    let other = tokio::spawn(async move {
        put(&db, "another").await?;
        Ok::<_, aws_sdk_dynamodb::Error>(db.table("orders").count())
    });
    assert_eq!(other.await.unwrap()?, 1);
    Ok(())
}

#[stator_mock::test(fixtures = "tests/shop.yml")]
fn a_file_is_loaded_once_and_forked(db: Database) {
    db.table("shop").assert_count(2);
    assert_eq!(db.table("shop").index_items("by_day").len(), 1);
    assert_eq!(db.clock().unix_seconds(), 1_767_225_600);
    assert_eq!(
        db.table("shop")
            .items_with([("price", AttributeValue::N("12.5".into()))])
            .len(),
        1
    );
    db.table("shop").assert_matches("tests/shop-golden.yml");
}

#[stator_mock::test(fixtures = "tests/shop.yml")]
#[should_panic(expected = "tests/shop-other.yml")]
fn a_state_that_departs_from_its_file_says_where(db: Database) {
    db.table("shop").assert_matches("tests/shop-other.yml");
}

#[stator_mock::test(fixtures = "tests/missing.yml")]
#[should_panic(expected = "tests/missing.yml: No such file or directory")]
fn a_missing_file_is_named(_db: Database) {}

#[stator_mock::test]
fn a_test_need_not_take_a_database() {
    assert_eq!(SHOP.fork().table_names(), ["orders"]);
}
