//! Scans: page by page, counted, and in parallel segments.

use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;
use aws_sdk_dynamodb::types::Select;

use crate::Shop;
use crate::batches::{key_text, sixty};
use crate::story::{item, s};

pub(crate) async fn scans_page_by_page(shop: Shop) {
    let read = keys(shop.scan_keys().limit(9)).await;
    assert!(read.is_sorted_by(|a, b| a < b), "no item is read twice");
    let orders = sixty().iter().map(key_text).collect::<Vec<_>>();
    assert_eq!(
        read.into_iter().filter(|key| orders.contains(key)).collect::<Vec<_>>(),
        orders,
        "every order is read"
    );
}

pub(crate) async fn counts_without_reading(shop: Shop) {
    let scan = shop
        .client
        .scan()
        .table_name(&shop.orders)
        .select(Select::Count)
        .filter_expression("#s = :open");
    let scan = scan
        .expression_attribute_names("#s", "status")
        .expression_attribute_values(":open", s("OPEN"));
    let mut pages = scan.into_paginator().send();
    let (mut counted, mut scanned) = (0, 0);
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        assert_eq!(page.items, None, "COUNT returns no items");
        counted += page.count();
        scanned += page.scanned_count();
    }
    assert_eq!(counted, 42, "two thirds of the orders are open");
    assert_eq!(
        usize::try_from(scanned),
        Ok(keys(shop.scan_keys()).await.len()),
        "ScannedCount is the whole table"
    );
}

pub(crate) async fn scans_in_parallel(shop: Shop) {
    let segment = |segment| tokio::spawn(keys(shop.scan_keys().segment(segment).total_segments(4).limit(5)));
    let mut together = Vec::new();
    for segment in [0, 1, 2, 3].map(segment) {
        together.extend(segment.await.unwrap());
    }
    together.sort();
    assert_eq!(
        together,
        keys(shop.scan_keys()).await,
        "the segments are a partition of the table"
    );
}

pub(crate) async fn scans_an_index(shop: Shop) {
    let scan = shop
        .client
        .scan()
        .table_name(&shop.orders)
        .index_name("by_email")
        .projection_expression("email");
    assert_eq!(
        scan.send().await.unwrap().items(),
        [item([("email", s("ada@example.com"))])]
    );
}

impl Shop {
    fn scan_keys(&self) -> ScanFluentBuilder {
        self.client
            .scan()
            .table_name(&self.orders)
            .projection_expression("pk, sk")
            .consistent_read(true)
    }
}

/// The sorted keys of everything that a scan reads.
async fn keys(scan: ScanFluentBuilder) -> Vec<String> {
    let mut items = scan.into_paginator().items().send();
    let mut keys = Vec::new();
    while let Some(item) = items.next().await {
        keys.push(key_text(&item.unwrap()));
    }
    keys.sort();
    keys
}
