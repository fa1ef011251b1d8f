//! The syntax trees of PartiQL: a statement as it was written, with places.
//!
//! The grammar makes them, the printer turns them back into text, and `lower` makes of them what is executed. A tree may break
//! every rule that comes after the grammar: what stands in a WHERE clause is any expression here.

use smol_str::SmolStr;

use super::error::{Span, StatementError};
use super::syntax;

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// SELECT.
    Select(Select),
    /// INSERT.
    Insert(Insert),
    /// UPDATE, or an update that begins with FROM.
    Update(Update),
    /// DELETE.
    Delete(Delete),
    /// SET or REMOVE without a table.
    Bare,
    /// An expression in place of a statement.
    Expression(Expr),
}

/// SELECT.
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    /// Where the word stands.
    pub span: Span,
    /// What is selected; `None` is `*`.
    pub columns: Option<Vec<Expr>>,
    /// What is read.
    pub sources: Vec<Source>,
    /// WHERE.
    pub filter: Option<Expr>,
    /// ORDER BY.
    pub order: Vec<Order>,
}

/// Something after FROM.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// What is named.
    pub expr: Expr,
    /// Whether it gets another name.
    pub has_alias: bool,
}

/// A term of ORDER BY.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// What is ordered by.
    pub expr: Expr,
    /// ASC or DESC.
    pub direction: Direction,
    /// NULLS FIRST or NULLS LAST, which change nothing: keys are there.
    pub nulls: Option<Nulls>,
}

/// A direction of ORDER BY.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Not written: ascending.
    #[default]
    Unsaid,
    /// ASC.
    Ascending,
    /// DESC.
    Descending,
}

/// Where ORDER BY puts nulls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// Before the rest.
    First,
    /// After the rest.
    Last,
}

/// INSERT.
#[derive(Clone, Debug, PartialEq)]
pub struct Insert {
    /// Into what.
    pub target: Expr,
    /// What is inserted.
    pub value: Expr,
    /// Whether VALUE stands before it.
    pub is_single: bool,
}

/// UPDATE.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// What is updated.
    pub target: Source,
    /// Whether the statement begins with FROM, and WHERE comes before the clauses.
    pub is_from_first: bool,
    /// The clauses as written.
    pub clauses: Vec<Clause>,
    /// WHERE.
    pub filter: Option<Expr>,
    /// RETURNING.
    pub returning: Option<Returning>,
}

/// A clause of UPDATE.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// SET, with targets and values.
    Set(Vec<(Expr, Expr)>),
    /// REMOVE.
    Remove(Expr),
}

/// DELETE.
#[derive(Clone, Debug, PartialEq)]
pub struct Delete {
    /// From what.
    pub target: Source,
    /// WHERE.
    pub filter: Option<Expr>,
    /// RETURNING.
    pub returning: Option<Returning>,
}

/// RETURNING.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Returning {
    /// How much of the item.
    pub part: ReturnedPart,
    /// The item before or after.
    pub image: ReturnedImage,
}

/// How much of an item is returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnedPart {
    /// ALL.
    All,
    /// MODIFIED.
    Modified,
}

/// Which side of a write is returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnedImage {
    /// OLD.
    Old,
    /// NEW.
    New,
}

/// An expression and where its first token stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// The expression.
    pub kind: ExprKind,
    /// The first token.
    pub span: Span,
    /// How deep the tree below it is.
    pub(super) depth: u16,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// An attribute's name.
    Name(SmolStr),
    /// Steps from an expression.
    Path(Box<Expr>, Vec<Step>),
    /// A string.
    String(SmolStr),
    /// A number as written, with the signs before it folded into it.
    Number(SmolStr),
    /// TRUE or FALSE.
    Bool(bool),
    /// NULL.
    Null,
    /// MISSING.
    Missing,
    /// An Ion literal.
    Ion(IonType),
    /// The parameter with this number, from 0.
    Parameter(usize),
    /// A list.
    List(Vec<Expr>),
    /// A bag.
    Bag(Vec<Expr>),
    /// A map.
    Map(Vec<(Expr, Expr)>),
    /// A function's name and arguments.
    Call(SmolStr, Vec<Expr>),
    /// NOT, `+` or `-` before an expression.
    Prefix(Prefix, Box<Expr>),
    /// Several expressions with AND or OR between them.
    Joined(Join, Vec<Expr>),
    /// Another operator between two expressions, and where it stands.
    Infix(Infix, Box<[Expr; 2]>),
    /// `x IS t`, `x IS NOT t`.
    Is(Box<Expr>, TypeName, Sense),
    /// `x IN y`, `x NOT IN y`.
    In(Box<[Expr; 2]>, Sense),
    /// `x BETWEEN y AND z`, `x NOT BETWEEN y AND z`.
    Between(Box<[Expr; 3]>, Sense),
    /// CASE, whose parts nobody needs: it is refused wherever it stands.
    Case(CaseForm),
    /// A query among expressions.
    Query(Box<Select>),
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// To a member.
    Name(SmolStr, Span),
    /// To an element.
    Index(Box<Expr>),
    /// To all members or elements.
    Wildcard,
}

/// Whether an operator is negated by a NOT of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// It is not.
    Plain,
    /// It is.
    Negated,
}

/// AND or OR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// AND.
    And,
    /// OR.
    Or,
}

impl Join {
    /// The word.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::And => "AND",
            Self::Or => "OR",
        }
    }
}

/// An operator before an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    /// NOT.
    Not,
    /// `+`
    Plus,
    /// `-`
    Minus,
}

/// CASE with or without a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseForm {
    /// With one.
    Simple,
    /// Without.
    Searched,
}

/// An operator between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Infix {
    /// A comparison.
    Compare(super::super::ast::Comparator),
    /// An operator that no condition has: its text.
    Other(&'static str),
}

impl Infix {
    /// The operator as written.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Compare(comparator) => comparator.text(),
            Self::Other(text) => text,
        }
    }
}

/// A type behind IS: the word in lower case, and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeName {
    /// The word, or the two words with a blank between.
    pub word: &'static str,
    /// The arguments as written.
    pub arguments: Vec<SmolStr>,
}

/// The type of an Ion literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IonType {
    /// Text in double braces.
    Clob,
    /// Base64 in double braces.
    Blob,
    /// A structure.
    Struct,
    /// A list.
    List,
    /// An S-expression.
    Sexp,
    /// A string.
    String,
    /// A symbol.
    Symbol,
    /// A timestamp.
    Timestamp,
    /// An integer.
    Int,
    /// A decimal number.
    Decimal,
    /// A binary floating-point number.
    Float,
    /// A null of any type.
    Null,
    /// A boolean.
    Bool,
}

impl Statement {
    /// Reads a text.
    ///
    /// # Errors
    /// When it is no statement. A tree may still be one that is refused.
    pub fn parse(text: &str) -> Result<Self, StatementError> {
        syntax::read(text).outcome.map(|(tree, _)| tree)
    }
}

impl Expr {
    pub(super) fn new(kind: ExprKind, span: Span) -> Self {
        let below = match &kind {
            ExprKind::Path(root, steps) => {
                let inside = steps.iter().map(|step| match step {
                    Step::Index(index) => index.depth,
                    _ => 0,
                });
                inside.max().unwrap_or(0).max(root.depth)
            }
            ExprKind::List(items) | ExprKind::Bag(items) | ExprKind::Call(_, items) | ExprKind::Joined(_, items) => {
                items.iter().map(|item| item.depth).max().unwrap_or(0)
            }
            ExprKind::Map(entries) => {
                let pairs = entries.iter().map(|(key, value)| key.depth.max(value.depth));
                pairs.max().unwrap_or(0)
            }
            ExprKind::Prefix(_, inner) | ExprKind::Is(inner, ..) => inner.depth,
            ExprKind::Infix(_, sides) | ExprKind::In(sides, _) => sides[0].depth.max(sides[1].depth),
            ExprKind::Between(parts, _) => parts.iter().map(|part| part.depth).max().unwrap_or(0),
            _ => 0,
        };
        Self {
            kind,
            span,
            depth: below.saturating_add(1),
        }
    }
}
