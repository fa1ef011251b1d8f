//! Provisioned throughput: its bounds, its maxima, and how often it can be lowered.

use std::fmt;

use super::{Side, Subject, TABLE_UNITS_MAX};
use crate::engine::names::sentence_of;
use crate::model::json::{Text, Timestamp};
use crate::model::wire::ProvisionedThroughputArg;
use crate::model::{ApiError, ErrorKind};
use crate::store::{DAY_MS, Throughput, Units};

/// The most that all tables of an account can have together.
pub(in crate::engine::tables) const ACCOUNT_UNITS_MAX: i64 = 80_000;

/// The greatest figure that the service reads at all.
const UNITS_READ_MAX: i64 = 1_000_000_000_000;

/// How often throughput can be lowered on one day without a pause between.
const DECREASES_FREE: u32 = 4;

/// The pause before a further decrease.
const DECREASE_PAUSE_MS: i64 = 3_600_000;

const SEE_LIMITS: &str =
    "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.";

/// What is wrong with provisioned throughput.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine::tables) enum ProvisionedError {
    OutOfBounds(Side, i64, Subject),
    Unchanged(Subject, Units),
    TooManyDecreases {
        count: u32,
        last: Timestamp,
    },
    AboveMax(Side, i64, Subject, Text),
    AboveAccountMax {
        side: Side,
        reserved: i64,
        requested: i64,
        region: Text,
    },
}

impl fmt::Display for ProvisionedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfBounds(side, value, subject) => {
                write!(f, "Given value {value} for {} is out of bounds", side.capacity_units())?;
                subject.index().map_or(Ok(()), |index| write!(f, " for index {index}"))
            }
            Self::Unchanged(subject, units) => write_unchanged(f, subject, *units),
            Self::TooManyDecreases { count, last } => write!(
                f,
                "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first \
                 {DECREASES_FREE} decreases, each subsequent decrease in the same UTC day can be performed at most once every {} seconds. \
                 Number of decreases today: {count}. Last decrease at {}. Next decrease can be made at {}",
                DECREASE_PAUSE_MS / 1_000,
                sentence_of(*last),
                sentence_of(next_decrease(*last)),
            ),
            Self::AboveMax(side, value, subject, region) => {
                let kind = subject.index().map_or("table", |_| "index");
                write!(f, "The requested {}", side.capacity_units())?;
                subject
                    .index()
                    .map_or(Ok(()), |index| write!(f, " for index {index}"))?;
                write!(
                    f,
                    ", {value}, is above the per {kind} maximum for the account in {region}. Per table maximum: {TABLE_UNITS_MAX}. {SEE_LIMITS}"
                )
            }
            Self::AboveAccountMax {
                side,
                reserved,
                requested,
                region,
            } => write!(
                f,
                "This request would have caused the {} limit to be exceeded for the account in {region}. Current {0} reserved by the \
                 account: {reserved}. Limit: {ACCOUNT_UNITS_MAX}. Requested: {requested}. {SEE_LIMITS}",
                side.capacity_units()
            ),
        }
    }
}

impl From<ProvisionedError> for ApiError {
    fn from(error: ProvisionedError) -> Self {
        let kind = match error {
            ProvisionedError::TooManyDecreases { .. }
            | ProvisionedError::AboveMax(..)
            | ProvisionedError::AboveAccountMax { .. } => ErrorKind::LimitExceeded,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}

/// Provisioned throughput of a request whose constraints hold.
pub(in crate::engine::tables) fn units(throughput: Option<&ProvisionedThroughputArg>) -> Option<Units> {
    let throughput = throughput?;
    Some(Units {
        read: throughput.read_capacity_units?,
        write: throughput.write_capacity_units?,
    })
}

/// Refuses figures that the service does not even read.
pub(in crate::engine::tables) fn check_bounds(units: Option<Units>, subject: &Subject) -> Result<(), ProvisionedError> {
    let Some(units) = units else { return Ok(()) };
    let beyond = Side::BOTH.into_iter().find(|side| side.of(units) > UNITS_READ_MAX);
    beyond.map_or(Ok(()), |side| {
        Err(ProvisionedError::OutOfBounds(side, side.of(units), subject.clone()))
    })
}

/// When throughput can be lowered again: after the pause, or when the next day of UTC begins.
fn next_decrease(last: Timestamp) -> Timestamp {
    let rested = last.plus_millis(DECREASE_PAUSE_MS);
    let next_day = (last.as_millis().div_euclid(DAY_MS) + 1) * DAY_MS;
    rested.min(Timestamp::from_millis(next_day))
}

/// Refuses to lower throughput too often on one day.
pub(in crate::engine::tables) fn check_decrease(
    current: &Throughput,
    units: Units,
    now: Timestamp,
) -> Result<(), ProvisionedError> {
    let count = current.decreases_on_day_of(now);
    match current.last_decrease {
        Some(last)
            if current.is_lowered_by(units) && count >= DECREASES_FREE && last.plus_millis(DECREASE_PAUSE_MS) > now =>
        {
            debug_assert!(last.plus_millis(DAY_MS) > now, "only decreases of one day are counted");
            Err(ProvisionedError::TooManyDecreases { count, last })
        }
        _ => Ok(()),
    }
}

/// Refuses more throughput than one table or index can have.
pub(in crate::engine::tables) fn check_max(
    units: Units,
    subject: &Subject,
    region: &Text,
) -> Result<(), ProvisionedError> {
    let above = Side::BOTH.into_iter().find(|side| side.of(units) > TABLE_UNITS_MAX);
    above.map_or(Ok(()), |side| {
        let (value, subject) = (side.of(units), subject.clone());
        Err(ProvisionedError::AboveMax(side, value, subject, region.clone()))
    })
}

/// Refuses more throughput than the account can have: `reserved` is what it has, `requested` what would come on top.
pub(in crate::engine::tables) fn check_account_max(
    reserved: Units,
    requested: Units,
    region: &Text,
) -> Result<(), ProvisionedError> {
    let above = Side::BOTH.into_iter().find(|side| {
        side.of(requested) > 0 && side.of(reserved).saturating_add(side.of(requested)) > ACCOUNT_UNITS_MAX
    });
    above.map_or(Ok(()), |side| {
        Err(ProvisionedError::AboveAccountMax {
            side,
            reserved: side.of(reserved),
            requested: side.of(requested),
            region: region.clone(),
        })
    })
}

fn write_unchanged(f: &mut fmt::Formatter<'_>, subject: &Subject, Units { read, write }: Units) -> fmt::Result {
    let what = match subject {
        Subject::Table => "the table".to_owned(),
        Subject::Index(index) => format!("index {index}"),
    };
    let article = if *subject == Subject::Table { "" } else { "the " };
    write!(
        f,
        "The provisioned throughput for {article}{what} will not change. The requested value equals the current value. Current \
         ReadCapacityUnits provisioned for {what}: {read}. Requested ReadCapacityUnits: {read}. Current WriteCapacityUnits provisioned for \
         {what}: {write}. Requested WriteCapacityUnits: {write}. {SEE_LIMITS}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_decrease_of_a_day_waits_for_an_hour() {
        let mut throughput = Throughput::new(Units { read: 50, write: 50 });
        let minute = |minute: i64| Timestamp::from_millis(minute * 60_000);
        for step in 1..=4 {
            let units = Units {
                read: 50 - step,
                write: 50,
            };
            assert_eq!(check_decrease(&throughput, units, minute(step)), Ok(()));
            throughput.change(units, minute(step));
        }
        let units = Units { read: 1, write: 60 };
        let refused = check_decrease(&throughput, units, minute(63)).unwrap_err();
        assert!(refused.to_string().ends_with(
            "Number of decreases today: 4. Last decrease at Thursday, January 1, 1970 at 12:04:00 AM Coordinated Universal Time. Next decrease \
             can be made at Thursday, January 1, 1970 at 1:04:00 AM Coordinated Universal Time"
        ));
        assert_eq!(check_decrease(&throughput, units, minute(64)), Ok(()));
        assert_eq!(
            check_decrease(&throughput, Units { read: 60, write: 60 }, minute(5)),
            Ok(())
        );
    }
}
