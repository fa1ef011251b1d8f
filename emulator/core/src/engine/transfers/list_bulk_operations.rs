//! ListBulkOperations: bulk puts, the newest first.
//!
//! Order: the constraints of all members, the token.

use super::listing::{Listed, Listing};
use crate::engine::context::{Context, Execute};
use crate::model::ApiError;
use crate::model::wire::{BulkOperationSummary, ListBulkOperationsReply, ListBulkOperationsRequest};
use crate::store::BulkPut;

impl Execute for ListBulkOperationsRequest {
    type Reply = ListBulkOperationsReply;

    fn execute(self, context: &Context<'_>) -> Result<ListBulkOperationsReply, ApiError> {
        let listing = Listing {
            table_arn: None,
            limit: ("maxResults", self.max_results.as_ref()),
            token: self.next_token.as_ref(),
        };
        listing.check(context, |violations| listing.state_hex_token(1, violations))?;
        let mut all: Vec<_> = context.read(|database| {
            database
                .transfers()
                .bulk_puts()
                .map(|bulk_put| listed(bulk_put))
                .collect()
        });
        all.sort_by(|a, b| (b.begun, &b.arn).cmp(&(a.begun, &a.arn)));
        let (bulk_operations_summary_list, next_token) = listing.page(all, context.now())?;
        Ok(ListBulkOperationsReply {
            bulk_operations_summary_list,
            next_token,
        })
    }
}

fn listed(bulk_put: &BulkPut) -> Listed<BulkOperationSummary> {
    let told = &bulk_put.told;
    Listed {
        arn: bulk_put.arn(),
        begun: told.start_time.unwrap_or_default(),
        summary: BulkOperationSummary {
            bulk_operation_arn: told.bulk_operation_arn.clone(),
            bulk_operation_status: told.bulk_operation_status.clone(),
            start_time: told.start_time,
            end_time: told.end_time,
        },
    }
}
