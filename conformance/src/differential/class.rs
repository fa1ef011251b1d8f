//! A class of disagreement: one operation and the shape of either answer.
//!
//! A shape keeps what a server says and forgets about what: literals, names, placeholders and numbers of a message become blanks.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::world::vocabulary;

/// An operation and how the two answers look.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Class {
    /// The operation that was asked for.
    pub operation: String,
    /// The shape of the left answer.
    pub left: String,
    /// The shape of the right answer.
    pub right: String,
}

impl Class {
    /// The class of requests with two faults, of which either side told another one first.
    pub(super) fn as_question_of_order(&self) -> Self {
        Self {
            operation: format!("order of faults in {}", self.operation),
            ..self.clone()
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}\n  left  {}\n  right {}",
            self.operation, self.left, self.right
        )
    }
}

/// The message without its literals.
pub(super) fn shape_of_message(message: &str) -> String {
    let message = with_reasons_alone(&without_quoted(message));
    let message = match message.split_once("numeric value: ") {
        Some((head, tail)) => format!(
            "{head}numeric value: _{}",
            tail.find(" for key").map_or("", |at| &tail[at..])
        ),
        None => message,
    };
    let message = message
        .split_inclusive(|symbol: char| !is_word(symbol))
        .map(blank_word)
        .collect::<String>();
    fold(fold(message, "_, _", "_"), "__", "_")
}

/// Of the reasons of a cancellation those that say something, each once: how many statements there are and in which order does not matter.
fn with_reasons_alone(message: &str) -> String {
    let Some((head, codes)) = message.split_once("specific reasons [") else {
        return message.to_owned();
    };
    let mut codes: Vec<&str> = codes.trim_end_matches(']').split(", ").collect();
    codes.retain(|code| *code != "None");
    codes.sort_unstable();
    codes.dedup();
    format!("{head}specific reasons [{}]", codes.join(", "))
}

/// Quoted texts become blanks, unless they say where: `at 'tableName'`.
fn without_quoted(message: &str) -> String {
    let mut shape = String::new();
    let mut rest = message;
    while let Some(start) = rest.find(['\'', '"']) {
        let quote = &rest[start..=start];
        let Some(length) = rest[start + 1..].find(quote) else {
            break;
        };
        let end = start + 1 + length;
        shape.push_str(&rest[..start]);
        if rest[..start].ends_with(" at ") {
            shape.push_str(&rest[start..=end]);
        } else {
            shape.push_str(&format!("{quote}_{quote}"));
        }
        rest = &rest[end + 1..];
    }
    shape.push_str(rest);
    shape
}

fn is_word(symbol: char) -> bool {
    symbol.is_alphanumeric() || "_-.#:".contains(symbol)
}

/// A word with the sign that ends it.
fn blank_word(piece: &str) -> String {
    let end = piece.find(|symbol| !is_word(symbol)).unwrap_or(piece.len());
    let (word, sign) = piece.split_at(end);
    let bare = word.trim_end_matches([':', '.']);
    let tail = &word[bare.len()..];
    let placeholder = bare.len() > 1 && (bare.starts_with(':') || bare.starts_with('#'));
    let position = bare.contains(':') && bare.chars().all(|symbol| symbol.is_ascii_digit() || symbol == ':');
    let number = bare.chars().any(|symbol| symbol.is_ascii_digit()) && bare.parse::<f64>().is_ok();
    let known = vocabulary().any(|known| known == bare);
    if placeholder || position || number || known {
        format!("_{tail}{sign}")
    } else {
        piece.to_owned()
    }
}

fn fold(mut text: String, from: &str, to: &str) -> String {
    while text.contains(from) {
        text = text.replace(from, to);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::shape_of_message;

    #[test]
    fn a_shape_forgets_literals_and_keeps_places() {
        let check = |message: &str, expected: &str| assert_eq!(shape_of_message(message), expected);
        check(
            "Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
            "Value '_' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to _",
        );
        check("Unexpected path component at 1:8:3", "Unexpected path component at _");
        check(
            "cancelled for specific reasons [None, ValidationError, None, ValidationError, DuplicateItem]",
            "cancelled for specific reasons [DuplicateItem, ValidationError]",
        );
        check(
            "unused in expressions: keys: {#a, #b}",
            "unused in expressions: keys: {_}",
        );
        check(
            "Type mismatch for key pk expected: S actual: N",
            "Type mismatch for key _ expected: S actual: N",
        );
        check(
            "cannot be converted to a numeric value: 1e for key :v0",
            "cannot be converted to a numeric value: _ for key _",
        );
    }
}
