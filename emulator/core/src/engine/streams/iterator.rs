//! Shard iterators: a place in a shard, and when it was given out, as an opaque text.
//!
//! `arn|1|base64`. The text holds the place itself, so nothing is kept for it. A checksum over it, the ARN and the identity of the table makes
//! sure that it was given out for this very stream: neither an edited one nor one from another namespace or an earlier life of the
//! table is taken.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use xxhash_rust::xxh3::xxh3_64;

use super::arn_of;
use super::error::StreamFault;
use crate::model::json::{Text, Timestamp};
use crate::store::streams::{SequenceNumber, ShardId, StreamDefinition};

/// How long an iterator can be used.
pub(super) const AGE_MAX_MS: i64 = 15 * 60 * 1_000;

/// What stands between the ARN and the place: the form of what follows.
const FORM: &str = "|1|";

/// A place in a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The shard.
    pub(super) shard: ShardId,
    /// The lowest number that is yet to be read.
    pub(super) next: SequenceNumber,
    /// When the iterator was given out.
    pub(super) issued: Timestamp,
}

impl Place {
    /// The iterator for this place in a stream.
    pub(super) fn text(&self, stream: &StreamDefinition) -> Text {
        let body = self.body();
        let sealed = format!("{:016x} {body}", seal(stream, &body));
        format!("{}{FORM}{}", arn_of(stream), STANDARD.encode(sealed)).into()
    }

    fn body(&self) -> String {
        format!("{} {} {}", self.shard, self.next.count(), self.issued.as_millis())
    }

    /// Reads what follows the ARN.
    pub(super) fn parse(encoded: &str, stream: &StreamDefinition) -> Result<Self, StreamFault> {
        let sealed = STANDARD.decode(encoded).map_err(|_| StreamFault::BadIterator)?;
        let sealed = std::str::from_utf8(&sealed).map_err(|_| StreamFault::BadIterator)?;
        let (mark, body) = sealed.split_once(' ').ok_or(StreamFault::BadIterator)?;
        let is_sealed = mark == format!("{:016x}", seal(stream, body));
        read_body(body).filter(|_| is_sealed).ok_or(StreamFault::BadIterator)
    }
}

fn read_body(body: &str) -> Option<Place> {
    let mut parts = body.split(' ');
    Some(Place {
        shard: ShardId::parse(parts.next()?)?,
        next: SequenceNumber::from_count(parts.next()?.parse().ok()?),
        issued: Timestamp::from_millis(parts.next()?.parse().ok()?),
    })
}

/// The checksum of a place in a stream.
fn seal(stream: &StreamDefinition, body: &str) -> u64 {
    let sealed = Sealed { stream, body };
    xxh3_64(sealed.to_string().as_bytes())
}

struct Sealed<'a> {
    stream: &'a StreamDefinition,
    body: &'a str,
}

impl fmt::Display for Sealed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StreamDefinition { table_id, key, .. } = self.stream;
        write!(f, "{table_id} {} {} {}", arn_of(self.stream), key.label, self.body)
    }
}

/// The ARN in an iterator, and what follows it.
pub(super) fn split(iterator: &Text) -> Result<(Text, &str), StreamFault> {
    let (arn, encoded) = iterator.split_once(FORM).ok_or(StreamFault::BadIterator)?;
    Ok((arn.into(), encoded))
}
