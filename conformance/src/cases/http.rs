//! An endpoint behind a plain `http://` URL.
//!
//! Requests go out exactly as a case spells them: nothing is added but `Host` and `Content-Length`. Connections are kept and
//! used again. It knows neither TLS nor signatures.

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::wire::{Target, TransportError, WireReply, WireRequest};

/// How long an endpoint may take for one reply.
const REPLY_MAX: Duration = Duration::from_secs(60);

type Connection = SendRequest<Full<Bytes>>;

/// An endpoint behind a plain `http://` URL.
pub struct HttpTarget {
    authority: String,
    idle: Mutex<Vec<Connection>>,
}

impl HttpTarget {
    /// An endpoint by its URL, such as `http://127.0.0.1:8000`.
    ///
    /// # Errors
    /// When the URL is not of the form `http://host:port`.
    pub fn new(url: &str) -> Result<Self, TransportError> {
        let authority = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/'));
        match authority {
            Some(authority) if authority.contains(':') && !authority.contains('/') => Ok(Self {
                authority: authority.to_owned(),
                idle: Mutex::default(),
            }),
            _ => Err(TransportError(format!("wanted http://host:port, got {url}"))),
        }
    }

    async fn connect(&self) -> Result<Connection, TransportError> {
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

    fn lost(&self, error: impl std::fmt::Display) -> TransportError {
        TransportError(format!("{}: {error}", self.authority))
    }

    /// Sends over one connection, and keeps it if it can serve again.
    async fn exchange(&self, mut connection: Connection, request: &WireRequest) -> Result<WireReply, TransportError> {
        connection.ready().await.map_err(|error| self.lost(error))?;
        let response = connection
            .send_request(self.encode(request)?)
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
        Ok(WireReply {
            status,
            headers,
            body: body.to_bytes().into(),
        })
    }

    fn encode(&self, request: &WireRequest) -> Result<hyper::Request<Full<Bytes>>, TransportError> {
        let mut builder = hyper::Request::builder()
            .method(request.method.as_str())
            .uri(&request.path);
        if !request
            .headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"))
        {
            builder = builder.header("host", &self.authority);
        }
        for (name, value) in &request.headers {
            builder = builder.header(name, value.as_bytes());
        }
        let body = Full::new(Bytes::from(request.body.clone()));
        builder
            .body(body)
            .map_err(|error| TransportError(format!("not a request: {error}")))
    }

    async fn send_once(&self, request: &WireRequest) -> Result<WireReply, TransportError> {
        let idle = self
            .idle
            .lock()
            .await
            .pop()
            .filter(|connection| !connection.is_closed());
        if let Some(connection) = idle
            && let Ok(reply) = self.exchange(connection, request).await
        {
            return Ok(reply);
        }
        let connection = self.connect().await?;
        self.exchange(connection, request).await
    }
}

impl Target for HttpTarget {
    async fn send(&self, request: WireRequest) -> Result<WireReply, TransportError> {
        match timeout(REPLY_MAX, self.send_once(&request)).await {
            Ok(reply) => reply,
            Err(_) => Err(self.lost(format!("no reply within {REPLY_MAX:?}"))),
        }
    }
}
