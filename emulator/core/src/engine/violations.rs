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

use std::fmt::{self, Display, Formatter};

use super::names::NAME_LENGTH;
use crate::model::ApiError;
use crate::model::clipped::Clipped;
use crate::model::java;
use crate::model::json::{Entries, Text};

/// How many violations the service lists; it counts no further than these either.
pub(crate) const LISTED_MAX: usize = 10;

/// The values that an enumeration accepts, in the order in which the service prints them, which is not the model's order.
pub(crate) type EnumSet = [&'static str];

/// The printed sets of the enumerations (observed-validation.md §9a, observed-tables.md §2).
pub(crate) mod sets {
    use super::EnumSet;

    pub(crate) const ATTRIBUTE_ACTION: &EnumSet = &["ADD", "DELETE", "PUT"];
    pub(crate) const ATTRIBUTE_TYPE: &EnumSet = &["B", "N", "S"];
    pub(crate) const BACKUP_TYPE_FILTER: &EnumSet = &["USER", "SYSTEM", "AWS_BACKUP", "ALL"];
    pub(crate) const BILLING_MODE: &EnumSet = &["PROVISIONED", "PAY_PER_REQUEST"];
    pub(crate) const DISTANCE_FUNCTION: &EnumSet = &["COSINE", "DOT_PRODUCT", "EUCLIDEAN"];
    pub(crate) const COMPARISON_OPERATOR: &EnumSet = &[
        "IN",
        "NULL",
        "BETWEEN",
        "LT",
        "NOT_CONTAINS",
        "EQ",
        "GT",
        "NOT_NULL",
        "NE",
        "LE",
        "BEGINS_WITH",
        "GE",
        "CONTAINS",
    ];
    pub(crate) const BULK_INPUT_FORMAT: &EnumSet = &["DYNAMODB_JSON", "ION"];
    pub(crate) const OUTPUT_TYPE: &EnumSet = &["ERROR", "CONDITION_CHECK_FAILURE"];
    pub(crate) const PERFORMANCE_TIER: &EnumSet = &["STANDARD", "ACCELERATED"];
    pub(crate) const CONDITIONAL_OPERATOR: &EnumSet = &["OR", "AND"];
    pub(crate) const EXPORT_FORMAT: &EnumSet = &["DYNAMODB_JSON", "ION"];
    pub(crate) const EXPORT_TYPE: &EnumSet = &["FULL_EXPORT", "INCREMENTAL_EXPORT"];
    pub(crate) const EXPORT_VIEW_TYPE: &EnumSet = &["NEW_IMAGE", "NEW_AND_OLD_IMAGES"];
    pub(crate) const INPUT_FORMAT: &EnumSet = &["DYNAMODB_JSON", "ION", "CSV"];
    pub(crate) const CONTRIBUTOR_INSIGHTS_ACTION: &EnumSet = &["ENABLE", "DISABLE"];
    pub(crate) const CONTRIBUTOR_INSIGHTS_MODE: &EnumSet = &["THROTTLED_KEYS", "ACCESSED_AND_THROTTLED_KEYS"];
    pub(crate) const KEY_TYPE: &EnumSet = &["HASH", "RANGE"];
    pub(crate) const PRECISION: &EnumSet = &["MILLISECOND", "MICROSECOND"];
    pub(crate) const PROJECTION_TYPE: &EnumSet = &["ALL", "INCLUDE", "KEYS_ONLY"];
    pub(crate) const RETURN_CONSUMED_CAPACITY: &EnumSet = &["INDEXES", "TOTAL", "NONE"];
    pub(crate) const RETURN_ITEM_COLLECTION_METRICS: &EnumSet = &["SIZE", "NONE"];
    pub(crate) const RETURN_VALUES: &EnumSet = &["ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"];
    pub(crate) const RETURN_VALUES_ON_CHECK_FAILURE: &EnumSet = &["ALL_OLD", "NONE"];
    pub(crate) const SETTINGS_REPLICATION_MODE: &EnumSet = &["ENABLED", "DISABLED", "ENABLED_WITH_OVERRIDES"];
    pub(crate) const S3_SSE_ALGORITHM: &EnumSet = &["AES256", "KMS"];
    pub(crate) const SEARCH_SCHEMA_ELEMENT_TYPE: &EnumSet = &["HASH", "INLINE_FILTER"];
    pub(crate) const SELECT: &EnumSet = &[
        "SPECIFIC_ATTRIBUTES",
        "COUNT",
        "ALL_ATTRIBUTES",
        "ALL_PROJECTED_ATTRIBUTES",
    ];
    pub(crate) const SHARD_FILTER_TYPE: &EnumSet = &["CHILD_SHARDS"];
    pub(crate) const SHARD_ITERATOR_TYPE: &EnumSet = &[
        "AFTER_SEQUENCE_NUMBER",
        "LATEST",
        "AT_TIMESTAMP",
        "AT_SEQUENCE_NUMBER",
        "TRIM_HORIZON",
    ];
    pub(crate) const SSE_TYPE: &EnumSet = &["AES256", "KMS"];
    pub(crate) const STREAM_VIEW_TYPE: &EnumSet = &["OLD_IMAGE", "KEYS_ONLY", "NEW_AND_OLD_IMAGES", "NEW_IMAGE"];
    pub(crate) const TABLE_CLASS: &EnumSet = &["STANDARD", "STANDARD_INFREQUENT_ACCESS"];
}

/// A regular expression of the model: its text, and whether a string matches it wholly.
pub(crate) struct Pattern {
    text: &'static str,
    matches: fn(&str) -> bool,
}

impl Pattern {
    /// A pattern with this text, and what it matches.
    /// A pattern of one place.
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

/// How the service prints a value in a constraint error.
pub(crate) trait Echo {
    /// Prints the value.
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result;
}

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
        Member {
            violations: self,
            path,
            value,
            rendering: Rendering::Echoed,
            is_first_only: false,
            is_broken: false,
        }
    }

    /// A member whose violations read `Value at 'Path' failed to satisfy constraint: …`.
    pub(crate) fn unechoed<'v, 'a, P: Display, T: ?Sized>(
        &'v mut self,
        path: P,
        value: Option<&'a T>,
    ) -> Member<'v, 'a, P, T> {
        Member {
            violations: self,
            path,
            value,
            rendering: Rendering::Unechoed,
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

/// Prints a value as [`Echo`] says, up to a limit.
pub(crate) struct Echoed<'a, T: ?Sized>(pub(crate) &'a T);

impl<T: Echo + ?Sized> Display for Echoed<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Clipped::echo(Whole(self.0)).fmt(f)
    }
}

/// Prints a value to its end.
struct Whole<'a, T: ?Sized>(&'a T);

impl<T: Echo + ?Sized> Display for Whole<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.echo(f)
    }
}

/// Prints a structure in Java's style: `Name(member=value, other=null)`.
pub(crate) fn echo_structure(f: &mut Formatter<'_>, name: &str, members: &[(&str, &dyn Echo)]) -> fmt::Result {
    write!(f, "{name}(")?;
    for (position, (member, value)) in members.iter().enumerate() {
        let separator = if position == 0 { "" } else { ", " };
        write!(f, "{separator}{member}={}", Whole(*value))?;
    }
    f.write_str(")")
}

macro_rules! echo_as_displayed {
    ($($type:ty),*) => {$(
        impl Echo for $type {
            fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
                Display::fmt(self, f)
            }
        }
    )*};
}

echo_as_displayed!(Text, i32, i64, f64, bool);

impl<T: Echo> Echo for Option<T> {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Some(value) => value.echo(f),
            None => f.write_str("null"),
        }
    }
}

impl<T: Echo> Echo for Vec<T> {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (position, element) in self.iter().enumerate() {
            write!(f, "{}{}", if position == 0 { "" } else { ", " }, Whole(element))?;
        }
        f.write_str("]")
    }
}

/// A map prints its entries in the order in which a Java `HashMap` made for them iterates.
impl<T: Echo> Echo for Entries<T> {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let entries = java::hash_map_order(self.iter().collect(), |(key, _)| key);
        f.write_str("{")?;
        for (position, (key, value)) in entries.into_iter().enumerate() {
            write!(f, "{}{key}={}", if position == 0 { "" } else { ", " }, Whole(value))?;
        }
        f.write_str("}")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clipped::ECHO_BYTES_MAX;

    fn check(state: impl FnOnce(&mut Violations), expected: &str) {
        let mut violations = Violations::default();
        state(&mut violations);
        let found = violations
            .refuse()
            .map_or_else(|error| error.message().to_owned(), |()| String::new());
        assert_eq!(found, expected);
    }

    fn text(text: &str) -> Option<Text> {
        Some(text.into())
    }

    #[test]
    fn a_long_value_is_echoed_up_to_a_limit() {
        let long: Vec<Text> = vec!["é".into(); 1_000_000];
        let mut violations = Violations::default();
        violations.echoed("list", Some(&long)).length_at_most(1);
        let error = violations.refuse().unwrap_err();
        let message = error.message();
        assert!(message.len() < ECHO_BYTES_MAX + 200, "{}", message.len());
        assert!(
            message.ends_with(
                "...' at 'list' failed to satisfy constraint: Member must have length less than or equal to 1"
            )
        );
    }

    #[test]
    fn an_absent_member_breaks_only_the_constraint_that_it_be_there() {
        let absent: Option<Text> = None;
        check(
            |violations| {
                violations
                    .echoed("select", absent.as_ref())
                    .one_of(sets::SELECT)
                    .length_at_least(1);
            },
            "",
        );
        check(
            |violations| {
                violations
                    .echoed("tableName", absent.as_ref())
                    .required()
                    .length_at_least(3);
            },
            "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
        );
    }

    #[test]
    fn every_broken_constraint_is_listed_in_the_order_of_the_lines() {
        let (name, limit) = (text(""), Some(101));
        check(
            |violations| {
                let name = violations.echoed("exclusiveStartTableName", name.as_ref());
                name.pattern(&TABLE_NAME).length_at_least(3).length_at_most(255);
                violations.echoed("limit", limit.as_ref()).at_least(1).at_most(100);
            },
            "3 validation errors detected: Value '' at 'exclusiveStartTableName' failed to satisfy constraint: Member must satisfy regular \
             expression pattern: [a-zA-Z0-9_.-]+; Value '' at 'exclusiveStartTableName' failed to satisfy constraint: Member must have length \
             greater than or equal to 3; Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100",
        );
    }

    #[test]
    fn a_member_can_list_its_first_broken_constraint_alone() {
        let name = text("a!");
        check(
            |violations| {
                let name = violations.echoed("tableName", name.as_ref()).first_only();
                name.length_at_least(3).length_at_most(255).pattern(&TABLE_NAME);
            },
            "1 validation error detected: Value 'a!' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
        );
    }

    #[test]
    fn the_current_rendering_tells_the_place_alone() {
        let limit = Some(0);
        check(
            |violations| {
                violations.unechoed("Limit", limit.as_ref()).at_least(1);
            },
            "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
        );
    }

    #[test]
    fn enumerations_print_their_set_in_the_fixed_order() {
        let value = text("total");
        check(
            |violations| {
                violations
                    .echoed("returnConsumedCapacity", value.as_ref())
                    .one_of(sets::RETURN_CONSUMED_CAPACITY);
            },
            "1 validation error detected: Value 'total' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: \
             [INDEXES, TOTAL, NONE]",
        );
    }

    #[test]
    fn no_more_than_ten_are_listed_and_counted() {
        let mut violations = Violations::default();
        for number in 0..12 {
            violations.push(number.to_string());
        }
        let message = violations.refuse().unwrap_err().message().to_owned();
        assert_eq!(message, "10 validation errors detected: 0; 1; 2; 3; 4; 5; 6; 7; 8; 9");
    }

    #[test]
    fn the_first_violation_can_be_told_bare() {
        let mut violations = Violations::default();
        violations.push("a");
        violations.push("b");
        assert_eq!(violations.refuse_bare().unwrap_err().message(), "a");
    }

    #[test]
    fn maps_and_lists_echo_in_javas_style() {
        let map = Entries(vec![
            (Text::from("b"), vec![Text::from("x"), Text::from("y")]),
            (Text::from("a"), vec![]),
        ]);
        assert_eq!(Echoed(&map).to_string(), "{a=[], b=[x, y]}");
    }
}
