//! Items of all ten attribute types go in and come out unchanged.

use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue::{B, Bool, Bs, L, Ns, Null};

use crate::Shop;
use crate::story::{Item, item, map, n, s, ss, with_sorted_sets};

fn every_type() -> Item {
    item([
        ("pk", s("CUSTOMER#types")),
        ("sk", s("CLIENT")),
        ("S", s("Grüße, 世界 🛒")),
        ("empty string", s("")),
        ("N", n("12345678901234567890123456789012345678")),
        ("fraction", n("-0.12345678901234567890123456789012345678")),
        ("B", B(Blob::new((0..=255).collect::<Vec<u8>>()))),
        ("empty binary", B(Blob::new([]))),
        ("BOOL", Bool(false)),
        ("NULL", Null(true)),
        ("SS", ss(["blue", "red", "été"])),
        ("NS", Ns(["-1.5", "0", "3"].map(str::to_owned).to_vec())),
        ("BS", Bs(vec![Blob::new([0]), Blob::new([255, 254])])),
        (
            "lines",
            L(vec![
                map([("sku", s("A-1")), ("count", n(2))]),
                s("gift"),
                L(vec![Bool(true)]),
                L(vec![]),
            ]),
        ),
        (
            "address",
            map([
                ("city", s("Zürich")),
                ("zip", map([("code", n(8001))])),
                ("none", map([])),
            ]),
        ),
    ])
}

pub(crate) async fn keeps_every_type(shop: Shop) {
    let put = shop
        .client
        .put_item()
        .table_name(&shop.orders)
        .set_item(Some(every_type()))
        .send()
        .await
        .unwrap();
    assert!(put.request_id().is_some_and(|id| !id.is_empty()));
    let get = shop
        .client
        .get_item()
        .table_name(&shop.orders)
        .key("pk", s("CUSTOMER#types"));
    let read = get
        .clone()
        .key("sk", s("CLIENT"))
        .consistent_read(true)
        .send()
        .await
        .unwrap();
    assert_eq!(with_sorted_sets(read.item.unwrap()), with_sorted_sets(every_type()));
    let missing = get.key("sk", s("NOBODY")).send().await.unwrap();
    assert_eq!(missing.item, None);
}

pub(crate) async fn projects_nested_attributes(shop: Shop) {
    let get = shop
        .client
        .get_item()
        .table_name(&shop.orders)
        .key("pk", s("CUSTOMER#types"))
        .key("sk", s("CLIENT"));
    let projected = get.projection_expression("address.zip, #l[0].sku, #l[1], absent");
    let read = projected
        .expression_attribute_names("#l", "lines")
        .send()
        .await
        .unwrap();
    let lines = L(vec![map([("sku", s("A-1"))]), s("gift")]);
    assert_eq!(
        read.item,
        Some(item([
            ("address", map([("zip", map([("code", n(8001))]))])),
            ("lines", lines)
        ]))
    );
}
