//! The life of the shop's two tables: made, described, tagged, changed while in use, and deleted.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, CreateGlobalSecondaryIndexAction, DeleteGlobalSecondaryIndexAction,
    GlobalSecondaryIndex, GlobalSecondaryIndexUpdate, IndexStatus, KeySchemaElement, KeyType, LocalSecondaryIndex,
    Projection, ProjectionType, ProvisionedThroughput, ScalarAttributeType, Select, TableDescription, TableStatus, Tag,
    TimeToLiveSpecification, TimeToLiveStatus,
};
use stator_conformance::clients::REGION;

use crate::Shop;
use crate::story::{n, refused, s};

const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn creates_the_orders_table(shop: Shop) {
    let by_total = LocalSecondaryIndex::builder()
        .index_name("by_total")
        .key_schema(hash("pk"))
        .key_schema(range("total"))
        .projection(projection(ProjectionType::KeysOnly));
    let include = Projection::builder()
        .projection_type(ProjectionType::Include)
        .non_key_attributes("total");
    let by_status = GlobalSecondaryIndex::builder()
        .index_name("by_status")
        .key_schema(hash("status"))
        .key_schema(range("placed"))
        .projection(include.build());
    let by_email = GlobalSecondaryIndex::builder()
        .index_name("by_email")
        .key_schema(hash("email"))
        .projection(projection(ProjectionType::All));
    let created = shop
        .client
        .create_table()
        .table_name(&shop.orders)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(["pk", "sk", "status", "placed", "email"].map(text).to_vec()))
        .attribute_definitions(number("total"))
        .key_schema(hash("pk"))
        .key_schema(range("sk"))
        .local_secondary_indexes(by_total.build().unwrap())
        .global_secondary_indexes(by_status.build().unwrap())
        .global_secondary_indexes(by_email.build().unwrap())
        .tags(tag("team", "checkout"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        created.table_description().unwrap().table_name(),
        Some(shop.orders.as_str())
    );
    shop.wait_for_table(&shop.orders).await;
}

pub(crate) async fn describes_what_waiters_and_terraform_read(shop: Shop) {
    let table = shop.describe(&shop.orders).await;
    let arn = table.table_arn().unwrap();
    assert_eq!(table.table_status(), Some(&TableStatus::Active));
    assert!(
        arn.starts_with(&format!("arn:aws:dynamodb:{REGION}:")),
        "{arn} has the caller's region"
    );
    assert!(
        arn.ends_with(&format!(":table/{}", shop.orders)),
        "{arn} ends with the name"
    );
    let id = table.table_id().unwrap();
    assert_eq!(
        id.split('-').map(str::len).collect::<Vec<_>>(),
        [8, 4, 4, 4, 12],
        "{id} is a UUID"
    );
    assert!(table.creation_date_time().is_some());
    let billing = table.billing_mode_summary().unwrap();
    assert_eq!(billing.billing_mode(), Some(&BillingMode::PayPerRequest));
    assert_eq!(units(&table), (0, 0));
    assert_eq!(table.warm_throughput().unwrap().status(), Some(&TableStatus::Active));
    assert_eq!(table.deletion_protection_enabled(), Some(false));
    assert_eq!((table.item_count(), table.table_size_bytes()), (Some(0), Some(0)));
    assert_eq!(table.key_schema(), [hash("pk"), range("sk")]);
    let defined = table
        .attribute_definitions()
        .iter()
        .map(AttributeDefinition::attribute_name);
    assert!(
        defined.eq(["email", "pk", "placed", "sk", "status", "total"]),
        "sorted by name"
    );

    let local = &table.local_secondary_indexes()[0];
    assert_eq!(local.index_arn(), Some(format!("{arn}/index/by_total").as_str()));
    assert_eq!(index_names(&table), ["by_email", "by_status"]);
    for index in table.global_secondary_indexes() {
        let name = index.index_name().unwrap();
        assert_eq!(index.index_status(), Some(&IndexStatus::Active));
        assert_eq!(index.index_arn(), Some(format!("{arn}/index/{name}").as_str()));
        assert_eq!(index.warm_throughput().unwrap().status(), Some(&IndexStatus::Active));
        assert_eq!(index.backfilling(), None, "{name} came with the table");
    }
}

pub(crate) async fn creates_a_provisioned_protected_table(shop: Shop) {
    let create = shop.client.create_table().table_name(&shop.stock);
    create
        .attribute_definitions(text("sku"))
        .key_schema(hash("sku"))
        .provisioned_throughput(throughput(5, 5))
        .deletion_protection_enabled(true)
        .send()
        .await
        .unwrap();
    shop.wait_for_table(&shop.stock).await;
    let table = shop.describe(&shop.stock).await;
    assert_eq!(
        table.billing_mode_summary(),
        None,
        "absent on a table that was never on demand"
    );
    assert_eq!(units(&table), (5, 5));
    assert_eq!(
        table.provisioned_throughput().unwrap().number_of_decreases_today(),
        Some(0)
    );
    let warm = table.warm_throughput().unwrap();
    assert_eq!(
        (warm.read_units_per_second(), warm.write_units_per_second()),
        (Some(5), Some(5))
    );
    assert_eq!(table.deletion_protection_enabled(), Some(true));
}

pub(crate) async fn lists_tables_in_pages(shop: Shop) {
    let mut pages = shop.client.list_tables().into_paginator().page_size(1).send();
    let mut ours = Vec::new();
    while let Some(page) = pages.next().await {
        let names = page.unwrap().table_names.unwrap_or_default();
        assert!(names.len() <= 1, "a page holds at most Limit names");
        ours.extend(
            names
                .into_iter()
                .filter(|name| *name == shop.orders || *name == shop.stock),
        );
    }
    assert_eq!(ours, [shop.orders, shop.stock]);
}

pub(crate) async fn tags_a_table(shop: Shop) {
    let arn = shop.describe(&shop.orders).await.table_arn.unwrap();
    let tags = shop
        .client
        .tag_resource()
        .resource_arn(&arn)
        .tags(tag("team", "orders"));
    tags.tags(tag("cost-centre", "4711")).send().await.unwrap();
    let both = [("team", "orders"), ("cost-centre", "4711")];
    assert_eq!(
        shop.tags(&arn).await,
        both.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
    );
    let untag = shop
        .client
        .untag_resource()
        .resource_arn(&arn)
        .tag_keys("cost-centre")
        .tag_keys("never-set");
    untag.send().await.unwrap();
    assert_eq!(shop.tags(&arn).await, [("team".to_owned(), "orders".to_owned())].into());
}

pub(crate) async fn enables_time_to_live(shop: Shop) {
    let describe = shop.client.describe_time_to_live().table_name(&shop.orders);
    let off = describe.clone().send().await.unwrap().time_to_live_description.unwrap();
    assert_eq!(
        (off.time_to_live_status(), off.attribute_name()),
        (Some(&TimeToLiveStatus::Disabled), None)
    );
    let wanted = TimeToLiveSpecification::builder()
        .enabled(true)
        .attribute_name("expires")
        .build()
        .unwrap();
    let update = shop
        .client
        .update_time_to_live()
        .table_name(&shop.orders)
        .time_to_live_specification(wanted.clone());
    assert_eq!(update.send().await.unwrap().time_to_live_specification, Some(wanted));
    let on = describe.send().await.unwrap().time_to_live_description.unwrap();
    assert!(matches!(
        on.time_to_live_status(),
        Some(TimeToLiveStatus::Enabling | TimeToLiveStatus::Enabled)
    ));
    assert_eq!(on.attribute_name(), Some("expires"));
}

pub(crate) async fn adds_an_index_to_a_live_table(shop: Shop) {
    let by_store = CreateGlobalSecondaryIndexAction::builder()
        .index_name("by_store")
        .key_schema(hash("tenant"))
        .key_schema(hash("region"))
        .key_schema(range("day"))
        .key_schema(range("seq"))
        .projection(projection(ProjectionType::All))
        .build()
        .unwrap();
    let update = shop.client.update_table().table_name(&shop.orders);
    update
        .set_attribute_definitions(Some(["tenant", "region", "day"].map(text).to_vec()))
        .attribute_definitions(number("seq"))
        .global_secondary_index_updates(GlobalSecondaryIndexUpdate::builder().create(by_store).build())
        .send()
        .await
        .unwrap();
    shop.wait_for_indexes(&shop.orders).await;

    let of_store = shop
        .client
        .query()
        .table_name(&shop.orders)
        .index_name("by_store")
        .expression_attribute_names("#r", "region")
        .expression_attribute_names("#d", "day")
        .expression_attribute_values(":t", s("acme"))
        .expression_attribute_values(":r", s("eu"));
    let january = of_store
        .clone()
        .key_condition_expression("tenant = :t AND #r = :r AND #d BETWEEN :low AND :high")
        .expression_attribute_values(":low", s("2026-01-01"))
        .expression_attribute_values(":high", s("2026-01-31"));
    let january = january.send().await.unwrap();
    let numbers = january
        .items()
        .iter()
        .map(|item| item["seq"].as_n().unwrap().as_str())
        .collect::<Vec<_>>();
    assert_eq!(
        numbers,
        ["1", "1", "1", "3", "3", "3", "5", "5", "5", "7", "7", "7"],
        "by day, then number"
    );
    let one_day = of_store
        .key_condition_expression("tenant = :t AND #r = :r AND #d = :d AND seq > :n")
        .expression_attribute_values(":d", s("2026-01-03"))
        .expression_attribute_values(":n", n("2.5"))
        .select(Select::Count);
    assert_eq!(
        one_day.send().await.unwrap().count(),
        3,
        "equality on one sort attribute, a range on the next"
    );
}

pub(crate) async fn drops_the_index(shop: Shop) {
    let by_store = DeleteGlobalSecondaryIndexAction::builder()
        .index_name("by_store")
        .build()
        .unwrap();
    let update = GlobalSecondaryIndexUpdate::builder().delete(by_store).build();
    let dropped = shop
        .client
        .update_table()
        .table_name(&shop.orders)
        .global_secondary_index_updates(update);
    dropped.send().await.unwrap();
    shop.wait_for_indexes(&shop.orders).await;
    assert_eq!(
        index_names(&shop.describe(&shop.orders).await),
        ["by_email", "by_status"]
    );
}

pub(crate) async fn changes_throughput_and_billing_mode(shop: Shop) {
    let update = || shop.client.update_table().table_name(&shop.stock);
    update().provisioned_throughput(throughput(10, 7)).send().await.unwrap();
    shop.wait_for_table(&shop.stock).await;
    let raised = shop.describe(&shop.stock).await;
    assert_eq!(units(&raised), (10, 7));
    assert!(
        raised
            .provisioned_throughput()
            .unwrap()
            .last_increase_date_time()
            .is_some()
    );
    update().billing_mode(BillingMode::PayPerRequest).send().await.unwrap();
    shop.wait_for_table(&shop.stock).await;
    let switched = shop.describe(&shop.stock).await;
    assert_eq!(units(&switched), (0, 0));
    let billing = switched.billing_mode_summary().unwrap();
    assert_eq!(billing.billing_mode(), Some(&BillingMode::PayPerRequest));
    assert!(billing.last_update_to_pay_per_request_date_time().is_some());
}

pub(crate) async fn refuses_to_delete_a_protected_table(shop: Shop) {
    refused(
        shop.client.delete_table().table_name(&shop.stock).send().await,
        "ValidationException",
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    );
    let unprotect = shop
        .client
        .update_table()
        .table_name(&shop.stock)
        .deletion_protection_enabled(false);
    unprotect.send().await.unwrap();
    assert_eq!(
        shop.describe(&shop.stock).await.deletion_protection_enabled(),
        Some(false)
    );
}

pub(crate) async fn deletes_both_tables(shop: Shop) {
    for name in [&shop.orders, &shop.stock] {
        let deleted = shop.client.delete_table().table_name(name).send().await.unwrap();
        assert_eq!(
            deleted.table_description().unwrap().table_status(),
            Some(&TableStatus::Deleting)
        );
        shop.client
            .wait_until_table_not_exists()
            .table_name(name)
            .wait(PATIENCE)
            .await
            .unwrap();
        let error = refused(
            shop.client.describe_table().table_name(name).send().await,
            "ResourceNotFoundException",
            &format!("Requested resource not found: Table: {name} not found"),
        );
        assert!(error.is_resource_not_found_exception());
    }
}

impl Shop {
    async fn describe(&self, name: &str) -> TableDescription {
        self.client
            .describe_table()
            .table_name(name)
            .send()
            .await
            .unwrap()
            .table
            .unwrap()
    }

    async fn wait_for_table(&self, name: &str) {
        self.client
            .wait_until_table_exists()
            .table_name(name)
            .wait(PATIENCE)
            .await
            .unwrap();
    }

    /// Waits until the table and all its indexes are ACTIVE, which the SDK's waiter for a table does not look at.
    async fn wait_for_indexes(&self, name: &str) {
        let ready = async {
            loop {
                self.wait_for_table(name).await;
                let table = self.describe(name).await;
                let indexes = table.global_secondary_indexes();
                if indexes
                    .iter()
                    .all(|index| index.index_status() == Some(&IndexStatus::Active))
                {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(PATIENCE, ready).await.unwrap();
    }

    async fn tags(&self, arn: &str) -> BTreeMap<String, String> {
        let listed = self
            .client
            .list_tags_of_resource()
            .resource_arn(arn)
            .send()
            .await
            .unwrap();
        listed
            .tags
            .unwrap_or_default()
            .into_iter()
            .map(|tag| (tag.key, tag.value))
            .collect()
    }
}

fn units(table: &TableDescription) -> (i64, i64) {
    let throughput = table.provisioned_throughput().unwrap();
    (
        throughput.read_capacity_units().unwrap(),
        throughput.write_capacity_units().unwrap(),
    )
}

fn index_names(table: &TableDescription) -> Vec<&str> {
    let mut names = table
        .global_secondary_indexes()
        .iter()
        .filter_map(|index| index.index_name())
        .collect::<Vec<_>>();
    names.sort_unstable();
    names
}

fn throughput(read: i64, write: i64) -> ProvisionedThroughput {
    ProvisionedThroughput::builder()
        .read_capacity_units(read)
        .write_capacity_units(write)
        .build()
        .unwrap()
}

fn projection(projection_type: ProjectionType) -> Projection {
    Projection::builder().projection_type(projection_type).build()
}

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build().unwrap()
}

pub(crate) fn text(name: &str) -> AttributeDefinition {
    let definition = AttributeDefinition::builder().attribute_name(name);
    definition.attribute_type(ScalarAttributeType::S).build().unwrap()
}

fn number(name: &str) -> AttributeDefinition {
    let definition = AttributeDefinition::builder().attribute_name(name);
    definition.attribute_type(ScalarAttributeType::N).build().unwrap()
}

pub(crate) fn hash(name: &str) -> KeySchemaElement {
    KeySchemaElement::builder()
        .attribute_name(name)
        .key_type(KeyType::Hash)
        .build()
        .unwrap()
}

fn range(name: &str) -> KeySchemaElement {
    KeySchemaElement::builder()
        .attribute_name(name)
        .key_type(KeyType::Range)
        .build()
        .unwrap()
}
