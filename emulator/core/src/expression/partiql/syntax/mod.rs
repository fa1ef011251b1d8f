//! From the text of a statement to its tree.
//!
//! The [`lexer`] makes tokens, the grammar reads them: statements by nom's combinators, expressions with operators by a parser with a stack of
//! its own, so that no text can exhaust the stack. What is refused here is the text alone; what the words mean is the business of
//! [`lower`](super::lower).

mod expression;
mod ion;
mod keywords;
mod lexer;
mod operator;
mod statement;
mod term;
mod tokens;
mod types;

use smol_str::SmolStr;

use super::super::sequence::Sequence;
use super::error::{Malformed, StatementError};
use super::tree::Statement;
use tokens::{Kind, Refusal, Token, Tokens};

/// Longest statement, in characters (observed-partiql.md §1). Longer ones never get here.
pub const CHARACTERS_MAX: usize = 8_192;

/// A tree, or why there is none; and of a SELECT what it seems to read, which the service looks at before the syntax.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Read {
    pub(super) outcome: Result<(Statement, usize), StatementError>,
    pub(super) index: Option<(SmolStr, SmolStr)>,
}

/// Reads a statement, and how many parameters it has.
pub(super) fn read(text: &str) -> Read {
    let Some(tokens) = lexer::lex(text) else {
        return Read {
            outcome: Err(Malformed::Unreadable.into()),
            index: None,
        };
    };
    let tokens = Sequence(tokens.as_slice());
    Read {
        outcome: parse(tokens),
        index: index_read(tokens),
    }
}

fn parse(tokens: Tokens<'_>) -> Result<(Statement, usize), StatementError> {
    check_select_list(tokens)?;
    let (rest, statement) = statement::statement(tokens).map_err(|error| match Refusal::from(error) {
        Refusal::Reason(reason) => StatementError::Malformed(reason),
        Refusal::TooDeep => StatementError::TooDeep,
    })?;
    match (rest.is_symbol(";"), rest.0.len()) {
        (_, 0) | (true, 1) => {}
        (true, _) => return Err(Malformed::TokenAfterSemicolon.into()),
        (false, _) => return Err(Malformed::TokenAfterExpression.into()),
    }
    let is_parameter = |token: &&Token<'_>| matches!(token.kind, Kind::Parameter(_));
    Ok((statement, tokens.0.iter().filter(is_parameter).count()))
}

/// Refuses a call in a select list, which the service does before it reads the rest.
fn check_select_list(tokens: Tokens<'_>) -> Result<(), StatementError> {
    if !tokens.is_keyword("select") {
        return Ok(());
    }
    let list = (1..tokens.0.len()).map(|at| tokens.skip(at));
    let call = list
        .take_while(|rest| !rest.is_keyword("from"))
        .find(|rest| term::opens_call(*rest));
    match call.and_then(Tokens::head) {
        Some(name) => Err(StatementError::SelectedCall(name.span)),
        None => Ok(()),
    }
}

/// The table and index that a SELECT names, as far as tokens tell.
fn index_read(tokens: Tokens<'_>) -> Option<(SmolStr, SmolStr)> {
    let from = tokens.0.iter().position(|token| token.kind == Kind::Keyword("from"))?;
    match &tokens.0[from + 1..] {
        [table, dot, index, ..] if tokens.is_keyword("select") && dot.kind == Kind::Symbol(".") => {
            (table.is_name() && index.is_name()).then(|| (table.name(), index.name()))
        }
        _ => None,
    }
}
