//! The grammar of conditions, filters and key conditions (expressions.md §4).
//!
//! OR binds weaker than AND, and AND weaker than NOT. Groups are kept on a stack of the parser's own.

use nom::Parser;
use nom::sequence::{delimited, preceded, separated_pair};

use super::super::ast::{Comparator, Condition, Operand};
use super::Parsed;
use super::operand::{condition_operand, list};
use super::tokens::{Kind, Part, Refusal, Tokens, token};

/// A group that has begun: what was read of it so far.
#[derive(Default)]
struct Group {
    /// Alternatives that have ended.
    alternatives: Vec<Condition>,
    /// The conditions of the alternative that is being read.
    conditions: Vec<Condition>,
    /// How many NOT stand before the condition that comes next.
    negations: usize,
}

impl Group {
    fn push(&mut self, mut condition: Condition) {
        for _ in 0..std::mem::take(&mut self.negations) {
            condition = Condition::Not(Box::new(condition));
        }
        self.conditions.push(condition);
    }

    fn end_alternative(&mut self) {
        self.alternatives
            .extend(Condition::all(std::mem::take(&mut self.conditions)));
    }

    fn finish(mut self) -> Condition {
        self.end_alternative();
        Condition::any(self.alternatives).unwrap_or_else(|| unreachable!("a group ends after a condition"))
    }
}

/// Reads all tokens of a condition.
pub(super) fn parse(mut input: Tokens<'_>) -> Parsed<Condition> {
    let mut outer = Vec::new();
    let mut group = Group::default();
    loop {
        match input.peek() {
            Some(Kind::Not) => {
                group.negations += 1;
                (input, _) = input.next()?;
                continue;
            }
            Some(Kind::Open) if !begins_operand(input) => {
                outer.push(std::mem::take(&mut group));
                (input, _) = input.next()?;
                continue;
            }
            _ => {}
        }
        let (rest, condition) = simple(input)?;
        group.push(condition);
        input = rest;
        while input.peek() == Some(Kind::Close)
            && let Some(around) = outer.pop()
        {
            let inner = std::mem::replace(&mut group, around);
            group.push(inner.finish());
            (input, _) = input.next()?;
        }
        match input.peek() {
            Some(Kind::And) => {}
            Some(Kind::Or) => group.end_alternative(),
            None if outer.is_empty() => return Ok(group.finish()),
            _ => return Err(input.refuse()),
        }
        (input, _) = input.next()?;
    }
}

/// Whether a parenthesis opens an operand, and not a condition: a path or value stands in it, or what is compared with something behind it.
fn begins_operand(input: Tokens<'_>) -> bool {
    match condition_operand(input) {
        Ok((rest, Operand::Call(_))) => {
            matches!(rest.peek(), Some(Kind::Between | Kind::In)) || comparator(rest).is_ok()
        }
        Ok(_) => true,
        Err(_) => false,
    }
}

/// A comparison, BETWEEN, IN or a function.
fn simple(input: Tokens<'_>) -> Part<'_, Condition> {
    let (rest, left) = condition_operand(input)?;
    match (rest.peek(), left) {
        (Some(Kind::Between), value) => {
            let bounds = separated_pair(condition_operand, token(Kind::And), condition_operand);
            let (rest, (low, high)) = preceded(token(Kind::Between), bounds).parse(rest)?;
            Ok((rest, Condition::Between { value, low, high }))
        }
        (Some(Kind::In), value) => {
            let candidates = delimited(token(Kind::Open), list(condition_operand), token(Kind::Close));
            let (rest, candidates) = preceded(token(Kind::In), candidates).parse(rest)?;
            Ok((rest, Condition::In { value, candidates }))
        }
        (_, left) => match (comparator(rest), left) {
            (Ok((rest, comparator)), left) => {
                let (rest, right) = condition_operand(rest)?;
                Ok((
                    rest,
                    Condition::Compare {
                        comparator,
                        left,
                        right,
                    },
                ))
            }
            (Err(_), Operand::Call(call)) => Ok((rest, Condition::Call(call))),
            (Err(refusal), _) => Err(refusal),
        },
    }
}

fn comparator(input: Tokens<'_>) -> Result<(Tokens<'_>, Comparator), nom::Err<Refusal>> {
    let (rest, token) = input.next()?;
    let comparator = match token.kind {
        Kind::Equal => Comparator::Equal,
        Kind::NotEqual => Comparator::NotEqual,
        Kind::Less => Comparator::Less,
        Kind::LessOrEqual => Comparator::LessOrEqual,
        Kind::Greater => Comparator::Greater,
        Kind::GreaterOrEqual => Comparator::GreaterOrEqual,
        _ => return input.error(),
    };
    Ok((rest, comparator))
}
