//! GetShardIterator: where to begin to read a shard.
//!
//! Order: the members' constraints, the ARN, the stream, the shard, which members the type of iterator takes, the number or the time itself.

use super::describe_stream::SHARD_ID_LENGTH;
use super::error::StreamFault;
use super::iterator::Place;
use super::{Target, state_arn};
use crate::engine::context::{Context, Execute};
use crate::engine::violations::{Violations, sets};
use crate::model::ApiError;
use crate::model::json::Timestamp;
use crate::model::wire::{GetShardIteratorReply, GetShardIteratorRequest};
use crate::store::streams::{SequenceNumber, Shard, ShardId, horizon};

/// Fewest and most digits of a sequence number.
const SEQUENCE_NUMBER_LENGTH: (usize, usize) = (21, 40);

impl Execute for GetShardIteratorRequest {
    type Reply = GetShardIteratorReply;

    fn execute(self, context: &Context<'_>) -> Result<GetShardIteratorReply, ApiError> {
        check_constraints(&self)?;
        let arn = self.stream_arn.as_ref().ok_or(StreamFault::MalformedArn)?;
        let target = Target::parse(arn, context.caller())?;
        let stream = context.read(|database| target.find(database, context))?;
        let horizon = horizon(context.now());
        let id = self.shard_id.as_ref().and_then(|id| ShardId::parse(id));
        let shard = id
            .and_then(|id| stream.shard(id, horizon))
            .ok_or(StreamFault::NoShard)?;
        let place = Place {
            shard: shard.id,
            next: self.start(shard, horizon, context.now())?,
            issued: context.now(),
        };
        Ok(GetShardIteratorReply {
            shard_iterator: Some(place.text(stream.definition())),
        })
    }
}

impl GetShardIteratorRequest {
    /// The lowest number that is to be read.
    fn start(&self, shard: &Shard, horizon: Timestamp, now: Timestamp) -> Result<SequenceNumber, StreamFault> {
        let kind = self.shard_iterator_type.as_deref().unwrap_or_default();
        let (takes_number, takes_time) = match kind {
            "AT_SEQUENCE_NUMBER" | "AFTER_SEQUENCE_NUMBER" => (true, false),
            "AT_TIMESTAMP" => (false, true),
            _ => (false, false),
        };
        let number = taken("SequenceNumber", self.sequence_number.as_ref(), takes_number)?;
        let time = taken("Timestamp", self.timestamp.as_ref(), takes_time)?;
        let oldest = oldest(shard, horizon);
        match (number, time) {
            (Some(text), _) => {
                let number = number_in(text, shard)?;
                if number < oldest {
                    return Err(StreamFault::Trimmed);
                }
                Ok(if kind == "AT_SEQUENCE_NUMBER" {
                    number
                } else {
                    number.next()
                })
            }
            (None, Some(time)) if *time > now => Err(StreamFault::FutureTime),
            (None, Some(time)) => {
                let first = shard.log.first_since(*time);
                Ok(first.map_or_else(|| shard.last().next(), |record| record.number.max(oldest)))
            }
            (None, None) if kind == "LATEST" => Ok(shard.last().next()),
            (None, None) => Ok(oldest),
        }
    }
}

/// A member that the type of iterator needs, or has no use for.
fn taken<'a, T>(member: &'static str, value: Option<&'a T>, is_needed: bool) -> Result<Option<&'a T>, StreamFault> {
    match value {
        Some(_) if !is_needed => Err(StreamFault::Needless(member)),
        None if is_needed => Err(StreamFault::Missing(member)),
        _ => Ok(value),
    }
}

/// Where the shard begins by now.
fn oldest(shard: &Shard, horizon: Timestamp) -> SequenceNumber {
    shard.log.trimmed(horizon).map_or(shard.first, SequenceNumber::next)
}

/// The number that a text spells, if the shard has reached it.
fn number_in(text: &str, shard: &Shard) -> Result<SequenceNumber, StreamFault> {
    SequenceNumber::parse(text)
        .filter(|number| (shard.first..=shard.last()).contains(number))
        .ok_or(StreamFault::BadNumber)
}

fn check_constraints(request: &GetShardIteratorRequest) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    state_arn(&mut violations, request.stream_arn.as_ref());
    let (least, most) = SHARD_ID_LENGTH;
    violations
        .echoed("shardId", request.shard_id.as_ref())
        .required()
        .length_at_least(least)
        .length_at_most(most);
    violations
        .echoed("shardIteratorType", request.shard_iterator_type.as_ref())
        .required()
        .one_of(sets::SHARD_ITERATOR_TYPE);
    let (least, most) = SEQUENCE_NUMBER_LENGTH;
    violations
        .unechoed("sequenceNumber", request.sequence_number.as_ref())
        .length_at_least(least)
        .length_at_most(most);
    violations.refuse()
}
