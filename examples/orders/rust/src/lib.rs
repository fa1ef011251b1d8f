//! An order service: what an application does with DynamoDB day by day. It knows nothing of the database that it is tested with.
//!
//! In go the two clients of the SDK; out come orders that are placed once, pages of orders, imports, carts that expire, and what happened to the table. Waiting
//! and the time of day come from the client, as the SDK's own do.

mod feed;

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::AsyncSleep as _;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use aws_sdk_dynamodb::types::{AttributeValue, Put, PutRequest, TransactWriteItem, Update, WriteRequest};

pub use feed::Happening;

/// The one table.
pub const TABLE: &str = "shop";
/// How long a cart is kept.
pub const CART_LIFE: Duration = Duration::from_secs(2 * 24 * 3_600);

/// How often an order is tried that meets others.
const ATTEMPTS_MAX: u32 = 5;
/// How many items a batch writes.
const BATCH_MAX: usize = 25;

/// Orders of users, and the products that they are of.
#[derive(Clone, Debug)]
pub struct Orders {
    client: Client,
    streams: aws_sdk_dynamodbstreams::Client,
}

/// Why something was not done.
#[derive(Debug)]
pub enum OrderError {
    /// There is not enough of a product.
    OutOfStock(String),
    /// The database says no, or nothing.
    Database(Box<aws_sdk_dynamodb::Error>),
    /// The stream says no, or nothing.
    Stream(Box<aws_sdk_dynamodbstreams::Error>),
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfStock(sku) => write!(f, "there is not enough of {sku}"),
            Self::Database(error) => error.fmt(f),
            Self::Stream(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OrderError {}

impl<E: Into<aws_sdk_dynamodb::Error>> From<E> for OrderError {
    fn from(error: E) -> Self {
        Self::Database(Box::new(error.into()))
    }
}

impl Orders {
    /// The service over these clients.
    #[must_use]
    pub fn new(client: Client, streams: aws_sdk_dynamodbstreams::Client) -> Self {
        Self { client, streams }
    }

    /// Takes products out of stock and notes the order: both, or neither; once, however often it is tried.
    ///
    /// # Errors
    /// When there is not enough, and when others are in the way for too long.
    pub async fn place(&self, user: &str, order: &str, sku: &str, quantity: u32) -> Result<(), OrderError> {
        for attempt in 0.. {
            let sent = self
                .client
                .transact_write_items()
                .transact_items(take(sku, quantity))
                .transact_items(self.note(user, order, sku, quantity))
                .client_request_token(format!("{user}-{order}"));
            let Err(error) = sent.send().await else { break };
            match codes(&error).as_slice() {
                ["ConditionalCheckFailed", ..] => return Err(OrderError::OutOfStock(sku.to_owned())),
                codes if codes.contains(&"TransactionConflict") && attempt + 1 < ATTEMPTS_MAX => {
                    self.back_off(attempt).await;
                }
                _ => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn note(&self, user: &str, order: &str, sku: &str, quantity: u32) -> TransactWriteItem {
        let note = Put::builder()
            .table_name(TABLE)
            .item("pk", text(format!("USER#{user}")))
            .item("sk", text(format!("ORDER#{order}")))
            .item("sku", text(sku))
            .item("quantity", number(quantity))
            .item("status", text("NEW"))
            .item("placed_at", text(self.today()))
            .condition_expression("attribute_not_exists(pk)");
        TransactWriteItem::builder().put(complete(note.build())).build()
    }

    /// All orders of a user, page by page.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn of_user(&self, user: &str) -> Result<Vec<String>, OrderError> {
        let query = self
            .client
            .query()
            .table_name(TABLE)
            .key_condition_expression("pk = :pk AND begins_with(sk, :order)")
            .expression_attribute_values(":pk", text(format!("USER#{user}")))
            .expression_attribute_values(":order", text("ORDER#"));
        let mut items = query.into_paginator().items().send();
        let mut orders = Vec::new();
        while let Some(item) = items.next().await {
            let sort_key = item?.remove("sk");
            let order = sort_key
                .as_ref()
                .and_then(|key| key.as_s().ok()?.strip_prefix("ORDER#"));
            orders.extend(order.map(str::to_owned));
        }
        Ok(orders)
    }

    /// How much of a product there is.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn stock(&self, sku: &str) -> Result<u32, OrderError> {
        let get = self.client.get_item().table_name(TABLE).consistent_read(true);
        let got = get.key("pk", product(sku)).key("sk", text("DETAILS")).send().await?;
        let stock = got
            .item
            .as_ref()
            .and_then(|item| item.get("stock")?.as_n().ok()?.parse().ok());
        Ok(stock.unwrap_or_default())
    }

    /// Writes many products, and those again that the service left over.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn import(&self, products: &[(String, u32)]) -> Result<(), OrderError> {
        for batch in products.chunks(BATCH_MAX) {
            let mut waiting: Vec<WriteRequest> = batch.iter().map(put_product).collect();
            for attempt in 0.. {
                let sent = self.client.batch_write_item().request_items(TABLE, waiting);
                let mut left = sent.send().await?.unprocessed_items.unwrap_or_default();
                waiting = left.remove(TABLE).unwrap_or_default();
                if waiting.is_empty() {
                    break;
                }
                self.back_off(attempt).await;
            }
        }
        Ok(())
    }

    /// Keeps a cart for [`CART_LIFE`].
    ///
    /// # Errors
    /// When the database says no.
    pub async fn keep_cart(&self, user: &str, sku: &str) -> Result<(), OrderError> {
        let put = self.client.put_item().table_name(TABLE);
        let put = put.item("pk", text(format!("USER#{user}"))).item("sk", text("CART"));
        let expires_at = number(self.unix_seconds() + CART_LIFE.as_secs());
        put.item("sku", text(sku)).item("expires_at", expires_at).send().await?;
        Ok(())
    }

    /// Whether a user has a cart.
    ///
    /// # Errors
    /// When the database says no.
    pub async fn has_cart(&self, user: &str) -> Result<bool, OrderError> {
        let get = self.client.get_item().table_name(TABLE);
        let get = get.key("pk", text(format!("USER#{user}"))).key("sk", text("CART"));
        Ok(get.send().await?.item.is_some())
    }

    /// Waits before the next attempt, twice as long each time.
    async fn back_off(&self, attempt: u32) {
        if let Some(sleep) = self.client.config().sleep_impl() {
            sleep.sleep(Duration::from_millis(50 << attempt.min(6))).await;
        }
    }

    fn now(&self) -> SystemTime {
        let source = self.client.config().time_source();
        source.map_or(UNIX_EPOCH, |source| source.now())
    }

    fn unix_seconds(&self) -> u64 {
        self.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
    }

    /// The day, as in 2026-01-31.
    fn today(&self) -> String {
        let time = DateTime::from(self.now())
            .fmt(DateTimeFormat::DateTime)
            .unwrap_or_default();
        time.chars().take_while(|c| *c != 'T').collect()
    }
}

/// What lets a product's stock go down, if there is enough.
fn take(sku: &str, quantity: u32) -> TransactWriteItem {
    let take = Update::builder()
        .table_name(TABLE)
        .key("pk", product(sku))
        .key("sk", text("DETAILS"))
        .update_expression("SET stock = stock - :quantity")
        .condition_expression("stock >= :quantity")
        .expression_attribute_values(":quantity", number(quantity));
    TransactWriteItem::builder().update(complete(take.build())).build()
}

/// Why the actions of a transaction let it be cancelled, in their order; nothing of other errors.
fn codes<R>(error: &SdkError<TransactWriteItemsError, R>) -> Vec<&str> {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            let reasons = cancelled.cancellation_reasons().iter();
            reasons.map(|reason| reason.code().unwrap_or_default()).collect()
        }
        _ => Vec::new(),
    }
}

fn put_product((sku, stock): &(String, u32)) -> WriteRequest {
    let put = PutRequest::builder()
        .item("pk", product(sku))
        .item("sk", text("DETAILS"));
    let put = put.item("stock", number(stock));
    WriteRequest::builder().put_request(complete(put.build())).build()
}

/// What a builder made that was given all that it needs.
fn complete<T, E: fmt::Debug>(built: Result<T, E>) -> T {
    built.unwrap_or_else(|error| unreachable!("all members are given: {error:?}"))
}

fn product(sku: &str) -> AttributeValue {
    text(format!("PRODUCT#{sku}"))
}

fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn number(number: impl fmt::Display) -> AttributeValue {
    AttributeValue::N(number.to_string())
}
