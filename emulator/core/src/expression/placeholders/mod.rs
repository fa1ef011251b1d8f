//! The placeholder maps of a request: `ExpressionAttributeNames` and `ExpressionAttributeValues`.
//!
//! One [`Placeholders`] serves all expressions of a request. Binding an expression looks each of its distinct placeholders up once and
//! notes it as used. What is wrong with the maps themselves is told by [`Parameters::check`] before, and what was never used by
//! [`Placeholders::check_unused`] after; where these stand among an operation's other checks is the operation's business.

mod parameters;
mod scope;

use std::cell::OnceCell;

use smallvec::SmallVec;
use smol_str::SmolStr;

use super::ast::{Mention, Syntax};
use super::error::ExpressionError;
use crate::model::Value;
use crate::model::json::{Entries, Text};
use crate::model::wire::Attributes;

pub use parameters::{LegacyParameter, Parameters, PlaceholderError, PlaceholderMap};
pub(super) use scope::Scope;

/// Maps of up to this many entries are searched from end to end.
const SCANNED_MAX: usize = 16;

/// What the placeholders of one expression stand for, by their slots; `None` is undefined.
type Targets<'a, T> = SmallVec<[Option<&'a T>; 6]>;

/// The placeholder maps of one request and which of their entries its expressions use.
#[derive(Debug)]
pub struct Placeholders<'a> {
    names: Table<'a, Text>,
    values: Table<'a, Value>,
}

impl<'a> Placeholders<'a> {
    /// The maps as they were sent.
    #[must_use]
    pub fn new(names: Option<&'a Entries<Text>>, values: Option<&'a Attributes>) -> Self {
        Self {
            names: Table::new(names.map(Entries::iter)),
            values: Table::new(values.map(|values| values.map.iter())),
        }
    }

    /// Looks up the placeholders of an expression, which thereby are used.
    pub(super) fn look_up<T>(&mut self, syntax: &Syntax<T>) -> Definitions<'a> {
        Definitions {
            names: self.names.find_all(&syntax.names),
            values: self.values.find_all(&syntax.values),
        }
    }

    /// Refuses a placeholder that stands for the empty name; the service looks for empty names early (observed-expressions.md §14).
    ///
    /// # Errors
    /// When there is one.
    pub fn check_names_not_empty(&self) -> Result<(), ExpressionError> {
        match self.names.entries().iter().find(|(_, name)| name.is_empty()) {
            Some((key, _)) => Err(PlaceholderError::EmptyName((*key).clone()).into()),
            None => Ok(()),
        }
    }

    /// Refuses names, then values, that no expression which was bound mentions.
    ///
    /// # Errors
    /// When there is such a name or value.
    pub fn check_unused(&self) -> Result<(), ExpressionError> {
        let names = self.names.unused();
        if !names.is_empty() {
            return Err(PlaceholderError::Unused(PlaceholderMap::Names, names).into());
        }
        let values = self.values.unused();
        if !values.is_empty() {
            return Err(PlaceholderError::Unused(PlaceholderMap::Values, values).into());
        }
        Ok(())
    }
}

/// What the placeholders of one expression stand for in one request.
#[derive(Debug)]
pub(super) struct Definitions<'a> {
    names: Targets<'a, Text>,
    values: Targets<'a, Value>,
}

/// The entries of one map.
#[derive(Debug)]
struct Table<'a, T> {
    is_present: bool,
    /// In the order of the map.
    entries: SmallVec<[(&'a Text, &'a T); 6]>,
    used: SmallVec<[bool; 16]>,
    /// The places of the entries, sorted by placeholder; made for large maps alone.
    sorted: OnceCell<Vec<usize>>,
}

impl<'a, T> Table<'a, T> {
    fn new(entries: Option<impl Iterator<Item = (&'a Text, &'a T)>>) -> Self {
        let is_present = entries.is_some();
        let entries: SmallVec<_> = entries.into_iter().flatten().collect();
        Self {
            is_present,
            used: SmallVec::from_elem(false, entries.len()),
            entries,
            sorted: OnceCell::new(),
        }
    }

    /// Whether the request has the map at all.
    fn is_present(&self) -> bool {
        self.is_present
    }

    fn entries(&self) -> &[(&'a Text, &'a T)] {
        &self.entries
    }

    fn find_all(&mut self, mentions: &[Mention]) -> Targets<'a, T> {
        let find = |mention: &Mention| {
            let at = self.position(&mention.placeholder)?;
            self.used[at] = true;
            Some(self.entries[at].1)
        };
        mentions.iter().map(find).collect()
    }

    /// Where a placeholder is defined; of two definitions the later counts.
    fn position(&self, placeholder: &str) -> Option<usize> {
        let entries = self.entries();
        if entries.len() <= SCANNED_MAX {
            return entries.iter().rposition(|(key, _)| *key == placeholder);
        }
        let sorted = self.sorted.get_or_init(|| {
            let mut places: Vec<usize> = (0..entries.len()).collect();
            places.sort_by_key(|&at| entries[at].0);
            places
        });
        let after = sorted.partition_point(|&at| entries[at].0.as_str() <= placeholder);
        let at = sorted[after.checked_sub(1)?];
        (entries[at].0 == placeholder).then_some(at)
    }

    /// The placeholders that were never looked up, each once.
    fn unused(&self) -> Vec<SmolStr> {
        let entries = self.entries().iter().enumerate();
        entries
            .filter(|&(at, (key, _))| !self.used[at] && self.position(key) == Some(at))
            .map(|(_, (key, _))| (*key).clone())
            .collect()
    }
}
