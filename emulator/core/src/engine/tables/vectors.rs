//! Vector indexes that are to be made: their dimensions, their search schema, and how they go with each other.
//!
//! The rules are the same at CreateTable and UpdateTable (observed-tables.md §18); which comes first is up to the operation.

use std::fmt;

use super::INVALID;
use super::schema::Definitions;
use crate::model::wire::{SearchSchemaElement, VectorIndexArg};
use crate::model::{ApiError, ErrorKind, Name};
use crate::store::{BillingMode, DIMENSIONS_MAX, DistanceFunction, SearchElement, SearchRole, VectorSpec};

/// The most vector indexes of a table.
const VECTOR_MAX: usize = 5;

/// What is wrong with vector indexes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum VectorIndexError {
    NotOnDemand,
    StillNeeded,
    Dimensions,
    UndefinedElement,
    HashCount(usize),
    DuplicateElement,
    TooMany,
    OtherDimensions(Name),
    DefinedAttribute(Name),
}

impl fmt::Display for VectorIndexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(INVALID)?;
        match self {
            Self::NotOnDemand => f.write_str("Vector indexes are only supported for PAY_PER_REQUEST tables"),
            Self::StillNeeded => f.write_str("Tables with vector indexes must be in PAY_PER_REQUEST mode"),
            Self::Dimensions => write!(
                f,
                "Number of dimensions must be between 1 and {DIMENSIONS_MAX} inclusive."
            ),
            Self::UndefinedElement => {
                f.write_str("One element in SearchSchema is not defined in attribute definitions")
            }
            Self::HashCount(count) => write!(
                f,
                "Value '{count}' at 'SearchSchema' failed to satisfy constraint: Member must have HASH count less than or equal to 1"
            ),
            Self::DuplicateElement => f.write_str("SearchSchema contains a duplicate AttributeName"),
            Self::TooMany => write!(f, "VectorIndex count exceeds the per-table limit of {VECTOR_MAX}"),
            Self::OtherDimensions(name) => write!(
                f,
                "Conflicting attribute definition for '{name}'. All VectorIndexes on the same vector attribute must use the same dimensions."
            ),
            Self::DefinedAttribute(name) => write!(
                f,
                "Conflicting attribute definition for '{name}'. An attribute cannot be defined in AttributeDefinitions when used as a \
                 VectorAttribute."
            ),
        }
    }
}

impl From<VectorIndexError> for ApiError {
    fn from(error: VectorIndexError) -> Self {
        Self::new(ErrorKind::Validation, error)
    }
}

/// Checks that the table is paid for by request.
pub(super) fn check_mode(mode: BillingMode) -> Result<(), VectorIndexError> {
    match mode {
        BillingMode::PayPerRequest => Ok(()),
        BillingMode::Provisioned => Err(VectorIndexError::NotOnDemand),
    }
}

/// Checks how many vector indexes a table will have.
pub(super) fn check_count(count: usize) -> Result<(), VectorIndexError> {
    if count > VECTOR_MAX {
        return Err(VectorIndexError::TooMany);
    }
    Ok(())
}

/// Checks that indexes on one vector attribute agree, and that the attribute has no other type.
pub(super) fn check_conflicts<'a>(
    specs: impl Iterator<Item = &'a VectorSpec> + Clone,
    mut is_defined: impl FnMut(&Name) -> bool,
) -> Result<(), VectorIndexError> {
    for spec in specs.clone() {
        let disagrees = |other: &VectorSpec| other.attribute == spec.attribute && other.dimensions != spec.dimensions;
        if specs.clone().any(disagrees) {
            return Err(VectorIndexError::OtherDimensions(spec.attribute.clone()));
        }
    }
    match specs.clone().map(|spec| &spec.attribute).find(|name| is_defined(name)) {
        Some(name) => Err(VectorIndexError::DefinedAttribute(name.clone())),
        None => Ok(()),
    }
}

/// Reads what the index has that others have not; the constraints of the shape hold.
pub(super) fn spec(index: &VectorIndexArg, definitions: &Definitions) -> Result<VectorSpec, VectorIndexError> {
    let dimensions = index.dimensions.and_then(|count| usize::try_from(count).ok());
    let dimensions = dimensions
        .filter(|count| (1..=DIMENSIONS_MAX).contains(count))
        .ok_or(VectorIndexError::Dimensions)?;
    let schema = schema(index.search_schema.as_deref().unwrap_or_default(), definitions)?;
    let attribute = index
        .vector_attribute
        .as_ref()
        .and_then(|attribute| attribute.attribute_name.clone());
    let distance = index.distance_function.as_deref().and_then(DistanceFunction::from_word);
    let (Some(attribute), Some(distance)) = (attribute, distance) else {
        unreachable!("required members are there");
    };
    Ok(VectorSpec {
        attribute,
        dimensions,
        distance,
        schema,
    })
}

fn schema(elements: &[SearchSchemaElement], definitions: &Definitions) -> Result<Vec<SearchElement>, VectorIndexError> {
    let read = |element: &SearchSchemaElement| {
        let role = element
            .search_schema_element_type
            .as_deref()
            .and_then(SearchRole::from_word);
        let attribute = element.attribute_name.as_ref().and_then(|name| definitions.find(name));
        match (attribute, role) {
            (Some(attribute), Some(role)) => Ok(SearchElement {
                attribute: attribute.clone(),
                role,
            }),
            _ => Err(VectorIndexError::UndefinedElement),
        }
    };
    let elements = elements.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let hashes = elements
        .iter()
        .filter(|element| element.role == SearchRole::Hash)
        .count();
    if hashes > 1 {
        return Err(VectorIndexError::HashCount(hashes));
    }
    for (position, element) in elements.iter().enumerate() {
        if elements[..position]
            .iter()
            .any(|known| known.attribute.name == element.attribute.name)
        {
            return Err(VectorIndexError::DuplicateElement);
        }
    }
    Ok(elements)
}

/// How many projected attributes an index counts as, apart from those that it names: its vector and its inline filters.
pub(super) fn projected_count(spec: &VectorSpec) -> usize {
    1 + spec
        .schema
        .iter()
        .filter(|element| element.role == SearchRole::InlineFilter)
        .count()
}
