//! Orders are placed in transactions: all of it or nothing, and once however often the request is sent.

use aws_sdk_dynamodb::types::{
    BatchStatementRequest, ConditionCheck, ConsumedCapacity, Delete, Get, ParameterizedStatement, Put,
    ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure, TransactGetItem, TransactWriteItem, Update,
};

use crate::Shop;
use crate::story::{Item, item, n, s};

fn key(sk: &str) -> Item {
    item([("pk", s("CUSTOMER#eve")), ("sk", s(sk))])
}

fn order() -> Item {
    item([("pk", s("CUSTOMER#eve")), ("sk", s("ORDER#1")), ("status", s("OPEN"))])
}

pub(crate) async fn places_an_order_once(shop: Shop) {
    let put = Put::builder()
        .table_name(&shop.orders)
        .set_item(Some(order()))
        .build()
        .unwrap();
    let update = Update::builder()
        .table_name(&shop.orders)
        .set_key(Some(key("COUNT")))
        .update_expression("ADD orders :one")
        .expression_attribute_values(":one", n("1"))
        .build()
        .unwrap();
    let put = TransactWriteItem::builder().put(put).build();
    let update = TransactWriteItem::builder().update(update).build();
    let first = place(&shop, [put.clone(), update.clone()]).await.unwrap();
    assert_eq!(first.write_capacity_units, Some(4.0));
    let again = place(&shop, [put.clone(), update]).await.unwrap();
    assert_eq!(again.read_capacity_units, Some(4.0), "a repetition is billed as a read");
    let other = place(&shop, [put]).await.unwrap_err();
    assert!(other.is_idempotent_parameter_mismatch_exception(), "{other:?}");
    let count = shop
        .client
        .get_item()
        .table_name(&shop.orders)
        .set_key(Some(key("COUNT")));
    let count = count.consistent_read(true).send().await.unwrap().item.unwrap();
    assert_eq!(count["orders"], n("1"), "the orders that were placed");
}

async fn place(
    shop: &Shop,
    actions: impl IntoIterator<Item = TransactWriteItem>,
) -> Result<ConsumedCapacity, aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError> {
    let request = shop
        .client
        .transact_write_items()
        .set_transact_items(Some(actions.into_iter().collect()))
        .client_request_token(format!("token-{}", shop.orders))
        .return_consumed_capacity(ReturnConsumedCapacity::Total);
    let answer = request.send().await.map_err(|error| error.into_service_error())?;
    Ok(answer.consumed_capacity.unwrap_or_default().remove(0))
}

pub(crate) async fn explains_a_cancellation(shop: Shop) {
    let check = ConditionCheck::builder()
        .table_name(&shop.orders)
        .set_key(Some(key("COUNT")))
        .condition_expression("attribute_exists(pk)")
        .build()
        .unwrap();
    let put = Put::builder()
        .table_name(&shop.orders)
        .set_item(Some(key("ORDER#1")))
        .condition_expression("attribute_not_exists(pk)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .build()
        .unwrap();
    let request = shop
        .client
        .transact_write_items()
        .transact_items(TransactWriteItem::builder().condition_check(check).build())
        .transact_items(TransactWriteItem::builder().put(put).build());
    let error = request.send().await.unwrap_err().into_service_error();
    assert!(error.is_transaction_canceled_exception(), "{error:?}");
    assert_eq!(
        error.meta().message(),
        Some(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]"
        )
    );
    let aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(
        cancelled,
    ) = error
    else {
        unreachable!("its class was looked at")
    };
    let [innocent, failed] = cancelled.cancellation_reasons() else {
        panic!("wanted two reasons: {cancelled:?}")
    };
    assert_eq!((innocent.code(), innocent.message()), (Some("None"), None));
    assert_eq!(failed.code(), Some("ConditionalCheckFailed"));
    assert_eq!(failed.message(), Some("The conditional request failed"));
    assert_eq!(failed.item(), Some(&order()), "the item that it met");
}

pub(crate) async fn reads_and_removes_together(shop: Shop) {
    assert_eq!(found(&shop).await, [Some(s("COUNT")), None, Some(s("ORDER#1"))]);
    let delete = |sk: &str| {
        let delete = Delete::builder().table_name(&shop.orders).set_key(Some(key(sk)));
        TransactWriteItem::builder().delete(delete.build().unwrap()).build()
    };
    let request = shop.client.transact_write_items();
    let request = request
        .transact_items(delete("COUNT"))
        .transact_items(delete("ORDER#1"));
    request.send().await.unwrap();
    assert_eq!(found(&shop).await, [None, None, None]);
}

pub(crate) async fn speaks_in_statements(shop: Shop) {
    let place = |sk: &str| {
        ParameterizedStatement::builder()
            .statement(format!(
                r#"INSERT INTO "{}" VALUE {{'pk': ?, 'sk': ?, 'status': ?}}"#,
                shop.orders
            ))
            .set_parameters(Some(vec![s("CUSTOMER#eve"), s(sk), s("OPEN")]))
            .build()
            .unwrap()
    };
    let request = shop.client.execute_transaction();
    let request = request
        .transact_statements(place("ORDER#2"))
        .transact_statements(place("ORDER#3"));
    request.send().await.unwrap();
    assert_eq!(open_orders(&shop).await, [s("ORDER#2"), s("ORDER#3")]);
    let remove = |sk: &str| {
        BatchStatementRequest::builder()
            .statement(format!(r#"DELETE FROM "{}" WHERE pk = ? AND sk = ?"#, shop.orders))
            .set_parameters(Some(vec![s("CUSTOMER#eve"), s(sk)]))
            .build()
            .unwrap()
    };
    let request = shop.client.batch_execute_statement();
    let request = request.statements(remove("ORDER#2")).statements(remove("ORDER#3"));
    let answer = request.send().await.unwrap();
    assert!(
        answer.responses().iter().all(|response| response.error().is_none()),
        "{answer:?}"
    );
    assert!(open_orders(&shop).await.is_empty());
}

async fn open_orders(shop: &Shop) -> Vec<aws_sdk_dynamodb::types::AttributeValue> {
    let statement = format!(
        r#"SELECT sk FROM "{}" WHERE pk = ? AND begins_with(sk, 'ORDER#') AND status = ?"#,
        shop.orders
    );
    let request = shop.client.execute_statement().statement(statement);
    let request = request
        .parameters(s("CUSTOMER#eve"))
        .parameters(s("OPEN"))
        .consistent_read(true);
    let items = request.send().await.unwrap().items.unwrap_or_default();
    items.into_iter().filter_map(|mut item| item.remove("sk")).collect()
}

async fn found(shop: &Shop) -> Vec<Option<aws_sdk_dynamodb::types::AttributeValue>> {
    let get = |sk: &str| {
        let get = Get::builder().table_name(&shop.orders).set_key(Some(key(sk)));
        TransactGetItem::builder().get(get.build().unwrap()).build()
    };
    let gets = ["COUNT", "NOBODY", "ORDER#1"].map(get).to_vec();
    let answer = shop.client.transact_get_items().set_transact_items(Some(gets));
    let responses = answer.send().await.unwrap().responses.unwrap();
    let keys = responses.into_iter().map(|response| response.item?.remove("sk"));
    keys.collect()
}
