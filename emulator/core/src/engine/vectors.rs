//! Vectors that are written: what the vector indexes of a table refuse of an item.
//!
//! Texts: observed-tables.md §18, observed-validation.md §21. Of one index the vector comes before the attributes of its search schema.

use std::fmt;

use smol_str::SmolStr;

use crate::model::{Name, Value, ValueType};
use crate::store::{VectorError, VectorSpec};

/// Why an item cannot be in a vector index.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct VectorFault {
    index: SmolStr,
    attribute: Name,
    kind: VectorFaultKind,
}

#[derive(Clone, Debug, PartialEq)]
enum VectorFaultKind {
    /// The vector is none of the index's.
    Vector { dimensions: usize, error: VectorError },
    /// An attribute of the search schema has another type.
    SchemaType { expected: ValueType, actual: ValueType },
}

impl fmt::Display for VectorFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, attribute, kind } = self;
        f.write_str("One or more parameter values were invalid. ")?;
        match kind {
            VectorFaultKind::Vector { dimensions, error } => match error {
                VectorError::NotAList => {
                    write!(
                        f,
                        "Invalid type for parameter {attribute}, Expected: 32-bit floating point number list"
                    )?;
                }
                VectorError::Length(actual) => {
                    write!(
                        f,
                        "Invalid size for parameter {attribute}, Expected: {dimensions}, Actual: {actual}"
                    )?;
                }
                VectorError::Element(position, actual) => write!(
                    f,
                    "Invalid type for parameter {attribute}[{position}], Expected: 32-bit floating point number, Actual: {actual}."
                )?,
                VectorError::Range(position, value) => write!(
                    f,
                    "Invalid value for parameter {attribute}[{position}], Value: {value} is outside valid range [-3.4028235E38, 3.4028235E38]."
                )?,
            },
            VectorFaultKind::SchemaType { expected, actual } => {
                write!(
                    f,
                    "Attribute '{attribute}' type mismatch. Expected: {expected}, Actual: {actual}."
                )?;
            }
        }
        write!(f, " IndexName: {index}")
    }
}

/// Checks what a vector index looks at; `written` gives an attribute's value if it was written.
///
/// # Errors
/// The vector's fault, or that of the first attribute of the search schema.
pub(crate) fn check(
    index: &SmolStr,
    spec: &VectorSpec,
    written: impl Fn(&str) -> Option<Value>,
) -> Result<(), VectorFault> {
    let fault = |attribute: &Name, kind| VectorFault {
        index: index.clone(),
        attribute: attribute.clone(),
        kind,
    };
    if let Some(Err(error)) = written(&spec.attribute).map(|value| spec.check(&value)) {
        let dimensions = spec.dimensions;
        return Err(fault(&spec.attribute, VectorFaultKind::Vector { dimensions, error }));
    }
    for attribute in spec.schema.iter().map(|element| &element.attribute) {
        let wrong = written(&attribute.name).filter(|value| !attribute.kind.covers(value));
        if let Some(value) = wrong {
            let (expected, actual) = (attribute.kind.value_type(), value.kind());
            return Err(fault(&attribute.name, VectorFaultKind::SchemaType { expected, actual }));
        }
    }
    Ok(())
}
