//! Keys of tables and indexes: from the request's lists to a [`KeySchema`].
//!
//! A key that comes out has types for all its attributes and the shape that its table or index allows. Which of the checks of a request
//! comes first is up to the operation (observed-tables.md §3, §9). Lists in refusals print in the order of Java's hash tables.

use std::collections::HashSet;
use std::fmt;

use super::INVALID;
use crate::model::json::Text;
use crate::model::wire::{AttributeDefinition, KeySchemaElement};
use crate::model::{ApiError, Name, java};
use crate::store::{KeyAttribute, KeySchema, ScalarType, SearchElement, VectorSpec};

/// The most HASH, and the most RANGE attributes in the key of a global index.
const GLOBAL_SIDE_MAX: usize = 4;

/// What is wrong with definitions or keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SchemaError {
    DuplicateDefinition(Name),
    NoDefinition,
    Undefined {
        keys: Vec<Name>,
        definitions: Vec<Name>,
    },
    FirstNotHash,
    SecondNotRange,
    SameName,
    RepeatedName,
    RangeBeforeHash,
    TooManyHash,
    TooManyRange,
    UnusedDefinition,
    UnusedDefinitions {
        definitions: Vec<Name>,
        used: Vec<Name>,
    },
    NoTableRange,
    NoIndexRange(Text),
    OtherHash {
        index: Text,
        index_hash: Name,
        table_hash: Name,
    },
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateDefinition(name) => write!(f, "Attribute Name is duplicated: {name}"),
            Self::NoDefinition => f.write_str("Invalid KeySchema: Some index key attribute have no definition"),
            Self::Undefined { keys, definitions } => write!(
                f,
                "{INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], AttributeDefinitions: [{}]",
                keys.join(", "),
                definitions.join(", ")
            ),
            Self::FirstNotHash => f.write_str("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"),
            Self::SecondNotRange => {
                f.write_str("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
            }
            Self::SameName => {
                f.write_str("Both the Hash Key and the Range Key element in the KeySchema have the same name")
            }
            Self::RepeatedName => f.write_str("The KeySchema contains multiple key attributes with the same name"),
            Self::RangeBeforeHash => write!(
                f,
                "{INVALID}All HASH key attributes must precede RANGE key attributes in the KeySchema"
            ),
            Self::TooManyHash => write!(
                f,
                "{INVALID}The KeySchema exceeds the maximum allowed number of HASH key attributes"
            ),
            Self::TooManyRange => write!(
                f,
                "{INVALID}The KeySchema exceeds the maximum allowed number of RANGE key attributes"
            ),
            Self::UnusedDefinition => write!(
                f,
                "{INVALID}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"
            ),
            Self::UnusedDefinitions { definitions, used } => write!(
                f,
                "{INVALID}Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]",
                definitions.join(", "),
                used.join(", ")
            ),
            Self::NoTableRange => write!(
                f,
                "{INVALID}Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
            ),
            Self::NoIndexRange(index) => {
                write!(
                    f,
                    "{INVALID}Index KeySchema does not have a range key for index: {index}"
                )
            }
            Self::OtherHash {
                index,
                index_hash,
                table_hash,
            } => write!(
                f,
                "{INVALID}Index KeySchema does not have the same leading hash key as table KeySchema for index: {index}. \
                 index hash key: {index_hash}, table hash key: {table_hash}"
            ),
        }
    }
}

impl From<SchemaError> for ApiError {
    fn from(error: SchemaError) -> Self {
        Self::validation(error)
    }
}

/// The types of attributes as a request declares them, each attribute once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Definitions(Vec<KeyAttribute>);

impl Definitions {
    /// Reads definitions whose constraints hold.
    ///
    /// # Errors
    /// When an attribute is declared twice.
    pub(super) fn new(list: &[AttributeDefinition]) -> Result<Self, SchemaError> {
        let mut definitions: Vec<KeyAttribute> = Vec::with_capacity(list.len());
        let mut seen = HashSet::with_capacity(list.len());
        for definition in list {
            let (Some(name), Some(kind)) = (&definition.attribute_name, &definition.attribute_type) else {
                continue;
            };
            if !seen.insert(name) {
                return Err(SchemaError::DuplicateDefinition(name.clone()));
            }
            definitions.extend(ScalarType::from_word(kind).map(|kind| KeyAttribute {
                name: name.clone(),
                kind,
            }));
        }
        Ok(Self(definitions))
    }

    /// The declared types, where those that are known win over what is declared anew.
    pub(super) fn overruled_by<'a>(mut self, known: impl Iterator<Item = (&'a Name, ScalarType)>) -> Self {
        for (name, kind) in known {
            if let Some(definition) = self.0.iter_mut().find(|definition| definition.name == *name) {
                definition.kind = kind;
            }
        }
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The declared type of an attribute.
    pub(super) fn find(&self, name: &str) -> Option<&KeyAttribute> {
        self.0.iter().find(|definition| definition.name == name)
    }

    fn names(&self) -> Vec<Name> {
        java::hash_map_order(
            self.0.iter().map(|definition| definition.name.clone()).collect(),
            |name| name,
        )
    }
}

/// One element of a key whose constraints hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    name: Name,
    side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Hash,
    Range,
}

/// The attributes of a search schema, which are used as those of a key are.
pub(super) fn searched(spec: &VectorSpec) -> Vec<Element> {
    let used = |element: &SearchElement| Element {
        name: element.attribute.name.clone(),
        side: Side::Hash,
    };
    spec.schema.iter().map(used).collect()
}

/// Reads the elements of a key whose constraints hold.
pub(super) fn elements(key: Option<&Vec<KeySchemaElement>>) -> Vec<Element> {
    let read = |element: &KeySchemaElement| {
        let side = match element.key_type.as_deref()? {
            "HASH" => Side::Hash,
            _ => Side::Range,
        };
        let name = element.attribute_name.clone()?;
        Some(Element { name, side })
    };
    key.into_iter().flatten().filter_map(read).collect()
}

/// Checks that the attributes of a table's key are declared.
pub(super) fn check_table_key_is_defined(key: &[Element], definitions: &Definitions) -> Result<(), SchemaError> {
    if key.iter().all(|element| definitions.find(&element.name).is_some()) {
        return Ok(());
    }
    if key.len() > 1 || definitions.is_empty() {
        return Err(SchemaError::NoDefinition);
    }
    Err(undefined(key, definitions))
}

/// Checks that the attributes of an index's key are declared.
pub(super) fn check_index_key_is_defined(key: &[Element], definitions: &Definitions) -> Result<(), SchemaError> {
    if key.iter().all(|element| definitions.find(&element.name).is_some()) {
        return Ok(());
    }
    if definitions.0.len() < distinct_names(key).len() {
        return Err(SchemaError::NoDefinition);
    }
    Err(undefined(key, definitions))
}

fn undefined(key: &[Element], definitions: &Definitions) -> SchemaError {
    SchemaError::Undefined {
        keys: java::hash_map_order(distinct_names(key), |name| name),
        definitions: definitions.names(),
    }
}

fn distinct_names(key: &[Element]) -> Vec<Name> {
    let mut seen = HashSet::new();
    let elements = key.iter().filter(|element| seen.insert(&element.name));
    elements.map(|element| element.name.clone()).collect()
}

/// Checks that every declared attribute is used by the key of the table, or of an index.
pub(super) fn check_all_used(
    table: &[Element],
    indexes: &[Vec<Element>],
    definitions: &Definitions,
) -> Result<(), SchemaError> {
    let all: Vec<Element> = table.iter().chain(indexes.iter().flatten()).cloned().collect();
    let used = distinct_names(&all);
    let names: HashSet<&Name> = used.iter().collect();
    if definitions.0.iter().all(|definition| names.contains(&definition.name)) {
        return Ok(());
    }
    if indexes.is_empty() {
        return Err(SchemaError::UnusedDefinition);
    }
    Err(SchemaError::UnusedDefinitions {
        definitions: definitions.names(),
        used: java::default_set_order(used, |name| name),
    })
}

/// Checks the shape of a key of one or two attributes: HASH, then RANGE.
pub(super) fn check_simple_key(key: &[Element]) -> Result<(), SchemaError> {
    match key {
        [first, ..] if first.side != Side::Hash => Err(SchemaError::FirstNotHash),
        [first, second, ..] if first.name == second.name => Err(SchemaError::SameName),
        [_, second, ..] if second.side != Side::Range => Err(SchemaError::SecondNotRange),
        _ => Ok(()),
    }
}

/// Checks the key of a local index of a table.
pub(super) fn check_local_key(index: &Text, key: &[Element], table: &[Element]) -> Result<(), SchemaError> {
    check_simple_key(key)?;
    let [hash, _range] = key else {
        return Err(SchemaError::NoIndexRange(index.clone()));
    };
    match table.first() {
        Some(table_hash) if table_hash.name != hash.name => Err(SchemaError::OtherHash {
            index: index.clone(),
            index_hash: hash.name.clone(),
            table_hash: table_hash.name.clone(),
        }),
        _ => Ok(()),
    }
}

/// Checks the shape of the key of a global index: up to four HASH attributes, then up to four RANGE attributes.
pub(super) fn check_global_key(key: &[Element]) -> Result<(), SchemaError> {
    if key.first().is_some_and(|first| first.side != Side::Hash) {
        return Err(SchemaError::FirstNotHash);
    }
    if let [first, second] = key
        && first.name == second.name
        && second.side == Side::Range
    {
        return Err(SchemaError::SameName);
    }
    if distinct_names(key).len() < key.len() {
        return Err(SchemaError::RepeatedName);
    }
    let hashes = key.iter().take_while(|element| element.side == Side::Hash).count();
    let (hash, range) = key.split_at(hashes);
    if range.iter().any(|element| element.side == Side::Hash) {
        return Err(SchemaError::RangeBeforeHash);
    }
    match (hash.len() > GLOBAL_SIDE_MAX, range.len() > GLOBAL_SIDE_MAX) {
        (true, _) => Err(SchemaError::TooManyHash),
        (_, true) => Err(SchemaError::TooManyRange),
        _ => Ok(()),
    }
}

/// The key that checked elements describe.
pub(super) fn key_schema(key: &[Element], definitions: &Definitions) -> KeySchema {
    let side = |side: Side| {
        key.iter()
            .filter(|element| element.side == side)
            .filter_map(|element| definitions.find(&element.name))
            .cloned()
            .collect()
    };
    KeySchema {
        partition: side(Side::Hash),
        sort: side(Side::Range),
    }
}
