//! CancelBulkOperation: stops a bulk put; what it has written stays.
//!
//! Order: the ARN's length, what it names, its account, its Region; the bulk put; whether it has ended. One that is being cancelled is answered
//! again.

use std::fmt;

use super::arn::{ArnError, Kind};
use crate::engine::context::{Context, Execute};
use crate::engine::tables::Work;
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{CancelBulkOperationReply, CancelBulkOperationRequest};
use crate::store::{Change, TransferChange};

/// A bulk put that has ended cannot be cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ended(Text);

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bulk operation cannot be cancelled in status {}", self.0)
    }
}

impl Execute for CancelBulkOperationRequest {
    type Reply = CancelBulkOperationReply;

    fn execute(self, context: &Context<'_>) -> Result<CancelBulkOperationReply, ApiError> {
        let arn = self.bulk_operation_arn.as_ref();
        let arn = Kind::BulkPut.parse("bulkOperationArn", arn, context.caller())?;
        let length_ms = Work::CancelBulkPut.length_ms(context.settings().pace);
        context.write(|transaction| {
            let bulk_put = transaction.database().transfers().bulk_put(arn);
            let bulk_put = bulk_put.ok_or_else(|| ArnError::Unknown(Kind::BulkPut, arn.clone()))?;
            let Some(work) = &bulk_put.work else {
                let status = bulk_put.told.bulk_operation_status.clone().unwrap_or_default();
                return Err(ApiError::validation(Ended(status)));
            };
            if work.cancelled_at.is_none() {
                transaction.commit(Change::Transfer(TransferChange::CancelBulkPut {
                    bulk_put: arn.clone(),
                    at: context.now().plus_millis(length_ms),
                }));
            }
            Ok(CancelBulkOperationReply {
                bulk_operation_arn: Some(arn.clone()),
                bulk_operation_status: Some(Text::new_static("CANCELLING")),
            })
        })
    }
}
