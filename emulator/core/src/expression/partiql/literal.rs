//! Literals: from what is written to values, or to templates where a parameter is inside (observed-partiql.md §9).

use smol_str::SmolStr;

use super::error::StatementError;
use super::tree::{CaseForm, Expr, ExprKind, IonType};
use crate::model::number::{ExponentRange, NumberFault};
use crate::model::value::{DEPTH_MAX, Set};
use crate::model::{Name, Number, Value};

/// What the value of an attribute is called in a message.
const ROOT: &str = "root";

/// A value that may depend on parameters.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Template {
    Value(Value),
    /// The parameter with this number.
    Parameter(usize),
    List(Vec<Template>),
    Map(Vec<(Name, Template)>),
}

impl Template {
    /// The value with these parameters; there are enough.
    pub(super) fn fill(&self, parameters: &[Value]) -> Value {
        match self {
            Self::Value(value) => value.clone(),
            Self::Parameter(number) => parameters[*number].clone(),
            Self::List(items) => Value::L(items.iter().map(|item| item.fill(parameters)).collect()),
            Self::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(name, value)| (name.clone(), value.fill(parameters)));
                Value::M(entries.collect::<Vec<_>>().into())
            }
        }
    }

    /// A list of templates; a value if all of them are.
    fn list(items: Vec<Self>) -> Self {
        match items.iter().map(Self::value).collect::<Option<Vec<_>>>() {
            Some(values) => Self::Value(Value::L(values.into())),
            None => Self::List(items),
        }
    }

    /// A map of templates; a value if all of them are.
    fn map(entries: Vec<(Name, Self)>) -> Self {
        let values = entries.iter().map(|(name, value)| Some((name.clone(), value.value()?)));
        match values.collect::<Option<Vec<_>>>() {
            Some(values) => Self::Value(Value::M(values.into())),
            None => Self::Map(entries),
        }
    }

    fn value(&self) -> Option<Value> {
        match self {
            Self::Value(value) => Some(value.clone()),
            _ => None,
        }
    }
}

/// Whether an expression is read as a literal: everything that holds no name and calls nothing.
pub(super) fn is_literal(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::String(_)
            | ExprKind::Number(_)
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::Ion(_)
            | ExprKind::Parameter(_)
            | ExprKind::List(_)
            | ExprKind::Bag(_)
            | ExprKind::Map(_)
    )
}

/// Makes the value of a literal.
pub(super) fn template(expr: &Expr) -> Result<Template, StatementError> {
    read(expr, &mut String::from(ROOT), 0)
}

/// Makes the item of an INSERT; each attribute is a root of its own. A call directly at one is refused by its name, deeper ones are not.
pub(super) fn item(entries: &[(Expr, Expr)]) -> Result<Template, StatementError> {
    let read = |(key, value): &(Expr, Expr)| {
        let name = key_of(key, ROOT)?;
        let template = match &value.kind {
            ExprKind::Call(name, _) => Err(StatementError::InLiteral(name.clone(), ROOT.to_owned(), value.span)),
            _ => template(value),
        };
        Ok((name, template?))
    };
    entries.iter().map(read).collect::<Result<_, _>>().map(Template::map)
}

/// Reads a value inside so many lists and maps. `path` leads to it.
fn read(expr: &Expr, path: &mut String, around: usize) -> Result<Template, StatementError> {
    if around >= DEPTH_MAX {
        return Err(StatementError::Nesting(path.clone()));
    }
    Ok(match &expr.kind {
        ExprKind::String(text) => Template::Value(Value::S(text.clone())),
        ExprKind::Number(text) => Template::Value(Value::N(number(text, path)?)),
        ExprKind::Bool(flag) => Template::Value(Value::Bool(*flag)),
        ExprKind::Null => Template::Value(Value::Null),
        ExprKind::Parameter(number) => Template::Parameter(*number),
        ExprKind::Bag(members) => Template::Value(bag(members, path)?),
        ExprKind::List(items) => {
            let items = items.iter().enumerate().map(|(at, item)| {
                let length = path.len();
                path.push_str(&format!("[{at}]"));
                let item = read(item, path, around + 1);
                path.truncate(length);
                item
            });
            Template::list(items.collect::<Result<_, _>>()?)
        }
        ExprKind::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let name = key_of(key, path)?;
                let length = path.len();
                path.push('.');
                path.push_str(&name);
                let value = read(value, path, around + 1);
                path.truncate(length);
                Ok((name, value?))
            });
            Template::map(entries.collect::<Result<_, StatementError>>()?)
        }
        ExprKind::Missing => return Err(StatementError::Missing),
        ExprKind::Query(query) => return Err(StatementError::Query(query.span)),
        _ => return Err(unsupported(expr, path)),
    })
}

fn unsupported(expr: &Expr, path: &str) -> StatementError {
    match &expr.kind {
        ExprKind::Ion(kind) => StatementError::Ion(ion_name(*kind), path.to_owned(), expr.span),
        kind => StatementError::InLiteral(kind_name(kind).into(), path.to_owned(), expr.span),
    }
}

fn key_of(key: &Expr, path: &str) -> Result<Name, StatementError> {
    match &key.kind {
        ExprKind::String(name) if name.is_empty() => Err(StatementError::EmptyComponent),
        ExprKind::String(name) => Ok(name.clone()),
        _ => Err(unsupported(key, path)),
    }
}

fn number(text: &str, path: &str) -> Result<Number, StatementError> {
    Number::parse_within(text, ExponentRange::BigDecimal).map_err(|fault| match fault {
        NumberFault::NotANumber => StatementError::NotANumber(text.into()),
        fault => StatementError::Number(fault, path.to_owned()),
    })
}

/// A set: its first member decides of what.
fn bag(members: &[Expr], path: &str) -> Result<Value, StatementError> {
    match members.first().map(|first| (&first.kind, first.span)) {
        None => Err(StatementError::EmptyBag),
        Some((ExprKind::String(_), _)) => strings(members, path),
        Some((ExprKind::Number(_), _)) => numbers(members, path),
        Some((_, span)) => Err(StatementError::BagMember(Some(span))),
    }
}

/// A member that no bag takes, apart from its type.
fn check_member(member: &Expr, path: &str) -> Result<(), StatementError> {
    match &member.kind {
        ExprKind::Parameter(_) | ExprKind::Ion(_) => Err(unsupported(member, path)),
        _ => Ok(()),
    }
}

fn strings(members: &[Expr], path: &str) -> Result<Value, StatementError> {
    let texts = members.iter().map(|member| {
        check_member(member, path)?;
        match &member.kind {
            ExprKind::String(text) => Ok(text.clone()),
            _ => Err(StatementError::BagMember(Some(member.span))),
        }
    });
    let texts: Vec<SmolStr> = texts.collect::<Result<_, _>>()?;
    match Set::new(texts.clone()) {
        Some(set) => Ok(Value::Ss(set)),
        None => Err(StatementError::DuplicateStrings(texts)),
    }
}

fn numbers(members: &[Expr], path: &str) -> Result<Value, StatementError> {
    let mut written = Vec::with_capacity(members.len());
    let mut values = Vec::with_capacity(members.len());
    for member in members {
        check_member(member, path)?;
        match &member.kind {
            ExprKind::Number(text) => {
                values.push(number(text, path)?);
                written.push(text.clone());
            }
            ExprKind::Null => return Err(StatementError::NullInNumbers(path.to_owned())),
            _ => return Err(StatementError::BagMember(None)),
        }
    }
    match Set::new(values) {
        Some(set) => Ok(Value::Ns(set)),
        None => Err(StatementError::DuplicateNumbers(written, path.to_owned())),
    }
}

/// What the service calls an expression of this kind.
pub(super) fn kind_name(kind: &ExprKind) -> &'static str {
    match kind {
        ExprKind::Name(_) => "Id",
        ExprKind::Path(..) => "Path",
        ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Null | ExprKind::Ion(_) => "Lit",
        ExprKind::Missing => "Missing",
        ExprKind::Parameter(_) => "Parameter",
        ExprKind::List(_) => "List",
        ExprKind::Bag(_) => "Bag",
        ExprKind::Map(_) => "Struct",
        ExprKind::Call(..) => "Call",
        ExprKind::Is(..) => "IsType",
        ExprKind::Case(CaseForm::Simple) => "SimpleCase",
        ExprKind::Case(CaseForm::Searched) => "SearchedCase",
        ExprKind::Query(_) => "Select",
        ExprKind::Prefix(..)
        | ExprKind::Joined(..)
        | ExprKind::Infix(..)
        | ExprKind::In(..)
        | ExprKind::Between(..) => "NAry",
    }
}

fn ion_name(kind: IonType) -> &'static str {
    match kind {
        IonType::Clob => "CLOB",
        IonType::Blob => "BLOB",
        IonType::Struct => "STRUCT",
        IonType::List => "LIST",
        IonType::Sexp => "SEXP",
        IonType::String => "STRING",
        IonType::Symbol => "SYMBOL",
        IonType::Timestamp => "TIMESTAMP",
        IonType::Int => "INT",
        IonType::Decimal => "DECIMAL",
        IonType::Float => "FLOAT",
        IonType::Null => "NULL",
        IonType::Bool => "BOOL",
    }
}
