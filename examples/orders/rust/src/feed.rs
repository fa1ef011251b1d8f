//! The consumer of the table's stream: what has happened, oldest first.

use aws_sdk_dynamodbstreams::types::{OperationType, Record, ShardIteratorType};

use crate::{OrderError, Orders, TABLE};

/// Something that happened to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// What: `INSERT`, `MODIFY`, `REMOVE`, or `expired` for a cart that ran out.
    pub what: String,
    /// The sort key of the item.
    pub item: String,
}

impl Orders {
    /// All that has happened to the table, as far back as its stream goes.
    ///
    /// # Errors
    /// When the database or the stream says no.
    pub async fn happenings(&self) -> Result<Vec<Happening>, OrderError> {
        let described = self.client.describe_table().table_name(TABLE).send().await?;
        let arn = described
            .table
            .and_then(|table| table.latest_stream_arn)
            .unwrap_or_default();
        let stream = self
            .streams
            .describe_stream()
            .stream_arn(&arn)
            .send()
            .await
            .map_err(stream)?;
        let mut happenings = Vec::new();
        for shard in stream
            .stream_description
            .and_then(|described| described.shards)
            .unwrap_or_default()
        {
            self.read_shard(&arn, &shard.shard_id.unwrap_or_default(), &mut happenings)
                .await?;
        }
        Ok(happenings)
    }

    /// Reads a shard until nothing comes for now.
    async fn read_shard(&self, arn: &str, shard: &str, happenings: &mut Vec<Happening>) -> Result<(), OrderError> {
        let begin = self.streams.get_shard_iterator().stream_arn(arn).shard_id(shard);
        let begin = begin.shard_iterator_type(ShardIteratorType::TrimHorizon).send();
        let mut next = begin.await.map_err(stream)?.shard_iterator;
        while let Some(iterator) = next {
            let got = self
                .streams
                .get_records()
                .shard_iterator(iterator)
                .send()
                .await
                .map_err(stream)?;
            let records = got.records.unwrap_or_default();
            next = got.next_shard_iterator.filter(|_| !records.is_empty());
            happenings.extend(records.iter().filter_map(happening));
        }
        Ok(())
    }
}

fn happening(record: &Record) -> Option<Happening> {
    let by_service = record
        .user_identity()
        .is_some_and(|who| who.principal_id() == Some("dynamodb.amazonaws.com"));
    let what = if by_service {
        "expired"
    } else {
        record.event_name().map_or("", OperationType::as_str)
    };
    let item = record.dynamodb()?.keys()?.get("sk")?.as_s().ok()?.clone();
    let what = what.to_owned();
    Some(Happening { what, item })
}

fn stream(error: impl Into<aws_sdk_dynamodbstreams::Error>) -> OrderError {
    OrderError::Stream(Box::new(error.into()))
}
