//! Constraint errors: what a request's members break of the service's model, collected and worded as one refusal.
//!
//! An operation states its constraints as a list of lines in the service's order, and asks once whether any is broken:
//!
//! ```text
//! let mut violations = Violations::default();
//! violations.echoed("tableName", name).required().name();
//! violations.echoed("limit", limit).at_least(1).at_most(100);
//! violations.refuse()
//! ```
//!
//! A member that is absent breaks nothing but [`required`](Member::required). Both renderings of the service are here: the older one
//! echoes the value in Java's style (observed-validation.md §9b), the current one only tells the place. At most [`LISTED_MAX`]
//! violations are told. The collector does not know any operation.

mod echo;
pub(crate) mod sets;
#[cfg(test)]
mod tests;

use std::fmt::{self, Display, Formatter};

use super::names::NAME_LENGTH;
use crate::model::ApiError;
use crate::model::json::{Entries, Text};

use sets::EnumSet;

pub(crate) use echo::{Echo, Echoed, echo_structure};

/// How many violations the service lists; it counts no further than these either.
pub(crate) const LISTED_MAX: usize = 10;

/// A regular expression of the model: its text, and whether a string matches it wholly.
pub(crate) struct Pattern {
    text: &'static str,
    matches: fn(&str) -> bool,
}

impl Pattern {
    /// A pattern with this text, and what it matches.
    pub(crate) const fn new(text: &'static str, matches: fn(&str) -> bool) -> Self {
        Self { text, matches }
    }

    /// Whether a string matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        (self.matches)(text)
    }
}

/// What names of tables, indexes and backups are made of.
pub(crate) const TABLE_NAME: Pattern = Pattern {
    text: "[a-zA-Z0-9_.-]+",
    matches: |text| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-'))
    },
};

/// A value whose length the model limits: characters of a string, elements of a list, entries of a map.
pub(crate) trait Length {
    /// The length.
    fn length(&self) -> usize;
}

/// Violations in the order in which they are listed.
#[derive(Debug, Default)]
pub(crate) struct Violations {
    listed: Vec<String>,
    /// What the paths of members begin with.
    within: &'static str,
}

impl Violations {
    /// A member whose violations read `Value '…' at 'path' failed to satisfy constraint: …`.
    pub(crate) fn echoed<'v, 'a, P: Display, T: ?Sized>(
        &'v mut self,
        path: P,
        value: Option<&'a T>,
    ) -> Member<'v, 'a, P, T> {
        self.member(path, value, Rendering::Echoed)
    }

    /// A member whose violations read `Value at 'Path' failed to satisfy constraint: …`.
    pub(crate) fn unechoed<'v, 'a, P: Display, T: ?Sized>(
        &'v mut self,
        path: P,
        value: Option<&'a T>,
    ) -> Member<'v, 'a, P, T> {
        self.member(path, value, Rendering::Unechoed)
    }

    fn member<'v, 'a, P: Display, T: ?Sized>(
        &'v mut self,
        path: P,
        value: Option<&'a T>,
        rendering: Rendering,
    ) -> Member<'v, 'a, P, T> {
        Member {
            violations: self,
            path,
            value,
            rendering,
            is_first_only: false,
            is_broken: false,
        }
    }

    /// States members of a structure, whose path `within` is with its point.
    pub(crate) fn within(&mut self, within: &'static str, state: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.within, within);
        state(self);
        self.within = outer;
    }

    /// Records a violation that is worded in a way of its own.
    pub(crate) fn push(&mut self, text: impl Into<String>) {
        if self.listed.len() < LISTED_MAX {
            self.listed.push(text.into());
        }
    }

    /// Whether nothing is broken.
    pub(crate) fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// Refuses the request if anything is broken: all violations behind their count.
    ///
    /// # Errors
    /// The `ValidationException` with the violations.
    pub(crate) fn refuse(self) -> Result<(), ApiError> {
        let (count, plural) = match self.listed.len() {
            0 => return Ok(()),
            1 => (1, ""),
            count => (count, "s"),
        };
        Err(ApiError::validation(format_args!(
            "{count} validation error{plural} detected: {}",
            self.listed.join("; ")
        )))
    }

    /// Refuses the request for the first violation alone, in its bare words.
    ///
    /// # Errors
    /// The `ValidationException` with the violation.
    pub(crate) fn refuse_bare(self) -> Result<(), ApiError> {
        self.listed
            .into_iter()
            .next()
            .map_or(Ok(()), |text| Err(ApiError::validation(text)))
    }
}

#[derive(Clone, Copy, Debug)]
enum Rendering {
    Echoed,
    Unechoed,
}

/// A member of a request while its constraints are stated, in the order in which their violations are listed.
pub(crate) struct Member<'v, 'a, P, T: ?Sized> {
    violations: &'v mut Violations,
    path: P,
    value: Option<&'a T>,
    rendering: Rendering,
    is_first_only: bool,
    is_broken: bool,
}

impl<P: Display, T: ?Sized> Member<'_, '_, P, T> {
    /// Lets only the first broken constraint of this member be listed.
    pub(crate) fn first_only(mut self) -> Self {
        self.is_first_only = true;
        self
    }

    /// The member may not be absent.
    pub(crate) fn required(mut self) -> Self {
        if self.value.is_none() {
            self.is_broken = true;
            let (within, path) = (self.violations.within, &self.path);
            self.violations.push(format!(
                "Value null at '{within}{path}' failed to satisfy constraint: Member must not be null"
            ));
        }
        self
    }
}

impl<P: Display, T: Echo + ?Sized> Member<'_, '_, P, T> {
    /// A rule in words of its own, which holds or not for a member that is present.
    pub(crate) fn rule(mut self, holds: impl FnOnce(&T) -> bool, text: impl Display) -> Self {
        let Some(value) = self.value else {
            return self;
        };
        if (self.is_first_only && self.is_broken) || holds(value) {
            return self;
        }
        self.is_broken = true;
        if self.violations.listed.len() == LISTED_MAX {
            return self;
        }
        let (within, path) = (self.violations.within, &self.path);
        let place = match self.rendering {
            Rendering::Echoed => format!("Value '{}' at '{within}{path}'", Echoed(value)),
            Rendering::Unechoed => format!("Value at '{within}{path}'"),
        };
        self.violations
            .push(format!("{place} failed to satisfy constraint: {text}"));
        self
    }
}

impl<P: Display, T: Echo + Length + ?Sized> Member<'_, '_, P, T> {
    /// The least length.
    pub(crate) fn length_at_least(self, least: usize) -> Self {
        self.rule(
            |value| value.length() >= least,
            format_args!("Member must have length greater than or equal to {least}"),
        )
    }

    /// The greatest length.
    pub(crate) fn length_at_most(self, most: usize) -> Self {
        self.rule(
            |value| value.length() <= most,
            format_args!("Member must have length less than or equal to {most}"),
        )
    }
}

impl<P: Display, T: Echo + Copy + Into<i64>> Member<'_, '_, P, T> {
    /// The least value.
    pub(crate) fn at_least(self, least: i64) -> Self {
        self.rule(
            |&value| value.into() >= least,
            format_args!("Member must have value greater than or equal to {least}"),
        )
    }

    /// The greatest value.
    pub(crate) fn at_most(self, most: i64) -> Self {
        self.rule(
            |&value| value.into() <= most,
            format_args!("Member must have value less than or equal to {most}"),
        )
    }
}

impl<P: Display, T: Echo + AsRef<str>> Member<'_, '_, P, T> {
    /// The values of an enumeration.
    pub(crate) fn one_of(self, set: &EnumSet) -> Self {
        self.rule(|value| set.contains(&value.as_ref()), Listed(set))
    }

    /// A pattern.
    pub(crate) fn pattern(self, pattern: &Pattern) -> Self {
        self.rule(
            |value| pattern.matches(value.as_ref()),
            format_args!("Member must satisfy regular expression pattern: {}", pattern.text),
        )
    }
}

impl<P: Display> Member<'_, '_, P, Text> {
    /// The name of a table, an index, or something else that is named like these.
    pub(crate) fn name(self) -> Self {
        let (least, most) = NAME_LENGTH;
        self.pattern(&TABLE_NAME).length_at_least(least).length_at_most(most)
    }
}

/// The rule of an enumeration, put into words only if it is broken.
struct Listed<'a>(&'a EnumSet);

impl Display for Listed<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Member must satisfy enum value set: [{}]", self.0.join(", "))
    }
}

/// Java counts UTF-16 units.
impl Length for Text {
    fn length(&self) -> usize {
        match self.is_ascii() {
            true => self.len(),
            false => self.encode_utf16().count(),
        }
    }
}

impl<T> Length for Vec<T> {
    fn length(&self) -> usize {
        self.len()
    }
}

impl<T> Length for Entries<T> {
    fn length(&self) -> usize {
        self.len()
    }
}
