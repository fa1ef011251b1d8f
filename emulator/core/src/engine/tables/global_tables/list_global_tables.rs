//! ListGlobalTables: an empty list, since there is no global table of 2017.
//!
//! Order: the name at which the page begins, the constraints, the Region.

use super::{GroupError, check_text};
use crate::engine::context::{Context, Execute};
use crate::engine::regions::is_region;
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::wire::{ListGlobalTablesReply, ListGlobalTablesRequest};

impl Execute for ListGlobalTablesRequest {
    type Reply = ListGlobalTablesReply;

    fn execute(self, context: &Context<'_>) -> Result<ListGlobalTablesReply, ApiError> {
        if let Some(start) = &self.exclusive_start_global_table_name {
            check_text("exclusiveStartGlobalTableName", start)?;
        }
        let mut violations = Violations::default();
        violations.echoed("limit", self.limit.as_ref()).at_least(1);
        violations.refuse()?;
        match self.region_name {
            Some(region) if !is_region(&region) && region != context.caller().region => {
                Err(GroupError::NoRegion.into())
            }
            _ => Ok(ListGlobalTablesReply::default()),
        }
    }
}
