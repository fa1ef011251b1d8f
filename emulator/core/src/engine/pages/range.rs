//! The rows that a key condition selects, and what reading them by it allows.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::page::{KeySpan, Source, after_prefix};
use crate::engine::keys::{KeyFault, SORT_BYTES_MAX, check_content};
use crate::expression::{Condition, KeyPredicate, KeyRange};
use crate::model::{ApiError, AttributeMap, Value, ValueType};
use crate::store::{KeyAttribute, KeySchema, partition_prefix, write_attributes, write_escaped};

/// The attributes of a key as key conditions see them.
pub(crate) fn key_attributes(attributes: &[KeyAttribute]) -> Vec<(&str, ValueType)> {
    attributes
        .iter()
        .map(|attribute| (attribute.name.as_str(), attribute.kind.value_type()))
        .collect()
}

/// Checks the values of a key range: those that it fixes like a key's, and those that bound the sort key, which are neither empty nor too long
/// either.
pub(crate) fn check_values(keys: &KeySchema, range: &KeyRange) -> Result<(), KeyFault> {
    check_content(keys, &fixed_key(keys, range))?;
    let fixed: usize = range.sort.iter().map(Value::size_bytes).sum();
    let bounded = keys.sort.get(range.sort.len());
    let bounds = || range.range.iter().flat_map(KeyPredicate::operands);
    let is_empty = |bound: &Value| bound.scalar().is_some_and(|scalar| scalar.is_empty());
    if let Some(attribute) = bounded.filter(|_| bounds().any(is_empty)) {
        return Err(KeyFault::Empty {
            name: attribute.name.clone(),
            kind: attribute.kind.value_type(),
        });
    }
    match bounds().any(|bound| fixed + bound.size_bytes() > SORT_BYTES_MAX) {
        true => Err(KeyFault::LongSort),
        false => Ok(()),
    }
}

/// The key attributes that a range fixes, and their values.
fn fixed_key(keys: &KeySchema, range: &KeyRange) -> AttributeMap {
    let values = range.partition.iter().chain(&range.sort);
    keys.attributes()
        .zip(values)
        .map(|(attribute, value)| (attribute.name.clone(), value.clone()))
        .collect()
}

/// The rows of a key range.
pub(crate) fn span_of(range: &KeyRange) -> KeySpan {
    let prefix = partition_prefix(range.partition.iter().map(Value::scalar));
    sorted_span(
        prefix.unwrap_or_else(|| unreachable!("key values have the key's types")),
        range,
    )
}

/// The rows of a key range within the partition that begins with `prefix`.
pub(super) fn sorted_span(mut prefix: Vec<u8>, range: &KeyRange) -> KeySpan {
    let written = write_attributes(&mut prefix, range.sort.iter().map(Value::scalar));
    debug_assert!(written.is_some(), "key values have the key's types");
    let Some(predicate) = &range.range else {
        return KeySpan::of_prefix(prefix);
    };
    let with = |value: &Value| {
        let mut bytes = prefix.clone();
        let written = write_attributes(&mut bytes, std::iter::once(value.scalar()));
        debug_assert!(written.is_some(), "key values have the key's types");
        bytes
    };
    let (start, end) = (Bound::Included(prefix.clone()), after_prefix(prefix.clone()));
    match predicate {
        KeyPredicate::Less(value) => KeySpan::between(start, Bound::Excluded(with(value))),
        KeyPredicate::LessOrEqual(value) => KeySpan::between(start, after_prefix(with(value))),
        KeyPredicate::Greater(value) => KeySpan::between(past(after_prefix(with(value))), end),
        KeyPredicate::GreaterOrEqual(value) => KeySpan::between(Bound::Included(with(value)), end),
        KeyPredicate::Between(low, high) => KeySpan::between(Bound::Included(with(low)), after_prefix(with(high))),
        KeyPredicate::Equal(value) => KeySpan::of_prefix(with(value)),
        KeyPredicate::BeginsWith(start) => {
            let mut bytes = prefix;
            match start {
                Value::B(content) => write_escaped(&mut bytes, content),
                Value::S(content) => write_escaped(&mut bytes, content.as_bytes()),
                _ => unreachable!("begins_with takes strings and binaries"),
            }
            KeySpan::of_prefix(bytes)
        }
    }
}

/// The first key after a range as the start of the next.
fn past(end: Bound<Vec<u8>>) -> Bound<Vec<u8>> {
    match end {
        Bound::Excluded(bytes) => Bound::Included(bytes),
        other => other,
    }
}

/// Refuses a filter on attributes that the index does not hold; on a Scan such a filter finds them absent. Captured for PartiQL, whose keyed
/// reads are Queries (observed-partiql.md §11).
pub(crate) fn check_held(source: &Source, filter: &Condition) -> Result<(), ApiError> {
    let Some(index) = source.index() else {
        return Ok(());
    };
    let names = filter.paths().map(|path| path.attribute().as_str());
    let missing: BTreeSet<&str> = names.filter(|name| !index.holds(source.base_keys(), name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(ApiError::validation(format!(
        "One or more parameter values were invalid: Secondary index {} does not project one or more filter attributes: [{}]",
        index.name,
        Vec::from_iter(missing).join(", ")
    )))
}
