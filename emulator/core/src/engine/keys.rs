//! Keys against the schema: what a key map or an item must hold to have a place in a table and its indexes.
//!
//! Texts and order: observed-validation.md §13, observed-expressions.md §19. It does not know which operation asks.

use std::fmt;

use smallvec::SmallVec;
use smol_str::SmolStr;

use super::vectors::{self, VectorFault};
use crate::model::{ApiError, Name, PackedItem, PackedValue, Scalar, Scalars, ValueType};
use crate::store::{IndexDefinition, KeyAttribute, KeySchema, RowKey, TableDefinition};

const PARTITION_BYTES_MAX: usize = 2_048;
/// Bytes of all sort key values together at most.
pub(crate) const SORT_BYTES_MAX: usize = 1_024;

/// Whether index keys are checked for an item that was put or for one that was updated; the service words them differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// A whole item.
    Put,
    /// Attributes of an item.
    Updated,
}

/// Why a key does not fit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum KeyFault {
    /// A key map with missing, extra or mistyped attributes.
    Mismatch,
    /// An item without a key attribute.
    Missing(Name),
    /// An item with a key attribute of another type.
    Mistyped {
        name: Name,
        expected: ValueType,
        actual: ValueType,
    },
    /// An empty string or binary as key.
    Empty { name: Name, kind: ValueType },
    /// A partition key of more than 2,048 bytes.
    LongPartition,
    /// A sort key of more than 1,024 bytes.
    LongSort,
    /// An index key of another type.
    MistypedIndexKey {
        name: Name,
        expected: ValueType,
        actual: ValueType,
        index: SmolStr,
    },
    /// An empty string or binary as index key of an item that was put.
    EmptyIndexKey {
        name: Name,
        kind: ValueType,
        index: SmolStr,
    },
    /// An empty string or binary as index key of an item that was updated.
    EmptyUpdatedIndexKey(ValueType),
    /// An index key of an item that was put that is too long.
    LongIndexKey {
        name: Name,
        size_bytes: usize,
        size_bytes_max: usize,
        index: SmolStr,
    },
    /// An index key of an updated item that is too long.
    LongUpdatedIndexKey,
    /// What a vector index refuses.
    Vector(VectorFault),
}

impl KeyFault {
    /// The same fault of the key of an index, if there is one.
    pub(crate) fn of_index(self, index: Option<&IndexDefinition>) -> Self {
        match (self, index) {
            (Self::Empty { name, kind }, Some(index)) => Self::EmptyIndexKey {
                name,
                kind,
                index: index.name.clone(),
            },
            (fault, _) => fault,
        }
    }
}

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const INVALID: &str = "One or more parameter values were invalid: ";
        const NOT_VALID: &str = "One or more parameter values are not valid. ";
        let word = |kind: &ValueType| if *kind == ValueType::B { "binary" } else { "string" };
        match self {
            Self::Mismatch => f.write_str("The provided key element does not match the schema"),
            Self::Missing(name) => write!(f, "{INVALID}Missing the key {name} in the item"),
            Self::Mistyped { name, expected, actual } => {
                write!(
                    f,
                    "{INVALID}Type mismatch for key {name} expected: {expected} actual: {actual}"
                )
            }
            Self::Empty { name, kind } => write!(
                f,
                "{NOT_VALID}The AttributeValue for a key attribute cannot contain an empty {} value. Key: {name}",
                word(kind)
            ),
            Self::LongPartition => write!(
                f,
                "{INVALID}Size of hashkey has exceeded the maximum size limit of2048 bytes"
            ),
            Self::LongSort => write!(
                f,
                "{INVALID}Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
            ),
            Self::MistypedIndexKey {
                name,
                expected,
                actual,
                index,
            } => {
                write!(
                    f,
                    "{INVALID}Type mismatch for Index Key {name} Expected: {expected} Actual: {actual} IndexName: {index}"
                )
            }
            Self::EmptyIndexKey { name, kind, index } => write!(
                f,
                "{NOT_VALID}A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot \
                 contain an empty {} value. IndexName: {index}, IndexKey: {name}",
                word(kind)
            ),
            Self::EmptyUpdatedIndexKey(kind) => write!(
                f,
                "{NOT_VALID}The update expression attempted to update a secondary index key to a value that is not supported. The \
                 AttributeValue for a key attribute cannot contain an empty {} value.",
                word(kind)
            ),
            Self::LongIndexKey {
                name,
                size_bytes,
                size_bytes_max,
                index,
            } => write!(
                f,
                "{INVALID}Size limit exceeded for Index Key {name} Actual Size: {size_bytes} bytes Max Size: {size_bytes_max} bytes \
                 IndexName: {index}"
            ),
            Self::LongUpdatedIndexKey => f.write_str(
                "The update expression attempted to update the secondary index key beyond allowed size limits",
            ),
            Self::Vector(fault) => fault.fmt(f),
        }
    }
}

impl From<KeyFault> for ApiError {
    fn from(fault: KeyFault) -> Self {
        Self::validation(fault)
    }
}

/// The row that a key map names.
///
/// # Errors
/// When the map is not exactly a key of this schema.
pub(crate) fn key_of_map(keys: &KeySchema, map: &PackedItem) -> Result<RowKey, KeyFault> {
    let mut found = KeyValues::default();
    for attribute in keys.attributes() {
        let value = map.scalar(&attribute.name);
        let value = value.filter(|value| value.kind() == attribute.kind.value_type());
        found.0.push((&attribute.name, value.ok_or(KeyFault::Mismatch)?));
    }
    if map.len() != keys.len() {
        return Err(KeyFault::Mismatch);
    }
    check_content(keys, &found)?;
    RowKey::of_item(keys, &found).ok_or(KeyFault::Mismatch)
}

/// The row that an item belongs in.
///
/// # Errors
/// When a key attribute is missing, mistyped, empty or too long.
pub(crate) fn key_of_item(keys: &KeySchema, item: &PackedItem) -> Result<RowKey, KeyFault> {
    let mut found = KeyValues::default();
    for attribute in keys.attributes() {
        let Some(value) = item.get(&attribute.name) else {
            return Err(KeyFault::Missing(attribute.name.clone()));
        };
        let (expected, actual) = (attribute.kind.value_type(), value.kind());
        match value.scalar().filter(|_| actual == expected) {
            Some(scalar) => found.0.push((&attribute.name, scalar)),
            None => {
                return Err(KeyFault::Mistyped {
                    name: attribute.name.clone(),
                    expected,
                    actual,
                });
            }
        }
    }
    check_content(keys, &found)?;
    RowKey::of_item(keys, &found).ok_or(KeyFault::Mismatch)
}

/// The key attributes of an item: looked up in it once, and asked for several times.
#[derive(Default)]
struct KeyValues<'a>(SmallVec<[(&'a str, Scalar<'a>); 2]>);

impl Scalars for KeyValues<'_> {
    fn scalar(&self, name: &str) -> Option<Scalar<'_>> {
        let found = self.0.iter().find(|(of, _)| *of == name);
        found.map(|(_, value)| *value)
    }
}

/// Checks that key values of the right types are neither empty nor too long.
pub(crate) fn check_content(keys: &KeySchema, map: &impl Scalars) -> Result<(), KeyFault> {
    let empty = keys
        .attributes()
        .find(|attribute| map.scalar(&attribute.name).is_some_and(|value| value.is_empty()));
    if let Some(attribute) = empty {
        return Err(KeyFault::Empty {
            name: attribute.name.clone(),
            kind: attribute.kind.value_type(),
        });
    }
    if size(&keys.partition, map) > PARTITION_BYTES_MAX {
        return Err(KeyFault::LongPartition);
    }
    if size(&keys.sort, map) > SORT_BYTES_MAX {
        return Err(KeyFault::LongSort);
    }
    Ok(())
}

/// Checks the index keys and vectors of an item. Of an update only keys whose value changed from `old` are looked at. The alphabetically first index
/// with a fault is reported.
///
/// # Errors
/// When an index key is mistyped, empty or too long, or a vector is none.
pub(crate) fn check_index_keys(
    definition: &TableDefinition,
    old: Option<&PackedItem>,
    new: &PackedItem,
    written: Written,
) -> Result<(), KeyFault> {
    let mut worst: Option<(&SmolStr, KeyFault)> = None;
    for index in definition.indexes.iter() {
        if worst.as_ref().is_some_and(|(name, _)| *name < &index.name) {
            continue;
        }
        if let Err(fault) = check_index(index, old, new, written) {
            worst = Some((&index.name, fault));
        }
    }
    worst.map_or(Ok(()), |(_, fault)| Err(fault))
}

fn check_index(
    index: &IndexDefinition,
    old: Option<&PackedItem>,
    new: &PackedItem,
    written: Written,
) -> Result<(), KeyFault> {
    let is_changed = |name: &str| written == Written::Put || old.and_then(|item| item.get(name)) != new.get(name);
    if let Some(spec) = &index.vector {
        let written = |name: &str| new.get(name).filter(|_| is_changed(name)).map(PackedValue::unpack);
        vectors::check(&index.name, spec, written).map_err(KeyFault::Vector)?;
    }
    for attribute in index.keys.attributes() {
        let Some(value) = new.get(&attribute.name).filter(|_| is_changed(&attribute.name)) else {
            continue;
        };
        let name = || attribute.name.clone();
        let kind = attribute.kind.value_type();
        if value.kind() != kind {
            return Err(KeyFault::MistypedIndexKey {
                name: name(),
                expected: kind,
                actual: value.kind(),
                index: index.name.clone(),
            });
        }
        if value.scalar().is_some_and(|value| value.is_empty()) {
            return Err(match written {
                Written::Put => KeyFault::EmptyIndexKey {
                    name: name(),
                    kind,
                    index: index.name.clone(),
                },
                Written::Updated => KeyFault::EmptyUpdatedIndexKey(kind),
            });
        }
    }
    let longest = [
        (&index.keys.partition, PARTITION_BYTES_MAX),
        (&index.keys.sort, SORT_BYTES_MAX),
    ];
    for (attributes, size_bytes_max) in longest {
        let size_bytes = size(attributes, new);
        let is_long = size_bytes > size_bytes_max && attributes.iter().any(|key| is_changed(&key.name));
        if let Some(last) = attributes.last().filter(|_| is_long) {
            return Err(match written {
                Written::Put => KeyFault::LongIndexKey {
                    name: last.name.clone(),
                    size_bytes,
                    size_bytes_max,
                    index: index.name.clone(),
                },
                Written::Updated => KeyFault::LongUpdatedIndexKey,
            });
        }
    }
    Ok(())
}

fn size(attributes: &[KeyAttribute], map: &impl Scalars) -> usize {
    attributes
        .iter()
        .filter_map(|attribute| map.scalar(&attribute.name))
        .map(|value: Scalar<'_>| value.size_bytes())
        .sum()
}
