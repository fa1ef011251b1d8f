//! What a WHERE clause says of a key (observed-partiql.md §10).
//!
//! The clause is seen as alternatives (its ORs), each of which may pin the partition key and narrow the sort key. Whether that makes a range
//! of a table, and whether values have the types of the key, is known where the table is.

use super::super::ast::{Comparator, Condition, Function, Operand};
use super::super::key_condition::KeyPredicate;
use super::super::placeholders::Scope;
use crate::model::{Name, Value};

/// Most alternatives that are looked at; a clause with more is a filter.
const BRANCHES_MAX: usize = 1_024;

/// One alternative of a WHERE clause.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Branch {
    /// The different conditions on the partition key.
    pub partition: Vec<KeyTerm>,
    /// The different conditions on the sort key.
    pub sort: Vec<KeyTerm>,
    /// Whether there are other conditions.
    pub has_others: bool,
}

/// A condition on an attribute of a key.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyTerm {
    /// One that a range can express.
    Is(KeyPredicate<Value>),
    /// A negated one, or `<>`.
    Other,
}

impl Branch {
    /// The one value of the partition key.
    #[must_use]
    pub fn pin(&self) -> Option<&Value> {
        match self.partition.as_slice() {
            [KeyTerm::Is(KeyPredicate::Equal(value))] => Some(value),
            _ => None,
        }
    }

    /// The one condition on the sort key that a range can express.
    #[must_use]
    pub fn narrowing(&self) -> Option<&KeyPredicate<Value>> {
        match self.sort.as_slice() {
            [KeyTerm::Is(predicate)] => Some(predicate),
            _ => None,
        }
    }

    /// Whether there are conditions on the sort key that are not one range.
    #[must_use]
    pub fn has_vague_sort(&self) -> bool {
        !self.sort.is_empty() && self.narrowing().is_none()
    }

    fn is_empty(&self) -> bool {
        self.partition.is_empty() && self.sort.is_empty()
    }

    fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        let add = |terms: &mut Vec<KeyTerm>, more: &[KeyTerm]| {
            for term in more {
                if !terms.contains(term) {
                    terms.push(term.clone());
                }
            }
        };
        add(&mut both.partition, &other.partition);
        add(&mut both.sort, &other.sort);
        both.has_others |= other.has_others;
        both
    }
}

/// Which attribute of the key.
#[derive(Clone, Copy)]
enum Part {
    Partition,
    Sort,
}

/// The names of a key and the values of a statement.
struct Reader<'s> {
    scope: &'s Scope<'s>,
    partition: &'s str,
    sort: Option<&'s str>,
}

/// The alternatives of a condition; `None` when there are too many.
pub(super) fn branches(
    condition: &Condition,
    scope: &Scope<'_>,
    partition: &str,
    sort: Option<&str>,
) -> Option<Vec<Branch>> {
    Reader { scope, partition, sort }.branches(condition)
}

/// The equalities of top-level attributes with constants among the conditions that AND joins.
pub(super) fn equalities(condition: &Condition, scope: &Scope<'_>) -> Vec<(Name, Value)> {
    let mut found = Vec::new();
    let mut open = vec![condition];
    while let Some(condition) = open.pop() {
        match condition {
            Condition::And(conditions) => open.extend(conditions.iter().rev()),
            Condition::Compare {
                comparator: Comparator::Equal,
                left,
                right,
            } => match (left, right) {
                (Operand::Path(path), Operand::Value(value)) | (Operand::Value(value), Operand::Path(path))
                    if !path.is_nested() =>
                {
                    let path = scope.path(path);
                    found.extend(scope.constant(value).map(|value| (path.head.clone(), value.clone())));
                }
                _ => {}
            },
            _ => {}
        }
    }
    found
}

impl Reader<'_> {
    fn branches(&self, condition: &Condition) -> Option<Vec<Branch>> {
        match condition {
            Condition::And(conditions) => {
                let mut product = vec![Branch::default()];
                for condition in conditions {
                    let more = self.branches(condition)?;
                    if product.len() * more.len() > BRANCHES_MAX {
                        return None;
                    }
                    let pairs = product.iter().flat_map(|one| more.iter().map(|two| one.and(two)));
                    product = pairs.collect();
                }
                Some(product)
            }
            Condition::Or(conditions) => {
                let mut all = Vec::new();
                for condition in conditions {
                    all.extend(self.branches(condition)?);
                }
                match all.iter().all(Branch::is_empty) {
                    true => Some(vec![others()]),
                    false if all.len() > BRANCHES_MAX => None,
                    false => Some(all),
                }
            }
            Condition::Not(inner) => Some(vec![self.negated(inner)]),
            Condition::In { value, candidates } => Some(self.membership(value, candidates)),
            leaf => Some(vec![self.leaf(leaf)]),
        }
    }

    /// A negated condition: what it says of keys no range can express.
    fn negated(&self, condition: &Condition) -> Branch {
        let mut branch = others();
        let inner = self.branches(condition).unwrap_or_default();
        if inner.iter().any(|inner| !inner.partition.is_empty()) {
            branch.partition.push(KeyTerm::Other);
        }
        if inner.iter().any(|inner| !inner.sort.is_empty()) {
            branch.sort.push(KeyTerm::Other);
        }
        branch
    }

    /// One alternative for each candidate of the partition key, or one candidate of the sort key.
    fn membership(&self, value: &Operand, candidates: &[Operand]) -> Vec<Branch> {
        let Some(part) = self.part(value) else {
            return vec![others()];
        };
        let values = candidates.iter().map(|candidate| self.constant(candidate));
        let Some(values) = values.collect::<Option<Vec<_>>>() else {
            return vec![others()];
        };
        let equal = |value: Value| key_branch(part, KeyTerm::Is(KeyPredicate::Equal(value)));
        match (part, values.len()) {
            (_, 0) => vec![others()],
            (Part::Partition, _) | (Part::Sort, 1) => values.into_iter().map(equal).collect(),
            (Part::Sort, _) => vec![others()],
        }
    }

    fn leaf(&self, leaf: &Condition) -> Branch {
        match leaf {
            Condition::Compare {
                comparator,
                left,
                right,
            } => match (
                self.part(left),
                self.constant(right),
                self.part(right),
                self.constant(left),
            ) {
                (Some(part), Some(value), ..) => key_branch(part, compared(*comparator, value)),
                (_, _, Some(part), Some(value)) => key_branch(part, compared(comparator.mirrored(), value)),
                _ => others(),
            },
            Condition::Between { value, low, high } => {
                match (self.part(value), self.constant(low), self.constant(high)) {
                    (Some(part), Some(low), Some(high)) => {
                        key_branch(part, KeyTerm::Is(KeyPredicate::Between(low, high)))
                    }
                    _ => others(),
                }
            }
            Condition::Call(call) if call.function == Function::BeginsWith => {
                match (self.part(&call.arguments[0]), self.constant(&call.arguments[1])) {
                    (Some(part), Some(start)) => key_branch(part, KeyTerm::Is(KeyPredicate::BeginsWith(start))),
                    _ => others(),
                }
            }
            _ => others(),
        }
    }

    /// Which attribute of the key an operand is.
    fn part(&self, operand: &Operand) -> Option<Part> {
        let Operand::Path(path) = operand else { return None };
        if path.is_nested() {
            return None;
        }
        let path = self.scope.path(path);
        if path.head == self.partition {
            return Some(Part::Partition);
        }
        self.sort.filter(|sort| path.head == *sort).map(|_| Part::Sort)
    }

    fn constant(&self, operand: &Operand) -> Option<Value> {
        match operand {
            Operand::Value(constant) => self.scope.constant(constant).cloned(),
            _ => None,
        }
    }
}

fn others() -> Branch {
    Branch {
        has_others: true,
        ..Branch::default()
    }
}

fn key_branch(part: Part, term: KeyTerm) -> Branch {
    match part {
        Part::Partition => Branch {
            partition: vec![term],
            ..Branch::default()
        },
        Part::Sort => Branch {
            sort: vec![term],
            ..Branch::default()
        },
    }
}

fn compared(comparator: Comparator, value: Value) -> KeyTerm {
    match comparator {
        Comparator::Equal => KeyTerm::Is(KeyPredicate::Equal(value)),
        Comparator::Less => KeyTerm::Is(KeyPredicate::Less(value)),
        Comparator::LessOrEqual => KeyTerm::Is(KeyPredicate::LessOrEqual(value)),
        Comparator::Greater => KeyTerm::Is(KeyPredicate::Greater(value)),
        Comparator::GreaterOrEqual => KeyTerm::Is(KeyPredicate::GreaterOrEqual(value)),
        Comparator::NotEqual => KeyTerm::Other,
    }
}
