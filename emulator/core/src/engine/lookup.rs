//! Finding the table that a request on items names.

use std::sync::Arc;

use super::context::Context;
use super::names::TableTarget;
use crate::model::json::Text;
use crate::model::{ApiError, ErrorKind};
use crate::store::{Database, Table};

impl Context<'_> {
    /// The table that a member names; its absence was refused among the other members.
    pub(crate) fn target(&self, name: Option<&Text>) -> Result<TableTarget, ApiError> {
        let name = name.unwrap_or_else(|| unreachable!("a missing table name was refused"));
        TableTarget::parse(name, self.caller())
    }
}

impl TableTarget {
    /// The table, if its items can be read and written.
    ///
    /// # Errors
    /// When there is no such table, or it is still being created or already being deleted.
    pub(crate) fn find<'d>(&self, database: &'d Database) -> Result<&'d Arc<Table>, ApiError> {
        let table = database
            .table(self.name())
            .filter(|table| table.definition().serves_items());
        table.ok_or_else(|| ApiError::usual(ErrorKind::ResourceNotFound))
    }
}
