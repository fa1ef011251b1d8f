//! A server of the program: it listens, says that it is ready, and serves until a signal says to stop.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use stator_service::Answers;
use stator_service::http::{Gateway, Server, ServerSettings, Stop};

use crate::arguments::Listening;
use crate::ready::{self, ReadyFile};

/// A server that listens and does not answer yet.
#[derive(Debug)]
pub(crate) struct Listener {
    server: Server,
    signals: Signals,
    ready_file: Option<PathBuf>,
}

impl Listener {
    /// Listens where the command line says.
    pub(crate) fn bind(listening: &Listening, settings: ServerSettings) -> Result<Self, String> {
        let address = SocketAddr::new(listening.host, listening.port);
        let signals = Signals::listen().map_err(|error| format!("cannot listen for signals: {error}"))?;
        let server = Server::bind(address, settings).map_err(|error| explain(&error, address))?;
        Ok(Self {
            server,
            signals,
            ready_file: listening.ready_file.clone(),
        })
    }

    /// Says that it is ready, and serves until a signal says to stop.
    pub(crate) async fn serve<S: Answers>(self, gateway: Gateway<S>) -> Result<(), String> {
        let Self {
            server,
            mut signals,
            ready_file,
        } = self;
        let address = server.address();
        let line = ready::line(address);
        let _ready_file = ready_file.map(|path| ReadyFile::write(path, &line)).transpose()?;
        ready::print(&line);
        tracing::info!(%address, "serving");
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
}

fn tell(stop: Stop) {
    match stop {
        Stop::Drained => tracing::info!("stopped"),
        Stop::Cut => tracing::warn!("stopped; some requests took too long and were cut"),
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
