//! Literals: a value from a text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smol_str::SmolStr;

use super::{NotationError, NotationFault};
use crate::model::value::{DEPTH_MAX, Set};
use crate::model::{AttributeMap, Name, Number, Value};

/// A text that is read from left to right.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'t> {
    whole: &'t str,
    pub(super) rest: &'t str,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(whole: &'t str) -> Self {
        Self { whole, rest: whole }
    }

    /// A fault where the rest begins.
    pub(super) fn fault(&self, fault: NotationFault) -> NotationError {
        let before = &self.whole[..self.whole.len() - self.rest.len()];
        NotationError {
            at: before.chars().count() + 1,
            fault,
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Takes a beginning of the rest that matches.
    pub(super) fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !keep(c)).unwrap_or(self.rest.len());
        self.take(end)
    }

    /// Takes so many bytes.
    pub(super) fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        taken
    }

    /// Takes a symbol if it comes next.
    fn takes(&mut self, symbol: &str) -> bool {
        let is_next = self.rest.starts_with(symbol);
        if is_next {
            self.take(symbol.len());
        }
        is_next
    }

    fn skip_blank(&mut self) {
        self.take_while(char::is_whitespace);
    }

    /// Reads a text between two of this quote; a doubled quote stands for one.
    pub(super) fn quoted(&mut self, quote: char) -> Result<SmolStr, NotationError> {
        let start = self.clone();
        self.take(quote.len_utf8());
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|c| c != quote));
            if self.rest.is_empty() {
                return Err(start.fault(NotationFault::Unclosed(quote)));
            }
            self.take(quote.len_utf8());
            if self.peek() != Some(quote) {
                return Ok(text.into());
            }
            text.push(quote);
            self.take(quote.len_utf8());
        }
    }

    /// Reads a value.
    pub(super) fn value(&mut self, level: usize) -> Result<Value, NotationError> {
        if level > DEPTH_MAX {
            return Err(self.fault(NotationFault::Depth));
        }
        match self.peek() {
            Some('\'') => self.quoted('\'').map(Value::S),
            Some('[') => {
                self.take(1);
                let list = self.list(level, "]", ", or ]")?;
                Ok(Value::L(list.into()))
            }
            Some('{') => self.map(level),
            Some('<') if self.rest.starts_with("<<") => self.set(level),
            Some('B' | 'b') if self.rest[1..].starts_with('\'') => self.binary(),
            Some(c) if c.is_ascii_digit() || matches!(c, '-' | '+' | '.') => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Value, NotationError> {
        let start = self.clone();
        let word = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
        word_value(word).ok_or_else(|| start.fault(NotationFault::NoValue))
    }

    fn number(&mut self) -> Result<Value, NotationError> {
        let start = self.clone();
        let mut after_exponent = false;
        let length = self.rest.char_indices().find(|&(at, c)| {
            let is_sign = matches!(c, '-' | '+') && (at == 0 || after_exponent);
            after_exponent = matches!(c, 'e' | 'E');
            !(c.is_ascii_digit() || c == '.' || after_exponent || is_sign)
        });
        let length = length.map_or(self.rest.len(), |(at, _)| at);
        let number = Number::parse(self.take(length));
        number
            .map(Value::N)
            .map_err(|fault| start.fault(NotationFault::Number(fault.to_string())))
    }

    fn binary(&mut self) -> Result<Value, NotationError> {
        let start = self.clone();
        self.take(1);
        let bytes = STANDARD.decode(self.quoted('\'')?.as_bytes());
        let bytes = bytes.map_err(|_| start.fault(NotationFault::Binary))?;
        Ok(Value::B(bytes.into()))
    }

    /// Reads values with commas between, up to the end.
    fn list(&mut self, level: usize, end: &'static str, then: &'static str) -> Result<Vec<Value>, NotationError> {
        let mut list = Vec::new();
        self.skip_blank();
        if end == "]" && self.takes(end) {
            return Ok(list);
        }
        loop {
            self.skip_blank();
            list.push(self.value(level + 1)?);
            self.skip_blank();
            if self.takes(end) {
                return Ok(list);
            }
            if !self.takes(",") {
                return Err(self.fault(NotationFault::Expected(then)));
            }
        }
    }

    fn set(&mut self, level: usize) -> Result<Value, NotationError> {
        let start = self.clone();
        self.take(2);
        let members = self.list(level, ">>", ", or >>")?;
        set_of(members).ok_or_else(|| start.fault(NotationFault::Set))
    }

    fn map(&mut self, level: usize) -> Result<Value, NotationError> {
        self.take(1);
        let mut members: Vec<(Name, Value)> = Vec::new();
        self.skip_blank();
        if self.takes("}") {
            return Ok(Value::M(AttributeMap::default()));
        }
        loop {
            self.skip_blank();
            let name = match self.peek() {
                Some(quote @ ('\'' | '"')) => self.quoted(quote)?,
                _ => return Err(self.fault(NotationFault::Expected("a name in quotes"))),
            };
            self.skip_blank();
            if !self.takes(":") {
                return Err(self.fault(NotationFault::Expected(":")));
            }
            self.skip_blank();
            members.push((name, self.value(level + 1)?));
            self.skip_blank();
            if self.takes("}") {
                return Ok(Value::M(members.into()));
            }
            if !self.takes(",") {
                return Err(self.fault(NotationFault::Expected(", or }")));
            }
        }
    }
}

/// The value that a word spells.
pub(super) fn word_value(word: &str) -> Option<Value> {
    match word {
        _ if word.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
        _ if word.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
        _ if word.eq_ignore_ascii_case("null") => Some(Value::Null),
        _ => None,
    }
}

fn set_of(members: Vec<Value>) -> Option<Value> {
    fn all<T: Ord + Clone>(members: Vec<Value>, take: impl Fn(Value) -> Option<T>) -> Option<Set<T>> {
        Set::new(members.into_iter().map(take).collect::<Option<Vec<T>>>()?)
    }
    match members.first()? {
        Value::S(_) => all(
            members,
            |value| if let Value::S(text) = value { Some(text) } else { None },
        )
        .map(Value::Ss),
        Value::N(_) => all(members, |value| {
            if let Value::N(number) = value {
                Some(number)
            } else {
                None
            }
        })
        .map(Value::Ns),
        Value::B(_) => all(
            members,
            |value| if let Value::B(bytes) = value { Some(bytes) } else { None },
        )
        .map(Value::Bs),
        _ => None,
    }
}
