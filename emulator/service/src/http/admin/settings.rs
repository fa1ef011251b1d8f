//! Settings of a namespace.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stator_core::engine::{
    CapacityLimits, Dialect, EngineSettings, Lag, Pace, Replication, StreamSettings, WriteScaling,
};

use super::Admin;
use super::route::{Answer, Ask, Gives, Kind, Method, Problem, Reach, Route, Takes};

const OF_NAMESPACE: &str = "namespaces/{access_key}/{region}/settings";
/// How long an expired item is left at most: a thousand years.
const DELAY_MS_MAX: i64 = 1_000 * 366 * 86_400_000;

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: OF_NAMESPACE,
        summary: "Tells the settings of a namespace.",
        takes: Takes::Nothing,
        gives: Gives::Json(schema),
        problems: &[],
        reach: Reach::Engine,
        run: tell,
    },
    Route {
        method: Method::Put,
        path: OF_NAMESPACE,
        summary: "Gives a namespace settings of its own; what is left out stays as it is.",
        takes: Takes::Json(change_schema),
        gives: Gives::Json(schema),
        problems: &[Kind::Malformed, Kind::TooMany],
        reach: Reach::Engine,
        run: change,
    },
];

/// Settings that are to change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    table_pace: Option<SpelledPace>,
    validation_dialect: Option<String>,
    read_lag_ms: Option<i64>,
    index_lag_ms: Option<i64>,
    replication_lag_ms: Option<i64>,
    replication_cut: Option<bool>,
    assume_write_scaling: Option<bool>,
    expiry_delay_ms: Option<i64>,
    stream_shards: Option<u16>,
    stream_shard_age_ms: Option<i64>,
    stream_shard_records: Option<u64>,
    enforce_capacity: Option<bool>,
}

/// How fast states change, as `--table-pace` spells it.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum SpelledPace {
    Instant,
    Service,
}

fn change_schema() -> Value {
    let number = |minimum: i64, says: &str| json!({"type": "integer", "minimum": minimum, "description": says});
    json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            "table_pace": {
                "enum": ["instant", "service"],
                "description": "How fast tables and indexes become ACTIVE and vanish: at once, or as slowly as in the service.",
            },
            "validation_dialect": {
                "enum": Dialect::ALL.map(Dialect::word),
                "description": "Which of the service's validation layers checks requests: the newer where most Regions run it, or the older always.",
            },
            "read_lag_ms": number(0, "How long eventually consistent reads of tables and local indexes stay behind."),
            "index_lag_ms": number(0, "How long reads of global and vector indexes stay behind."),
            "replication_lag_ms": number(0, "How late what other Regions write arrives at replicas in this Region."),
            "replication_cut": {
                "type": "boolean",
                "description": "Whether what other Regions write does not arrive at all, until this is false again.",
            },
            "assume_write_scaling": {
                "type": "boolean",
                "description": "Whether the writes of provisioned tables count as scaled, so that they can have replicas.",
            },
            "expiry_delay_ms": number(0, "How long an expired item stays before it is deleted."),
            "stream_shards": number(1, "How many shards a stream begins with."),
            "stream_shard_age_ms": number(1, "After how long a shard is closed and another takes its place."),
            "stream_shard_records": number(1, "After how many records a shard is closed and two take its place."),
            "enforce_capacity": {
                "type": "boolean",
                "description": "Whether requests over provisioned throughput, ceilings or what a partition serves are throttled.",
            },
        },
    })
}

fn schema() -> Value {
    let mut schema = change_schema();
    let names = schema["properties"]
        .as_object()
        .map(|properties| properties.keys().cloned().collect());
    schema["required"] = names.map(|names: Vec<_>| json!(names)).unwrap_or_default();
    schema
}

fn tell(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let settings = admin.engine().spaces().settings(&ask.namespace(admin));
    let table_pace = match settings.pace {
        Pace::Instant => SpelledPace::Instant,
        Pace::Service => SpelledPace::Service,
    };
    Ok(Answer::Json(json!({
        "table_pace": table_pace,
        "validation_dialect": settings.dialect.word(),
        "read_lag_ms": settings.lag.reads_ms,
        "index_lag_ms": settings.lag.indexes_ms,
        "replication_lag_ms": settings.replication.lag_ms,
        "replication_cut": settings.replication.is_cut,
        "assume_write_scaling": settings.scaling == WriteScaling::Assumed,
        "expiry_delay_ms": settings.expiry_delay_ms,
        "stream_shards": settings.streams.shards,
        "stream_shard_age_ms": settings.streams.shard_age_ms,
        "stream_shard_records": settings.streams.shard_records,
        "enforce_capacity": settings.capacity == CapacityLimits::Enforced,
    })))
}

fn change(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let change: Change = ask.json()?;
    let (spaces, namespace) = (admin.engine().spaces(), ask.namespace(admin));
    spaces.set_settings(&namespace, change.of(spaces.settings(&namespace))?)?;
    tell(admin, ask)
}

impl Change {
    /// The settings with what is to change.
    fn of(self, settings: EngineSettings) -> Result<EngineSettings, Problem> {
        let pace = self.table_pace.map(|spelled| match spelled {
            SpelledPace::Instant => Pace::Instant,
            SpelledPace::Service => Pace::Service,
        });
        let dialect = match self.validation_dialect.as_deref() {
            Some(word) => Dialect::from_word(word).ok_or_else(|| no_dialect(word))?,
            None => settings.dialect,
        };
        let capacity = self.enforce_capacity.map(|is_enforced| match is_enforced {
            true => CapacityLimits::Enforced,
            false => CapacityLimits::Ignored,
        });
        let scaling = self.assume_write_scaling.map(|is_assumed| match is_assumed {
            true => WriteScaling::Assumed,
            false => WriteScaling::Known,
        });
        let changed = EngineSettings {
            scaling: scaling.unwrap_or(settings.scaling),
            capacity: capacity.unwrap_or(settings.capacity),
            pace: pace.unwrap_or(settings.pace),
            dialect,
            lag: Lag {
                reads_ms: self.read_lag_ms.unwrap_or(settings.lag.reads_ms),
                indexes_ms: self.index_lag_ms.unwrap_or(settings.lag.indexes_ms),
            },
            replication: Replication {
                lag_ms: self.replication_lag_ms.unwrap_or(settings.replication.lag_ms),
                is_cut: self.replication_cut.unwrap_or(settings.replication.is_cut),
            },
            expiry_delay_ms: self.expiry_delay_ms.unwrap_or(settings.expiry_delay_ms),
            streams: StreamSettings {
                shards: self.stream_shards.unwrap_or(settings.streams.shards),
                shard_age_ms: self.stream_shard_age_ms.unwrap_or(settings.streams.shard_age_ms),
                shard_records: self.stream_shard_records.unwrap_or(settings.streams.shard_records),
            },
            ..settings
        };
        let streams = &changed.streams;
        let delays = [
            changed.expiry_delay_ms,
            changed.lag.reads_ms,
            changed.lag.indexes_ms,
            changed.replication.lag_ms,
        ];
        let is_possible = delays.iter().all(|delay| (0..=DELAY_MS_MAX).contains(delay))
            && (1..=DELAY_MS_MAX).contains(&streams.shard_age_ms)
            && streams.shards > 0
            && streams.shard_records > 0;
        if is_possible {
            Ok(changed)
        } else {
            Err(Problem::malformed(
                "A delay lies between 0 and a thousand years; shards, their age and their records are 1 at least",
            ))
        }
    }
}

fn no_dialect(word: &str) -> Problem {
    let words = Dialect::ALL.map(Dialect::word).join(" and ");
    Problem::malformed(format!("There is no validation dialect {word:?}; there are {words}"))
}
