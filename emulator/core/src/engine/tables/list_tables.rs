//! ListTables: the names of tables in the order of their bytes, a page at a time.
//!
//! Order: the constraints of both members. The name at which a page begins need not exist.

use crate::engine::context::{Context, Execute};
use crate::engine::names::NAME_LENGTH;
use crate::engine::violations::{TABLE_NAME, Violations};
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{ListTablesReply, ListTablesRequest};
use crate::store::Table;

/// The most names of a page, which is also how many a page has by default.
const LIMIT_MAX: i32 = 100;

impl Execute for ListTablesRequest {
    type Reply = ListTablesReply;

    fn execute(self, context: &Context<'_>) -> Result<ListTablesReply, ApiError> {
        check_constraints(&self)?;
        let limit = usize::try_from(self.limit.unwrap_or(LIMIT_MAX)).unwrap_or_default();
        // One more than the page tells whether it is the last.
        let mut names: Vec<Text> = context.read(|database| match &self.exclusive_start_table_name {
            Some(start) => database
                .tables_after(start)
                .take(limit + 1)
                .map(|table| name(table))
                .collect(),
            None => database.tables().take(limit + 1).map(|table| name(table)).collect(),
        });
        let is_last = names.len() <= limit;
        names.truncate(limit);
        Ok(ListTablesReply {
            last_evaluated_table_name: names.last().filter(|_| !is_last).cloned(),
            table_names: names,
        })
    }
}

fn name(table: &Table) -> Text {
    table.definition().name.clone()
}

fn check_constraints(request: &ListTablesRequest) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    let (least, most) = NAME_LENGTH;
    violations
        .echoed("exclusiveStartTableName", request.exclusive_start_table_name.as_ref())
        .pattern(&TABLE_NAME)
        .length_at_least(least)
        .length_at_most(most);
    violations
        .echoed("limit", request.limit.as_ref())
        .at_least(1)
        .at_most(LIMIT_MAX.into());
    violations.refuse()
}
