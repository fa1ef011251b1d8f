//! Which throughput goes with which billing mode.

use std::fmt;

use super::{Occasion, Subject, check_bounds};
use crate::engine::tables::INVALID;
use crate::model::ApiError;
use crate::model::json::Text;
use crate::store::{BillingMode, Units};

/// What does not go with a billing mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine::tables) enum BillingError {
    ProvisionedOnDemand,
    SwitchedWithThroughput,
    NotProvisioned,
    IndexProvisionedOnDemand(Text),
    IndexNotProvisioned(Text),
    NewIndexNotProvisioned(Text),
    SwitchWithoutThroughput,
    SwitchWithoutIndexThroughput(Vec<Text>),
    OnlyOnDemandUpdates(Text),
}

impl fmt::Display for BillingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ProvisionedOnDemand => write!(
                f,
                "{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
            ),
            Self::SwitchedWithThroughput => write!(
                f,
                "{INVALID}ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST"
            ),
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
        }
    }
}

impl From<BillingError> for ApiError {
    fn from(error: BillingError) -> Self {
        Self::validation(error)
    }
}

/// The billing mode that a request asks for, and its throughput.
pub(in crate::engine::tables) fn check_mode(
    mode: Option<BillingMode>,
    units: Option<Units>,
    occasion: Occasion,
) -> Result<(), ApiError> {
    if mode == Some(BillingMode::PayPerRequest) && units.is_some() {
        let refusal = match occasion {
            Occasion::Create => BillingError::ProvisionedOnDemand,
            Occasion::Update => BillingError::SwitchedWithThroughput,
        };
        return Err(refusal.into());
    }
    Ok(check_bounds(units, &Subject::Table)?)
}

/// The throughput of a new index, which must go with its table's billing mode.
pub(in crate::engine::tables) fn check_index_mode(
    mode: BillingMode,
    units: Option<Units>,
    index: &Text,
    occasion: Occasion,
) -> Result<Units, ApiError> {
    check_bounds(units, &Subject::Index(index.clone()))?;
    let refusal = match (mode, units, occasion) {
        (BillingMode::PayPerRequest, None, _) => return Ok(Units::default()),
        (BillingMode::Provisioned, Some(units), _) => return Ok(units),
        (BillingMode::PayPerRequest, Some(_), _) => BillingError::IndexProvisionedOnDemand(index.clone()),
        (BillingMode::Provisioned, None, Occasion::Create) => BillingError::IndexNotProvisioned(index.clone()),
        (BillingMode::Provisioned, None, Occasion::Update) => BillingError::NewIndexNotProvisioned(index.clone()),
    };
    Err(refusal.into())
}
