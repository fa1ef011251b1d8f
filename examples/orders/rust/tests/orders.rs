//! The order service beside a database of its own for each test: expectations, faults, time, fixtures and golden state.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use orders::{CART_LIFE, Happening, OrderError, Orders};
use stator_mock::prelude::*;

fn service(db: &Database) -> Orders {
    Orders::new(db.client(), db.streams_client())
}

#[stator_mock::test(fixtures = "../orders.yml")]
async fn an_order_takes_products_out_of_stock(db: Database) {
    let orders = service(&db);
    orders.place("bob", "1", "LAMP", 2).await.unwrap();
    assert_eq!(orders.stock("LAMP").await.unwrap(), 1);
    assert_eq!(orders.of_user("bob").await.unwrap(), ["1"]);
    db.table("shop").assert_matches("tests/golden/placed.yml");
}

#[stator_mock::test(fixtures = "../orders.yml")]
async fn an_order_of_too_much_changes_nothing(db: Database) {
    let before = db.table("shop").items();
    let refused = service(&db).place("bob", "1", "CHAIR", 2).await.unwrap_err();
    assert!(matches!(refused, OrderError::OutOfStock(sku) if sku == "CHAIR"));
    assert_eq!(db.table("shop").items(), before);
}

#[stator_mock::test(fixtures = "../orders.yml")]
async fn a_conflict_is_tried_again(db: Database) {
    // An order of somebody else is under way on the same product.
    db.on(TransactWriteItems)
        .named("another order is under way")
        .once()
        .contend(ms(120));
    let start = db.clock().now();
    let orders = service(&db);
    orders.place("bob", "1", "LAMP", 1).await.unwrap();
    assert_eq!(orders.stock("LAMP").await.unwrap(), 2);
    assert_eq!(db.usage().count(TransactWriteItems), 3);
    let waited = db.clock().now().duration_since(start).unwrap();
    assert_eq!(waited, ms(50 + 100), "in the time of the database, and in none of ours");
}

#[stator_mock::test(fixtures = "../orders.yml")]
async fn mixed_reasons_do_not_confuse_the_service(db: Database) {
    db.on(TransactWriteItems)
        .times(2)
        .cancel([Reason::None, Reason::Conflict]);
    service(&db).place("bob", "1", "LAMP", 1).await.unwrap();
}

#[stator_mock::test(fixtures = "../orders.yml")]
async fn an_order_whose_answer_is_lost_is_placed_once(db: Database) {
    db.on(TransactWriteItems).once().lose_answer();
    let orders = service(&db);
    orders.place("bob", "1", "LAMP", 1).await.unwrap();
    assert_eq!(orders.stock("LAMP").await.unwrap(), 2);
    assert_eq!(
        db.usage().count(TransactWriteItems),
        2,
        "the SDK has tried again, with the same token"
    );
}

#[stator_mock::test(fixtures = "../orders.yml")]
async fn throttles_are_waited_out_and_end_after_three_attempts(db: Database) {
    let orders = service(&db);
    let throttle = |times: u64| {
        db.on(GetItem)
            .table("shop")
            .key(partial! { pk: "PRODUCT#LAMP" })
            .times(times)
            .error(ErrorKind::ProvisionedThroughputExceeded);
    };
    throttle(2);
    assert_eq!(orders.stock("LAMP").await.unwrap(), 3);
    throttle(3);
    let refused = orders.stock("LAMP").await.unwrap_err();
    assert!(matches!(refused, OrderError::Database(_)), "{refused}");
}

#[stator_mock::test(fixtures = "../orders.yml")]
async fn products_that_are_left_over_are_written_again(db: Database) {
    db.on(BatchWriteItem).once().leave_unprocessed(5);
    let products: Vec<(String, u32)> = (0..30).map(|number| (format!("P{number}"), number)).collect();
    let orders = service(&db);
    orders.import(&products).await.unwrap();
    for (sku, stock) in &products {
        assert_eq!(orders.stock(sku).await.unwrap(), *stock);
    }
    assert_eq!(db.usage().count(BatchWriteItem), 3);
}

#[stator_mock::test(fixtures = "../orders.yml")]
async fn all_pages_are_read(db: Database) {
    db.on(Query)
        .key_condition("pk = 'USER#alice' AND begins_with(sk, 'ORDER#')")
        .times(5..)
        .page_size(8);
    let orders = service(&db).of_user("alice").await.unwrap();
    let expected: Vec<String> = (1..=40).map(|number| format!("2025-{number:03}")).collect();
    assert_eq!(orders, expected);
}

#[stator_mock::test(fixtures = "../orders.yml")]
async fn stock_is_read_consistently_and_carts_may_be_stale(db: Database) {
    db.on(GetItem).key(partial! { pk: "PRODUCT#LAMP" }).consistent().once();
    db.on(GetItem).once().stale(ms(500));
    let orders = service(&db);
    orders.place("bob", "1", "LAMP", 3).await.unwrap();
    assert_eq!(orders.stock("LAMP").await.unwrap(), 0, "however much reads lag");
    orders.keep_cart("bob", "LAMP").await.unwrap();
    assert!(
        !orders.has_cart("bob").await.unwrap(),
        "it is as it was half a second ago"
    );
    assert!(orders.has_cart("bob").await.unwrap());
}

#[stator_mock::test(fixtures = "../orders.yml")]
async fn a_cart_is_gone_after_two_days_and_the_stream_tells(db: Database) {
    let orders = service(&db);
    orders.keep_cart("bob", "LAMP").await.unwrap();
    db.clock().advance(CART_LIFE - Duration::from_secs(1));
    assert!(orders.has_cart("bob").await.unwrap());
    // Expired items stay a little while, as in the service: 10 seconds here.
    db.clock().advance(Duration::from_secs(12));
    assert!(!orders.has_cart("bob").await.unwrap());
    let expired = Happening {
        what: "expired".into(),
        item: "CART".into(),
    };
    // What happened within the last day is told.
    assert_eq!(orders.happenings().await.unwrap(), [expired]);
}

#[stator_mock::test(fixtures = "../orders.yml")]
async fn nothing_is_scanned_and_little_is_read(db: Database) {
    db.on(Scan).never();
    let orders = service(&db);
    orders.of_user("alice").await.unwrap();
    orders.stock("LAMP").await.unwrap();
    db.usage().assert_no_scan().assert_read_units_below(4.0);
}

#[stator_mock::test(fixtures = "../orders.yml")]
async fn the_same_seed_gives_the_same_bad_day(db: Database) {
    let bad_day = async |seed| {
        let db = db.fork();
        db.on(AnyOperation)
            .with_probability(0.4, seed)
            .error(ErrorKind::InternalServerError);
        let orders = service(&db);
        let mut outcomes = Vec::new();
        for order in 0..6 {
            outcomes.push(orders.place("bob", &order.to_string(), "LAMP", 1).await.is_ok());
        }
        (outcomes, db.usage().count(TransactWriteItems))
    };
    assert_eq!(bad_day(5).await, bad_day(5).await);
}

#[stator_mock::test(fixtures = "../orders.yml")]
#[should_panic(expected = "the chair is looked at")]
async fn an_unmet_expectation_fails_the_test(db: Database) {
    db.on(GetItem)
        .named("the chair is looked at")
        .key(partial! { pk: "PRODUCT#CHAIR" });
    service(&db).stock("LAMP").await.unwrap();
    db.checkpoint();
}
