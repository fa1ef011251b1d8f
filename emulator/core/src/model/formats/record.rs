//! Records: what a line of an export says of an item, in DynamoDB JSON or Ion.

use super::{FormatError, ion};
use crate::model::json::{Timestamp, Wire, Writer, from_text};
use crate::model::number::Number;
use crate::model::value::{AttributeMap, Item, Value};
use crate::model::wire::{ExportRecord, ItemArg};

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

    /// Appends a line, with its end.
    pub(super) fn write(self, line: &impl Line, out: &mut Vec<u8>) {
        match self {
            Self::DynamoDbJson => line.write_json(&mut Writer::new(out)),
            Self::Ion => {
                let mut text = String::from("$ion_1_0 ");
                line.write_ion(&mut text);
                out.extend_from_slice(text.as_bytes());
            }
        }
        out.push(b'\n');
    }
}

/// What stands on a line of an export.
pub trait Line {
    /// Writes it as JSON.
    fn write_json(&self, writer: &mut Writer<'_>);

    /// Appends it as Ion.
    fn write_ion(&self, out: &mut String);
}

/// The item of a full export.
impl Line for Item {
    fn write_json(&self, writer: &mut Writer<'_>) {
        writer.single("Item", |writer| self.write(writer));
    }

    fn write_ion(&self, out: &mut String) {
        out.push_str("{Item:");
        ion::write_map(self, out);
        out.push('}');
    }
}

/// What became of an item within the span of an incremental export.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// Its key.
    pub keys: Item,
    /// The item before, if it was there and is wanted.
    pub old: Option<Item>,
    /// The item after, if it is there.
    pub new: Option<Item>,
    /// When it was last written.
    pub at: Timestamp,
}

impl Changed {
    /// The parts of the record with their names.
    fn parts(&self) -> impl Iterator<Item = (&'static str, &Item)> {
        let images = [("OldImage", self.old.as_ref()), ("NewImage", self.new.as_ref())];
        let images = images.into_iter().filter_map(|(name, image)| Some((name, image?)));
        std::iter::once(("Keys", &self.keys)).chain(images)
    }

    fn metadata(&self) -> Item {
        let micros = Number::from_u64(self.at.as_millis().unsigned_abs().saturating_mul(1_000));
        [("WriteTimestampMicros".into(), Value::N(micros))]
            .into_iter()
            .collect()
    }
}

impl Line for Changed {
    fn write_json(&self, writer: &mut Writer<'_>) {
        writer.object(|members| {
            self.metadata().write(members.name("Metadata"));
            for (name, part) in self.parts() {
                part.write(members.name(name));
            }
        });
    }

    fn write_ion(&self, out: &mut String) {
        out.push_str("{Record:{Metadata:");
        ion::write_map(&self.metadata(), out);
        for (name, part) in self.parts() {
            out.push(',');
            out.push_str(name);
            out.push(':');
            ion::write_map(part, out);
        }
        out.push_str("}}");
    }
}

fn read_json(line: &str) -> Result<Record, FormatError> {
    let written: ExportRecord = from_text(line).map_err(|_| FormatError::NoRecord)?;
    if written.condition_expression.is_some() {
        return Err(FormatError::Conditional);
    }
    let valid = |sent: ItemArg| match sent.faults.is_empty() {
        true => Ok(sent.item.unpack()),
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
    if outer.get("ConditionExpression").is_some() {
        return Err(FormatError::Conditional);
    }
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

    fn item(number: u64) -> Item {
        [("pk".into(), Value::N(Number::from_u64(number)))]
            .into_iter()
            .collect()
    }

    #[test]
    fn changes_are_written_as_the_service_writes_them_and_read_again() {
        let mut changed = Changed {
            keys: item(1),
            old: Some(item(2)),
            new: Some(item(3)),
            at: Timestamp::from_millis(1_000),
        };
        let write = |format: Format, changed: &Changed| {
            let mut out = Vec::new();
            format.write(changed, &mut out);
            String::from_utf8(out).unwrap()
        };
        let (json, ion) = (write(Format::DynamoDbJson, &changed), write(Format::Ion, &changed));
        assert_eq!(
            json,
            concat!(
                r#"{"Metadata":{"WriteTimestampMicros":{"N":"1000000"}},"Keys":{"pk":{"N":"1"}},"#,
                r#""OldImage":{"pk":{"N":"2"}},"NewImage":{"pk":{"N":"3"}}}"#,
                "\n"
            )
        );
        assert_eq!(
            ion,
            "$ion_1_0 {Record:{Metadata:{WriteTimestampMicros:1000000.},Keys:{pk:1.},OldImage:{pk:2.},NewImage:{pk:3.}}}\n"
        );
        for (format, text) in [(Format::DynamoDbJson, json), (Format::Ion, ion)] {
            assert_eq!(format.read(text.trim_end()), Ok(Record::Put(item(3))));
        }
        changed.new = None;
        for format in [Format::DynamoDbJson, Format::Ion] {
            let text = write(format, &changed);
            assert_eq!(format.read(text.trim_end()), Ok(Record::Delete(item(1))));
        }
    }

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
