//! How long the work on a table takes.
//!
//! The figures lie within what was measured at the service (observed-tables.md §4 to §8, §17, §18; control-plane-2026.md §2 to §7, §9 to
//! §11, §13, §14); an instant engine takes no time for any of it.

use crate::engine::Pace;

/// Something that the service needs time for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// Creating a table.
    Create,
    /// Creating a table with indexes that are not local.
    CreateWithIndexes,
    /// Until a new replica is told.
    ShowReplica,
    /// Making a replica.
    CreateReplica,
    /// Making replicas that are strongly consistent.
    CreateStrongReplicas,
    /// Changing a replica.
    UpdateReplica,
    /// Until the other tables rest when a replica is deleted.
    LetGoOfReplica,
    /// Changing the deletion protection of a table with replicas.
    ProtectMember,
    /// Deleting a replica.
    DeleteReplica,
    /// Deleting all of a strongly consistent group but one.
    EndStrongGroup,
    /// Deleting a table.
    Delete,
    /// Changing provisioned throughput.
    Provision,
    /// Changing to throughput that is set.
    SwitchToProvisioned,
    /// Changing to payment by request for the first time.
    SwitchToOnDemand,
    /// Changing back to payment by request.
    SwitchBackToOnDemand,
    /// Turning a stream on or off.
    SwitchStream,
    /// Changing the table class.
    ChangeClass,
    /// Until another key is told.
    TakeKey,
    /// Encrypting anew.
    Encrypt,
    /// Warming up a table or an index.
    Warm,
    /// Allocating resources of a new index.
    AllocateIndex,
    /// Filling a new index.
    BackfillIndex,
    /// Filling a new vector index.
    BackfillVectors,
    /// Making a vector index searchable that is told as active.
    PrepareSearch,
    /// Deleting an index.
    RemoveIndex,
    /// Changing an index in the beginning of a switch to provisioned throughput.
    SwitchIndex,
    /// Changing the throughput of an index.
    ProvisionIndex,
    /// Writing tags: other writes are refused meanwhile.
    WriteTags,
    /// The pause after a change of deletion protection.
    RestProtection,
    /// Exporting a table.
    Export,
    /// Reading what is imported, until the table is made.
    ReadImport,
    /// Finding that a bucket is not there.
    MissBucket,
    /// Ending an import once its table is there.
    EndImport,
    /// Putting items in bulk.
    PutInBulk,
    /// Stopping a bulk put.
    CancelBulkPut,
    /// Until those who keep backups, insights and destinations learn of a new table.
    LearnOfTable,
    /// From when tags are kept for a new table until it is there.
    LearnOfTags,
    /// Until backups of a table that was created can be made.
    EnableBackups,
    /// Until backups and tags know no more of a table that is being deleted.
    ForgetTable,
    /// Making a backup.
    BackUp,
    /// Restoring a table.
    Restore,
    /// Until policies are kept for a new table.
    LearnOfPolicies,
    /// Settling a policy: other changes are refused meanwhile.
    SettlePolicy,
    /// The pause after a change of a policy.
    RestPolicy,
    /// Counting keys.
    EnableInsights,
    /// Counting keys no longer.
    DisableInsights,
    /// Finding out that keys cannot be counted.
    FailInsights,
    /// Connecting a Kinesis stream.
    EnableDestination,
    /// Letting go of a Kinesis stream.
    DisableDestination,
    /// Changing how a Kinesis stream is written to.
    UpdateDestination,
    /// Finding out that a Kinesis stream cannot be written to.
    FailDestination,
    /// Waiting in vain for a Kinesis stream to be active.
    AwaitDestination,
}

impl Work {
    /// How long it takes, in milliseconds.
    pub(crate) fn length_ms(self, pace: Pace) -> i64 {
        if pace == Pace::Instant {
            return 0;
        }
        match self {
            Self::Create => 3_000,
            Self::CreateWithIndexes => 15_000,
            Self::ShowReplica => 6_000,
            Self::CreateReplica | Self::UpdateReplica => 30_000,
            Self::CreateStrongReplicas => 60_000,
            Self::LetGoOfReplica => 40_000,
            Self::ProtectMember => 38_000,
            Self::DeleteReplica => 180_000,
            Self::EndStrongGroup => 60_000,
            Self::Delete => 5_000,
            Self::Provision => 2_000,
            Self::SwitchToProvisioned => 90_000,
            Self::SwitchToOnDemand => 140_000,
            Self::SwitchBackToOnDemand => 4_500,
            Self::SwitchStream => 4_500,
            Self::ChangeClass => 5_000,
            Self::TakeKey => 8_500,
            Self::Encrypt => 22_000,
            Self::Warm => 300_000,
            Self::AllocateIndex => 30_000,
            Self::BackfillIndex => 420_000,
            Self::BackfillVectors => 990_000,
            Self::PrepareSearch => 900_000,
            Self::RemoveIndex => 4_000,
            Self::SwitchIndex => 6_000,
            Self::ProvisionIndex => 3_000,
            Self::WriteTags => 1_600,
            Self::RestPolicy | Self::RestProtection => 15_000,
            Self::Export => 140_000,
            Self::ReadImport => 30_000,
            Self::MissBucket => 6_000,
            Self::PutInBulk => 60_000,
            Self::EndImport | Self::CancelBulkPut => 3_000,
            Self::LearnOfTable | Self::EnableBackups => 3_000,
            Self::LearnOfTags => 1_000,
            Self::ForgetTable => 1_600,
            Self::BackUp => 50,
            Self::Restore => 120_000,
            Self::LearnOfPolicies | Self::FailDestination => 1_500,
            Self::SettlePolicy | Self::DisableInsights | Self::FailInsights | Self::DisableDestination => 2_000,
            Self::EnableInsights => 8_000,
            Self::EnableDestination => 5_000,
            Self::UpdateDestination => 135_000,
            Self::AwaitDestination => 61_000,
        }
    }
}
