//! `stator`: wires the server together, runs it, and stops it.

use std::io;
use std::sync::Arc;

use stator_core::engine::{
    CapacityLimits, Engine, EngineSettings, Lag, Namespaces, Pace, Replication, StreamSettings, World, WriteScaling,
};
use stator_core::model::json::Timestamp;
use stator_fixtures::Fixtures;
use stator_service::http::{Administration, Gateway, GatewaySettings, ServerSettings};
use stator_service::stack;
use stator_service::terminals::EngineTerminal;
use tokio::runtime::{Builder, Runtime};

use crate::arguments::{ClockChoice, Serve, TablePace};
use crate::buckets;
use crate::credentials;
use crate::listener::Listener;
use crate::seed;

/// Files that the process needs for other things than connections.
const FILES_RESERVED: u64 = 64;

/// Serves until a signal says to stop.
pub(crate) fn serve(arguments: Serve) -> Result<(), String> {
    raise_file_limit(arguments.max_connections);
    let runtime = runtime(arguments.worker_threads).map_err(|error| format!("cannot start threads: {error}"))?;
    runtime.block_on(run(arguments))
}

async fn run(mut arguments: Serve) -> Result<(), String> {
    let settings = ServerSettings {
        connections_max: arguments.max_connections as usize,
        ..ServerSettings::default()
    };
    let listener = Listener::bind(&arguments.listening, settings)?;
    let fixtures = seed::read(&arguments.fixtures)?;
    if let (ClockChoice::Real, Some(clock)) = (arguments.clock, fixtures.iter().find_map(Fixtures::clock)) {
        tracing::info!("the clock stands still, as the fixtures say; --clock sets another one");
        arguments.clock = ClockChoice::FrozenAt(time_of(clock)?);
    }
    let engine = Arc::new(engine(&arguments));
    let buckets = arguments.buckets.as_deref().map(buckets::read).transpose()?;
    let buckets = buckets.unwrap_or_default();
    if !fixtures.is_empty() || !buckets.is_empty() {
        seed::sow(&engine, fixtures, buckets, &arguments.account_id)?;
    }
    let state = stack::State::new(Arc::clone(&engine));
    let stack = stack::over(EngineTerminal::new(engine), &state);
    let gateway = Gateway::new(stack, state, gateway_settings(arguments)?);
    tracing::info!("data is in memory and will be gone when the server stops");
    listener.serve(gateway).await
}

fn time_of(clock: Timestamp) -> Result<jiff::Timestamp, String> {
    jiff::Timestamp::from_millisecond(clock.as_millis()).map_err(|error| format!("the clock of the fixtures: {error}"))
}

fn engine(arguments: &Serve) -> Engine {
    let settings = EngineSettings {
        capacity: if arguments.enforce_capacity {
            CapacityLimits::Enforced
        } else {
            CapacityLimits::Ignored
        },
        pace: match arguments.table_pace {
            TablePace::Instant => Pace::Instant,
            TablePace::Service => Pace::Service,
        },
        namespaces: if arguments.shared_db {
            Namespaces::Shared
        } else {
            Namespaces::PerCaller
        },
        streams: StreamSettings {
            shards: arguments.stream_shards,
            shard_age_ms: arguments.stream_shard_age.as_millis(),
            shard_records: arguments.stream_shard_records,
        },
        lag: Lag {
            reads_ms: arguments.read_lag.as_millis(),
            indexes_ms: arguments.index_lag.as_millis(),
        },
        replication: Replication {
            lag_ms: arguments.replication_lag.as_millis(),
            is_cut: false,
        },
        scaling: if arguments.assume_write_scaling {
            WriteScaling::Assumed
        } else {
            WriteScaling::Known
        },
        expiry_delay_ms: arguments.ttl_delay.as_millis(),
        dialect: arguments.validation_dialect,
        journal: false,
    };
    Engine::with_settings(world(arguments), settings)
}

fn world(arguments: &Serve) -> World {
    let world = match arguments.seed {
        Some(seed) => World::new(stator_core::engine::Clock::Real { offset_ms: 0 }, seed),
        None => World::real(),
    };
    if let ClockChoice::FrozenAt(time) = arguments.clock {
        world.freeze(Timestamp::from_millis(time.as_millisecond()));
    }
    world
}

fn gateway_settings(arguments: Serve) -> Result<GatewaySettings, String> {
    Ok(GatewaySettings {
        account: arguments.account_id,
        origins: arguments.cors,
        credentials: credentials::gather(arguments.credentials, arguments.credentials_file.as_deref())?,
        administration: if arguments.no_admin {
            Administration::Off
        } else {
            Administration::On
        },
        ..GatewaySettings::default()
    })
}

fn runtime(worker_threads: Option<u16>) -> io::Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    if let Some(threads) = worker_threads {
        builder.worker_threads(threads.into());
    }
    builder.thread_name("stator").enable_all().build()
}

/// Asks the system for as many files as it gives; many give few unless they are asked.
fn raise_file_limit(connections_max: u32) {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(files) if files < u64::from(connections_max) + FILES_RESERVED => {
            tracing::debug!(
                files,
                connections_max,
                "the system allows fewer files than connections; some will wait"
            );
        }
        Ok(_) => {}
        Err(error) => tracing::debug!(%error, "the limit of open files stays as it is"),
    }
}
