//! Placeholders: `${name}` in any text of a file, and the generators that stand for long or repeated values.
//!
//! A text that is nothing but `${name}` becomes the bound value, whatever its kind; inside a longer text the value must be a scalar.
//! `$${` is a literal `${`. Files are filled twice: with a row's columns when they are loaded, and with tables and kept values when a
//! step is sent. The first pass leaves what it does not know to the second.

use std::collections::BTreeMap;
use std::fmt;

use serde_yaml::value::TaggedValue;
use serde_yaml::{Mapping, Value};

use super::generate;

/// What placeholders stand for.
pub(super) type Bindings = BTreeMap<String, Value>;

/// What becomes of a placeholder that nothing is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unbound {
    /// It stays, for a later pass; so do generators.
    Keep,
    /// It is a fault of the file.
    Refuse,
}

/// A fault of a file that shows when its values are filled in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FillError {
    /// Nothing is bound to this placeholder.
    Unbound(String),
    /// `${` without `}`.
    Unclosed(String),
    /// A list or mapping cannot stand inside a text.
    NotText(String),
    /// A generator's arguments do not fit it.
    Generator { tag: String, wants: &'static str },
}

impl fmt::Display for FillError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unbound(name) => write!(formatter, "nothing is bound to ${{{name}}}"),
            Self::Unclosed(text) => write!(formatter, "a placeholder is not closed in {text:?}"),
            Self::NotText(name) => write!(formatter, "${{{name}}} is no scalar, and cannot stand inside a text"),
            Self::Generator { tag, wants } => write!(formatter, "{tag} wants {wants}"),
        }
    }
}

/// Puts values in the place of placeholders and generators, at any depth.
pub(super) fn fill(value: &Value, bindings: &Bindings, unbound: Unbound) -> Result<Value, FillError> {
    match value {
        Value::String(text) => fill_text(text, bindings, unbound),
        Value::Sequence(list) => {
            let filled = list.iter().map(|element| fill(element, bindings, unbound));
            filled.collect::<Result<_, _>>().map(Value::Sequence)
        }
        Value::Mapping(mapping) => fill_mapping(mapping, bindings, unbound).map(Value::Mapping),
        Value::Tagged(tagged) if unbound == Unbound::Refuse && generate::is_generator(&tagged.tag) => {
            generate::generate(tagged, bindings)
        }
        Value::Tagged(tagged) => {
            let tag = tagged.tag.clone();
            let value = fill(&tagged.value, bindings, unbound)?;
            Ok(Value::Tagged(Box::new(TaggedValue { tag, value })))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(value.clone()),
    }
}

fn fill_mapping(mapping: &Mapping, bindings: &Bindings, unbound: Unbound) -> Result<Mapping, FillError> {
    let filled = mapping
        .iter()
        .map(|(key, value)| Ok((fill(key, bindings, unbound)?, fill(value, bindings, unbound)?)));
    filled.collect()
}

fn fill_text(text: &str, bindings: &Bindings, unbound: Unbound) -> Result<Value, FillError> {
    if let Some(name) = sole_placeholder(text)
        && let Some(value) = bindings.get(name)
    {
        return Ok(value.clone());
    }
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let escaped = rest[..start].ends_with('$');
        let (before, after) = (&rest[..start], &rest[start + 2..]);
        if escaped {
            filled.push_str(if unbound == Unbound::Keep {
                before
            } else {
                &before[..before.len() - 1]
            });
            filled.push_str("${");
            rest = after;
            continue;
        }
        let end = after.find('}').ok_or_else(|| FillError::Unclosed(text.to_owned()))?;
        let name = &after[..end];
        filled.push_str(before);
        match (bindings.get(name), unbound) {
            (Some(value), _) => filled.push_str(&text_of(value).ok_or_else(|| FillError::NotText(name.to_owned()))?),
            (None, Unbound::Keep) => filled.push_str(&rest[start..start + 3 + end]),
            (None, Unbound::Refuse) => return Err(FillError::Unbound(name.to_owned())),
        }
        rest = &after[end + 1..];
    }
    filled.push_str(rest);
    Ok(Value::String(filled))
}

/// The name in a text that is one placeholder and nothing else.
fn sole_placeholder(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${")?.strip_suffix('}')?;
    (!name.contains(['$', '{', '}'])).then_some(name)
}

/// A scalar as it is spelled inside a text.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, filled: Result<&str, &str>) {
        let bindings: Bindings = serde_yaml::from_str("{ n: 3, word: hello, list: [1] }").unwrap();
        let value: Value = serde_yaml::from_str(text).unwrap();
        let result = fill(&value, &bindings, Unbound::Refuse);
        let shown = result.map(|value| serde_json::to_string(&value).unwrap());
        assert_eq!(
            shown.map_err(|error| error.to_string()),
            filled.map(str::to_owned).map_err(str::to_owned)
        );
    }

    #[test]
    fn a_placeholder_becomes_its_value() {
        check("'${list}'", Ok("[1]"));
        check("'${n}'", Ok("3"));
        check("'<${n} ${word}>'", Ok(r#""<3 hello>""#));
        check("{ '${word}': ['${n}'] }", Ok(r#"{"hello":[3]}"#));
    }

    #[test]
    fn an_escaped_placeholder_is_text() {
        check("'a $${n}'", Ok(r#""a ${n}""#));
    }

    #[test]
    fn faults_name_the_placeholder() {
        check("'${nobody}'", Err("nothing is bound to ${nobody}"));
        check(
            "'a ${list}'",
            Err("${list} is no scalar, and cannot stand inside a text"),
        );
        check("'a ${n'", Err(r#"a placeholder is not closed in "a ${n""#));
    }

    #[test]
    fn generators_are_evaluated_with_their_own_variable() {
        check("!repeat { text: ab, times: 2, between: '-' }", Ok(r#""ab-ab""#));
        check("!join [a, 1, '${n}']", Ok(r#""a13""#));
        check(
            "!series { as: i, from: 1, to: 2, of: { k: '${i}' } }",
            Ok(r#"[{"k":"1"},{"k":"2"}]"#),
        );
        check(
            "!series { as: i, from: 1, to: 3, of: 'a${i}', between: ', ' }",
            Ok(r#""a1, a2, a3""#),
        );
        check(
            "!entries { as: i, from: 1, to: 2, key: '#n${i}', value: 'n${i}' }",
            Ok(r##"{"#n1":"n1","#n2":"n2"}"##),
        );
        check("!merge [{ a: 1 }, { b: 2 }]", Ok(r#"{"a":1,"b":2}"#));
        check(
            "!nested { levels: 2, around: { S: x } }",
            Ok(r#"{"L":[{"L":[{"S":"x"}]}]}"#),
        );
        check(
            "!nested { levels: 1, in: M, around: { S: x } }",
            Ok(r#"{"M":{"m":{"S":"x"}}}"#),
        );
        check(
            "!repeat { text: a }",
            Err("!repeat wants { text, times } and optionally between"),
        );
    }
}
