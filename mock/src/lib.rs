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
//! A [`Database`] is made in microseconds and shares nothing with any other: tables, clock, chance. So tests run side by side, with
//! any runner. Where many tests begin alike, fill a [`Base`] once and [`fork`](Database::fork) it: a fork costs the same whether there are ten
//! items or a million, and shares the memory of what neither side changes.
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
//! ```
//!
//! # Time
//!
//! Each database has a [`Clock`]. Freeze it, move it, let it run; whatever depends on time follows. Where the SDK would wait before
//! a retry, the clock moves on and the test does not wait.

mod base;
mod clock;
mod connector;
mod database;
mod fixtures;
mod table;
mod usage;
mod value;

pub use base::Base;
pub use clock::Clock;
pub use database::{Builder, Database, Snapshot};
pub use stator_core::model::Operation;
pub use stator_service::layers::usage::{Outcome, Place, Totals, Used};
pub use table::{Item, Table};
pub use usage::Usage;
