//! ListBulkOperations: bulk puts, the newest first.
//!
//! Order: the constraints of all members, the token.

use super::listing::{Listing, Transfer, newest_first};
use crate::engine::context::{Context, Execute};
use crate::model::ApiError;
use crate::model::json::{Text, Timestamp};
use crate::model::wire::{BulkOperationSummary, ListBulkOperationsReply, ListBulkOperationsRequest};
use crate::store::{BulkPut, Database};

impl Execute for ListBulkOperationsRequest {
    type Reply = ListBulkOperationsReply;

    fn execute(self, context: &Context<'_>) -> Result<ListBulkOperationsReply, ApiError> {
        let listing = Listing {
            table_arn: None,
            limit: ("maxResults", self.max_results.as_ref()),
            token: self.next_token.as_ref(),
            token_length_min: Some(1),
        };
        let list = |database: &Database, _: Option<&Text>| newest_first(database.transfers().bulk_puts());
        let (bulk_operations_summary_list, next_token) = listing.answer(context, list)?;
        Ok(ListBulkOperationsReply {
            bulk_operations_summary_list,
            next_token,
        })
    }
}

impl Transfer for BulkPut {
    type Summary = BulkOperationSummary;

    fn arn(&self) -> Text {
        Self::arn(self)
    }

    fn begun(&self) -> Timestamp {
        self.told.start_time.unwrap_or_default()
    }

    fn summary(&self) -> BulkOperationSummary {
        let told = &self.told;
        BulkOperationSummary {
            bulk_operation_arn: told.bulk_operation_arn.clone(),
            bulk_operation_status: told.bulk_operation_status.clone(),
            start_time: told.start_time,
            end_time: told.end_time,
        }
    }
}
