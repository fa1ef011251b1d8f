//! DescribeEndpoints: the endpoint of the caller's Region, as the service names it. Where Stator itself listens is not known here.

use smol_str::format_smolstr;

use crate::engine::context::{Context, Execute};
use crate::model::ApiError;
use crate::model::wire::{DescribeEndpointsReply, DescribeEndpointsRequest, Endpoint};

/// How long a client may keep the answer: a day.
const CACHE_MINUTES: i64 = 1_440;

impl Execute for DescribeEndpointsRequest {
    type Reply = DescribeEndpointsReply;

    fn execute(self, context: &Context<'_>) -> Result<DescribeEndpointsReply, ApiError> {
        let region = &context.caller().region;
        Ok(DescribeEndpointsReply {
            endpoints: vec![Endpoint {
                address: Some(format_smolstr!("dynamodb.{region}.amazonaws.com")),
                cache_period_in_minutes: Some(CACHE_MINUTES),
            }],
        })
    }
}
