//! Values printed in Java's style.

use std::fmt::{self, Display, Formatter};

use crate::model::clipped::Clipped;
use crate::model::java;
use crate::model::json::{Entries, Text};

/// How the service prints a value in a constraint error.
pub(crate) trait Echo {
    /// Prints the value.
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result;
}

/// Prints a value as [`Echo`] says, up to a limit.
pub(crate) struct Echoed<'a, T: ?Sized>(pub(crate) &'a T);

impl<T: Echo + ?Sized> Display for Echoed<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Clipped::echo(Whole(self.0)).fmt(f)
    }
}

/// Prints a value to its end.
struct Whole<'a, T: ?Sized>(&'a T);

impl<T: Echo + ?Sized> Display for Whole<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.echo(f)
    }
}

/// Prints a structure in Java's style: `Name(member=value, other=null)`.
pub(crate) fn echo_structure(f: &mut Formatter<'_>, name: &str, members: &[(&str, &dyn Echo)]) -> fmt::Result {
    write!(f, "{name}(")?;
    for (position, (member, value)) in members.iter().enumerate() {
        let separator = if position == 0 { "" } else { ", " };
        write!(f, "{separator}{member}={}", Whole(*value))?;
    }
    f.write_str(")")
}

macro_rules! echo_as_displayed {
    ($($type:ty),*) => {$(
        impl Echo for $type {
            fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
                Display::fmt(self, f)
            }
        }
    )*};
}

echo_as_displayed!(Text, i32, i64, f64, bool);

impl<T: Echo> Echo for Option<T> {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Some(value) => value.echo(f),
            None => f.write_str("null"),
        }
    }
}

impl<T: Echo> Echo for Vec<T> {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (position, element) in self.iter().enumerate() {
            write!(f, "{}{}", if position == 0 { "" } else { ", " }, Whole(element))?;
        }
        f.write_str("]")
    }
}

/// A map prints its entries in the order in which a Java `HashMap` made for them iterates.
impl<T: Echo> Echo for Entries<T> {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let entries = java::hash_map_order(self.iter().collect(), |(key, _)| key);
        f.write_str("{")?;
        for (position, (key, value)) in entries.into_iter().enumerate() {
            write!(f, "{}{key}={}", if position == 0 { "" } else { ", " }, Whole(value))?;
        }
        f.write_str("}")
    }
}
