//! The grammar of updates: clauses in any order, each at most once (expressions.md §4).

use nom::Parser;
use nom::combinator::map;
use nom::sequence::{pair, separated_pair};

use super::super::ast::{Assignment, Change, Clause, ClauseKeyword, Update};
use super::Parsed;
use super::operand::{assigned_value, constant, list, path};
use super::tokens::{Kind, Part, Refusal, Tokens, token};

/// Reads all tokens of an update.
pub(super) fn parse(mut input: Tokens<'_>) -> Parsed<Update> {
    let mut clauses: Vec<Clause> = Vec::new();
    while !input.0.is_empty() || clauses.is_empty() {
        let Some(Kind::Clause(keyword)) = input.peek() else {
            return Err(input.refuse());
        };
        if clauses.iter().any(|clause| clause.keyword() == keyword) {
            return Err(Refusal::Repeated(keyword));
        }
        let (rest, _) = input.next()?;
        let (rest, clause) = clause(keyword, rest)?;
        clauses.push(clause);
        input = rest;
    }
    Ok(Update(clauses))
}

fn clause(keyword: ClauseKeyword, input: Tokens<'_>) -> Part<'_, Clause> {
    match keyword {
        ClauseKeyword::Set => map(list(assignment), Clause::Set).parse(input),
        ClauseKeyword::Remove => map(list(path), Clause::Remove).parse(input),
        ClauseKeyword::Add => map(list(change), Clause::Add).parse(input),
        ClauseKeyword::Delete => map(list(change), Clause::Delete).parse(input),
    }
}

fn assignment(input: Tokens<'_>) -> Part<'_, Assignment> {
    map(
        separated_pair(path, token(Kind::Equal), assigned_value),
        |(target, value)| Assignment { target, value },
    )
    .parse(input)
}

fn change(input: Tokens<'_>) -> Part<'_, Change> {
    map(pair(path, constant), |(target, operand)| Change { target, operand }).parse(input)
}
