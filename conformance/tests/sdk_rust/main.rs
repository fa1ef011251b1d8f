//! The AWS SDK for Rust tells the shop's day: fluent builders, waiters, paginators and typed service errors.
//!
//! The story is the one of the other languages (see `clients/README.md`). Each step is an asynchronous function of the
//! shop; its name is its title. A step that panics is reported with the last request, and the story goes on: the later
//! steps say how far the fault reaches.

#![allow(
    clippy::unwrap_used,
    reason = "a step fails by panicking; the lint knows test functions alone"
)]

mod batches;
mod errors;
mod items;
mod queries;
mod scans;
mod story;
mod tables;
mod transactions;
mod writes;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use stator_conformance::clients::{REGION, run_id};
use stator_conformance::server::Server;

use crate::story::{LastRequest, Story};

/// What every step works with: the client and the names of this run's tables.
#[derive(Clone)]
struct Shop {
    client: Client,
    orders: String,
    stock: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rust_runs_the_shop() {
    let server = Server::start();
    let last_request = LastRequest::default();
    let shop = Shop::open(&server, last_request.clone());
    let mut story = Story::new(shop, last_request);

    story.play(tables::creates_the_orders_table).await;
    story.play(tables::describes_what_waiters_and_terraform_read).await;
    story.play(tables::creates_a_provisioned_protected_table).await;
    story.play(tables::lists_tables_in_pages).await;
    story.play(tables::tags_a_table).await;
    story.play(tables::enables_time_to_live).await;
    story.play(items::keeps_every_type).await;
    story.play(items::projects_nested_attributes).await;
    story.play(writes::puts_once).await;
    story.play(writes::updates_only_the_version_it_read).await;
    story.play(writes::updates_with_every_clause).await;
    story.play(writes::returns_the_values_that_were_asked_for).await;
    story.play(writes::replaces_and_deletes).await;
    story.play(writes::meters_each_index).await;
    story.play(writes::understands_legacy_parameters).await;
    story.play(transactions::places_an_order_once).await;
    story.play(transactions::explains_a_cancellation).await;
    story.play(transactions::reads_and_removes_together).await;
    story.play(transactions::speaks_in_statements).await;
    story.play(batches::writes_in_batches).await;
    story.play(batches::reads_in_batches).await;
    story.play(queries::queries_a_prefix_and_a_range).await;
    story.play(queries::queries_backwards).await;
    story.play(queries::filters_and_projects).await;
    story.play(queries::pages_with_the_paginator).await;
    story.play(queries::ends_a_page_at_one_megabyte).await;
    story.play(queries::queries_global_indexes).await;
    story.play(queries::queries_the_local_index).await;
    story.play(scans::scans_page_by_page).await;
    story.play(scans::counts_without_reading).await;
    story.play(scans::scans_in_parallel).await;
    story.play(scans::scans_an_index).await;
    story.play(errors::names_the_missing_table).await;
    story.play(errors::refuses_a_second_table_of_the_same_name).await;
    story.play(errors::explains_what_is_invalid).await;
    story.play(tables::adds_an_index_to_a_live_table).await;
    story.play(tables::drops_the_index).await;
    story.play(tables::changes_throughput_and_billing_mode).await;
    story.play(tables::refuses_to_delete_a_protected_table).await;
    story.play(tables::deletes_both_tables).await;

    story.end();
}

impl Shop {
    fn open(server: &Server, last_request: LastRequest) -> Self {
        let credentials = Credentials::builder()
            .access_key_id("shop")
            .secret_access_key("secret")
            .provider_name("static")
            .build();
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .endpoint_url(server.url())
            .region(Region::from_static(REGION))
            .credentials_provider(credentials)
            .interceptor(last_request)
            .build();
        let run = run_id();
        Self {
            client: Client::from_conf(config),
            orders: format!("orders-{run}"),
            stock: format!("stock-{run}"),
        }
    }
}
