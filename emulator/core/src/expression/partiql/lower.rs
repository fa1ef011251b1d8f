//! From trees to statements that can be executed, with everything that the text alone decides (observed-partiql.md §5, §6).
//!
//! Order: the table's name and what the statement is, terms (WHERE, then SET, then VALUE), operands in the same order.

use smol_str::{SmolStr, format_smolstr};

use super::condition::{Constants, condition, path};
use super::error::StatementError;
use super::literal::{self, is_literal, kind_name};
use super::statement::{Action, OrderTerm, Select, Target};
use super::terms;
use super::tree::{
    self, Clause, Expr, ExprKind, Order, ReturnedImage, ReturnedPart, Returning, Source, Statement, Step,
};
use super::update::changes;
use crate::model::Name;

/// What a statement does.
pub(super) fn action(tree: &Statement, constants: &mut Constants) -> Result<Action, StatementError> {
    match tree {
        Statement::Select(tree) => select(tree, constants).map(Action::Select),
        Statement::Insert(insert) => self::insert(insert),
        Statement::Update(update) => self::update(update, constants),
        Statement::Delete(delete) => self::delete(delete, constants),
        Statement::Bare => Err(StatementError::Source),
        Statement::Expression(expr) => expression(expr, constants),
    }
}

/// An expression in place of a statement: only EXISTS around a query is one.
fn expression(expr: &Expr, constants: &mut Constants) -> Result<Action, StatementError> {
    match &expr.kind {
        ExprKind::Call(name, arguments) if name.eq_ignore_ascii_case("exists") => match arguments.as_slice() {
            [
                Expr {
                    kind: ExprKind::Query(query),
                    ..
                },
            ] => select(query, constants).map(Action::Exists),
            _ => Err(StatementError::Exists),
        },
        ExprKind::Call(..)
        | ExprKind::Query(_)
        | ExprKind::Prefix(..)
        | ExprKind::Joined(..)
        | ExprKind::Infix(..)
        | ExprKind::In(..)
        | ExprKind::Between(..)
        | ExprKind::Is(_, _, tree::Sense::Negated) => Err(StatementError::Exists),
        kind => Err(StatementError::Unsupported(kind_name(kind))),
    }
}

fn select(tree: &tree::Select, constants: &mut Constants) -> Result<Select, StatementError> {
    let [source] = tree.sources.as_slice() else {
        return Err(StatementError::Source);
    };
    let target = target(source)?;
    let columns = tree
        .columns
        .as_ref()
        .map(|columns| columns.iter().map(column).collect());
    let columns = columns.transpose()?;
    let filter = filter(tree.filter.as_ref(), constants)?;
    Ok(Select {
        target,
        columns,
        filter,
        order: tree.order.iter().map(order_term).collect(),
    })
}

fn insert(tree: &tree::Insert) -> Result<Action, StatementError> {
    let target = names(&tree.target)?;
    if target.index.is_some() {
        return Err(StatementError::InsertIntoIndex(tree.target.span));
    }
    match &tree.value.kind {
        ExprKind::Map(entries) if tree.is_single => Ok(Action::Insert(target, literal::item(entries)?)),
        kind if tree.is_single && !matches!(kind, ExprKind::List(_) | ExprKind::Bag(_)) => {
            Err(StatementError::InsertedValue(tree.value.span))
        }
        _ => Err(StatementError::SeveralItems),
    }
}

fn update(tree: &tree::Update, constants: &mut Constants) -> Result<Action, StatementError> {
    let target = target(&tree.target)?;
    if let Some(filter) = &tree.filter {
        terms::check_condition(filter)?;
    }
    for clause in &tree.clauses {
        if let Clause::Set(assignments) = clause {
            assignments
                .iter()
                .try_for_each(|(_, value)| terms::check_value(value))?;
        }
    }
    let filter = filter(tree.filter.as_ref(), constants)?;
    let changes = changes(&tree.clauses, constants)?;
    Ok(Action::Update(target, changes, filter, tree.returning))
}

fn delete(tree: &tree::Delete, constants: &mut Constants) -> Result<Action, StatementError> {
    let target = target(&tree.target)?;
    if let Some(returning) = tree.returning {
        check_returning(returning)?;
    }
    let filter = filter(tree.filter.as_ref(), constants)?;
    Ok(Action::Delete(target, filter, tree.returning))
}

fn check_returning(returning: Returning) -> Result<(), StatementError> {
    Err(StatementError::Returning(match (returning.part, returning.image) {
        (ReturnedPart::All, ReturnedImage::Old) => return Ok(()),
        (ReturnedPart::All, ReturnedImage::New) => "ALL NEW",
        (ReturnedPart::Modified, ReturnedImage::Old) => "MODIFIED OLD",
        (ReturnedPart::Modified, ReturnedImage::New) => "MODIFIED NEW",
    }))
}

/// The condition of a WHERE clause.
fn filter(
    expr: Option<&Expr>,
    constants: &mut Constants,
) -> Result<Option<super::super::ast::Condition>, StatementError> {
    let Some(expr) = expr else { return Ok(None) };
    terms::check_condition(expr)?;
    condition(expr, constants).map(Some)
}

/// The table or index that a statement names, by no other name.
fn target(source: &Source) -> Result<Target, StatementError> {
    let target = names(&source.expr)?;
    match source.has_alias {
        true => Err(StatementError::Alias),
        false => Ok(target),
    }
}

fn names(expr: &Expr) -> Result<Target, StatementError> {
    let (root, steps) = match &expr.kind {
        ExprKind::Path(root, steps) => (root.as_ref(), steps.as_slice()),
        _ => (expr, &[][..]),
    };
    let ExprKind::Name(table) = &root.kind else {
        return Err(StatementError::Source);
    };
    let names = steps.iter().map(|step| match step {
        Step::Name(name, _) => Ok(name),
        _ => Err(StatementError::Source),
    });
    let names = names.collect::<Result<Vec<_>, _>>()?;
    if table.is_empty() || names.iter().any(|name| name.is_empty()) {
        return Err(StatementError::EmptyComponent);
    }
    match names.as_slice() {
        [] => Ok((table, None)),
        [index] => Ok((table, Some(*index))),
        _ => Err(StatementError::TooManyComponents),
    }
    .map(|(table, index)| Target {
        table: table.clone(),
        index: index.cloned(),
    })
}

/// A column: the name under which it comes back, which is the last of its path with the positions after it, and the path.
fn column(expr: &Expr) -> Result<(Name, super::super::ast::Path), StatementError> {
    use super::super::ast::Element;
    if is_literal(&expr.kind) {
        return Err(StatementError::PathComponent(expr.span));
    }
    let path = path(expr)?;
    let mut name = SmolStr::default();
    for element in path.elements() {
        name = match element {
            Element::Name(last) => last.clone(),
            Element::Index(index) => format_smolstr!("{name}[{index}]"),
            Element::Placeholder(_) => unreachable!("statements have no placeholders for names"),
        };
    }
    Ok((name, path))
}

fn order_term(order: &Order) -> Result<OrderTerm, StatementError> {
    let kind = match &order.expr.kind {
        ExprKind::Name(name) => {
            return Ok(OrderTerm {
                attribute: name.clone(),
                direction: order.direction,
            });
        }
        ExprKind::String(text) => text.clone(),
        kind => kind_name(kind).to_ascii_uppercase().into(),
    };
    Err(StatementError::OrderTerm(kind, order.expr.span))
}
