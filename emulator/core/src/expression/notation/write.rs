//! Values and names as expressions spell them.

use std::fmt::{self, Display, Formatter, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::literal::word_value;
use crate::model::Value;

/// A value as it is written in an expression.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a>(pub &'a Value);

/// A name as it is written in an expression.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Named<'a>(pub(in super::super) &'a str);

/// Whether a word is a part of the language wherever it stands, but for after a dot.
pub(super) fn is_keyword(word: &str) -> bool {
    const KEYWORDS: [&str; 9] = ["AND", "OR", "NOT", "IN", "BETWEEN", "SET", "REMOVE", "ADD", "DELETE"];
    KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word))
}

impl Display for Named<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = self.0;
        let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if is_word && !is_keyword(name) && word_value(name).is_none() {
            return f.write_str(name);
        }
        quoted(f, name, '"')
    }
}

impl Display for Written<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::S(text) => quoted(f, text, '\''),
            Value::N(number) => number.fmt(f),
            Value::B(bytes) => binary(f, bytes),
            Value::Bool(flag) => flag.fmt(f),
            Value::Null => f.write_str("null"),
            Value::Ss(set) => joined(f, "<<", set.iter(), ">>", |f, text| quoted(f, text, '\'')),
            Value::Ns(set) => joined(f, "<<", set.iter(), ">>", |f, number| number.fmt(f)),
            Value::Bs(set) => joined(f, "<<", set.iter(), ">>", |f, bytes| binary(f, bytes)),
            Value::L(list) => joined(f, "[", list.iter(), "]", |f, value| Written(value).fmt(f)),
            Value::M(map) => joined(f, "{", map.iter(), "}", |f, (name, value)| {
                quoted(f, name, '\'')?;
                write!(f, ": {}", Written(value))
            }),
        }
    }
}

fn binary(f: &mut Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    write!(f, "B'{}'", STANDARD.encode(bytes))
}

fn quoted(f: &mut Formatter<'_>, text: &str, quote: char) -> fmt::Result {
    f.write_char(quote)?;
    for c in text.chars() {
        if c == quote {
            f.write_char(quote)?;
        }
        f.write_char(c)?;
    }
    f.write_char(quote)
}

fn joined<T>(
    f: &mut Formatter<'_>,
    open: &str,
    parts: impl Iterator<Item = T>,
    close: &str,
    mut write: impl FnMut(&mut Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    f.write_str(open)?;
    for (before, part) in parts.enumerate() {
        f.write_str(if before > 0 { ", " } else { "" })?;
        write(f, part)?;
    }
    f.write_str(close)
}
