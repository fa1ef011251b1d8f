//! Connections: accepted, served over HTTP/1.1 or HTTP/2 with prior knowledge, watched, and closed.
//!
//! One task serves one connection. What a client can hold is bounded: connections, headers, streams, and the time for which a connection may be
//! silent. One watch for each connection bounds that time: it looks rarely whether the connection has brought a request since it last
//! looked. So one mechanism ends connections that never speak, that send a head byte by byte, that do not read their answers, and that
//! nobody uses any more, without a timer for each request. What a request may take from when its head is complete is the
//! [`Gateway`]'s to bound.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use pin_project_lite::pin_project;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;

use super::Gateway;
use crate::Answers;

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 4096;
/// The largest head of a request, which is also the buffer of a connection.
const HEAD_SIZE_BYTES_MAX: usize = 64 * 1024;
/// How many headers a request may have.
const HEADERS_MAX: usize = 100;
/// How many requests an HTTP/2 connection may have open.
const STREAMS_MAX: u32 = 256;
/// How long to wait, at first and at most, when the system has no more files or memory for connections.
const BACK_OFF_MS: std::ops::RangeInclusive<u64> = 5..=1_000;

/// What bounds the connections of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerSettings {
    /// How many connections are open at once; more wait to be accepted.
    pub connections_max: usize,
    /// A connection that brings no request for so long, and at most twice as long, is closed.
    pub silence_max: Duration,
    /// How long requests may take to end when the server stops.
    pub grace: Duration,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            connections_max: 16_384,
            silence_max: Duration::from_secs(120),
            grace: Duration::from_secs(5),
        }
    }
}

/// How a server stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Every request was answered.
    Drained,
    /// Some requests took longer than the grace period and were cut.
    Cut,
}

/// A listening server.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    slots: Arc<Semaphore>,
    settings: ServerSettings,
}

impl Server {
    /// Listens on an address; port 0 takes a free one.
    ///
    /// # Errors
    /// When the system refuses, e.g. because another program listens there.
    pub fn bind(address: SocketAddr, settings: ServerSettings) -> io::Result<Self> {
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        // A server that has just stopped leaves its port in a state that only this allows to take again.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let listener = socket.listen(BACKLOG)?;
        Ok(Self {
            address: listener.local_addr()?,
            listener,
            slots: Arc::new(Semaphore::new(settings.connections_max)),
            settings,
        })
    }

    /// Where the server listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is ready, and then until the requests that are in flight have been answered.
    pub async fn run<S: Answers>(self, gateway: Gateway<S>, stop: impl Future<Output = ()>) -> Stop {
        let connections = GracefulShutdown::new();
        let builder = builder();
        tokio::select! {
            () = self.accept_all(&gateway, &builder, &connections) => {}
            () = stop => {}
        }
        drop(self.listener);
        match tokio::time::timeout(self.settings.grace, connections.shutdown()).await {
            Ok(()) => Stop::Drained,
            Err(_) => Stop::Cut,
        }
    }

    /// Accepts connections for ever.
    async fn accept_all<S: Answers>(
        &self,
        gateway: &Gateway<S>,
        builder: &Builder<TokioExecutor>,
        connections: &GracefulShutdown,
    ) {
        loop {
            let Ok(slot) = Arc::clone(&self.slots).acquire_owned().await else {
                unreachable!("the semaphore is never closed")
            };
            let stream = self.accept().await;
            let activity = Arc::new(Activity::default());
            let service = {
                let (gateway, activity) = (gateway.clone(), Arc::clone(&activity));
                service_fn(move |request| {
                    let (gateway, request_activity) = (gateway.clone(), RequestActivity::begin(&activity));
                    async move {
                        // An error here makes hyper close the connection.
                        let response = gateway.answer(request).await;
                        drop(request_activity);
                        response
                    }
                })
            };
            let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
            let connection = connections.watch(connection);
            tokio::spawn(serve(connection, activity, self.settings.silence_max, slot));
        }
    }

    /// The next connection, however long the system has no room for one.
    async fn accept(&self) -> TcpStream {
        let mut wait_ms = *BACK_OFF_MS.start();
        loop {
            let error = match self.listener.accept().await {
                Ok((stream, _)) => {
                    // Replies are written whole; waiting for more would only delay them.
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "a connection keeps Nagle's delay");
                    }
                    return stream;
                }
                Err(error) => error,
            };
            if concerns_one_connection(&error) {
                continue;
            }
            tracing::warn!(%error, wait_ms, "cannot accept connections; trying again");
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
            wait_ms = (wait_ms * 2).min(*BACK_OFF_MS.end());
        }
    }
}

/// Whether `accept` failed because the connection was gone already, and not for want of files or memory.
fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .header_read_timeout(None)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_SIZE_BYTES_MAX);
    builder
        .http2()
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEAD_SIZE_BYTES_MAX as u32);
    builder
}

/// Serves a connection to its end, or until it has been silent for too long.
async fn serve<E: std::fmt::Display>(
    connection: impl Future<Output = Result<(), E>>,
    activity: Arc<Activity>,
    silence_max: Duration,
    slot: OwnedSemaphorePermit,
) {
    let mut connection = pin!(connection);
    let mut silence = pin!(Silence::begin(silence_max));
    let ended = poll_fn(|context| match connection.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => silence.as_mut().poll(&activity, context).map(|()| None),
    });
    match ended.await {
        Some(Ok(())) => {}
        Some(Err(error)) => tracing::debug!(%error, "a connection ended early"),
        None => tracing::debug!("a silent connection was closed"),
    }
    drop(slot);
}

/// What a connection has been doing.
#[derive(Debug, Default)]
struct Activity {
    requests_begun: AtomicU64,
    requests_ended: AtomicU64,
}

pin_project! {
    /// Waits until no request has been in flight for a whole period.
    struct Silence {
        period: Duration,
        #[pin]
        pause: Sleep,
        is_pausing: bool,
        requests_before: u64,
    }
}

impl Silence {
    fn begin(period: Duration) -> Self {
        Self {
            period,
            pause: tokio::time::sleep(period),
            is_pausing: false,
            requests_before: 0,
        }
    }

    /// A pause wakes the task when it is over and has to be polled when it begins: in between it is left alone, since this is called at every request.
    fn poll(self: Pin<&mut Self>, activity: &Activity, context: &mut Context<'_>) -> Poll<()> {
        let mut silence = self.project();
        loop {
            if *silence.is_pausing && !silence.pause.is_elapsed() {
                return Poll::Pending;
            }
            *silence.is_pausing = true;
            ready!(silence.pause.as_mut().poll(context));
            let (ended, begun) = (
                activity.requests_ended.load(Relaxed),
                activity.requests_begun.load(Relaxed),
            );
            if ended == begun && begun == *silence.requests_before {
                return Poll::Ready(());
            }
            *silence.requests_before = begun;
            *silence.is_pausing = false;
            silence.pause.set(tokio::time::sleep(*silence.period));
        }
    }
}

/// A request in flight; also one whose client went away ends.
#[derive(Debug)]
struct RequestActivity {
    activity: Arc<Activity>,
}

impl RequestActivity {
    fn begin(activity: &Arc<Activity>) -> Self {
        activity.requests_begun.fetch_add(1, Relaxed);
        Self {
            activity: Arc::clone(activity),
        }
    }
}

impl Drop for RequestActivity {
    fn drop(&mut self) {
        self.activity.requests_ended.fetch_add(1, Relaxed);
    }
}
