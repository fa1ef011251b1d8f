//! Queries over the sixty orders: key conditions, filters, projections, pages, and all three indexes.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, Capacity, ReturnConsumedCapacity, Select};

use crate::Shop;
use crate::batches::{key_of, orders_of};
use crate::story::{item, map, n, names, s};

impl Shop {
    /// A query in the partition of one customer; the condition may go on about the sort key.
    fn query_customer(&self, name: &str, condition: &str) -> QueryFluentBuilder {
        let query = self
            .client
            .query()
            .table_name(&self.orders)
            .key_condition_expression(condition);
        query.expression_attribute_values(":pk", s(format!("CUSTOMER#{name}")))
    }
}

pub(crate) async fn queries_a_prefix_and_a_range(shop: Shop) {
    let bobs = orders_of("bob");
    let february = shop
        .query_customer("bob", "pk = :pk AND begins_with(sk, :prefix)")
        .expression_attribute_values(":prefix", s("ORDER#2026-02"));
    let february = february.send().await.unwrap();
    assert_eq!(february.items(), &bobs[7..14]);
    assert_eq!((february.count(), february.scanned_count()), (7, 7));
    let days = shop
        .query_customer("bob", "pk = :pk AND sk BETWEEN :low AND :high")
        .expression_attribute_values(":low", s("ORDER#2026-01-05"))
        .expression_attribute_values(":high", s("ORDER#2026-02-08#9999"));
    assert_eq!(days.send().await.unwrap().items(), &bobs[4..8]);
}

pub(crate) async fn queries_backwards(shop: Shop) {
    let latest = shop
        .query_customer("bob", "pk = :pk AND sk >= :order")
        .scan_index_forward(false)
        .limit(3);
    let latest = latest
        .expression_attribute_values(":order", s("ORDER#"))
        .send()
        .await
        .unwrap();
    let wanted = orders_of("bob").into_iter().rev().take(3).collect::<Vec<_>>();
    assert_eq!(latest.items(), wanted);
    assert_eq!(latest.last_evaluated_key, Some(key_of(&wanted[2])));
}

pub(crate) async fn filters_and_projects(shop: Shop) {
    let query = shop
        .query_customer("bob", "pk = :pk")
        .filter_expression("#s = :shipped AND #l[0].quantity > :nine")
        .projection_expression("seq, #l[0].quantity")
        .expression_attribute_names("#s", "status")
        .expression_attribute_names("#l", "lines")
        .expression_attribute_values(":shipped", s("SHIPPED"))
        .expression_attribute_values(":nine", n(9));
    let answer = query.send().await.unwrap();
    let projected = |number| {
        item([
            ("seq", n(number)),
            ("lines", AttributeValue::L(vec![map([("quantity", n(number))])])),
        ])
    };
    assert_eq!(answer.items(), [12, 15, 18].map(projected));
    assert_eq!(
        (answer.count(), answer.scanned_count()),
        (3, 20),
        "a filter takes nothing from ScannedCount"
    );
}

pub(crate) async fn pages_with_the_paginator(shop: Shop) {
    let mut pages = shop
        .query_customer("cleo", "pk = :pk")
        .into_paginator()
        .page_size(7)
        .send();
    let (mut sizes, mut read) = (Vec::new(), Vec::new());
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        sizes.push(page.count());
        read.extend(page.items.unwrap());
    }
    assert_eq!(sizes[..3], [7, 7, 6]);
    assert_eq!(read, orders_of("cleo"), "each order once and in order");
}

pub(crate) async fn ends_a_page_at_one_megabyte(shop: Shop) {
    let image = AttributeValue::B(Blob::new(vec![b'x'; 300_000]));
    for number in 0..5 {
        let put = shop
            .client
            .put_item()
            .table_name(&shop.orders)
            .item("pk", s("CUSTOMER#big"));
        put.item("sk", s(format!("SCAN#{number}")))
            .item("image", image.clone())
            .send()
            .await
            .unwrap();
    }
    let mut pages = shop.query_customer("big", "pk = :pk").into_paginator().send();
    let mut counts = Vec::new();
    while let Some(page) = pages.next().await {
        counts.push(page.unwrap().count());
    }
    assert_eq!(counts.len(), 2, "five items of 300 kB fill two pages, not {counts:?}");
    assert_eq!(counts.iter().sum::<i32>(), 5);
}

pub(crate) async fn queries_global_indexes(shop: Shop) {
    let shipped = shop
        .client
        .query()
        .table_name(&shop.orders)
        .index_name("by_status")
        .key_condition_expression("#s = :s AND placed BETWEEN :low AND :high")
        .expression_attribute_names("#s", "status")
        .expression_attribute_values(":s", s("SHIPPED"))
        .expression_attribute_values(":low", s("2026-01-06T00:00:00Z"))
        .expression_attribute_values(":high", s("2026-02-09T23:59:59Z"));
    let first = shipped
        .clone()
        .limit(4)
        .return_consumed_capacity(ReturnConsumedCapacity::Indexes);
    let first = first.send().await.unwrap();
    let days = first
        .items()
        .iter()
        .map(|item| &item["placed"].as_s().unwrap()[..10])
        .collect::<Vec<_>>();
    assert_eq!(
        days,
        ["2026-01-06", "2026-01-06", "2026-01-06", "2026-02-09"],
        "in time order"
    );
    assert_eq!(
        names(&first.items()[0]),
        ["pk", "placed", "sk", "status", "total"],
        "keys and included attributes"
    );
    let last = first.last_evaluated_key().unwrap();
    assert_eq!(names(last), ["pk", "placed", "sk", "status"]);
    let consumed = first.consumed_capacity().unwrap();
    let half = Capacity::builder().capacity_units(0.5).build();
    assert_eq!(consumed.capacity_units(), Some(0.5));
    assert_eq!(consumed.table().unwrap().capacity_units(), Some(0.0));
    assert_eq!(
        consumed.global_secondary_indexes(),
        Some(&[("by_status".to_owned(), half)].into())
    );

    let rest = shipped
        .set_exclusive_start_key(Some(last.clone()))
        .send()
        .await
        .unwrap();
    assert_eq!(rest.count(), 2);
    let of_one_moment = first.items()[3..].iter().chain(rest.items());
    let owners = of_one_moment
        .map(|item| item["pk"].as_s().unwrap())
        .collect::<BTreeSet<_>>();
    assert_eq!(owners.len(), 3, "the next page goes on among equal index keys");

    let profiles = shop.client.query().table_name(&shop.orders).index_name("by_email");
    let profiles = profiles
        .key_condition_expression("email = :email")
        .expression_attribute_values(":email", s("ada@example.com"));
    let profiles = profiles.send().await.unwrap();
    assert_eq!(profiles.count(), 1, "only profiles have an e-mail address");
    assert!(
        profiles.items()[0].contains_key("address"),
        "ALL projects every attribute"
    );
}

pub(crate) async fn queries_the_local_index(shop: Shop) {
    let cheap = shop
        .query_customer("dan", "pk = :pk AND #t < :t")
        .index_name("by_total")
        .expression_attribute_names("#t", "total")
        .expression_attribute_values(":t", n("830.25"))
        .consistent_read(true);
    let projected = cheap.clone().send().await.unwrap();
    let totals = projected
        .items()
        .iter()
        .map(|item| item["total"].clone())
        .collect::<Vec<_>>();
    assert_eq!(totals, ["800.25", "810.25", "820.25"].map(n), "in numeric order");
    assert_eq!(
        names(&projected.items()[0]),
        ["pk", "sk", "total"],
        "KEYS_ONLY projects both keys"
    );
    let whole = cheap.select(Select::AllAttributes).send().await.unwrap();
    assert_eq!(
        whole.items(),
        orders_of("dan").into_iter().rev().take(3).collect::<Vec<_>>(),
        "fetched from the table"
    );
}
