//! Key conditions: the restricted conditions that select a range of a partition (observed-expressions.md §9).
//!
//! A [`KeyCondition`] is a list of clauses, each on one top-level attribute, known before any table is. What depends on the key of the table or
//! index is checked by [`KeyCondition::resolve`], which gives the [`KeyRange`] to read.

mod error;
mod form;
mod range;

use std::sync::Arc;

use smallvec::SmallVec;

use super::ast::{self, Constant, Operand, Syntax};
use super::bind::{Language, References};
use super::cache::ExpressionCache;
use super::condition::{check_every_bound, check_leaf};
use super::error::{ExpressionError, ExpressionKind, Problem, SyntaxError, Undefined};
use super::legacy::LegacyError;
use super::placeholders::Scope;
use crate::model::value::ValueType;
use crate::model::{Name, Value};

pub use error::KeyConditionError;
pub use range::{KeyPredicate, KeyRange};

use form::clauses;

/// A condition on the attributes of a key.
#[derive(Clone, Debug)]
pub struct KeyCondition {
    clauses: Vec<KeyClause>,
    origin: Origin,
}

/// Which parameter a key condition came in; the service words some refusals by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Expression,
    /// `KeyConditions`.
    Legacy,
}

/// A condition on one attribute of a key.
#[derive(Clone, Debug)]
struct KeyClause {
    attribute: Name,
    predicate: KeyPredicate<Value>,
}

/// An attribute of a key schema and its type.
pub type KeyAttribute<'a> = (&'a str, ValueType);

impl KeyCondition {
    /// The condition of legacy parameters, each clause on another attribute.
    pub(super) fn of_legacy(clauses: impl IntoIterator<Item = (Name, KeyPredicate<Value>)>) -> Self {
        let clauses = clauses
            .into_iter()
            .map(|(attribute, predicate)| KeyClause { attribute, predicate });
        Self {
            clauses: clauses.collect(),
            origin: Origin::Legacy,
        }
    }

    /// The attributes that the condition is about, in the order in which they are written.
    pub fn attributes(&self) -> impl ExactSizeIterator<Item = &Name> {
        self.clauses.iter().map(|clause| &clause.attribute)
    }

    /// The range of a table or index with this key.
    ///
    /// # Errors
    /// In the service's order: too many clauses, partition key attributes without equality, attributes outside the key, gaps in the sort key,
    /// values of another type than the key's. Of legacy conditions the types come first.
    pub fn resolve(
        &self,
        partition: &[KeyAttribute<'_>],
        sort: &[KeyAttribute<'_>],
    ) -> Result<KeyRange, ExpressionError> {
        self.check_count(partition.len() + sort.len())?;
        self.check_partition(partition, sort)?;
        self.check_strays(partition, sort)?;
        let sort_equalities = self.check_sort(sort)?;
        self.check_types(partition)?;
        self.check_types(sort)?;
        let (leading, next) = sort.split_at(sort_equalities);
        Ok(KeyRange {
            partition: self.equalities(partition),
            sort: self.equalities(leading),
            range: next
                .first()
                .and_then(|(name, _)| self.clause(name))
                .map(|clause| clause.predicate.clone()),
        })
    }

    /// Refuses values of another type than the key attributes have; [`resolve`](Self::resolve) does it too, among its other checks.
    ///
    /// # Errors
    /// When there is such a value.
    pub fn check_types(&self, attributes: &[KeyAttribute<'_>]) -> Result<(), ExpressionError> {
        for (name, kind) in attributes {
            let Some(clause) = self.clause(name) else { continue };
            if clause.predicate.operands().any(|value| value.kind() != *kind) {
                return Err(KeyConditionError::ValueType.into());
            }
        }
        Ok(())
    }

    /// Refuses legacy conditions whose values have other types than the key attributes. Query does so as soon as it knows the key, ahead of
    /// what needs an index or a start key.
    ///
    /// # Errors
    /// When there is such a condition.
    pub fn check_legacy_types(&self, attributes: &[KeyAttribute<'_>]) -> Result<(), ExpressionError> {
        match self.origin {
            Origin::Legacy => self.check_types(attributes),
            Origin::Expression => Ok(()),
        }
    }

    /// Refuses legacy conditions with values of several types; Query does so as soon as it knows the table.
    ///
    /// # Errors
    /// When there is such a condition.
    pub fn check_list_types(&self) -> Result<(), ExpressionError> {
        let is_mixed = |clause: &KeyClause| match &clause.predicate {
            KeyPredicate::Between(low, high) => low.kind() != high.kind(),
            _ => false,
        };
        if self.origin == Origin::Legacy && self.clauses.iter().any(is_mixed) {
            return Err(LegacyError::ListTypes.into());
        }
        Ok(())
    }

    fn check_count(&self, attributes: usize) -> Result<(), KeyConditionError> {
        match self.clauses.len() {
            clauses if clauses > attributes => Err(KeyConditionError::TooManyClauses { clauses, attributes }),
            _ => Ok(()),
        }
    }

    fn check_partition(
        &self,
        partition: &[KeyAttribute<'_>],
        sort: &[KeyAttribute<'_>],
    ) -> Result<(), KeyConditionError> {
        if let ([(name, _)], [] | [_]) = (partition, sort) {
            return match self.clause(name) {
                None => Err(KeyConditionError::MissedElement((*name).into())),
                Some(clause) if !clause.is_equality() => Err(KeyConditionError::NotSupported),
                Some(_) => Ok(()),
            };
        }
        let missing = self.without_equality(partition);
        if missing.is_empty() {
            Ok(())
        } else {
            Err(KeyConditionError::PartitionWithoutEquality(missing))
        }
    }

    /// A clause on no attribute of the key stands in the place of the first sort key attribute without a clause.
    fn check_strays(&self, partition: &[KeyAttribute<'_>], sort: &[KeyAttribute<'_>]) -> Result<(), KeyConditionError> {
        let is_of_key = |name: &Name| partition.iter().chain(sort).any(|(attribute, _)| attribute == name);
        if self.attributes().all(is_of_key) {
            return Ok(());
        }
        let unmatched = sort.iter().find(|(name, _)| self.clause(name).is_none());
        Err(unmatched.map_or(KeyConditionError::NotSupported, |(name, _)| {
            KeyConditionError::MissedElement((*name).into())
        }))
    }

    /// How many leading sort key attributes have an equality, where at most the next has another condition and none after it has any.
    fn check_sort(&self, sort: &[KeyAttribute<'_>]) -> Result<usize, KeyConditionError> {
        let Some(last) = sort.iter().rposition(|(name, _)| self.clause(name).is_some()) else {
            return Ok(0);
        };
        let missing = self.without_equality(&sort[..last]);
        if !missing.is_empty() {
            return Err(KeyConditionError::SortWithoutEquality {
                missing,
                because: sort[last].0.into(),
            });
        }
        let is_equality = self.clause(sort[last].0).is_some_and(KeyClause::is_equality);
        Ok(last + usize::from(is_equality))
    }

    fn without_equality(&self, attributes: &[KeyAttribute<'_>]) -> Vec<Name> {
        let missing = attributes
            .iter()
            .filter(|(name, _)| !self.clause(name).is_some_and(KeyClause::is_equality));
        missing.map(|(name, _)| Name::new(name)).collect()
    }

    fn equalities(&self, attributes: &[KeyAttribute<'_>]) -> Vec<Value> {
        let clauses = attributes.iter().filter_map(|(name, _)| self.clause(name));
        let values = clauses.filter_map(|clause| clause.predicate.operands().next());
        values.cloned().collect()
    }

    fn clause(&self, attribute: &str) -> Option<&KeyClause> {
        self.clauses.iter().find(|clause| clause.attribute == attribute)
    }
}

impl KeyClause {
    fn is_equality(&self) -> bool {
        matches!(self.predicate, KeyPredicate::Equal(_))
    }
}

impl Language for KeyCondition {
    type Tree = ast::Condition;

    fn recall(cache: &ExpressionCache, text: &str) -> Result<Arc<Syntax<Self::Tree>>, Arc<SyntaxError>> {
        cache.condition(text)
    }

    /// Walks the conditions as written, whatever their form: undefined values and operands first, then the bounds of BETWEEN.
    fn check_operands(tree: &Self::Tree, scope: &Scope<'_>, kind: ExpressionKind) -> Result<(), ExpressionError> {
        tree.try_each_leaf(&mut |leaf| {
            if let Some(undefined) = operands(leaf).find_map(|operand| undefined_in(operand, scope)) {
                return Err(Problem::from(undefined).within(kind));
            }
            check_leaf(leaf, scope).map_err(|error| Problem::from(error).within(kind))
        })?;
        check_every_bound(tree, scope).map_err(|error| Problem::from(error).within(kind))
    }

    /// The form of the clauses, of which no two may be on one attribute.
    fn check_paths(tree: &Self::Tree, scope: &Scope<'_>, _: ExpressionKind) -> Result<(), ExpressionError> {
        let mut attributes: SmallVec<[&Name; 4]> = SmallVec::new();
        for clause in clauses(tree) {
            attributes.push(clause?.attribute(scope));
        }
        attributes.sort_unstable();
        if attributes.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(KeyConditionError::AttributeTwice.into());
        }
        Ok(())
    }

    fn references() -> References {
        References::NamesAlone
    }

    fn lower(tree: &Self::Tree, scope: &Scope<'_>) -> Self {
        let lowered = clauses(tree)
            .map(|clause| clause.map_or_else(|_| unreachable!("the form was checked"), |clause| clause.lower(scope)));
        Self {
            clauses: lowered.collect(),
            origin: Origin::Expression,
        }
    }
}

/// The operands of a condition without AND, OR and NOT, as written.
fn operands(leaf: &ast::Condition) -> impl Iterator<Item = &Operand> {
    let (leading, rest): (SmallVec<[&Operand; 3]>, &[Operand]) = match leaf {
        ast::Condition::Compare { left, right, .. } => (SmallVec::from_slice(&[left, right]), &[]),
        ast::Condition::Between { value, low, high } => (SmallVec::from_slice(&[value, low, high]), &[]),
        ast::Condition::In { value, candidates } => (SmallVec::from_slice(&[value]), candidates),
        ast::Condition::Call(call) => (SmallVec::new(), &call.arguments),
        ast::Condition::And(_) | ast::Condition::Or(_) | ast::Condition::Not(_) => (SmallVec::new(), &[]),
    };
    leading.into_iter().chain(rest)
}

/// The first undefined value of an operand.
fn undefined_in(operand: &Operand, scope: &Scope<'_>) -> Option<Undefined> {
    match operand {
        Operand::Value(constant @ Constant::Placeholder(slot)) if scope.constant(constant).is_none() => {
            Some(Undefined::Value(scope.placeholder(*slot).clone()))
        }
        Operand::Call(call) => call.arguments.iter().find_map(|operand| undefined_in(operand, scope)),
        Operand::Path(_) | Operand::Value(_) | Operand::Arithmetic(_) => None,
    }
}
