//! Global tables as they were in 2017, and the scaling of replicas: operations that ask for a group of tables in several Regions.
//!
//! The service makes no more groups of the kind of 2017. So there is none that could be found: what remains of them are the checks that come before it
//! is looked for (control-plane-2026.md §16). The newer groups are a matter of UpdateTable ([`replicas`](super::replicas)); how their throughput
//! follows the load is set and told here (§17).

mod constraints;
mod create_global_table;
mod describe_global_table;
mod describe_global_table_settings;
mod describe_table_replica_auto_scaling;
mod list_global_tables;
mod update_global_table;
mod update_global_table_settings;
mod update_table_replica_auto_scaling;

use std::fmt;

use super::INVALID;
use crate::engine::names::{NameError, NameLengthError};
use crate::engine::violations::{TABLE_NAME, Violations};
use crate::model::json::Text;
use crate::model::{ApiError, ErrorKind};

/// Why there is nothing to be had of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
enum GroupError {
    /// The version of 2017 is asked for.
    Legacy,
    /// An update without any action.
    NoAction,
    /// A group that was made by CreateGlobalTable.
    NoTable(Text),
    /// The settings of such a group.
    NoSettings(Text),
    /// A group whose throughput follows the load.
    NoScaling(Text),
    /// Not all that a scaled throughput needs.
    Partial(Text, Vec<&'static str>),
    /// A group that is on demand: its name, its Regions and what was to be set.
    OnDemand(Text, Vec<Text>, Vec<&'static str>),
    /// Nothing is to be set at all.
    Nothing(Text),
    /// Regions that are named more than once.
    RegionsTwice(Text, Vec<Text>),
    /// A Region for which nothing is to be set.
    NothingForRegion(Text, Text),
    /// Indexes that the group does not have.
    NoIndexes(Text, Vec<Text>),
    /// A Region that is none.
    NoRegion,
}

impl fmt::Display for GroupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Legacy => write!(
                f,
                "{INVALID}DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB global tables version \
                 2019.11.21, instead of version 2017.11.29 (Legacy)."
            ),
            Self::NoAction => f.write_str(INVALID.trim_end_matches(": ")),
            Self::NoTable(name) => write!(
                f,
                "Global table not found: Global table with name: '{name}' does not exist."
            ),
            Self::NoSettings(name) | Self::NoScaling(name) => {
                write!(f, "Global table with name: '{name}' does not exist.")
            }
            Self::Partial(name, lacking) => write!(
                f,
                "Failed to update settings for global table with name: ‘{name}’: Parameters '{}' are required unless auto scaling is being \
                 disabled.",
                lacking.join(", ")
            ),
            Self::OnDemand(name, regions, members) => write!(
                f,
                "Failed to update global table with name ‘{name}‘. Replicas '{}' BillingMode is PayPerRequest. You must convert table's \
                 BillingMode to PROVISIONED to set parameters: '{}'.",
                regions.join("', '").to_uppercase(),
                members.join(", ")
            ),
            Self::Nothing(name) => write!(
                f,
                "Failed to update settings for global table with name: ‘{name}’ because at least one update parameter must be specified."
            ),
            Self::RegionsTwice(name, regions) => write!(
                f,
                "Failed to update settings for global table with name: ‘{name}’ because the regions: ‘[{}]’ were specified more than once.",
                regions.join(", ")
            ),
            Self::NothingForRegion(name, region) => write!(
                f,
                "Failed to update settings for global table with name: ‘{name}’ because at least one update parameter must be specified for \
                 region: ‘{region}’."
            ),
            Self::NoIndexes(name, indexes) => write!(
                f,
                "Failed to update settings for global table with name: ‘{name}’ because the global secondary indexes with names: ‘[{}]’ do not \
                 exist.",
                indexes.join(", ")
            ),
            Self::NoRegion => f.write_str("Internal server error"),
        }
    }
}

impl From<GroupError> for ApiError {
    fn from(error: GroupError) -> Self {
        let kind = match error {
            GroupError::NoTable(_) | GroupError::NoSettings(_) => ErrorKind::GlobalTableNotFound,
            GroupError::NoScaling(_) | GroupError::NoIndexes(..) => ErrorKind::ResourceNotFound,
            GroupError::NoRegion => ErrorKind::InternalServerError,
            GroupError::Legacy
            | GroupError::NoAction
            | GroupError::Partial(..)
            | GroupError::Nothing(_)
            | GroupError::RegionsTwice(..)
            | GroupError::NothingForRegion(..)
            | GroupError::OnDemand(..) => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}

/// The name of a global table of 2017, which is reported ahead of everything else when it is bad.
fn check_name(name: Option<&Text>) -> Result<&Text, ApiError> {
    let name = name.ok_or(NameError::Missing)?;
    check_text("globalTableName", name)?;
    Ok(name)
}

fn check_text(path: &str, name: &Text) -> Result<(), ApiError> {
    NameLengthError::check("TableName", name.len())?;
    let mut violations = Violations::default();
    violations.echoed(path, Some(name)).pattern(&TABLE_NAME);
    violations.refuse()
}
