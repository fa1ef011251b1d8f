//! From a text with values written in to an expression with placeholders.
//!
//! The text is copied but for literals and for names that are quoted, reserved or begin with an underscore. What a sign or a bracket begins follows from what stands before it.

use smol_str::format_smolstr;

use super::super::ast::{ClauseKeyword, Function};
use super::super::reserved::is_reserved;
use super::literal::{Cursor, word_value};
use super::write::is_keyword;
use super::{NotationError, NotationFault, Spelled};
use crate::model::json::{Entries, Text};
use crate::model::{AttributeMap, Name, Value};

/// What stands before the next character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing that a value could follow up: the beginning, an operator, a comma, an open parenthesis.
    Operator,
    /// A path, so that a bracket is an index and a sign is one of arithmetic.
    Path,
    /// A dot of a path: a name must come.
    Dot,
    /// A value or a closing parenthesis.
    Operand,
}

struct Reading<'t> {
    cursor: Cursor<'t>,
    text: String,
    names: Vec<(Text, Text)>,
    values: Vec<(Name, Value)>,
    before: Before,
    clause: Option<ClauseKeyword>,
}

pub(super) fn read(text: &str) -> Result<Spelled, NotationError> {
    let mut reading = Reading {
        cursor: Cursor::new(text),
        text: String::with_capacity(text.len() + 16),
        names: Vec::new(),
        values: Vec::new(),
        before: Before::Operator,
        clause: None,
    };
    while let Some(next) = reading.cursor.peek() {
        reading.step(next)?;
    }
    Ok(Spelled {
        text: reading.text.into(),
        names: Entries(reading.names),
        values: AttributeMap::from(reading.values).into(),
    })
}

impl Reading<'_> {
    fn step(&mut self, next: char) -> Result<(), NotationError> {
        match next {
            ':' | '#' => {
                let mut ahead = self.cursor.clone();
                let word_length = ahead.take_while(|c| c == next || is_word(c)).len();
                let placeholder = self.cursor.rest[..word_length].into();
                Err(self.cursor.fault(NotationFault::Placeholder(placeholder)))
            }
            '"' => {
                let start = self.cursor.clone();
                let name = self.cursor.quoted('"')?;
                if name.is_empty() {
                    return Err(start.fault(NotationFault::EmptyName));
                }
                self.name(name);
                Ok(())
            }
            _ if self.begins_literal(next) => self.literal(),
            c if c.is_ascii_alphabetic() || c == '_' => self.word(),
            '[' if self.before == Before::Path => {
                self.copy_index();
                Ok(())
            }
            _ => {
                self.symbol(next);
                Ok(())
            }
        }
    }

    /// Whether a value begins here.
    fn begins_literal(&self, next: char) -> bool {
        let rest = self.cursor.rest;
        let follows_path = self.before == Before::Path;
        match next {
            '\'' | '{' => true,
            'B' | 'b' => self.before != Before::Dot && rest[1..].starts_with('\''),
            '<' => rest.starts_with("<<"),
            '[' => !follows_path,
            '0'..='9' => true,
            '-' | '+' => {
                let in_change = matches!(self.clause, Some(ClauseKeyword::Add | ClauseKeyword::Delete));
                let is_number = rest[1..].starts_with(|c: char| c.is_ascii_digit() || c == '.');
                is_number && (self.before == Before::Operator || (follows_path && in_change))
            }
            _ => false,
        }
    }

    fn literal(&mut self) -> Result<(), NotationError> {
        let value = self.cursor.value(1)?;
        self.value(value);
        Ok(())
    }

    fn value(&mut self, value: Value) {
        // Numbers of one width, so that their order by text is the order in which they stand.
        let placeholder = format_smolstr!(":literal{:04}", self.values.len());
        self.text.push_str(&placeholder);
        self.values.push((placeholder, value));
        self.before = Before::Operand;
    }

    fn name(&mut self, name: Text) {
        let known = self.names.iter().find(|(_, known)| *known == name);
        let placeholder = known.map_or_else(
            || format_smolstr!("#name{:04}", self.names.len()),
            |(key, _)| key.clone(),
        );
        self.text.push_str(&placeholder);
        if known.is_none() {
            self.names.push((placeholder, name));
        }
        self.before = Before::Path;
    }

    fn word(&mut self) -> Result<(), NotationError> {
        let word = self.cursor.take_while(is_word);
        let is_call = self.cursor.rest.trim_start().starts_with('(') && Function::named(word).is_some();
        if self.before != Before::Dot && !is_call {
            if let Some(value) = word_value(word) {
                self.value(value);
                return Ok(());
            }
            if is_keyword(word) {
                self.text.push_str(word);
                let clause = |clause: &&ClauseKeyword| clause.text().eq_ignore_ascii_case(word);
                self.clause = ClauseKeyword::ALL.iter().find(clause).copied().or(self.clause);
                self.before = Before::Operator;
                return Ok(());
            }
        }
        let needs_placeholder = is_reserved(word) || word.starts_with('_');
        if needs_placeholder && !is_call {
            self.name(word.into());
        } else {
            self.text.push_str(word);
            self.before = Before::Path;
        }
        Ok(())
    }

    fn copy_index(&mut self) {
        let length = self.cursor.rest.find(']').map_or(self.cursor.rest.len(), |at| at + 1);
        self.text.push_str(self.cursor.take(length));
    }

    fn symbol(&mut self, next: char) {
        self.text.push_str(self.cursor.take(next.len_utf8()));
        self.before = match next {
            _ if next.is_whitespace() => return,
            ')' | ']' => Before::Operand,
            '.' => Before::Dot,
            _ => Before::Operator,
        };
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
