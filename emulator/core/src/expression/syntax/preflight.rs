//! What the service refuses on the bare tokens, before any grammar reads them (observed-expressions.md §3, §4).

use super::super::error::SyntaxError;
use super::OPERATORS_MAX;
use super::tokens::{Kind, Token};

/// Refuses superfluous parentheses and too many operators.
pub(super) fn check(tokens: &[Token<'_>]) -> Result<(), SyntaxError> {
    if has_redundant_parentheses(tokens) {
        return Err(SyntaxError::RedundantParentheses);
    }
    match count_operators(tokens) {
        count if count > OPERATORS_MAX => Err(SyntaxError::TooManyOperators(count)),
        _ => Ok(()),
    }
}

/// Whether a group's whole content is one group. The parentheses of a call and of IN are part of those, and group nothing.
fn has_redundant_parentheses(tokens: &[Token<'_>]) -> bool {
    let is_group = |start: usize| {
        let before = start.checked_sub(1).map(|at| tokens[at].kind);
        !matches!(before, Some(Kind::Identifier | Kind::In))
    };
    let mut open = Vec::new();
    // The group that was closed last, by the places of its parentheses.
    let mut closed = None;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => open.push(at),
            Kind::Close => {
                let Some(start) = open.pop() else { continue };
                if closed == Some((start + 1, at.wrapping_sub(1))) && is_group(start) {
                    return true;
                }
                closed = Some((start, at));
            }
            _ => {}
        }
    }
    false
}

/// Counts operators and functions. BETWEEN is counted by its AND.
fn count_operators(tokens: &[Token<'_>]) -> usize {
    let calls = tokens
        .windows(2)
        .filter(|pair| pair[0].kind == Kind::Identifier && pair[1].kind == Kind::Open)
        .count();
    let is_update = matches!(tokens.first().map(|token| token.kind), Some(Kind::Clause(_)));
    let operators = tokens.iter().filter(|token| match token.kind {
        // The equals sign of SET assigns.
        Kind::Equal => !is_update,
        Kind::And
        | Kind::Or
        | Kind::Not
        | Kind::In
        | Kind::NotEqual
        | Kind::Less
        | Kind::LessOrEqual
        | Kind::Greater
        | Kind::GreaterOrEqual
        | Kind::Plus
        | Kind::Minus => true,
        _ => false,
    });
    calls + operators.count()
}
