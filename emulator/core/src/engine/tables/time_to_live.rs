//! Time to live: whether the items of a table expire, and by which attribute.
//!
//! Texts: observed-tables.md §16. What expires is not known here.

use std::fmt;

use super::word;
use crate::model::ApiError;
use crate::model::json::{Text, Timestamp};
use crate::model::wire::TimeToLiveDescription;
use crate::store::{Expiry, TableStatus};

/// The pause after a change before the next is taken.
const PAUSE_MS: i64 = 31 * 60 * 1_000;

/// Why expiry cannot be set or told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ExpiryError {
    AlreadyEnabled,
    AlreadyDisabled,
    OtherAttribute(Text),
    TooSoon,
    Untold(TableStatus),
}

impl fmt::Display for ExpiryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyEnabled => f.write_str("TimeToLive is already enabled"),
            Self::AlreadyDisabled => f.write_str("TimeToLive is already disabled"),
            Self::OtherAttribute(attribute) => write!(
                f,
                "TimeToLive is active on a different AttributeName: current AttributeName is {attribute}"
            ),
            Self::TooSoon => f.write_str("Time to live has been modified multiple times within a fixed interval"),
            Self::Untold(status) => write!(
                f,
                "Cannot describe time to live while table is in {0} state: Current table state is {0}",
                status.word()
            ),
        }
    }
}

impl From<ExpiryError> for ApiError {
    fn from(error: ExpiryError) -> Self {
        Self::validation(error)
    }
}

/// Expiry after a change: by `attribute` or, if it is not `enabled`, not at all. The content is checked before the pause.
pub(super) fn changed(
    current: &Expiry,
    attribute: &Text,
    enabled: bool,
    now: Timestamp,
) -> Result<Expiry, ExpiryError> {
    match (&current.attribute, enabled) {
        (Some(known), _) if known != attribute => return Err(ExpiryError::OtherAttribute(known.clone())),
        (Some(_), true) => return Err(ExpiryError::AlreadyEnabled),
        (None, false) => return Err(ExpiryError::AlreadyDisabled),
        _ => {}
    }
    if current.changed.is_some_and(|at| at.plus_millis(PAUSE_MS) > now) {
        return Err(ExpiryError::TooSoon);
    }
    Ok(Expiry {
        attribute: enabled.then(|| attribute.clone()),
        changed: Some(now),
    })
}

/// How items expire, as it is told.
pub(super) fn describe(expiry: Expiry) -> TimeToLiveDescription {
    let status = if expiry.attribute.is_some() {
        "ENABLED"
    } else {
        "DISABLED"
    };
    TimeToLiveDescription {
        time_to_live_status: Some(word(status)),
        attribute_name: expiry.attribute,
    }
}
