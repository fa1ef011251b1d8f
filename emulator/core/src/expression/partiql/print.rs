//! From trees back to text: parsing what is printed gives the same tree.
//!
//! What operators work on stands in parentheses unless it needs none anywhere; parentheses leave nothing in a tree. Names are always quoted.
//! Of CASE and Ion literals a tree holds no more than the kind, so one of that kind is printed.

use std::fmt::{self, Display, Formatter};

use super::tree::{
    CaseForm, Clause, Delete, Direction, Expr, ExprKind, Infix, Insert, IonType, Nulls, Order, Prefix, ReturnedImage,
    ReturnedPart, Returning, Select, Sense, Source, Statement, Step, TypeName, Update,
};

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Select(select) => select.fmt(f),
            Self::Insert(insert) => insert.fmt(f),
            Self::Update(update) => update.fmt(f),
            Self::Delete(delete) => delete.fmt(f),
            Self::Bare => f.write_str("REMOVE \"a\""),
            Self::Expression(expr) => expr.fmt(f),
        }
    }
}

impl Display for Select {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("SELECT ")?;
        match &self.columns {
            None => f.write_str("*")?,
            Some(columns) => listed(f, columns)?,
        }
        f.write_str(" FROM ")?;
        listed(f, &self.sources)?;
        filter(f, self.filter.as_ref())?;
        if !self.order.is_empty() {
            f.write_str(" ORDER BY ")?;
            listed(f, &self.order)?;
        }
        Ok(())
    }
}

impl Display for Source {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.expr.atom(f)?;
        f.write_str(if self.has_alias { " AS \"a\"" } else { "" })
    }
}

impl Display for Order {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)?;
        f.write_str(match self.direction {
            Direction::Unsaid => "",
            Direction::Ascending => " ASC",
            Direction::Descending => " DESC",
        })?;
        f.write_str(match self.nulls {
            None => "",
            Some(Nulls::First) => " NULLS FIRST",
            Some(Nulls::Last) => " NULLS LAST",
        })
    }
}

impl Display for Insert {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.is_single {
            true => write!(f, "INSERT INTO {} VALUE {}", self.target, self.value),
            false => write!(f, "INSERT INTO {} ({})", self.target, self.value),
        }
    }
}

impl Display for Update {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let clauses = |f: &mut Formatter<'_>| {
            self.clauses.iter().try_for_each(|clause| {
                f.write_str(" ")?;
                clause.fmt(f)
            })
        };
        match self.is_from_first {
            true => {
                write!(f, "FROM {}", self.target)?;
                filter(f, self.filter.as_ref())?;
                clauses(f)?;
            }
            false => {
                write!(f, "UPDATE {}", self.target)?;
                clauses(f)?;
                filter(f, self.filter.as_ref())?;
            }
        }
        returning(f, self.returning)
    }
}

impl Display for Clause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(assignments) => {
                f.write_str("SET ")?;
                for (before, (target, value)) in assignments.iter().enumerate() {
                    f.write_str(if before > 0 { ", " } else { "" })?;
                    write!(f, "{target} = {value}")?;
                }
                Ok(())
            }
            Self::Remove(target) => write!(f, "REMOVE {target}"),
        }
    }
}

impl Display for Delete {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "DELETE FROM {}", self.target)?;
        filter(f, self.filter.as_ref())?;
        returning(f, self.returning)
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Name(name) => quoted(f, name, '"'),
            ExprKind::Path(root, steps) => {
                root.atom(f)?;
                steps.iter().try_for_each(|step| step.fmt(f))
            }
            ExprKind::String(text) => quoted(f, text, '\''),
            ExprKind::Number(text) => f.write_str(text),
            ExprKind::Bool(true) => f.write_str("TRUE"),
            ExprKind::Bool(false) => f.write_str("FALSE"),
            ExprKind::Null => f.write_str("NULL"),
            ExprKind::Missing => f.write_str("MISSING"),
            ExprKind::Ion(kind) => f.write_str(ion(*kind)),
            ExprKind::Parameter(_) => f.write_str("?"),
            ExprKind::List(items) => within(f, "[", items, "]"),
            ExprKind::Bag(items) => within(f, "<<", items, ">>"),
            ExprKind::Map(entries) => map(f, entries),
            ExprKind::Call(name, arguments) => {
                quoted(f, name, '"')?;
                within(f, "(", arguments, ")")
            }
            ExprKind::Query(query) => write!(f, "({query})"),
            ExprKind::Case(CaseForm::Searched) => f.write_str("CASE WHEN 1 THEN 1 END"),
            ExprKind::Case(CaseForm::Simple) => f.write_str("CASE 1 WHEN 1 THEN 1 END"),
            operator => self.operator(operator, f),
        }
    }
}

impl Expr {
    fn operator(&self, kind: &ExprKind, f: &mut Formatter<'_>) -> fmt::Result {
        let negation = |sense: &Sense| if *sense == Sense::Negated { "NOT " } else { "" };
        match kind {
            ExprKind::Prefix(prefix, inner) => {
                f.write_str(match prefix {
                    Prefix::Not => "NOT ",
                    Prefix::Plus => "+ ",
                    Prefix::Minus => "- ",
                })?;
                inner.atom(f)
            }
            ExprKind::Joined(join, items) => {
                for (before, item) in items.iter().enumerate() {
                    if before > 0 {
                        write!(f, " {} ", join.text())?;
                    }
                    item.atom(f)?;
                }
                Ok(())
            }
            ExprKind::Infix(infix, sides) => {
                sides[0].first(*infix, f)?;
                write!(f, " {} ", infix.text().replace('_', " "))?;
                sides[1].atom(f)
            }
            ExprKind::Is(inner, name, sense) => {
                inner.atom(f)?;
                write!(f, " IS {}{name}", negation(sense))
            }
            ExprKind::In(sides, sense) => {
                sides[0].atom(f)?;
                write!(f, " {}IN ", negation(sense))?;
                // Parentheses behind IN are a list, so that what is none never stood in any.
                sides[1].fmt(f)
            }
            ExprKind::Between(parts, sense) => {
                parts[0].atom(f)?;
                write!(f, " {}BETWEEN ", negation(sense))?;
                parts[1].atom(f)?;
                f.write_str(" AND ")?;
                parts[2].atom(f)
            }
            _ => unreachable!("all other expressions are terms"),
        }
    }

    /// Prints the expression so that it can stand before an operator: at the beginning a sign needs no parentheses, nor does the same operator, which is
    /// read from the left. Behind IN parentheses would make a list of it.
    fn first(&self, before: Infix, f: &mut Formatter<'_>) -> fmt::Result {
        match self.kind {
            ExprKind::Number(_) => self.fmt(f),
            ExprKind::Infix(Infix::Other(text), _) if before == Infix::Other(text) => self.fmt(f),
            _ => self.atom(f),
        }
    }

    /// Prints the expression so that it can stand anywhere: in parentheses unless it is a name, a path, a list or another literal without a sign.
    fn atom(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let is_atom = match &self.kind {
            ExprKind::Number(text) => !text.starts_with('-'),
            ExprKind::Name(_)
            | ExprKind::Path(..)
            | ExprKind::String(_)
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::Missing
            | ExprKind::Parameter(_)
            | ExprKind::List(_)
            | ExprKind::Bag(_)
            | ExprKind::Map(_)
            | ExprKind::Call(..)
            | ExprKind::Query(_) => true,
            _ => false,
        };
        match is_atom {
            true => self.fmt(f),
            false => write!(f, "({self})"),
        }
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name, _) => {
                f.write_str(".")?;
                quoted(f, name, '"')
            }
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Wildcard => f.write_str("[*]"),
        }
    }
}

impl Display for TypeName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.word)?;
        match self.arguments.is_empty() {
            true => Ok(()),
            false => within(f, "(", &self.arguments, ")"),
        }
    }
}

/// Text between quotes; quotes inside are doubled.
fn quoted(f: &mut Formatter<'_>, text: &str, quote: char) -> fmt::Result {
    write!(f, "{quote}{}{quote}", text.replace(quote, &format!("{quote}{quote}")))
}

fn listed<T: Display>(f: &mut Formatter<'_>, items: &[T]) -> fmt::Result {
    for (before, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if before > 0 { ", " } else { "" })?;
    }
    Ok(())
}

fn within<T: Display>(f: &mut Formatter<'_>, open: &str, items: &[T], close: &str) -> fmt::Result {
    f.write_str(open)?;
    listed(f, items)?;
    f.write_str(close)
}

fn map(f: &mut Formatter<'_>, entries: &[(Expr, Expr)]) -> fmt::Result {
    f.write_str("{")?;
    for (before, (key, value)) in entries.iter().enumerate() {
        write!(f, "{}{key}: {value}", if before > 0 { ", " } else { "" })?;
    }
    f.write_str("}")
}

fn filter(f: &mut Formatter<'_>, filter: Option<&Expr>) -> fmt::Result {
    filter.map_or(Ok(()), |filter| write!(f, " WHERE {filter}"))
}

fn returning(f: &mut Formatter<'_>, returning: Option<Returning>) -> fmt::Result {
    let Some(Returning { part, image }) = returning else {
        return Ok(());
    };
    let part = match part {
        ReturnedPart::All => "ALL",
        ReturnedPart::Modified => "MODIFIED",
    };
    let image = match image {
        ReturnedImage::Old => "OLD",
        ReturnedImage::New => "NEW",
    };
    write!(f, " RETURNING {part} {image} *")
}

/// A literal of this type.
fn ion(kind: IonType) -> &'static str {
    match kind {
        IonType::Clob => "`{{\"\"}}`",
        IonType::Blob => "`{{}}`",
        IonType::Struct => "`{}`",
        IonType::List => "`[]`",
        IonType::Sexp => "`()`",
        IonType::String => "`\"\"`",
        IonType::Symbol => "`a`",
        IonType::Timestamp => "`2000T`",
        IonType::Int => "`1`",
        IonType::Decimal => "`1.0`",
        IonType::Float => "`1e0`",
        IonType::Null => "`null`",
        IonType::Bool => "`true`",
    }
}
