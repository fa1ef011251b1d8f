//! The records of a shard in their order, as a value that shares what it can.
//!
//! Records are kept in chunks: a record is appended to the last one, which is copied first only if a reader still holds it, and old records leave
//! a chunk at a time. So a clone costs a reference count, an append is cheap, and a page is found without passing what lies before it.

use std::sync::Arc;

use imbl::OrdMap;

use super::record::Record;
use super::sequence::SequenceNumber;
use crate::model::json::Timestamp;

/// How many records leave together, and are copied at most for an append.
const CHUNK_RECORDS: usize = 64;

/// Records that are kept together; never empty.
pub(crate) type Chunk = Vec<Record>;

/// The records of a shard.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    /// By the number of their first record.
    chunks: OrdMap<SequenceNumber, Arc<Chunk>>,
    last: Option<SequenceNumber>,
    /// The last record that is gone.
    gone: Option<SequenceNumber>,
}

impl Log {
    /// The number of the last record, whether or not it is still kept.
    #[must_use]
    pub fn last(&self) -> Option<SequenceNumber> {
        self.last
    }

    /// The number of the last record that is not to be read any more, for all that is older than `horizon`.
    #[must_use]
    pub fn trimmed(&self, horizon: Timestamp) -> Option<SequenceNumber> {
        let mut trimmed = self.gone;
        for chunk in self.chunks.values() {
            let old = chunk.partition_point(|record| record.at <= horizon);
            if let Some(record) = old.checked_sub(1).and_then(|last| chunk.get(last)) {
                trimmed = Some(record.number);
            }
            if old < chunk.len() {
                break;
            }
        }
        trimmed
    }

    /// The records from a number on.
    pub fn from(&self, number: SequenceNumber) -> impl Iterator<Item = &Record> {
        let first = self.chunks.get_prev(&number).map_or(number, |(first, _)| *first);
        self.chunks
            .range(first..)
            .flat_map(|(_, chunk)| chunk.iter())
            .skip_while(move |record| record.number < number)
    }

    /// The first record that tells of `at` or a later time.
    #[must_use]
    pub fn first_since(&self, at: Timestamp) -> Option<&Record> {
        let chunk = self
            .chunks
            .values()
            .find(|chunk| chunk.last().is_some_and(|record| record.second() >= at))?;
        chunk.iter().find(|record| record.second() >= at)
    }

    /// Adds a record behind the last.
    pub(super) fn push(&mut self, record: Record) {
        debug_assert!(
            self.last.is_none_or(|last| last < record.number),
            "records come in their order"
        );
        self.last = Some(record.number);
        let last = self.chunks.get_max().map(|(first, _)| *first);
        if let Some(chunk) = last
            .and_then(|first| self.chunks.get_mut(&first))
            .filter(|chunk| chunk.len() < CHUNK_RECORDS)
        {
            Arc::make_mut(chunk).push(record);
        } else {
            self.chunks.insert(record.number, Arc::new(vec![record]));
        }
    }

    /// Lets go of chunks in which nothing is younger than `horizon`.
    pub(super) fn trim(&mut self, horizon: Timestamp, released: &mut Vec<Arc<Chunk>>) {
        while let Some((first, chunk)) = self.chunks.get_min() {
            let Some(last) = chunk.last().filter(|record| record.at <= horizon) else {
                return;
            };
            let first = *first;
            self.gone = Some(last.number);
            released.extend(self.chunks.remove(&first));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::Event;
    use super::*;
    use crate::model::AttributeMap;
    use crate::store::change::Origin;

    fn record(count: u64) -> Record {
        Record {
            number: SequenceNumber::from_count(count),
            at: Timestamp::from_millis(count as i64 * 1_000),
            origin: Origin::Caller,
            event: Event::Insert,
            keys: AttributeMap::default(),
            old: None,
            new: None,
        }
    }

    /// A log of every second number up to 1,000.
    fn log() -> Log {
        let mut log = Log::default();
        (1..=500).for_each(|count| log.push(record(count * 2)));
        log
    }

    fn counts(log: &Log, from: u64, most: usize) -> Vec<u64> {
        log.from(SequenceNumber::from_count(from))
            .take(most)
            .map(|record| record.number.count())
            .collect()
    }

    #[test]
    fn records_are_read_from_any_number_on() {
        let log = log();
        for from in 0..1_000u64 {
            let first = (from.max(2)).next_multiple_of(2);
            assert_eq!(
                counts(&log, from, 2),
                [first, first + 2]
                    .into_iter()
                    .filter(|count| *count <= 1_000)
                    .collect::<Vec<_>>()
            );
        }
        assert_eq!(counts(&log, 1_001, 2), [0; 0]);
    }

    #[test]
    fn a_clone_does_not_see_what_is_added_or_goes() {
        let mut log = log();
        let snapshot = log.clone();
        log.push(record(1_001));
        let mut released = Vec::new();
        log.trim(Timestamp::from_millis(400_000), &mut released);
        assert_eq!(snapshot.from(SequenceNumber::default()).count(), 500);
        assert_eq!(snapshot.last(), Some(SequenceNumber::from_count(1_000)));
        assert!(!released.is_empty());
    }

    #[test]
    fn what_is_trimmed_does_not_depend_on_how_much_is_gone() {
        let mut log = log();
        let horizon = Timestamp::from_millis(700_000);
        let before = log.trimmed(horizon);
        log.trim(horizon, &mut Vec::new());
        assert_eq!(
            (before, log.trimmed(horizon)),
            (Some(SequenceNumber::from_count(700)), before)
        );
        log.trim(Timestamp::from_millis(i64::MAX), &mut Vec::new());
        assert_eq!(log.trimmed(horizon), Some(SequenceNumber::from_count(1_000)));
        assert_eq!(counts(&log, 0, 1), [0; 0]);
    }

    #[test]
    fn a_time_leads_to_the_first_record_of_its_second_or_later() {
        let log = log();
        let first = |at: i64| {
            log.first_since(Timestamp::from_millis(at))
                .map(|record| record.number.count())
        };
        assert_eq!(first(0), Some(2));
        assert_eq!(first(500_000), Some(500));
        assert_eq!(first(500_001), Some(502));
        assert_eq!(first(1_000_001), None);
    }
}
