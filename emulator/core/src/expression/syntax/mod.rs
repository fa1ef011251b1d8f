//! From the text of an expression to its tree.
//!
//! A text goes through a size check, the [`lexer`], checks on the bare tokens, the grammar of its language, and checks of names and
//! functions; the first that refuses it decides the answer. The grammars hold no recursion and the checks on the tokens bound the number of
//! operators, so that no text can exhaust the stack: every level of a tree is an operator that was counted. Nothing here knows
//! what a placeholder stands for.

mod condition;
mod lexer;
mod names;
mod operand;
mod preflight;
mod projection;
mod tokens;
mod update;

use smol_str::SmolStr;

use super::ast::{Condition, Projection, Syntax, Update};
use super::error::SyntaxError;
use super::sequence::Sequence;
use lexer::Lexed;
use tokens::{Refusal, Tokens};

/// Longest text of an expression (observed-expressions.md §4).
pub const SIZE_BYTES_MAX: usize = 4_096;
/// Most operators and functions of an expression (observed-expressions.md §4).
pub const OPERATORS_MAX: usize = 300;
/// Most elements of a path (expressions.md §2).
pub const PATH_ELEMENTS_MAX: usize = 32;
/// Highest position in a list that can be written.
const LIST_INDEX_MAX: u32 = i32::MAX.unsigned_abs();

/// The position that these digits say, unless it is larger than any.
pub(super) fn list_index(digits: &str) -> Option<u32> {
    digits.parse().ok().filter(|index| *index <= LIST_INDEX_MAX)
}

/// What a grammar makes of all tokens of a text.
type Parsed<T> = Result<T, Refusal>;

/// Reads the text of a condition, a filter or a key condition.
pub(super) fn parse_condition(text: &str) -> Result<Syntax<Condition>, SyntaxError> {
    let (lexed, tree) = parse(text, condition::parse)?;
    names::check_condition_functions(&lexed.tokens)?;
    names::check_places(&tree)?;
    names::check_attributes(&lexed.tokens)?;
    Ok(lexed.into_syntax(tree))
}

/// Reads the text of an update.
pub(super) fn parse_update(text: &str) -> Result<Syntax<Update>, SyntaxError> {
    let (lexed, tree) = parse(text, update::parse)?;
    names::check_attributes(&lexed.tokens)?;
    names::check_update_functions(&lexed.tokens)?;
    Ok(lexed.into_syntax(tree))
}

/// Reads the text of a projection.
pub(super) fn parse_projection(text: &str) -> Result<Syntax<Projection>, SyntaxError> {
    let (lexed, tree) = parse(text, projection::parse)?;
    names::check_attributes(&lexed.tokens)?;
    Ok(lexed.into_syntax(tree))
}

fn parse<T>(text: &str, grammar: impl FnOnce(Tokens<'_>) -> Parsed<T>) -> Result<(Lexed<'_>, T), SyntaxError> {
    if text.is_empty() {
        return Err(SyntaxError::Empty);
    }
    if text.len() > SIZE_BYTES_MAX {
        return Err(SyntaxError::Size(text.len()));
    }
    let lexed = lexer::lex(text);
    preflight::check(&lexed.tokens)?;
    let tree = grammar(Sequence(&lexed.tokens)).map_err(|refusal| describe(text, &lexed, refusal))?;
    Ok((lexed, tree))
}

/// Words a refusal of the grammar with the text around the offending token (observed-expressions.md §2).
fn describe(text: &str, lexed: &Lexed<'_>, refusal: Refusal) -> SyntaxError {
    let tokens = &lexed.tokens;
    let remaining = match refusal {
        Refusal::Repeated(keyword) => return SyntaxError::RepeatedClause(keyword),
        Refusal::Unexpected { remaining } => remaining,
    };
    let at = tokens.len() - remaining;
    let unexpected = |token: &str, near: &str| SyntaxError::Unexpected {
        token: SmolStr::new(token),
        near: SmolStr::new(near),
    };
    match (tokens.get(at), tokens.last()) {
        (Some(token), Some(last)) => {
            let start = tokens[at.saturating_sub(1)].start;
            let end = tokens.get(at + 1).unwrap_or(last).end();
            unexpected(token.text, &text[start..end])
        }
        (None, Some(last)) => unexpected("<EOF>", last.text),
        (_, None) => unexpected("<EOF>", text),
    }
}
