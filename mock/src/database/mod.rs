//! The embedded database: an engine, the stack over it, and the way for the SDK to reach them.

mod builder;
mod regions;

use std::fmt;
use std::sync::Arc;

use aws_sdk_dynamodb::config::BehaviorVersion;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use smol_str::SmolStr;
use stator_core::engine::{self, Caller, Engine, Namespace};
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

pub use builder::Builder;

/// The access key of the clients that a database hands out.
const ACCESS_KEY: &str = "stator";
/// The account in ARNs.
const ACCOUNT: &str = "000000000000";
/// Nobody is asked under this name: requests never leave the process.
const ENDPOINT: &str = "http://stator.in-process";

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

impl Database {
    /// An empty database, whose clock goes with the machine's and whose tables are there at once.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A database with other settings.
    pub fn builder() -> Builder {
        Builder::new()
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
