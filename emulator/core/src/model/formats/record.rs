//! Records: what a line of an export says of an item, in DynamoDB JSON or Ion.

use super::{FormatError, ion};
use crate::model::json::{Wire, Writer, from_text};
use crate::model::value::{AttributeMap, Item, Value};
use crate::model::wire::{Attributes, ExportRecord};

/// How records are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// JSON, as the API speaks it.
    #[default]
    DynamoDbJson,
    /// Amazon Ion, as a text.
    Ion,
}

/// What a record says of an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// It is this.
    Put(Item),
    /// The one with this key is gone.
    Delete(AttributeMap),
}

impl Format {
    /// The word on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::DynamoDbJson => "DYNAMODB_JSON",
            Self::Ion => "ION",
        }
    }

    /// The format with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::DynamoDbJson, Self::Ion]
            .into_iter()
            .find(|format| format.word() == word)
    }

    /// How the names of files in this format end.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::DynamoDbJson => "json",
            Self::Ion => "ion",
        }
    }

    /// Reads a line.
    ///
    /// # Errors
    /// When it is no record of this format.
    pub fn read(self, line: &str) -> Result<Record, FormatError> {
        match self {
            Self::DynamoDbJson => read_json(line),
            Self::Ion => read_ion(&ion::parse(line).map_err(FormatError::Ion)?),
        }
    }

    /// Appends the line of an item, with its end.
    pub fn write(self, item: &Item, out: &mut Vec<u8>) {
        match self {
            Self::DynamoDbJson => {
                Writer::new(out).single("Item", |writer| item.write(writer));
            }
            Self::Ion => {
                let mut text = String::from("$ion_1_0 {Item:");
                ion::write_map(item, &mut text);
                text.push('}');
                out.extend_from_slice(text.as_bytes());
            }
        }
        out.push(b'\n');
    }
}

fn read_json(line: &str) -> Result<Record, FormatError> {
    let written: ExportRecord = from_text(line).map_err(|_| FormatError::NoRecord)?;
    let valid = |attributes: Attributes| match attributes.faults.is_empty() {
        true => Ok(attributes.map),
        false => Err(FormatError::Value),
    };
    match (written.item.or(written.new_image), written.keys) {
        (Some(item), _) => valid(item).map(Record::Put),
        (None, Some(keys)) => valid(keys).map(Record::Delete),
        (None, None) => Err(FormatError::NoItem),
    }
}

fn read_ion(record: &Value) -> Result<Record, FormatError> {
    let map = |value: Option<&Value>| match value {
        Some(Value::M(map)) => Some(map.clone()),
        _ => None,
    };
    let outer = map(Some(record)).ok_or(FormatError::NoItem)?;
    // Exports of a span of time wrap their records once more.
    let inner = map(outer.get("Record")).unwrap_or(outer);
    let item = map(inner.get("Item")).or_else(|| map(inner.get("NewImage")));
    let record = item
        .map(Record::Put)
        .or_else(|| map(inner.get("Keys")).map(Record::Delete));
    record.ok_or(FormatError::NoItem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_say_what_becomes_of_an_item() {
        let rows = [
            (r#"{"Item":{"pk":{"S":"a"}}}"#, "put"),
            (
                r#"{"Metadata":{"WriteTimestampMicros":{"N":"1"}},"Keys":{"pk":{"S":"a"}},"NewImage":{"pk":{"S":"a"},"n":{"N":"1"}}}"#,
                "put",
            ),
            (r#"{"Keys":{"pk":{"S":"a"}}}"#, "delete"),
            (r#"{"Item":{"pk":{"X":"a"}}}"#, "value"),
            ("{}", "nothing"),
            ("[]", "nothing"),
            ("no", "nothing"),
        ];
        for (line, expected) in rows {
            let found = match Format::DynamoDbJson.read(line) {
                Ok(Record::Put(_)) => "put",
                Ok(Record::Delete(_)) => "delete",
                Err(FormatError::Value) => "value",
                Err(_) => "nothing",
            };
            assert_eq!(found, expected, "{line}");
        }
    }
}
