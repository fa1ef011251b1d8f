//! What verification says, as a person reads it.

use std::num::NonZeroUsize;

use expect_test::{Expect, expect};
use stator_core::model::Operation;
use stator_service::layers::rules::{Effect, Origin, Partial, Strictness, Times};

use crate::rig::*;

fn check(rig: &Rig, expected: &Expect) {
    expected.assert_eq(&rig.set().verify().unwrap_err().to_string());
}

#[tokio::test]
async fn an_unmet_rule_tells_its_nearest_miss_field_by_field() {
    let rig = Rig::new();
    let mut rule = on(&[Operation::BatchWriteItem])
        .table("orders")
        .times(1)
        .effect(Effect::LeaveUnprocessed(NonZeroUsize::new(3).unwrap()));
    rule.name = Some("first batch throttled".into());
    rig.add(rule);
    let mut rule = on(&[Operation::PutItem])
        .table("orders")
        .matching(|matcher| {
            let address = Partial::default().with("city", "Oslo");
            matcher.item = Some(
                Partial::default()
                    .with("status", "NEW")
                    .with("total", 12)
                    .with("address", address),
            );
        })
        .times(1..=2);
    rule.origin = Origin::named("tests/shop.rs:9:8");
    rig.add(rule);
    rig.send("GetItem", &get("a")).await.unwrap();
    let item = r#"{"TableName":"orders","Item":{"pk":{"S":"a"},"sk":{"S":"1"},"status":{"S":"OLD"},"total":{"S":"12"},
        "address":{"M":{"city":{"S":"Bergen"},"zip":{"S":"1"}}}}}"#;
    rig.send("PutItem", item).await.unwrap();
    let carts = put("a", "NEW").replace("orders", "carts");
    rig.send("PutItem", &carts).await.unwrap();
    check(
        &rig,
        &expect![[r#"
            2 rules were not met

            rule "first batch throttled", set at tests/shop.rs:7:1:
                BatchWriteItem, table orders: leaves 3 unprocessed
                wanted once, happened never
                nearest is request 1, which differs in
                    operation
                        wanted  BatchWriteItem
                        was     GetItem

            the rule set at tests/shop.rs:9:8:
                PutItem, table orders, item { status: 'NEW', total: 12, address: { city: 'Oslo', … }, … }
                wanted 1 to 2 times, happened never
                nearest is request 2, which differs in
                    item.status
                        wanted  'NEW'
                        was     'OLD'
                    item.total
                        wanted  12
                        was     '12'
                    item.address.city
                        wanted  'Oslo'
                        was     'Bergen'

            received 3 requests:
                1  GetItem, table orders, key {'pk': 'a', 'sk': '1'}
                2  PutItem, table orders, item {'address': {'city': 'Bergen', 'zip': '1'}, 'pk': 'a', 'sk': '1', 'status': 'OLD', 'total': '12'}
                3  PutItem, table carts, item {'pk': 'a', 'sk': '1', 'status': 'NEW'}
        "#]],
    );
}

#[tokio::test]
async fn expressions_are_shown_resolved() {
    let rig = Rig::new();
    rig.add(
        on(&[Operation::Query])
            .table("orders")
            .key_condition("pk = 'USER#1' AND begins_with(sk, 'ORDER#')")
            .matching(|matcher| matcher.index = Some("by_day".into()))
            .matching(|matcher| matcher.index = None),
    );
    let request = r##"{"TableName":"orders","KeyConditionExpression":"#p = :p AND sk > :s","ExpressionAttributeNames":{"#p":"pk"},
        "ExpressionAttributeValues":{":p":{"S":"USER#1"},":s":{"S":"ORDER#"}},"ScanIndexForward":false}"##;
    rig.send("Query", request).await.unwrap();
    check(
        &rig,
        &expect![[r#"
            1 rule was not met

            the rule set at tests/shop.rs:7:1:
                Query, table orders, key condition pk = 'USER#1' AND begins_with(sk, 'ORDER#')
                wanted at least once, happened never
                nearest is request 1, which differs in
                    key condition
                        wanted  pk = 'USER#1' AND begins_with(sk, 'ORDER#')
                        was     pk = 'USER#1' AND sk > 'ORDER#'

            received 1 request:
                1  Query, table orders, key condition pk = 'USER#1' AND sk > 'ORDER#'
        "#]],
    );
}

#[tokio::test]
async fn what_was_to_happen_never_and_did_is_named() {
    let rig = Rig::new();
    rig.add(on(&[Operation::Scan]).times(Times::NEVER));
    rig.send("GetItem", &get("a")).await.unwrap();
    rig.send("Scan", r#"{"TableName":"orders"}"#).await.unwrap();
    rig.send("Scan", r#"{"TableName":"carts"}"#).await.unwrap();
    check(
        &rig,
        &expect![[r#"
            1 rule was not met

            the rule set at tests/shop.rs:7:1:
                Scan
                wanted never, happened twice
                met by request 2, request 3

            received 3 requests:
                1  GetItem, table orders, key {'pk': 'a', 'sk': '1'}
                2  Scan, table orders
                3  Scan, table carts
        "#]],
    );
}

#[tokio::test]
async fn requests_that_were_not_expected_or_not_valid_are_shown() {
    let rig = Rig::new();
    rig.set().set_strictness(Strictness::Deny);
    rig.add(
        on(&[Operation::BatchWriteItem])
            .table("orders")
            .effect(Effect::LeaveUnprocessed(NonZeroUsize::MIN)),
    );
    rig.send("BatchWriteItem", &batch(0..0)).await.unwrap_err();
    rig.send("BatchWriteItem", &batch(0..6)).await.unwrap();
    rig.send("BatchWriteItem", &batch(0..3).replace("orders", "carts"))
        .await
        .unwrap_err();
    let wrong = batch(0..1).replace("\"sk\"", "\"other\"");
    rig.send("BatchWriteItem", &wrong).await.unwrap_err();
    check(
        &rig,
        &expect![[r#"
        2 requests were not expected

        no rule allows request 1:
            BatchWriteItem

        no rule allows request 3:
            BatchWriteItem, table carts, put item {'pk': '0', 'sk': '1'}; put item {'pk': '1', 'sk': '1'}; put item {'pk': '2', 'sk': '1'}

        received 4 requests:
            1  BatchWriteItem
               was not expected
            2  BatchWriteItem, table orders, put item {'pk': '0', 'sk': '1'}; put item {'pk': '1', 'sk': '1'}; put item {'pk': '2', 'sk': '1'}; put item {'pk': '3', 'sk': '1'}; and 2 more
               leaves 1 unprocessed (the rule set at tests/shop.rs:7:1)
            3  BatchWriteItem, table carts, put item {'pk': '0', 'sk': '1'}; put item {'pk': '1', 'sk': '1'}; put item {'pk': '2', 'sk': '1'}
               was not expected
            4  BatchWriteItem, table orders, item {'other': '1', 'pk': '0'}
               was refused by the engine: ValidationException: The provided key element does not match the schema
    "#]],
    );
}

#[tokio::test]
async fn nothing_received_is_said() {
    let rig = Rig::new();
    rig.add(on(&[Operation::GetItem]).times(2));
    check(
        &rig,
        &expect![[r#"
            1 rule was not met

            the rule set at tests/shop.rs:7:1:
                GetItem
                wanted twice, happened never

            no request was received
        "#]],
    );
}
