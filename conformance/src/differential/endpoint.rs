//! One connection to an endpoint: raw HTTP/1.1 with JSON, so that nothing between us and the server mends a broken request.
//!
//! The signature has the right shape and no meaning. A connection that was closed meanwhile is opened again, once for each request.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use super::answer::Answer;

/// A server that does not answer within this is taken to hang.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bodies beyond this are no answers.
const BODY_BYTES_MAX: usize = 64 << 20;

/// An endpoint that we talk to under one access key.
#[derive(Debug)]
pub struct Endpoint {
    authority: String,
    access_key: String,
    connection: Option<BufReader<TcpStream>>,
    /// What was sent and not answered yet, and whether on a connection that was there before.
    sent: Vec<u8>,
    reused: bool,
}

/// Operations of the other service behind the same endpoint.
const STREAM_OPERATIONS: [&str; 4] = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];

/// What went wrong below the protocol.
#[derive(Debug)]
pub enum EndpointError {
    /// The URL is not of the form `http://host:port`.
    Url(String),
    /// No whole answer came.
    Transport(String, io::Error),
}

impl fmt::Display for EndpointError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => write!(formatter, "{url}: expected http://host:port"),
            Self::Transport(authority, error) => write!(formatter, "{authority}: {error}"),
        }
    }
}

impl std::error::Error for EndpointError {}

impl Endpoint {
    /// An endpoint that will be asked under this access key; connects with the first request.
    ///
    /// # Errors
    /// When the URL is not of the form `http://host:port`.
    pub fn new(url: &str, access_key: &str) -> Result<Self, EndpointError> {
        let authority = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/'));
        match authority {
            Some(authority) if !authority.is_empty() && !authority.contains('/') => Ok(Self {
                authority: authority.to_owned(),
                access_key: access_key.to_owned(),
                connection: None,
                sent: Vec::new(),
                reused: false,
            }),
            _ => Err(EndpointError::Url(url.to_owned())),
        }
    }

    /// Sends one request and waits for its answer.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub fn ask(&mut self, operation: &str, body: &Value) -> Result<Answer, EndpointError> {
        self.send(operation, body)?;
        self.receive()
    }

    /// Sends one request, whose answer is [received](Self::receive) later.
    pub(super) fn send(&mut self, operation: &str, body: &Value) -> Result<(), EndpointError> {
        self.sent = self.request(operation, &body.to_string());
        self.reused = self.connection.is_some();
        match self.write() {
            Err(_) if self.reused => self.write_anew(),
            written => written,
        }
        .map_err(|error| self.broken(error))
    }

    /// Waits for the answer to what was sent.
    pub(super) fn receive(&mut self) -> Result<Answer, EndpointError> {
        match self.read() {
            Err(_) if self.reused => self.write_anew().and_then(|()| self.read()),
            answer => answer,
        }
        .map_err(|error| self.broken(error))
    }

    fn broken(&mut self, error: io::Error) -> EndpointError {
        self.connection = None;
        EndpointError::Transport(self.authority.clone(), error)
    }

    fn request(&self, operation: &str, body: &str) -> Vec<u8> {
        let service = match STREAM_OPERATIONS.contains(&operation) {
            true => "DynamoDBStreams_20120810",
            false => "DynamoDB_20120810",
        };
        format!(
            "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-amz-json-1.0\r\n\
             X-Amz-Target: {service}.{operation}\r\nX-Amz-Date: 20260101T000000Z\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/dynamodb/aws4_request, \
             SignedHeaders=host;x-amz-date;x-amz-target, Signature={signature}\r\n\
             Content-Length: {length}\r\n\r\n{body}",
            host = self.authority,
            key = self.access_key,
            signature = "0".repeat(64),
            length = body.len(),
        )
        .into_bytes()
    }

    fn write(&mut self) -> io::Result<()> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect()?,
        };
        connection.get_mut().write_all(&self.sent)?;
        self.connection = Some(connection);
        Ok(())
    }

    /// Sends the request again on a new connection: the old one was closed meanwhile.
    fn write_anew(&mut self) -> io::Result<()> {
        self.connection = None;
        self.reused = false;
        self.write()
    }

    fn read(&mut self) -> io::Result<Answer> {
        let mut connection = self.connection.take().ok_or(io::ErrorKind::NotConnected)?;
        let (answer, keep) = read_answer(&mut connection)?;
        self.connection = keep.then_some(connection);
        Ok(answer)
    }

    fn connect(&self) -> io::Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect(&self.authority)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(BufReader::new(stream))
    }
}

/// The framing of an answer's body, and whether the connection stays.
#[derive(Default)]
struct Head {
    status: u16,
    length: Option<usize>,
    chunked: bool,
    closes: bool,
}

fn read_answer(connection: &mut impl BufRead) -> io::Result<(Answer, bool)> {
    let head = read_head(connection)?;
    let body = if head.chunked {
        read_chunks(connection)?
    } else {
        read_exactly(connection, head.length.unwrap_or(0))?
    };
    Ok((Answer::new(head.status, &body), !head.closes))
}

fn read_head(connection: &mut impl BufRead) -> io::Result<Head> {
    let first = read_line(connection)?;
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let mut head = Head {
        status: status.ok_or_else(|| malformed("no status line"))?,
        ..Head::default()
    };
    loop {
        let line = read_line(connection)?;
        let Some((name, value)) = line.split_once(':') else {
            return Ok(head);
        };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => head.length = value.parse().ok(),
            "transfer-encoding" => head.chunked = value.eq_ignore_ascii_case("chunked"),
            "connection" => head.closes = value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
}

fn read_chunks(connection: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = read_line(connection)?;
        let length = usize::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16);
        let length = length.map_err(|_| malformed("chunk without a length"))?;
        body.extend(read_exactly(connection, length)?);
        read_line(connection)?;
        if length == 0 {
            return Ok(body);
        }
        if body.len() > BODY_BYTES_MAX {
            return Err(malformed("body too large"));
        }
    }
}

fn read_exactly(connection: &mut impl BufRead, length: usize) -> io::Result<Vec<u8>> {
    if length > BODY_BYTES_MAX {
        return Err(malformed("body too large"));
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body)?;
    Ok(body)
}

fn read_line(connection: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if connection.take(1 << 16).read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, read_answer};

    #[test]
    fn a_chunked_answer_is_joined() {
        let mut bytes =
            &b"HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\n\r\nHTTP/1.1"[..];
        let (answer, keep) = read_answer(&mut bytes).unwrap();
        assert_eq!(
            (answer.status, answer.body.to_string().as_str(), keep),
            (400, r#"{"a":1}"#, true)
        );
        assert_eq!(bytes, b"HTTP/1.1");
    }

    #[test]
    fn only_plain_urls_are_endpoints() {
        assert!(Endpoint::new("http://127.0.0.1:8000/", "k").is_ok());
        assert!(Endpoint::new("https://127.0.0.1:8000", "k").is_err());
        assert!(Endpoint::new("127.0.0.1:8000", "k").is_err());
    }
}
