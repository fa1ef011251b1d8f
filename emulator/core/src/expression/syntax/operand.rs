//! Paths, values, function calls and the arithmetic of SET.

use nom::branch::alt;
use nom::combinator::{cut, map};
use nom::multi::many0;
use nom::sequence::{delimited, pair, preceded};
use nom::{Input, Parser};
use smol_str::SmolStr;

use super::super::ast::{Arithmetic, Call, Constant, Element, Function, Operand, Path, Sign};
use super::tokens::{Kind, Part, Refusal, Token, Tokens, token};
use super::{LIST_INDEX_MAX, list_index};

/// One or more of `item`, with commas between.
pub(super) fn list<'t, T>(
    item: impl Fn(Tokens<'t>) -> Part<'t, T> + Copy,
) -> impl FnMut(Tokens<'t>) -> Part<'t, Vec<T>> {
    move |input| {
        let more = many0(preceded(token(Kind::Comma), cut(item)));
        map(pair(item, more), |(first, more)| {
            [first].into_iter().chain(more).collect()
        })
        .parse(input)
    }
}

/// `a.#b[3]`
pub(super) fn path(input: Tokens<'_>) -> Part<'_, Path> {
    let step = alt((
        preceded(token(Kind::Dot), cut(name)),
        delimited(token(Kind::OpenBracket), cut(index), cut(token(Kind::CloseBracket))),
    ));
    map(pair(name, many0(step)), |(first, steps)| {
        Path([first].into_iter().chain(steps).collect())
    })
    .parse(input)
}

fn name(input: Tokens<'_>) -> Part<'_, Element> {
    let (rest, token) = input.next()?;
    match token.kind {
        Kind::Identifier => Ok((rest, Element::Name(SmolStr::new(token.text)))),
        Kind::Name(slot) => Ok((rest, Element::Placeholder(slot))),
        _ => input.error(),
    }
}

/// A position beyond every list stands for the last one until it is refused as a [name](super::names) of its own.
fn index(input: Tokens<'_>) -> Part<'_, Element> {
    map(token(Kind::Digits), |digits| {
        Element::Index(list_index(digits.text).unwrap_or(LIST_INDEX_MAX))
    })
    .parse(input)
}

/// `:v`
pub(super) fn constant(input: Tokens<'_>) -> Part<'_, Constant> {
    match input.next()? {
        (
            rest,
            &Token {
                kind: Kind::Value(slot),
                ..
            },
        ) => Ok((rest, Constant::Placeholder(slot))),
        _ => input.error(),
    }
}

/// Which operands a language has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// Paths, values and functions, in parentheses or not.
    Condition,
    /// Also one sign a value.
    Update,
}

/// An operand of a condition.
pub(super) fn condition_operand(input: Tokens<'_>) -> Part<'_, Operand> {
    Nest::read(input, Dialect::Condition)
}

/// A value of SET.
pub(super) fn assigned_value(input: Tokens<'_>) -> Part<'_, Operand> {
    Nest::read(input, Dialect::Update)
}

/// What has begun around the operand that is being read.
enum Frame {
    Call(Function, Vec<Operand>),
    Group,
    /// The left side of a sum or difference.
    Left(Operand, Sign),
}

/// Reads an operand with a stack of its own in place of recursion.
struct Nest {
    dialect: Dialect,
    open: Vec<Frame>,
}

impl Nest {
    fn read(mut input: Tokens<'_>, dialect: Dialect) -> Part<'_, Operand> {
        let mut nest = Self {
            dialect,
            open: Vec::new(),
        };
        loop {
            while let Some((rest, frame)) = nest.opening(input) {
                nest.open.push(frame);
                input = rest;
            }
            let (rest, operand) = alt((map(path, Operand::Path), map(constant, Operand::Value))).parse(input)?;
            let (rest, whole) = nest.close(rest, operand)?;
            match whole {
                Some(operand) => return Ok((rest, operand)),
                None => input = rest,
            }
        }
    }

    /// What opens at the next token: a call or a group.
    fn opening<'t>(&self, input: Tokens<'t>) -> Option<(Tokens<'t>, Frame)> {
        match (input.peek()?, input.peek_second()) {
            (Kind::Identifier, Some(Kind::Open)) => {
                // An unknown function is refused after the whole text is parsed; until then another one stands in for it.
                let function = Function::named(input.0[0].text).unwrap_or(Function::Size);
                Some((input.take_from(2), Frame::Call(function, Vec::new())))
            }
            (Kind::Open, _) => Some((input.take_from(1), Frame::Group)),
            _ => None,
        }
    }

    /// Ends what the operand that was just read ends; `None` when another operand has to follow.
    fn close<'t>(&mut self, mut input: Tokens<'t>, mut operand: Operand) -> Part<'t, Option<Operand>> {
        let mut may_be_left = self.dialect == Dialect::Update;
        loop {
            let frame = self.open.pop();
            if may_be_left
                && matches!(frame, None | Some(Frame::Group))
                && let Ok((rest, sign)) = sign(input)
            {
                self.open.extend(frame);
                self.open.push(Frame::Left(operand, sign));
                return Ok((rest, None));
            }
            match frame {
                None => return Ok((input, Some(operand))),
                Some(Frame::Left(left, sign)) => {
                    let right = operand;
                    operand = Operand::Arithmetic(Box::new(Arithmetic { sign, left, right }));
                    may_be_left = false;
                    continue;
                }
                Some(Frame::Group) => {
                    (input, _) = token(Kind::Close)(input)?;
                }
                Some(Frame::Call(function, mut arguments)) => {
                    arguments.push(operand);
                    if let Ok((rest, _)) = token(Kind::Comma)(input) {
                        self.open.push(Frame::Call(function, arguments));
                        return Ok((rest, None));
                    }
                    (input, _) = token(Kind::Close)(input)?;
                    operand = Operand::Call(Call { function, arguments });
                }
            }
            may_be_left = self.dialect == Dialect::Update;
        }
    }
}

fn sign(input: Tokens<'_>) -> Result<(Tokens<'_>, Sign), nom::Err<Refusal>> {
    let (rest, token) = input.next()?;
    match token.kind {
        Kind::Plus => Ok((rest, Sign::Plus)),
        Kind::Minus => Ok((rest, Sign::Minus)),
        _ => input.error(),
    }
}
