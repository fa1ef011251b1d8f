//! The Rust SDK's client of streams: a consumer that follows a table while tasks write to it, shards end, and items expire.

#![allow(
    clippy::unwrap_used,
    reason = "the steps of a consumer fail by panicking; the lint knows test functions alone"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
    StreamSpecification, StreamViewType, TimeToLiveSpecification,
};
use aws_sdk_dynamodbstreams::types::{OperationType, Record, Shard, ShardIteratorType};
use stator_conformance::clients::{REGION, run_id};
use stator_conformance::server::Server;

const WRITERS: i64 = 4;
const KEYS: i64 = 5;
const ROUNDS: i64 = 20;
/// How long a record may take to appear.
const PATIENCE: Duration = Duration::from_secs(60);

/// The clients of one table and its stream.
#[derive(Clone)]
struct Rig {
    tables: aws_sdk_dynamodb::Client,
    streams: aws_sdk_dynamodbstreams::Client,
    table: String,
}

impl Rig {
    fn new(server: &Server) -> Self {
        let http = aws_smithy_http_client::Builder::new().build_http();
        let credentials = || aws_sdk_dynamodb::config::Credentials::new("shop", "secret", None, None, "test");
        let region = || aws_sdk_dynamodb::config::Region::new(REGION);
        let tables = aws_sdk_dynamodb::Config::builder()
            .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::latest())
            .endpoint_url(server.url())
            .credentials_provider(credentials())
            .region(region())
            .http_client(http.clone());
        let streams = aws_sdk_dynamodbstreams::Config::builder()
            .behavior_version(aws_sdk_dynamodbstreams::config::BehaviorVersion::latest())
            .endpoint_url(server.url())
            .credentials_provider(credentials())
            .region(region())
            .http_client(http);
        Self {
            tables: aws_sdk_dynamodb::Client::from_conf(tables.build()),
            streams: aws_sdk_dynamodbstreams::Client::from_conf(streams.build()),
            table: format!("events-{}", run_id()),
        }
    }

    /// Creates the table; gives the ARN of its stream.
    async fn create(&self) -> String {
        let key = KeySchemaElement::builder().attribute_name("pk").key_type(KeyType::Hash);
        let attribute = AttributeDefinition::builder()
            .attribute_name("pk")
            .attribute_type(ScalarAttributeType::S);
        let stream = StreamSpecification::builder()
            .stream_enabled(true)
            .stream_view_type(StreamViewType::NewAndOldImages);
        let created = self.tables.create_table().table_name(&self.table);
        let created = created
            .billing_mode(BillingMode::PayPerRequest)
            .key_schema(key.build().unwrap())
            .attribute_definitions(attribute.build().unwrap())
            .stream_specification(stream.build().unwrap())
            .send()
            .await
            .unwrap();
        created.table_description.unwrap().latest_stream_arn.unwrap()
    }

    async fn put(&self, pk: &str, member: &str, number: i64) {
        let put = self.tables.put_item().table_name(&self.table);
        put.item("pk", AttributeValue::S(pk.to_owned()))
            .item(member, AttributeValue::N(number.to_string()))
            .send()
            .await
            .unwrap();
    }

    async fn write(self, writer: i64) {
        for value in 0..ROUNDS {
            for key in 0..KEYS {
                self.put(&format!("{writer}-{key}"), "v", value).await;
            }
        }
    }

    /// An item that has expired when it is written, in a table whose items expire.
    async fn let_one_expire(&self) {
        let specification = TimeToLiveSpecification::builder()
            .enabled(true)
            .attribute_name("expires")
            .build()
            .unwrap();
        let update = self.tables.update_time_to_live().table_name(&self.table);
        update.time_to_live_specification(specification).send().await.unwrap();
        self.put("expiring", "expires", 1_767_225_600).await;
    }
}

/// A consumer of all shards of a stream.
struct Consumer {
    rig: Rig,
    arn: String,
    /// Where to go on in each shard; nothing once it has ended.
    places: BTreeMap<String, Option<String>>,
    records: Vec<Record>,
}

impl Consumer {
    /// Reads until `is_done` with what was read.
    async fn follow(&mut self, is_done: impl Fn(&[Record]) -> bool) {
        let follow = async {
            while !is_done(&self.records) {
                self.round().await;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, follow).await.expect("all records come");
    }

    /// Reads a page of each shard whose parent has been read to its end.
    async fn round(&mut self) {
        let shards = self.shards().await;
        let known: BTreeSet<String> = shards.iter().filter_map(|shard| shard.shard_id.clone()).collect();
        for shard in shards {
            let is_ready = shard
                .parent_shard_id()
                .is_none_or(|parent| !known.contains(parent) || self.places.get(parent) == Some(&None));
            if is_ready {
                self.page(shard.shard_id().unwrap()).await;
            }
        }
    }

    async fn shards(&self) -> Vec<Shard> {
        let mut shards = Vec::new();
        loop {
            let last = shards.last().and_then(|shard: &Shard| shard.shard_id.clone());
            let request = self.rig.streams.describe_stream().stream_arn(&self.arn).limit(5);
            let description = request.set_exclusive_start_shard_id(last).send().await.unwrap();
            let description = description.stream_description.unwrap();
            shards.extend(description.shards.unwrap_or_default());
            if description.last_evaluated_shard_id.is_none() {
                return shards;
            }
        }
    }

    async fn page(&mut self, shard: &str) {
        let iterator = match self.places.get(shard) {
            Some(None) => return,
            Some(Some(iterator)) => iterator.clone(),
            None => self.start(shard).await,
        };
        let page = self.rig.streams.get_records().shard_iterator(iterator).limit(30);
        let page = page.send().await.unwrap();
        self.records.extend(page.records.unwrap_or_default());
        self.places.insert(shard.to_owned(), page.next_shard_iterator);
    }

    async fn start(&self, shard: &str) -> String {
        let request = self.rig.streams.get_shard_iterator().stream_arn(&self.arn);
        let request = request
            .shard_id(shard)
            .shard_iterator_type(ShardIteratorType::TrimHorizon);
        request.send().await.unwrap().shard_iterator.unwrap()
    }

    fn ended(&self) -> usize {
        self.places.values().filter(|place| place.is_none()).count()
    }
}

fn key(record: &Record) -> String {
    let change = record.dynamodb().unwrap();
    change.keys().unwrap()["pk"].as_s().unwrap().clone()
}

fn value(record: &Record) -> Option<i64> {
    let image = record.dynamodb().unwrap().new_image()?;
    image.get("v")?.as_n().unwrap().parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_reads_every_record_once_across_shards_and_sees_what_expires() {
    let server = Server::start_or_with(&["--stream-shard-records", "40", "--ttl-delay", "1s"]);
    let rig = Rig::new(&server);
    let arn = rig.create().await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| tokio::spawn(rig.clone().write(writer)))
        .collect();
    let mut consumer = Consumer {
        rig: rig.clone(),
        arn,
        places: BTreeMap::new(),
        records: Vec::new(),
    };
    let total = usize::try_from(WRITERS * KEYS * ROUNDS).unwrap();
    consumer.follow(|records| records.len() >= total).await;
    for writer in writers {
        writer.await.unwrap();
    }
    let mut histories: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for record in &consumer.records {
        histories.entry(key(record)).or_default().extend(value(record));
    }
    let expected: Vec<i64> = (0..ROUNDS).collect();
    assert_eq!(histories.len(), usize::try_from(WRITERS * KEYS).unwrap());
    assert!(histories.values().all(|history| *history == expected), "{histories:?}");
    let ids: BTreeSet<&str> = consumer.records.iter().filter_map(Record::event_id).collect();
    assert_eq!((ids.len(), consumer.records.len()), (total, total));
    assert!(!server.is_own() || consumer.ended() > 0, "no shard ended");

    rig.let_one_expire().await;
    let is_removed = |records: &[Record]| records.last().and_then(Record::event_name) == Some(&OperationType::Remove);
    consumer.follow(is_removed).await;
    let removal = consumer.records.last().unwrap();
    let identity = removal.user_identity().expect("the service removed it");
    assert_eq!(identity.principal_id(), Some("dynamodb.amazonaws.com"));
    assert_eq!(
        (identity.r#type(), key(removal).as_str()),
        (Some("Service"), "expiring")
    );
    rig.tables.delete_table().table_name(&rig.table).send().await.unwrap();
}
