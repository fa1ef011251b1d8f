//! Attribute values as the deserializer of SearchVectors reads them: exactly one type, of sixteen that it knows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::attributes::{AttributeArg, Attributes, Members, Sink};
use crate::model::fault::{FaultKind, Stage};
use crate::model::json::{Read, Reader, Refusal, Text, Token, strict};
use crate::model::value::{Binary, DEPTH_MAX, Value, ValueType};

/// The names of types that are known here, in the order in which a refusal lists them.
const VARIANTS: [&str; 16] = [
    "B",
    "BOOL",
    "BS",
    "DECIMAL",
    "DECIMALSET",
    "DOUBLE",
    "DOUBLESET",
    "INT",
    "INTSET",
    "L",
    "M",
    "N",
    "NS",
    "NULL",
    "S",
    "SS",
];

/// Values nested deeper than this are no text that is read.
const DEPTH_READ_MAX: usize = 60;

/// A map of values.
pub(super) fn attributes(reader: &mut Reader<'_>) -> Read<Attributes> {
    let mut sink = Sink::default();
    let mut attributes = Vec::new();
    strict::map(reader, |reader, name| {
        sink.enter(name);
        if name.is_empty() {
            sink.fault(FaultKind::EmptyName, Stage::Name);
        }
        attributes.push((Text::from(name), top(reader, &mut sink)?));
        Ok(())
    })?;
    Ok(Attributes {
        map: attributes.into(),
        faults: sink.into_faults(),
    })
}

/// One value.
pub(super) fn argument(reader: &mut Reader<'_>) -> Read<AttributeArg> {
    let mut sink = Sink::default();
    let value = top(reader, &mut sink)?;
    Ok(AttributeArg {
        value,
        faults: sink.into_faults(),
    })
}

fn top(reader: &mut Reader<'_>, sink: &mut Sink) -> Read<Value> {
    let value = value(reader, sink, 1)?;
    let depth = value.depth();
    if depth > DEPTH_MAX {
        sink.fault(FaultKind::Deep(depth), Stage::Depth);
    }
    Ok(value)
}

fn value(reader: &mut Reader<'_>, sink: &mut Sink, level: usize) -> Read<Value> {
    match reader.peek()? {
        Token::Object if level <= DEPTH_READ_MAX => {}
        Token::String => {
            let name = reader.string()?;
            return Err(match VARIANTS.contains(&&*name) {
                true => Refusal::Kind(None),
                false => strict::unknown_variant(reader.place(), &name, &VARIANTS),
            });
        }
        _ => return Err(Refusal::Kind(None)),
    }
    let mut found = None;
    let mut members = Members::default();
    reader.object(|reader, name| {
        if found.is_some() {
            return Err(Refusal::Kind(None));
        }
        if !VARIANTS.contains(&name) {
            return Err(strict::unknown_variant(reader.name_place(), name, &VARIANTS));
        }
        let value = match ValueType::from_descriptor(name) {
            Some(kind) => content(reader, kind, sink, &mut members, level)?,
            None => {
                reader.skip()?;
                sink.fault(FaultKind::UnsupportedType, Stage::Reading);
                Value::Null
            }
        };
        found = Some((name.to_owned(), value));
        Ok(())
    })?;
    let Some((name, value)) = found else {
        return Err(Refusal::Kind(None));
    };
    match ValueType::from_descriptor(&name) {
        Some(kind) => {
            members.add(kind, value);
            sink.close(members)
        }
        None => Ok(value),
    }
}

fn content(
    reader: &mut Reader<'_>,
    kind: ValueType,
    sink: &mut Sink,
    members: &mut Members,
    level: usize,
) -> Read<Value> {
    Ok(match kind {
        ValueType::S => Value::S(strict::string(reader)?),
        ValueType::N => Value::N(members.number(&strict::string(reader)?)),
        ValueType::B => Value::B(binary(reader)?.0),
        ValueType::Bool => Value::Bool(strict::boolean(reader)?),
        ValueType::Null => {
            members.note_null(strict::boolean(reader)?);
            Value::Null
        }
        ValueType::Ss => members.string_set(elements(reader, strict::string)?),
        ValueType::Ns => members.number_set(&elements(reader, strict::string)?),
        ValueType::Bs => members.binary_set(elements(reader, binary)?),
        ValueType::L => Value::L(elements(reader, |reader| value(reader, sink, level + 1))?.into()),
        ValueType::M => {
            let mut map = Vec::new();
            strict::map(reader, |reader, name| {
                if name.is_empty() {
                    sink.fault(FaultKind::EmptyName, Stage::Name);
                }
                map.push((Text::from(name), value(reader, sink, level + 1)?));
                Ok(())
            })?;
            Value::M(map.into())
        }
    })
}

fn elements<T>(reader: &mut Reader<'_>, mut element: impl FnMut(&mut Reader<'_>) -> Read<T>) -> Read<Vec<T>> {
    let mut elements = Vec::new();
    strict::sequence(reader, |reader| {
        elements.push(element(reader)?);
        Ok(())
    })?;
    Ok(elements)
}

fn binary(reader: &mut Reader<'_>) -> Read<(Binary, Text)> {
    const WANTED: &str = "a Base64-encoded string";
    let text = strict::string_as(reader, WANTED)?;
    match STANDARD.decode(text.as_bytes()) {
        Ok(bytes) => Ok((bytes.into(), text)),
        Err(_) => Err(strict::invalid_value(reader, format_args!("string {text:?}"), WANTED)),
    }
}
