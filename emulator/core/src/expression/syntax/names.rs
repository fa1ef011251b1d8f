//! Checks of names and functions, on texts that a grammar has accepted.

use smol_str::SmolStr;

use super::super::ast::{Call, Condition, Function, Operand, Role};
use super::super::error::SyntaxError;
use super::super::reserved::is_reserved;
use super::tokens::{Kind, Token};
use super::{PATH_ELEMENTS_MAX, list_index};

/// Refuses the first function of a condition whose name is unknown, or that only updates have.
pub(super) fn check_condition_functions(tokens: &[Token<'_>]) -> Result<(), SyntaxError> {
    functions(tokens).try_for_each(|function| match function? {
        function if function.role() == Role::Update => Err(SyntaxError::NotInCondition(function)),
        _ => Ok(()),
    })
}

/// Refuses the first function of an update whose name is unknown, or that only conditions have.
pub(super) fn check_update_functions(tokens: &[Token<'_>]) -> Result<(), SyntaxError> {
    functions(tokens).try_for_each(|function| match function? {
        function if function.role() != Role::Update => Err(SyntaxError::NotInUpdate(function)),
        _ => Ok(()),
    })
}

fn functions(tokens: &[Token<'_>]) -> impl Iterator<Item = Result<Function, SyntaxError>> {
    let calls = tokens.windows(2).filter(|pair| is_call(pair)).map(|pair| pair[0].text);
    calls.map(|name| Function::named(name).ok_or_else(|| SyntaxError::UnknownFunction(SmolStr::new(name))))
}

/// Refuses the first attribute name that is a reserved word, then positions beyond every list and paths that are too long.
pub(super) fn check_attributes(tokens: &[Token<'_>]) -> Result<(), SyntaxError> {
    let names = (0..tokens.len()).filter(|&at| tokens[at].kind == Kind::Identifier && !is_call(&tokens[at..]));
    for at in names {
        if is_reserved(tokens[at].text) {
            return Err(SyntaxError::ReservedWord(SmolStr::new(tokens[at].text)));
        }
    }
    let mut positions = tokens.iter().filter(|token| token.kind == Kind::Digits);
    if let Some(token) = positions.find(|token| list_index(token.text).is_none()) {
        return Err(SyntaxError::ListIndex(SmolStr::new(token.text)));
    }
    check_path_lengths(tokens)
}

/// Counts the steps of each path on the tokens: every dot and bracket begins one.
fn check_path_lengths(tokens: &[Token<'_>]) -> Result<(), SyntaxError> {
    let mut elements = 1;
    for token in tokens {
        match token.kind {
            Kind::Dot | Kind::OpenBracket => elements += 1,
            Kind::Identifier | Kind::Name(_) | Kind::Digits | Kind::CloseBracket => {}
            _ => elements = 1,
        }
        if elements > PATH_ELEMENTS_MAX {
            return Err(SyntaxError::PathTooDeep(elements));
        }
    }
    Ok(())
}

/// Refuses functions where they may not stand: a condition as an operand, an operand as a condition.
pub(super) fn check_places(tree: &Condition) -> Result<(), SyntaxError> {
    tree.try_each_leaf(&mut |leaf| match leaf {
        Condition::Call(call) => check_place(call, Role::Condition),
        Condition::Compare { left, right, .. } => check_operands([left, right]),
        Condition::Between { value, low, high } => check_operands([value, low, high]),
        Condition::In { value, candidates } => check_operands([value].into_iter().chain(candidates)),
        Condition::And(_) | Condition::Or(_) | Condition::Not(_) => Ok(()),
    })
}

fn check_operands<'t>(operands: impl IntoIterator<Item = &'t Operand>) -> Result<(), SyntaxError> {
    operands.into_iter().try_for_each(|operand| match operand {
        Operand::Call(call) => check_place(call, Role::Operand),
        _ => Ok(()),
    })
}

fn check_place(call: &Call, wanted: Role) -> Result<(), SyntaxError> {
    if call.function.role() != wanted {
        return Err(SyntaxError::MisplacedFunction(call.function));
    }
    check_operands(&call.arguments)
}

fn is_call(tokens: &[Token<'_>]) -> bool {
    matches!(tokens, [name, open, ..] if name.kind == Kind::Identifier && open.kind == Kind::Open)
}
