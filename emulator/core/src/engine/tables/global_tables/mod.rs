//! Global tables as they were in 2017, and the scaling of replicas: operations that ask for a group of tables in several Regions.
//!
//! The service makes no more groups of the kind of 2017, and every table here lives in one Region alone. So there is no group that could be
//! found: what remains are the checks that come before it is looked for (control-plane-2026.md §16, §17). The newer global tables are
//! a matter of UpdateTable.

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
use crate::engine::names::{NAME_LENGTH, NameError};
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
    /// A name that is too short or too long.
    NameLength,
    /// Not all that a scaled throughput needs.
    Partial(Text, Vec<&'static str>),
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
            Self::NameLength => {
                let (least, most) = NAME_LENGTH;
                write!(
                    f,
                    "TableName must be at least {least} characters long and at most {most} characters long"
                )
            }
            Self::Partial(name, lacking) => write!(
                f,
                "Failed to update settings for global table with name: ‘{name}’: Parameters '{}' are required unless auto scaling is being \
                 disabled.",
                lacking.join(", ")
            ),
            Self::NoRegion => f.write_str("Internal server error"),
        }
    }
}

impl From<GroupError> for ApiError {
    fn from(error: GroupError) -> Self {
        let kind = match error {
            GroupError::NoTable(_) | GroupError::NoSettings(_) => ErrorKind::GlobalTableNotFound,
            GroupError::NoScaling(_) => ErrorKind::ResourceNotFound,
            GroupError::NoRegion => ErrorKind::InternalServerError,
            GroupError::Legacy | GroupError::NoAction | GroupError::NameLength | GroupError::Partial(..) => {
                ErrorKind::Validation
            }
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
    let (least, most) = NAME_LENGTH;
    if !(least..=most).contains(&name.len()) {
        return Err(GroupError::NameLength.into());
    }
    let mut violations = Violations::default();
    violations.echoed(path, Some(name)).pattern(&TABLE_NAME);
    violations.refuse()
}
