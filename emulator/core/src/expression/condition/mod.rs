//! Conditions and filters as programs.
//!
//! A [`Condition`] is lowered from a tree whose static rules hold. It is a row of tests with jumps, so that evaluating one is a loop without
//! recursion, allocation or failure. It knows neither keys nor tables; whoever does asks for its [`paths`](Condition::paths).

mod check;
mod evaluate;

use std::sync::Arc;

use smallvec::SmallVec;

use super::ast::{self, Comparator, Function, Syntax};
use super::bind::{Language, References};
use super::cache::ExpressionCache;
use super::document::Document;
use super::error::{ExpressionError, ExpressionKind, Problem, SyntaxError};
use super::path::DocumentPath;
use super::placeholders::Scope;
use crate::model::value::ValueType;
use crate::model::{Name, Value};

pub(super) use check::{check_bounds, check_every_bound, check_leaf};

/// A condition on an item, or a filter.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The tests, those that are evaluated last first: a test jumps to lower places alone.
    tests: Vec<Branch>,
    /// Where evaluation begins.
    start: Next,
}

/// A test and where its outcome leads.
#[derive(Clone, Debug)]
struct Branch {
    test: Test,
    on_true: Next,
    on_false: Next,
}

/// What comes after a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Holds,
    Fails,
    Test(usize),
}

/// A test of an item. Negated forms (`<>`, `attribute_not_exists`) are their opposites with outcomes exchanged.
#[derive(Clone, Debug)]
enum Test {
    Exists(DocumentPath),
    Equal(Operand, Operand),
    Ordered(Order, Operand, Operand),
    Between(Operand, Operand, Operand),
    In(Operand, Box<[Operand]>),
    BeginsWith(Operand, Operand),
    Contains(Operand, Operand),
    HasType(Operand, ValueType),
}

/// Which order of two values holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The paths of one test.
type Paths<'t> = SmallVec<[&'t DocumentPath; 4]>;

/// Where a test finds a value.
#[derive(Clone, Debug)]
enum Operand {
    Path(DocumentPath),
    Value(Value),
    Size(DocumentPath),
    /// Whether a function's test holds, or does not if it is negated: only in statements of PartiQL.
    Test(Box<Test>, Negation),
}

/// Whether the opposite of a test is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Negation {
    Plain,
    Negated,
}

impl Condition {
    /// That there is no item, told by an attribute that every item has.
    #[must_use]
    pub fn absence_of(key: &Name) -> Self {
        Self::lower(&ast::Condition::absence_of(key), &Scope::empty())
    }

    /// Whether an item meets the condition; where there is no item, the empty one stands for it.
    #[must_use]
    pub fn matches(&self, item: &impl Document) -> bool {
        let mut next = self.start;
        loop {
            next = match next {
                Next::Holds => return true,
                Next::Fails => return false,
                Next::Test(at) => {
                    let Branch {
                        test,
                        on_true,
                        on_false,
                    } = &self.tests[at];
                    if test.holds(item) { *on_true } else { *on_false }
                }
            };
        }
    }

    /// The top-level attributes that only parts are read of.
    pub fn attributes_in_part(&self) -> impl Iterator<Item = &Name> {
        self.paths()
            .filter(|path| path.is_nested())
            .map(DocumentPath::attribute)
    }

    /// The paths that the condition reads, in the order in which they are written.
    pub fn paths(&self) -> impl Iterator<Item = &DocumentPath> {
        self.tests.iter().rev().flat_map(|branch| {
            let mut paths = Paths::new();
            branch.test.push_paths(&mut paths);
            paths
        })
    }
}

impl Language for Condition {
    type Tree = ast::Condition;

    fn recall(cache: &ExpressionCache, text: &str) -> Result<Arc<Syntax<Self::Tree>>, Arc<SyntaxError>> {
        cache.condition(text)
    }

    fn check_operands(tree: &Self::Tree, scope: &Scope<'_>, kind: ExpressionKind) -> Result<(), ExpressionError> {
        check::check_operands(tree, scope).map_err(|error| Problem::from(error).within(kind))
    }

    fn check_paths(_: &Self::Tree, _: &Scope<'_>, _: ExpressionKind) -> Result<(), ExpressionError> {
        Ok(())
    }

    fn references() -> References {
        References::AsWritten
    }

    fn lower(tree: &Self::Tree, scope: &Scope<'_>) -> Self {
        let mut tests = Vec::new();
        let start = lower_into(&mut tests, tree, scope, Next::Holds, Next::Fails);
        Self { tests, start }
    }
}

/// Appends the tests of a tree, the last first, and returns where it begins.
fn lower_into(
    tests: &mut Vec<Branch>,
    tree: &ast::Condition,
    scope: &Scope<'_>,
    on_true: Next,
    on_false: Next,
) -> Next {
    match tree {
        ast::Condition::And(conditions) => conditions.iter().rev().fold(on_true, |next, condition| {
            lower_into(tests, condition, scope, next, on_false)
        }),
        ast::Condition::Or(conditions) => conditions.iter().rev().fold(on_false, |next, condition| {
            lower_into(tests, condition, scope, on_true, next)
        }),
        ast::Condition::Not(condition) => lower_into(tests, condition, scope, on_false, on_true),
        leaf => {
            let (test, is_negated) = Test::lower(leaf, scope);
            let (on_true, on_false) = if is_negated {
                (on_false, on_true)
            } else {
                (on_true, on_false)
            };
            tests.push(Branch {
                test,
                on_true,
                on_false,
            });
            Next::Test(tests.len() - 1)
        }
    }
}

impl Test {
    /// The test of a leaf, and whether the leaf is its negation.
    fn lower(leaf: &ast::Condition, scope: &Scope<'_>) -> (Self, bool) {
        let operand = |operand: &ast::Operand| Operand::lower(operand, scope);
        match leaf {
            ast::Condition::Compare {
                comparator,
                left,
                right,
            } => {
                let (left, right) = (operand(left), operand(right));
                match comparator {
                    Comparator::Equal => (Self::Equal(left, right), false),
                    Comparator::NotEqual => (Self::Equal(left, right), true),
                    Comparator::Less => (Self::Ordered(Order::Less, left, right), false),
                    Comparator::LessOrEqual => (Self::Ordered(Order::LessOrEqual, left, right), false),
                    Comparator::Greater => (Self::Ordered(Order::Greater, left, right), false),
                    Comparator::GreaterOrEqual => (Self::Ordered(Order::GreaterOrEqual, left, right), false),
                }
            }
            ast::Condition::Between { value, low, high } => {
                (Self::Between(operand(value), operand(low), operand(high)), false)
            }
            ast::Condition::In { value, candidates } => (
                Self::In(operand(value), candidates.iter().map(operand).collect()),
                false,
            ),
            ast::Condition::Call(call) => Self::lower_call(call, scope),
            ast::Condition::And(_) | ast::Condition::Or(_) | ast::Condition::Not(_) => {
                unreachable!("AND, OR and NOT are jumps")
            }
        }
    }

    fn lower_call(call: &ast::Call, scope: &Scope<'_>) -> (Self, bool) {
        let operand = |operand: &ast::Operand| Operand::lower(operand, scope);
        match (call.function, call.arguments.as_slice()) {
            (Function::AttributeExists, [ast::Operand::Path(path)]) => (Self::Exists(scope.path(path)), false),
            (Function::AttributeNotExists, [ast::Operand::Path(path)]) => (Self::Exists(scope.path(path)), true),
            (Function::BeginsWith, [text, prefix]) => (Self::BeginsWith(operand(text), operand(prefix)), false),
            (Function::Contains, [whole, part]) => (Self::Contains(operand(whole), operand(part)), false),
            (Function::AttributeType, [value, ast::Operand::Value(kind)]) => {
                let kind = check::named_type(kind, scope);
                (Self::HasType(operand(value), kind), false)
            }
            _ => unreachable!("the operands of {} were checked", call.function),
        }
    }

    /// Adds the paths that the test reads, as written.
    fn push_paths<'t>(&'t self, paths: &mut Paths<'t>) {
        let (operands, more): ([Option<&Operand>; 3], &[Operand]) = match self {
            Self::Exists(path) => return paths.push(path),
            Self::Equal(one, two)
            | Self::Ordered(_, one, two)
            | Self::BeginsWith(one, two)
            | Self::Contains(one, two) => ([Some(one), Some(two), None], &[]),
            Self::Between(value, low, high) => ([Some(value), Some(low), Some(high)], &[]),
            Self::In(value, candidates) => ([Some(value), None, None], candidates),
            Self::HasType(value, _) => ([Some(value), None, None], &[]),
        };
        for operand in operands.into_iter().flatten().chain(more) {
            match operand {
                Operand::Path(path) | Operand::Size(path) => paths.push(path),
                Operand::Value(_) => {}
                Operand::Test(test, _) => test.push_paths(paths),
            }
        }
    }
}

impl Operand {
    fn lower(operand: &ast::Operand, scope: &Scope<'_>) -> Self {
        match operand {
            ast::Operand::Path(path) => Self::Path(scope.path(path)),
            ast::Operand::Value(constant) => Self::Value(
                scope
                    .constant(constant)
                    .cloned()
                    .unwrap_or_else(|| unreachable!("undefined values were refused")),
            ),
            ast::Operand::Call(call) => match (call.function, call.arguments.as_slice()) {
                (Function::Size, [argument]) => match Self::lower(argument, scope) {
                    Self::Path(path) => Self::Size(path),
                    Self::Value(value) => evaluate::size(&value).map_or_else(
                        || unreachable!("constants without a size were refused"),
                        |size| Self::Value(Value::N(size)),
                    ),
                    Self::Size(_) | Self::Test(..) => unreachable!("the size of a number or a boolean was refused"),
                },
                _ => match Test::lower_call(call, scope) {
                    (test, true) => Self::Test(Box::new(test), Negation::Negated),
                    (test, false) => Self::Test(Box::new(test), Negation::Plain),
                },
            },
            ast::Operand::Arithmetic(_) => unreachable!("conditions have no arithmetic"),
        }
    }
}
