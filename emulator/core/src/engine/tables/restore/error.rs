//! What is wrong with overrides: what does not go with the billing mode, and indexes that the source does not have.

use std::fmt;

use crate::engine::tables::throughput::Side;
use crate::engine::wording::INVALID_REQUEST;
use crate::model::ApiError;
use crate::model::json::Text;

/// Why a table cannot be restored with what is to be different there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OverrideError {
    ThroughputOnDemand(Option<Text>),
    ThroughputUnlessProvisioned(Option<Text>),
    ThroughputMissing,
    IndexThroughputMissing(Text),
    CeilingUnlessOnDemand(Side),
    CeilingOutOfRange(Side),
    NoSuchIndex(Text),
    WarmIndex(Text),
}

impl fmt::Display for OverrideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(INVALID_REQUEST)?;
        let for_index = |index: &Option<Text>| {
            index
                .as_ref()
                .map_or(String::new(), |index| format!(" for index {index}"))
        };
        match self {
            Self::ThroughputOnDemand(index) => write!(
                f,
                "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST{}",
                for_index(index)
            ),
            Self::ThroughputUnlessProvisioned(index) => write!(
                f,
                "Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED{}",
                for_index(index)
            ),
            Self::ThroughputMissing => write!(
                f,
                "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED"
            ),
            Self::IndexThroughputMissing(index) => write!(f, "Must specify provisioned throughput for index {index}"),
            Self::CeilingUnlessOnDemand(side) => write!(
                f,
                "Cannot override {} for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST",
                side.request_units()
            ),
            Self::CeilingOutOfRange(side) => write!(
                f,
                "Requested {} for OnDemandThroughput is outside of valid range",
                side.request_units()
            ),
            Self::NoSuchIndex(index) => write!(
                f,
                "Index {index} does not match a secondary index that existed in the source table and cannot be created \
                 during the restore operation"
            ),
            Self::WarmIndex(index) => write!(
                f,
                "WarmThroughput cannot be specified for index {index} for point-in-time restore request"
            ),
        }
    }
}

impl From<OverrideError> for ApiError {
    fn from(error: OverrideError) -> Self {
        Self::validation(error)
    }
}
