//! What the placeholders of one expression stand for, as checks and lowering see it.

use super::super::ast::{Constant, Element, Mention, NameSlot, Path, Syntax, ValueSlot};
use super::super::error::Undefined;
use super::super::path::{DocumentPath, Step};
use super::Definitions;
use crate::model::json::Text;
use crate::model::{Name, Value};

/// The placeholders of one expression and what they stand for in one request.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'s> {
    names: Slots<'s, Text>,
    values: Slots<'s, Value>,
}

/// Placeholders of one kind; both slices are indexed by slot.
#[derive(Debug)]
struct Slots<'s, T> {
    mentions: &'s [Mention],
    targets: &'s [Option<&'s T>],
}

impl<T> Clone for Slots<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Slots<'_, T> {}

impl<T> Slots<'_, T> {
    /// The first mention of an undefined placeholder.
    fn undefined(&self) -> Option<&Mention> {
        let at = self.targets.iter().position(Option::is_none)?;
        Some(&self.mentions[at])
    }
}

impl<'s> Scope<'s> {
    /// The scope of an expression.
    pub(in super::super) fn of<T>(syntax: &'s Syntax<T>, definitions: &'s Definitions<'_>) -> Self {
        Self {
            names: Slots {
                mentions: &syntax.names,
                targets: &definitions.names,
            },
            values: Slots {
                mentions: &syntax.values,
                targets: &definitions.values,
            },
        }
    }

    /// The scope of a tree whose values are known by their slots alone; `None` is a value that is not known yet.
    pub(in super::super) fn of_values(values: &'s [Option<&'s Value>]) -> Self {
        let names = Self::empty().names;
        let values = Slots {
            mentions: &[],
            targets: values,
        };
        Self { names, values }
    }

    /// The scope of a tree without placeholders.
    pub(in super::super) fn empty() -> Self {
        Self {
            names: Slots {
                mentions: &[],
                targets: &[],
            },
            values: Slots {
                mentions: &[],
                targets: &[],
            },
        }
    }

    /// The name that a placeholder stands for, or its own text when it is undefined.
    pub(in super::super) fn name_or_placeholder(&self, slot: NameSlot) -> &'s Name {
        let at = usize::from(slot.0);
        self.names.targets[at].unwrap_or(&self.names.mentions[at].placeholder)
    }

    /// The value of a constant; `None` when its placeholder is undefined.
    pub(in super::super) fn constant(&self, constant: &'s Constant) -> Option<&'s Value> {
        match constant {
            Constant::Literal(value) => Some(value),
            Constant::Placeholder(slot) => self.values.targets[usize::from(slot.0)],
        }
    }

    /// The text of a value's placeholder.
    pub(in super::super) fn placeholder(&self, slot: ValueSlot) -> &'s Name {
        &self.values.mentions[usize::from(slot.0)].placeholder
    }

    /// The first mention of an undefined name, and where it stands among all mentions.
    pub(in super::super) fn undefined_name(&self) -> Option<(u16, Undefined)> {
        let mention = self.names.undefined()?;
        Some((mention.order, Undefined::Name(mention.placeholder.clone())))
    }

    /// The first mention of an undefined value, and where it stands among all mentions.
    pub(in super::super) fn undefined_value(&self) -> Option<(u16, Undefined)> {
        let mention = self.values.undefined()?;
        Some((mention.order, Undefined::Value(mention.placeholder.clone())))
    }

    /// The path with its names in place.
    pub(in super::super) fn path(&self, path: &Path) -> DocumentPath {
        let mut steps = path.elements().iter().map(|element| match element {
            Element::Index(index) => Step::Element(*index),
            Element::Name(name) => Step::Member(name.clone()),
            Element::Placeholder(slot) => Step::Member(self.name_or_placeholder(*slot).clone()),
        });
        let Some(Step::Member(head)) = steps.next() else {
            unreachable!("a path begins with a name")
        };
        DocumentPath {
            head,
            rest: steps.collect(),
        }
    }
}
