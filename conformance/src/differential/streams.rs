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
    pub(super) shards: Vec<String>,
    /// Where each shard that is not at its end is read on.
    iterators: Vec<String>,
}

impl Follower {
    /// A reader from the beginning of the stream with this ARN.
    pub(super) fn new(arn: &str) -> Self {
        Self {
            arn: arn.to_owned(),
            ..Self::default()
        }
    }

    /// The records that came since last time, those of one item in their order.
    pub(super) fn drain(&mut self, endpoint: &mut Endpoint) -> Result<Vec<Value>, EndpointError> {
        let mut records = Vec::new();
        loop {
            if self.iterators.is_empty() {
                self.open_shards(endpoint)?;
            }
            let mut iterators = Vec::new();
            for iterator in std::mem::take(&mut self.iterators) {
                iterators.extend(read_on(iterator, endpoint, &mut records)?);
            }
            // All shards at their end: others have taken over.
            let is_over = iterators.is_empty() && !self.shards.is_empty();
            self.iterators = iterators;
            if !is_over || !self.open_shards(endpoint)? {
                break;
            }
        }
        records.sort_by_cached_key(|record| record["dynamodb"]["Keys"].to_string());
        Ok(records)
    }

    /// An iterator to the beginning of the first shard that is known.
    pub(super) fn first_iterator(&self, endpoint: &mut Endpoint) -> Result<Value, EndpointError> {
        let shard = self.shards.first().cloned().unwrap_or_default();
        let body = json!({"StreamArn": self.arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
        let answer = endpoint.ask("GetShardIterator", &body)?;
        Ok(answer.body["ShardIterator"].clone())
    }

    /// Opens the shards that were not opened yet; whether there are any.
    fn open_shards(&mut self, endpoint: &mut Endpoint) -> Result<bool, EndpointError> {
        let described = endpoint.ask("DescribeStream", &json!({"StreamArn": self.arn}))?;
        let shards = described.body["StreamDescription"]["Shards"].as_array().cloned();
        let ids = shards
            .unwrap_or_default()
            .into_iter()
            .filter_map(|shard| Some(shard["ShardId"].as_str()?.to_owned()));
        let new: Vec<String> = ids.filter(|id| !self.shards.contains(id)).collect();
        for shard in &new {
            let body = json!({"StreamArn": self.arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
            let answer = endpoint.ask("GetShardIterator", &body)?;
            self.iterators
                .extend(answer.body["ShardIterator"].as_str().map(str::to_owned));
        }
        let any = !new.is_empty();
        self.shards.extend(new);
        Ok(any)
    }
}

/// Reads a shard on; where to read on next time, unless it is at its end.
fn read_on(
    mut iterator: String,
    endpoint: &mut Endpoint,
    records: &mut Vec<Value>,
) -> Result<Option<String>, EndpointError> {
    for _ in 0..PAGES_MAX {
        let answer = endpoint.ask("GetRecords", &json!({"ShardIterator": iterator}))?;
        let page = answer.body["Records"].as_array().cloned().unwrap_or_default();
        let is_empty = page.is_empty();
        records.extend(page.into_iter().map(normal_record));
        match answer.body["NextShardIterator"].as_str() {
            Some(next) => iterator = next.to_owned(),
            None => return Ok(None),
        }
        if is_empty {
            break;
        }
    }
    Ok(Some(iterator))
}
