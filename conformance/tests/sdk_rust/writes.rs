//! Single-item writes: conditions, optimistic locking, every update clause, deletes, capacity, legacy parameters.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeAction, AttributeValue, AttributeValueUpdate, Capacity, ComparisonOperator, Condition,
    ExpectedAttributeValue, ReturnConsumedCapacity, ReturnValue, ReturnValuesOnConditionCheckFailure,
};

use crate::Shop;
use crate::story::{Item, item, map, n, refused, s, ss, with_sorted_sets};

const FAILED: (&str, &str) = ("ConditionalCheckFailedException", "The conditional request failed");

fn ada() -> Item {
    item([
        ("pk", s("CUSTOMER#ada")),
        ("sk", s("PROFILE")),
        ("email", s("ada@example.com")),
        ("version", n(1)),
        ("visits", n(1)),
        ("badges", ss(["buyer"])),
        ("history", AttributeValue::L(vec![])),
    ])
}

fn floors<const N: usize>(numbers: [u8; N]) -> AttributeValue {
    AttributeValue::L(numbers.map(n).to_vec())
}

pub(crate) async fn puts_once(shop: Shop) {
    let put = shop
        .client
        .put_item()
        .table_name(&shop.orders)
        .condition_expression("attribute_not_exists(pk)");
    put.clone().set_item(Some(ada())).send().await.unwrap();
    let again = put.item("pk", s("CUSTOMER#ada")).item("sk", s("PROFILE")).send().await;
    let error = refused(again, FAILED.0, FAILED.1);
    assert!(matches!(error, PutItemError::ConditionalCheckFailedException(failure) if failure.item().is_none()));
    assert_eq!(shop.profile().await, ada(), "the first put stays");
}

pub(crate) async fn updates_only_the_version_it_read(shop: Shop) {
    let update = shop
        .update_profile("SET version = :next")
        .condition_expression("version = :read")
        .expression_attribute_values(":next", n(2))
        .expression_attribute_values(":read", n(1))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    update.clone().send().await.unwrap();
    let error = refused(update.send().await, FAILED.0, FAILED.1);
    let UpdateItemError::ConditionalCheckFailedException(stale) = error else {
        panic!("{error:?}")
    };
    let mut now = ada();
    now.insert("version".to_owned(), n(2));
    assert_eq!(stale.item, Some(now), "the error carries the item as it is");
}

pub(crate) async fn updates_with_every_clause(shop: Shop) {
    let address = map([("city", s("London")), ("floors", floors([1, 2, 3]))]);
    let updated = shop
        .update_profile(
            "SET visits = visits + :one, points = if_not_exists(points, :start) - :one, \
             history = list_append(history, :seen), address = :address \
             REMOVE version ADD balance :credit, badges :more DELETE labels :none",
        )
        .expression_attribute_values(":one", n(1))
        .expression_attribute_values(":start", n(100))
        .expression_attribute_values(":seen", AttributeValue::L(vec![s("2026-01-01")]))
        .expression_attribute_values(":address", address.clone())
        .expression_attribute_values(":credit", n("12.50"))
        .expression_attribute_values(":more", ss(["admin", "buyer"]))
        .expression_attribute_values(":none", ss(["x"]))
        .return_values(ReturnValue::AllNew)
        .send()
        .await
        .unwrap();
    let wanted = item([
        ("pk", s("CUSTOMER#ada")),
        ("sk", s("PROFILE")),
        ("email", s("ada@example.com")),
        ("visits", n(2)),
        ("points", n(99)),
        ("history", AttributeValue::L(vec![s("2026-01-01")])),
        ("address", address),
        ("balance", n("12.5")),
        ("badges", ss(["admin", "buyer"])),
    ]);
    assert_eq!(with_sorted_sets(updated.attributes.unwrap()), wanted);
}

pub(crate) async fn returns_the_values_that_were_asked_for(shop: Shop) {
    let touched = shop
        .update_profile("SET address.city = :city DELETE badges :gone")
        .expression_attribute_values(":city", s("Paris"))
        .expression_attribute_values(":gone", ss(["buyer"]))
        .return_values(ReturnValue::UpdatedOld);
    let touched = with_sorted_sets(touched.send().await.unwrap().attributes.unwrap());
    assert_eq!(
        touched,
        item([
            ("address", map([("city", s("London"))])),
            ("badges", ss(["admin", "buyer"]))
        ])
    );

    let added = shop
        .update_profile("ADD visits :n")
        .expression_attribute_values(":n", n(-2));
    let added = added.return_values(ReturnValue::UpdatedNew).send().await.unwrap();
    assert_eq!(added.attributes, Some(item([("visits", n(0))])));

    let before = shop
        .update_profile("SET visits = :n REMOVE address.floors[0], address.floors[1]")
        .expression_attribute_values(":n", n(7))
        .return_values(ReturnValue::AllOld);
    let before = before.send().await.unwrap().attributes.unwrap();
    assert_eq!(
        (&before["visits"], &before["address"]),
        (&n(0), &map([("city", s("Paris")), ("floors", floors([1, 2, 3]))]))
    );
    let quiet = shop.update_profile("REMOVE points").send().await.unwrap();
    assert_eq!(quiet.attributes, None, "no Attributes unless asked");
    let left = map([("city", s("Paris")), ("floors", floors([3]))]);
    assert_eq!(
        shop.profile().await["address"],
        left,
        "both elements went, by their old positions"
    );
}

pub(crate) async fn replaces_and_deletes(shop: Shop) {
    let draft = |note| item([("pk", s("CUSTOMER#ada")), ("sk", s("DRAFT")), ("note", s(note))]);
    let put = shop
        .client
        .put_item()
        .table_name(&shop.orders)
        .return_values(ReturnValue::AllOld);
    let first = put.clone().set_item(Some(draft("first"))).send().await.unwrap();
    assert_eq!(first.attributes, None, "nothing was there before");
    let second = put.set_item(Some(draft("second"))).send().await.unwrap();
    assert_eq!(second.attributes, Some(draft("first")), "the replaced item");

    let delete = shop
        .client
        .delete_item()
        .table_name(&shop.orders)
        .return_values(ReturnValue::AllOld);
    let delete = delete.key("pk", s("CUSTOMER#ada")).key("sk", s("DRAFT"));
    let only = |note| {
        delete
            .clone()
            .condition_expression("note = :note")
            .expression_attribute_values(":note", s(note))
    };
    let error = refused(only("first").send().await, FAILED.0, FAILED.1);
    assert!(error.is_conditional_check_failed_exception());
    assert_eq!(
        only("second").send().await.unwrap().attributes,
        Some(draft("second")),
        "the deleted item"
    );
    assert_eq!(
        delete.send().await.unwrap().attributes,
        None,
        "deleting nothing succeeds and returns nothing"
    );
}

pub(crate) async fn meters_each_index(shop: Shop) {
    let put = shop
        .client
        .put_item()
        .table_name(&shop.orders)
        .item("pk", s("CUSTOMER#meter"))
        .item("sk", s("ORDER#1"));
    let order = put
        .item("status", s("OPEN"))
        .item("placed", s("2025-12-31"))
        .item("total", n(5));
    let answer = order
        .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
        .send()
        .await
        .unwrap();
    let consumed = answer.consumed_capacity().unwrap();
    let one = Capacity::builder().capacity_units(1.0).build();
    assert_eq!(consumed.table_name(), Some(shop.orders.as_str()));
    assert_eq!(consumed.capacity_units(), Some(3.0));
    assert_eq!(consumed.table(), Some(&one));
    assert_eq!(
        consumed.local_secondary_indexes(),
        Some(&[("by_total".to_owned(), one.clone())].into())
    );
    assert_eq!(
        consumed.global_secondary_indexes(),
        Some(&[("by_status".to_owned(), one)].into())
    );

    let get = shop
        .client
        .get_item()
        .table_name(&shop.orders)
        .key("pk", s("CUSTOMER#meter"))
        .key("sk", s("ORDER#1"));
    let read = get
        .consistent_read(true)
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await
        .unwrap();
    let consumed = read.consumed_capacity().unwrap();
    assert_eq!((consumed.capacity_units(), consumed.table()), (Some(1.0), None));
    let delete = shop.client.delete_item().table_name(&shop.orders);
    delete
        .key("pk", s("CUSTOMER#meter"))
        .key("sk", s("ORDER#1"))
        .send()
        .await
        .unwrap();
}

pub(crate) async fn understands_legacy_parameters(shop: Shop) {
    let key = item([("pk", s("CUSTOMER#legacy")), ("sk", s("ORDER#1"))]);
    let put = shop
        .client
        .put_item()
        .table_name(&shop.orders)
        .set_item(Some(key.clone()))
        .item("count", n(1))
        .expected("pk", ExpectedAttributeValue::builder().exists(false).build());
    put.clone().send().await.unwrap();
    refused(put.send().await, FAILED.0, FAILED.1);

    let change = |action, value| AttributeValueUpdate::builder().action(action).value(value).build();
    let update = shop
        .client
        .update_item()
        .table_name(&shop.orders)
        .set_key(Some(key.clone()));
    let updated = update
        .attribute_updates("count", change(AttributeAction::Add, n(4)))
        .attribute_updates("note", change(AttributeAction::Put, s("old style")))
        .return_values(ReturnValue::UpdatedNew);
    let attributes = updated.send().await.unwrap().attributes;
    assert_eq!(attributes, Some(item([("count", n(5)), ("note", s("old style"))])));

    let condition = |operator, value| {
        Condition::builder()
            .comparison_operator(operator)
            .attribute_value_list(value)
            .build()
            .unwrap()
    };
    let query = shop.client.query().table_name(&shop.orders);
    let found = query
        .key_conditions("pk", condition(ComparisonOperator::Eq, key["pk"].clone()))
        .key_conditions("sk", condition(ComparisonOperator::BeginsWith, s("ORDER#")))
        .query_filter("count", condition(ComparisonOperator::Gt, n(4)))
        .attributes_to_get("note");
    assert_eq!(found.send().await.unwrap().items(), [item([("note", s("old style"))])]);
}

impl Shop {
    fn update_profile(&self, expression: &str) -> UpdateItemFluentBuilder {
        let update = self
            .client
            .update_item()
            .table_name(&self.orders)
            .update_expression(expression);
        update.key("pk", s("CUSTOMER#ada")).key("sk", s("PROFILE"))
    }

    async fn profile(&self) -> Item {
        let get = self.client.get_item().table_name(&self.orders).consistent_read(true);
        get.key("pk", s("CUSTOMER#ada"))
            .key("sk", s("PROFILE"))
            .send()
            .await
            .unwrap()
            .item
            .unwrap()
    }
}
