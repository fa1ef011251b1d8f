//! The grammar of statements (observed-partiql.md §4).

use nom::Parser;
use nom::combinator::map;
use nom::multi::{many0, separated_list1};
use nom::sequence::separated_pair;

use super::super::error::Malformed;
use super::super::tree::{
    Clause, Delete, Direction, Expr, ExprKind, Insert, Nulls, Order, ReturnedImage, ReturnedPart, Returning, Select,
    Source, Statement, Step, Update,
};
use super::expression::{expression, expression_within};
use super::tokens::{Kind, Part, Refusal, Token, Tokens, keywords, refuse, symbol};

/// How many queries may stand within each other in a WHERE clause.
const QUERIES_MAX: usize = 8;

/// Reads a statement, up to its semicolon or end.
pub(super) fn statement(input: Tokens<'_>) -> Part<'_, Statement> {
    match input.kind() {
        Some(Kind::Keyword("select")) => map(|input| select(input, QUERIES_MAX), Statement::Select).parse(input),
        Some(Kind::Keyword("insert")) => map(insert, Statement::Insert).parse(input),
        Some(Kind::Keyword("update")) => map(update, Statement::Update).parse(input),
        Some(Kind::Keyword("from")) => map(from_first, Statement::Update).parse(input),
        Some(Kind::Keyword("delete")) => map(delete, Statement::Delete).parse(input),
        Some(Kind::Keyword("set" | "remove")) => map(clause, |_| Statement::Bare).parse(input),
        _ => map(expression, Statement::Expression).parse(input),
    }
}

/// Reads a SELECT, whose clauses may hold so many queries within each other.
pub(super) fn select(input: Tokens<'_>, queries: usize) -> Part<'_, Select> {
    let span = input.head().map(|token| token.span).unwrap_or_default();
    let input = input.skip(1);
    let (input, columns) = match input.kind() {
        None => return refuse(Malformed::UnexpectedTerm),
        Some(Kind::Keyword("from")) => return refuse(Malformed::FromInSelectList),
        Some(Kind::Symbol("*")) => (input.skip(1), None),
        Some(_) => map(commas(|input| expression_within(input, queries)), Some).parse(input)?,
    };
    let (input, ()) = keywords(&["from"], Malformed::MissingFrom)(input)?;
    let (input, sources) = commas(|input| source(input, |input| expression_within(input, queries))).parse(input)?;
    let (input, filter) = filter(input, queries)?;
    let (input, order) = order(input)?;
    Ok((
        input,
        Select {
            span,
            columns,
            sources,
            filter,
            order,
        },
    ))
}

/// One or more of something, with commas between.
fn commas<'t, T>(
    item: impl Fn(Tokens<'t>) -> Part<'t, T>,
) -> impl Parser<Tokens<'t>, Output = Vec<T>, Error = Refusal> {
    separated_list1(comma, item)
}

/// A comma, whose absence ends a list.
fn comma(input: Tokens<'_>) -> Part<'_, ()> {
    match input.is_symbol(",") {
        true => Ok((input.skip(1), ())),
        false => Err(nom::Err::Error(Refusal::Reason(Malformed::UnexpectedTerm))),
    }
}

/// Something that is read or written, and whether it gets another name.
fn source<'t>(input: Tokens<'t>, named: impl Fn(Tokens<'t>) -> Part<'t, Expr>) -> Part<'t, Source> {
    let (input, expr) = named(input)?;
    let (input, has_alias) = match input.kind() {
        Some(Kind::Keyword("as")) if input.0.get(1).is_some_and(Token::is_name) => (input.skip(2), true),
        Some(Kind::Name | Kind::QuotedName) => (input.skip(1), true),
        _ => (input, false),
    };
    Ok((input, Source { expr, has_alias }))
}

/// WHERE, if there is one.
fn filter(input: Tokens<'_>, queries: usize) -> Part<'_, Option<Expr>> {
    match input.is_keyword("where") {
        true => map(|input| expression_within(input, queries), Some).parse(input.skip(1)),
        false => Ok((input, None)),
    }
}

/// ORDER BY, if there is one.
fn order(input: Tokens<'_>) -> Part<'_, Vec<Order>> {
    match input.are_keywords(&["order", "by"]) {
        true => commas(order_term).parse(input.skip(2)),
        false => Ok((input, Vec::new())),
    }
}

fn order_term(input: Tokens<'_>) -> Part<'_, Order> {
    let (input, expr) = expression(input)?;
    let (input, direction) = match input.kind() {
        Some(Kind::Keyword("asc")) => (input.skip(1), Direction::Ascending),
        Some(Kind::Keyword("desc")) => (input.skip(1), Direction::Descending),
        _ => (input, Direction::Unsaid),
    };
    let (input, nulls) = match () {
        () if input.are_keywords(&["nulls", "first"]) => (input.skip(2), Some(Nulls::First)),
        () if input.are_keywords(&["nulls", "last"]) => (input.skip(2), Some(Nulls::Last)),
        () => (input, None),
    };
    Ok((input, Order { expr, direction, nulls }))
}

fn insert(input: Tokens<'_>) -> Part<'_, Insert> {
    let (input, ()) = keywords(&["insert", "into"], Malformed::UnexpectedKeyword)(input)?;
    let (input, target) = simple_path(input)?;
    let is_single = input.is_keyword("value");
    let input = if is_single { input.skip(1) } else { input };
    map(expression, move |value| Insert {
        target: target.clone(),
        value,
        is_single,
    })
    .parse(input)
}

fn update(input: Tokens<'_>) -> Part<'_, Update> {
    let (input, target) = source(input.skip(1), simple_path)?;
    let (input, clauses) = clauses(input)?;
    let (input, filter) = filter(input, QUERIES_MAX)?;
    let (input, returning) = returning(input)?;
    Ok((
        input,
        Update {
            target,
            is_from_first: false,
            clauses,
            filter,
            returning,
        },
    ))
}

/// An update that begins with FROM: WHERE comes before the clauses.
fn from_first(input: Tokens<'_>) -> Part<'_, Update> {
    let (input, target) = source(input.skip(1), expression)?;
    let (input, filter) = match input.are_keywords(&["where", "set"]) {
        true => return refuse(Malformed::DataManipulation),
        false => filter(input, QUERIES_MAX)?,
    };
    let (input, clauses) = clauses(input)?;
    let (input, returning) = returning(input)?;
    Ok((
        input,
        Update {
            target,
            is_from_first: true,
            clauses,
            filter,
            returning,
        },
    ))
}

/// One or more clauses of an update.
fn clauses(mut input: Tokens<'_>) -> Part<'_, Vec<Clause>> {
    let mut clauses = Vec::new();
    while input.is_keyword("set") || input.is_keyword("remove") {
        let (rest, clause) = clause(input)?;
        clauses.push(clause);
        input = rest;
    }
    match clauses.is_empty() {
        true => refuse(Malformed::DataManipulation),
        false => Ok((input, clauses)),
    }
}

fn clause(input: Tokens<'_>) -> Part<'_, Clause> {
    let rest = input.skip(1);
    match input.is_keyword("set") {
        true => map(commas(assignment), Clause::Set).parse(rest),
        false => map(simple_path, Clause::Remove).parse(rest),
    }
}

fn assignment(input: Tokens<'_>) -> Part<'_, (Expr, Expr)> {
    separated_pair(simple_path, symbol("=", Malformed::EqualsSign), expression).parse(input)
}

fn delete(input: Tokens<'_>) -> Part<'_, Delete> {
    let (input, ()) = keywords(&["from"], Malformed::FromAfterDelete)(input.skip(1))?;
    let (input, target) = source(input, simple_path)?;
    let (input, filter) = filter(input, QUERIES_MAX)?;
    let (input, returning) = returning(input)?;
    Ok((
        input,
        Delete {
            target,
            filter,
            returning,
        },
    ))
}

/// RETURNING, if there is one. What is no such clause is left over, and refused as that.
fn returning(input: Tokens<'_>) -> Part<'_, Option<Returning>> {
    let part = |input: Tokens<'_>| match input.kind() {
        Some(Kind::Keyword("all")) => Some(ReturnedPart::All),
        Some(Kind::Keyword("modified")) => Some(ReturnedPart::Modified),
        _ => None,
    };
    let image = |input: Tokens<'_>| match input.kind() {
        Some(Kind::Keyword("old")) => Some(ReturnedImage::Old),
        Some(Kind::Keyword("new")) => Some(ReturnedImage::New),
        _ => None,
    };
    if !input.is_keyword("returning") || input.0.len() < 4 || !input.skip(3).is_symbol("*") {
        return Ok((input, None));
    }
    match (part(input.skip(1)), image(input.skip(2))) {
        (Some(part), Some(image)) => Ok((input.skip(4), Some(Returning { part, image }))),
        _ => Ok((input, None)),
    }
}

/// A path of names and positions that begins with a name.
fn simple_path(input: Tokens<'_>) -> Part<'_, Expr> {
    let Some(token) = input.head().filter(|token| token.is_name()) else {
        return refuse(Malformed::SimplePath);
    };
    let name = Expr::new(ExprKind::Name(token.name()), token.span);
    let (input, steps) = many0(step).parse(input.skip(1))?;
    let path = match steps.is_empty() {
        true => name,
        false => Expr::new(ExprKind::Path(Box::new(name), steps), token.span),
    };
    Ok((input, path))
}

fn step(input: Tokens<'_>) -> Part<'_, Step> {
    match input.kind() {
        Some(Kind::Symbol(".")) => match input.0.get(1) {
            Some(token) if token.is_name() => Ok((input.skip(2), Step::Name(token.name(), token.span))),
            _ => refuse(Malformed::DotComponent),
        },
        Some(Kind::Symbol("[")) => {
            let (input, index) = expression(input.skip(1))?;
            let (input, _) = symbol("]", Malformed::RightBracket)(input)?;
            Ok((input, Step::Index(Box::new(index))))
        }
        _ => Err(nom::Err::Error(Refusal::Reason(Malformed::UnexpectedTerm))),
    }
}
