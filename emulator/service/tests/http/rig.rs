//! What the tests ask: a gateway over a terminal of the test's choice, and requests to send to it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use stator_core::engine::{Call, Clock, Engine, World};
use stator_core::model::json::Timestamp;
use stator_core::model::{ApiError, Reply};
use stator_service::http::{Gateway, GatewaySettings, Server, ServerSettings, Stop};
use stator_service::{Answers, Failure, stack};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const SIGNATURE: &str = "AWS4-HMAC-SHA256 Credential=key/20260131/eu-west-1/dynamodb/aws4_request, \
                                    SignedHeaders=host;x-amz-date, Signature=0f";
pub(crate) const DATE: &str = "20260131T120000Z";
/// A request that the terminals below are content with.
pub(crate) const GET_ITEM: &str = r#"{"TableName":"t","Key":{"id":{"S":"1"}}}"#;

/// A terminal that tells who called, as an error.
#[derive(Clone)]
pub(crate) struct TellsCaller;

impl tower::Service<Call> for TellsCaller {
    type Response = Reply;
    type Error = Failure;
    type Future = std::future::Ready<Result<Reply, Failure>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> Self::Future {
        let caller = call.caller;
        let (key, region, account) = (caller.access_key, caller.region, caller.account);
        std::future::ready(Err(ApiError::validation(format!("{key} {region} {account}")).into()))
    }
}

/// A terminal that succeeds, with an empty reply.
pub(crate) fn succeeds() -> impl Answers {
    tower::service_fn(|_: Call| async { Ok(Reply::GetItem(Default::default())) })
}

/// A gateway over a terminal, in a world that stands still.
pub(crate) fn gateway(terminal: impl Answers, settings: GatewaySettings) -> Gateway<impl Answers> {
    let world = World::new(Clock::Frozen(Timestamp::from_millis(1_769_860_800_000)), 7);
    gateway_in(world, terminal, settings)
}

pub(crate) fn gateway_in(world: World, terminal: impl Answers, settings: GatewaySettings) -> Gateway<impl Answers> {
    let state = stack::State::new(Arc::new(Engine::new(world)));
    Gateway::new(stack::over(terminal, &state), state, settings)
}

/// A request that is signed and well formed until a test says otherwise.
pub(crate) fn request(body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    Request::post("/")
        .header("host", "localhost:8000")
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", "DynamoDB_20120810.GetItem")
        .header("x-amz-date", DATE)
        .header("authorization", SIGNATURE)
        .body(Full::new(body.into()))
        .unwrap()
}

/// The same request with another header, or without it.
pub(crate) trait With {
    fn with(self, header: &'static str, value: &str) -> Self;
    fn without(self, header: &'static str) -> Self;
    fn to(self, method: Method, target: &str) -> Self;
}

impl<B> With for Request<B> {
    fn with(mut self, header: &'static str, value: &str) -> Self {
        self.headers_mut().insert(header, value.parse().unwrap());
        self
    }

    fn without(mut self, header: &'static str) -> Self {
        self.headers_mut().remove(header);
        self
    }

    fn to(mut self, method: Method, target: &str) -> Self {
        *self.method_mut() = method;
        *self.uri_mut() = target.parse().unwrap();
        self
    }
}

/// A response whose body has been read.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Asks a gateway; every response of the protocol has a request id and the checksum of its body.
pub(crate) async fn ask(gateway: &Gateway<impl Answers>, request: Request<Full<Bytes>>) -> Received {
    let received = receive(gateway.answer(request).await.unwrap()).await;
    let id = received.header("x-amzn-requestid");
    assert_eq!(id.len(), 52);
    assert!(
        id.bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()),
        "{id}"
    );
    assert_eq!(
        received.header("x-amz-crc32"),
        crc32fast::hash(received.body.as_bytes()).to_string()
    );
    assert_eq!(received.header("server"), "Server");
    received
}

pub(crate) async fn receive<B>(response: Response<B>) -> Received
where
    B: http_body::Body<Error: std::fmt::Debug>,
{
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Received {
        status: head.status,
        headers: head.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

/// A server in this process.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Stop>,
}

impl Running {
    pub(crate) fn start(gateway: Gateway<impl Answers>, settings: ServerSettings) -> Self {
        let server = Server::bind("127.0.0.1:0".parse().unwrap(), settings).unwrap();
        let address = server.address();
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(server.run(gateway, async {
            stopped.await.unwrap_or_default();
        }));
        Self { address, stop, server }
    }

    /// A server of no special settings, whose every call succeeds.
    pub(crate) fn usual() -> Self {
        Self::start(
            gateway(succeeds(), GatewaySettings::default()),
            ServerSettings::default(),
        )
    }

    pub(crate) async fn connect(&self) -> Connection {
        Connection {
            stream: TcpStream::connect(self.address).await.unwrap(),
            unread: Vec::new(),
        }
    }

    /// Tells the server to stop.
    pub(crate) fn stop(self) -> JoinHandle<Stop> {
        self.stop.send(()).unwrap();
        self.server
    }
}

/// A connection that speaks HTTP/1.1 byte by byte.
pub(crate) struct Connection {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Connection {
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Waits for the end of the connection, whatever comes before it.
    pub(crate) async fn ends(&mut self) {
        let mut rest = Vec::new();
        // A connection that is reset has ended as well.
        let _ = self.stream.read_to_end(&mut rest).await;
    }

    /// The next response; none at the end of the connection. Only bodies with a length are understood.
    pub(crate) async fn receive(&mut self) -> Option<Received> {
        loop {
            if let Some((received, length)) = parse(&self.unread) {
                self.unread.drain(..length);
                return Some(received);
            }
            if self.stream.read_buf(&mut self.unread).await.unwrap_or(0) == 0 {
                assert!(self.unread.is_empty(), "the connection ended within a response");
                return None;
            }
        }
    }
}

fn parse(bytes: &[u8]) -> Option<(Received, usize)> {
    let head_length = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&bytes[..head_length]).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: HeaderMap = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap()))
        .collect();
    let body_length: usize = headers
        .get("content-length")
        .map_or(0, |length| length.to_str().unwrap().parse().unwrap());
    let body = bytes.get(head_length..head_length + body_length)?;
    let body = String::from_utf8(body.to_vec()).unwrap();
    Some((Received { status, headers, body }, head_length + body_length))
}

/// A request as bytes of HTTP/1.1, with other headers added.
pub(crate) fn bytes_of_request(body: &str, headers: &str) -> String {
    head_of_request(body.len(), headers) + body
}

pub(crate) fn head_of_request(body_length: usize, headers: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n\
         X-Amz-Target: DynamoDB_20120810.GetItem\r\nX-Amz-Date: {DATE}\r\nAuthorization: {SIGNATURE}\r\n\
         Content-Length: {body_length}\r\n{headers}\r\n"
    )
}
