//! How tests come out (observed-expressions.md §8).
//!
//! A missing value makes every test false. Values of different types are unequal and have no order.

use std::borrow::Cow;
use std::cmp::Ordering;

use memchr::memmem;

use super::{Negation, Operand, Order, Test};
use crate::expression::document::Document;
use crate::model::{Number, Value};

impl Test {
    /// Whether the test holds for an item.
    pub(super) fn holds(&self, item: &impl Document) -> bool {
        self.outcome(item).unwrap_or(false)
    }

    /// The outcome; `None` when a value is missing.
    fn outcome(&self, item: &impl Document) -> Option<bool> {
        Some(match self {
            Self::Exists(path) => item.has(path),
            Self::Equal(left, right) => left.value(item)? == right.value(item)?,
            Self::Ordered(order, left, right) => order.covers(left.value(item)?.partial_order(&*right.value(item)?)?),
            Self::Between(value, low, high) => {
                let value = value.value(item)?;
                let is_above = low.value(item)?.partial_order(&value)?.is_le();
                is_above && value.partial_order(&*high.value(item)?)?.is_le()
            }
            Self::In(value, candidates) => {
                let value = value.value(item)?;
                candidates
                    .iter()
                    .any(|candidate| candidate.value(item).is_some_and(|candidate| candidate == value))
            }
            Self::BeginsWith(text, prefix) => begins_with(&*text.value(item)?, &*prefix.value(item)?),
            Self::Contains(whole, part) => contains(&*whole.value(item)?, &*part.value(item)?),
            Self::HasType(value, kind) => value.value(item)?.kind() == *kind,
        })
    }
}

impl Order {
    fn covers(self, ordering: Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

impl Operand {
    fn value<'v>(&'v self, item: &'v impl Document) -> Option<Cow<'v, Value>> {
        match self {
            Self::Path(path) => item.value(path),
            Self::Value(value) => Some(Cow::Borrowed(value)),
            Self::Size(path) => size(&*item.value(path)?).map(|size| Cow::Owned(Value::N(size))),
            Self::Test(test, negation) => {
                let holds = test.holds(item) != (*negation == Negation::Negated);
                Some(Cow::Owned(Value::Bool(holds)))
            }
        }
    }
}

/// The size of a value, where its type has one: UTF-16 units of a string, bytes of a binary, members of the rest.
pub(super) fn size(value: &Value) -> Option<Number> {
    let size = match value {
        Value::S(text) if text.is_ascii() => text.len(),
        Value::S(text) => text.encode_utf16().count(),
        Value::B(bytes) => bytes.len(),
        Value::Ss(set) => set.len(),
        Value::Ns(set) => set.len(),
        Value::Bs(set) => set.len(),
        Value::L(list) => list.len(),
        Value::M(map) => map.len(),
        Value::N(_) | Value::Bool(_) | Value::Null => return None,
    };
    Some(Number::from_u64(size as u64))
}

fn begins_with(text: &Value, prefix: &Value) -> bool {
    match (text, prefix) {
        (Value::S(text), Value::S(prefix)) => text.starts_with(prefix.as_str()),
        (Value::B(bytes), Value::B(prefix)) => bytes.starts_with(prefix),
        _ => false,
    }
}

fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::S(text), Value::S(part)) => memmem::find(text.as_bytes(), part.as_bytes()).is_some(),
        (Value::B(bytes), Value::B(part)) => memmem::find(bytes, part).is_some(),
        (Value::Ss(set), Value::S(member)) => set.contains(member),
        (Value::Ns(set), Value::N(member)) => set.contains(member),
        (Value::Bs(set), Value::B(member)) => set.contains(member),
        (Value::L(list), element) => list.contains(element),
        _ => false,
    }
}
