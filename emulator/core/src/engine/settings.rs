//! What an engine's owner decides once: everything that changes answers and is no part of a request.
//!
//! The engine reads the settings and never changes them. Time and chance are no settings: they belong to the [`World`](super::World).

use crate::model::Layer;

/// How fast tables and indexes go from one state to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// No time: an answer still tells what is under way, and by then it has happened.
    #[default]
    Instant,
    /// States last about as long as in the service, on the world's clock.
    Service,
}

/// Which callers see the same tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Namespaces {
    /// Each access key has its own tables in each Region.
    #[default]
    PerCaller,
    /// All callers share one set of tables. A table's ARN carries the Region of the caller that created it, whoever asks.
    Shared,
}

/// Which of the service's two live validation layers checks requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// The newer layer where most Regions run it, the older one elsewhere: batch writes, transactions, PartiQL, and requests that fall back.
    #[default]
    Current,
    /// The older layer on every operation, as it was everywhere until autumn 2026.
    Classic,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Current, Self::Classic];

    /// The word in files, flags and the administration.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Classic => "classic",
        }
    }

    /// The dialect with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.word() == word)
    }

    /// The layer that checks a request, given the one that its spelling calls for.
    #[must_use]
    pub fn layer(self, called_for: Layer) -> Layer {
        match self {
            Self::Current => called_for,
            Self::Classic => Layer::Older,
        }
    }
}

/// How long eventually consistent reads stay behind, by the namespace's clock. Strongly consistent reads, conditions and transactions never do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// How many milliseconds tables and local indexes are behind.
    pub reads_ms: i64,
    /// How many milliseconds global and vector indexes are behind.
    pub indexes_ms: i64,
}

impl Lag {
    /// Whether nothing is behind.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.span_ms() <= 0
    }

    /// How far back states are asked for.
    pub(super) fn span_ms(&self) -> i64 {
        self.reads_ms.max(self.indexes_ms)
    }
}

/// How late what other Regions write arrives at a namespace's replicated tables. Strongly consistent ones never wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replication {
    /// How many milliseconds it is under way, by the clock of this Region or the other, whichever is ahead.
    pub lag_ms: i64,
    /// Whether nothing arrives at all: the others cannot reach this Region. What they write meanwhile arrives once they can.
    pub is_cut: bool,
}

/// What is believed of tables whose writes are provisioned, where the service asks whether they are scaled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WriteScaling {
    /// What the engine knows: nobody scales a table before it is part of a group.
    #[default]
    Known,
    /// Somebody outside of the engine scales them all.
    Assumed,
}

/// How the shards of streams succeed each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamSettings {
    /// How many shards a stream begins with.
    pub shards: u16,
    /// After how many milliseconds a shard is closed and another takes its place.
    pub shard_age_ms: i64,
    /// After how many records a shard is closed and two take its place.
    pub shard_records: u64,
}

/// One shard, which rolls over as often as in the service, and divides only under a load that few tests bring.
impl Default for StreamSettings {
    fn default() -> Self {
        Self {
            shards: 1,
            shard_age_ms: 4 * 60 * 60 * 1_000,
            shard_records: 1_000_000,
        }
    }
}

/// Whether requests are held against what tables can serve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CapacityLimits {
    /// Everything is served.
    #[default]
    Ignored,
    /// As in the service: what is over provisioned throughput, over a ceiling, or too much for one partition is throttled.
    Enforced,
}

/// The settings of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineSettings {
    /// How fast states change.
    pub pace: Pace,
    /// Whether requests are throttled.
    pub capacity: CapacityLimits,
    /// Who shares tables.
    pub namespaces: Namespaces,
    /// Which layer checks requests.
    pub dialect: Dialect,
    /// Whether each database keeps its Changes, for replay; they take memory without bound.
    pub journal: bool,
    /// How the shards of streams succeed each other.
    pub streams: StreamSettings,
    /// How long reads stay behind where they may.
    pub lag: Lag,
    /// How late what other Regions write arrives.
    pub replication: Replication,
    /// Whether provisioned tables can have replicas.
    pub scaling: WriteScaling,
    /// How many milliseconds an expired item stays before it is deleted.
    pub expiry_delay_ms: i64,
}

/// What an expired item is left by default: long enough to be met by a reader, as it is for hours in the service.
pub const EXPIRY_DELAY_DEFAULT_MS: i64 = 10_000;

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            capacity: CapacityLimits::default(),
            pace: Pace::default(),
            namespaces: Namespaces::default(),
            dialect: Dialect::default(),
            journal: false,
            streams: StreamSettings::default(),
            lag: Lag::default(),
            replication: Replication::default(),
            scaling: WriteScaling::default(),
            expiry_delay_ms: EXPIRY_DELAY_DEFAULT_MS,
        }
    }
}
