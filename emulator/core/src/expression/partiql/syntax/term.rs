//! Terms: what an expression begins with, up to its first operator.
//!
//! A term is either whole (a name, a literal, a parameter) or opens something that more terms belong to. What it opens is a [`Frame`] on
//! the parser's own stack.

use smol_str::SmolStr;

use super::super::error::{Malformed, Span};
use super::super::tree::{CaseForm, Expr, ExprKind, Prefix, Sense, Step};
use super::ion;
use super::operator::Operator;
use super::tokens::{Kind, Part, Token, Tokens, refuse};

/// What has begun and waits for the expression that is being read.
#[derive(Debug)]
pub(super) enum Frame {
    /// A parenthesis.
    Group(Span, Vec<Expr>),
    /// `[`
    List(Span, Vec<Expr>),
    /// `<<`
    Bag(Span, Vec<Expr>),
    /// `{`, or a comma in it: a key is next.
    Key(Span, Vec<(Expr, Expr)>),
    /// A colon: a value is next.
    Value(Span, Vec<(Expr, Expr)>, Expr),
    /// A function's parenthesis.
    Call(Span, SmolStr, Vec<Expr>),
    /// The parenthesis of `x IN (…)`.
    Candidates(Expr, Sense, Vec<Expr>),
    /// A bracket after an expression with some steps.
    Index(Expr, Vec<Step>),
    /// A part of CASE.
    Case(Span, CaseForm, CasePart),
    /// A sign before a term.
    Sign(Prefix, Span),
    /// NOT before an expression.
    Not(Span),
    /// An operator after an expression.
    Right(Expr, Operator),
    /// The AND of BETWEEN after its lower bound.
    High(Box<[Expr; 2]>, Sense),
}

/// Which expression of CASE comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CasePart {
    Subject,
    When,
    Then,
    Else,
}

/// What a term begins with.
#[derive(Debug)]
pub(super) enum Start {
    /// The term is whole.
    Whole(Expr),
    /// More belongs to it.
    Open(Frame),
}

/// Reads the begin of a term.
pub(super) fn start(input: Tokens<'_>) -> Part<'_, Start> {
    let Some(token) = input.head() else {
        return refuse(Malformed::UnexpectedTerm);
    };
    let rest = input.skip(1);
    let whole = |kind| Ok((rest, Start::Whole(Expr::new(kind, token.span))));
    match token.kind {
        Kind::Name | Kind::QuotedName | Kind::Keyword(_) if opens_call(input) => call(token, rest),
        Kind::Name | Kind::QuotedName => whole(ExprKind::Name(token.name())),
        Kind::Number => whole(ExprKind::Number(SmolStr::new(token.text))),
        Kind::String => whole(ExprKind::String(token.string())),
        Kind::Ion => match ion::type_of(token.text) {
            Some(kind) => whole(ExprKind::Ion(kind)),
            None => refuse(Malformed::Unreadable),
        },
        Kind::Parameter(number) => whole(ExprKind::Parameter(number)),
        Kind::Keyword(word) => keyword(word, token, input),
        Kind::Symbol(symbol) => opening(symbol, token, rest),
    }
}

/// Whether a name and a parenthesis begin a call. Operators and the words that begin clauses are no functions.
pub(super) fn opens_call(input: Tokens<'_>) -> bool {
    const NO_FUNCTIONS: [&str; 34] = [
        "and",
        "or",
        "not",
        "is",
        "in",
        "like",
        "between",
        "select",
        "from",
        "where",
        "insert",
        "into",
        "value",
        "values",
        "update",
        "delete",
        "set",
        "remove",
        "order",
        "by",
        "group",
        "having",
        "limit",
        "as",
        "at",
        "on",
        "returning",
        "union",
        "case",
        "when",
        "then",
        "else",
        "end",
        "asc",
    ];
    let is_function = match input.kind() {
        Some(Kind::Name | Kind::QuotedName) => true,
        Some(Kind::Keyword(word)) => !NO_FUNCTIONS.contains(&word),
        _ => false,
    };
    is_function && input.0.len() > 1 && input.skip(1).is_symbol("(")
}

/// A call; without arguments it is whole.
fn call<'t>(token: &Token<'_>, rest: Tokens<'t>) -> Part<'t, Start> {
    let rest = rest.skip(1);
    if rest.is_symbol(")") {
        let call = ExprKind::Call(token.name(), Vec::new());
        return Ok((rest.skip(1), Start::Whole(Expr::new(call, token.span))));
    }
    // The star of COUNT(*) stands for an argument.
    if rest.is_symbol("*") && rest.0.len() > 1 && rest.skip(1).is_symbol(")") {
        let call = ExprKind::Call(token.name(), Vec::new());
        return Ok((rest.skip(2), Start::Whole(Expr::new(call, token.span))));
    }
    Ok((rest, Start::Open(Frame::Call(token.span, token.name(), Vec::new()))))
}

fn keyword<'t>(word: &str, token: &Token<'_>, input: Tokens<'t>) -> Part<'t, Start> {
    let rest = input.skip(1);
    let whole = |kind| Ok((rest, Start::Whole(Expr::new(kind, token.span))));
    match word {
        "true" => whole(ExprKind::Bool(true)),
        "false" => whole(ExprKind::Bool(false)),
        "null" => whole(ExprKind::Null),
        "missing" => whole(ExprKind::Missing),
        "not" => Ok((rest, Start::Open(Frame::Not(token.span)))),
        "case" if rest.is_keyword("when") => {
            let frame = Frame::Case(token.span, CaseForm::Searched, CasePart::When);
            Ok((rest.skip(1), Start::Open(frame)))
        }
        "case" => {
            let frame = Frame::Case(token.span, CaseForm::Simple, CasePart::Subject);
            Ok((rest, Start::Open(frame)))
        }
        "from" if rest.head().is_some_and(Token::is_name) => refuse(Malformed::DataManipulation),
        "and" | "or" | "is" | "in" | "like" | "between" => refuse(Malformed::UnexpectedOperator),
        _ => refuse(Malformed::UnexpectedKeyword),
    }
}

fn opening<'t>(symbol: &str, token: &Token<'_>, rest: Tokens<'t>) -> Part<'t, Start> {
    let span = token.span;
    let empty = |close: &str, kind: ExprKind, frame: Frame| match rest.is_symbol(close) {
        true => Ok((rest.skip(1), Start::Whole(Expr::new(kind, span)))),
        false => Ok((rest, Start::Open(frame))),
    };
    match symbol {
        "(" => Ok((rest, Start::Open(Frame::Group(span, Vec::new())))),
        "[" => empty("]", ExprKind::List(Vec::new()), Frame::List(span, Vec::new())),
        "<<" => empty(">>", ExprKind::Bag(Vec::new()), Frame::Bag(span, Vec::new())),
        "{" => empty("}", ExprKind::Map(Vec::new()), Frame::Key(span, Vec::new())),
        "+" => Ok((rest, Start::Open(Frame::Sign(Prefix::Plus, span)))),
        "-" => Ok((rest, Start::Open(Frame::Sign(Prefix::Minus, span)))),
        "=" | "<>" | "!=" | "<" | "<=" | ">" | ">=" | "||" | "/" | "%" | "@" => refuse(Malformed::UnexpectedOperator),
        _ => refuse(Malformed::UnexpectedTerm),
    }
}
