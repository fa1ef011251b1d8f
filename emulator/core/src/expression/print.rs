//! From trees back to text: parsing what is printed gives the same tree.
//!
//! Only trees that were made from text have that property as expressions of the service. Other ones may hold values and attribute names that
//! no such text could hold; these are spelled as in [`notation`](super::notation), which reads them.

use std::fmt::{self, Display, Formatter, Write};

use super::ast::{
    Arithmetic, Assignment, Call, Change, Clause, Condition, Constant, Element, Mention, Operand, Path, Projection,
    Syntax, Update,
};
use super::notation::{Named, Written};

/// A part of a tree together with the placeholders of the whole.
struct Part<'a, T: ?Sized> {
    part: &'a T,
    names: &'a [Mention],
    values: &'a [Mention],
}

impl<'a, T: ?Sized> Part<'a, T> {
    fn of<U: ?Sized>(&self, part: &'a U) -> Part<'a, U> {
        Part {
            part,
            names: self.names,
            values: self.values,
        }
    }

    fn list<U>(&self, f: &mut Formatter<'_>, parts: impl IntoIterator<Item = &'a U>, separator: &str) -> fmt::Result
    where
        U: 'a,
        Part<'a, U>: Display,
    {
        for (before, part) in parts.into_iter().enumerate() {
            if before > 0 {
                f.write_str(separator)?;
            }
            self.of(part).fmt(f)?;
        }
        Ok(())
    }
}

macro_rules! print_whole {
    ($( $tree:ty ),*) => {$(
        impl Display for Syntax<$tree> {
            fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
                Part {
                    part: &self.tree,
                    names: &self.names,
                    values: &self.values,
                }
                .fmt(f)
            }
        }
    )*};
}

print_whole!(Condition, Operand, Path, Projection, Update);

impl Display for Part<'_, Path> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, element) in self.part.elements().iter().enumerate() {
            if at > 0 && !matches!(element, Element::Index(_)) {
                f.write_char('.')?;
            }
            match element {
                Element::Name(name) => Named(name).fmt(f)?,
                Element::Placeholder(slot) => f.write_str(&self.names[usize::from(slot.0)].placeholder)?,
                Element::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl Display for Part<'_, Constant> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.part {
            Constant::Placeholder(slot) => f.write_str(&self.values[usize::from(slot.0)].placeholder),
            Constant::Literal(value) => Written(value).fmt(f),
        }
    }
}

/// Arithmetic inside a call stands in parentheses.
impl Display for Part<'_, Call> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.part.function)?;
        for (before, argument) in self.part.arguments.iter().enumerate() {
            f.write_str(if before > 0 { ", " } else { "" })?;
            self.of(argument).grouped(f)?;
        }
        f.write_char(')')
    }
}

impl Display for Part<'_, Operand> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.part {
            Operand::Path(path) => self.of(path).fmt(f),
            Operand::Value(constant) => self.of(constant).fmt(f),
            Operand::Call(call) => self.of(call).fmt(f),
            Operand::Arithmetic(arithmetic) => self.of(arithmetic.as_ref()).fmt(f),
        }
    }
}

impl Part<'_, Operand> {
    /// Prints arithmetic in parentheses, anything else without.
    fn grouped(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let group = matches!(self.part, Operand::Arithmetic(_));
        parenthesised(f, group, |f| self.fmt(f))
    }
}

impl Display for Part<'_, Arithmetic> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.of(&self.part.left).grouped(f)?;
        write!(f, " {} ", self.part.sign)?;
        self.of(&self.part.right).grouped(f)
    }
}

impl Display for Part<'_, Condition> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.part {
            Condition::And(conditions) => self.joined(f, conditions, " AND "),
            Condition::Or(conditions) => self.joined(f, conditions, " OR "),
            Condition::Not(condition) => {
                f.write_str("NOT ")?;
                self.of(condition.as_ref()).within(f, self.part)
            }
            Condition::Compare {
                comparator,
                left,
                right,
            } => {
                self.of(left).fmt(f)?;
                write!(f, " {comparator} ")?;
                self.of(right).fmt(f)
            }
            Condition::Between { value, low, high } => {
                self.of(value).fmt(f)?;
                f.write_str(" BETWEEN ")?;
                self.of(low).fmt(f)?;
                f.write_str(" AND ")?;
                self.of(high).fmt(f)
            }
            Condition::In { value, candidates } => {
                self.of(value).fmt(f)?;
                f.write_str(" IN (")?;
                self.list(f, candidates, ", ")?;
                f.write_char(')')
            }
            Condition::Call(call) => self.of(call).fmt(f),
        }
    }
}

impl Part<'_, Condition> {
    fn joined(&self, f: &mut Formatter<'_>, conditions: &[Condition], separator: &str) -> fmt::Result {
        for (before, condition) in conditions.iter().enumerate() {
            f.write_str(if before > 0 { separator } else { "" })?;
            self.of(condition).within(f, self.part)?;
        }
        Ok(())
    }

    /// Prints the condition in parentheses where it would otherwise be read as another one inside `outer`.
    fn within(&self, f: &mut Formatter<'_>, outer: &Condition) -> fmt::Result {
        let group = match self.part {
            Condition::Or(_) => true,
            Condition::And(_) => !matches!(outer, Condition::Or(_)),
            _ => false,
        };
        parenthesised(f, group, |f| self.fmt(f))
    }
}

fn parenthesised(
    f: &mut Formatter<'_>,
    group: bool,
    print: impl FnOnce(&mut Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    if !group {
        return print(f);
    }
    f.write_char('(')?;
    print(f)?;
    f.write_char(')')
}

impl Display for Part<'_, Projection> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.list(f, &self.part.0, ", ")
    }
}

impl Display for Part<'_, Update> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.list(f, &self.part.0, " ")
    }
}

impl Display for Part<'_, Clause> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.part.keyword())?;
        match self.part {
            Clause::Set(assignments) => self.list(f, assignments, ", "),
            Clause::Remove(paths) => self.list(f, paths, ", "),
            Clause::Add(changes) | Clause::Delete(changes) => self.list(f, changes, ", "),
        }
    }
}

impl Display for Part<'_, Assignment> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.of(&self.part.target).fmt(f)?;
        f.write_str(" = ")?;
        self.of(&self.part.value).fmt(f)
    }
}

impl Display for Part<'_, Change> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.of(&self.part.target).fmt(f)?;
        f.write_char(' ')?;
        self.of(&self.part.operand).fmt(f)
    }
}
