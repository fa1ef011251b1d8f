//! Operators between expressions, and how strongly they bind.

use super::super::super::ast::Comparator;
use super::super::tree::{Infix, Join, Sense};
use super::tokens::{Kind, Tokens};

/// An operator after an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Join(Join),
    Infix(Infix),
    Is(Sense),
    In(Sense),
    Between(Sense),
}

/// How strongly NOT binds what comes after it.
pub(super) const NOT_STRENGTH: u8 = 3;

impl Operator {
    /// The operator that the next tokens are, and how many they are.
    pub(super) fn next(input: Tokens<'_>) -> Option<(Self, usize)> {
        let compare = |comparator| Some((Self::Infix(Infix::Compare(comparator)), 1));
        let other = |text| Some((Self::Infix(Infix::Other(text)), 1));
        match input.kind()? {
            Kind::Symbol("=") => compare(Comparator::Equal),
            Kind::Symbol("<>" | "!=") => compare(Comparator::NotEqual),
            Kind::Symbol("<") => compare(Comparator::Less),
            Kind::Symbol("<=") => compare(Comparator::LessOrEqual),
            Kind::Symbol(">") => compare(Comparator::Greater),
            Kind::Symbol(">=") => compare(Comparator::GreaterOrEqual),
            Kind::Symbol(symbol @ ("+" | "-" | "||" | "*" | "/" | "%")) => other(symbol),
            Kind::Keyword("not") => Self::negated(input.skip(1)).map(|operator| (operator, 2)),
            Kind::Keyword("is") if input.skip(1).is_keyword("not") => Some((Self::Is(Sense::Negated), 2)),
            Kind::Keyword(word) => Self::of_word(word).map(|operator| (operator, 1)),
            _ => None,
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "and" => Self::Join(Join::And),
            "or" => Self::Join(Join::Or),
            "is" => Self::Is(Sense::Plain),
            "in" => Self::In(Sense::Plain),
            "between" => Self::Between(Sense::Plain),
            "like" => Self::Infix(Infix::Other("LIKE")),
            _ => return None,
        })
    }

    fn negated(after: Tokens<'_>) -> Option<Self> {
        match after.kind()? {
            Kind::Keyword("in") => Some(Self::In(Sense::Negated)),
            Kind::Keyword("between") => Some(Self::Between(Sense::Negated)),
            Kind::Keyword("like") => Some(Self::Infix(Infix::Other("NOT_LIKE"))),
            _ => None,
        }
    }

    /// How strongly the operator binds; a stronger one takes the expression between two.
    pub(super) fn strength(self) -> u8 {
        match self {
            Self::Join(Join::Or) => 1,
            Self::Join(Join::And) => 2,
            Self::Infix(Infix::Compare(Comparator::Equal | Comparator::NotEqual)) | Self::Is(_) | Self::In(_) => 4,
            Self::Infix(Infix::Compare(_) | Infix::Other("LIKE" | "NOT_LIKE")) | Self::Between(_) => 5,
            Self::Infix(Infix::Other("+" | "-" | "||")) => 6,
            Self::Infix(Infix::Other(_)) => 7,
        }
    }
}
