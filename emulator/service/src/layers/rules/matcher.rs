//! Which requests a rule is about.

use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;
use stator_core::engine::Call;
use stator_core::engine::resolved::{Part, Resolved};
use stator_core::expression::ast::{self, Syntax};
use stator_core::model::Operation;

use super::pattern::{Mismatch, Partial};

/// What a request must be like. What is not said may be anything; all that is said about tables, keys, items and expressions must
/// hold of one part of the request, e.g. of one write of a batch.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    /// One of these operations; any if there are none.
    pub operations: Vec<Operation>,
    /// The table's name.
    pub table: Option<SmolStr>,
    /// The index that is read.
    pub index: Option<SmolStr>,
    /// The key, or a part of it. Of a put it is looked for in the item, of a Query in what its key condition says is equal.
    pub key: Option<Partial>,
    /// The item that is put.
    pub item: Option<Partial>,
    /// The condition on the key, in normal form.
    pub key_condition: Option<Syntax<ast::Condition>>,
    /// The filter, in normal form.
    pub filter: Option<Syntax<ast::Condition>>,
    /// The condition of a write, in normal form.
    pub condition: Option<Syntax<ast::Condition>>,
    /// The changes, in normal form.
    pub update: Option<Syntax<ast::Update>>,
    /// The paths that are returned, in normal form.
    pub projection: Option<Syntax<ast::Projection>>,
    /// Whether the read is strongly consistent.
    pub consistent_read: Option<bool>,
    /// Anything else.
    pub predicate: Option<Predicate>,
}

type Accepting = dyn Fn(&Call, &Resolved) -> bool + Send + Sync;

/// A function that says whether a rule is about a request.
#[derive(Clone)]
pub struct Predicate(pub Arc<Accepting>);

impl fmt::Debug for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a function")
    }
}

/// How far a request is from what was wanted; the lowest is nearest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Miss {
    /// Where they differ; empty if they do not.
    pub mismatches: Vec<Mismatch>,
    distance: usize,
}

impl Miss {
    /// Whether the request is what was wanted.
    #[must_use]
    pub fn is_match(&self) -> bool {
        self.mismatches.is_empty()
    }

    /// How far it is.
    #[must_use]
    pub fn distance(&self) -> usize {
        self.distance
    }

    fn push(&mut self, mismatch: Mismatch, distance: usize) {
        self.mismatches.push(mismatch);
        self.distance += distance;
    }
}

/// A request of another operation is farther than one that differs in every other field.
const OPERATION_DISTANCE: usize = 1_000;
const TABLE_DISTANCE: usize = 100;

impl Matcher {
    /// Whether a request is what is wanted.
    #[must_use]
    pub fn matches(&self, call: &Call, resolved: &Resolved) -> bool {
        let accepts = |predicate: &Predicate| predicate.0(call, resolved);
        self.compare(resolved).is_match() && self.predicate.as_ref().is_none_or(accepts)
    }

    /// How a request differs from what is wanted, but for the predicate.
    #[must_use]
    pub fn compare(&self, resolved: &Resolved) -> Miss {
        let mut miss = Miss::default();
        if !self.operations.is_empty() && !self.operations.contains(&resolved.operation) {
            let wanted = self.operation_names();
            miss.push(
                Mismatch::new("operation", wanted, resolved.operation),
                OPERATION_DISTANCE,
            );
        }
        let nearest = resolved
            .parts
            .iter()
            .map(|part| self.compare_part(part))
            .min_by_key(|miss| miss.distance);
        let part = nearest.unwrap_or_else(|| self.compare_nothing());
        miss.distance += part.distance;
        miss.mismatches.extend(part.mismatches);
        miss
    }

    pub(super) fn operation_names(&self) -> String {
        let names: Vec<&str> = self.operations.iter().map(|operation| operation.name()).collect();
        if names.is_empty() {
            "any operation".to_owned()
        } else {
            names.join(" or ")
        }
    }

    fn compare_part(&self, part: &Part) -> Miss {
        let mut miss = Miss::default();
        if let Some(table) = self.table.as_ref().filter(|table| **table != part.table) {
            miss.push(Mismatch::new("table", table, &part.table), TABLE_DISTANCE);
        }
        if let Some(index) = self.index.as_ref().filter(|index| part.index.as_ref() != Some(index)) {
            let was = part.index.as_ref().map_or("none", SmolStr::as_str);
            miss.push(Mismatch::new("index", index, was), 1);
        }
        let maps = [
            ("key", &self.key, part.key.as_ref().or(part.item.as_ref())),
            ("item", &self.item, part.item.as_ref()),
        ];
        for (field, wanted, map) in maps {
            let Some(wanted) = wanted else { continue };
            let mut mismatches = Vec::new();
            match map {
                Some(map) => wanted.compare(field, &map.unpack(), &mut mismatches),
                None => mismatches.push(Mismatch::new(field, wanted, "none")),
            }
            mismatches.into_iter().for_each(|mismatch| miss.push(mismatch, 1));
        }
        let conditions = [
            ("key condition", &self.key_condition, &part.key_condition),
            ("filter", &self.filter, &part.filter),
            ("condition", &self.condition, &part.condition),
        ];
        for (field, wanted, was) in conditions {
            compare_expression(field, wanted.as_ref(), was.as_ref(), &mut miss);
        }
        compare_expression("update", self.update.as_ref(), part.update.as_ref(), &mut miss);
        compare_expression(
            "projection",
            self.projection.as_ref(),
            part.projection.as_ref(),
            &mut miss,
        );
        if let Some(wanted) = self
            .consistent_read
            .filter(|wanted| part.consistent_read != Some(*wanted))
        {
            let was = part.consistent_read.map_or("none", word);
            miss.push(Mismatch::new("consistent read", word(wanted), was), 1);
        }
        miss
    }

    /// How a request that is about no table differs.
    fn compare_nothing(&self) -> Miss {
        let mut miss = Miss::default();
        for (field, wanted) in self.fields() {
            miss.push(Mismatch::new(field, wanted, "none"), 1);
        }
        miss
    }

    /// What is said about parts of requests, by field.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        fn text<T: fmt::Display>(wanted: Option<&T>) -> Option<String> {
            wanted.map(ToString::to_string)
        }
        let fields = [
            ("table", text(self.table.as_ref())),
            ("index", text(self.index.as_ref())),
            ("key", text(self.key.as_ref())),
            ("item", text(self.item.as_ref())),
            ("key condition", text(self.key_condition.as_ref())),
            ("filter", text(self.filter.as_ref())),
            ("condition", text(self.condition.as_ref())),
            ("update", text(self.update.as_ref())),
            ("projection", text(self.projection.as_ref())),
            ("consistent read", self.consistent_read.map(|is| word(is).to_owned())),
        ];
        fields
            .into_iter()
            .filter_map(|(field, wanted)| Some((field, wanted?)))
            .collect()
    }
}

fn word(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

fn compare_expression<T: PartialEq>(
    field: &'static str,
    wanted: Option<&Syntax<T>>,
    was: Option<&Syntax<T>>,
    miss: &mut Miss,
) where
    Syntax<T>: fmt::Display,
{
    let Some(wanted) = wanted.filter(|wanted| was != Some(wanted)) else {
        return;
    };
    let was = was.map_or_else(|| "none".to_owned(), ToString::to_string);
    miss.push(Mismatch::new(field, wanted, was), 1);
}

/// Prints what is wanted as a sentence without a verb: `PutItem, table orders, item { status: 'NEW', … }`.
impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.operation_names())?;
        for (field, wanted) in self.fields() {
            write!(f, ", {field} {wanted}")?;
        }
        if self.predicate.is_some() {
            f.write_str(", and what its function accepts")?;
        }
        Ok(())
    }
}
