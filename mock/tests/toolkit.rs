//! A whole test as the toolkit is meant to read: fixtures, faults, expectations, the real client, golden state and usage.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Put, PutRequest, TransactWriteItem, WriteRequest};
use stator_mock::prelude::*;

#[stator_mock::test(fixtures = "tests/toolkit/shop.yml")]
async fn checkout_retries_unprocessed_items(db: Database) {
    db.on(BatchWriteItem)
        .table("orders")
        .named("first batch throttled")
        .once()
        .leave_unprocessed(3); // the engine applies the rest
    db.on(PutItem)
        .table("orders")
        .item(partial! { status: "NEW" })
        .times(1..=2)
        .after(ms(40));
    db.on(Query)
        .key_condition("pk = 'USER#1' AND begins_with(status, 'ORDER#')")
        .via_index("gsi1")
        .never();
    db.on(TransactWriteItems)
        .once()
        .cancel([Reason::Conflict, Reason::None]);

    let client: Client = db.client(); // the real SDK (serializer, retries, error parser), no socket
    checkout(&client).await.unwrap();

    db.table("orders").assert_matches("tests/toolkit/orders.yml");
    db.usage().assert_no_scan().assert_read_units_below(4.0);
} // unmet expectations fail here, at the line that set them

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// Places an order with its lines, and empties the cart with it: the code under test.
async fn checkout(client: &Client) -> Result<(), aws_sdk_dynamodb::Error> {
    let order = client.put_item().table_name("orders").item("pk", text("USER#1"));
    order
        .item("sk", text("ORDER#1"))
        .item("status", text("NEW"))
        .send()
        .await?;
    let line = |n: usize| {
        let put = PutRequest::builder()
            .item("pk", text("USER#1"))
            .item("sk", text(&format!("LINE#{n}")));
        WriteRequest::builder().put_request(put.build().unwrap()).build()
    };
    let mut left: Vec<_> = (0..5).map(line).collect();
    while !left.is_empty() {
        let sent = client.batch_write_item().request_items("orders", left).send().await?;
        left = sent
            .unprocessed_items
            .and_then(|mut left| left.remove("orders"))
            .unwrap_or_default();
    }
    // The first attempt meets another transaction; the code under test tries once more.
    if empty_cart(client).await.is_err() {
        empty_cart(client).await?;
    }
    Ok(())
}

async fn empty_cart(client: &Client) -> Result<(), aws_sdk_dynamodb::Error> {
    let put = |table: &str, sk: &str| {
        let put = Put::builder()
            .table_name(table)
            .item("pk", text("USER#1"))
            .item("sk", text(sk));
        TransactWriteItem::builder().put(put.build().unwrap()).build()
    };
    let write = client.transact_write_items().transact_items(put("orders", "CHECKOUT"));
    write.transact_items(put("carts", "EMPTY")).send().await?;
    Ok(())
}
