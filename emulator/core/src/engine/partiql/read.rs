//! SELECT: which rows it reads, in which order, and a page of them (observed-partiql.md §10, §11).

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::fault::StatementFault;
use crate::engine::capacity::Consistency;
use crate::engine::context::Context;
use crate::engine::pages::page::{Direction, FilterView, KeySpan, Output, PagePlan, Source};
use crate::engine::pages::range::{check_held, check_values, span_of};
use crate::engine::pages::select::check_projected;
use crate::engine::pages::shared::find_index;
use crate::expression::partiql::tree::Direction as Written;
use crate::expression::partiql::{Bound, Branch, OrderTerm};
use crate::expression::{KeyPredicate, KeyRange};
use crate::model::{ApiError, Name, PackedItem, Value};
use crate::store::{IndexKind, KeyAttribute, KeySchema, Table, partition_prefix};

/// How a SELECT finds its rows.
enum Access {
    /// It looks at all.
    Scan,
    /// It reads ranges, each with the value of its partition key.
    Ranges(Vec<(Value, KeyRange)>),
}

/// The keys of what is read: a partition key, and maybe a sort key.
pub(super) struct Keys<'k> {
    pub(super) partition: &'k KeyAttribute,
    pub(super) sort: Option<&'k KeyAttribute>,
}

impl<'k> Keys<'k> {
    pub(super) fn of(source: &'k Source) -> Self {
        Self::of_schema(source.keys())
    }

    pub(super) fn of_schema(keys: &'k KeySchema) -> Self {
        Self {
            partition: &keys.partition[0],
            sort: keys.sort.first(),
        }
    }

    fn contains(&self, name: &Name) -> bool {
        self.partition.name == *name || self.sort.is_some_and(|sort| sort.name == *name)
    }

    /// The alternatives of a statement's WHERE clause; `None` when there are too many to look at.
    pub(super) fn branches(&self, bound: &Bound<'_>) -> Option<Vec<Branch>> {
        bound.branches(&self.partition.name, self.sort.map(|sort| sort.name.as_str()))
    }

    /// Refuses a value of a type that the key does not have. An alternative that pins no partition, or says two different things of one
    /// attribute, ends the checking.
    pub(super) fn check_types(&self, branches: &[Branch]) -> Result<(), StatementFault> {
        for branch in branches {
            let (Some(pin), false) = (branch.pin(), branch.has_vague_sort()) else {
                return Ok(());
            };
            check_type(self.partition, pin)?;
            if let (Some(sort), Some(predicate)) = (self.sort, branch.narrowing()) {
                predicate.operands().try_for_each(|value| check_type(sort, value))?;
            }
        }
        Ok(())
    }

    /// The range of an alternative that pins the partition key.
    fn range(&self, branch: &Branch) -> Option<(Value, KeyRange)> {
        let pin = branch.pin()?.clone();
        let fits = |predicate: &&KeyPredicate<Value>| {
            let fits = |value: &Value| self.sort.is_some_and(|sort| sort.kind.covers(value));
            predicate.operands().all(fits)
        };
        let (sort, range) = match branch.narrowing().filter(fits) {
            Some(KeyPredicate::Equal(value)) => (vec![value.clone()], None),
            Some(predicate) => (Vec::new(), Some(predicate.clone())),
            None => (Vec::new(), None),
        };
        let partition = vec![pin.clone()];
        Some((pin, KeyRange { partition, sort, range }))
    }
}

/// Refuses a key value of another type than its attribute has.
pub(super) fn check_type(attribute: &KeyAttribute, value: &Value) -> Result<(), StatementFault> {
    if !value.kind().is_ordered() {
        return Err(StatementFault::KeyNotScalar(attribute.name.clone(), value.kind()));
    }
    match attribute.kind.covers(value) {
        true => Ok(()),
        false => Err(StatementFault::KeyMistyped(attribute.name.clone())),
    }
}

/// What is read: the table, or the index that the statement names.
pub(super) fn source(
    context: &Context<'_>,
    table: Arc<Table>,
    bound: &Bound<'_>,
    consistency: Consistency,
) -> Result<Source, ApiError> {
    let Some(name) = &bound.statement().target().index else {
        return Ok(Source::new(context.as_read(table, consistency), None));
    };
    let Some(index) = table.definition().index(name).cloned() else {
        return Err(StatementFault::NoIndex.into());
    };
    let table = match index.kind {
        IndexKind::Vector if consistency == Consistency::Strong => {
            return Err(StatementFault::ConsistentIndexRead.into());
        }
        IndexKind::Vector => return Err(StatementFault::VectorIndex.into()),
        IndexKind::Global => {
            find_index(&table, name)?;
            context.as_indexed(table, &index)
        }
        IndexKind::Local => context.as_read(table, consistency),
    };
    let position = table.definition().indexes.iter().position(|then| then.name == *name);
    Ok(Source::new(table, position))
}

/// The plan of a page.
///
/// # Errors
/// In the service's order: ORDER BY terms, types of key values, ranges that meet, the rest of ORDER BY, consistency and projection of the
/// index, sizes of keys.
pub(super) fn plan(
    source: Source,
    bound: &Bound<'_>,
    consistency: Consistency,
    limit: Option<usize>,
    bytes_max: u64,
) -> Result<PagePlan, ApiError> {
    let keys = Keys::of(&source);
    let order = order_terms(bound, &keys)?;
    let access = access(bound, &keys)?;
    let (mut ranges, is_keyed) = match access {
        Access::Scan => (Vec::new(), false),
        Access::Ranges(ranges) => (ranges, true),
    };
    let direction = sort(&mut ranges, is_keyed, &order, &keys)?;
    if consistency == Consistency::Strong && source.index().is_some_and(|index| index.kind == IndexKind::Global) {
        return Err(StatementFault::ConsistentIndexRead.into());
    }
    let projection = bound.projection();
    check_projected(projection.as_ref(), &source)?;
    let filter = bound.condition();
    if let Some(filter) = filter.as_ref().filter(|_| is_keyed && !bound.has_alternatives()) {
        check_held(&source, filter)?;
    }
    let partitions: BTreeSet<_> = ranges.iter().filter_map(|(pin, _)| prefix(pin)).collect();
    if partitions.len() == 1 {
        for (_, range) in &ranges {
            check_values(source.keys(), range)?;
        }
    }
    let spans = match is_keyed {
        true => spans(&ranges, direction),
        false => vec![KeySpan::all()],
    };
    let output = match projection {
        Some(projection) => Output::Paths(projection),
        None if source.index().is_some() => Output::Held,
        None => Output::Whole,
    };
    Ok(PagePlan {
        source,
        spans,
        direction,
        limit,
        bytes_max,
        filter,
        filter_view: FilterView::Held,
        output,
        consistency,
    })
}

/// The terms of ORDER BY, which must be keys of what is read.
fn order_terms<'b>(bound: &'b Bound<'_>, keys: &Keys<'_>) -> Result<Vec<&'b OrderTerm>, ApiError> {
    let order = bound.statement().order();
    if !order.is_empty() && !bound.has_filter() {
        return Err(StatementFault::OrderWithoutWhere.into());
    }
    let term = |term: &'b Result<OrderTerm, _>| match term {
        Ok(term) if keys.contains(&term.attribute) => Ok(term),
        Ok(term) => Err(StatementFault::OrderTerm(term.attribute.clone()).into()),
        Err(error) => Err(ApiError::from(Clone::clone(error))),
    };
    order.iter().map(term).collect()
}

fn access(bound: &Bound<'_>, keys: &Keys<'_>) -> Result<Access, StatementFault> {
    let Some(branches) = keys.branches(bound) else {
        return Ok(Access::Scan);
    };
    keys.check_types(&branches)?;
    let Some(ranges) = branches
        .iter()
        .map(|branch| keys.range(branch))
        .collect::<Option<Vec<_>>>()
    else {
        return Ok(Access::Scan);
    };
    match ranges_meet(&ranges) {
        false => Ok(Access::Ranges(ranges)),
        true if branches.iter().any(Branch::has_vague_sort) => Ok(Access::Ranges(partitions(ranges))),
        true => Err(StatementFault::Overlap),
    }
}

/// The whole partitions of ranges, each once; the WHERE clause filters them.
fn partitions(ranges: Vec<(Value, KeyRange)>) -> Vec<(Value, KeyRange)> {
    let mut whole: Vec<(Value, KeyRange)> = Vec::new();
    for (pin, range) in ranges {
        if whole.iter().all(|(known, _)| *known != pin) {
            let partition = KeyRange {
                sort: Vec::new(),
                range: None,
                ..range
            };
            whole.push((pin, partition));
        }
    }
    whole
}

/// Whether two ranges share a key.
pub(super) fn ranges_meet(ranges: &[(Value, KeyRange)]) -> bool {
    let mut spans: Vec<KeySpan> = ranges.iter().filter_map(|(pin, range)| span(pin, range)).collect();
    spans.sort_by(|one, two| one.low_key().cmp(&two.low_key()));
    spans.windows(2).any(|pair| pair[0].overlaps(&pair[1]))
}

/// The rows of a range; `None` when its partition key has a type that no key has.
fn span(pin: &Value, range: &KeyRange) -> Option<KeySpan> {
    prefix(pin).map(|_| span_of(range))
}

fn prefix(pin: &Value) -> Option<Vec<u8>> {
    partition_prefix(std::iter::once(pin.scalar()))
}

/// Sorts ranges as ORDER BY says, and tells in which direction their rows are read.
fn sort(
    ranges: &mut [(Value, KeyRange)],
    is_keyed: bool,
    order: &[&OrderTerm],
    keys: &Keys<'_>,
) -> Result<Direction, StatementFault> {
    if order.is_empty() {
        return Ok(Direction::Forward);
    }
    if !is_keyed {
        return Err(StatementFault::OrderWithoutPartition);
    }
    let direction_of = |name: &Name| {
        let term = order.iter().find(|term| term.attribute == *name)?;
        Some(match term.direction {
            Written::Descending => Direction::Backward,
            Written::Unsaid | Written::Ascending => Direction::Forward,
        })
    };
    let partition = direction_of(&keys.partition.name);
    let is_several = ranges.windows(2).any(|pair| pair[0].0 != pair[1].0);
    if is_several && partition.is_none() {
        return Err(StatementFault::OrderAcrossPartitions);
    }
    // Rows come descending when ORDER BY does not name the sort key.
    let rows = keys.sort.and_then(|sort| direction_of(&sort.name));
    let rows = rows.unwrap_or(Direction::Backward);
    let directed = |ordering: Ordering, direction: Direction| match direction {
        Direction::Forward => ordering,
        Direction::Backward => ordering.reverse(),
    };
    ranges.sort_by(|(one, _), (two, _)| {
        let ordering = one.partial_order(two).unwrap_or(Ordering::Equal);
        directed(ordering, partition.unwrap_or(Direction::Forward))
    });
    Ok(rows)
}

/// The rows of all ranges. Those of one partition stand together and in the direction in which rows are read.
fn spans(ranges: &[(Value, KeyRange)], direction: Direction) -> Vec<KeySpan> {
    let mut spans = Vec::with_capacity(ranges.len());
    for alike in ranges.chunk_by(|(one, _), (two, _)| one == two) {
        let mut partition: Vec<KeySpan> = alike.iter().filter_map(|(pin, range)| span(pin, range)).collect();
        partition.sort_by(|one, two| one.low_key().cmp(&two.low_key()));
        if direction == Direction::Backward {
            partition.reverse();
        }
        spans.append(&mut partition);
    }
    spans
}

impl Keys<'_> {
    /// The key that a WHERE clause pins by equalities and nothing else; `None` when it says less or more.
    ///
    /// # Errors
    /// When ranges meet, or a value has another type than the key.
    pub(super) fn only_key(&self, bound: &Bound<'_>) -> Result<Option<PackedItem>, StatementFault> {
        let Some(branches) = self.branches(bound) else {
            return Ok(None);
        };
        let ranges = branches.iter().map(|branch| self.range(branch));
        if let Some(ranges) = ranges.collect::<Option<Vec<_>>>()
            && ranges_meet(&ranges)
        {
            return Err(StatementFault::Overlap);
        }
        self.check_types(&branches)?;
        let [branch] = branches.as_slice() else {
            return Ok(None);
        };
        if branch.has_others || branch.has_vague_sort() {
            return Ok(None);
        }
        let Some(pin) = branch.pin() else { return Ok(None) };
        let mut key = vec![(self.partition.name.clone(), pin.clone())];
        match (self.sort, branch.narrowing()) {
            (None, _) => {}
            (Some(sort), Some(KeyPredicate::Equal(value))) => key.push((sort.name.clone(), value.clone())),
            (Some(_), _) => return Ok(None),
        }
        Ok(Some(key.into()))
    }
}
