//! The yardstick: an axum handler that reads a request and answers constant bytes, chosen by `X-Amz-Target`.
//!
//! The bytes and headers are those that a real server answered to the same requests, so that what remains is the cost of HTTP,
//! of the sockets and of the generator. It runs in a process of its own and knows nothing of DynamoDB.

use std::{
    collections::{BTreeMap, HashMap},
    io::Read,
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Response},
    routing::post,
    serve::ListenerExt,
};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use super::{
    body::Whole,
    error::{Error, Result},
    table::Table,
    template::Subject,
    workload::Operation,
};

/// Pages of a Scan that are answered in turn.
const PAGES_MAX: usize = 8;
/// Headers that the HTTP library writes by itself.
const WRITTEN_BY_HTTP: [&str; 4] = ["connection", "content-length", "date", "transfer-encoding"];

/// What the handler answers to each operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers(BTreeMap<String, Canned>);

/// Headers and, in turn, bodies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Canned {
    headers: Vec<(String, String)>,
    bodies: Vec<String>,
}

impl Answers {
    /// Asks a server with a filled table for one answer to every operation; for Scan, the pages of a walk.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn capture(table: &Table) -> Result<Self> {
        let captured = Operation::ALL.into_iter().map(|operation| {
            let subjects: Vec<Subject> = (0..operation.subjects() as u64)
                .map(|index| Subject { index, stamp: index })
                .collect();
            let answers = match operation {
                Operation::Scan => table.pages(PAGES_MAX)?,
                _ => vec![table.send_whole(operation, &subjects)?],
            };
            Ok((operation.name().to_owned(), Canned::new(answers)?))
        });
        captured.collect::<Result<_>>().map(Self)
    }

    /// The form in which the handler's process reads them.
    ///
    /// # Errors
    /// Never in practice: text is always JSON.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self).map_err(|wrong| Error::Unexpected(format!("answers that are no JSON: {wrong}")))
    }

    /// Reads what [`Answers::to_json`] wrote.
    ///
    /// # Errors
    /// When the input ends early or is something else.
    pub fn from_reader(input: impl Read) -> Result<Self> {
        serde_json::from_reader(input).map_err(|wrong| Error::Unexpected(format!("the answers to serve: {wrong}")))
    }
}

impl Canned {
    fn new(answers: Vec<Whole>) -> Result<Self> {
        let headers = answers
            .first()
            .map_or_else(|| Ok(Vec::new()), |answer| kept_headers(&answer.head))?;
        let bodies = answers
            .into_iter()
            .map(|answer| text(answer.body))
            .collect::<Result<_>>()?;
        Ok(Self { headers, bodies })
    }
}

fn kept_headers(head: &[u8]) -> Result<Vec<(String, String)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    response.parse(head).map_err(|_| Error::Malformed("the head"))?;
    let kept = response.headers.iter().filter(|header| {
        !WRITTEN_BY_HTTP
            .iter()
            .any(|written| header.name.eq_ignore_ascii_case(written))
    });
    kept.map(|header| Ok((header.name.to_ascii_lowercase(), text(header.value.to_vec())?)))
        .collect()
}

fn text(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|_| Error::Unexpected("an answer that is no text".to_owned()))
}

/// Serves `answers` on `port` until the process ends. An operation without an answer gets an empty object.
///
/// # Errors
/// When the port is taken, or a header cannot be sent.
pub async fn serve(port: u16, answers: Answers) -> Result<()> {
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = bound
        .map_err(Error::io(format!("listen on port {port}")))?
        .tap_io(|stream| {
            // Without it the answer is as right, and late.
            let _ = stream.set_nodelay(true);
        });
    let served = answers
        .0
        .into_iter()
        .map(|(operation, canned)| Ok((format!("DynamoDB_20120810.{operation}"), Served::new(canned)?)));
    let served: Arc<HashMap<String, Served>> = Arc::new(served.collect::<Result<_>>()?);
    let router = Router::new().route("/", post(answer)).with_state(served);
    axum::serve(listener, router).await.map_err(Error::io("serve"))
}

/// A [`Canned`] answer, ready to be sent.
struct Served {
    headers: HeaderMap,
    bodies: Vec<Bytes>,
    turn: AtomicUsize,
}

impl Served {
    fn new(canned: Canned) -> Result<Self> {
        let headers = canned.headers.iter().map(|(name, value)| {
            let name = HeaderName::try_from(name).ok()?;
            Some((name, HeaderValue::try_from(value).ok()?))
        });
        let headers = headers
            .collect::<Option<_>>()
            .ok_or(Error::Malformed("a header to serve"))?;
        let bodies = canned.bodies.into_iter().map(Bytes::from).collect();
        Ok(Self {
            headers,
            bodies,
            turn: AtomicUsize::new(0),
        })
    }

    fn next(&self) -> Bytes {
        match &self.bodies[..] {
            [only] => only.clone(),
            bodies => bodies[self.turn.fetch_add(1, Ordering::Relaxed) % bodies.len()].clone(),
        }
    }
}

async fn answer(
    State(served): State<Arc<HashMap<String, Served>>>,
    headers: HeaderMap,
    _read: Bytes,
) -> Response<axum::body::Body> {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    let mut response = Response::default();
    match served.get(target) {
        Some(answer) => {
            *response.headers_mut() = answer.headers.clone();
            *response.body_mut() = answer.next().into();
        }
        None => *response.body_mut() = "{}".into(),
    }
    response
}

#[cfg(test)]
mod tests {
    use super::{super::http::ask, super::server::free_port, super::template::request, *};

    fn captured(body: &str) -> Whole {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Crc32: 1\r\nDate: now\r\n\
                    Content-Length: 2\r\n\r\n";
        Whole {
            head: head.into(),
            body: body.into(),
        }
    }

    #[test]
    fn headers_that_http_writes_are_not_kept() {
        let canned = Canned::new(vec![captured("{}")]).unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let expected = [
            pair("content-type", "application/x-amz-json-1.0"),
            pair("x-amz-crc32", "1"),
        ];
        assert_eq!(canned.headers, expected);
    }

    #[tokio::test]
    async fn the_handler_answers_in_turn_what_was_captured() {
        let pages = Canned::new(vec![captured("{1}"), captured("{2}")]).unwrap();
        let answers = Answers(BTreeMap::from([("Scan".to_owned(), pages)]));
        let answers = Answers::from_reader(&answers.to_json().unwrap()[..]).unwrap();
        let port = free_port().unwrap();
        tokio::spawn(serve(port, answers));
        let address = (Ipv4Addr::LOCALHOST, port).into();
        while tokio::net::TcpStream::connect(address).await.is_err() {
            tokio::task::yield_now().await;
        }
        for (operation, body) in [("Scan", "{1}"), ("Scan", "{2}"), ("Scan", "{1}"), ("ListTables", "{}")] {
            let answer = ask(address, &request(operation, "{}")).await.unwrap();
            assert_eq!(String::from_utf8(answer.body).unwrap(), body);
        }
    }
}
