//! Patterns of items: what an attribute must be, where not every attribute is named.

use std::fmt;
use std::sync::Arc;

use stator_core::expression::Written;
use stator_core::model::value::ValueType;
use stator_core::model::{AttributeMap, Name, Number, Value};

/// Attributes that an item must have, whatever else it has.
#[derive(Clone, Debug, Default)]
pub struct Partial(Vec<(Name, Pattern)>);

/// What an attribute must be.
#[derive(Clone)]
pub enum Pattern {
    /// Equal to a value, in type too.
    Equal(Value),
    /// A map with attributes like these, and maybe others.
    Partial(Partial),
    /// There, whatever it is.
    Any,
    /// Not there.
    Absent,
    /// Of a type.
    OfType(ValueType),
    /// What a function accepts.
    Where(Arc<dyn Fn(&Value) -> bool + Send + Sync>),
}

/// Where something is not as it was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The field, e.g. `item.status`.
    pub field: String,
    /// What was wanted.
    pub wanted: String,
    /// What there was.
    pub was: String,
}

impl Mismatch {
    pub(super) fn new(field: impl Into<String>, wanted: impl fmt::Display, was: impl fmt::Display) -> Self {
        Self {
            field: field.into(),
            wanted: wanted.to_string(),
            was: was.to_string(),
        }
    }
}

impl Partial {
    /// Adds an attribute.
    #[must_use]
    pub fn with(mut self, name: impl Into<Name>, pattern: impl Into<Pattern>) -> Self {
        self.0.push((name.into(), pattern.into()));
        self
    }

    /// The attributes and what they must be.
    pub fn attributes(&self) -> impl Iterator<Item = (&Name, &Pattern)> {
        self.0.iter().map(|(name, pattern)| (name, pattern))
    }

    /// Where a map is not as it was wanted.
    pub(super) fn compare(&self, field: &str, map: &AttributeMap, mismatches: &mut Vec<Mismatch>) {
        for (name, pattern) in &self.0 {
            pattern.compare(&format!("{field}.{name}"), map.get(name), mismatches);
        }
    }
}

impl Pattern {
    fn compare(&self, field: &str, value: Option<&Value>, mismatches: &mut Vec<Mismatch>) {
        if let (Self::Partial(partial), Some(Value::M(map))) = (self, value) {
            return partial.compare(field, map, mismatches);
        }
        let fits = match (self, value) {
            (Self::Equal(wanted), Some(value)) => wanted == value,
            (Self::Any, value) => value.is_some(),
            (Self::Absent, value) => value.is_none(),
            (Self::OfType(kind), Some(value)) => value.kind() == *kind,
            (Self::Where(accepts), Some(value)) => accepts(value),
            (_, None) | (Self::Partial(_), Some(_)) => false,
        };
        if !fits {
            let was = value.map_or_else(|| "absent".to_owned(), |value| Written(value).to_string());
            mismatches.push(Mismatch::new(field, self, was));
        }
    }

    /// The types that a value which fits may have; none when any will do.
    pub(super) fn kind(&self) -> Option<ValueType> {
        match self {
            Self::Equal(value) => Some(value.kind()),
            Self::Partial(_) => Some(ValueType::M),
            Self::OfType(kind) => Some(*kind),
            Self::Any | Self::Absent | Self::Where(_) => None,
        }
    }
}

impl fmt::Display for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{ ")?;
        for (before, (name, pattern)) in self.0.iter().enumerate() {
            f.write_str(if before > 0 { ", " } else { "" })?;
            write!(f, "{name}: {pattern}")?;
        }
        f.write_str(", … }")
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equal(value) => Written(value).fmt(f),
            Self::Partial(partial) => partial.fmt(f),
            Self::Any => f.write_str("any value"),
            Self::Absent => f.write_str("absent"),
            Self::OfType(kind) => write!(f, "a value of type {kind}"),
            Self::Where(_) => f.write_str("a value that its function accepts"),
        }
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Value> for Pattern {
    fn from(value: Value) -> Self {
        Self::Equal(value)
    }
}

impl From<Partial> for Pattern {
    fn from(partial: Partial) -> Self {
        Self::Partial(partial)
    }
}

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self::Equal(Value::string(text))
    }
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self::Equal(Value::string(text))
    }
}

impl From<bool> for Pattern {
    fn from(flag: bool) -> Self {
        Self::Equal(Value::Bool(flag))
    }
}

impl From<Number> for Pattern {
    fn from(number: Number) -> Self {
        Self::Equal(Value::N(number))
    }
}

macro_rules! from_numbers {
    ($( $number:ty ),*) => {$(
        impl From<$number> for Pattern {
            fn from(number: $number) -> Self {
                let number = Number::parse(&number.to_string());
                Self::Equal(Value::N(number.unwrap_or_else(|_| unreachable!("an integer has few digits"))))
            }
        }
    )*};
}

from_numbers!(i8, i16, i32, i64, u8, u16, u32, u64, isize, usize);

/// All attributes of a map must be there and equal; nested maps may have others.
impl From<AttributeMap> for Partial {
    fn from(map: AttributeMap) -> Self {
        let attributes = map.iter().map(|(name, value)| {
            let pattern = match value {
                Value::M(nested) => Pattern::Partial(Self::from(nested.clone())),
                other => Pattern::Equal(other.clone()),
            };
            (name.clone(), pattern)
        });
        Self(attributes.collect())
    }
}
