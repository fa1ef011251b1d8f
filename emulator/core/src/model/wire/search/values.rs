//! Attribute values as the deserializer of SearchVectors reads them: exactly one type, of sixteen that it knows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::attributes::{AttributeArg, Attributes, Members, Sink};
use crate::model::fault::{FaultKind, Stage};
use crate::model::json::{Read, Reader, Refusal, Text, Token, strict};
use crate::model::packed::Packer;
use crate::model::value::{Binary, DEPTH_MAX, ValueType};

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
    let mut packer = Packer::default();
    packer.attributes(|attributes| {
        strict::map(reader, |reader, name| {
            sink.enter(name);
            if name.is_empty() {
                sink.fault(FaultKind::EmptyName, Stage::Name);
            }
            top(reader, &mut sink, attributes.begin(name))
        })
    })?;
    Ok(Attributes {
        map: packer.unpack(),
        faults: sink.into_faults(),
    })
}

/// One value.
pub(super) fn argument(reader: &mut Reader<'_>) -> Read<AttributeArg> {
    let mut sink = Sink::default();
    let mut packer = Packer::default();
    top(reader, &mut sink, &mut packer)?;
    Ok(AttributeArg {
        value: packer.value_at(0).unpack(),
        faults: sink.into_faults(),
    })
}

fn top(reader: &mut Reader<'_>, sink: &mut Sink, packer: &mut Packer) -> Read<()> {
    let begin = packer.len();
    value(reader, sink, 1, packer)?;
    let depth = packer.value_at(begin).depth();
    if depth > DEPTH_MAX {
        sink.fault(FaultKind::Deep(depth), Stage::Depth);
    }
    Ok(())
}

fn value(reader: &mut Reader<'_>, sink: &mut Sink, level: usize, packer: &mut Packer) -> Read<()> {
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
    let mut is_found = false;
    let mut members = Members::default();
    reader.object(|reader, name| {
        if std::mem::replace(&mut is_found, true) {
            return Err(Refusal::Kind(None));
        }
        if !VARIANTS.contains(&name) {
            return Err(strict::unknown_variant(reader.name_place(), name, &VARIANTS));
        }
        let Some(kind) = ValueType::from_descriptor(name) else {
            sink.fault(FaultKind::UnsupportedType, Stage::Reading);
            packer.null();
            return reader.skip();
        };
        members.add(kind);
        content(reader, kind, sink, &mut members, level, packer)
    })?;
    if !is_found {
        return Err(Refusal::Kind(None));
    }
    if members.is_any() {
        sink.close(members);
    }
    Ok(())
}

fn content(
    reader: &mut Reader<'_>,
    kind: ValueType,
    sink: &mut Sink,
    members: &mut Members,
    level: usize,
    packer: &mut Packer,
) -> Read<()> {
    match kind {
        ValueType::S => packer.string(&strict::string(reader)?),
        ValueType::N => packer.number(&members.number(&strict::string(reader)?)),
        ValueType::B => packer.binary(&binary(reader)?.0),
        ValueType::Bool => packer.boolean(strict::boolean(reader)?),
        ValueType::Null => {
            members.note_null(strict::boolean(reader)?);
            packer.null();
        }
        ValueType::Ss => packer.value(&members.string_set(elements(reader, strict::string)?)),
        ValueType::Ns => packer.value(&members.number_set(&elements(reader, strict::string)?)),
        ValueType::Bs => packer.value(&members.binary_set(elements(reader, binary)?)),
        ValueType::L => {
            packer.list(|packer| strict::sequence(reader, |reader| value(reader, sink, level + 1, packer)))?
        }
        ValueType::M => packer.map(|attributes| {
            strict::map(reader, |reader, name| {
                if name.is_empty() {
                    sink.fault(FaultKind::EmptyName, Stage::Name);
                }
                value(reader, sink, level + 1, attributes.begin(name))
            })
        })?,
    }
    Ok(())
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
