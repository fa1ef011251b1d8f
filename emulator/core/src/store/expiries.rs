//! When the items of a table expire: an ordered index of times, kept only by tables whose items do.
//!
//! An item expires as soon as the seconds that its attribute holds have passed; what had passed when the item was written expires with the
//! write, unless that was more than five years before: such a time is taken for a mistake and ignored, as is what is no number
//! (observed-tables.md §16, control-plane.md §7). Writes that leave the attribute alone change nothing. How long an expired item stays is
//! decided by whoever asks for those that have been expired for so long.

use imbl::{OrdMap, OrdSet};

use super::key::RowKey;
use super::settings::Expiry;
use super::table::{Row, Rows};
use crate::model::json::Timestamp;
use crate::model::{Name, Number, Scalar, Scalars};

/// Times that lie further back than this are ignored.
const AGE_MAX_MS: i64 = 5 * 365 * super::settings::DAY_MS;

/// When the items of a table expire.
#[derive(Clone, Debug, PartialEq)]
pub struct Expiries {
    attribute: Name,
    due: OrdSet<(Timestamp, RowKey)>,
    /// When those items expired whose time had passed before they were written.
    late: OrdMap<RowKey, Timestamp>,
}

impl Expiries {
    /// The expiries of rows under a setting; none if it is off.
    pub(super) fn of(setting: &Expiry, rows: &Rows) -> Option<Self> {
        let mut expiries = Self {
            attribute: setting.attribute.clone()?,
            due: OrdSet::new(),
            late: OrdMap::new(),
        };
        let at = setting.changed.unwrap_or_default();
        for (key, row) in rows {
            expiries.replace(key, None, Some(row), at);
        }
        Some(expiries)
    }

    /// When the first item expires.
    #[must_use]
    pub fn first(&self) -> Option<Timestamp> {
        self.due.get_min().map(|(at, _)| *at)
    }

    /// The items that have expired by `at`, those that did so first before others.
    pub fn until(&self, at: Timestamp) -> impl Iterator<Item = &RowKey> {
        self.due
            .iter()
            .take_while(move |(due, _)| *due <= at)
            .map(|(_, key)| key)
    }

    pub(super) fn replace(&mut self, key: &RowKey, old: Option<&Row>, new: Option<&Row>, at: Timestamp) {
        let (was, is) = (self.time_of(old), self.time_of(new));
        if was == is {
            return;
        }
        if let Some(was) = was {
            let due = self.late.remove(key).unwrap_or(was);
            self.due.remove(&(due, key.clone()));
        }
        match is {
            Some(is) if is.plus_millis(AGE_MAX_MS) < at => {}
            Some(is) if is < at => {
                self.late.insert(key.clone(), at);
                self.due.insert((at, key.clone()));
            }
            Some(is) => drop(self.due.insert((is, key.clone()))),
            None => {}
        }
    }

    fn time_of(&self, row: Option<&Row>) -> Option<Timestamp> {
        match row?.item.scalar(&self.attribute)? {
            Scalar::N(seconds) => first_moment_after(&seconds),
            Scalar::S(_) | Scalar::B(_) => None,
        }
    }
}

/// The first millisecond in which so many seconds since 1970 have passed; none if it is beyond reckoning, or before 1970.
fn first_moment_after(seconds: &Number) -> Option<Timestamp> {
    if seconds.is_negative() {
        return None;
    }
    let exponent = i32::from(seconds.exponent()) + 3;
    let power = 10u128.checked_pow(exponent.unsigned_abs());
    let milliseconds = match power {
        Some(power) if exponent >= 0 => seconds.coefficient().checked_mul(power)?,
        Some(power) => seconds.coefficient() / power,
        None if exponent < 0 => 0,
        None => return seconds.is_zero().then(|| Timestamp::from_millis(1)),
    };
    let milliseconds = i64::try_from(milliseconds).ok()?;
    Some(Timestamp::from_millis(milliseconds.checked_add(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Value;

    fn moment(text: &str) -> Option<i64> {
        first_moment_after(&Number::parse(text).unwrap()).map(Timestamp::as_millis)
    }

    #[test]
    fn seconds_have_passed_a_millisecond_later() {
        let rows = [
            ("0", Some(1)),
            ("1", Some(1_001)),
            ("1700000000", Some(1_700_000_000_001)),
            ("1.5", Some(1_501)),
            ("1.0009", Some(1_001)),
            ("1E-130", Some(1)),
            ("17e8", Some(1_700_000_000_001)),
            ("9223372036854775", Some(9_223_372_036_854_775_001)),
            ("9223372036854776", None),
            ("1E+125", None),
            ("-1", None),
        ];
        for (text, expected) in rows {
            assert_eq!(moment(text), expected, "{text}");
        }
    }

    fn row(seconds: Option<i64>) -> Option<Row> {
        let value = seconds.map(|seconds| ("t".into(), Value::N(Number::parse(&seconds.to_string()).unwrap())));
        Some(Row::new(&value.into_iter().collect()))
    }

    fn key(byte: u8) -> RowKey {
        RowKey::from(vec![byte])
    }

    fn expiries() -> Expiries {
        let setting = Expiry {
            attribute: Some("t".into()),
            changed: None,
        };
        Expiries::of(&setting, &Rows::new()).unwrap()
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1_000)
    }

    #[test]
    fn an_item_that_is_written_late_expires_with_the_write_and_keeps_that_time() {
        let mut expiries = expiries();
        expiries.replace(&key(1), None, row(Some(100)).as_ref(), second(500));
        expiries.replace(&key(2), None, row(Some(600)).as_ref(), second(500));
        assert_eq!(expiries.first(), Some(second(500)));
        // A later write that leaves the attribute alone does not put it off.
        expiries.replace(&key(1), row(Some(100)).as_ref(), row(Some(100)).as_ref(), second(550));
        assert_eq!(expiries.until(second(550)).collect::<Vec<_>>(), [&key(1)]);
        expiries.replace(&key(1), row(Some(100)).as_ref(), row(Some(700)).as_ref(), second(550));
        assert_eq!(expiries.until(second(650)).collect::<Vec<_>>(), [&key(2)]);
        expiries.replace(&key(1), row(Some(700)).as_ref(), None, second(560));
        expiries.replace(&key(2), row(Some(600)).as_ref(), row(None).as_ref(), second(560));
        assert_eq!(expiries, super::tests::expiries());
    }

    #[test]
    fn a_time_five_years_before_the_write_is_ignored() {
        let mut expiries = expiries();
        let now = second(10 * 365 * 86_400);
        let years = |years: i64, more: i64| row(Some(years * 365 * 86_400 + more));
        expiries.replace(&key(1), None, years(5, -1).as_ref(), now);
        assert_eq!(expiries.first(), None);
        expiries.replace(&key(2), None, years(5, 0).as_ref(), now);
        assert_eq!(expiries.first(), Some(now));
        // However long nobody looks, an item that has not expired when it is written will.
        expiries.replace(&key(2), years(5, 0).as_ref(), years(11, 0).as_ref(), now);
        assert_eq!(expiries.until(second(99 * 365 * 86_400)).count(), 1);
    }
}
