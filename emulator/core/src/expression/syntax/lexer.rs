//! From text to tokens (observed-expressions.md §1).
//!
//! Every text has tokens: what begins none is a token of one character that no grammar accepts. Placeholders are numbered as they come.

use std::collections::HashMap;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{anychar, char, satisfy};
use nom::combinator::{fail, map, recognize};
use nom::sequence::pair;
use nom::{IResult, Parser};
use smol_str::SmolStr;

use super::super::ast::{ClauseKeyword, Mention, NameSlot, Syntax, ValueSlot};
use super::tokens::{Kind, Token};

/// The tokens of a text, and the placeholders among them.
#[derive(Debug)]
pub(super) struct Lexed<'a> {
    pub(super) tokens: Vec<Token<'a>>,
    names: Mentions<'a>,
    values: Mentions<'a>,
}

impl Lexed<'_> {
    /// The tree that a grammar made of the tokens, with its placeholders.
    pub(super) fn into_syntax<T>(self, tree: T) -> Syntax<T> {
        Syntax {
            tree,
            names: self.names.list.into(),
            values: self.values.list.into(),
        }
    }
}

/// Distinct placeholders in the order of their first mention.
#[derive(Debug, Default)]
struct Mentions<'a> {
    list: Vec<Mention>,
    slots: HashMap<&'a str, u16>,
}

impl<'a> Mentions<'a> {
    /// The slot of a placeholder. A text holds at most 2,048 of them.
    fn slot(&mut self, placeholder: &'a str, order: u16) -> u16 {
        *self.slots.entry(placeholder).or_insert_with(|| {
            self.list.push(Mention {
                placeholder: SmolStr::new(placeholder),
                order,
            });
            (self.list.len() - 1) as u16
        })
    }
}

/// What a run of characters is, before placeholders are numbered.
#[derive(Clone, Copy)]
enum Raw {
    Plain(Kind),
    Name,
    Value,
}

/// Splits a text into tokens.
pub(super) fn lex(text: &str) -> Lexed<'_> {
    let mut lexed = Lexed {
        tokens: Vec::with_capacity(text.len() / 3),
        names: Mentions::default(),
        values: Mentions::default(),
    };
    let mut mentions = 0;
    let mut rest = text.trim_start_matches(is_blank);
    while let Ok((after, (raw, written))) = raw_token(rest) {
        let kind = match raw {
            Raw::Plain(kind) => kind,
            Raw::Name => Kind::Name(NameSlot(lexed.names.slot(written, mentions))),
            Raw::Value => Kind::Value(ValueSlot(lexed.values.slot(written, mentions))),
        };
        mentions += u16::from(!matches!(raw, Raw::Plain(_)));
        lexed.tokens.push(Token {
            kind,
            text: written,
            start: text.len() - rest.len(),
        });
        rest = after.trim_start_matches(is_blank);
    }
    lexed
}

/// Reads one token; fails at the end of the text alone.
fn raw_token(input: &str) -> IResult<&str, (Raw, &str)> {
    alt((
        map(recognize(pair(char('#'), take_while1(is_word))), |text| {
            (Raw::Name, text)
        }),
        map(recognize(pair(char(':'), take_while1(is_word))), |text| {
            (Raw::Value, text)
        }),
        map(word, |text| (Raw::Plain(keyword(text)), text)),
        map(digits, |text| (Raw::Plain(Kind::Digits), text)),
        map(symbol, |(kind, text)| (Raw::Plain(kind), text)),
        map(recognize(anychar), |text| (Raw::Plain(Kind::Unreadable), text)),
    ))
    .parse(input)
}

/// A letter comes first: an underscore there is a token of its own.
fn word(input: &str) -> IResult<&str, &str> {
    let first = satisfy(|c| c.is_ascii_alphabetic());
    recognize(pair(first, take_while(is_word))).parse(input)
}

/// A zero stands alone: the digits after it are another token.
fn digits(input: &str) -> IResult<&str, &str> {
    let number = recognize(pair(
        satisfy(|c| matches!(c, '1'..='9')),
        take_while(|c: char| c.is_ascii_digit()),
    ));
    alt((tag("0"), number)).parse(input)
}

fn symbol(input: &str) -> IResult<&str, (Kind, &str)> {
    const SYMBOLS: [(&str, Kind); 14] = [
        ("<>", Kind::NotEqual),
        ("<=", Kind::LessOrEqual),
        (">=", Kind::GreaterOrEqual),
        ("=", Kind::Equal),
        ("<", Kind::Less),
        (">", Kind::Greater),
        ("+", Kind::Plus),
        ("-", Kind::Minus),
        ("(", Kind::Open),
        (")", Kind::Close),
        ("[", Kind::OpenBracket),
        ("]", Kind::CloseBracket),
        (".", Kind::Dot),
        (",", Kind::Comma),
    ];
    // The longer symbols come first in the table.
    match SYMBOLS.iter().find(|(symbol, _)| input.starts_with(symbol)) {
        Some(&(symbol, kind)) => map(tag(symbol), |text| (kind, text)).parse(input),
        None => fail().parse(input),
    }
}

fn keyword(word: &str) -> Kind {
    const KEYWORDS: [(&str, Kind); 9] = [
        ("AND", Kind::And),
        ("OR", Kind::Or),
        ("NOT", Kind::Not),
        ("IN", Kind::In),
        ("BETWEEN", Kind::Between),
        ("SET", Kind::Clause(ClauseKeyword::Set)),
        ("REMOVE", Kind::Clause(ClauseKeyword::Remove)),
        ("ADD", Kind::Clause(ClauseKeyword::Add)),
        ("DELETE", Kind::Clause(ClauseKeyword::Delete)),
    ];
    KEYWORDS
        .iter()
        .find(|(keyword, _)| keyword.eq_ignore_ascii_case(word))
        .map_or(Kind::Identifier, |(_, kind)| *kind)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}
