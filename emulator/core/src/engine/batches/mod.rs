//! BatchGetItem and BatchWriteItem.

mod batch_get_item;
mod batch_write_item;

use super::names::is_arn;
use super::violations::TABLE_NAME;
use crate::model::json::{Entries, Text};

/// The constraint on the keys of a batch's map: names of tables.
const TABLE_NAMES: &str = "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length \
                           greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]";

/// Whether all keys of a batch's map can be names of tables.
fn are_table_names<T>(map: &Entries<T>) -> bool {
    map.iter()
        .all(|(name, _): (&Text, _)| is_arn(name) || ((3..=255).contains(&name.len()) && TABLE_NAME.matches(name)))
}
