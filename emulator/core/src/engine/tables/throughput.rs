//! Billing modes and throughput: provisioned, on demand and warm.
//!
//! Texts: observed-tables.md §3, §4 and §6, capacity.md §7. A figure is read here and refused here; when it takes effect is not known.

use std::fmt;

use super::INVALID;
use crate::engine::names::sentence_of;
use crate::model::json::{Text, Timestamp};
use crate::model::wire::{OnDemandThroughput, ProvisionedThroughputArg, WarmThroughputArg};
use crate::model::{ApiError, ErrorKind};
use crate::store::{BillingMode, Capacity, Ceilings, DAY_MS, Throughput, Units};

/// The most that one table or index can have.
pub(super) const TABLE_UNITS_MAX: i64 = 40_000;

/// The most that all tables of an account can have together.
pub(super) const ACCOUNT_UNITS_MAX: i64 = 80_000;

/// The greatest figure that the service reads at all.
const UNITS_READ_MAX: i64 = 1_000_000_000_000;

/// How often throughput can be lowered on one day without a pause between.
const DECREASES_FREE: u32 = 4;

/// The pause before a further decrease.
const DECREASE_PAUSE_MS: i64 = 3_600_000;

/// Reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Read,
    Write,
}

impl Side {
    const BOTH: [Self; 2] = [Self::Read, Self::Write];

    fn of(self, units: Units) -> i64 {
        match self {
            Self::Read => units.read,
            Self::Write => units.write,
        }
    }

    fn pick<T>(self, read: T, write: T) -> T {
        match self {
            Self::Read => read,
            Self::Write => write,
        }
    }

    fn capacity_units(self) -> &'static str {
        self.pick("ReadCapacityUnits", "WriteCapacityUnits")
    }

    fn request_units(self) -> &'static str {
        self.pick("MaxReadRequestUnits", "MaxWriteRequestUnits")
    }

    fn units_per_second(self) -> &'static str {
        self.pick("ReadUnitsPerSecond", "WriteUnitsPerSecond")
    }
}

/// A table, or an index of it: what a figure is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Table,
    Index(Text),
}

impl Subject {
    fn index(&self) -> Option<&Text> {
        match self {
            Self::Table => None,
            Self::Index(index) => Some(index),
        }
    }
}

/// Whether something is being created or changed, where the words differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasion {
    Create,
    Update,
}

/// What is wrong with billing or throughput.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ThroughputError {
    ProvisionedOnDemand,
    OutOfBounds(Side, i64, Subject),
    NotProvisioned,
    IndexProvisionedOnDemand(Text),
    IndexNotProvisioned(Text),
    NewIndexNotProvisioned(Text),
    SwitchWithoutThroughput,
    SwitchWithoutIndexThroughput(Vec<Text>),
    OnlyOnDemandUpdates(Text),
    Unchanged(Subject, Units),
    TooManyDecreases {
        count: u32,
        last: Timestamp,
    },
    AboveTableMax(Side, i64, Text),
    AboveAccountMax {
        side: Side,
        reserved: i64,
        requested: i64,
        region: Text,
    },
    CeilingOnProvisioned(Side, Subject, Occasion),
    CeilingOutOfRange(Side, Subject),
    CeilingAboveMax(Side, Subject, Text),
    WarmBelowInitial(Side, Subject),
    WarmBelowProvisioned(Side, Subject),
    WarmLowered(Side, Subject),
    WarmWithoutFigure(Text),
}

impl fmt::Display for ThroughputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ProvisionedOnDemand => write!(
                f,
                "{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
            ),
            Self::OutOfBounds(side, value, subject) => {
                write!(f, "Given value {value} for {} is out of bounds", side.capacity_units())?;
                subject.index().map_or(Ok(()), |index| write!(f, " for index {index}"))
            }
            Self::NotProvisioned => write!(
                f,
                "{INVALID}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
            ),
            Self::IndexProvisionedOnDemand(index) => write!(
                f,
                "{INVALID}ProvisionedThroughput should not be specified for index: {index} when BillingMode is PAY_PER_REQUEST"
            ),
            Self::IndexNotProvisioned(index) => {
                write!(f, "{INVALID}ProvisionedThroughput is not specified for index: {index}")
            }
            Self::NewIndexNotProvisioned(index) => write!(
                f,
                "{INVALID}Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {index}"
            ),
            Self::SwitchWithoutThroughput => {
                write!(
                    f,
                    "{INVALID}ProvisionedThroughput must be specified when BillingMode is PROVISIONED"
                )
            }
            Self::SwitchWithoutIndexThroughput(indexes) => write!(
                f,
                "{INVALID}ProvisionedThroughput must be specified for index: {}",
                indexes.join(",")
            ),
            Self::OnlyOnDemandUpdates(index) => write!(
                f,
                "{INVALID}The only Updates for index: {index} when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, \
                 WarmThroughput"
            ),
            Self::Unchanged(subject, units) => write_unchanged(f, subject, *units),
            Self::TooManyDecreases { count, last } => write!(
                f,
                "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first \
                 {DECREASES_FREE} decreases, each subsequent decrease in the same UTC day can be performed at most once every {} seconds. \
                 Number of decreases today: {count}. Last decrease at {}. Next decrease can be made at {}",
                DECREASE_PAUSE_MS / 1_000,
                sentence_of(*last),
                sentence_of(last.plus_millis(DECREASE_PAUSE_MS)),
            ),
            Self::AboveTableMax(side, value, region) => write!(
                f,
                "The requested {}, {value}, is above the per table maximum for the account in {region}. Per table maximum: \
                 {TABLE_UNITS_MAX}. {SEE_LIMITS}",
                side.capacity_units()
            ),
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
            Self::CeilingOnProvisioned(side, subject, occasion) => {
                write_ceiling_on_provisioned(f, *side, subject, *occasion)
            }
            Self::CeilingOutOfRange(side, subject) => write!(
                f,
                "{INVALID}Requested {} for OnDemandThroughput for {} is outside of valid range",
                side.request_units(),
                Of(subject, "index : ")
            ),
            Self::CeilingAboveMax(side, subject, region) => write!(
                f,
                "Subscriber limit exceeded: Requested {} for OnDemandThroughput for {} exceeds {} of the account in region {region}",
                side.request_units(),
                Of(subject, "index : "),
                side.pick("TableMaxReadCapacityUnits", "TableMaxWriteCapacityUnits"),
            ),
            Self::WarmBelowInitial(side, subject) => write!(
                f,
                "{} is lower than initial throughput for OnDemand. See: \
                 https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial",
                RequestedWarm(*side, subject)
            ),
            Self::WarmBelowProvisioned(side, subject) => write!(
                f,
                "{} is lower than {} of ProvisionedThroughput",
                RequestedWarm(*side, subject),
                side.capacity_units()
            ),
            Self::WarmLowered(side, subject) => write!(
                f,
                "{} is lower than current WarmThroughput, decreasing WarmThroughput is not supported",
                RequestedWarm(*side, subject)
            ),
            Self::WarmWithoutFigure(index) => write!(
                f,
                "{INVALID}WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified for index: {index}"
            ),
        }
    }
}

const SEE_LIMITS: &str =
    "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.";

/// A table as `table`, an index by its name behind words of its own.
struct Of<'a>(&'a Subject, &'static str);

impl fmt::Display for Of<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Subject::Table => f.write_str("table"),
            Subject::Index(index) => write!(f, "{}{index}", self.1),
        }
    }
}

struct RequestedWarm<'a>(Side, &'a Subject);

impl fmt::Display for RequestedWarm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (side, subject) = (self.0.units_per_second(), Of(self.1, "index "));
        write!(f, "{INVALID}Requested {side} for WarmThroughput for {subject}")
    }
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

fn write_ceiling_on_provisioned(
    f: &mut fmt::Formatter<'_>,
    side: Side,
    subject: &Subject,
    occasion: Occasion,
) -> fmt::Result {
    write!(f, "{INVALID}{} for OnDemandThroughput ", side.request_units())?;
    if let Some(index) = subject.index() {
        write!(f, "for index: {index} ")?;
    }
    f.write_str(match occasion {
        Occasion::Create => "cannot be specified when table BillingMode is PROVISIONED.",
        Occasion::Update => "cannot be specified when the table BillingMode is PROVISIONED",
    })
}

impl From<ThroughputError> for ApiError {
    fn from(error: ThroughputError) -> Self {
        let kind = match error {
            ThroughputError::TooManyDecreases { .. }
            | ThroughputError::AboveTableMax(..)
            | ThroughputError::AboveAccountMax { .. }
            | ThroughputError::CeilingAboveMax(..) => ErrorKind::LimitExceeded,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}

/// Provisioned throughput of a request whose constraints hold.
pub(super) fn units(throughput: Option<&ProvisionedThroughputArg>) -> Option<Units> {
    let throughput = throughput?;
    Some(Units {
        read: throughput.read_capacity_units?,
        write: throughput.write_capacity_units?,
    })
}

/// Refuses figures that the service does not even read.
pub(super) fn check_bounds(units: Option<Units>, subject: &Subject) -> Result<(), ThroughputError> {
    let Some(units) = units else { return Ok(()) };
    let beyond = Side::BOTH.into_iter().find(|side| side.of(units) > UNITS_READ_MAX);
    beyond.map_or(Ok(()), |side| {
        Err(ThroughputError::OutOfBounds(side, side.of(units), subject.clone()))
    })
}

/// The billing mode that a request asks for, and its throughput.
pub(super) fn check_mode(mode: Option<BillingMode>, units: Option<Units>) -> Result<(), ThroughputError> {
    if mode == Some(BillingMode::PayPerRequest) && units.is_some() {
        return Err(ThroughputError::ProvisionedOnDemand);
    }
    check_bounds(units, &Subject::Table)
}

/// The throughput of a new index, which must go with its table's billing mode.
pub(super) fn check_index_mode(
    mode: BillingMode,
    units: Option<Units>,
    index: &Text,
    occasion: Occasion,
) -> Result<Units, ThroughputError> {
    check_bounds(units, &Subject::Index(index.clone()))?;
    match (mode, units, occasion) {
        (BillingMode::PayPerRequest, None, _) => Ok(Units::default()),
        (BillingMode::PayPerRequest, Some(_), _) => Err(ThroughputError::IndexProvisionedOnDemand(index.clone())),
        (BillingMode::Provisioned, Some(units), _) => Ok(units),
        (BillingMode::Provisioned, None, Occasion::Create) => Err(ThroughputError::IndexNotProvisioned(index.clone())),
        (BillingMode::Provisioned, None, Occasion::Update) => {
            Err(ThroughputError::NewIndexNotProvisioned(index.clone()))
        }
    }
}

/// Refuses to lower throughput too often on one day.
pub(super) fn check_decrease(current: &Throughput, units: Units, now: Timestamp) -> Result<(), ThroughputError> {
    let count = current.decreases_on_day_of(now);
    match current.last_decrease {
        Some(last)
            if current.is_lowered_by(units) && count >= DECREASES_FREE && last.plus_millis(DECREASE_PAUSE_MS) > now =>
        {
            debug_assert!(last.plus_millis(DAY_MS) > now, "only decreases of one day are counted");
            Err(ThroughputError::TooManyDecreases { count, last })
        }
        _ => Ok(()),
    }
}

/// Refuses more throughput than one table or index can have.
pub(super) fn check_table_max(units: Units, region: &Text) -> Result<(), ThroughputError> {
    let above = Side::BOTH.into_iter().find(|side| side.of(units) > TABLE_UNITS_MAX);
    above.map_or(Ok(()), |side| {
        Err(ThroughputError::AboveTableMax(side, side.of(units), region.clone()))
    })
}

/// Refuses more throughput than the account can have: `reserved` is what it has, `requested` what would come on top.
pub(super) fn check_account_max(reserved: Units, requested: Units, region: &Text) -> Result<(), ThroughputError> {
    let above = Side::BOTH
        .into_iter()
        .find(|side| side.of(requested) > 0 && side.of(reserved) + side.of(requested) > ACCOUNT_UNITS_MAX);
    above.map_or(Ok(()), |side| {
        Err(ThroughputError::AboveAccountMax {
            side,
            reserved: side.of(reserved),
            requested: side.of(requested),
            region: region.clone(),
        })
    })
}

/// Ceilings after a request, from those that are; a member that is absent stays, and −1 clears one that is changed.
pub(super) fn ceilings(
    current: Ceilings,
    wanted: Option<&OnDemandThroughput>,
    mode: BillingMode,
    subject: &Subject,
    occasion: Occasion,
    region: &Text,
) -> Result<Ceilings, ThroughputError> {
    let Some(wanted) = wanted else { return Ok(current) };
    let members = [
        (Side::Read, wanted.max_read_request_units),
        (Side::Write, wanted.max_write_request_units),
    ];
    let sent = || {
        members
            .into_iter()
            .filter_map(|(side, value)| value.map(|value| (side, value)))
    };
    if let Some((side, _)) = sent().next()
        && mode == BillingMode::Provisioned
    {
        return Err(ThroughputError::CeilingOnProvisioned(side, subject.clone(), occasion));
    }
    for (side, value) in sent() {
        if value < 1 && !(value == -1 && occasion == Occasion::Update) {
            return Err(ThroughputError::CeilingOutOfRange(side, subject.clone()));
        }
        if value > TABLE_UNITS_MAX {
            return Err(ThroughputError::CeilingAboveMax(side, subject.clone(), region.clone()));
        }
    }
    let merged = |current: Option<i64>, wanted: Option<i64>| match wanted {
        Some(-1) => None,
        Some(value) => Some(value),
        None => current,
    };
    Ok(Ceilings {
        read: merged(current.read, wanted.max_read_request_units),
        write: merged(current.write, wanted.max_write_request_units),
    })
}

/// Whether warm throughput was sent with a figure.
pub(super) fn has_figure(warm: Option<&WarmThroughputArg>) -> bool {
    warm.is_some_and(|warm| warm.read_units_per_second.is_some() || warm.write_units_per_second.is_some())
}

/// Whether ceilings were sent with a figure.
pub(super) fn has_ceiling(ceilings: Option<&OnDemandThroughput>) -> bool {
    ceilings.is_some_and(|sent| sent.max_read_request_units.is_some() || sent.max_write_request_units.is_some())
}

/// The first warm figure that is lower than a least one.
fn below(warm: &WarmThroughputArg, least: Units) -> Option<Side> {
    let sent = |side: Side| side.pick(warm.read_units_per_second, warm.write_units_per_second);
    Side::BOTH
        .into_iter()
        .find(|&side| sent(side).is_some_and(|value| value < side.of(least)))
}

fn warmed(warm: &WarmThroughputArg, current: Units) -> Units {
    Units {
        read: warm.read_units_per_second.unwrap_or(current.read),
        write: warm.write_units_per_second.unwrap_or(current.write),
    }
}

/// Warm throughput of something new, which has `capacity` otherwise.
pub(super) fn initial_warm(
    capacity: &Capacity,
    warm: Option<&WarmThroughputArg>,
    mode: BillingMode,
    subject: &Subject,
) -> Result<Units, ThroughputError> {
    let Some(warm) = warm else { return Ok(capacity.warm) };
    match (mode, below(warm, capacity.warm)) {
        (_, None) => Ok(warmed(warm, capacity.warm)),
        (BillingMode::PayPerRequest, Some(side)) => Err(ThroughputError::WarmBelowInitial(side, subject.clone())),
        (BillingMode::Provisioned, Some(side)) => Err(ThroughputError::WarmBelowProvisioned(side, subject.clone())),
    }
}

/// Warm throughput after a change, which can only raise it.
pub(super) fn raised_warm(
    current: Units,
    warm: &WarmThroughputArg,
    subject: &Subject,
) -> Result<Units, ThroughputError> {
    match below(warm, current) {
        Some(side) => Err(ThroughputError::WarmLowered(side, subject.clone())),
        None => Ok(warmed(warm, current)),
    }
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
            "Number of decreases today: 4. Last decrease at Thursday, January 1, 1970 12:04:00 AM UTC. Next decrease can be made at Thursday, \
             January 1, 1970 1:04:00 AM UTC"
        ));
        assert_eq!(check_decrease(&throughput, units, minute(64)), Ok(()));
        assert_eq!(
            check_decrease(&throughput, Units { read: 60, write: 60 }, minute(5)),
            Ok(())
        );
    }
}
