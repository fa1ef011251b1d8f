//! The embedded database: an engine, the stack over it, and the way for the SDK to reach them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::config::BehaviorVersion;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use smol_str::SmolStr;
use stator_core::engine::{
    self, Caller, CapacityLimits, Engine, EngineSettings, Lag, Namespace, Pace, Replication, ReplicationProgress,
    World, WriteScaling,
};
use stator_core::model::json::Timestamp;
use stator_core::store;
use stator_service::http::{Gateway, GatewaySettings};
use stator_service::layers::record::Recordings;
use stator_service::layers::rules::{RuleSet, Rules, Strictness};
use stator_service::layers::usage::{Recorders, Usage as UsageLogs};
use stator_service::stack;
use stator_service::terminals::EngineTerminal;
use stator_service::timers::{Timers, VirtualTimers};

use crate::bucket::Bucket;
use crate::clock::Clock;
use crate::connector::{self, InProcess};
use crate::expectation::{Expectation, Operations};
use crate::table::Table;
use crate::usage::Usage;

/// The access key of the clients that a database hands out.
const ACCESS_KEY: &str = "stator";
/// The account in ARNs.
const ACCOUNT: &str = "000000000000";
/// Nobody is asked under this name: requests never leave the process.
const ENDPOINT: &str = "http://stator.in-process";
/// Chance follows from this unless a test says otherwise, so that a test that failed fails again.
const SEED_DEFAULT: u64 = 0;

/// A DynamoDB of one's own, in this process.
///
/// A clone is another handle to the same database; a [`fork`](Self::fork) is another database with the same content. When the last handle is
/// dropped, so is the database. Handles can be used from any thread and any runtime.
///
/// ```
/// # use aws_sdk_dynamodb::types::AttributeValue;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use stator_mock::Database;
///
/// let db = Database::new();
/// db.create_table("orders", "id S");
/// db.client()
///     .put_item()
///     .table_name("orders")
///     .item("id", AttributeValue::S("o1".into()))
///     .send()
///     .await
///     .unwrap();
/// assert_eq!(db.table("orders").count(), 1);
/// # }
/// ```
#[derive(Clone)]
pub struct Database {
    parts: Arc<Parts>,
}

struct Parts {
    state: stack::State,
    caller: Caller,
    sdk: SdkConfig,
}

/// All that a database was at one moment, its clock included. Made in O(1), whatever the database holds.
#[derive(Clone, Debug)]
pub struct Snapshot(engine::Image);

/// A database that is being described.
#[derive(Clone, Debug)]
#[must_use = "a database is made by `build`"]
pub struct Builder {
    clock: engine::Clock,
    seed: u64,
    pace: Pace,
    lag: Lag,
    replication: Replication,
    scaling: WriteScaling,
    capacity: CapacityLimits,
    region: SmolStr,
}

impl Database {
    /// An empty database, whose clock goes with the machine's and whose tables are there at once.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A database with other settings.
    pub fn builder() -> Builder {
        Builder {
            clock: engine::Clock::MACHINE,
            seed: SEED_DEFAULT,
            pace: Pace::Instant,
            lag: Lag::default(),
            replication: Replication::default(),
            scaling: WriteScaling::default(),
            capacity: CapacityLimits::Ignored,
            region: SmolStr::new_static("us-east-1"),
        }
    }

    fn over(engine: Engine, region: SmolStr) -> Self {
        let engine = Arc::new(engine);
        let timers = VirtualTimers::new(Arc::clone(&engine));
        let state = stack::State {
            usage: Arc::new(UsageLogs::of(Recorders::Everybody)),
            timers: Timers::Virtual(timers.clone()),
            ..stack::State::new(Arc::clone(&engine))
        };
        let stack = stack::over(EngineTerminal::new(Arc::clone(&engine)), &state);
        let gateway = Gateway::new(stack, state.clone(), GatewaySettings::default());
        let sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(InProcess::new(gateway))
            .endpoint_url(ENDPOINT)
            .region(Region::new(region.to_string()))
            .credentials_provider(connector::credentials(ACCESS_KEY))
            .sleep_impl(connector::Sleeps::new(timers))
            .time_source(connector::EngineTime::new(Arc::clone(&engine)))
            // It watches how fast bytes arrive; here they are there or they are not.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build();
        Self::of(state, region, sdk)
    }

    fn of(state: stack::State, region: SmolStr, sdk: SdkConfig) -> Self {
        let caller = Caller {
            access_key: SmolStr::new_static(ACCESS_KEY),
            region,
            account: SmolStr::new_static(ACCOUNT),
        };
        Self {
            parts: Arc::new(Parts { state, caller, sdk }),
        }
    }

    /// The same database as clients of another Region see it: with the tables there, and with the replicas that tables of this Region have
    /// there. Clock, rules and snapshots are those of both.
    ///
    /// ```
    /// # use stator_mock::Database;
    /// let ireland = Database::builder().region("eu-west-1").build();
    /// let ohio = ireland.in_region("us-east-2");
    /// ireland.create_table("orders", "id S");
    /// ireland.add_replica("orders", "us-east-2");
    /// assert_eq!(ohio.table_names(), ["orders"]);
    /// ```
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        let sdk = self
            .parts
            .sdk
            .to_builder()
            .region(Region::new(region.to_owned()))
            .build();
        Self::of(self.parts.state.clone(), region.into(), sdk)
    }

    /// Lets a table have a replica in another Region, and waits until it is there.
    ///
    /// # Panics
    /// When the table cannot have one.
    #[track_caller]
    pub fn add_replica(&self, table: &str, region: &str) {
        use stator_core::model::wire::{ReplicaArg, ReplicationGroupUpdate, UpdateTableRequest};
        let create = ReplicaArg {
            region_name: Some(region.into()),
            ..ReplicaArg::default()
        };
        let request = UpdateTableRequest {
            table_name: Some(table.into()),
            replica_updates: Some(vec![ReplicationGroupUpdate {
                create: Some(create),
                ..ReplicationGroupUpdate::default()
            }]),
            ..UpdateTableRequest::default()
        };
        let (engine, caller) = (&self.parts.state.engine, self.parts.caller.clone());
        let namespace = Namespace::of(&caller, engine.settings());
        let call = engine::Call::new(
            stator_core::model::Request::UpdateTable(request),
            stator_core::model::Layer::Current,
            caller,
        );
        let made = engine.spaces().at_once(&namespace, || engine.execute(call));
        if let Err(error) = made
            .map_err(|error| error.to_string())
            .and_then(|made| made.map_err(|error| error.to_string()))
        {
            panic!("no replica of {table} in {region}: {error}");
        }
    }

    /// Lets nothing of what other Regions write arrive in this one, or everything again.
    pub fn cut_replication(&self, is_cut: bool) {
        let engine = &self.parts.state.engine;
        let namespace = Namespace::of(&self.parts.caller, engine.settings());
        let mut settings = engine.spaces().settings(&namespace);
        settings.replication.is_cut = is_cut;
        // A database has a handful of namespaces.
        let _ = engine.spaces().set_settings(&namespace, settings);
    }

    /// How far the replicated tables of this Region are with what each other Region writes: what waits, since when, and which conflicts were lost.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # use stator_mock::prelude::*;
    /// # use aws_sdk_dynamodb::types::AttributeValue;
    /// let ireland = Database::builder().region("eu-west-1").build();
    /// let ohio = ireland.in_region("us-east-2");
    /// ireland.create_table("orders", "id S");
    /// ireland.add_replica("orders", "us-east-2");
    /// ohio.cut_replication(true);
    /// let put = ireland.client().put_item().table_name("orders");
    /// put.item("id", AttributeValue::S("o1".into())).send().await.unwrap();
    /// assert_eq!(ohio.replication()[0].waiting, 1);
    /// ohio.cut_replication(false);
    /// let progress = &ohio.replication()[0];
    /// assert_eq!((progress.waiting, progress.applied, progress.lost), (0, 1, 0));
    /// # }
    /// ```
    #[must_use]
    pub fn replication(&self) -> Vec<ReplicationProgress> {
        let engine = &self.parts.state.engine;
        let namespace = Namespace::of(&self.parts.caller, engine.settings());
        engine.spaces().replication_progress(&namespace)
    }

    /// Another database that begins as this one is now. Neither sees what happens to the other. It takes microseconds, whatever the database
    /// holds, and shares the memory of what neither changes.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self::over(self.parts.state.engine.fork(), self.parts.caller.region.clone())
    }

    /// All that this database is now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.parts.state.engine.spaces().image())
    }

    /// Lets this database be what a snapshot says; clients stay connected.
    pub fn restore(&self, snapshot: &Snapshot) {
        self.parts.state.engine.restore(&snapshot.0);
    }

    /// A client of the real SDK: its serializers, its signing, its retries, its errors. Requests reach the database without a socket. Where the
    /// SDK would wait, before a retry for example, the database's clock moves ahead instead.
    #[must_use]
    pub fn client(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.parts.sdk)
    }

    /// A client of the SDK for the streams of this database, as [`client`](Self::client) is for its tables.
    #[must_use]
    pub fn streams_client(&self) -> aws_sdk_dynamodbstreams::Client {
        aws_sdk_dynamodbstreams::Client::new(&self.parts.sdk)
    }

    /// What [`client`](Self::client) is made from, to change some of it.
    ///
    /// ```
    /// # use stator_mock::Database;
    /// use aws_sdk_dynamodb::config::retry::RetryConfig;
    ///
    /// let config = Database::new().config().retry_config(RetryConfig::disabled()).build();
    /// let client = aws_sdk_dynamodb::Client::from_conf(config);
    /// ```
    #[must_use]
    pub fn config(&self) -> aws_sdk_dynamodb::config::Builder {
        aws_sdk_dynamodb::config::Builder::from(&self.parts.sdk)
    }

    /// The configuration that code under test makes its own clients from, as it otherwise gets it from `aws_config::load`.
    #[must_use]
    pub fn sdk_config(&self) -> SdkConfig {
        self.parts.sdk.clone()
    }

    /// A table, to look at what is in it. It need not exist yet.
    #[must_use]
    pub fn table(&self, name: &str) -> Table {
        Table::new(self.clone(), name)
    }

    /// The names of all tables, in order.
    #[must_use]
    pub fn table_names(&self) -> Vec<String> {
        let content = self.content();
        let names = content.tables().map(|table| table.definition().name.to_string());
        names.collect()
    }

    /// A bucket, to which tables are exported and from which they are imported. It is made, unless it is there.
    ///
    /// # Panics
    /// When no bucket can have this name.
    #[must_use]
    #[track_caller]
    pub fn bucket(&self, name: &str) -> Bucket {
        Bucket::make(self.clone(), name)
    }

    /// The database's clock.
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock::new(Arc::clone(&self.parts.state.engine))
    }

    /// What the clients of this database have done so far.
    #[must_use]
    pub fn usage(&self) -> Usage {
        Usage::new(self.parts.state.usage.record(&self.namespace()).unwrap_or_default())
    }

    /// Begins a rule on requests of one operation, several, or any: `db.on(PutItem).table("orders").once().error(ErrorKind::InternalServerError)`.
    /// [`Expectation`] says how it goes on.
    #[track_caller]
    pub fn on(&self, operations: impl Into<Operations>) -> Expectation {
        Expectation::new(self, operations.into())
    }

    /// What becomes of requests that no rule is about: the engine executes them, unless said otherwise.
    pub fn set_strictness(&self, strictness: Strictness) {
        self.rule_set().set_strictness(strictness);
    }

    /// Fails unless all rules were met; the database is verified like this when its last handle is dropped, unless the test is panicking
    /// already.
    ///
    /// # Panics
    /// With a report of what was wanted and what came instead.
    #[track_caller]
    pub fn verify(&self) {
        if let Err(report) = self.rule_set().verify() {
            panic!("{report}");
        }
    }

    /// Verifies all rules so far, and then forgets them.
    ///
    /// # Panics
    /// As [`verify`](Self::verify).
    #[track_caller]
    pub fn checkpoint(&self) {
        if let Err(report) = self.rule_set().checkpoint() {
            panic!("{report}");
        }
    }

    /// The recordings of this database.
    pub(crate) fn recordings(&self) -> &Recordings {
        &self.parts.state.recordings
    }

    /// The rules of this database.
    pub(crate) fn rule_set(&self) -> Arc<RuleSet> {
        self.parts.state.rules.of(&self.namespace())
    }

    /// The engine, for what has no words here.
    #[must_use]
    pub fn engine(&self) -> &Arc<Engine> {
        &self.parts.state.engine
    }

    /// The rules that its requests go by; a fork begins with none.
    #[must_use]
    pub fn rules(&self) -> &Arc<Rules> {
        &self.parts.state.rules
    }

    /// Who calls when a client of this database does.
    pub(crate) fn caller(&self) -> &Caller {
        &self.parts.caller
    }

    /// The namespace that a client of this database sees.
    pub(crate) fn namespace(&self) -> Namespace {
        Namespace::of(self.caller(), self.parts.state.engine.settings())
    }

    /// The tables as values.
    pub(crate) fn content(&self) -> store::Database {
        let content = self.parts.state.engine.spaces().database(&self.namespace());
        content.unwrap_or_default()
    }
}

/// The last handle is gone.
impl Drop for Parts {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let rules = &self.state.rules;
        for namespace in rules.namespaces() {
            if let Some(Err(report)) = rules.find(&namespace).map(|rules| rules.verify()) {
                panic!("{report}");
            }
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("tables", &self.table_names())
            .finish_non_exhaustive()
    }
}

impl Builder {
    /// The clock stands still, so many milliseconds after 1970 began, until the test moves it.
    pub fn frozen_at_ms(mut self, milliseconds: i64) -> Self {
        self.clock = engine::Clock::Frozen(Timestamp::from_millis(milliseconds));
        self
    }

    /// Ids and everything else that is left to chance follow from this number.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Tables and indexes take the time for their transitions that they take at the service, by the database's clock.
    pub fn service_pace(mut self) -> Self {
        self.pace = Pace::Service;
        self
    }

    /// Eventually consistent reads of tables and local indexes stay behind by so much of the database's time.
    pub fn read_lag(mut self, lag: Duration) -> Self {
        self.lag.reads_ms = milliseconds(lag);
        self
    }

    /// Reads of global and vector indexes stay behind by so much of the database's time.
    pub fn index_lag(mut self, lag: Duration) -> Self {
        self.lag.indexes_ms = milliseconds(lag);
        self
    }

    /// What one Region writes to a replicated table arrives in the others so much later, by the database's clock.
    pub fn replication_lag(mut self, lag: Duration) -> Self {
        self.replication.lag_ms = milliseconds(lag);
        self
    }

    /// Tables with provisioned throughput can have replicas: their writes are taken to be scaled, which the service wants to be so.
    pub fn assume_write_scaling(mut self) -> Self {
        self.scaling = WriteScaling::Assumed;
        self
    }

    /// What is over provisioned throughput, over a ceiling, or too much for one partition is throttled, by the database's clock.
    pub fn enforce_capacity(mut self) -> Self {
        self.capacity = CapacityLimits::Enforced;
        self
    }

    /// The Region of the clients; `us-east-1` unless said.
    pub fn region(mut self, region: &str) -> Self {
        self.region = region.into();
        self
    }

    /// The database.
    #[must_use]
    pub fn build(self) -> Database {
        let settings = EngineSettings {
            pace: self.pace,
            lag: self.lag,
            replication: self.replication,
            scaling: self.scaling,
            capacity: self.capacity,
            ..EngineSettings::default()
        };
        let engine = Engine::with_settings(World::new(self.clock, self.seed), settings);
        Database::over(engine, self.region)
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
