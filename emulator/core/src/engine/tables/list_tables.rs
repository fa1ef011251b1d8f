//! ListTables: the names of tables in the order of their bytes, a page at a time.
//!
//! Order: the constraints of both members. The name at which a page begins need not exist.

use crate::engine::context::{Context, Execute};
use crate::engine::members::{PAGE_MAX, state_listing};
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{ListTablesReply, ListTablesRequest};
use crate::store::Table;

impl Execute for ListTablesRequest {
    type Reply = ListTablesReply;

    fn execute(self, context: &Context<'_>) -> Result<ListTablesReply, ApiError> {
        let start = self.exclusive_start_table_name.as_ref();
        let mut violations = Violations::default();
        state_listing(&mut violations, "exclusiveStartTableName", start, self.limit.as_ref());
        violations.refuse()?;
        let limit = usize::try_from(self.limit.unwrap_or(PAGE_MAX)).unwrap_or_default();
        // One more than the page tells whether it is the last.
        let mut names: Vec<Text> = context.read(|database| match start {
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
