//! Tokens of a statement, and the sequence of them that the grammar reads.

use nom::error::{ErrorKind, ParseError};
use smol_str::SmolStr;

use super::super::super::sequence::Sequence;
use super::super::error::{Malformed, Span};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A bare name.
    Name,
    /// A name in double quotes.
    QuotedName,
    /// A word that PartiQL keeps for itself, in lower case.
    Keyword(&'static str),
    Number,
    String,
    /// A literal between backticks.
    Ion,
    /// `?`, and how many came before it.
    Parameter(usize),
    /// Everything that is made of other characters.
    Symbol(&'static str),
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    /// As written, quotes included.
    pub(super) text: &'a str,
    pub(super) span: Span,
}

impl Token<'_> {
    /// The name that a name or a word spells.
    pub(super) fn name(&self) -> SmolStr {
        match self.kind {
            Kind::QuotedName => unquoted(self.text, "\""),
            _ => SmolStr::new(self.text),
        }
    }

    /// The text that a string spells.
    pub(super) fn string(&self) -> SmolStr {
        unquoted(self.text, "'")
    }

    pub(super) fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Name | Kind::QuotedName)
    }
}

/// What stands between quotes; two of them inside are one.
fn unquoted(text: &str, quote: &str) -> SmolStr {
    let inner = &text[1..text.len() - 1];
    if inner.contains(quote) {
        inner.replace(&quote.repeat(2), quote).into()
    } else {
        SmolStr::new(inner)
    }
}

/// The tokens that remain to be read.
pub(super) type Tokens<'t> = Sequence<'t, Token<'t>>;

/// The result of a part of the grammar.
pub(super) type Part<'t, T> = nom::IResult<Tokens<'t>, T, Refusal>;

/// Why the grammar refuses a sequence of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// For this reason.
    Reason(Malformed),
    /// More has begun than the parser keeps open.
    TooDeep,
}

impl<'t> ParseError<Tokens<'t>> for Refusal {
    fn from_error_kind(_: Tokens<'t>, _: ErrorKind) -> Self {
        Self::Reason(Malformed::UnexpectedTerm)
    }

    fn append(_: Tokens<'t>, _: ErrorKind, other: Self) -> Self {
        other
    }
}

impl From<nom::Err<Self>> for Refusal {
    fn from(error: nom::Err<Self>) -> Self {
        match error {
            nom::Err::Error(refusal) | nom::Err::Failure(refusal) => refusal,
            nom::Err::Incomplete(_) => unreachable!("the grammar reads whole texts"),
        }
    }
}

/// Refuses what was read for a reason.
pub(super) fn refuse<'t, T>(reason: Malformed) -> Part<'t, T> {
    Err(nom::Err::Failure(Refusal::Reason(reason)))
}

impl<'t> Tokens<'t> {
    /// The next token.
    pub(super) fn head(self) -> Option<&'t Token<'t>> {
        self.0.first()
    }

    /// The kind of the next token.
    pub(super) fn kind(self) -> Option<Kind> {
        self.head().map(|token| token.kind)
    }

    /// What is left after so many tokens.
    pub(super) fn skip(self, count: usize) -> Self {
        Sequence(&self.0[count..])
    }

    /// Whether the next token is this keyword.
    pub(super) fn is_keyword(self, word: &str) -> bool {
        matches!(self.kind(), Some(Kind::Keyword(found)) if found == word)
    }

    /// Whether the next tokens are these keywords.
    pub(super) fn are_keywords(self, words: &[&str]) -> bool {
        words
            .iter()
            .enumerate()
            .all(|(at, word)| self.0.len() > at && self.skip(at).is_keyword(word))
    }

    /// Whether the next token is this symbol.
    pub(super) fn is_symbol(self, symbol: &str) -> bool {
        matches!(self.kind(), Some(Kind::Symbol(found)) if found == symbol)
    }
}

/// Reads a symbol, or refuses what stands in its place.
pub(super) fn symbol<'t>(wanted: &'static str, reason: Malformed) -> impl Fn(Tokens<'t>) -> Part<'t, &'t Token<'t>> {
    move |input| match input.head() {
        Some(token) if input.is_symbol(wanted) => Ok((input.skip(1), token)),
        _ => refuse(reason),
    }
}

/// Reads keywords one after the other, or refuses what stands in their place.
pub(super) fn keywords<'t>(wanted: &'static [&'static str], reason: Malformed) -> impl Fn(Tokens<'t>) -> Part<'t, ()> {
    move |input| match input.are_keywords(wanted) {
        true => Ok((input.skip(wanted.len()), ())),
        false => refuse(reason),
    }
}
