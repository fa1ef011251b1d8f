//! DescribeKinesisStreamingDestination: the Kinesis streams that a table writes to, and those that it wrote to or could not.
//!
//! Order: the name, the table.

use super::{failure_words, status_word};
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::engine::tables::find_learned;
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{
    DescribeKinesisStreamingDestinationReply, DescribeKinesisStreamingDestinationRequest, KinesisDataStreamDestination,
};
use crate::store::{Destination, Phase};

impl Execute for DescribeKinesisStreamingDestinationRequest {
    type Reply = DescribeKinesisStreamingDestinationReply;

    fn execute(self, context: &Context<'_>) -> Result<DescribeKinesisStreamingDestinationReply, ApiError> {
        let target = TableTarget::of_operation(self.table_name.as_ref(), context.caller())?;
        context.read(|database| {
            let definition = find_learned(database, &target, context)?;
            Ok(DescribeKinesisStreamingDestinationReply {
                table_name: Some(definition.name.clone()),
                kinesis_data_stream_destinations: definition.companions.destinations().map(describe).collect(),
            })
        })
    }
}

fn describe(destination: &Destination) -> KinesisDataStreamDestination {
    let description = match destination.phase {
        Phase::Failed(failure) => failure_words(failure),
        _ => None,
    };
    KinesisDataStreamDestination {
        stream_arn: Some(destination.stream_arn.clone()),
        destination_status: Some(status_word(destination.phase)),
        destination_status_description: description.map(Text::new_static),
        approximate_creation_date_time_precision: destination
            .precision
            .map(|precision| Text::new_static(precision.word())),
    }
}
