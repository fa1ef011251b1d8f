//! Content codings: bodies that travel compressed, in either direction.
//!
//! The service reads gzip and deflate, and writes them where a client accepts them and the reply is large. The checksum of a response covers
//! what is sent, so a reply is compressed before it is counted.

use std::io::{self, Read};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::{GzEncoder, MultiGzDecoder, ZlibDecoder, ZlibEncoder};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use http::{HeaderMap, HeaderValue};

/// Replies up to this size are sent as they are.
pub(super) const PLAIN_SIZE_BYTES_MAX: usize = 4096;
/// After so much of a compressed reply it is the turn of others: it takes about as long as a few requests for one item.
const TURN_SIZE_BYTES: u64 = 4096;

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    /// The format of zlib, as HTTP has it.
    Deflate,
}

impl Coding {
    fn named(name: &[u8]) -> Option<Self> {
        [(&b"gzip"[..], Self::Gzip), (b"deflate", Self::Deflate)]
            .into_iter()
            .find_map(|(known, coding)| name.trim_ascii().eq_ignore_ascii_case(known).then_some(coding))
    }

    /// The coding of a request's body. What it does not know is taken for none, so that the body is no JSON.
    pub(super) fn of_request(headers: &HeaderMap) -> Option<Self> {
        Self::named(headers.get(CONTENT_ENCODING)?.as_bytes())
    }

    /// The coding that a client likes best, of those that it accepts by name.
    pub(super) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let offers = headers.get_all(ACCEPT_ENCODING).into_iter();
        let mut best: Option<(f32, Self)> = None;
        for offer in offers.flat_map(|value| value.as_bytes().split(|byte| *byte == b',')) {
            let mut parts = offer.split(|byte| *byte == b';');
            let Some(coding) = parts.next().and_then(Self::named) else {
                continue;
            };
            let weight = parts.find_map(weight).unwrap_or(1.0);
            let better =
                best.is_none_or(|(least, known)| weight > least || (weight == least && known == Self::Deflate));
            if weight > 0.0 && better {
                best = Some((weight, coding));
            }
        }
        best.map(|(_, coding)| coding)
    }

    /// The value of `Content-Encoding`.
    pub(super) const fn header(self) -> HeaderValue {
        match self {
            Self::Gzip => HeaderValue::from_static("gzip"),
            Self::Deflate => HeaderValue::from_static("deflate"),
        }
    }

    /// The content of what was sent; of a longer one, a byte more than `size_bytes_max`.
    pub(super) fn decode(self, sent: &[u8], size_bytes_max: usize) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        let mut decoder: Box<dyn Read + '_> = match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(sent)),
            Self::Deflate => Box::new(ZlibDecoder::new(sent)),
        };
        decoder
            .by_ref()
            .take(size_bytes_max as u64 + 1)
            .read_to_end(&mut content)?;
        Ok(content)
    }

    /// The content, compressed; others have their turn now and then.
    pub(super) async fn encode(self, content: &[u8]) -> Bytes {
        // The quickest level: the way from an emulator is short.
        let level = Compression::fast();
        let mut encoder: Box<dyn Read + Send + '_> = match self {
            Self::Gzip => Box::new(GzEncoder::new(content, level)),
            Self::Deflate => Box::new(ZlibEncoder::new(content, level)),
        };
        let mut encoded = Vec::new();
        loop {
            let read = encoder.by_ref().take(TURN_SIZE_BYTES).read_to_end(&mut encoded);
            match read.unwrap_or_else(|_| unreachable!("what is in memory can be read")) {
                0 => return encoded.into(),
                _ => tokio::task::yield_now().await,
            }
        }
    }
}

/// The weight that a parameter gives, if it is one; a weight that cannot be read excludes nothing.
fn weight(parameter: &[u8]) -> Option<f32> {
    let value = parameter.trim_ascii().strip_prefix(b"q=")?;
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(values: &[&'static str]) -> Option<Coding> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_static(value));
        }
        Coding::accepted(&headers)
    }

    #[test]
    fn the_best_that_is_accepted_by_name_is_taken() {
        use Coding::{Deflate, Gzip};
        for (values, coding) in [
            (&["gzip"][..], Some(Gzip)),
            (&["deflate"], Some(Deflate)),
            (&["deflate, gzip"], Some(Gzip)),
            (&["gzip, deflate, br, zstd"], Some(Gzip)),
            (&["br", "GZIP"], Some(Gzip)),
            (&["gzip;q=0.2, deflate; q=0.8"], Some(Deflate)),
            (&["gzip;q=0, deflate;q=0.1"], Some(Deflate)),
            (&["gzip;q=0"], None),
            (&["identity"], None),
            (&["*"], None),
            (&["x-gzipped"], None),
            (&[""], None),
            (&[], None),
        ] {
            assert_eq!(accepted(values), coding, "{values:?}");
        }
    }

    #[tokio::test]
    async fn what_is_encoded_is_decoded_again() {
        for size in [0, 1, 100_000, 1_000_000] {
            let content: Vec<u8> = (0..size).map(|at| (at * at) as u8).collect();
            for coding in [Coding::Gzip, Coding::Deflate] {
                let sent = coding.encode(&content).await;
                assert_eq!(coding.decode(&sent, size).unwrap(), content);
                assert_eq!(coding.decode(&sent, size / 2).unwrap().len(), size.min(size / 2 + 1));
            }
        }
    }
}
