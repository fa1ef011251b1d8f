//! Bodies of answers: where they end, and what is kept of them.
//!
//! In go the bytes of a socket in pieces of any size; out come the bytes of the body, without framing, to a [`Sink`]. Most
//! bodies are discarded, so that a page of a megabyte costs the generator no memory.

use super::error::{Error, Result};

/// Takes what an answer consists of.
pub trait Sink {
    /// Takes the status line and the headers, in one piece.
    fn head(&mut self, _head: &[u8]) {}
    /// Takes the next part of the body.
    fn part(&mut self, part: &[u8]);
}

/// Keeps nothing.
#[derive(Debug, Default)]
pub struct Discard;

impl Sink for Discard {
    fn part(&mut self, _part: &[u8]) {}
}

/// Keeps everything.
#[derive(Debug, Default)]
pub struct Whole {
    /// The status line and the headers.
    pub head: Vec<u8>,
    /// The body.
    pub body: Vec<u8>,
}

impl Sink for Whole {
    fn head(&mut self, head: &[u8]) {
        self.head = head.to_vec();
        self.body.clear();
    }

    fn part(&mut self, part: &[u8]) {
        self.body.extend_from_slice(part);
    }
}

/// Keeps the first and the last bytes of the body: in a page of items, what stands beside the items.
#[derive(Debug, Default)]
pub struct Edges {
    first: Vec<u8>,
    last: Vec<u8>,
}

impl Edges {
    /// Bytes kept of each end: room for a last evaluated key.
    pub const BYTES: usize = 512;

    /// The first bytes and the last bytes; they overlap in a short body.
    pub fn both(&self) -> [&[u8]; 2] {
        [&self.first, &self.last[self.last.len().saturating_sub(Self::BYTES)..]]
    }
}

impl Sink for Edges {
    fn head(&mut self, _head: &[u8]) {
        self.first.clear();
        self.last.clear();
    }

    fn part(&mut self, part: &[u8]) {
        let room = Self::BYTES - self.first.len();
        self.first.extend_from_slice(&part[..part.len().min(room)]);
        if self.last.len() > 8 * Self::BYTES {
            self.last.drain(..self.last.len() - Self::BYTES);
        }
        self.last
            .extend_from_slice(&part[part.len().saturating_sub(Self::BYTES)..]);
    }
}

/// Finds the end of a body.
#[derive(Debug)]
pub enum Framing {
    /// This many bytes are still to come.
    Length(u64),
    /// Chunks are still to come.
    Chunked(Chunk),
}

/// Where in a chunked body the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// Among the digits of a chunk's size.
    Size {
        /// The size as far as it is read.
        size: u64,
    },
    /// After the digits, before the end of the line; the line may hold extensions.
    Extension {
        /// The size of the chunk to come.
        size: u64,
    },
    /// Among the data.
    Data {
        /// Bytes of the chunk that are still to come.
        left: u64,
    },
    /// Between the data and the next size.
    AfterData,
    /// In a line after the last chunk.
    Trailer {
        /// Whether the line has any byte yet; an empty line ends the body.
        empty: bool,
    },
    /// After the body.
    End,
}

impl Framing {
    /// The framing of a body in chunks, before its first byte.
    pub fn chunked() -> Self {
        Self::Chunked(Chunk::Size { size: 0 })
    }

    /// Whether the body is complete.
    pub fn is_complete(&self) -> bool {
        matches!(self, Self::Length(0) | Self::Chunked(Chunk::End))
    }

    /// Takes the next bytes of the socket, gives the bytes of the body to `sink` and returns how many these were.
    ///
    /// # Errors
    /// When the bytes go on after the body (nothing was asked for) or are no chunks.
    pub fn advance(&mut self, mut bytes: &[u8], sink: &mut impl Sink) -> Result<u64> {
        let mut given = 0;
        while !bytes.is_empty() {
            let taken = match self {
                Self::Length(left) | Self::Chunked(Chunk::Data { left }) => {
                    let taken = bytes.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
                    sink.part(&bytes[..taken]);
                    *left -= taken as u64;
                    given += taken as u64;
                    taken
                }
                Self::Chunked(_) => 0,
            };
            match self {
                Self::Chunked(chunk @ Chunk::Data { left: 0 }) => *chunk = Chunk::AfterData,
                Self::Chunked(chunk) if taken == 0 => {
                    *chunk = chunk.after(bytes[0])?;
                    bytes = &bytes[1..];
                }
                Self::Length(_) if taken == 0 => return Err(Error::Malformed("bytes after the body")),
                _ => {}
            }
            bytes = &bytes[taken..];
        }
        Ok(given)
    }
}

impl Chunk {
    /// The place after one byte of framing.
    fn after(self, byte: u8) -> Result<Self> {
        Ok(match (self, byte) {
            (Self::Size { size }, b'\r' | b';' | b' ' | b'\t') => Self::Extension { size },
            (Self::Size { size }, digit) => {
                let digit = char::from(digit)
                    .to_digit(16)
                    .ok_or(Error::Malformed("the size of a chunk"))?;
                let size = size.checked_mul(16).ok_or(Error::Malformed("the size of a chunk"))?;
                Self::Size {
                    size: size + u64::from(digit),
                }
            }
            (Self::Extension { size: 0 }, b'\n') => Self::Trailer { empty: true },
            (Self::Extension { size }, b'\n') => Self::Data { left: size },
            (Self::AfterData, b'\n') => Self::Size { size: 0 },
            (Self::Trailer { empty: true }, b'\n') => Self::End,
            (Self::Trailer { .. }, b'\n') => Self::Trailer { empty: true },
            (Self::Trailer { .. }, byte) if byte != b'\r' => Self::Trailer { empty: false },
            (Self::AfterData, b'\r') | (Self::Extension { .. } | Self::Trailer { .. }, _) => self,
            (Self::AfterData | Self::Data { .. }, _) => {
                return Err(Error::Malformed("a chunk is longer than its size"));
            }
            (Self::End, _) => return Err(Error::Malformed("bytes after the body")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds `bytes` in pieces of every size and expects the same body each time.
    fn check(framing: impl Fn() -> Framing, bytes: &[u8], body: &str) {
        for size in 1..=bytes.len() {
            let (mut framing, mut whole, mut given) = (framing(), Whole::default(), 0);
            for piece in bytes.chunks(size) {
                assert!(!framing.is_complete());
                given += framing.advance(piece, &mut whole).unwrap();
            }
            assert!(framing.is_complete());
            assert_eq!(String::from_utf8(whole.body).unwrap(), body);
            assert_eq!(given as usize, body.len());
        }
    }

    #[test]
    fn a_body_of_known_length_ends_after_it() {
        check(|| Framing::Length(5), b"hello", "hello");
        assert!(Framing::Length(0).is_complete());
        assert!(Framing::Length(2).advance(b"{}x", &mut Discard).is_err());
    }

    #[test]
    fn chunks_are_joined_whatever_the_reads_are() {
        check(Framing::chunked, b"5\r\nhello\r\n0\r\n\r\n", "hello");
        check(
            Framing::chunked,
            b"1\r\nh\r\n00c; name=\"v\"\r\nello, \r\n you\r\n0\r\nx-trailer: 1\r\n\r\n",
            "hello, \r\n you",
        );
        check(Framing::chunked, b"0\r\n\r\n", "");
    }

    #[test]
    fn what_is_no_chunk_is_refused() {
        for bytes in [&b"x\r\n"[..], b"1\r\nab", b"0\r\n\r\nmore", b"fffffffffffffffff\r\n"] {
            assert!(
                Framing::chunked().advance(bytes, &mut Discard).is_err(),
                "{}",
                bytes.escape_ascii()
            );
        }
    }

    #[test]
    fn edges_hold_both_ends_of_a_long_body() {
        let body: Vec<u8> = (0..20_000).map(|at| b'a' + (at / 1_000) as u8).collect();
        for size in [1, 700, 20_000] {
            let mut edges = Edges::default();
            edges.head(b"");
            body.chunks(size).for_each(|part| edges.part(part));
            assert_eq!(
                edges.both(),
                [&body[..Edges::BYTES], &body[body.len() - Edges::BYTES..]]
            );
        }
    }
}
