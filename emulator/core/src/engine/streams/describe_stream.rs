//! DescribeStream: a stream and a page of its shards.
//!
//! Order: the members' constraints, the ARN, the filter, the stream, the shard whose children are wanted. Shards are listed by their ids, so that parents come before children; one that
//! was closed is listed until its last record is forgotten. An open one has no last number, which is how consumers tell.

use super::error::StreamFault;
use super::{Target, arn_of, state_arn};
use crate::engine::context::{Context, Execute};
use crate::engine::tables::describe_key;
use crate::engine::violations::{Violations, sets};
use crate::model::ApiError;
use crate::model::json::{Text, Timestamp};
use crate::model::wire::{
    DescribeStreamReply, DescribeStreamRequest, SequenceNumberRange, ShardFilter, ShardShape, StreamDescription,
};
use crate::store::streams::{Shard, ShardId, Stream, horizon};
use crate::store::{Database, Step, TableStatus};

/// The most shards of one page, which is also the default.
const LIMIT_MAX: i32 = 100;

/// Shortest and longest id of a shard.
pub(super) const SHARD_ID_LENGTH: (usize, usize) = (28, 65);

impl Execute for DescribeStreamRequest {
    type Reply = DescribeStreamReply;

    fn execute(self, context: &Context<'_>) -> Result<DescribeStreamReply, ApiError> {
        check_constraints(&self)?;
        let arn = self.stream_arn.as_ref().ok_or(StreamFault::MalformedArn)?;
        let target = Target::parse(arn, context.caller())?;
        let wanted = Wanted::of(&self)?;
        let (stream, status) = context.read(|database| {
            let stream = target.find(database, context)?;
            let status = status(&stream, database);
            Ok::<_, ApiError>((stream, status))
        })?;
        let mut shards = wanted.of_stream(&stream, horizon(context.now()))?;
        let is_last = shards.len() <= wanted.limit;
        shards.truncate(wanted.limit);
        let definition = stream.definition();
        let stream_description = StreamDescription {
            stream_arn: Some(arn_of(definition)),
            stream_label: Some(definition.key.label.clone()),
            stream_status: Some(Text::new_static(status)),
            stream_view_type: Some(definition.view.word().into()),
            creation_request_date_time: Some(definition.created),
            table_name: Some(definition.key.table.clone()),
            key_schema: Some(describe_key(&definition.keys)),
            last_evaluated_shard_id: shards.last().filter(|_| !is_last).map(|shard| text(shard.id)),
            shards: shards.into_iter().map(describe).collect(),
        };
        Ok(DescribeStreamReply { stream_description })
    }
}

/// Which shards are wanted.
struct Wanted {
    limit: usize,
    after: Option<ShardId>,
    parent: Option<ShardId>,
}

impl Wanted {
    fn of(request: &DescribeStreamRequest) -> Result<Self, StreamFault> {
        let id = |text: &Text| ShardId::parse(text).ok_or(StreamFault::NoShard);
        Ok(Self {
            limit: request.limit.unwrap_or(LIMIT_MAX) as usize,
            after: request.exclusive_start_shard_id.as_ref().map(id).transpose()?,
            parent: request.shard_filter.as_ref().map(parent).transpose()?,
        })
    }

    /// These shards of a stream, and one more if there is one.
    fn of_stream<'a>(&self, stream: &'a Stream, horizon: Timestamp) -> Result<Vec<&'a Shard>, StreamFault> {
        if self
            .parent
            .is_some_and(|parent| stream.shard(parent, horizon).is_none())
        {
            return Err(StreamFault::NoShard);
        }
        let shards = stream.shards_after(self.after, horizon);
        let wanted = shards.filter(|shard| self.parent.is_none() || shard.parent == self.parent);
        Ok(wanted.take(self.limit + 1).collect())
    }
}

/// The shard whose children a filter asks for.
fn parent(filter: &ShardFilter) -> Result<ShardId, StreamFault> {
    filter
        .filter_type
        .as_ref()
        .ok_or(StreamFault::Missing("ShardFilter.Type"))?;
    let id = filter
        .shard_id
        .as_ref()
        .ok_or(StreamFault::Missing("ShardFilter.ShardId"))?;
    ShardId::parse(id).ok_or(StreamFault::NoShard)
}

/// Where a stream is in its life, which follows from its table's.
fn status(stream: &Stream, database: &Database) -> &'static str {
    let definition = stream.definition();
    let table = database
        .table(&definition.key.table)
        .map(|table| table.definition())
        .filter(|table| table.id == definition.table_id);
    let is_latest = table
        .and_then(|table| table.stream.latest.as_ref())
        .is_some_and(|(label, _)| *label == definition.key.label);
    let is_switching = is_latest && table.is_some_and(|table| table.steps().any(|step| *step == Step::Stream));
    match table.map(|table| table.status()) {
        Some(TableStatus::Deleting) if stream.ended().is_none() => "DISABLING",
        Some(TableStatus::Creating) => "ENABLING",
        _ => match (stream.ended(), is_switching) {
            (None, true) => "ENABLING",
            (None, false) => "ENABLED",
            (Some(_), true) => "DISABLING",
            (Some(_), false) => "DISABLED",
        },
    }
}

fn describe(shard: &Shard) -> ShardShape {
    let ending = shard.closed.map(|_| shard.last());
    ShardShape {
        shard_id: Some(text(shard.id)),
        sequence_number_range: Some(SequenceNumberRange {
            starting_sequence_number: Some(text(shard.first)),
            ending_sequence_number: ending.map(text),
        }),
        parent_shard_id: shard.parent.map(text),
    }
}

fn text(value: impl std::fmt::Display) -> Text {
    value.to_string().into()
}

fn check_constraints(request: &DescribeStreamRequest) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    let (least, most) = SHARD_ID_LENGTH;
    state_arn(&mut violations, request.stream_arn.as_ref());
    violations
        .echoed("limit", request.limit.as_ref())
        .at_least(1)
        .at_most(LIMIT_MAX.into());
    violations
        .echoed("exclusiveStartShardId", request.exclusive_start_shard_id.as_ref())
        .length_at_least(least)
        .length_at_most(most);
    if let Some(filter) = &request.shard_filter {
        violations
            .echoed("shardFilter.type", filter.filter_type.as_ref())
            .one_of(sets::SHARD_FILTER_TYPE);
        violations
            .echoed("shardFilter.shardId", filter.shard_id.as_ref())
            .length_at_least(least)
            .length_at_most(most);
    }
    violations.refuse()
}
