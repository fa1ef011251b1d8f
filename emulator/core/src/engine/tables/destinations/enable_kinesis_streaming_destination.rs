//! EnableKinesisStreamingDestination: lets a table write its changes to a Kinesis stream, one at a time.
//!
//! Order: the name, the constraints, the table, whether another one is live. Whether the stream can be written to is found out only later.

use super::{DestinationError, change, check_constraints, status_word, verdict};
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::engine::tables::pace::Work;
use crate::model::ApiError;
use crate::model::wire::{EnableKinesisStreamingDestinationRequest, KinesisStreamingDestinationReply};
use crate::store::{Destination, Obstacle, Phase, Precision};

impl Execute for EnableKinesisStreamingDestinationRequest {
    type Reply = KinesisStreamingDestinationReply;

    fn execute(self, context: &Context<'_>) -> Result<KinesisStreamingDestinationReply, ApiError> {
        let target = TableTarget::of_operation(self.table_name.as_ref(), context.caller())?;
        let configuration = self.enable_kinesis_streaming_configuration.unwrap_or_default();
        let precision = configuration.approximate_creation_date_time_precision.as_ref();
        check_constraints(
            self.stream_arn.as_ref(),
            "enableKinesisStreamingConfiguration",
            precision,
        )?;
        let stream_arn = self.stream_arn.unwrap_or_default();
        let phase = change(context, &target, |definition| {
            let mut destinations = definition.companions.destinations();
            if destinations.any(|destination| destination.phase.is_live()) {
                return Err(DestinationError::NotIdle);
            }
            let destination = Destination {
                stream_arn: stream_arn.clone(),
                precision: precision.and_then(|word| Precision::from_word(word)),
                phase: Phase::Enabling,
            };
            let verdict = verdict(&stream_arn, context.caller());
            let work = match verdict {
                Phase::On => Work::EnableDestination,
                Phase::Failed(Obstacle::NoActiveStream) => Work::AwaitDestination,
                _ => Work::FailDestination,
            };
            Ok((destination, work, verdict))
        })?;
        Ok(KinesisStreamingDestinationReply {
            table_name: Some(target.name().clone()),
            stream_arn: Some(stream_arn),
            destination_status: Some(status_word(phase)),
            enable_kinesis_streaming_configuration: Some(configuration),
        })
    }
}
