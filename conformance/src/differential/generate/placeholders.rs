//! The placeholders of one request: what its expressions name, and the two maps that say what they stand for.

use serde_json::{Map, Value, json};

use crate::differential::chance::Chance;
use crate::differential::generate::value;

/// Names and values that the expressions of a request refer to.
#[derive(Debug, Default)]
pub(super) struct Placeholders {
    names: Map<String, Value>,
    values: Map<String, Value>,
}

impl Placeholders {
    /// A placeholder for the name; a slip gives one that stands for nothing.
    pub(super) fn name(&mut self, chance: &mut Chance, name: &str) -> String {
        if chance.slips() {
            return "#undefined".to_owned();
        }
        if let Some((known, _)) = self.names.iter().find(|(_, meant)| *meant == name) {
            return known.clone();
        }
        let placeholder = format!("#n{}", self.names.len());
        self.names.insert(placeholder.clone(), json!(name));
        placeholder
    }

    /// A placeholder for the value; a slip gives one that stands for nothing.
    pub(super) fn value(&mut self, chance: &mut Chance, value: Value) -> String {
        if chance.slips() {
            return ":undefined".to_owned();
        }
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    /// Puts the maps into the body of a request; slips add unused or malformed entries, or an empty map.
    pub(super) fn attach(mut self, chance: &mut Chance, body: &mut Value) {
        self.spoil(chance);
        let empty = chance.slips();
        for (member, map) in [
            ("ExpressionAttributeNames", self.names),
            ("ExpressionAttributeValues", self.values),
        ] {
            if !map.is_empty() || (empty && chance.percent(50)) {
                body[member] = Value::Object(map);
            }
        }
    }

    fn spoil(&mut self, chance: &mut Chance) {
        if chance.slips() {
            self.names.insert("#unused".to_owned(), json!("xs"));
        }
        if chance.slips() {
            let unused = value::any(chance, 1);
            self.values.insert(":unused".to_owned(), unused);
        }
        if chance.slips() {
            let key = chance.pick(&["nosigil", "#", "#a-b", "#é", ""]);
            self.names.insert(key.to_owned(), json!("xs"));
        }
        if chance.slips() {
            let key = chance.pick(&["nosigil", ":", ":a b", ":é", "#n"]);
            self.values.insert(key.to_owned(), json!({"S": "a"}));
        }
        if chance.slips() {
            self.names.insert("#empty".to_owned(), json!(""));
        }
    }
}
