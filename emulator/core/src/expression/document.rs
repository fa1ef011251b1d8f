//! What paths lead into: items as values, and items as tables hold them, of which only what is asked for is unpacked.

use std::borrow::Cow;

use super::path::{DocumentPath, Step};
use crate::model::{AttributeMap, PackedItem, PackedValue, Value, ValueType};

/// Attributes, into which paths lead.
pub trait Document {
    /// The value of an attribute.
    fn attribute(&self, name: &str) -> Option<Cow<'_, Value>>;

    /// What a path leads to.
    fn value(&self, path: &DocumentPath) -> Option<Cow<'_, Value>>;

    /// Whether a path leads to something.
    fn has(&self, path: &DocumentPath) -> bool;
}

impl Document for AttributeMap {
    fn attribute(&self, name: &str) -> Option<Cow<'_, Value>> {
        self.get(name).map(Cow::Borrowed)
    }

    fn value(&self, path: &DocumentPath) -> Option<Cow<'_, Value>> {
        path.resolve(self).map(Cow::Borrowed)
    }

    fn has(&self, path: &DocumentPath) -> bool {
        path.resolve(self).is_some()
    }
}

impl Document for PackedItem {
    fn attribute(&self, name: &str) -> Option<Cow<'_, Value>> {
        self.value(name).map(Cow::Owned)
    }

    fn value(&self, path: &DocumentPath) -> Option<Cow<'_, Value>> {
        resolve(self, path).map(|value| Cow::Owned(value.unpack()))
    }

    fn has(&self, path: &DocumentPath) -> bool {
        resolve(self, path).is_some()
    }
}

fn resolve<'p>(item: &'p PackedItem, path: &DocumentPath) -> Option<PackedValue<'p>> {
    let attribute = item.get(path.attribute())?;
    path.steps()
        .iter()
        .try_fold(attribute, |value, step| match (step, value.kind()) {
            (Step::Member(name), ValueType::M) => value.attribute(name),
            (Step::Element(index), ValueType::L) => value.members().nth(*index as usize),
            _ => None,
        })
}
