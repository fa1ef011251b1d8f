//! A client for endpoints behind `http://` and `https://` URLs: what fixtures, suites and the upstream terminal go through.
//!
//! Requests go out exactly as they are given: nothing is added but `Host` and `Content-Length`. Connections are kept and used again. A request
//! is sent once: it is repeated on another connection only if nothing of it has left. It does not know signatures.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::tls::Tls;
use super::url::Url;

/// How long an endpoint may take for one reply.
const REPLY_MAX: Duration = Duration::from_secs(60);

/// How many connections are kept that nobody uses.
const IDLE_MAX: usize = 64;

type Connection = SendRequest<Full<Bytes>>;
type Outgoing = http::Request<Full<Bytes>>;

/// An endpoint behind a URL.
#[derive(Debug)]
pub(super) struct Client {
    url: Url,
    /// Of an endpoint behind `https://`.
    tls: Option<Tls>,
    idle: Mutex<Vec<Connection>>,
}

/// A reply as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Received {
    /// The status code.
    pub(super) status: u16,
    /// Header names, in lower case, and values.
    pub(super) headers: Vec<(String, String)>,
    /// The body.
    pub(super) body: Bytes,
}

/// Why a connection brought no reply.
enum Broken {
    /// Nothing of the request has left.
    Unsent(Box<Outgoing>, Unanswered),
    /// The endpoint may have seen it.
    Sent(Unanswered),
}

/// No reply came; says what happened instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered(String);

impl Unanswered {
    /// No reply came for this reason.
    pub(super) fn because(reason: String) -> Self {
        Self(reason)
    }
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unanswered {}

impl Client {
    /// An endpoint by its URL, such as `http://127.0.0.1:8000`. The certificates of the bundle are believed beside those that everybody believes.
    ///
    /// # Errors
    /// When the URL has more than a scheme, a host and a port, or TLS is needed and there is none to be had.
    pub(super) fn new(url: &str, ca_bundle: Option<&Path>) -> Result<Self, Unanswered> {
        let url = Url::parse(url).map_err(|error| Unanswered(error.to_string()))?;
        let tls = url.is_secure.then(|| Tls::trusting(ca_bundle)).transpose();
        let tls = tls.map_err(|error| Unanswered(format!("{}: {error}", url.authority)))?;
        Ok(Self {
            url,
            tls,
            idle: Mutex::default(),
        })
    }

    /// The value of the `Host` header.
    pub(super) fn authority(&self) -> &str {
        &self.url.authority
    }

    /// Sends a request and waits for the whole reply.
    ///
    /// # Errors
    /// When no reply comes within a minute; an error of the protocol is a reply.
    pub(super) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: Vec<u8>,
    ) -> Result<Received, Unanswered> {
        let mut builder = http::Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            builder = builder.header("host", &self.url.authority);
        }
        for (name, value) in headers {
            builder = builder.header(name, value.as_bytes());
        }
        let request = builder.body(Full::new(Bytes::from(body)));
        let request = request.map_err(|error| Unanswered(format!("not a request: {error}")))?;
        match timeout(REPLY_MAX, self.send_once(request)).await {
            Ok(reply) => reply,
            Err(_) => Err(self.lost(format!("no reply within {REPLY_MAX:?}"))),
        }
    }

    async fn send_once(&self, mut request: Outgoing) -> Result<Received, Unanswered> {
        // The other side may have closed a connection that was kept; a new one shows whether it answers.
        while let Some(connection) = self.kept().await {
            match self.exchange(connection, request).await {
                Ok(reply) => return Ok(reply),
                Err(Broken::Unsent(unsent, _)) => request = *unsent,
                Err(Broken::Sent(error)) => return Err(error),
            }
        }
        let connection = self.connect().await?;
        match self.exchange(connection, request).await {
            Ok(reply) => Ok(reply),
            Err(Broken::Unsent(_, error) | Broken::Sent(error)) => Err(error),
        }
    }

    /// A connection that was kept and is still open, as far as one can see.
    async fn kept(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().await;
        while let Some(connection) = idle.pop() {
            if !connection.is_closed() {
                return Some(connection);
            }
        }
        None
    }

    async fn connect(&self) -> Result<Connection, Unanswered> {
        let stream = TcpStream::connect((self.url.host.as_str(), self.url.port))
            .await
            .map_err(|error| self.lost(error))?;
        stream.set_nodelay(true).map_err(|error| self.lost(error))?;
        let Some(tls) = &self.tls else {
            return self.begin(TokioIo::new(stream)).await;
        };
        let stream = tls.begin(stream, &self.url.host).await;
        self.begin(TokioIo::new(stream.map_err(|error| self.lost(error))?))
            .await
    }

    /// Begins HTTP on a stream of bytes.
    async fn begin<S: Read + Write + Unpin + Send + 'static>(&self, stream: S) -> Result<Connection, Unanswered> {
        let (connection, driver) = handshake(stream).await.map_err(|error| self.lost(error))?;
        tokio::spawn(driver);
        Ok(connection)
    }

    /// Sends over one connection, and keeps it if it can serve again.
    async fn exchange(&self, mut connection: Connection, request: Outgoing) -> Result<Received, Broken> {
        if let Err(error) = connection.ready().await {
            return Err(Broken::Unsent(Box::new(request), self.lost(error)));
        }
        let response = match connection.try_send_request(request).await {
            Ok(response) => response,
            Err(mut refused) => {
                let unsent = refused.take_message();
                let error = self.lost(refused.into_error());
                return Err(match unsent {
                    Some(request) => Broken::Unsent(Box::new(request), error),
                    None => Broken::Sent(error),
                });
            }
        };
        let status = response.status().as_u16();
        let headers = response.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        let headers = headers.collect();
        let body = response.into_body().collect().await;
        let body = body.map_err(|error| Broken::Sent(self.lost(error)))?;
        let mut idle = self.idle.lock().await;
        if idle.len() < IDLE_MAX {
            idle.push(connection);
        }
        Ok(Received {
            status,
            headers,
            body: body.to_bytes(),
        })
    }

    fn lost(&self, error: impl fmt::Display) -> Unanswered {
        Unanswered(format!("{}: {error}", self.url.authority))
    }
}
