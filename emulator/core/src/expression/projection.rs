//! Projections as programs: which parts of an item to return (observed-expressions.md §17).
//!
//! Paths into one attribute are merged into one fragment: elements of a list are packed in ascending order, members of a map stay where they
//! are. What a path does not lead to is left out. Key attributes get no special treatment.

use std::sync::Arc;

use smallvec::SmallVec;

use super::ast::{self, Syntax};
use super::bind::{Language, References};
use super::cache::ExpressionCache;
use super::error::{ExpressionError, ExpressionKind, Problem, SyntaxError};
use super::path::{DocumentPath, Step, first_clash};
use super::placeholders::Scope;
use crate::model::{AttributeMap, Name, PackedItem, Value};

/// Which parts of an item to return.
#[derive(Clone, Debug)]
pub struct Projection {
    /// By name.
    attributes: Box<[(Name, Selection)]>,
    form: Form,
}

/// In which form parts come back.
#[derive(Clone, Debug)]
enum Form {
    /// Where they are in the item: the paths of one attribute are merged.
    Nested,
    /// Each under a name of its own, as PartiQL selects them (observed-partiql.md §10).
    Columns(Box<[(Name, DocumentPath)]>),
}

/// Which parts of a value to return.
#[derive(Clone, Debug)]
enum Selection {
    Whole,
    Parts(Box<[(Step, Selection)]>),
}

impl Projection {
    /// A projection to whole attributes.
    #[must_use]
    pub fn of_attributes(names: impl IntoIterator<Item = Name>) -> Self {
        Self::of_paths(names.into_iter().map(DocumentPath::from))
    }

    /// A projection of paths to attributes with these names; of equal names the last counts.
    #[must_use]
    pub(super) fn of_columns(columns: impl Iterator<Item = (Name, DocumentPath)>) -> Self {
        let columns: Box<[_]> = columns.collect();
        Self {
            form: Form::Columns(columns.clone()),
            ..Self::of_paths(columns.into_iter().map(|(_, path)| path))
        }
    }

    /// A projection to paths, none of which leads into another.
    fn of_paths(paths: impl Iterator<Item = DocumentPath>) -> Self {
        let mut paths: SmallVec<[DocumentPath; 8]> = paths.collect();
        paths.sort_by(|one, two| one.head.cmp(&two.head));
        let attributes = paths.chunk_by(|one, two| one.head == two.head).map(|alike| {
            let selection = match alike {
                [path] if !path.is_nested() => Selection::Whole,
                _ => Selection::of(alike.iter().map(DocumentPath::steps).collect()),
            };
            (alike[0].head.clone(), selection)
        });
        Self {
            attributes: attributes.collect(),
            form: Form::Nested,
        }
    }

    /// The parts of an item that are asked for.
    #[must_use]
    pub fn apply(&self, item: &AttributeMap) -> AttributeMap {
        if let Form::Columns(columns) = &self.form {
            let found = columns
                .iter()
                .filter_map(|(name, path)| Some((name.clone(), path.resolve(item)?.clone())));
            return found.collect::<Vec<_>>().into();
        }
        let mut wanted = self.attributes.iter().peekable();
        let mut parts = Vec::with_capacity(self.attributes.len().min(item.len()));
        for (name, value) in item.iter() {
            // Both sides are sorted by name.
            while wanted.next_if(|(candidate, _)| candidate < name).is_some() {}
            match wanted.peek() {
                Some((candidate, selection)) if candidate == name => {
                    parts.extend(selection.apply(value).map(|part| (name.clone(), part)));
                }
                Some(_) => {}
                None => break,
            }
        }
        parts.into()
    }

    /// The parts of a packed item that are asked for; no more of it is unpacked than that.
    #[must_use]
    pub fn apply_packed(&self, item: &PackedItem) -> PackedItem {
        let wants = |name: &str| self.attributes().any(|wanted| wanted == name);
        let is_whole = |(_, selection): &(Name, Selection)| matches!(selection, Selection::Whole);
        match self.form {
            Form::Nested if self.attributes.iter().all(is_whole) => item.filtered(wants),
            Form::Nested | Form::Columns(_) => self.apply(&item.unpack_some(wants)).into(),
        }
    }

    /// The top-level attributes that are asked for, by name.
    pub fn attributes(&self) -> impl ExactSizeIterator<Item = &Name> {
        self.attributes.iter().map(|(name, _)| name)
    }

    /// The top-level attributes that only parts are asked of.
    pub fn attributes_in_part(&self) -> impl Iterator<Item = &Name> {
        let in_part = |selection: &Selection| matches!(selection, Selection::Parts(_));
        self.attributes
            .iter()
            .filter(move |(_, selection)| in_part(selection))
            .map(|(name, _)| name)
    }
}

impl Selection {
    /// Merges what remains of several paths that have begun alike.
    fn of(mut rests: Vec<&[Step]>) -> Self {
        if rests.iter().any(|rest| rest.is_empty()) {
            return Self::Whole;
        }
        rests.sort();
        let parts = rests.chunk_by(|one, two| one[0] == two[0]).map(|alike| {
            let selection = Self::of(alike.iter().map(|rest| &rest[1..]).collect());
            (alike[0][0].clone(), selection)
        });
        Self::Parts(parts.collect())
    }

    fn apply(&self, value: &Value) -> Option<Value> {
        let parts = match self {
            Self::Whole => return Some(value.clone()),
            Self::Parts(parts) => parts,
        };
        match value {
            Value::L(list) => {
                let found = parts.iter().filter_map(|(step, selection)| match step {
                    Step::Element(index) => selection.apply(list.get(*index as usize)?),
                    Step::Member(_) => None,
                });
                let found: Vec<Value> = found.collect();
                (!found.is_empty()).then(|| Value::L(found.into()))
            }
            Value::M(map) => {
                let found = parts.iter().filter_map(|(step, selection)| match step {
                    Step::Member(name) => Some((name.clone(), selection.apply(map.get(name)?)?)),
                    Step::Element(_) => None,
                });
                let found: Vec<(Name, Value)> = found.collect();
                (!found.is_empty()).then(|| Value::M(found.into()))
            }
            _ => None,
        }
    }
}

impl Language for Projection {
    type Tree = ast::Projection;

    fn recall(cache: &ExpressionCache, text: &str) -> Result<Arc<Syntax<Self::Tree>>, Arc<SyntaxError>> {
        cache.projection(text)
    }

    fn check_operands(_: &Self::Tree, _: &Scope<'_>, _: ExpressionKind) -> Result<(), ExpressionError> {
        Ok(())
    }

    /// Paths must neither overlap, nor one go on with an index where another has a name.
    fn check_paths(tree: &Self::Tree, scope: &Scope<'_>, kind: ExpressionKind) -> Result<(), ExpressionError> {
        let paths: SmallVec<[&ast::Path; 8]> = tree.0.iter().collect();
        match first_clash(&paths, scope) {
            Some(clash) => Err(Problem::from(clash).within(kind)),
            None => Ok(()),
        }
    }

    fn references() -> References {
        References::AsWritten
    }

    fn lower(tree: &Self::Tree, scope: &Scope<'_>) -> Self {
        Self::of_paths(tree.0.iter().map(|path| scope.path(path)))
    }
}
