//! The part of a table or index that a key condition selects.

use crate::model::Value;

/// What an attribute of a key is to be.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyPredicate<V> {
    /// Equal to a value.
    Equal(V),
    /// Below a value.
    Less(V),
    /// Below or equal to a value.
    LessOrEqual(V),
    /// Above a value.
    Greater(V),
    /// Above or equal to a value.
    GreaterOrEqual(V),
    /// From one value to another, both included.
    Between(V, V),
    /// Beginning with a string or binary.
    BeginsWith(V),
}

impl<V> KeyPredicate<V> {
    /// The values in the order in which they are written.
    pub fn operands(&self) -> impl Iterator<Item = &V> {
        let (one, two) = match self {
            Self::Equal(one)
            | Self::Less(one)
            | Self::LessOrEqual(one)
            | Self::Greater(one)
            | Self::GreaterOrEqual(one)
            | Self::BeginsWith(one) => (one, None),
            Self::Between(one, two) => (one, Some(two)),
        };
        [one].into_iter().chain(two)
    }
}

impl KeyPredicate<Value> {
    /// Whether a value of the key's type meets the predicate.
    #[must_use]
    pub fn matches(&self, value: &Value) -> bool {
        let order = |bound: &Value| value.partial_order(bound);
        match self {
            Self::Equal(wanted) => value == wanted,
            Self::Less(bound) => order(bound).is_some_and(|order| order.is_lt()),
            Self::LessOrEqual(bound) => order(bound).is_some_and(|order| order.is_le()),
            Self::Greater(bound) => order(bound).is_some_and(|order| order.is_gt()),
            Self::GreaterOrEqual(bound) => order(bound).is_some_and(|order| order.is_ge()),
            Self::Between(low, high) => {
                order(low).is_some_and(|order| order.is_ge()) && order(high).is_some_and(|order| order.is_le())
            }
            Self::BeginsWith(prefix) => match (value, prefix) {
                (Value::S(text), Value::S(prefix)) => text.starts_with(prefix.as_str()),
                (Value::B(bytes), Value::B(prefix)) => bytes.starts_with(prefix),
                _ => false,
            },
        }
    }
}

/// The part of a table or index that a key condition selects. Every value has the type of its key attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyRange {
    /// The values of all partition key attributes, in the order of the schema.
    pub partition: Vec<Value>,
    /// The values of the leading sort key attributes that the condition fixes.
    pub sort: Vec<Value>,
    /// What the sort key attribute after those is to be; never [`KeyPredicate::Equal`].
    pub range: Option<KeyPredicate<Value>>,
}

impl KeyRange {
    /// Whether there is a condition on the sort key.
    #[must_use]
    pub fn has_sort_condition(&self) -> bool {
        !self.sort.is_empty() || self.range.is_some()
    }
}
