//! Updates as programs (observed-expressions.md §10).
//!
//! An [`Update`] says what becomes of which places of an item: the places as a tree, so that every container of the item is rebuilt at most
//! once, and an action for each. It is applied to the item as it was and gives the item as it is to be, or the reason why not. It
//! knows neither keys nor sizes of items; whoever does asks for its [`targets`](Update::targets).

mod apply;
mod charge;
mod check;
mod evaluate;

use std::fmt;
use std::sync::Arc;

use smallvec::SmallVec;

use super::ast::{self, Clause, Function, Sign, Syntax};
use super::bind::{Language, References};
use super::cache::ExpressionCache;
use super::error::{ExpressionError, ExpressionKind, Problem, SyntaxError};
use super::path::{DocumentPath, Step};
use super::placeholders::Scope;
use crate::model::number::NumberFault;
use crate::model::{ApiError, Name, Value};

pub use apply::Updated;
pub(super) use check::check_operands;

/// Changes of an item.
#[derive(Clone, Debug)]
pub struct Update {
    /// In the order in which they are written.
    actions: Vec<Action>,
    /// By the top-level attribute.
    places: Box<[(Name, Place)]>,
    dialect: Dialect,
}

/// Whose rules an update follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Those of update expressions.
    Expression,
    /// Those of `AttributeUpdates`.
    Legacy,
    /// Those of PartiQL: as expressions, but nothing is charged for the request itself.
    Statement,
}

/// What is to become of one place.
#[derive(Clone, Debug)]
struct Action {
    target: DocumentPath,
    change: Change,
}

#[derive(Clone, Debug)]
enum Change {
    Set(Source),
    Remove,
    Add(Value),
    Delete(Value),
}

/// Where SET takes a value from.
#[derive(Clone, Debug)]
enum Source {
    Path(DocumentPath),
    Value(Value),
    IfNotExists(DocumentPath, Box<Source>),
    ListAppend(Box<[Source; 2]>),
    Sum(Sign, Box<[Source; 2]>),
}

/// What an update changes at a place and below it.
#[derive(Clone, Debug)]
enum Place {
    /// The place is the target of the action with this number.
    Target(usize),
    /// The targets below it: elements in ascending order, or members by name.
    Parts(Box<[(Step, Place)]>),
}

/// Why an update cannot be applied to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateError {
    /// SET reads something that is not there.
    MissingAttribute,
    /// Something in the item has the wrong type for an operator.
    OperandType,
    /// As [`OperandType`](Self::OperandType), of a legacy update.
    LegacyType,
    /// A target's parent is not there, or cannot hold it.
    InvalidPath,
    /// A sum cannot be stored.
    Number(NumberFault),
    /// The finished item nests too deep.
    Nesting,
    /// The request or the finished item is too large. Here it is found only where building the item would take too much memory; the check
    /// itself is the operation's.
    ItemSize,
}

impl fmt::Display for UpdateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MissingAttribute => "The provided expression refers to an attribute that does not exist in the item",
            Self::OperandType => "An operand in the update expression has an incorrect data type",
            Self::LegacyType => "Type mismatch for attribute to update",
            Self::InvalidPath => "The document path provided in the update expression is invalid for update",
            Self::Number(fault) => return fault.fmt(f),
            Self::ItemSize => "Item size to update has exceeded the maximum allowed size",
            Self::Nesting => "Nesting Levels have exceeded supported limits",
        })
    }
}

impl std::error::Error for UpdateError {}

/// The single-item writes report these without any prefix.
impl From<UpdateError> for ApiError {
    fn from(error: UpdateError) -> Self {
        Self::validation(error)
    }
}

impl Update {
    /// The paths that the update changes, in the order in which they are written.
    pub fn targets(&self) -> impl ExactSizeIterator<Item = &DocumentPath> {
        self.actions.iter().map(|action| &action.target)
    }

    /// Whether the update creates an item where there is none. Legacy updates that only delete do not.
    #[must_use]
    pub fn creates_item(&self) -> bool {
        let creates = |action: &Action| matches!(action.change, Change::Set(_) | Change::Add(_));
        self.dialect != Dialect::Legacy || self.actions.is_empty() || self.actions.iter().any(creates)
    }

    /// The bytes that the service charges for the request itself, before it reads the item; 0 for a legacy update and a statement.
    #[must_use]
    pub fn request_charge(&self) -> usize {
        match self.dialect {
            Dialect::Expression => charge::of_statement(&self.actions),
            Dialect::Legacy | Dialect::Statement => 0,
        }
    }

    /// The program of a tree whose static rules hold, under the rules of a dialect.
    pub(super) fn of(tree: &ast::Update, scope: &Scope<'_>, dialect: Dialect) -> Self {
        let targets = tree.0.iter().map(|clause| clause.targets().count());
        let mut actions = Vec::with_capacity(targets.sum());
        for clause in &tree.0 {
            push_actions(&mut actions, clause, scope);
        }
        Self {
            places: places_of(&actions),
            actions,
            dialect,
        }
    }
}

fn push_actions(actions: &mut Vec<Action>, clause: &Clause, scope: &Scope<'_>) {
    let action = |target: &ast::Path, change: Change| Action {
        target: scope.path(target),
        change,
    };
    match clause {
        Clause::Set(assignments) => actions.extend(assignments.iter().map(|assignment| {
            let source = Source::lower(&assignment.value, scope);
            action(&assignment.target, Change::Set(source))
        })),
        Clause::Remove(paths) => actions.extend(paths.iter().map(|path| action(path, Change::Remove))),
        Clause::Add(added) => actions.extend(added.iter().map(|added| {
            let operand = constant(&added.operand, scope);
            action(&added.target, Change::Add(operand))
        })),
        Clause::Delete(deleted) => actions.extend(deleted.iter().map(|deleted| {
            let operand = constant(&deleted.operand, scope);
            action(&deleted.target, Change::Delete(operand))
        })),
    }
}

/// The places of all targets, by the top-level attribute.
fn places_of(actions: &[Action]) -> Box<[(Name, Place)]> {
    let mut targets: SmallVec<[(usize, &DocumentPath); 8]> =
        actions.iter().map(|action| &action.target).enumerate().collect();
    targets.sort_by(|(_, one), (_, two)| one.head.cmp(&two.head));
    let places = targets
        .chunk_by(|(_, one), (_, two)| one.head == two.head)
        .map(|alike| {
            let place = match alike {
                [(at, target)] if !target.is_nested() => Place::Target(*at),
                _ => Place::of(alike.iter().map(|(at, target)| (*at, target.steps())).collect()),
            };
            (alike[0].1.head.clone(), place)
        });
    places.collect()
}

fn constant(constant: &ast::Constant, scope: &Scope<'_>) -> Value {
    scope
        .constant(constant)
        .cloned()
        .unwrap_or_else(|| unreachable!("undefined values were refused"))
}

impl Place {
    /// The place where paths have come to that began alike; none leads into another.
    fn of(mut rests: Vec<(usize, &[Step])>) -> Self {
        if let [(at, [])] = rests.as_slice() {
            return Self::Target(*at);
        }
        rests.sort_by_key(|(_, rest)| *rest);
        let parts = rests.chunk_by(|(_, one), (_, two)| one[0] == two[0]).map(|alike| {
            let place = Self::of(alike.iter().map(|(at, rest)| (*at, &rest[1..])).collect());
            (alike[0].1[0].clone(), place)
        });
        Self::Parts(parts.collect())
    }
}

impl Source {
    fn lower(operand: &ast::Operand, scope: &Scope<'_>) -> Self {
        let both = |one, two| Box::new([Self::lower(one, scope), Self::lower(two, scope)]);
        match operand {
            ast::Operand::Path(path) => Self::Path(scope.path(path)),
            ast::Operand::Value(written) => Self::Value(constant(written, scope)),
            ast::Operand::Arithmetic(sum) => Self::Sum(sum.sign, both(&sum.left, &sum.right)),
            ast::Operand::Call(call) => match (call.function, call.arguments.as_slice()) {
                (Function::ListAppend, [one, two]) => Self::ListAppend(both(one, two)),
                (Function::IfNotExists, [ast::Operand::Path(path), other]) => {
                    Self::IfNotExists(scope.path(path), Box::new(Self::lower(other, scope)))
                }
                _ => unreachable!("the operands of {} were checked", call.function),
            },
        }
    }
}

impl Language for Update {
    type Tree = ast::Update;

    fn recall(cache: &ExpressionCache, text: &str) -> Result<Arc<Syntax<Self::Tree>>, Arc<SyntaxError>> {
        cache.update(text)
    }

    fn check_operands(tree: &Self::Tree, scope: &Scope<'_>, kind: ExpressionKind) -> Result<(), ExpressionError> {
        check::check_operands(tree, scope).map_err(|error| Problem::from(error).within(kind))
    }

    fn check_paths(tree: &Self::Tree, scope: &Scope<'_>, kind: ExpressionKind) -> Result<(), ExpressionError> {
        check::check_targets(tree, scope).map_err(|clash| Problem::from(clash).within(kind))
    }

    fn references() -> References {
        References::NamesFirst
    }

    fn lower(tree: &Self::Tree, scope: &Scope<'_>) -> Self {
        Self::of(tree, scope, Dialect::Expression)
    }
}
