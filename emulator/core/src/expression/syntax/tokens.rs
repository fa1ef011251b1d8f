//! Tokens, and the sequence of them that the grammars read.

use nom::error::{ErrorKind, ParseError};

use super::super::ast::{ClauseKeyword, NameSlot, ValueSlot};
use super::super::sequence::Sequence;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An attribute's or a function's name.
    Identifier,
    /// `#name`.
    Name(NameSlot),
    /// `:value`.
    Value(ValueSlot),
    /// Digits without superfluous zeros.
    Digits,
    And,
    Or,
    Not,
    In,
    Between,
    Clause(ClauseKeyword),
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Dot,
    Comma,
    /// A character that begins no token.
    Unreadable,
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    /// The offset of its first byte.
    pub(super) start: usize,
}

impl Token<'_> {
    /// The offset after its last byte.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Why a grammar refuses a sequence of tokens. The languages need one token of lookahead, so the furthest refusal is the offending token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The first of this many remaining tokens may not stand there; none remain at the end of the text.
    Unexpected { remaining: usize },
    /// A clause comes for the second time.
    Repeated(ClauseKeyword),
}

/// The result of a part of a grammar.
pub(super) type Part<'t, T> = nom::IResult<Tokens<'t>, T, Refusal>;

impl<'t> ParseError<Tokens<'t>> for Refusal {
    fn from_error_kind(input: Tokens<'t>, _: ErrorKind) -> Self {
        Self::Unexpected {
            remaining: input.0.len(),
        }
    }

    fn append(_: Tokens<'t>, _: ErrorKind, other: Self) -> Self {
        other
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unexpected { remaining: one }, Self::Unexpected { remaining: two }) => Self::Unexpected {
                remaining: one.min(two),
            },
            (repeated @ Self::Repeated(_), _) | (_, repeated) => repeated,
        }
    }
}

impl From<nom::Err<Self>> for Refusal {
    fn from(error: nom::Err<Self>) -> Self {
        match error {
            nom::Err::Error(refusal) | nom::Err::Failure(refusal) => refusal,
            nom::Err::Incomplete(_) => unreachable!("the grammars read whole texts"),
        }
    }
}

/// The tokens that remain to be read.
pub(super) type Tokens<'t> = Sequence<'t, Token<'t>>;

impl<'t> Tokens<'t> {
    /// The kind of the next token.
    pub(super) fn peek(self) -> Option<Kind> {
        self.0.first().map(|token| token.kind)
    }

    /// The kind of the token after the next.
    pub(super) fn peek_second(self) -> Option<Kind> {
        self.0.get(1).map(|token| token.kind)
    }

    /// The refusal of the next token.
    pub(super) fn refuse(self) -> Refusal {
        Refusal::Unexpected {
            remaining: self.0.len(),
        }
    }

    /// The refusal of the next token, in nom's terms.
    pub(super) fn error<T>(self) -> Part<'t, T> {
        Err(nom::Err::Error(self.refuse()))
    }

    /// Reads one token.
    pub(super) fn next(self) -> Part<'t, &'t Token<'t>> {
        match self.0.split_first() {
            Some((token, rest)) => Ok((Sequence(rest), token)),
            None => self.error(),
        }
    }

    /// Refuses what is left of the text.
    pub(super) fn end(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(self.refuse()) }
    }
}

/// Reads one token of a kind.
pub(super) fn token<'t>(kind: Kind) -> impl Fn(Tokens<'t>) -> Part<'t, &'t Token<'t>> {
    move |input| match input.peek() {
        Some(found) if found == kind => input.next(),
        _ => input.error(),
    }
}
