//! Terms that are refused wherever they stand (observed-partiql.md §6, "Which refusal wins", 2): unknown functions, queries, types behind IS,
//! MISSING, too many operators, literals. They come before everything that is wrong between terms.

use smol_str::SmolStr;

use super::super::ast::{Function, Role};
use super::super::syntax::OPERATORS_MAX;
use super::error::{Span, StatementError};
use super::literal::{is_literal, template};
use super::tree::{Expr, ExprKind, Prefix, Sense, TypeName};

/// What stands in a clause: which functions it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clause {
    Where,
    Set,
}

/// Checks the terms of a WHERE clause.
pub(super) fn check_condition(expr: &Expr) -> Result<(), StatementError> {
    match operators(expr) {
        count if count > OPERATORS_MAX => return Err(StatementError::TooManyOperators(count)),
        _ => {}
    }
    check(expr, Clause::Where)
}

/// Checks the terms of a value of SET, in which the functions of sets may only be the whole.
pub(super) fn check_value(expr: &Expr) -> Result<(), StatementError> {
    match &expr.kind {
        ExprKind::Call(name, arguments) if set_function(name) => {
            arguments.iter().try_for_each(|argument| check(argument, Clause::Set))
        }
        _ => check(expr, Clause::Set),
    }
}

/// Whether a name is one of the functions that change sets.
pub(super) fn set_function(name: &str) -> bool {
    name.eq_ignore_ascii_case("set_add") || name.eq_ignore_ascii_case("set_delete")
}

/// The function with this name in a clause.
pub(super) fn function(name: &str, clause: Clause) -> Option<Function> {
    let function = Function::named(&name.to_ascii_lowercase())?;
    let belongs = match clause {
        Clause::Where => matches!(function.role(), Role::Condition | Role::Operand),
        Clause::Set => function == Function::ListAppend,
    };
    belongs.then_some(function)
}

/// What is wrong with a function that a clause does not have.
fn unknown(name: SmolStr, clause: Clause, span: Span) -> StatementError {
    match function(&name, Clause::Where) {
        Some(function) if clause == Clause::Set => StatementError::FunctionInUpdate(function),
        _ => StatementError::UnknownFunction(name, span),
    }
}

fn check(expr: &Expr, clause: Clause) -> Result<(), StatementError> {
    let all = |items: &[Expr]| items.iter().try_for_each(|item| check(item, clause));
    match &expr.kind {
        kind if is_literal(kind) => template(expr).map(|_| ()),
        ExprKind::Call(name, arguments) => {
            if function(name, clause).is_none() {
                return Err(match arguments.as_slice() {
                    [
                        Expr {
                            kind: ExprKind::Query(query),
                            ..
                        },
                    ] => StatementError::Query(query.span),
                    _ => unknown(name.to_ascii_lowercase().into(), clause, expr.span),
                });
            }
            all(arguments)
        }
        ExprKind::Joined(_, items) => all(items),
        ExprKind::Prefix(_, inner) => check(inner, clause),
        ExprKind::Infix(_, sides) => all(sides.as_slice()),
        ExprKind::In(sides, _) => check_in(sides, clause),
        ExprKind::Between(parts, _) => all(parts.as_slice()),
        ExprKind::Is(inner, kind, _) => {
            if !matches!(inner.kind, ExprKind::Missing) {
                check(inner, clause)?;
            }
            check_type(kind, inner)
        }
        ExprKind::Missing => Err(StatementError::Missing),
        ExprKind::Query(query) => Err(StatementError::Query(query.span)),
        _ => Ok(()),
    }
}

/// The candidates of IN are expressions, and no literal as a whole.
fn check_in(sides: &[Expr; 2], clause: Clause) -> Result<(), StatementError> {
    check(&sides[0], clause)?;
    match &sides[1].kind {
        ExprKind::List(items) => items.iter().try_for_each(|item| check(item, clause)),
        _ => check(&sides[1], clause),
    }
}

fn check_type(kind: &TypeName, inner: &Expr) -> Result<(), StatementError> {
    match untestable(kind.word) {
        Some(name) => Err(StatementError::IsType(name, inner.span)),
        None => Ok(()),
    }
}

/// What the service calls a type that IS cannot test.
fn untestable(word: &str) -> Option<&'static str> {
    Some(match word {
        "smallint" | "integer2" => "SmallintType",
        "int" | "integer" => "IntegerType",
        "int4" | "integer4" => "Integer4Type",
        "int8" | "bigint" | "integer8" => "Integer8Type",
        "float" => "FloatType",
        "real" => "RealType",
        "double precision" => "DoublePrecisionType",
        "decimal" | "dec" => "DecimalType",
        "timestamp" => "TimestampType",
        "date" => "DateType",
        "time" => "TimeType",
        "char" | "character" => "CharacterType",
        "varchar" | "character varying" => "CharacterVaryingType",
        "symbol" => "SymbolType",
        "clob" => "ClobType",
        "sexp" => "SexpType",
        "bag" => "BagType",
        "any" => "AnyType",
        _ => return None,
    })
}

/// Counts operators and calls; those with a NOT of their own are two.
fn operators(expr: &Expr) -> usize {
    let all = |items: &[Expr]| items.iter().map(operators).sum::<usize>();
    let negation = |sense: &Sense| 1 + usize::from(*sense == Sense::Negated);
    match &expr.kind {
        ExprKind::Call(_, arguments) => 1 + all(arguments),
        ExprKind::Joined(_, items) => items.len() - 1 + all(items),
        ExprKind::Prefix(Prefix::Not, inner) => 1 + operators(inner),
        ExprKind::Prefix(_, inner) => operators(inner),
        ExprKind::Infix(_, sides) => 1 + all(sides.as_slice()),
        ExprKind::In(sides, sense) => negation(sense) + all(sides.as_slice()),
        ExprKind::Between(parts, sense) => negation(sense) + all(parts.as_slice()),
        ExprKind::Is(inner, _, sense) => negation(sense) + operators(inner),
        ExprKind::List(items) => all(items),
        _ => 0,
    }
}
