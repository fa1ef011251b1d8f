//! `ExclusiveStartKey`: where a page goes on (observed-validation.md §15).

use super::page::Source;
use crate::engine::keys::{KeyFault, check_content};
use crate::model::fault::{CURRENT_LAYER_DEPTH_MAX, Fault, FaultKind, Faults, Stage};
use crate::model::{ApiError, Layer, PackedItem, ValueType};
use crate::store::{KeyAttribute, RowKey};

const INVALID: &str = "The provided starting key is invalid";

/// Which operation words a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    Query,
    Scan,
}

/// Reports the first faulty value of a start key.
pub(super) fn check_values(faults: &Faults, asker: Asker, layer: Layer) -> Result<(), ApiError> {
    let stages = [Stage::Reading, Stage::NullFalse, Stage::Content, Stage::Depth];
    let fault = stages.into_iter().find_map(|stage| faults.first(stage));
    fault.map_or(Ok(()), |fault| Err(refuse(fault, asker, layer)))
}

/// Reports the first empty name in a start key.
pub(super) fn check_names(faults: &Faults, asker: Asker, layer: Layer) -> Result<(), ApiError> {
    let fault = faults.first(Stage::Name);
    fault.map_or(Ok(()), |fault| Err(refuse(fault, asker, layer)))
}

fn refuse(fault: &Fault, asker: Asker, layer: Layer) -> ApiError {
    let is_prefixed = match &fault.kind {
        FaultKind::NoType | FaultKind::ManyTypes => true,
        FaultKind::EmptyName => asker == Asker::Scan && layer == Layer::Older,
        FaultKind::NullFalse => asker == Asker::Scan,
        FaultKind::EmptySet(kind) => asker == Asker::Scan && *kind != ValueType::Ns,
        FaultKind::Deep(depth) => asker == Asker::Scan || *depth > CURRENT_LAYER_DEPTH_MAX,
        _ => false,
    };
    let text = fault.kind.text(layer);
    ApiError::validation(if is_prefixed {
        format!("{INVALID}: {text}")
    } else {
        text
    })
}

/// The row after which a page goes on; the map must be a key of what is read.
pub(super) fn position(source: &Source, key: &PackedItem, asker: Asker) -> Result<RowKey, ApiError> {
    let base = source.base_keys();
    let index = source.index();
    let attributes = || {
        base.attributes()
            .chain(index.into_iter().flat_map(|index| index.keys.attributes()))
    };
    if asker == Asker::Scan {
        check_index_types(source, key)?;
    }
    let mut names: Vec<&str> = attributes().map(|attribute| attribute.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let fits = |attribute: &KeyAttribute| {
        key.get(&attribute.name)
            .is_some_and(|value| value.kind() == attribute.kind.value_type())
    };
    if key.len() != names.len() || !attributes().all(fits) {
        return Err(ApiError::validation(INVALID));
    }
    check_content(base, key)?;
    if let Some(index) = index {
        check_content(&index.keys, key)?;
    }
    source.row_key(key).ok_or_else(|| ApiError::validation(INVALID))
}

/// On a table with indexes, Scan words a mistyped start key as it words a mistyped index key.
fn check_index_types(source: &Source, key: &PackedItem) -> Result<(), ApiError> {
    let Some(index) = source.index().or_else(|| source.first_index()) else {
        return Ok(());
    };
    let attributes = source
        .base_keys()
        .attributes()
        .chain(source.index().into_iter().flat_map(|index| index.keys.attributes()));
    for attribute in attributes {
        if let Some(value) = key
            .get(&attribute.name)
            .filter(|value| value.kind() != attribute.kind.value_type())
        {
            let (name, expected, actual) = (attribute.name.clone(), attribute.kind.value_type(), value.kind());
            return Err(KeyFault::MistypedIndexKey {
                name,
                expected,
                actual,
                index: index.name.clone(),
            }
            .into());
        }
    }
    Ok(())
}
