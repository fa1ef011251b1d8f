//! Warm throughput: what a table or an index serves at once. It only ever rises.

use std::fmt;

use super::{Of, Side, Subject, TABLE_UNITS_MAX};
use crate::engine::tables::INVALID;
use crate::model::json::Text;
use crate::model::wire::WarmThroughputArg;
use crate::model::{ApiError, ErrorKind};
use crate::store::{BillingMode, Capacity, Units};

/// What is wrong with warm throughput.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine::tables) enum WarmError {
    BelowInitial(Side, Subject),
    BelowProvisioned(Side, Subject),
    Lowered(Side, Subject),
    AboveMax(Side, Subject, Text),
    WithoutFigure(Text),
}

impl fmt::Display for WarmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BelowInitial(side, subject) => write!(
                f,
                "{} is lower than initial throughput for OnDemand. See: \
                 https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial",
                RequestedWarm(*side, subject)
            ),
            Self::BelowProvisioned(side, subject) => write!(
                f,
                "{} is lower than {} of ProvisionedThroughput",
                RequestedWarm(*side, subject),
                side.capacity_units()
            ),
            Self::Lowered(side, subject) => write!(
                f,
                "{} is lower than current WarmThroughput, decreasing WarmThroughput is not supported",
                RequestedWarm(*side, subject)
            ),
            Self::AboveMax(side, subject, region) => write!(
                f,
                "Subscriber limit exceeded: Requested {} for WarmThroughput for {} exceeds {} of the account in region {region}",
                side.units_per_second(),
                Of(subject, "index "),
                side.table_max(),
            ),
            Self::WithoutFigure(index) => write!(
                f,
                "{INVALID}WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified for index: {index}"
            ),
        }
    }
}

impl From<WarmError> for ApiError {
    fn from(error: WarmError) -> Self {
        let kind = match error {
            WarmError::AboveMax(..) => ErrorKind::LimitExceeded,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}

struct RequestedWarm<'a>(Side, &'a Subject);

impl fmt::Display for RequestedWarm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (side, subject) = (self.0.units_per_second(), Of(self.1, "index "));
        write!(f, "{INVALID}Requested {side} for WarmThroughput for {subject}")
    }
}

/// Whether warm throughput was sent with a figure.
pub(in crate::engine::tables) fn has_figure(warm: Option<&WarmThroughputArg>) -> bool {
    warm.is_some_and(|warm| warm.read_units_per_second.is_some() || warm.write_units_per_second.is_some())
}

/// The first warm figure that is lower than a least one.
fn below(warm: &WarmThroughputArg, least: Units) -> Option<Side> {
    let sent = |side: Side| side.pick(warm.read_units_per_second, warm.write_units_per_second);
    Side::BOTH
        .into_iter()
        .find(|&side| sent(side).is_some_and(|value| value < side.of(least)))
}

fn warmed(warm: &WarmThroughputArg, current: Units, subject: &Subject, region: &Text) -> Result<Units, WarmError> {
    let units = Units {
        read: warm.read_units_per_second.unwrap_or(current.read),
        write: warm.write_units_per_second.unwrap_or(current.write),
    };
    let above = Side::BOTH.into_iter().find(|side| side.of(units) > TABLE_UNITS_MAX);
    above.map_or(Ok(units), |side| {
        Err(WarmError::AboveMax(side, subject.clone(), region.clone()))
    })
}

/// Warm throughput of something new, which has `capacity` otherwise.
pub(in crate::engine::tables) fn initial_warm(
    capacity: &Capacity,
    warm: Option<&WarmThroughputArg>,
    mode: BillingMode,
    subject: &Subject,
    region: &Text,
) -> Result<Units, WarmError> {
    let Some(warm) = warm else { return Ok(capacity.warm) };
    match (mode, below(warm, capacity.warm)) {
        (_, None) => warmed(warm, capacity.warm, subject, region),
        (BillingMode::PayPerRequest, Some(side)) => Err(WarmError::BelowInitial(side, subject.clone())),
        (BillingMode::Provisioned, Some(side)) => Err(WarmError::BelowProvisioned(side, subject.clone())),
    }
}

/// Warm throughput after a change, which can only raise it.
pub(in crate::engine::tables) fn raised_warm(
    current: Units,
    warm: &WarmThroughputArg,
    subject: &Subject,
    region: &Text,
) -> Result<Units, WarmError> {
    match below(warm, current) {
        Some(side) => Err(WarmError::Lowered(side, subject.clone())),
        None => warmed(warm, current, subject, region),
    }
}
