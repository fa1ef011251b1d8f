//! One keep-alive HTTP/1.1 connection with one request outstanding: as little as a load generator can do per request.
//!
//! It knows the status, Content-Length and chunked bodies. It does not know redirects, compression, pipelining or TLS, and it
//! does not reconnect: a server that closes the connection is a failure.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    body::{Framing, Sink, Whole},
    error::{Error, Result},
};

const BUFFER_BYTES: usize = 64 * 1024;
const HEADERS_MAX: usize = 64;

/// A connection to one server.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Box<[u8]>,
}

impl Connection {
    /// Connects, without Nagle's delay.
    ///
    /// # Errors
    /// When the server does not accept.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)
            .await
            .map_err(Error::io(format!("connect to {address}")))?;
        stream.set_nodelay(true).map_err(Error::io("set TCP_NODELAY"))?;
        Ok(Self {
            stream,
            buffer: vec![0; BUFFER_BYTES].into_boxed_slice(),
        })
    }

    /// Sends a request, waits for the whole answer, gives it to `sink` and returns the size of its body.
    ///
    /// # Errors
    /// When the connection fails or the answer is malformed, and [`Error::Refused`] for any status but 200.
    pub async fn exchange(&mut self, request: &[u8], sink: &mut impl Sink) -> Result<u64> {
        self.stream
            .write_all(request)
            .await
            .map_err(Error::io("send a request"))?;
        let mut filled = 0;
        let head = loop {
            filled += self.read(filled).await?;
            if let Some(head) = Head::parse(&self.buffer[..filled])? {
                break head;
            }
        };
        if head.status == 200 {
            return self.receive(head, filled, sink).await;
        }
        let (status, mut refusal) = (head.status, Whole::default());
        self.receive(head, filled, &mut refusal).await?;
        let body = String::from_utf8_lossy(&refusal.body).into_owned();
        Err(Error::Refused { status, body })
    }

    /// Receives the answer whose head, and perhaps more, is in the first `filled` bytes of the buffer.
    async fn receive(&mut self, head: Head, filled: usize, sink: &mut impl Sink) -> Result<u64> {
        sink.head(&self.buffer[..head.bytes]);
        let mut framing = head.framing;
        let mut body_bytes = framing.advance(&self.buffer[head.bytes..filled], sink)?;
        while !framing.is_complete() {
            let read = self.read(0).await?;
            body_bytes += framing.advance(&self.buffer[..read], sink)?;
        }
        Ok(body_bytes)
    }

    /// Reads behind the first `filled` bytes of the buffer.
    async fn read(&mut self, filled: usize) -> Result<usize> {
        match self
            .stream
            .read(&mut self.buffer[filled..])
            .await
            .map_err(Error::io("read an answer"))?
        {
            0 if filled == self.buffer.len() => Err(Error::Malformed("a head larger than the buffer")),
            0 => Err(Error::Malformed("the connection was closed within an exchange")),
            read => Ok(read),
        }
    }
}

/// What the head of an answer says.
struct Head {
    status: u16,
    bytes: usize,
    framing: Framing,
}

impl Head {
    /// Returns nothing while the head is incomplete.
    fn parse(bytes: &[u8]) -> Result<Option<Self>> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut response = httparse::Response::new(&mut headers);
        let size = match response.parse(bytes) {
            Ok(httparse::Status::Complete(size)) => size,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(Error::Malformed("the head")),
        };
        let status = response.code.ok_or(Error::Malformed("no status"))?;
        Ok(Some(Self {
            status,
            bytes: size,
            framing: framing(response.headers)?,
        }))
    }
}

fn framing(headers: &[httparse::Header<'_>]) -> Result<Framing> {
    let named = |name: &str| {
        headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .map(|found| found.value)
    };
    match (named("transfer-encoding"), named("content-length")) {
        (Some(coding), _) if coding.eq_ignore_ascii_case(b"chunked") => Ok(Framing::chunked()),
        (Some(_), _) => Err(Error::Malformed("a transfer coding other than chunked")),
        (None, Some(length)) => {
            let length = std::str::from_utf8(length)
                .ok()
                .and_then(|length| length.trim().parse().ok());
            length.map(Framing::Length).ok_or(Error::Malformed("Content-Length"))
        }
        (None, None) => Err(Error::Malformed("neither Content-Length nor chunks")),
    }
}

/// Asks one question on a connection of its own and returns the whole answer.
///
/// # Errors
/// Those of [`Connection::exchange`].
pub async fn ask(address: SocketAddr, request: &[u8]) -> Result<Whole> {
    let mut whole = Whole::default();
    Connection::open(address).await?.exchange(request, &mut whole).await?;
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// Serves `answers` on one connection, one for each request, each in two writes split at `split`.
    async fn served(answers: &'static [&'static str], split: usize) -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let mut request = [0; 100];
            for answer in answers {
                let _ = stream.read(&mut request).await.unwrap();
                let (first, second) = answer.as_bytes().split_at(split.min(answer.len()));
                stream.write_all(first).await.unwrap();
                stream.flush().await.unwrap();
                tokio::task::yield_now().await;
                stream.write_all(second).await.unwrap();
            }
        });
        address
    }

    #[tokio::test]
    async fn answers_are_read_whole_on_one_connection_wherever_they_are_split() {
        const ANSWERS: &[&str] = &[
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n3\r\nno!\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        ];
        for split in 0..75 {
            let mut connection = Connection::open(served(ANSWERS, split).await).await.unwrap();
            let mut whole = Whole::default();
            for expected in ["{}", "no!", ""] {
                let body_bytes = connection.exchange(b"x", &mut whole).await.unwrap();
                assert_eq!(
                    (body_bytes as usize, &whole.body[..]),
                    (expected.len(), expected.as_bytes())
                );
            }
        }
    }

    #[tokio::test]
    async fn a_connection_that_ends_within_an_answer_is_an_error() {
        let address = served(&["HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab"], 10).await;
        assert!(matches!(ask(address, b"x").await, Err(Error::Malformed(_))));
    }

    #[tokio::test]
    async fn a_refusal_tells_what_the_server_said() {
        let address = served(&["HTTP/1.1 400 Bad\r\ncontent-length: 3\r\n\r\nwhy"], 10).await;
        assert!(matches!(ask(address, b"x").await, Err(Error::Refused { status: 400, body }) if body == "why"));
    }
}
