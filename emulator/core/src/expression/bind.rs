//! Binding: from a parsed expression and a request's placeholders to a program.
//!
//! The operations check their expressions in different orders, and other checks stand between. So a [`Bound`] expression tells the first error of
//! each [`Phase`] on request, and an operation reads as a list of such lines. Whatever phase was not asked for is checked before the
//! program is handed out: a program that exists is valid.

use std::cell::Cell;
use std::sync::Arc;

use super::ast::Syntax;
use super::cache::ExpressionCache;
use super::error::{ExpressionError, ExpressionKind, Problem, SyntaxError};
use super::placeholders::{Definitions, Placeholders, Scope};

/// A group of static checks of a bound expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Undefined `#name` placeholders.
    Names,
    /// Undefined `:value` placeholders. Key conditions report those among their operands.
    Values,
    /// Both, in the service's order for the kind of expression.
    References,
    /// Operands of operators and functions. What needs an undefined value is passed over.
    Operands,
    /// Paths against each other: overlaps and conflicts; of key conditions their restricted form, and keys that are named twice.
    Paths,
}

impl Phase {
    /// The phases that a program is never without, in the order in which [`Bound::into_program`] asks for them.
    const ALL: [Self; 3] = [Self::References, Self::Operands, Self::Paths];

    fn bit(self) -> u8 {
        match self {
            Self::Names => 1,
            Self::Values => 2,
            Self::References => 3,
            Self::Operands => 4,
            Self::Paths => 8,
        }
    }
}

/// A program that an expression of a request becomes: [`Condition`](super::Condition), [`KeyCondition`](super::KeyCondition),
/// [`Projection`](super::Projection), [`Update`](super::Update).
pub trait Program: Language {}

impl<T: Language> Program for T {}

/// What the module needs to know of a language; outside only [`Program`] has a name.
pub trait Language: Sized {
    /// The syntax tree.
    type Tree;

    /// Parses a text, or recalls what became of parsing it.
    fn recall(cache: &ExpressionCache, text: &str) -> Result<Arc<Syntax<Self::Tree>>, Arc<SyntaxError>>;

    /// Checks the operands of a tree.
    fn check_operands(tree: &Self::Tree, scope: &Scope<'_>, kind: ExpressionKind) -> Result<(), ExpressionError>;

    /// Checks the paths of a tree against each other.
    fn check_paths(tree: &Self::Tree, scope: &Scope<'_>, kind: ExpressionKind) -> Result<(), ExpressionError>;

    /// What of the undefined placeholders is reported, and which first.
    fn references() -> References;

    /// Makes the program of a tree that was checked in all phases.
    fn lower(tree: &Self::Tree, scope: &Scope<'_>) -> Self;
}

/// How a language reports undefined placeholders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum References {
    /// The first that is mentioned.
    AsWritten,
    /// Names before values.
    NamesFirst,
    /// Names alone; values among the operands.
    NamesAlone,
}

/// An expression whose text was read, or the absence of one.
#[derive(Clone, Debug)]
pub struct Parsed<T: Program> {
    kind: ExpressionKind,
    syntax: Option<Arc<Syntax<T::Tree>>>,
}

impl<T: Program> Parsed<T> {
    pub(super) fn new(kind: ExpressionKind, syntax: Option<Arc<Syntax<T::Tree>>>) -> Self {
        Self { kind, syntax }
    }

    /// The syntax tree and its placeholders; `None` for an absent expression.
    #[must_use]
    pub fn syntax(&self) -> Option<&Syntax<T::Tree>> {
        self.syntax.as_deref()
    }
}

impl<'a> Placeholders<'a> {
    /// Binds an expression to the maps. Every placeholder that it mentions counts as used from then on.
    pub fn bind<T: Program>(&mut self, parsed: Parsed<T>) -> Bound<'a, T> {
        let bound = parsed.syntax.map(|syntax| (self.look_up(&syntax), syntax));
        Bound {
            kind: parsed.kind,
            bound,
            checked: Cell::new(0),
        }
    }
}

/// An expression together with what its placeholders stand for; or the absence of one, which passes every check.
#[derive(Debug)]
pub struct Bound<'a, T: Program> {
    kind: ExpressionKind,
    bound: Option<(Definitions<'a>, Arc<Syntax<T::Tree>>)>,
    /// The phases that have passed.
    checked: Cell<u8>,
}

impl<T: Program> Bound<'_, T> {
    /// Checks the expression in one phase.
    ///
    /// # Errors
    /// The first refusal of the phase.
    pub fn check(&self, phase: Phase) -> Result<(), ExpressionError> {
        let Some((definitions, syntax)) = &self.bound else {
            return Ok(());
        };
        let scope = Scope::of(syntax, definitions);
        match phase {
            Phase::Names | Phase::Values | Phase::References => self.check_references(&scope, phase),
            Phase::Operands => T::check_operands(&syntax.tree, &scope, self.kind),
            Phase::Paths => T::check_paths(&syntax.tree, &scope, self.kind),
        }?;
        self.checked.set(self.checked.get() | phase.bit());
        Ok(())
    }

    fn check_references(&self, scope: &Scope<'_>, phase: Phase) -> Result<(), ExpressionError> {
        let order = T::references();
        let name = scope.undefined_name().filter(|_| phase != Phase::Values);
        let value = scope
            .undefined_value()
            .filter(|_| phase != Phase::Names && order != References::NamesAlone);
        let first = match (name, value) {
            (Some((name_order, _)), Some((value_order, value)))
                if order == References::AsWritten && value_order < name_order =>
            {
                value
            }
            (Some((_, undefined)), _) | (None, Some((_, undefined))) => undefined,
            (None, None) => return Ok(()),
        };
        Err(Problem::from(first).within(self.kind))
    }

    /// Makes the program; `None` for an absent expression.
    ///
    /// # Errors
    /// The first refusal of a phase that was not checked before.
    pub fn into_program(self) -> Result<Option<T>, ExpressionError> {
        for phase in Phase::ALL {
            if self.checked.get() & phase.bit() != phase.bit() {
                self.check(phase)?;
            }
        }
        let program =
            |(definitions, syntax): &(_, Arc<Syntax<_>>)| T::lower(&syntax.tree, &Scope::of(syntax, definitions));
        Ok(self.bound.as_ref().map(program))
    }
}
