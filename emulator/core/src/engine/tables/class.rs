//! The storage class of a table, and how often it may change.

use std::fmt;

use crate::engine::violations::{Violations, sets};
use crate::model::json::{Text, Timestamp};
use crate::model::{ApiError, ErrorKind};
use crate::store::{ClassSetting, DAY_MS, TableClass};

/// How often a class can change within [`WINDOW_MS`].
const CHANGES_MAX: usize = 2;

/// The time in which changes are counted.
pub(super) const WINDOW_MS: i64 = 30 * DAY_MS;

/// What is wrong with a wish for a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ClassError {
    Unknown,
    TooManyChanges,
}

impl fmt::Display for ClassError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str(
                "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, STANDARD_INFREQUENT_ACCESS].",
            ),
            Self::TooManyChanges => write!(
                f,
                "Subscriber limit exceeded: Updates to TableClass are limited to {CHANGES_MAX} times in {} day(s).",
                WINDOW_MS / DAY_MS
            ),
        }
    }
}

/// Reads the class that a request asks for. The service takes an empty word for a broken constraint and any other for a wrong value.
pub(super) fn wish(word: Option<&Text>) -> Result<Option<TableClass>, ApiError> {
    let mut violations = Violations::default();
    if word.is_some_and(|word| word.is_empty()) {
        violations.echoed("tableClass", word).one_of(sets::TABLE_CLASS);
    }
    violations.refuse()?;
    let class = word.map(|word| TableClass::from_word(word).ok_or_else(|| ApiError::validation(ClassError::Unknown)));
    class.transpose()
}

/// Refuses to change a class too often.
pub(super) fn check_budget(current: &ClassSetting, now: Timestamp) -> Result<(), ApiError> {
    if current.changes.within(now, WINDOW_MS).len() >= CHANGES_MAX {
        return Err(ApiError::new(ErrorKind::LimitExceeded, ClassError::TooManyChanges));
    }
    Ok(())
}
