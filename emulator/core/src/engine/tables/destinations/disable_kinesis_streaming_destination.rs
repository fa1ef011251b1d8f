//! DisableKinesisStreamingDestination: lets a table no longer write its changes to a Kinesis stream.
//!
//! Order: the name, the constraints, that there is no configuration, the table, whether the destination is active. What the ARN looks like does not
//! matter, and what is being disabled can be disabled again.

use super::{DestinationError, change, state_precision, status_word};
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::engine::tables::pace::Work;
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::wire::{
    DisableKinesisStreamingDestinationRequest, EnableKinesisStreamingConfiguration, KinesisStreamingDestinationReply,
};
use crate::store::{Destination, Phase};

impl Execute for DisableKinesisStreamingDestinationRequest {
    type Reply = KinesisStreamingDestinationReply;

    fn execute(self, context: &Context<'_>) -> Result<KinesisStreamingDestinationReply, ApiError> {
        let target = TableTarget::of_operation(self.table_name.as_ref(), context.caller())?;
        let configuration = self.enable_kinesis_streaming_configuration.as_ref();
        let mut violations = Violations::default();
        violations.echoed("streamArn", self.stream_arn.as_ref()).required();
        state_precision(
            &mut violations,
            "enableKinesisStreamingConfiguration",
            configuration.and_then(|configuration| configuration.approximate_creation_date_time_precision.as_ref()),
        );
        violations.refuse()?;
        if configuration.is_some() {
            return Err(DestinationError::DisabledWithConfiguration.into());
        }
        let stream_arn = self.stream_arn.unwrap_or_default();
        let phase = change(context, &target, |definition| {
            let active = definition
                .companions
                .destination(&stream_arn)
                .filter(|destination| matches!(destination.phase, Phase::On | Phase::Disabling))
                .ok_or(DestinationError::NotActive)?;
            let destination = Destination {
                phase: Phase::Disabling,
                ..active.clone()
            };
            Ok((destination, Work::DisableDestination, Phase::Off))
        })?;
        Ok(KinesisStreamingDestinationReply {
            table_name: Some(target.name().clone()),
            stream_arn: Some(stream_arn),
            destination_status: Some(status_word(phase)),
            enable_kinesis_streaming_configuration: Some(EnableKinesisStreamingConfiguration::default()),
        })
    }
}
