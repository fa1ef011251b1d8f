//! Sixty orders of three customers, written and read in batches; the later steps query them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, PutRequest, WriteRequest};

use crate::Shop;
use crate::story::{Item, item, map, n, s};

/// How often a batch may come back unfinished.
const ATTEMPTS_MAX: usize = 20;

/// The n-th order of a customer: seven in January, seven in February, six in March; every third is shipped.
fn order(customer: &str, number: u32) -> Item {
    let day = format!("2026-{:02}-{number:02}", 1 + (number - 1) / 7);
    item([
        ("pk", s(format!("CUSTOMER#{customer}"))),
        ("sk", s(format!("ORDER#{day}#{number:04}"))),
        ("status", s(if number.is_multiple_of(3) { "SHIPPED" } else { "OPEN" })),
        ("placed", s(format!("{day}T10:00:00Z"))),
        ("total", n(format!("{}.25", 1000 - number * 10))),
        ("tenant", s("acme")),
        ("region", s(if number.is_multiple_of(2) { "us" } else { "eu" })),
        ("day", s(day)),
        ("seq", n(number)),
        (
            "lines",
            AttributeValue::L(vec![map([
                ("sku", s(format!("SKU-{number}"))),
                ("quantity", n(number)),
            ])]),
        ),
    ])
}

/// The orders of one customer, in the order of the sort key.
pub(crate) fn orders_of(customer: &str) -> Vec<Item> {
    (1..=20).map(|number| order(customer, number)).collect()
}

pub(crate) fn sixty() -> Vec<Item> {
    ["bob", "cleo", "dan"]
        .iter()
        .flat_map(|customer| orders_of(customer))
        .collect()
}

pub(crate) fn key_of(order: &Item) -> Item {
    item([("pk", order["pk"].clone()), ("sk", order["sk"].clone())])
}

/// The key as text, to compare and sort by.
pub(crate) fn key_text(item: &Item) -> String {
    format!("{} {}", item["pk"].as_s().unwrap(), item["sk"].as_s().unwrap())
}

pub(crate) async fn writes_in_batches(shop: Shop) {
    for chunk in sixty().chunks(25) {
        let put = |order: &Item| PutRequest::builder().set_item(Some(order.clone())).build().unwrap();
        let requests = chunk
            .iter()
            .map(|order| WriteRequest::builder().put_request(put(order)).build())
            .collect();
        let mut wanted = HashMap::from([(shop.orders.clone(), requests)]);
        for _ in 0..ATTEMPTS_MAX {
            if wanted.is_empty() {
                break;
            }
            let answer = shop
                .client
                .batch_write_item()
                .set_request_items(Some(wanted))
                .send()
                .await
                .unwrap();
            wanted = answer
                .unprocessed_items
                .expect("always there, empty when nothing is left");
        }
        assert!(wanted.is_empty(), "a batch is processed within {ATTEMPTS_MAX} attempts");
    }
}

pub(crate) async fn reads_in_batches(shop: Shop) {
    let keys = sixty().iter().map(key_of).collect();
    let keys = KeysAndAttributes::builder()
        .set_keys(Some(keys))
        .consistent_read(true)
        .build()
        .unwrap();
    let mut wanted = HashMap::from([(shop.orders.clone(), keys)]);
    let mut read = Vec::new();
    for _ in 0..ATTEMPTS_MAX {
        if wanted.is_empty() {
            break;
        }
        let answer = shop
            .client
            .batch_get_item()
            .set_request_items(Some(wanted))
            .send()
            .await
            .unwrap();
        read.extend(answer.responses.unwrap().remove(&shop.orders).unwrap_or_default());
        wanted = answer
            .unprocessed_keys
            .expect("always there, empty when nothing is left");
    }
    read.sort_by_key(key_text);
    assert_eq!(read, sixty(), "every order once, as it was written");
}
