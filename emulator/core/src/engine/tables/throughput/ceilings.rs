//! Ceilings on demand.

use std::fmt;

use super::{Occasion, Of, Side, Subject, TABLE_UNITS_MAX};
use crate::engine::tables::INVALID;
use crate::model::json::Text;
use crate::model::wire::OnDemandThroughput;
use crate::model::{ApiError, ErrorKind};
use crate::store::{BillingMode, Ceilings};

/// What is wrong with a ceiling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine::tables) enum CeilingError {
    OnProvisioned(Side, Subject, Occasion),
    OutOfRange(Side, Subject),
    AboveMax(Side, Subject, Text),
}

impl fmt::Display for CeilingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnProvisioned(side, subject, occasion) => write_on_provisioned(f, *side, subject, *occasion),
            Self::OutOfRange(side, subject) => write!(
                f,
                "{INVALID}Requested {} for OnDemandThroughput for {} is outside of valid range",
                side.request_units(),
                Of(subject, "index : ")
            ),
            Self::AboveMax(side, subject, region) => write!(
                f,
                "Subscriber limit exceeded: Requested {} for OnDemandThroughput for {} exceeds {} of the account in region {region}",
                side.request_units(),
                Of(subject, "index : "),
                side.table_max(),
            ),
        }
    }
}

impl From<CeilingError> for ApiError {
    fn from(error: CeilingError) -> Self {
        let kind = match error {
            CeilingError::AboveMax(..) => ErrorKind::LimitExceeded,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}

/// Refuses ceilings where throughput is provisioned.
pub(in crate::engine::tables) fn check_ceiling_mode(
    wanted: &OnDemandThroughput,
    mode: BillingMode,
    subject: &Subject,
    occasion: Occasion,
) -> Result<(), CeilingError> {
    match sent(wanted).next() {
        Some((side, _)) if mode == BillingMode::Provisioned => {
            Err(CeilingError::OnProvisioned(side, subject.clone(), occasion))
        }
        _ => Ok(()),
    }
}

/// The ceilings that were sent.
fn sent(wanted: &OnDemandThroughput) -> impl Iterator<Item = (Side, i64)> {
    let members = [
        (Side::Read, wanted.max_read_request_units),
        (Side::Write, wanted.max_write_request_units),
    ];
    members
        .into_iter()
        .filter_map(|(side, value)| value.map(|value| (side, value)))
}

/// Ceilings after a request, from those that are; a member that is absent stays, and −1 clears one that is changed.
pub(in crate::engine::tables) fn ceilings(
    current: Ceilings,
    wanted: Option<&OnDemandThroughput>,
    mode: BillingMode,
    subject: &Subject,
    occasion: Occasion,
    region: &Text,
) -> Result<Ceilings, CeilingError> {
    let Some(wanted) = wanted else { return Ok(current) };
    check_ceiling_mode(wanted, mode, subject, occasion)?;
    for (side, value) in sent(wanted) {
        if value < 1 && !(value == -1 && occasion == Occasion::Update) {
            return Err(CeilingError::OutOfRange(side, subject.clone()));
        }
        if value > TABLE_UNITS_MAX {
            return Err(CeilingError::AboveMax(side, subject.clone(), region.clone()));
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

/// Whether ceilings were sent with a figure.
pub(in crate::engine::tables) fn has_ceiling(ceilings: Option<&OnDemandThroughput>) -> bool {
    ceilings.is_some_and(|sent| sent.max_read_request_units.is_some() || sent.max_write_request_units.is_some())
}

fn write_on_provisioned(f: &mut fmt::Formatter<'_>, side: Side, subject: &Subject, occasion: Occasion) -> fmt::Result {
    write!(f, "{INVALID}{} for OnDemandThroughput ", side.request_units())?;
    if let Some(index) = subject.index() {
        write!(f, "for index: {index} ")?;
    }
    f.write_str(match occasion {
        Occasion::Create => "cannot be specified when table BillingMode is PROVISIONED.",
        Occasion::Update => "cannot be specified when the table BillingMode is PROVISIONED",
    })
}
