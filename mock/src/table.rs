//! Looking at a table from a test: what is in it, without a request.
//!
//! What is seen is a snapshot, complete and consistent, and costs no capacity. A failed assertion points to the test's line.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use stator_core::engine::Hold;
use stator_core::store;

use crate::Database;
use crate::value;

/// The most characters that a client request token has.
const TOKEN_CHARS_MAX: usize = 36;

/// An item as the SDK has it.
pub type Item = HashMap<String, AttributeValue>;

/// A table of a database.
#[derive(Clone, Debug)]
pub struct Table {
    db: Database,
    name: String,
}

impl Table {
    pub(crate) fn new(db: Database, name: &str) -> Self {
        let name = name.to_owned();
        Self { db, name }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn database(&self) -> &Database {
        &self.db
    }

    /// Whether there is such a table.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.db.content().table(&self.name).is_some()
    }

    /// How many items there are.
    ///
    /// # Panics
    /// When there is no such table, as all methods here.
    #[must_use]
    #[track_caller]
    pub fn count(&self) -> usize {
        self.content().rows().len()
    }

    /// Holds an item, which need not exist, as if a transaction that nobody sees were under way on it: until the hold is dropped, whoever writes the item
    /// meets it.
    ///
    /// ```
    /// # use stator_mock::prelude::*;
    /// # use aws_sdk_dynamodb::types::AttributeValue;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let db = Database::new();
    /// db.create_table("orders", "id S");
    /// let put = db.client().put_item().table_name("orders").item("id", AttributeValue::S("o1".into()));
    ///
    /// let hold = db.table("orders").hold(item! { id: "o1" });
    /// let refused = put.clone().send().await.unwrap_err().into_service_error();
    /// assert!(refused.is_transaction_conflict_exception());
    /// drop(hold);
    /// put.send().await.unwrap();
    /// # }
    /// ```
    ///
    /// # Panics
    /// When the key does not fit the table, or the item is held already.
    #[track_caller]
    pub fn hold(&self, key: stator_core::model::Item) -> Hold {
        self.hold_as(key, None)
    }

    /// Holds an item as if the transaction with this client request token were under way on it: whoever sends the token meanwhile is told that it is in
    /// progress.
    ///
    /// ```
    /// # use stator_mock::prelude::*;
    /// # use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let db = Database::new();
    /// db.create_table("orders", "id S");
    /// let delete = Delete::builder().table_name("orders").key("id", AttributeValue::S("o2".into())).build().unwrap();
    /// let write = db.client().transact_write_items().client_request_token("pay-o1");
    /// let write = write.transact_items(TransactWriteItem::builder().delete(delete).build());
    ///
    /// let hold = db.table("orders").hold_with_token(item! { id: "o1" }, "pay-o1");
    /// let refused = write.clone().send().await.unwrap_err().into_service_error();
    /// assert!(refused.is_transaction_in_progress_exception());
    /// drop(hold);
    /// write.send().await.unwrap();
    /// # }
    /// ```
    ///
    /// # Panics
    /// As [`hold`](Self::hold), and when the token is empty or longer than 36 characters, which the service refuses.
    #[track_caller]
    pub fn hold_with_token(&self, key: stator_core::model::Item, token: &str) -> Hold {
        assert!(
            (1..=TOKEN_CHARS_MAX).contains(&token.chars().count()),
            "a client request token has 1 to {TOKEN_CHARS_MAX} characters"
        );
        self.hold_as(key, Some(token))
    }

    #[track_caller]
    fn hold_as(&self, key: stator_core::model::Item, token: Option<&str>) -> Hold {
        let item = (self.name.as_str().into(), key);
        match self.db.engine().hold(self.db.caller(), [item], None, token) {
            Ok(hold) => hold,
            Err(error) => panic!("{error}"),
        }
    }

    /// All items, in the order of a Scan.
    #[must_use]
    #[track_caller]
    pub fn items(&self) -> Vec<Item> {
        self.content()
            .rows()
            .values()
            .map(|row| value::to_sdk_item(&row.item.unpack()))
            .collect()
    }

    /// The items that an index of the table holds, in its order, with what it holds of them.
    #[must_use]
    #[track_caller]
    pub fn index_items(&self, index: &str) -> Vec<Item> {
        let table = self.content();
        let definition = table.definition();
        let Some(at) = definition.indexes.iter().position(|known| known.name == index) else {
            let names: Vec<_> = definition.indexes.iter().map(|index| index.name.as_str()).collect();
            panic!("table {} has no index {index}; it has {names:?}", self.name);
        };
        let rows = table.index_rows(at).rows().values();
        let held = rows.map(|row| definition.indexes[at].project(&definition.keys, &row.item));
        held.map(|item| value::to_sdk_item(&item.unpack())).collect()
    }

    /// The items that have these values, whatever else they have.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # use aws_sdk_dynamodb::types::AttributeValue;
    /// # let db = stator_mock::Database::new();
    /// # db.create_table("orders", "id S");
    /// let paid = db.table("orders").items_with([("status", AttributeValue::S("PAID".into()))]);
    /// assert!(paid.is_empty());
    /// # }
    /// ```
    #[must_use]
    #[track_caller]
    pub fn items_with<'a>(&self, wanted: impl IntoIterator<Item = (&'a str, AttributeValue)>) -> Vec<Item> {
        let wanted: Vec<_> = wanted.into_iter().collect();
        let mut items = self.items();
        items.retain(|item| wanted.iter().all(|(name, value)| item.get(*name) == Some(value)));
        items
    }

    /// Fails unless there are so many items.
    #[track_caller]
    pub fn assert_count(&self, wanted: usize) -> &Self {
        let found = self.count();
        assert!(found == wanted, "table {} has {found} items, not {wanted}", self.name);
        self
    }

    /// Fails unless the table is empty.
    #[track_caller]
    pub fn assert_empty(&self) -> &Self {
        let items = self.items();
        assert!(
            items.is_empty(),
            "table {} is to be empty and has {} items, such as {:?}",
            self.name,
            items.len(),
            items[0]
        );
        self
    }

    #[track_caller]
    fn content(&self) -> Arc<store::Table> {
        let content = self.db.content();
        match content.table(&self.name) {
            Some(table) => Arc::clone(table),
            None => panic!("there is no table {}; there are {:?}", self.name, self.db.table_names()),
        }
    }
}
