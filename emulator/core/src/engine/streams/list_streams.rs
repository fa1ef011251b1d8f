//! ListStreams: the streams of a table or of all, in the order of their tables' names and then of their age.
//!
//! Streams that were turned off and those of deleted tables are listed for as long as they can be read. A table that never was has none. Order of
//! checks: the members' constraints, the ARN.

use super::{ARN_LENGTH, Target, arn_of};
use crate::engine::context::{Context, Execute};
use crate::engine::members::{PAGE_MAX, state_listing};
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::wire::{ListStreamsReply, ListStreamsRequest, StreamSummary};
use crate::store::streams::{Stream, StreamKey, horizon};

impl Execute for ListStreamsRequest {
    type Reply = ListStreamsReply;

    fn execute(self, context: &Context<'_>) -> Result<ListStreamsReply, ApiError> {
        check_members(&self)?;
        let limit = self.limit.unwrap_or(PAGE_MAX) as usize;
        let start = self.exclusive_start_stream_arn.as_ref();
        let start = start.map(|arn| Target::parse(arn, context.caller())).transpose()?;
        let horizon = horizon(context.now());
        let table = self.table_name.as_ref();
        let is_wanted = |stream: &Stream| {
            !stream.is_forgotten(horizon) && table.is_none_or(|table| stream.definition().key.table == *table)
        };
        let mut found = context.read(|database| {
            let streams = database.streams();
            // All of a table's streams lie behind this name, which no stream has.
            let first = StreamKey {
                table: table.cloned().unwrap_or_default(),
                label: "".into(),
            };
            let start = start.as_ref().map_or(&first, |start| (&start.key).max(&first));
            let candidates = streams.after(start);
            let of_table =
                candidates.take_while(|stream| table.is_none_or(|table| stream.definition().key.table <= *table));
            let wanted = of_table.filter(|stream| is_wanted(stream));
            wanted.take(limit + 1).map(|stream| summary(stream)).collect::<Vec<_>>()
        });
        let is_last = found.len() <= limit;
        found.truncate(limit);
        let last = found.last().filter(|_| !is_last);
        Ok(ListStreamsReply {
            last_evaluated_stream_arn: last.and_then(|stream| stream.stream_arn.clone()),
            streams: found,
        })
    }
}

fn check_members(request: &ListStreamsRequest) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    state_listing(
        &mut violations,
        "tableName",
        request.table_name.as_ref(),
        request.limit.as_ref(),
    );
    let (least, most) = ARN_LENGTH;
    let start = violations.echoed("exclusiveStartStreamArn", request.exclusive_start_stream_arn.as_ref());
    start.length_at_least(least).length_at_most(most);
    violations.refuse()
}

fn summary(stream: &Stream) -> StreamSummary {
    let definition = stream.definition();
    StreamSummary {
        stream_arn: Some(arn_of(definition)),
        table_name: Some(definition.key.table.clone()),
        stream_label: Some(definition.key.label.clone()),
    }
}
