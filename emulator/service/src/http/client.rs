//! A client for endpoints behind plain `http://` URLs: what fixtures, suites and health checks go through.
//!
//! Requests go out exactly as they are given: nothing is added but `Host` and `Content-Length`. Connections are kept and used again. It knows
//! neither TLS nor signatures.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// How long an endpoint may take for one reply.
const REPLY_MAX: Duration = Duration::from_secs(60);

type Connection = SendRequest<Full<Bytes>>;

/// An endpoint behind a plain `http://` URL.
#[derive(Debug)]
pub struct Client {
    authority: String,
    idle: Mutex<Vec<Connection>>,
}

/// A reply as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The status code.
    pub status: u16,
    /// Header names, in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

/// No reply came; says what happened instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered(String);

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unanswered {}

impl Client {
    /// An endpoint by its URL, such as `http://127.0.0.1:8000`.
    ///
    /// # Errors
    /// When the URL is not of the form `http://host:port`.
    pub fn new(url: &str) -> Result<Self, Unanswered> {
        let authority = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/'));
        match authority {
            Some(authority) if authority.contains(':') && !authority.contains('/') => Ok(Self {
                authority: authority.to_owned(),
                idle: Mutex::default(),
            }),
            _ => Err(Unanswered(format!("wanted http://host:port, got {url}"))),
        }
    }

    /// Sends a request and waits for the whole reply.
    ///
    /// # Errors
    /// When no reply comes within a minute; an error of the protocol is a reply.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: Vec<u8>,
    ) -> Result<Received, Unanswered> {
        let mut builder = http::Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            builder = builder.header("host", &self.authority);
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

    async fn send_once(&self, request: http::Request<Full<Bytes>>) -> Result<Received, Unanswered> {
        let idle = self
            .idle
            .lock()
            .await
            .pop()
            .filter(|connection| !connection.is_closed());
        // The other side may have closed a connection that was kept; a new one shows whether it answers.
        if let Some(connection) = idle
            && let Ok(reply) = self.exchange(connection, request.clone()).await
        {
            return Ok(reply);
        }
        let connection = self.connect().await?;
        self.exchange(connection, request).await
    }

    async fn connect(&self) -> Result<Connection, Unanswered> {
        let stream = TcpStream::connect(&self.authority)
            .await
            .map_err(|error| self.lost(error))?;
        stream.set_nodelay(true).map_err(|error| self.lost(error))?;
        let (connection, driver) = handshake(TokioIo::new(stream))
            .await
            .map_err(|error| self.lost(error))?;
        tokio::spawn(driver);
        Ok(connection)
    }

    /// Sends over one connection, and keeps it if it can serve again.
    async fn exchange(
        &self,
        mut connection: Connection,
        request: http::Request<Full<Bytes>>,
    ) -> Result<Received, Unanswered> {
        connection.ready().await.map_err(|error| self.lost(error))?;
        let response = connection
            .send_request(request)
            .await
            .map_err(|error| self.lost(error))?;
        let status = response.status().as_u16();
        let headers = response.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        let headers = headers.collect();
        let body = response.into_body().collect().await.map_err(|error| self.lost(error))?;
        self.idle.lock().await.push(connection);
        Ok(Received {
            status,
            headers,
            body: body.to_bytes(),
        })
    }

    fn lost(&self, error: impl fmt::Display) -> Unanswered {
        Unanswered(format!("{}: {error}", self.authority))
    }
}
