//! Resolved expressions: trees with the names and values of a request in place of placeholders, in one normal form.
//!
//! Two requests that ask for the same in different words have equal trees: blind to the names of placeholders, spacing, parentheses, the order of
//! what AND and OR join, and which side of a comparison a value stands on. The order may be forgotten since conditions cannot fail and
//! change nothing; that of assignments, since all of them read the item as it was and no two may overlap.

use super::ast::{
    Arithmetic, Assignment, Call, Change, Clause, Comparator, Condition, Constant, Element, Function, Operand, Path,
    Projection, Syntax, Update,
};
use super::bind::Language;
use super::placeholders::{Definitions, Placeholders, Scope};
use super::{ExpressionCache, Program};
use crate::model::Value;
use crate::model::json::{Entries, Text};
use crate::model::wire::Attributes;

/// A tree that can be resolved.
pub trait Resolve: Sized {
    /// The tree with names and values in place. An undefined name stands as its placeholder, an undefined value as the text of its
    /// placeholder: the request is refused anyway.
    fn resolved(&self, scope: &Scope<'_>) -> Self;

    /// The tree in normal form; it has no placeholders.
    #[must_use]
    fn normal(self) -> Self;
}

/// The normal form of an expression of a request; `None` when the text is no expression, which the engine refuses in its time.
#[must_use]
pub fn resolved<T: Program>(
    cache: &ExpressionCache,
    text: &str,
    names: Option<&Entries<Text>>,
    values: Option<&Attributes>,
) -> Option<Syntax<T::Tree>>
where
    T::Tree: Resolve,
{
    let syntax = <T as Language>::recall(cache, text).ok()?;
    let definitions: Definitions<'_> = Placeholders::new(names, values).look_up(&syntax);
    let tree = syntax.tree.resolved(&Scope::of(&syntax, &definitions));
    Some(Syntax::from(tree.normal()))
}

impl Resolve for Path {
    fn resolved(&self, scope: &Scope<'_>) -> Self {
        let elements = self.elements().iter().map(|element| match element {
            Element::Placeholder(slot) => Element::Name(scope.name_or_placeholder(*slot).clone()),
            other => other.clone(),
        });
        Self(elements.collect())
    }

    fn normal(self) -> Self {
        self
    }
}

impl Resolve for Constant {
    fn resolved(&self, scope: &Scope<'_>) -> Self {
        let undefined = |slot| Value::string(scope.placeholder(slot).clone());
        Self::Literal(match (scope.constant(self), self) {
            (Some(value), _) | (None, Self::Literal(value)) => value.clone(),
            (None, Self::Placeholder(slot)) => undefined(*slot),
        })
    }

    fn normal(self) -> Self {
        self
    }
}

impl Resolve for Call {
    fn resolved(&self, scope: &Scope<'_>) -> Self {
        Self {
            function: self.function,
            arguments: all_resolved(&self.arguments, scope),
        }
    }

    fn normal(self) -> Self {
        self
    }
}

impl Resolve for Operand {
    fn resolved(&self, scope: &Scope<'_>) -> Self {
        match self {
            Self::Path(path) => Self::Path(path.resolved(scope)),
            Self::Value(constant) => Self::Value(constant.resolved(scope)),
            Self::Call(call) => Self::Call(call.resolved(scope)),
            Self::Arithmetic(sum) => Self::Arithmetic(Box::new(Arithmetic {
                sign: sum.sign,
                left: sum.left.resolved(scope),
                right: sum.right.resolved(scope),
            })),
        }
    }

    fn normal(self) -> Self {
        self
    }
}

fn all_resolved<T: Resolve>(parts: &[T], scope: &Scope<'_>) -> Vec<T> {
    parts.iter().map(|part| part.resolved(scope)).collect()
}

impl Resolve for Condition {
    fn resolved(&self, scope: &Scope<'_>) -> Self {
        match self {
            Self::And(conditions) => Self::And(all_resolved(conditions, scope)),
            Self::Or(conditions) => Self::Or(all_resolved(conditions, scope)),
            Self::Not(condition) => Self::Not(Box::new(condition.resolved(scope))),
            Self::Compare {
                comparator,
                left,
                right,
            } => Self::Compare {
                comparator: *comparator,
                left: left.resolved(scope),
                right: right.resolved(scope),
            },
            Self::Between { value, low, high } => Self::Between {
                value: value.resolved(scope),
                low: low.resolved(scope),
                high: high.resolved(scope),
            },
            Self::In { value, candidates } => Self::In {
                value: value.resolved(scope),
                candidates: all_resolved(candidates, scope),
            },
            Self::Call(call) => Self::Call(call.resolved(scope)),
        }
    }

    fn normal(self) -> Self {
        match self {
            Self::And(conditions) => {
                let parts = joined(conditions, |part| match part {
                    Self::And(parts) => Ok(parts),
                    other => Err(other),
                });
                Self::all(parts).unwrap_or_else(|| unreachable!("AND joins conditions"))
            }
            Self::Or(conditions) => {
                let parts = joined(conditions, |part| match part {
                    Self::Or(parts) => Ok(parts),
                    other => Err(other),
                });
                Self::any(parts).unwrap_or_else(|| unreachable!("OR joins conditions"))
            }
            Self::Not(condition) => negated(condition.normal()),
            Self::Compare {
                comparator,
                left,
                right,
            } => compared(comparator, left, right),
            Self::In { value, mut candidates } => {
                candidates.sort_by_cached_key(printed);
                candidates.dedup();
                Self::In { value, candidates }
            }
            other => other,
        }
    }
}

/// The parts of a junction, those of inner ones of its kind among them, sorted and each once.
fn joined(
    conditions: Vec<Condition>,
    inner: impl Fn(Condition) -> Result<Vec<Condition>, Condition>,
) -> Vec<Condition> {
    let mut parts = Vec::with_capacity(conditions.len());
    for condition in conditions {
        match inner(condition.normal()) {
            Ok(nested) => parts.extend(nested),
            Err(part) => parts.push(part),
        }
    }
    // By what they are about first, so that a partition key comes before its sort key whatever is asked of them.
    parts.sort_by_cached_key(|part| (subject(part), Syntax::from(part.clone()).to_string()));
    parts.dedup();
    parts
}

/// The first path of a condition.
fn subject(condition: &Condition) -> Option<String> {
    let operand = match condition {
        Condition::And(parts) | Condition::Or(parts) => return parts.first().and_then(subject),
        Condition::Not(part) => return subject(part),
        Condition::Compare { left, .. } => left,
        Condition::Between { value, .. } | Condition::In { value, .. } => value,
        Condition::Call(call) => call.arguments.first()?,
    };
    match operand {
        Operand::Path(path) => Some(printed_path(path)),
        Operand::Call(call) => call.arguments.first().map(printed),
        Operand::Value(_) | Operand::Arithmetic(_) => None,
    }
}

/// What does not hold, without a NOT where there is a word for it. `<>` and `attribute_not_exists` are exactly that; `<` and `>=` are not
/// opposites, since neither holds of values without an order.
fn negated(condition: Condition) -> Condition {
    match condition {
        Condition::Not(inner) => *inner,
        Condition::Compare {
            comparator: comparator @ (Comparator::Equal | Comparator::NotEqual),
            left,
            right,
        } => Condition::Compare {
            comparator: match comparator {
                Comparator::Equal => Comparator::NotEqual,
                _ => Comparator::Equal,
            },
            left,
            right,
        },
        Condition::Call(Call {
            function: function @ (Function::AttributeExists | Function::AttributeNotExists),
            arguments,
        }) => Condition::Call(Call {
            function: match function {
                Function::AttributeExists => Function::AttributeNotExists,
                _ => Function::AttributeExists,
            },
            arguments,
        }),
        other => Condition::Not(Box::new(other)),
    }
}

/// A comparison with what depends on the item in front; of two such the one that sorts first.
fn compared(comparator: Comparator, left: Operand, right: Operand) -> Condition {
    let is_constant = |operand: &Operand| matches!(operand, Operand::Value(_));
    let is_turned = match (is_constant(&left), is_constant(&right)) {
        (true, false) => true,
        (false, true) => false,
        _ => printed(&right) < printed(&left),
    };
    let (comparator, left, right) = if is_turned {
        (comparator.mirrored(), right, left)
    } else {
        (comparator, left, right)
    };
    Condition::Compare {
        comparator,
        left,
        right,
    }
}

fn printed(operand: &Operand) -> String {
    Syntax::from(operand.clone()).to_string()
}

fn printed_path(path: &Path) -> String {
    Syntax::from(path.clone()).to_string()
}

impl Resolve for Projection {
    fn resolved(&self, scope: &Scope<'_>) -> Self {
        Self(all_resolved(&self.0, scope))
    }

    fn normal(mut self) -> Self {
        self.0.sort_by_cached_key(printed_path);
        self
    }
}

impl Resolve for Assignment {
    fn resolved(&self, scope: &Scope<'_>) -> Self {
        Self {
            target: self.target.resolved(scope),
            value: self.value.resolved(scope),
        }
    }

    fn normal(self) -> Self {
        self
    }
}

impl Resolve for Change {
    fn resolved(&self, scope: &Scope<'_>) -> Self {
        Self {
            target: self.target.resolved(scope),
            operand: self.operand.resolved(scope),
        }
    }

    fn normal(self) -> Self {
        self
    }
}

impl Resolve for Update {
    fn resolved(&self, scope: &Scope<'_>) -> Self {
        let clauses = self.0.iter().map(|clause| match clause {
            Clause::Set(assignments) => Clause::Set(all_resolved(assignments, scope)),
            Clause::Remove(paths) => Clause::Remove(all_resolved(paths, scope)),
            Clause::Add(changes) => Clause::Add(all_resolved(changes, scope)),
            Clause::Delete(changes) => Clause::Delete(all_resolved(changes, scope)),
        });
        Self(clauses.collect())
    }

    fn normal(self) -> Self {
        let mut clauses = self.0;
        clauses.retain(|clause| clause.targets().next().is_some());
        for clause in &mut clauses {
            match clause {
                Clause::Set(assignments) => assignments.sort_by_cached_key(|part| printed_path(&part.target)),
                Clause::Remove(paths) => paths.sort_by_cached_key(printed_path),
                Clause::Add(changes) | Clause::Delete(changes) => {
                    changes.sort_by_cached_key(|part| printed_path(&part.target));
                }
            }
        }
        clauses.sort_by_key(|clause| clause.keyword() as u8);
        Self(clauses)
    }
}
