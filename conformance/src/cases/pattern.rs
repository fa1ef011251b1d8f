//! Patterns: what a file expects of a JSON value, and where a value departs from it.
//!
//! A plain value matches an equal one: objects have the same members, lists the same elements in order, numbers the same value. Tags say
//! otherwise:
//!
//! | tag | matches |
//! |---|---|
//! | `!partial { … }` | an object that has these members, and maybe others |
//! | `!absent` | no value at all |
//! | `!any`, `!any string` | any value, or any of a kind: string, number, bool, list, object |
//! | `!regex "…"` | a text that the expression describes from end to end |
//! | `!contains "…"` | a text with this part |
//! | `!unordered [ … ]` | a list of these elements in any order |
//! | `!has [ … ]` | a list that has these elements, and maybe others |
//! | `!length n` | a text, list or object of this length |
//! | `!between [low, high]` | a number from low to high |
//! | `!not …` | any value but this |
//! | `!either [ … ]` | what one of these matches: regions of the service disagree |
//! | `!crc32` | as a header: the CRC-32 of the body |

use std::fmt;

use regex_lite::Regex;
use serde_json::Value as Json;
use serde_yaml::value::{Tag, TaggedValue};
use serde_yaml::{Mapping, Value};

/// The names of all patterns.
const PATTERNS: [&str; 12] = [
    "partial",
    "absent",
    "any",
    "regex",
    "contains",
    "unordered",
    "has",
    "length",
    "between",
    "not",
    "either",
    "crc32",
];

/// Whether a tag is a pattern.
pub(super) fn is_pattern(tag: &Tag) -> bool {
    PATTERNS.iter().any(|name| tag == name)
}

/// What is expected of a value.
#[derive(Debug)]
pub(super) enum Pattern {
    Equal(Json),
    Object {
        members: Vec<(String, Pattern)>,
        open: bool,
    },
    List(Vec<Pattern>),
    Loose {
        elements: Vec<Pattern>,
        open: bool,
    },
    Absent,
    Any(Option<JsonKind>),
    Regex(Regex),
    Contains(String),
    Length(usize),
    Between(f64, f64),
    Not(Box<Pattern>),
    Either(Vec<Pattern>),
    Crc32,
}

/// The kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonKind {
    String,
    Number,
    Bool,
    List,
    Object,
    Null,
}

impl JsonKind {
    const ALL: [(&'static str, Self); 5] = [
        ("string", Self::String),
        ("number", Self::Number),
        ("bool", Self::Bool),
        ("list", Self::List),
        ("object", Self::Object),
    ];

    fn of(value: &Json) -> Self {
        match value {
            Json::Null => Self::Null,
            Json::Bool(_) => Self::Bool,
            Json::Number(_) => Self::Number,
            Json::String(_) => Self::String,
            Json::Array(_) => Self::List,
            Json::Object(_) => Self::Object,
        }
    }
}

/// A tag whose value does not fit it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PatternError(String);

impl fmt::Display for PatternError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Where a value departs from its pattern, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    pub(super) at: String,
    pub(super) fault: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = if self.at.is_empty() { "the body" } else { &self.at };
        write!(formatter, "{at}: {}", self.fault)
    }
}

impl Pattern {
    /// Reads a pattern; placeholders are filled by now.
    pub(super) fn parse(value: &Value) -> Result<Self, PatternError> {
        match value {
            Value::Mapping(mapping) => Self::object(mapping, false),
            Value::Sequence(list) => Ok(Self::List(parse_all(list)?)),
            Value::Tagged(tagged) => Self::tagged(tagged),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                let plain = serde_json::to_value(value);
                plain.map(Self::Equal).map_err(|error| PatternError(error.to_string()))
            }
        }
    }

    fn object(mapping: &Mapping, open: bool) -> Result<Self, PatternError> {
        let members = mapping.iter().map(|(name, value)| {
            let name = name
                .as_str()
                .ok_or_else(|| PatternError(format!("the name of a member is a text: {name:?}")))?;
            Ok((name.to_owned(), Self::parse(value)?))
        });
        let members = members.collect::<Result<_, _>>()?;
        Ok(Self::Object { members, open })
    }

    fn tagged(tagged: &TaggedValue) -> Result<Self, PatternError> {
        let value = &tagged.value;
        let tag = tagged.tag.to_string();
        let parsed = match (tag.trim_start_matches('!'), value) {
            ("partial", Value::Mapping(mapping)) => return Self::object(mapping, true),
            ("absent", Value::Null) => Some(Self::Absent),
            ("crc32", Value::Null) => Some(Self::Crc32),
            ("any", Value::Null) => Some(Self::Any(None)),
            ("any", Value::String(kind)) => {
                let kind = JsonKind::ALL.iter().find(|(name, _)| name == kind);
                kind.map(|(_, kind)| Self::Any(Some(*kind)))
            }
            ("regex", Value::String(text)) => Regex::new(&format!("^(?s:{text})$")).ok().map(Self::Regex),
            ("contains", Value::String(text)) => Some(Self::Contains(text.clone())),
            ("unordered", Value::Sequence(list)) => Some(Self::loose(list, false)?),
            ("has", Value::Sequence(list)) => Some(Self::loose(list, true)?),
            ("not", value) => Some(Self::Not(Box::new(Self::parse(value)?))),
            ("either", Value::Sequence(list)) => Some(Self::Either(parse_all(list)?)),
            ("length", Value::Number(number)) => {
                number.as_u64().and_then(|n| usize::try_from(n).ok()).map(Self::Length)
            }
            ("between", Value::Sequence(bounds)) => match bounds.as_slice() {
                [low, high] => low
                    .as_f64()
                    .zip(high.as_f64())
                    .map(|(low, high)| Self::Between(low, high)),
                _ => None,
            },
            _ => None,
        };
        parsed.ok_or_else(|| PatternError(format!("{tag} cannot stand before {value:?}")))
    }

    fn loose(list: &[Value], open: bool) -> Result<Self, PatternError> {
        let elements = parse_all(list)?;
        Ok(Self::Loose { elements, open })
    }

    /// Where a value departs from this; `actual` is `None` when there is no value, and `body` is what a checksum is of.
    pub(super) fn compare(&self, actual: Option<&Json>, body: &[u8]) -> Vec<Mismatch> {
        let mut comparison = Comparison {
            body,
            at: Vec::new(),
            mismatches: Vec::new(),
        };
        comparison.compare(self, actual);
        comparison.mismatches
    }

    fn matches(&self, actual: &Json, body: &[u8]) -> bool {
        self.compare(Some(actual), body).is_empty()
    }
}

fn parse_all(list: &[Value]) -> Result<Vec<Pattern>, PatternError> {
    list.iter().map(Pattern::parse).collect()
}

/// A walk through a value beside its pattern.
struct Comparison<'a> {
    body: &'a [u8],
    at: Vec<String>,
    mismatches: Vec<Mismatch>,
}

impl Comparison<'_> {
    fn compare(&mut self, pattern: &Pattern, actual: Option<&Json>) {
        let Some(actual) = actual else {
            return self.compare_absent(pattern);
        };
        match pattern {
            Pattern::Absent => self.report(format!("wanted nothing, got {actual}")),
            Pattern::Equal(wanted) => self.check(equal(wanted, actual), wanted, actual),
            Pattern::Object { members, open } => self.compare_object(members, *open, actual),
            Pattern::List(elements) => self.compare_list(elements, actual),
            Pattern::Loose { elements, open } => self.compare_loose(elements, *open, actual),
            Pattern::Any(kind) => {
                let fits = kind.is_none_or(|kind| kind == JsonKind::of(actual));
                self.check(fits, format!("any {kind:?}"), actual);
            }
            Pattern::Regex(regex) => {
                let fits = actual.as_str().is_some_and(|text| regex.is_match(text));
                self.check(fits, format!("text like {regex}"), actual);
            }
            Pattern::Contains(part) => {
                let fits = actual.as_str().is_some_and(|text| text.contains(part));
                self.check(fits, format!("text with {part:?}"), actual);
            }
            Pattern::Length(wanted) => self.check(length(actual) == Some(*wanted), format!("length {wanted}"), actual),
            Pattern::Between(low, high) => {
                let fits = actual.as_f64().is_some_and(|number| (*low..=*high).contains(&number));
                self.check(fits, format!("number from {low} to {high}"), actual);
            }
            Pattern::Not(unwanted) => {
                let fits = !unwanted.matches(actual, self.body);
                self.check(fits, "any other value", actual);
            }
            Pattern::Either(choices) => {
                let fits = choices.iter().any(|choice| choice.matches(actual, self.body));
                self.check(fits, format!("one of {} choices", choices.len()), actual);
            }
            Pattern::Crc32 => {
                let sum = crc32fast::hash(self.body).to_string();
                self.check(actual.as_str() == Some(&sum), format!("the checksum {sum}"), actual);
            }
        }
    }

    fn compare_absent(&mut self, pattern: &Pattern) {
        let fits = match pattern {
            Pattern::Absent => true,
            Pattern::Either(choices) => choices.iter().any(|choice| matches!(choice, Pattern::Absent)),
            _ => false,
        };
        if !fits {
            self.report("is missing".to_owned());
        }
    }

    fn compare_object(&mut self, members: &[(String, Pattern)], open: bool, actual: &Json) {
        let Some(object) = actual.as_object() else {
            return self.report(format!("wanted an object, got {actual}"));
        };
        for (name, pattern) in members {
            self.inside(name, |comparison| comparison.compare(pattern, object.get(name)));
        }
        let surplus = object
            .iter()
            .filter(|(name, _)| !open && !members.iter().any(|(member, _)| member == *name));
        for (name, value) in surplus {
            self.inside(name, |comparison| {
                comparison.report(format!("wanted nothing, got {value}"))
            });
        }
    }

    fn compare_list(&mut self, elements: &[Pattern], actual: &Json) {
        match actual.as_array() {
            Some(list) if list.len() == elements.len() => {
                for (index, (pattern, element)) in elements.iter().zip(list).enumerate() {
                    self.inside(&index.to_string(), |comparison| {
                        comparison.compare(pattern, Some(element))
                    });
                }
            }
            Some(list) => self.report(format!(
                "wanted {} elements, got {}: {actual}",
                elements.len(),
                list.len()
            )),
            None => self.report(format!("wanted a list, got {actual}")),
        }
    }

    /// Gives each pattern the first element that it matches and that is left.
    fn compare_loose(&mut self, elements: &[Pattern], open: bool, actual: &Json) {
        let Some(list) = actual.as_array() else {
            return self.report(format!("wanted a list, got {actual}"));
        };
        let mut left: Vec<&Json> = list.iter().collect();
        for (index, pattern) in elements.iter().enumerate() {
            match left.iter().position(|element| pattern.matches(element, self.body)) {
                Some(found) => drop(left.swap_remove(found)),
                None => self.report(format!(
                    "no element is like the expected one at {index}; the list is {actual}"
                )),
            }
        }
        if !open && !left.is_empty() && self.mismatches.is_empty() {
            self.report(format!("has {} elements that nothing expects: {actual}", left.len()));
        }
    }

    fn inside(&mut self, name: &str, compare: impl FnOnce(&mut Self)) {
        self.at.push(name.to_owned());
        compare(self);
        self.at.pop();
    }

    fn check(&mut self, fits: bool, wanted: impl fmt::Display, actual: &Json) {
        if !fits {
            self.report(format!("wanted {wanted}, got {actual}"));
        }
    }

    fn report(&mut self, fault: String) {
        let at = self.at.join(".");
        self.mismatches.push(Mismatch { at, fault });
    }
}

/// Equal as JSON values, numbers by what they are worth.
fn equal(wanted: &Json, actual: &Json) -> bool {
    match (wanted, actual) {
        (Json::Number(wanted), Json::Number(actual)) => wanted == actual || wanted.as_f64() == actual.as_f64(),
        _ => wanted == actual,
    }
}

fn length(value: &Json) -> Option<usize> {
    match value {
        Json::String(text) => Some(text.chars().count()),
        Json::Array(list) => Some(list.len()),
        Json::Object(object) => Some(object.len()),
        Json::Null | Json::Bool(_) | Json::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, actual: &str, mismatches: &[&str]) {
        let pattern: Value = serde_yaml::from_str(pattern).unwrap();
        let actual: Json = serde_json::from_str(actual).unwrap();
        let found = Pattern::parse(&pattern).unwrap().compare(Some(&actual), b"{}");
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, mismatches);
    }

    #[test]
    fn plain_values_match_equal_ones() {
        check(
            "{ a: 1, b: [x, { c: null }] }",
            r#"{"b":["x",{"c":null}],"a":1.0}"#,
            &[],
        );
        check("{ a: '1' }", r#"{"a":1}"#, &[r#"a: wanted "1", got 1"#]);
        check("{ a: { b: 1 } }", r#"{"a":{"b":2}}"#, &["a.b: wanted 1, got 2"]);
        check("[1, 2]", "[2, 1]", &["0: wanted 1, got 2", "1: wanted 2, got 1"]);
    }

    #[test]
    fn members_that_nothing_expects_are_a_mismatch_unless_partial() {
        check("{ a: 1 }", r#"{"a":1,"b":2}"#, &["b: wanted nothing, got 2"]);
        check("!partial { a: 1 }", r#"{"a":1,"b":2}"#, &[]);
        check(
            "!partial { a: 1, b: !absent }",
            r#"{"a":1,"b":2}"#,
            &["b: wanted nothing, got 2"],
        );
        check("{ a: 1, b: 2 }", r#"{"a":1}"#, &["b: is missing"]);
    }

    #[test]
    fn loose_lists_match_in_any_order() {
        check("!unordered [1, 2]", "[2, 1]", &[]);
        check(
            "!unordered [1]",
            "[2, 1]",
            &["the body: has 1 elements that nothing expects: [2,1]"],
        );
        check("!has [1]", "[2, 1]", &[]);
        check(
            "!has [1, 1]",
            "[2, 1]",
            &["the body: no element is like the expected one at 1; the list is [2,1]"],
        );
    }

    #[test]
    fn texts_and_numbers_match_by_description() {
        check("!regex 'a+'", r#""aaa""#, &[]);
        check(
            "!regex 'a+'",
            r#""aab""#,
            &[r#"the body: wanted text like ^(?s:a+)$, got "aab""#],
        );
        check("!contains b", r#""abc""#, &[]);
        check("!between [1, 2]", "1.5", &[]);
        check("!between [1, 2]", "3", &["the body: wanted number from 1 to 2, got 3"]);
        check("!length 3", r#""äöü""#, &[]);
        check("!either [a, b]", r#""b""#, &[]);
        check("!not a", r#""b""#, &[]);
        check("!not a", r#""a""#, &[r#"the body: wanted any other value, got "a""#]);
        check("!any string", "1", &["the body: wanted any Some(String), got 1"]);
        check("!crc32", r#""2745614147""#, &[]);
    }

    #[test]
    fn a_tag_that_does_not_fit_is_a_fault() {
        let pattern: Value = serde_yaml::from_str("!partial [1]").unwrap();
        assert!(Pattern::parse(&pattern).is_err());
    }
}
