//! Why replicas cannot be made, changed or deleted (control-plane-2026.md §13 to §15).

use std::fmt;

use crate::engine::regions::regions_beside;
use crate::engine::tables::INVALID;
use crate::model::json::Text;
use crate::model::{ApiError, ErrorKind};

/// Why a group of replicas stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine::tables) enum ReplicationError {
    MustBeAlone,
    OtherFields,
    NoRegion,
    NoAction,
    OverrideOnDemand,
    CeilingOnProvisioned,
    ManyActions,
    ManyKinds,
    ManyRegions,
    LocalRegion,
    UnknownRegion(Text),
    ClosedRegion(Text),
    TableInTheWay(Text),
    Exists(Text, Vec<Text>),
    NoReplica(Vec<Text>),
    Busy,
    BusyAdding(Text, Text),
    Source,
    Protected(Text, Text),
    UnknownIndex(Text, Text),
    StreamNeeded,
    NotGroup(&'static str),
    Strong(StrongError),
    DisassociationProtected(Text),
    OtherDisassociated,
}

/// Why nothing is said of sharing settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine::tables) enum SettingsModeError {
    /// The mode is one that the service sets by itself.
    Overrides,
    /// The table is part of a group.
    OfGroup,
}

impl fmt::Display for SettingsModeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overrides => f.write_str(
                "Value 'ENABLED_WITH_OVERRIDES' at 'GlobalTableSettingsReplicationMode' failed to satisfy constraint: Only ENABLED and \
                 DISABLED settings replication are supported for a Regional Table.",
            ),
            Self::OfGroup => {
                write!(f, "{INVALID}GlobalTableSettingsReplicationMode is only supported for a Regional Table.")
            }
        }
    }
}

impl From<SettingsModeError> for ApiError {
    fn from(error: SettingsModeError) -> Self {
        Self::validation(error)
    }
}

/// Why a replica does not get a key, or no other one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine::tables) enum ReplicaKeyError {
    /// The table has a key of the customer's, and the replica is to have none.
    Missing,
    /// The replica is to have a key of the customer's, and the table has none.
    Differs,
    /// The key is to change as that of a table that has no replicas.
    ByTable,
    /// Another key is under way.
    Updating,
}

impl fmt::Display for ReplicaKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "{INVALID}KMSMasterKeyId must be specified for each replica."),
            Self::Differs => f.write_str("All replica keys must either be Customer Managed CMK or AWS Managed CMK."),
            Self::ByTable => f.write_str(
                "Invalid operation: Customer Managed CMKs on Global Table Version 2019.11.21 replicas cannot be updated through \
                 SSESpecification parameter and can only be updated through ReplicaUpdates parameter",
            ),
            Self::Updating => f.write_str(
                "Operation cannot be performed while replica server-side encryption status is in UPDATING state. Please retry the request after \
                 the status is updated to ENABLED.",
            ),
        }
    }
}

impl From<ReplicaKeyError> for ApiError {
    fn from(error: ReplicaKeyError) -> Self {
        Self::validation(error)
    }
}

/// Why a strongly consistent group stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine::tables) enum StrongError {
    Count,
    WitnessWithoutConsistency,
    WitnessIsReplica,
    UnsupportedRegions(Vec<Text>),
    NotEmpty,
    NoMore,
    WitnessLeftOut,
    Existing,
    OnlyCreate,
    NoWitness(Vec<Text>),
    OneOfMany,
    Transactions,
    Expiry,
    LocalIndexes,
    Disassociation,
}

struct Regions<'a>(&'a [Text]);

impl fmt::Display for Regions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

impl fmt::Display for ReplicationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MustBeAlone => write!(f, "{INVALID}Replica modification must be the only operation in the request"),
            Self::OtherFields => write!(
                f,
                "{INVALID}Requests that modify replicas or witnesses must not also modify other fields"
            ),
            Self::NoRegion => f.write_str(INVALID.trim_end_matches(": ")),
            Self::OverrideOnDemand => f.write_str(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
            ),
            Self::CeilingOnProvisioned => f.write_str(
                "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED",
            ),
            Self::NoAction => {
                f.write_str("There are no actions specified in the Replica Update Action of the request.")
            }
            Self::ManyActions => f.write_str(
                "Update table operation with more than one create or delete replica actions not allowed",
            ),
            Self::ManyKinds => {
                f.write_str("Update table operation with more than one type of replica actions not allowed.")
            }
            Self::ManyRegions => f.write_str("Cannot target multiple regions with the same action"),
            Self::LocalRegion => f.write_str(
                "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as required.",
            ),
            Self::UnknownRegion(region) => {
                let regions: Vec<Text> = regions_beside(region).map(Text::new_static).collect();
                write!(
                    f,
                    "Region {region} is not supported. The latest version of global tables are only supported in the following regions: [{}]",
                    Regions(&regions)
                )
            }
            Self::ClosedRegion(region) => write!(
                f,
                "Failed to access the region: ‘{region}’. User is missing the permissions since the region is disabled."
            ),
            Self::TableInTheWay(table) => write!(
                f,
                "Failed to create a the new replica of table with name: ‘{table}’ because one or more replicas already existed as tables."
            ),
            Self::Exists(table, regions) => write!(
                f,
                "Global table with name: '{table}' already exists with replicas in regions: '{}'.",
                Regions(regions)
            ),
            Self::NoReplica(regions) => write!(
                f,
                "Update global table operation failed because one or more replicas were not part of the global table. Please retry the \
                 request without these replicas: [{}].",
                Regions(regions)
            ),
            Self::Busy => f.write_str("The resource which you are attempting to change is in use."),
            Self::BusyAdding(table, region) => write!(
                f,
                "Create/Update/Delete of replica is not allowed while the replica is being added to table with name: ‘{table}’ in region: \
                 ‘{region}’."
            ),
            Self::Source => f.write_str(
                "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table in the last 24 \
                 hours.",
            ),
            Self::Protected(table, region) => write!(
                f,
                "Cannot delete table {table} in region {region} because it has deletion protection enabled. Disable deletion protection first."
            ),
            Self::UnknownIndex(index, table) => {
                write!(f, "Requested resource not found: Index {index} for table {table}")
            }
            Self::StreamNeeded => write!(f, "{INVALID}Disabling Stream is not allowed for a Global Table replica."),
            Self::NotGroup(member) => write!(f, "{INVALID}{member} is only supported for a Global Table replica."),
            Self::DisassociationProtected(table) => write!(
                f,
                "Table {table} cannot be disassociated because it has disassociation protection enabled. Disable disassociation protection first."
            ),
            Self::OtherDisassociated => f.write_str("Only the local region can be disassociated from a global table."),
            Self::Strong(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for StrongError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SET: &str = "global tables with MultiRegionConsistency set to STRONG";
        match self {
            Self::Count => write!(f, "Unsupported replica count for {SET}."),
            Self::WitnessWithoutConsistency => f.write_str(
                "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is present.",
            ),
            Self::WitnessIsReplica => write!(
                f,
                "Cannot add a witness in the same region as an existing replica when creating a global table with MultiRegionConsistency set to \
                 STRONG."
            ),
            Self::UnsupportedRegions(regions) => {
                write!(f, "Unsupported Region(s) specified for {SET}: [{}].", Regions(regions))
            }
            Self::NotEmpty => write!(f, "Table must be empty to be converted to {SET}."),
            Self::NoMore => f.write_str("Cannot add replicas to a global table with strong MultiRegionConsistency"),
            Self::WitnessLeftOut => f.write_str("Update table delete operation does not include all witnesses."),
            Self::Existing => f.write_str("MultiRegionConsistency parameter is unsupported on existing global table"),
            Self::OnlyCreate => f.write_str(
                "Only Replica Create actions are supported when MultiRegionConsistency parameter is provided.",
            ),
            Self::NoWitness(regions) => write!(
                f,
                "Update global table operation failed because one or more witnesses were not part of the global table. Please retry the request \
                 without these witnesses: [{}].",
                Regions(regions)
            ),
            Self::OneOfMany => write!(f, "Deletion of only one table replica is not supported for {SET}."),
            Self::Transactions => write!(f, "Transactions are not supported for {SET}."),
            Self::Expiry => write!(f, "TimeToLive is not supported for {SET}."),
            Self::LocalIndexes => write!(f, "Local secondary indexes are not supported for {SET}."),
            Self::Disassociation => write!(f, "Disassociation is not supported for {SET}."),
        }
    }
}

impl From<StrongError> for ReplicationError {
    fn from(error: StrongError) -> Self {
        Self::Strong(error)
    }
}

impl From<ReplicationError> for ApiError {
    fn from(error: ReplicationError) -> Self {
        let kind = match error {
            ReplicationError::Busy | ReplicationError::Exists(..) => ErrorKind::ResourceInUse,
            ReplicationError::UnknownIndex(..) => ErrorKind::ResourceNotFound,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}

impl From<StrongError> for ApiError {
    fn from(error: StrongError) -> Self {
        ReplicationError::from(error).into()
    }
}
