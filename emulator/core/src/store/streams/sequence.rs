//! Sequence numbers: the one order of all records of a database.
//!
//! A number counts upward from 1 and is spelled as the service spells them, with a leading counter in steps of 10^20 and a small one behind it, so
//! that it has 21 to 40 digits. Numbers are compared as numbers, as in the service: texts of different length do not sort.

use std::fmt;

/// What two numbers that follow each other differ by on the wire.
const STEP: u128 = 100_000_000_000_000_000_001;

/// The greatest count that can be spelled; a database that makes a million records a second reaches it in a hundred thousand years.
#[cfg(test)]
const COUNT_MAX: u64 = (u128::MAX / STEP) as u64;

/// The place of a record, or of the edge of a shard, in the order of its database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SequenceNumber(u64);

impl SequenceNumber {
    /// The number that follows.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The number that a text spells, if one was ever given out that reads so.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+').unwrap_or(text);
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let spelled: u128 = digits.parse().ok()?;
        let count = u64::try_from(spelled / STEP).ok().filter(|count| *count > 0)?;
        spelled.is_multiple_of(STEP).then_some(Self(count))
    }

    /// The bare count.
    #[must_use]
    pub fn count(self) -> u64 {
        self.0
    }

    /// The number with this count.
    #[must_use]
    pub fn from_count(count: u64) -> Self {
        Self(count)
    }
}

impl fmt::Display for SequenceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", u128::from(self.0) * STEP)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_21_to_40_digits_and_read_back() {
        for count in [1, 2, 9, 10, 499_659, COUNT_MAX] {
            let text = SequenceNumber(count).to_string();
            assert!((21..=40).contains(&text.len()), "{text}");
            assert_eq!(SequenceNumber::parse(&text), Some(SequenceNumber(count)));
            assert_eq!(SequenceNumber::parse(&format!("+{text}")), Some(SequenceNumber(count)));
        }
    }

    #[test]
    fn a_text_that_spells_no_number_is_none() {
        let ones = "1".repeat(21);
        let nines = "9".repeat(40);
        for text in ["", "+", "x", "-1", "000000000000000000000", &ones, &nines, "１"] {
            assert_eq!(SequenceNumber::parse(text), None, "{text}");
        }
    }
}
