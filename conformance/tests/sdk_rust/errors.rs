//! Errors arrive as the variants that an application matches on, with the service's words.

use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::operation::get_item::GetItemError;
use aws_sdk_dynamodb::types::BillingMode;

use crate::Shop;
use crate::story::{refused, s};
use crate::tables::{hash, text};

pub(crate) async fn names_the_missing_table(shop: Shop) {
    let missing = "ResourceNotFoundException";
    let described = shop.client.describe_table().table_name("no-such-table").send().await;
    refused(
        described,
        missing,
        "Requested resource not found: Table: no-such-table not found",
    );
    let get = shop
        .client
        .get_item()
        .table_name("no-such-table")
        .key("pk", s("a"))
        .key("sk", s("b"));
    let error = refused(get.send().await, missing, "Requested resource not found");
    assert!(matches!(error, GetItemError::ResourceNotFoundException(_)));
}

pub(crate) async fn refuses_a_second_table_of_the_same_name(shop: Shop) {
    let create = shop
        .client
        .create_table()
        .table_name(&shop.orders)
        .billing_mode(BillingMode::PayPerRequest);
    let again = create
        .attribute_definitions(text("id"))
        .key_schema(hash("id"))
        .send()
        .await;
    let error = refused(
        again,
        "ResourceInUseException",
        &format!("Table already exists: {}", shop.orders),
    );
    assert!(matches!(error, CreateTableError::ResourceInUseException(_)));
}

pub(crate) async fn explains_what_is_invalid(shop: Shop) {
    let invalid = "ValidationException";
    let half_a_key = shop
        .client
        .get_item()
        .table_name(&shop.orders)
        .key("pk", s("CUSTOMER#ada"));
    refused(
        half_a_key.send().await,
        invalid,
        "The provided key element does not match the schema",
    );

    let query = || {
        shop.client
            .query()
            .table_name(&shop.orders)
            .expression_attribute_values(":v", s("a"))
    };
    let unknown_index = query()
        .index_name("nope")
        .key_condition_expression("pk = :v")
        .send()
        .await;
    refused(
        unknown_index,
        invalid,
        "The table does not have the specified index: nope",
    );
    let no_partition = query().key_condition_expression("sk = :v").send().await;
    refused(no_partition, invalid, "Query condition missed key schema element: pk");

    let put = shop
        .client
        .put_item()
        .table_name(&shop.orders)
        .item("pk", s("CUSTOMER#x"))
        .item("sk", s("ORDER#x"));
    let mistyped = put.item("total", s("ten")).send().await;
    let message = "One or more parameter values were invalid: \
                   Type mismatch for Index Key total Expected: N Actual: S IndexName: by_total";
    refused(mistyped, invalid, message);
}
