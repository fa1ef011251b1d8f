//! Why nothing was done to a namespace.

use std::fmt;

use smol_str::SmolStr;

use super::{NAMESPACES_MAX, SNAPSHOTS_MAX};
use crate::engine::Namespace;

/// Why nothing was done to a namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpaceError {
    /// There is no such namespace.
    Missing(Namespace),
    /// There is such a namespace already.
    Exists(Namespace),
    /// The namespace has no snapshot of this name.
    SnapshotMissing(Namespace, SmolStr),
    /// The engine has as many namespaces as it may have.
    TooManyNamespaces,
    /// The namespace has as many snapshots as it may have.
    TooManySnapshots(Namespace),
}

impl fmt::Display for SpaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(namespace) => write!(f, "There is no namespace {namespace}"),
            Self::Exists(namespace) => write!(f, "There is a namespace {namespace} already"),
            Self::SnapshotMissing(namespace, name) => write!(f, "Namespace {namespace} has no snapshot {name}"),
            Self::TooManyNamespaces => write!(
                f,
                "There are {NAMESPACES_MAX} namespaces, and no more are made: delete those that are not needed"
            ),
            Self::TooManySnapshots(namespace) => write!(
                f,
                "Namespace {namespace} has {SNAPSHOTS_MAX} snapshots, and no more are kept: delete those that are not needed"
            ),
        }
    }
}

impl std::error::Error for SpaceError {}
