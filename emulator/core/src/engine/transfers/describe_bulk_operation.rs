//! DescribeBulkOperation: what is told of a bulk put.
//!
//! Order: the ARN's length, what it names, its account, its Region; the bulk put.

use super::arn::{ArnError, Kind};
use crate::engine::context::{Context, Execute};
use crate::model::ApiError;
use crate::model::wire::{BulkOperationReply, DescribeBulkOperationRequest};

impl Execute for DescribeBulkOperationRequest {
    type Reply = BulkOperationReply;

    fn execute(self, context: &Context<'_>) -> Result<BulkOperationReply, ApiError> {
        let arn = self.bulk_operation_arn.as_ref();
        let arn = Kind::BulkPut.parse("bulkOperationArn", arn, context.caller())?;
        let told = context.read(|database| {
            let bulk_put = database.transfers().bulk_put(arn);
            bulk_put.map(|bulk_put| bulk_put.told.clone())
        });
        let bulk_operation_description = told.ok_or_else(|| ArnError::Unknown(Kind::BulkPut, arn.clone()))?;
        Ok(BulkOperationReply {
            bulk_operation_description: bulk_operation_description.into(),
        })
    }
}
