//! Indexes that are to be made: names, counts and what they hold.
//!
//! The rules are the same at CreateTable and UpdateTable; which comes first is up to the operation (observed-tables.md §3, §6).

use std::collections::HashSet;
use std::fmt;

use super::{INVALID, vectors};
use crate::model::json::Text;
use crate::model::wire::ProjectionShape;
use crate::model::{ApiError, ErrorKind, Name};
use crate::store::{Projection, VectorSpec};

/// The most local indexes of a table.
pub(super) const LOCAL_MAX: usize = 5;

/// The most global indexes of a table.
pub(super) const GLOBAL_MAX: usize = 20;

/// The most names that all indexes of a table can include together.
const INCLUDED_TOTAL_MAX: usize = 100;

/// What is wrong with indexes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum IndexError {
    EmptyList(&'static str),
    NoProjectionType,
    NamesWithoutInclude(Text),
    IncludeWithoutNames,
    DuplicateName(Name),
    TooManyNames,
    DuplicateIndex(Text),
    TooManyLocal,
    TooManyGlobal,
    TooManyOnline,
    Exists,
}

impl fmt::Display for IndexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyList(list) => write!(f, "{INVALID}List of {list} is empty"),
            Self::NoProjectionType => write!(f, "{INVALID}Unknown ProjectionType: null"),
            Self::NamesWithoutInclude(kind) => {
                write!(
                    f,
                    "{INVALID}ProjectionType is {kind}, but NonKeyAttributes is specified"
                )
            }
            Self::IncludeWithoutNames => {
                write!(
                    f,
                    "{INVALID}ProjectionType is INCLUDE, but NonKeyAttributes is not specified"
                )
            }
            Self::DuplicateName(name) => write!(f, "{INVALID}Duplicate element in NonKeyAttributes: {name}"),
            Self::TooManyNames => write!(
                f,
                "{INVALID}Number of NonKeyAttributes of all indexes exceeds per-table limit of {INCLUDED_TOTAL_MAX}"
            ),
            Self::DuplicateIndex(index) => write!(f, "{INVALID}Duplicate index name: {index}"),
            Self::TooManyLocal => write!(
                f,
                "{INVALID}Number of LocalSecondaryIndexes exceeds per-table limit of {LOCAL_MAX}"
            ),
            Self::TooManyGlobal => write!(
                f,
                "{INVALID}GlobalSecondaryIndex count exceeds the per-table limit of {GLOBAL_MAX}"
            ),
            Self::TooManyOnline => write!(
                f,
                "Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of {GLOBAL_MAX}"
            ),
            Self::Exists => f.write_str("Attempting to create an index which already exists"),
        }
    }
}

impl From<IndexError> for ApiError {
    fn from(error: IndexError) -> Self {
        let kind = match error {
            IndexError::TooManyOnline => ErrorKind::LimitExceeded,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}

/// Reads what an index is to hold; the constraints of the shape hold.
pub(super) fn projection(shape: Option<&ProjectionShape>) -> Result<Projection, IndexError> {
    let kind = shape
        .and_then(|shape| shape.projection_type.clone())
        .ok_or(IndexError::NoProjectionType)?;
    let names = shape.and_then(|shape| shape.non_key_attributes.as_ref());
    match (kind.as_str(), names) {
        ("INCLUDE", None) => Err(IndexError::IncludeWithoutNames),
        ("INCLUDE", Some(names)) => included(names),
        (_, Some(_)) => Err(IndexError::NamesWithoutInclude(kind)),
        ("ALL", None) => Ok(Projection::All),
        (_, None) => Ok(Projection::KeysOnly),
    }
}

fn included(names: &[Text]) -> Result<Projection, IndexError> {
    for (position, name) in names.iter().enumerate() {
        if names[..position].contains(name) {
            return Err(IndexError::DuplicateName(name.clone()));
        }
    }
    Ok(Projection::Include(names.to_vec()))
}

/// How many attributes an index includes, as they count towards the table's limit.
pub(super) fn included_count(projection: &Projection, vector: Option<&VectorSpec>) -> usize {
    let named = match projection {
        Projection::Include(names) => names.len(),
        Projection::All | Projection::KeysOnly => 0,
    };
    named + vector.map_or(0, vectors::projected_count)
}

/// Checks how many attributes all indexes of a table include together.
pub(super) fn check_included_total(counts: impl Iterator<Item = usize>) -> Result<(), IndexError> {
    if counts.sum::<usize>() > INCLUDED_TOTAL_MAX {
        return Err(IndexError::TooManyNames);
    }
    Ok(())
}

/// Checks that no two indexes have one name.
pub(super) fn check_names<'a>(names: impl Iterator<Item = &'a Text>) -> Result<(), IndexError> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(IndexError::DuplicateIndex(name.clone()));
        }
    }
    Ok(())
}

/// Checks that a list that was sent holds something.
pub(super) fn check_not_empty<T>(list: Option<&Vec<T>>, name: &'static str) -> Result<(), IndexError> {
    if list.is_some_and(Vec::is_empty) {
        return Err(IndexError::EmptyList(name));
    }
    Ok(())
}
