//! Follows the streams of one side, and tells what they hold that was not told yet.
//!
//! It knows shards and iterators, and forgets a stream that it loses track of: what came until then is told by neither side.

use serde_json::{Value, json};

use super::endpoint::{Endpoint, EndpointError};
use super::normal::normal_record;

/// Pages of one shard in one go at most.
const PAGES_MAX: usize = 200;

/// A reader of one stream.
#[derive(Debug, Default)]
pub(super) struct Follower {
    pub(super) arn: String,
    /// The shards that were opened so far.
    shards: Vec<Shard>,
}

/// How far a shard was read.
#[derive(Debug)]
struct Shard {
    id: String,
    /// The sequence number of the last record.
    last: Option<String>,
    is_over: bool,
}

impl Follower {
    /// A reader from the beginning of the stream with this ARN.
    pub(super) fn new(arn: &str) -> Self {
        Self {
            arn: arn.to_owned(),
            ..Self::default()
        }
    }

    /// The first shard that is known.
    pub(super) fn first_shard(&self) -> Option<&str> {
        self.shards.first().map(|shard| shard.id.as_str())
    }

    /// The records that came since last time, those of one item in their order.
    pub(super) fn drain(&mut self, endpoint: &mut Endpoint) -> Result<Vec<Value>, EndpointError> {
        let mut records = Vec::new();
        let mut may_have_more = !self.shards.is_empty() || self.open_shards(endpoint)?;
        while may_have_more {
            for shard in self.shards.iter_mut().filter(|shard| !shard.is_over) {
                shard.read_on(&self.arn, endpoint, &mut records)?;
            }
            // All shards at their end: others have taken over.
            may_have_more = self.shards.iter().all(|shard| shard.is_over) && self.open_shards(endpoint)?;
        }
        records.sort_by_cached_key(|record| record["dynamodb"]["Keys"].to_string());
        Ok(records)
    }

    /// An iterator to the beginning of the first shard that is known.
    pub(super) fn first_iterator(&self, endpoint: &mut Endpoint) -> Result<Value, EndpointError> {
        let shard = self.first_shard().unwrap_or_default();
        let body = json!({"StreamArn": self.arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
        let answer = endpoint.ask("GetShardIterator", &body)?;
        Ok(answer.body["ShardIterator"].clone())
    }

    /// Opens the shards that were not opened yet; whether there are any.
    fn open_shards(&mut self, endpoint: &mut Endpoint) -> Result<bool, EndpointError> {
        let described = endpoint.ask("DescribeStream", &json!({"StreamArn": self.arn}))?;
        let shards = described.body["StreamDescription"]["Shards"].as_array().cloned();
        let ids = shards.unwrap_or_default().into_iter();
        let ids = ids.filter_map(|shard| Some(shard["ShardId"].as_str()?.to_owned()));
        let new: Vec<String> = ids
            .filter(|id| self.shards.iter().all(|shard| shard.id != *id))
            .collect();
        let any = !new.is_empty();
        self.shards.extend(new.into_iter().map(|id| Shard {
            id,
            last: None,
            is_over: false,
        }));
        Ok(any)
    }
}

impl Shard {
    /// Reads on behind the last record, by its number: iterators are the server's own, and not what is compared here.
    fn read_on(&mut self, arn: &str, endpoint: &mut Endpoint, records: &mut Vec<Value>) -> Result<(), EndpointError> {
        let mut body = json!({"StreamArn": arn, "ShardId": self.id, "ShardIteratorType": "TRIM_HORIZON"});
        if let Some(last) = &self.last {
            body["ShardIteratorType"] = json!("AFTER_SEQUENCE_NUMBER");
            body["SequenceNumber"] = json!(last);
        }
        let mut iterator = endpoint.ask("GetShardIterator", &body)?.body["ShardIterator"].take();
        for _ in 0..PAGES_MAX {
            let mut answer = endpoint.ask("GetRecords", &json!({"ShardIterator": iterator}))?;
            let page = answer.body["Records"].as_array().cloned().unwrap_or_default();
            if let Some(number) = page.last().and_then(|last| last["dynamodb"]["SequenceNumber"].as_str()) {
                self.last = Some(number.to_owned());
            }
            let is_empty = page.is_empty();
            records.extend(page.into_iter().map(normal_record));
            iterator = answer.body["NextShardIterator"].take();
            self.is_over = answer.is_success() && iterator.is_null();
            if is_empty || iterator.is_null() {
                break;
            }
        }
        Ok(())
    }
}
