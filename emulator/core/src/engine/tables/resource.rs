//! Tables and streams that are named by their ARNs: what can have tags and policies.
//!
//! Here an ARN becomes a [`Resource`] for a caller. Texts that all operations share are here, too (observed-tables.md §17, control-plane-2026.md
//! §9); what another Region or account is told is worded by the operation. What is kept of tags and policies is known where they are.

use std::fmt;

use super::INVALID;
use crate::engine::Caller;
use crate::engine::names::{Arn, is_name, partition_of};
use crate::model::json::{Text, Timestamp};
use crate::store::streams::{Stream, StreamKey, horizon};
use crate::store::{Database, TableDefinition, TableStatus};

/// Why an ARN names no table or stream of the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ArnError {
    /// A text that is no ARN.
    NoArn(Text),
    /// Something that is neither a table nor of a table.
    ForeignService(Text),
    /// An index.
    NoTable(Text),
    /// Something elsewhere, or a table that cannot be.
    Elsewhere(Text),
    /// Something of another account.
    ForeignAccount,
}

impl ArnError {
    /// The words that all operations share; none where they differ.
    pub(super) fn shared_words(&self) -> Option<impl fmt::Display> {
        Some(match self {
            Self::NoArn(text) => format!("{INVALID}ARNs must start with 'arn:': {text}"),
            Self::ForeignService(arn) => format!("{INVALID}Provided Arn is not a DynamoDB resource arn: {arn}"),
            Self::NoTable(arn) => format!(
                "{INVALID}Invalid resource arn provided, only table or stream is accepted. Provided resource arn: {arn}"
            ),
            Self::Elsewhere(_) | Self::ForeignAccount => return None,
        })
    }
}

/// A table or a stream of the caller, whether or not it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    /// A table by its name.
    Table(Text),
    /// A stream.
    Stream(StreamKey),
}

impl Resource {
    /// Reads an ARN.
    pub(super) fn parse(arn: &Text, caller: &Caller) -> Result<Self, ArnError> {
        if !arn.starts_with("arn:") {
            return Err(ArnError::NoArn(arn.clone()));
        }
        let parts = Arn::parse(arn).filter(|parts| parts.service == "dynamodb");
        let parts = parts.ok_or_else(|| ArnError::ForeignService(arn.clone()))?;
        let path: Vec<&str> = parts.resource.split('/').collect();
        let resource = match path[..] {
            ["table", table] => Self::Table(table.into()),
            ["table", table, "stream", label] => Self::Stream(StreamKey {
                table: table.into(),
                label: label.into(),
            }),
            ["table", _, "index", ..] => return Err(ArnError::NoTable(arn.clone())),
            _ => return Err(ArnError::ForeignService(arn.clone())),
        };
        let is_possible = match &resource {
            Self::Table(table) => is_name(table),
            Self::Stream(_) => true,
        };
        let is_here = parts.region == caller.region && parts.partition == partition_of(&caller.region);
        if !is_here || !is_possible {
            return Err(ArnError::Elsewhere(arn.clone()));
        }
        if parts.account != caller.account {
            return Err(ArnError::ForeignAccount);
        }
        Ok(resource)
    }
}

/// What a resource names, where it is there.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'d> {
    Table(&'d TableDefinition),
    Stream(&'d Stream),
}

impl<'d> Found<'d> {
    /// The table or stream of a resource; a stream that was turned off is there for as long as it can be read.
    pub(super) fn of(resource: &Resource, database: &'d Database, now: Timestamp) -> Option<Self> {
        match resource {
            Resource::Table(table) => database.table(table).map(|table| Self::Table(table.definition())),
            Resource::Stream(key) => database
                .streams()
                .get(key)
                .filter(|stream| !stream.is_forgotten(horizon(now)))
                .map(|stream| Self::Stream(stream)),
        }
    }

    /// The table that is there only in part: while it is being created or deleted.
    pub(super) fn half_there(self) -> Option<(TableStatus, &'d TableDefinition)> {
        match self {
            Self::Table(definition) => {
                let status = definition.status();
                matches!(status, TableStatus::Creating | TableStatus::Deleting).then_some((status, definition))
            }
            Self::Stream(_) => None,
        }
    }
}
