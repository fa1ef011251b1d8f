//! Applying an update to an item.
//!
//! All effects are known before anything is built. Then the places of the update are walked beside the item, each container once: what is
//! written and removed goes by original positions, and what is written past the end of a list comes after it in ascending order.

use std::borrow::Cow;

use super::super::document::Document;
use super::super::path::Step;
use super::evaluate::{Effect, effects};
use super::{Place, Update, UpdateError};
use crate::model::value::DEPTH_MAX;
use crate::model::{AttributeMap, Name, Value};

/// What an update makes of an item.
#[derive(Clone, Debug)]
pub struct Updated<'a, D> {
    update: &'a Update,
    old: &'a D,
    /// By the top-level attribute.
    changes: Vec<(&'a Name, Option<Value>)>,
}

impl<D: Document> Updated<'_, D> {
    /// The attributes that change, wholly or in part, and what they are to be, in the order of their names; `None` if they go.
    pub fn changes(&self) -> impl Iterator<Item = (&Name, Option<&Value>)> + Clone {
        self.changes.iter().map(|(name, value)| (*name, value.as_ref()))
    }

    /// What the targets held before, for `UPDATED_OLD`; empty when none held anything.
    #[must_use]
    pub fn touched_old(&self) -> AttributeMap {
        let places = self.update.places.iter();
        let touched = places.filter_map(|(name, place)| Some((name.clone(), place.part(&*self.old.attribute(name)?)?)));
        touched.collect()
    }

    /// What is at the targets from now on, for `UPDATED_NEW`; empty when nothing is. Positions in lists are read as they were written: what
    /// was written past the end of a list is not there, and an element may have moved to where another was removed.
    #[must_use]
    pub fn touched_new(&self) -> AttributeMap {
        let places = self.update.places.iter();
        let touched = places.filter_map(|(name, place)| Some((name.clone(), place.part(&*self.attribute(name)?)?)));
        touched.collect()
    }

    /// An attribute as it is to be.
    fn attribute(&self, name: &Name) -> Option<Cow<'_, Value>> {
        match self.changes().find(|(changed, _)| *changed == name) {
            Some((_, value)) => value.map(Cow::Borrowed),
            None => self.old.attribute(name),
        }
    }
}

impl Updated<'_, AttributeMap> {
    /// The whole item as it is to be.
    #[must_use]
    pub fn item(&self) -> AttributeMap {
        let is_kept = |name: &Name| self.changes().all(|(changed, _)| changed != name);
        let kept = self.old.iter().filter(|(name, _)| is_kept(name));
        let changed = self.changes().filter_map(|(name, value)| Some((name, value?)));
        let attributes = kept.chain(changed);
        attributes.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

impl Update {
    /// Applies the update to an item, or to the empty item (with its key) where there is none.
    ///
    /// # Errors
    /// In the service's order: wrong types under ADD and DELETE, what SET reads, targets that cannot be reached, nesting.
    pub fn apply<'a, D: Document>(&'a self, old: &'a D) -> Result<Updated<'a, D>, UpdateError> {
        let effects = effects(&self.actions, old, self.dialect)?;
        let mut edit = Edit {
            effects: &effects,
            deepest: 0,
        };
        let mut changes = Vec::with_capacity(self.places.len());
        for (name, place) in &self.places {
            let held = match place {
                Place::Target(_) => None,
                Place::Parts(_) => old.attribute(name),
            };
            match edit.value(held.as_deref(), place, 1)? {
                Outcome::Becomes(value) => changes.push((name, Some(value))),
                Outcome::Goes => changes.push((name, None)),
                Outcome::Stays => {}
            }
        }
        if edit.deepest > DEPTH_MAX {
            return Err(UpdateError::Nesting);
        }
        Ok(Updated {
            update: self,
            old,
            changes,
        })
    }
}

/// A walk along an item.
struct Edit<'e> {
    effects: &'e [Effect],
    /// The deepest level that a written value reaches.
    deepest: usize,
}

/// What becomes of a value.
enum Outcome {
    Becomes(Value),
    Stays,
    Goes,
}

impl Edit<'_> {
    /// What becomes of the value at a place, `None` when there is none. `level` is the value's.
    fn value(&mut self, old: Option<&Value>, place: &Place, level: usize) -> Result<Outcome, UpdateError> {
        match (place, old) {
            (Place::Target(at), _) => Ok(match &self.effects[*at] {
                Effect::Write(value) => {
                    self.deepest = self.deepest.max(level - 1 + value.depth());
                    Outcome::Becomes(value.clone())
                }
                Effect::Remove => Outcome::Goes,
                Effect::Nothing => Outcome::Stays,
            }),
            (Place::Parts(parts), Some(Value::M(map))) if has_members(parts) => {
                Ok(Outcome::Becomes(Value::M(self.map(map, parts, level + 1)?)))
            }
            (Place::Parts(parts), Some(Value::L(list))) if !has_members(parts) => {
                Ok(Outcome::Becomes(Value::L(self.list(list, parts, level + 1)?.into())))
            }
            (Place::Parts(_), _) => Err(UpdateError::InvalidPath),
        }
    }

    /// The map with its members changed; both are sorted by name. `level` is that of the members.
    fn map(&mut self, old: &AttributeMap, places: &[(Step, Place)], level: usize) -> Result<AttributeMap, UpdateError> {
        let mut members: Vec<(Name, Value)> = Vec::with_capacity(old.len() + places.len());
        let mut unseen = old.iter().peekable();
        for (step, place) in places {
            let name = member_name(step);
            while let Some((before, value)) = unseen.next_if(|(candidate, _)| *candidate < name) {
                members.push((before.clone(), value.clone()));
            }
            let old = unseen
                .next_if(|(candidate, _)| *candidate == name)
                .map(|(_, value)| value);
            let new = match self.value(old, place, level)? {
                Outcome::Becomes(value) => Some(value),
                Outcome::Stays => old.cloned(),
                Outcome::Goes => None,
            };
            members.extend(new.map(|value| (name.clone(), value)));
        }
        members.extend(unseen.map(|(name, value)| (name.clone(), value.clone())));
        Ok(members.into())
    }

    /// The list with its elements changed; `level` is that of the elements.
    fn list(&mut self, old: &[Value], places: &[(Step, Place)], level: usize) -> Result<Vec<Value>, UpdateError> {
        let mut elements = Vec::with_capacity(old.len() + places.len());
        let mut seen = 0;
        for (step, place) in places {
            let Step::Element(index) = step else {
                unreachable!("the places in a list are elements")
            };
            let at = (*index as usize).min(old.len());
            elements.extend_from_slice(&old[seen..at]);
            seen = at;
            let old = old.get(at);
            match self.value(old, place, level)? {
                Outcome::Becomes(value) => elements.push(value),
                Outcome::Stays => elements.extend(old.cloned()),
                Outcome::Goes => {}
            }
            seen += usize::from(old.is_some());
        }
        elements.extend_from_slice(&old[seen..]);
        Ok(elements)
    }
}

/// Whether the parts of a value are members of a map; they are all of one kind.
fn has_members(parts: &[(Step, Place)]) -> bool {
    matches!(parts.first(), Some((Step::Member(_), _)))
}

/// The name in a step to a member of a map.
fn member_name(step: &Step) -> &Name {
    match step {
        Step::Member(name) => name,
        Step::Element(_) => unreachable!("the places in a map are members"),
    }
}

impl Place {
    /// What the targets at and below a place hold.
    fn part(&self, value: &Value) -> Option<Value> {
        match self {
            Self::Target(_) => Some(value.clone()),
            Self::Parts(parts) => packed(parts, |step, place| match (step, value) {
                (Step::Member(name), Value::M(map)) => place.part(map.get(name)?),
                (Step::Element(index), Value::L(list)) => place.part(list.get(*index as usize)?),
                _ => None,
            }),
        }
    }
}

/// The container of those parts that are there: elements in ascending order without gaps, members by name.
fn packed(parts: &[(Step, Place)], part: impl Fn(&Step, &Place) -> Option<Value>) -> Option<Value> {
    let found = parts
        .iter()
        .filter_map(|(step, place)| Some((step, part(step, place)?)));
    if has_members(parts) {
        let members: Vec<(Name, Value)> = found.map(|(step, value)| (member_name(step).clone(), value)).collect();
        (!members.is_empty()).then(|| Value::M(members.into()))
    } else {
        let elements: Vec<Value> = found.map(|(_, value)| value).collect();
        (!elements.is_empty()).then(|| Value::L(elements.into()))
    }
}
