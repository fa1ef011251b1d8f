//! DynamoDB in your tests: the real engine, the real SDK client, no server.
//!
//! ```
//! use aws_sdk_dynamodb::types::AttributeValue;
//! use stator_mock::Database;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let db = Database::new();
//! db.create_table("orders", "customer S, number N");
//!
//! // What you test takes the client that it takes in production.
//! place_order(&db.client(), "alice", 1).await.unwrap();
//! let twice = place_order(&db.client(), "alice", 1).await;
//!
//! assert!(twice.unwrap_err().is_conditional_check_failed_exception());
//! db.table("orders").assert_count(1);
//! # }
//!
//! async fn place_order(
//!     client: &aws_sdk_dynamodb::Client,
//!     customer: &str,
//!     number: u32,
//! ) -> Result<(), aws_sdk_dynamodb::operation::put_item::PutItemError> {
//!     client
//!         .put_item()
//!         .table_name("orders")
//!         .item("customer", AttributeValue::S(customer.into()))
//!         .item("number", AttributeValue::N(number.to_string()))
//!         .condition_expression("attribute_not_exists(customer)")
//!         .send()
//!         .await
//!         .map_err(aws_sdk_dynamodb::error::SdkError::into_service_error)?;
//!     Ok(())
//! }
//! ```
//!
//! The client is the real one: it checks, serializes, signs, retries and reads errors as in production. Only the last step is another: where it would
//! open a connection, it calls the engine. Nothing of the code under test changes, and no trait stands before the client.
//!
//! # A database for each test
//!
//! [`#[stator_mock::test]`](test) gives each test a [`Database`] of its own, filled from a file of fixtures if you like:
//!
//! ```
//! use stator_mock::Database;
//!
//! #[stator_mock::test(fixtures = "fixtures/shop.yml")]
//! async fn a_paid_order_is_shipped(db: Database) {
//!     // shop::ship(&db.client(), "o1").await.unwrap();
//!     db.table("orders").assert_matches("golden/shipped.yml");
//! }
//! ```
//!
//! Databases share nothing: neither tables, nor clock, nor chance. So tests run side by side, with any runner, and a test that failed fails again. The file is
//! read, checked and loaded once in a process; each test forks what is there. A fork costs the same whether there are ten items or a
//! million, and shares the memory of what neither side changes. Where fixtures do not say enough, code fills a [`Base`], and any database can be
//! [forked](Database::fork), or [kept](Database::snapshot) and [restored](Database::restore):
//!
//! ```
//! # use stator_mock::Database;
//! let shop = Database::new();
//! shop.load_text("
//! version: 1
//! tables: { orders: { key: 'id S' } }
//! items: { orders: { 'order{1..100}': { id: 'o{n}', price: !rand [1, 99] } } }
//! ");
//! let (one, other) = (shop.fork(), shop.fork());
//! one.create_table("only_here", "id S");
//! assert!(!other.table("only_here").exists());
//! other.table("orders").assert_count(100);
//! ```
//!
//! # Looking at tables
//!
//! [`Database::table`] shows what is in a table, without a request and without a page's limits: its items, those of an index, their number. A golden file
//! says what they are to be, field by field or by pattern, and `STATOR_UPDATE=1` brings it up to date.
//!
//! # Time
//!
//! Each database has a [`Clock`]. It goes with the machine's until it is frozen or moved; whatever depends on time follows, such as items that expire:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use std::time::Duration;
//!
//! let db = stator_mock::Database::builder().frozen_at_ms(1_767_225_600_000).build();
//! db.load_text("
//! version: 1
//! tables: { sessions: { key: 'id S', ttl: expires_at } }
//! items: { sessions: { alice: { id: alice, expires_at: !now '+1h unix' } } }
//! ");
//! db.clock().advance(Duration::from_secs(3_600 + 60));
//! db.table("sessions").assert_empty();
//! # }
//! ```
//!
//! Nobody waits: where the SDK would, before a retry or in a waiter, the clock moves on and the call goes on at once.
//!
//! # What it cost
//!
//! [`Database::usage`] tells which calls came, which tables and indexes they read, and what they cost, whether the code under test asked for that or not:
//! `db.usage().assert_no_scan().assert_read_units_below(4.0)`.
//!
//! # Expectations and faults
//!
//! [`Database::on`] begins a rule over the live engine: what is wanted of the code under test, or what happens to its requests. Requests that no
//! rule is about are executed as ever. What was wanted and did not happen fails the test, with the rule's line, the requests that came
//! and the nearest of them field by field.
//!
//! ```
//! use stator_mock::prelude::*;
//! # use aws_sdk_dynamodb::types::AttributeValue;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let db = Database::new();
//! db.create_table("orders", "pk S, sk S");
//! db.on(PutItem).table("orders").once().error(ErrorKind::ProvisionedThroughputExceeded);
//! db.on(PutItem).table("orders").item(partial! { status: "NEW" }).once();
//! db.on(Query).key_condition("pk = 'USER#1' AND begins_with(sk, 'ORDER#')").never();
//!
//! // The SDK is throttled once, waits in the database's time, and tries again.
//! let put = db.client().put_item().table_name("orders");
//! let put = put.item("pk", AttributeValue::S("USER#1".into())).item("sk", AttributeValue::S("ORDER#1".into()));
//! put.item("status", AttributeValue::S("NEW".into())).send().await.unwrap();
//! # }
//! ```
//!
//! Requests are matched as they are meant: whatever placeholders are called, however expressions are spelled, with legacy parameters or
//! without. A request that a rule answers is checked by the engine first, so that no mock accepts what DynamoDB refuses. A rule that can never match
//! is refused where it is set.
//!
//! # Recording and replay
//!
//! [`Database::record`] writes down what the code under test asks and is answered, [`Database::replay`] answers from such a file, or from one that `stator
//! record` has made of a session with the service itself. A request is found as it is meant, not by its place; one that was not recorded fails the
//! test and is told beside the nearest that was.

mod answer;
mod base;
mod bucket;
mod clock;
mod connector;
mod database;
mod expectation;
mod fixtures;
mod macros;
mod recording;
#[doc(hidden)]
pub mod runtime;
mod table;
mod usage;
mod value;

pub use answer::{IntoError, IntoReply, Reason};
pub use base::Base;
pub use bucket::Bucket;
pub use clock::Clock;
pub use database::{Builder, Database, Snapshot};
pub use expectation::{AnyOperation, Expectation, Operations, RuleHandle, ScopedRule};
pub use macros::{Draft, IntoValue, absent, any, ms, null, such_that};
pub use recording::{Recorder, Replay};
pub use stator_core::engine::{Hold, ReplicationProgress};
pub use stator_core::model::Operation;
pub use stator_fixtures::Recording;
/// Makes a test of a function that takes a [`Database`], which is its own.
///
/// The function is `async` or not, takes the database or nothing, and returns whatever a test may. An asynchronous one runs in a runtime of
/// tokio of its own.
///
/// | argument | the database |
/// |---|---|
/// | none | is empty |
/// | `fixtures = "fixtures/shop.yml"` | has the tables and items of the file, which is loaded once in a process; the path begins at the package |
/// | `base = SHOP` | is a fork of a [`Base`], which is filled once in a process |
/// | `flavor = "multi_thread"` | as it is; the runtime has two threads of its own |
///
/// ```
/// use stator_mock::{Base, Database};
///
/// #[stator_mock::test]
/// async fn a_new_database_has_no_tables(db: Database) {
///     assert!(db.table_names().is_empty());
/// }
///
/// static SHOP: Base = Base::new(|db| Box::pin(async move { db.create_table("orders", "id S"); }));
///
/// #[stator_mock::test(base = SHOP)]
/// fn orders_begin_empty(db: Database) {
///     db.table("orders").assert_empty();
/// }
/// ```
pub use stator_mock_macros::test;
pub use stator_service::layers::rules::{Partial, Pattern, Strictness, Times};
pub use stator_service::layers::usage::{Outcome, Place, Totals, Used};
pub use table::{Item, Table};
pub use usage::Usage;

/// What tests with rules name: `use stator_mock::prelude::*`.
pub mod prelude {
    pub use stator_core::model::Operation::*;
    pub use stator_core::model::{ApiError, ErrorKind, Reply, ThrottlingReason};

    pub use crate::{AnyOperation, Database, Partial, Reason, Strictness, absent, any, item, ms, partial, such_that};
}
