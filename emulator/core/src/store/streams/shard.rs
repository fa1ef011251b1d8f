//! A shard: a run of records of the partitions in a range of hashes.

use std::fmt;
use std::ops::RangeInclusive;

use super::log::Log;
use super::sequence::SequenceNumber;
use crate::model::json::Timestamp;

/// The name of a shard: when it was opened and a mark of its own. Ids sort by age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardId {
    opened_ms: u64,
    mark: u32,
}

impl ShardId {
    fn new(opened: Timestamp, first: SequenceNumber) -> Self {
        Self {
            opened_ms: u64::try_from(opened.as_millis()).unwrap_or(0),
            // Shards of one millisecond have first numbers of their own, which do not lie 2^32 apart.
            mark: first.count() as u32,
        }
    }

    /// The id that a text spells.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (opened_ms, mark) = text.strip_prefix("shardId-")?.split_once('-')?;
        let id = Self {
            opened_ms: opened_ms.parse().ok()?,
            mark: u32::from_str_radix(mark, 16).ok()?,
        };
        (id.to_string() == text).then_some(id)
    }

    /// When the shard was opened.
    #[must_use]
    pub fn opened(self) -> Timestamp {
        Timestamp::from_millis(i64::try_from(self.opened_ms).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for ShardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shardId-{:020}-{:08x}", self.opened_ms, self.mark)
    }
}

/// A shard.
#[derive(Clone, Debug, PartialEq)]
pub struct Shard {
    /// Its name.
    pub id: ShardId,
    /// The shard whose records come before those of this one.
    pub parent: Option<ShardId>,
    /// Which partitions it has the records of, by their hash.
    pub hashes: RangeInclusive<u64>,
    /// Where it begins; no record of it has a lower number.
    pub first: SequenceNumber,
    /// When it was closed; an open one takes records.
    pub closed: Option<Timestamp>,
    /// How many records it was given.
    pub count: u64,
    /// Its records.
    pub log: Log,
}

impl Shard {
    pub(super) fn open(
        opened: Timestamp,
        parent: Option<ShardId>,
        hashes: RangeInclusive<u64>,
        first: SequenceNumber,
    ) -> Self {
        Self {
            id: ShardId::new(opened, first),
            parent,
            hashes,
            first,
            closed: None,
            count: 0,
            log: Log::default(),
        }
    }

    /// The last number of the shard so far: that of its last record, or where it begins.
    #[must_use]
    pub fn last(&self) -> SequenceNumber {
        self.log.last().unwrap_or(self.first)
    }

    /// Whether the shard has been closed for so long that it is not known any more.
    #[must_use]
    pub fn is_forgotten(&self, horizon: Timestamp) -> bool {
        self.closed.is_some_and(|closed| closed <= horizon)
    }
}

/// Both halves of a range, or the whole if it is too small to divide.
pub(super) fn halves(hashes: &RangeInclusive<u64>) -> Vec<RangeInclusive<u64>> {
    let (low, high) = (*hashes.start(), *hashes.end());
    if low == high {
        return vec![hashes.clone()];
    }
    let middle = low + (high - low) / 2;
    vec![low..=middle, middle + 1..=high]
}

/// So many ranges that cover all hashes in their order.
pub(super) fn equal_parts(count: u16) -> impl Iterator<Item = RangeInclusive<u64>> {
    let count = u128::from(count.max(1));
    let edge = move |part: u128| ((part << 64) / count) as u64;
    (0..count).map(move |part| edge(part)..=edge(part + 1).wrapping_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_and_sort_by_age() {
        let id = ShardId::new(
            Timestamp::from_millis(1_414_562_045_508),
            SequenceNumber::from_count(0x2bac_9cd2),
        );
        assert_eq!(id.to_string(), "shardId-00000001414562045508-2bac9cd2");
        assert_eq!(ShardId::parse(&id.to_string()), Some(id));
        let later = ShardId::new(Timestamp::from_millis(1_414_562_045_509), SequenceNumber::from_count(1));
        assert!(id < later && id.to_string() < later.to_string());
        for text in [
            "",
            "shardId-",
            "shardId-1-2",
            "shardId-00000001414562045508-2BAC9CD2",
            "shardId-+0000001414562045508-2bac9cd2",
        ] {
            assert_eq!(ShardId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn parts_and_halves_cover_all_hashes() {
        for count in [1, 2, 3, 7, 32] {
            let parts: Vec<_> = equal_parts(count).collect();
            assert_eq!((*parts[0].start(), *parts[parts.len() - 1].end()), (0, u64::MAX));
            assert!(parts.windows(2).all(|pair| pair[0].end() + 1 == *pair[1].start()));
        }
        assert_eq!(halves(&(4..=7)), [4..=5, 6..=7]);
        assert_eq!(halves(&(4..=4)), [4..=4]);
    }
}
