//! Changes: the only way in which a database becomes another.
//!
//! Changes are ordered; replaying those of a database from empty gives an equal database. Everything else (indexes, streams, recovery)
//! is a view of their sequence.

use std::sync::Arc;

use smol_str::SmolStr;

use super::definition::TableDefinition;
use super::key::RowKey;
use super::table::Row;

/// What happens to one item.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemChange {
    /// The table's name.
    pub table: SmolStr,
    /// The key of the row.
    pub key: RowKey,
    /// The row before.
    pub old: Option<Row>,
    /// The row after.
    pub new: Option<Row>,
}

/// A change of a database.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Creates a table, or gives an existing one another definition.
    PutTable(Arc<TableDefinition>),
    /// Removes a table and its items.
    DropTable(SmolStr),
    /// Changes items, all together.
    Items(Vec<ItemChange>),
}
