//! Texts that repeat what a client sent, cut where they become long.
//!
//! The service's own limit is not known. A short element can stand for a long echo, so that without a limit a request of 16 MB would be
//! answered with twenty times as much.

use std::fmt::{self, Display, Formatter, Write as _};

/// The most bytes of one value that an error repeats.
pub(crate) const ECHO_BYTES_MAX: usize = 256 << 10;
/// The most bytes of a whole message: names can stand in it that are no longer than a body.
const MESSAGE_BYTES_MAX: usize = 1 << 20;

/// Prints a value up to a limit and asks it for no more; what is longer ends in dots.
pub(crate) struct Clipped<T> {
    value: T,
    bytes_max: usize,
}

impl<T> Clipped<T> {
    /// What an error repeats of a request.
    pub(crate) fn echo(value: T) -> Self {
        let bytes_max = ECHO_BYTES_MAX;
        Self { value, bytes_max }
    }

    /// All that an error says.
    pub(crate) fn message(value: T) -> Self {
        let bytes_max = MESSAGE_BYTES_MAX;
        Self { value, bytes_max }
    }
}

impl<T: Display> Display for Clipped<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut limited = Limited {
            out: f,
            left: self.bytes_max,
            is_full: false,
        };
        match write!(limited, "{}", self.value) {
            Err(_) if limited.is_full => f.write_str("..."),
            written => written,
        }
    }
}

/// Prints values one after the other, something between each two.
pub(crate) struct Joined<'a, I>(pub(crate) I, pub(crate) &'a str);

impl<I: Iterator<Item: Display> + Clone> Display for Joined<'_, I> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (position, element) in self.0.clone().enumerate() {
            f.write_str(if position == 0 { "" } else { self.1 })?;
            element.fmt(f)?;
        }
        Ok(())
    }
}

/// Writes on until it is full, and then stops whoever prints.
struct Limited<'f, 'o> {
    out: &'f mut Formatter<'o>,
    left: usize,
    is_full: bool,
}

impl fmt::Write for Limited<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let kept = &text[..text.floor_char_boundary(self.left)];
        self.left -= kept.len();
        self.out.write_str(kept)?;
        match kept.len() == text.len() {
            true => Ok(()),
            false => {
                self.is_full = true;
                Err(fmt::Error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_short_is_printed_whole() {
        assert_eq!(Clipped::echo("short").to_string(), "short");
        assert_eq!(Clipped::echo(Joined([1, 2, 3].iter(), ", ")).to_string(), "1, 2, 3");
    }

    #[test]
    fn what_is_long_ends_in_dots_and_within_no_symbol() {
        let long = "é".repeat(ECHO_BYTES_MAX);
        let clipped = Clipped::echo(Joined([&long, &long].into_iter(), "")).to_string();
        assert_eq!(clipped.len(), ECHO_BYTES_MAX + 3);
        assert!(clipped.ends_with("é..."));
    }
}
