//! A statement while it is written: its text and its parameters.

use serde_json::{Value, json};

use super::value;
use crate::differential::chance::Chance;

/// Words that stand where they should not.
const ODD_WORDS: [&str; 24] = [
    "AND", "(", ")", ",", "=", "!", "é", "SELECT", "FROM", "WHERE", "BETWEEN", "?", "[", "]", "{", "<<", ">>", "NOT",
    "'a'", "1.2.3", "LIKE", "||", "-", ";",
];

/// A statement while it is written.
#[derive(Debug, Default)]
pub(super) struct Script {
    text: String,
    parameters: Vec<Value>,
}

impl Script {
    pub(super) fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A value: a literal, or a parameter.
    pub(super) fn value(&mut self, chance: &mut Chance, value: Value) {
        match literal(&value).filter(|_| chance.percent(60)) {
            Some(text) => self.text.push_str(&text),
            None => {
                self.text.push('?');
                self.parameters.push(value);
            }
        }
    }

    /// The members of a request; slips garble the words, or give too many or too few parameters.
    pub(super) fn body(mut self, chance: &mut Chance) -> Value {
        if chance.slips() {
            self.text = garbled(chance, &self.text);
        }
        if chance.percent(5) {
            self.text.push(';');
        }
        if chance.slips() {
            match chance.percent(50) {
                true => drop(self.parameters.pop()),
                false => self.parameters.push(value::any(chance, 1)),
            }
        }
        let mut body = json!({"Statement": self.text});
        if !self.parameters.is_empty() || chance.slips() {
            body["Parameters"] = Value::Array(self.parameters);
        }
        body
    }
}

/// The value as a literal, if there is one for its type.
fn literal(value: &Value) -> Option<String> {
    let (kind, content) = value.as_object()?.iter().next()?;
    let list = |content: &Value| content.as_array().cloned();
    let joined = |parts: Option<Vec<String>>| parts.map(|parts| parts.join(", "));
    match kind.as_str() {
        "S" => content.as_str().map(quoted),
        "N" => {
            let number = content.as_str()?;
            let plain = number
                .chars()
                .all(|digit| digit.is_ascii_digit() || "-.eE+".contains(digit));
            (plain && !number.is_empty() && !number.starts_with('+')).then(|| number.to_owned())
        }
        "BOOL" => content.as_bool().map(|truth| truth.to_string()),
        "NULL" => content.as_bool().filter(|truth| *truth).map(|_| "null".to_owned()),
        "L" => joined(list(content)?.iter().map(literal).collect()).map(|text| format!("[{text}]")),
        "SS" => {
            let members = list(content)?
                .iter()
                .map(|member| member.as_str().map(quoted))
                .collect();
            joined(members).map(|text| format!("<<{text}>>"))
        }
        "NS" => {
            let members = list(content)?
                .iter()
                .map(|member| member.as_str().map(str::to_owned))
                .collect();
            joined(members).map(|text| format!("<<{text}>>"))
        }
        "M" => {
            let member = |(name, inner): (&String, &Value)| Some(format!("{}: {}", quoted(name), literal(inner)?));
            joined(content.as_object()?.iter().map(member).collect()).map(|text| format!("{{{text}}}"))
        }
        _ => None,
    }
}

pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The statement with one word lost, repeated, moved or replaced, cut short, or replaced altogether.
fn garbled(chance: &mut Chance, text: &str) -> String {
    if chance.percent(15) {
        let whole = [
            "",
            " ",
            "FOO",
            "SELECT",
            "SELECT * FROM",
            "SET xs = 1",
            "EXISTS (SELECT * FROM \"diff.hash\" WHERE pk = 'p1')",
            "FOO = 1",
            "é",
            "SELECT COUNT(*) FROM \"diff.hash\"",
            "INSERT INTO \"diff.hash\" VALUE ?",
            "DROP TABLE \"diff.hash\"",
        ];
        return chance.pick(&whole).to_owned();
    }
    let mut words: Vec<&str> = text.split(' ').collect();
    let at = chance.below(words.len());
    match chance.below(6) {
        0 => drop(words.remove(at)),
        1 => words.insert(at, words[at]),
        2 => {
            let other = chance.below(words.len());
            words.swap(at, other);
        }
        3 => words.truncate(at.max(1)),
        4 => words.insert(at, chance.pick(&ODD_WORDS)),
        _ => words[at] = chance.pick(&ODD_WORDS),
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::literal;

    #[test]
    fn values_are_written_as_literals_where_there_are_some() {
        let check = |value, expected: Option<&str>| assert_eq!(literal(&value).as_deref(), expected, "{value}");
        check(json!({"S": "it's"}), Some("'it''s'"));
        check(
            json!({"M": {"a": {"L": [{"N": "1e2"}, {"NULL": true}]}}}),
            Some("{'a': [1e2, null]}"),
        );
        check(json!({"NS": ["1", "2"]}), Some("<<1, 2>>"));
        check(json!({"L": [{"B": "AA=="}]}), None);
        check(json!({"N": "abc"}), None);
    }
}
