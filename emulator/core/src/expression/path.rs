//! Paths whose names are known: where they lead, and how they go together.

use std::cmp::Ordering;
use std::fmt::Write;

use super::ast;
use super::error::{Clash, ClashKind};
use super::placeholders::Scope;
use crate::model::{AttributeMap, Name, Value};

/// A path into an item, without placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentPath {
    pub(super) head: Name,
    pub(super) rest: Box<[Step]>,
}

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// To a list element.
    Element(u32),
    /// To a member of a map.
    Member(Name),
}

impl DocumentPath {
    /// The top-level attribute.
    #[must_use]
    pub fn attribute(&self) -> &Name {
        &self.head
    }

    /// The steps into the attribute.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.rest
    }

    /// Whether the path leads into the attribute.
    #[must_use]
    pub fn is_nested(&self) -> bool {
        !self.rest.is_empty()
    }

    /// What the path leads to.
    #[must_use]
    pub fn resolve<'v>(&self, item: &'v AttributeMap) -> Option<&'v Value> {
        let mut value = item.get(&self.head)?;
        for step in &self.rest {
            value = match (step, value) {
                (Step::Member(name), Value::M(map)) => map.get(name)?,
                (Step::Element(index), Value::L(list)) => list.get(*index as usize)?,
                _ => return None,
            };
        }
        Some(value)
    }
}

impl From<Name> for DocumentPath {
    fn from(head: Name) -> Self {
        Self {
            head,
            rest: Box::default(),
        }
    }
}

/// A step of a path whose placeholders may be undefined.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place<'a> {
    Element(u32),
    Member(&'a str),
}

fn places<'a>(path: &'a ast::Path, scope: &'a Scope<'_>) -> impl Iterator<Item = Place<'a>> {
    path.elements().iter().map(|element| match element {
        ast::Element::Index(index) => Place::Element(*index),
        ast::Element::Name(name) => Place::Member(name),
        ast::Element::Placeholder(slot) => Place::Member(scope.name_or_placeholder(*slot)),
    })
}

/// Whether two paths lead to the same place.
pub(super) fn are_equal(one: &ast::Path, two: &ast::Path, scope: &Scope<'_>) -> bool {
    places(one, scope).eq(places(two, scope))
}

/// The path as refusals show it: `[a, b, [0]]`.
pub(super) fn written(path: &ast::Path, scope: &Scope<'_>) -> String {
    let mut text = String::from("[");
    for (before, place) in places(path, scope).enumerate() {
        text.push_str(if before > 0 { ", " } else { "" });
        match place {
            Place::Member(name) => text.push_str(name),
            Place::Element(index) => {
                // Writing to a string cannot fail.
                let _ = write!(text, "[{index}]");
            }
        }
    }
    text.push(']');
    text
}

/// How two paths fail to go together, if they do.
fn clash_of(one: &ast::Path, two: &ast::Path, scope: &Scope<'_>) -> Option<ClashKind> {
    for pair in places(one, scope).zip(places(two, scope)) {
        match pair {
            (Place::Element(_), Place::Member(_)) | (Place::Member(_), Place::Element(_)) => {
                return Some(ClashKind::Conflict);
            }
            (one, two) if one != two => return None,
            _ => {}
        }
    }
    Some(ClashKind::Overlap)
}

/// The first two paths that do not go together: those that overlap before those that conflict.
pub(super) fn first_clash(paths: &[&ast::Path], scope: &Scope<'_>) -> Option<Clash> {
    let kinds = [ClashKind::Overlap, ClashKind::Conflict];
    kinds.into_iter().find_map(|kind| first_of_kind(paths, kind, scope))
}

/// The first two paths that clash in this way.
fn first_of_kind(paths: &[&ast::Path], kind: ClashKind, scope: &Scope<'_>) -> Option<Clash> {
    const PAIRWISE_MAX: usize = 24;
    if paths.len() > PAIRWISE_MAX && !has_neighbours(paths, kind, scope) {
        return None;
    }
    for (at, two) in paths.iter().enumerate() {
        if let Some(one) = paths[..at].iter().find(|one| clash_of(one, two, scope) == Some(kind)) {
            return Some(Clash {
                kind,
                one: written(one, scope),
                two: written(two, scope),
            });
        }
    }
    None
}

/// Whether any paths clash in this way: some of those are neighbours when all are sorted, since paths with a common beginning stand together
/// and indexes come before names.
fn has_neighbours(paths: &[&ast::Path], kind: ClashKind, scope: &Scope<'_>) -> bool {
    let mut sorted = paths.to_vec();
    sorted.sort_by(|one, two| compare(one, two, scope));
    sorted
        .windows(2)
        .any(|pair| clash_of(pair[0], pair[1], scope) == Some(kind))
}

fn compare(one: &ast::Path, two: &ast::Path, scope: &Scope<'_>) -> Ordering {
    places(one, scope).cmp(places(two, scope))
}
