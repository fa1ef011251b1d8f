//! `stator schema`: the JSON Schema of fixtures, for editors.

use super::Outcome;
use super::dump::write;

/// Prints the schema.
pub(crate) fn schema() -> Outcome {
    write(stator_fixtures::SCHEMA, None)
}
