//! `stator`: wires the server together, runs it, and stops it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use stator_core::engine::{
    CapacityLimits, Dialect, Engine, EngineSettings, Lag, Namespaces, Pace, StreamSettings, World,
};
use stator_core::model::json::Timestamp;
use stator_fixtures::Fixtures;
use stator_service::http::{Administration, Gateway, GatewaySettings, Server, ServerSettings, Stop};
use stator_service::stack;
use stator_service::terminals::EngineTerminal;
use tokio::runtime::{Builder, Runtime};

use crate::arguments::{ClockChoice, Serve, TablePace, ValidationDialect};
use crate::credentials;
use crate::ready::{self, ReadyFile};
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
    let address = SocketAddr::new(arguments.host, arguments.port);
    let mut signals = Signals::listen().map_err(|error| format!("cannot listen for signals: {error}"))?;
    let server = Server::bind(address, settings).map_err(|error| explain(&error, address))?;
    let address = server.address();
    let fixtures = seed::read(&arguments.fixtures)?;
    if let (ClockChoice::Real, Some(clock)) = (arguments.clock, fixtures.iter().find_map(Fixtures::clock)) {
        tracing::info!("the clock stands still, as the fixtures say; --clock sets another one");
        arguments.clock = ClockChoice::FrozenAt(time_of(clock)?);
    }
    let engine = Arc::new(engine(&arguments));
    if !fixtures.is_empty() {
        seed::sow(&engine, fixtures, &arguments.account_id)?;
    }
    let state = stack::State::new(Arc::clone(&engine));
    let stack = stack::over(EngineTerminal::new(engine), &state);
    let ready_file = arguments.ready_file.take();
    let gateway = Gateway::new(stack, state, gateway_settings(arguments)?);

    let line = ready::line(address);
    let _ready_file = ready_file.map(|path| ReadyFile::write(path, &line)).transpose()?;
    ready::print(&line);
    tracing::info!(%address, "serving; data is in memory and will be gone when the server stops");
    let (stopping, stop) = tokio::sync::oneshot::channel();
    let stopped = server.run(gateway, async {
        // An error would mean that nobody is left to say stop, which is as good as having said it.
        stop.await.unwrap_or_default();
    });
    tokio::select! {
        stop = stopped => tell(stop),
        () = async {
            signals.next().await;
            tracing::info!("stopping; a second signal stops at once");
            // The server is listening for this as long as it runs, and if it does not, it has stopped.
            let _ = stopping.send(());
            signals.next().await;
        } => tracing::warn!("stopped at once"),
    }
    Ok(())
}

fn time_of(clock: Timestamp) -> Result<jiff::Timestamp, String> {
    jiff::Timestamp::from_millisecond(clock.as_millis()).map_err(|error| format!("the clock of the fixtures: {error}"))
}

fn tell(stop: Stop) {
    match stop {
        Stop::Drained => tracing::info!("stopped"),
        Stop::Cut => tracing::warn!("stopped; some requests took too long and were cut"),
    }
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
        expiry_delay_ms: arguments.ttl_delay.as_millis(),
        dialect: match arguments.validation_dialect {
            ValidationDialect::Current => Dialect::Current,
            ValidationDialect::Classic => Dialect::Classic,
        },
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

/// Why the server cannot listen, and what to do about it.
fn explain(error: &io::Error, address: SocketAddr) -> String {
    let port = address.port();
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "port {port} is in use. Perhaps another Stator or DynamoDB Local is running; stop it, or choose another port: \
             --port {} or --port 0 for any that is free",
            port.wrapping_add(1).max(1024)
        ),
        io::ErrorKind::PermissionDenied => {
            format!("this user may not listen on port {port}; choose one from 1024 on, such as --port 8000")
        }
        io::ErrorKind::AddrNotAvailable => format!(
            "{} is no address of this machine; choose --host 127.0.0.1 for this machine alone, --host 0.0.0.0 for all networks",
            address.ip()
        ),
        _ => format!("cannot listen on {address}: {error}"),
    }
}

/// The signals that ask a program to stop.
#[derive(Debug)]
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// The next signal. The streams of signals never end.
    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "cannot listen for Ctrl-C");
            std::future::pending::<()>().await;
        }
    }
}
