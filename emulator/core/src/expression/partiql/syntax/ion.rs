//! Ion literals, as far as a refusal must know them: whether they can be read, and what type they have (observed-partiql.md §9).

use super::super::tree::IonType;

/// Whether the text between backticks is one value of Ion.
pub(super) fn is_readable(literal: &str) -> bool {
    type_of(literal).is_some()
}

/// The type of the literal; the backticks belong to it.
pub(super) fn type_of(literal: &str) -> Option<IonType> {
    let text = literal.strip_prefix('`')?.strip_suffix('`')?.trim();
    let between = |open: &str, close: &str| {
        text.len() >= open.len() + close.len() && text.starts_with(open) && text.ends_with(close)
    };
    let first = text.chars().next()?;
    match first {
        '{' if between("{{", "}}") => match text[2..].trim_start().starts_with(['"', '\'']) {
            true => Some(IonType::Clob),
            false => Some(IonType::Blob),
        },
        '{' => between("{", "}").then_some(IonType::Struct),
        '[' => between("[", "]").then_some(IonType::List),
        '(' => between("(", ")").then_some(IonType::Sexp),
        '"' => between("\"", "\"").then_some(IonType::String),
        '\'' if between("'''", "'''") => Some(IonType::String),
        '\'' => between("'", "'").then_some(IonType::Symbol),
        '0'..='9' | '-' | '+' => number_type(text),
        'a'..='z' | 'A'..='Z' | '_' | '$' => word_type(text),
        _ => None,
    }
}

fn number_type(text: &str) -> Option<IonType> {
    let digits = text.trim_start_matches(['-', '+']);
    // By bytes, since anything may follow the digits.
    let is_time = match digits.as_bytes().split_first_chunk::<4>() {
        Some((year, [b'-' | b'T', ..])) => year.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if is_time && digits == text {
        return Some(IonType::Timestamp);
    }
    let is_number = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    if digits == "inf" {
        return Some(IonType::Float);
    }
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || !digits.chars().all(is_number) {
        return None;
    }
    let is_radix = digits.starts_with("0x") || digits.starts_with("0b");
    Some(match () {
        () if is_radix => IonType::Int,
        () if digits.contains(['e', 'E']) => IonType::Float,
        () if digits.contains(['.', 'd', 'D']) => IonType::Decimal,
        () => IonType::Int,
    })
}

fn word_type(text: &str) -> Option<IonType> {
    let is_symbol = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.');
    if !text.chars().all(is_symbol) {
        return None;
    }
    Some(match text {
        "true" | "false" => IonType::Bool,
        "nan" => IonType::Float,
        _ if text == "null" || text.starts_with("null.") => IonType::Null,
        _ => IonType::Symbol,
    })
}
