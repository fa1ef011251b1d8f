//! Reading as the service's newer deserializer does, which words its refusals by place: `… at line 1 column 17`.
//!
//! A text of another kind than was wanted is told apart from one that is of the kind and not valid. A column counts the bytes that were read
//! of the line.

use std::fmt::{Arguments, Display};

use super::{Read, Reader, Refusal, Text, Token};

/// Reads a value that may be null.
pub(crate) fn optional<T>(reader: &mut Reader<'_>, read: impl FnOnce(&mut Reader<'_>) -> Read<T>) -> Read<Option<T>> {
    match reader.peek()? {
        Token::Null => reader.word(Token::Null).map(|()| None),
        _ => read(reader).map(Some),
    }
}

/// Reads a string.
pub(crate) fn string(reader: &mut Reader<'_>) -> Read<Text> {
    string_as(reader, "a string")
}

/// Reads a string that is wanted under another name.
pub(crate) fn string_as(reader: &mut Reader<'_>, wanted: &str) -> Read<Text> {
    match reader.peek()? {
        Token::String => reader.string().map(Text::from),
        found => Err(invalid_type(reader, found, wanted)),
    }
}

/// Reads a boolean.
pub(crate) fn boolean(reader: &mut Reader<'_>) -> Read<bool> {
    match reader.peek()? {
        token @ (Token::True | Token::False) => reader.word(token).map(|()| token == Token::True),
        found => Err(invalid_type(reader, found, "a boolean")),
    }
}

/// Reads an integer of 32 bits.
pub(crate) fn int(reader: &mut Reader<'_>) -> Read<i32> {
    const WANTED: &str = "i32";
    let found = reader.peek()?;
    let start = reader.clone();
    if found == Token::Number
        && let Ok(wide) = reader.number()?.parse::<i128>()
        && i64::try_from(wide).is_ok() | u64::try_from(wide).is_ok()
    {
        return i32::try_from(wide).map_err(|_| invalid_value(reader, format_args!("integer `{wide}`"), WANTED));
    }
    *reader = start;
    Err(invalid_type(reader, found, WANTED))
}

/// Reads an array.
pub(crate) fn sequence(reader: &mut Reader<'_>, element: impl FnMut(&mut Reader<'_>) -> Read<()>) -> Read<()> {
    match reader.peek()? {
        Token::Array => reader.array(element),
        found => Err(invalid_type(reader, found, "a sequence")),
    }
}

/// Reads an object whose names are keys.
pub(crate) fn map(reader: &mut Reader<'_>, entry: impl FnMut(&mut Reader<'_>, &str) -> Read<()>) -> Read<()> {
    match reader.peek()? {
        Token::Object => reader.object(entry),
        found => Err(invalid_type(reader, found, "a map")),
    }
}

/// The refusal of a structure that lacks a member, once it was read.
pub(crate) fn missing(reader: &Reader<'_>, member: &str) -> Refusal {
    Refusal::Invalid(format!("missing field `{member}` at {}", reader.place()))
}

/// The refusal of a value of the right kind.
pub(crate) fn invalid_value(reader: &Reader<'_>, found: Arguments<'_>, wanted: &str) -> Refusal {
    Refusal::Invalid(format!(
        "invalid value: {found}, expected {wanted} at {}",
        reader.place()
    ))
}

/// The refusal of a name that is none of those known.
pub(crate) fn unknown_variant(place: impl Display, name: &str, known: &[&str]) -> Refusal {
    let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    Refusal::Invalid(format!(
        "unknown variant `{name}`, expected one of {} at {place}",
        known.join(", ")
    ))
}

/// The refusal of a value of another kind. A scalar is read over first, an array or object is not.
fn invalid_type(reader: &mut Reader<'_>, found: Token, wanted: &str) -> Refusal {
    match describe(reader, found) {
        Ok(found) => Refusal::Typed(format!(
            "invalid type: {found}, expected {wanted} at {}",
            reader.place()
        )),
        Err(malformed) => malformed,
    }
}

fn describe(reader: &mut Reader<'_>, found: Token) -> Read<String> {
    Ok(match found {
        Token::Array => "sequence".to_owned(),
        Token::Object => "map".to_owned(),
        Token::Null => reader.word(found).map(|()| "null".to_owned())?,
        Token::True => reader.word(found).map(|()| "boolean `true`".to_owned())?,
        Token::False => reader.word(found).map(|()| "boolean `false`".to_owned())?,
        Token::String => format!("string {:?}", reader.string()?),
        Token::Number => {
            let text = reader.number()?;
            let is_integer = text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok();
            match text.parse::<f64>() {
                Ok(float) if !is_integer => format!("floating point `{float:?}`"),
                _ => format!("integer `{text}`"),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal<T: std::fmt::Debug>(read: impl FnOnce(&mut Reader<'_>) -> Read<T>, text: &str) -> String {
        match read(&mut Reader::new(text)).unwrap_err() {
            Refusal::Typed(text) | Refusal::Invalid(text) => text,
            other => format!("{other:?}"),
        }
    }

    /// The words that serde_json has for the same.
    fn words<T: serde::de::DeserializeOwned + std::fmt::Debug>(text: &str) -> String {
        serde_json::from_str::<T>(text).unwrap_err().to_string()
    }

    #[test]
    fn refusals_are_those_of_the_deserializer_that_the_service_uses() {
        for text in [
            "null",
            "true",
            " 5",
            "-3.5",
            "[1]",
            " {\"a\":1}",
            "\n\n 5",
            "18446744073709551615",
        ] {
            assert_eq!(refusal(string, text), words::<String>(text), "{text}");
        }
        for text in [
            "null",
            "\"a\\\"b\"",
            "3.5",
            "2147483648",
            "-9223372036854775808",
            "[1]",
            "{}",
        ] {
            assert_eq!(refusal(int, text), words::<i32>(text), "{text}");
        }
        for text in ["null", "\"true\"", "1"] {
            assert_eq!(refusal(boolean, text), words::<bool>(text), "{text}");
        }
    }
}
