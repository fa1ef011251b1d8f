//! Search conditions: equalities of top-level attributes, joined by AND (observed-tables.md §18).
//!
//! What depends on the search schema of an index is checked by whoever knows it.

use std::fmt;
use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::ast::{self, Comparator, Constant, Operand, Path, Syntax};
use super::bind::{Language, References};
use super::cache::ExpressionCache;
use super::error::{ExpressionError, ExpressionKind, Problem, SyntaxError};
use super::placeholders::Scope;
use crate::model::{Name, Value};

/// Values that attributes of the items found must have.
#[derive(Clone, Debug)]
pub struct SearchCondition {
    clauses: Vec<(Name, Value)>,
}

/// What is wrong with the form of a search condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchConditionError {
    /// Something else than the equality of an attribute and a value.
    Comparator,
    /// A path into an attribute.
    NestedAttribute,
    /// An attribute has two conditions.
    AttributeTwice,
}

impl fmt::Display for SearchConditionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Comparator => "Invalid comparator used in SearchConditionExpression",
            Self::NestedAttribute => "SearchConditionExpression cannot have conditions on nested attributes",
            Self::AttributeTwice => "SearchConditionExpression must only contain one condition per attribute",
        })
    }
}

impl From<SearchConditionError> for Problem {
    fn from(error: SearchConditionError) -> Self {
        Self::Search(error)
    }
}

impl SearchCondition {
    /// The attributes and their values in the order in which they are written.
    pub fn clauses(&self) -> impl Iterator<Item = (&Name, &Value)> {
        self.clauses.iter().map(|(name, value)| (name, value))
    }

    /// The value that an attribute must have.
    #[must_use]
    pub fn value(&self, attribute: &str) -> Option<&Value> {
        self.clauses()
            .find(|(name, _)| *name == attribute)
            .map(|(_, value)| value)
    }
}

/// The equalities that are joined by AND, at whatever depth, as written.
fn equalities(tree: &ast::Condition) -> impl Iterator<Item = Result<(&Path, &Constant), SearchConditionError>> {
    let mut open: SmallVec<[&ast::Condition; 4]> = smallvec![tree];
    std::iter::from_fn(move || {
        loop {
            match open.pop()? {
                ast::Condition::And(conditions) => open.extend(conditions.iter().rev()),
                leaf => return Some(equality(leaf)),
            }
        }
    })
}

fn equality(leaf: &ast::Condition) -> Result<(&Path, &Constant), SearchConditionError> {
    let ast::Condition::Compare {
        comparator: Comparator::Equal,
        left,
        right,
    } = leaf
    else {
        return Err(SearchConditionError::Comparator);
    };
    match (left, right) {
        (Operand::Path(path), Operand::Value(_)) | (Operand::Value(_), Operand::Path(path)) if path.is_nested() => {
            Err(SearchConditionError::NestedAttribute)
        }
        (Operand::Path(path), Operand::Value(value)) | (Operand::Value(value), Operand::Path(path)) => {
            Ok((path, value))
        }
        _ => Err(SearchConditionError::Comparator),
    }
}

impl Language for SearchCondition {
    type Tree = ast::Condition;

    fn recall(cache: &ExpressionCache, text: &str) -> Result<Arc<Syntax<Self::Tree>>, Arc<SyntaxError>> {
        cache.condition(text)
    }

    fn check_operands(tree: &Self::Tree, _: &Scope<'_>, kind: ExpressionKind) -> Result<(), ExpressionError> {
        let wrong = equalities(tree).find_map(Result::err);
        wrong.map_or(Ok(()), |error| Err(Problem::from(error).within(kind)))
    }

    /// No attribute may have two conditions.
    fn check_paths(tree: &Self::Tree, scope: &Scope<'_>, kind: ExpressionKind) -> Result<(), ExpressionError> {
        let attributes = equalities(tree).flatten().map(|(path, _)| scope.path(path).head);
        let mut attributes: SmallVec<[Name; 4]> = attributes.collect();
        attributes.sort_unstable();
        match attributes.windows(2).any(|pair| pair[0] == pair[1]) {
            true => Err(Problem::from(SearchConditionError::AttributeTwice).within(kind)),
            false => Ok(()),
        }
    }

    fn references() -> References {
        References::AsWritten
    }

    fn lower(tree: &Self::Tree, scope: &Scope<'_>) -> Self {
        let clauses = equalities(tree).map(|equality| {
            let (path, constant) = equality.unwrap_or_else(|_| unreachable!("the form was checked"));
            let value = scope.constant(constant).cloned();
            let value = value.unwrap_or_else(|| unreachable!("undefined values were refused"));
            (scope.path(path).head, value)
        });
        Self {
            clauses: clauses.collect(),
        }
    }
}
