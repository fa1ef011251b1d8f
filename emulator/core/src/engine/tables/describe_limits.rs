//! DescribeLimits: the throughput that an account and a table can have.

use super::throughput::{ACCOUNT_UNITS_MAX, TABLE_UNITS_MAX};
use crate::engine::context::{Context, Execute};
use crate::model::ApiError;
use crate::model::wire::{DescribeLimitsReply, DescribeLimitsRequest};

impl Execute for DescribeLimitsRequest {
    type Reply = DescribeLimitsReply;

    fn execute(self, _: &Context<'_>) -> Result<DescribeLimitsReply, ApiError> {
        Ok(DescribeLimitsReply {
            account_max_read_capacity_units: Some(ACCOUNT_UNITS_MAX),
            account_max_write_capacity_units: Some(ACCOUNT_UNITS_MAX),
            table_max_read_capacity_units: Some(TABLE_UNITS_MAX),
            table_max_write_capacity_units: Some(TABLE_UNITS_MAX),
        })
    }
}
