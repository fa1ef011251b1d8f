//! GetRecords: a page of the records of a shard.
//!
//! Order: the members' constraints, the iterator's form, the stream, whether the iterator was given out for it, its age, the shard, whether what
//! comes next is still there. A page has at most 1,000 records and 1 MB, but always the next record. The answer for a closed shard
//! leads on until its last record was given out.

use xxhash_rust::xxh3::xxh3_128;

use super::Target;
use super::error::StreamFault;
use super::iterator::{self, AGE_MAX_MS, Place};
use crate::engine::context::{Context, Execute};
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{GetRecordsReply, GetRecordsRequest, RecordIdentity, RecordShape, StreamRecord};
use crate::store::Origin;
use crate::store::streams::{Record, Shard, StreamDefinition, horizon};

/// The most records of a page, which is also the default.
const LIMIT_MAX: i32 = 1_000;

/// The most bytes of a page.
const PAGE_BYTES_MAX: usize = 1 << 20;

/// The longest iterator.
const ITERATOR_LENGTH_MAX: usize = 2_048;

impl Execute for GetRecordsRequest {
    type Reply = GetRecordsReply;

    fn execute(self, context: &Context<'_>) -> Result<GetRecordsReply, ApiError> {
        check_constraints(&self)?;
        let iterator = self.shard_iterator.as_ref().ok_or(StreamFault::BadIterator)?;
        let (arn, encoded) = iterator::split(iterator)?;
        let target = Target::parse(&arn, context.caller()).map_err(|fault| match fault {
            StreamFault::MalformedArn => StreamFault::BadIterator,
            other => other,
        })?;
        let stream = context.read(|database| target.find(database, context))?;
        let definition = stream.definition();
        let place = Place::parse(encoded, definition)?;
        let now = context.now();
        if place.issued.plus_millis(AGE_MAX_MS) < now {
            return Err(StreamFault::OldIterator.into());
        }
        let horizon = horizon(now);
        let shard = stream.shard(place.shard, horizon).ok_or(StreamFault::NoShard)?;
        if shard.log.trimmed(horizon).is_some_and(|gone| gone >= place.next) {
            return Err(StreamFault::Trimmed.into());
        }
        let limit = self.limit.unwrap_or(LIMIT_MAX) as usize;
        let records = page(shard, place, limit);
        let next = Place {
            next: records.last().map_or(place.next, |record| record.number.next()),
            issued: now,
            ..place
        };
        let is_exhausted = shard.closed.is_some() && shard.log.last().is_none_or(|last| next.next > last);
        let region = &context.caller().region;
        Ok(GetRecordsReply {
            records: records
                .into_iter()
                .map(|record| describe(record, definition, region))
                .collect(),
            next_shard_iterator: (!is_exhausted).then(|| next.text(definition)),
        })
    }
}

/// The records from a place on that fit on a page.
fn page(shard: &Shard, place: Place, limit: usize) -> Vec<&Record> {
    let mut bytes = 0;
    let mut records = Vec::new();
    for record in shard.log.from(place.next).take(limit) {
        bytes += record.size_bytes();
        if bytes > PAGE_BYTES_MAX && !records.is_empty() {
            break;
        }
        records.push(record);
    }
    records
}

fn describe(record: &Record, stream: &StreamDefinition, region: &Text) -> RecordShape {
    RecordShape {
        event_id: Some(event_id(record, stream)),
        event_name: Some(Text::new_static(record.event.word())),
        event_version: Some(Text::new_static("1.1")),
        event_source: Some(Text::new_static("aws:dynamodb")),
        aws_region: Some(region.clone()),
        dynamodb: Some(StreamRecord {
            approximate_creation_date_time: Some(record.second()),
            keys: Some(record.keys.clone()),
            new_image: record.new.clone(),
            old_image: record.old.clone(),
            sequence_number: Some(record.number.to_string().into()),
            size_bytes: Some(i64::try_from(record.size_bytes()).unwrap_or(i64::MAX)),
            stream_view_type: Some(stream.view.word().into()),
        }),
        user_identity: (record.origin == Origin::Expiry).then(|| RecordIdentity {
            principal_id: Some(Text::new_static("dynamodb.amazonaws.com")),
            identity_type: Some(Text::new_static("Service")),
        }),
    }
}

/// The identity of a record: the same whenever it is read, and another for each record of each stream of each table that ever was.
fn event_id(record: &Record, stream: &StreamDefinition) -> Text {
    let StreamDefinition { table_id, key, .. } = stream;
    let identity = format!("{table_id} {} {}", key.label, record.number);
    format!("{:032x}", xxh3_128(identity.as_bytes())).into()
}

fn check_constraints(request: &GetRecordsRequest) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    violations
        .echoed("shardIterator", request.shard_iterator.as_ref())
        .required()
        .length_at_least(1)
        .length_at_most(ITERATOR_LENGTH_MAX);
    violations
        .echoed("limit", request.limit.as_ref())
        .at_least(1)
        .at_most(LIMIT_MAX.into());
    violations.refuse()
}
