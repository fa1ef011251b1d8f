//! UpdateKinesisStreamingDestination: changes how exactly a Kinesis stream is told the time of a change.
//!
//! Order: the name, the constraints, that there is something to change, the table, whether there is such a destination and it is active, whether it has the precision already.

use super::{DestinationError, change, check_constraints, status_word};
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::engine::tables::pace::Work;
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{UpdateKinesisStreamingDestinationReply, UpdateKinesisStreamingDestinationRequest};
use crate::store::{Destination, Phase, Precision, TableDefinition};

impl Execute for UpdateKinesisStreamingDestinationRequest {
    type Reply = UpdateKinesisStreamingDestinationReply;

    fn execute(self, context: &Context<'_>) -> Result<UpdateKinesisStreamingDestinationReply, ApiError> {
        let target = TableTarget::of_operation(self.table_name.as_ref(), context.caller())?;
        let configuration = self.update_kinesis_streaming_configuration.unwrap_or_default();
        let precision = configuration.approximate_creation_date_time_precision.as_ref();
        check_constraints(
            self.stream_arn.as_ref(),
            "updateKinesisStreamingConfiguration",
            precision,
        )?;
        let precision = precision.and_then(|word| Precision::from_word(word));
        let precision = precision.ok_or(DestinationError::NothingToUpdate)?;
        let stream_arn = self.stream_arn.unwrap_or_default();
        let phase = change(context, &target, |definition| {
            let destination = updated(definition, &stream_arn, precision)?;
            Ok((destination, Work::UpdateDestination, Phase::On))
        })?;
        Ok(UpdateKinesisStreamingDestinationReply {
            table_name: Some(target.name().clone()),
            stream_arn: Some(stream_arn),
            destination_status: Some(status_word(phase)),
            update_kinesis_streaming_configuration: Some(configuration),
        })
    }
}

/// The destination on its way to another precision, which it shows at once. One whose precision was never set tells milliseconds.
fn updated(definition: &TableDefinition, arn: &str, precision: Precision) -> Result<Destination, DestinationError> {
    let (table, arn) = (definition.name.clone(), Text::from(arn));
    let Some(active) = definition.companions.destination(&arn) else {
        return Err(DestinationError::NoDestination { table, arn });
    };
    if active.phase != Phase::On {
        return Err(DestinationError::NotUpdatable { table, arn });
    }
    if active.precision.unwrap_or(Precision::Millisecond) == precision {
        return Err(DestinationError::SamePrecision {
            precision: precision.word(),
            table_id: definition.id.clone(),
            arn,
        });
    }
    Ok(Destination {
        precision: Some(precision),
        phase: Phase::Updating,
        ..active.clone()
    })
}
