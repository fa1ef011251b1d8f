//! Attribute values on the wire.
//!
//! Values are packed as they are read, in the one pass over the text. One that breaks the rules leaves a placeholder and a [`Fault`] that the operation
//! reports in its turn. Which words are read as which value follows observed-validation.md §4–§8.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smol_str::SmolStr;

use crate::model::fault::{CURRENT_LAYER_DEPTH_MAX, Fault, FaultKind, Faults, Stage};
use crate::model::java;
use crate::model::json::{
    NumberSetOrder, Place, Read, Reader, Refusal, Text, Token, Wire, Writer, java_structure, read_boolean,
    read_nullable, read_string, refuse_map, refuse_structure,
};
use crate::model::number::Number;
use crate::model::packed::{PackedItem, PackedValue, Packer};
use crate::model::value::{AttributeMap, Binary, DEPTH_MAX, Set, Value, ValueType};

/// Values nested deeper than this are read over, not built; what is refused is refused all the same.
const DEPTH_BUILT_MAX: usize = 64;

/// An item or a key as a client sent it, in the form in which tables hold items: what could be read, and what is wrong with the rest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ItemArg {
    /// The attributes; whole if there are no faults.
    pub item: PackedItem,
    /// What is wrong.
    pub faults: Faults,
}

impl From<AttributeMap> for ItemArg {
    fn from(item: AttributeMap) -> Self {
        PackedItem::from(item).into()
    }
}

impl From<PackedItem> for ItemArg {
    fn from(item: PackedItem) -> Self {
        Self {
            item,
            faults: Faults::default(),
        }
    }
}

/// Attributes as a client sent them, each a value of its own: those of expressions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes {
    /// The attributes; whole if there are no faults.
    pub map: AttributeMap,
    /// What is wrong.
    pub faults: Faults,
}

impl From<AttributeMap> for Attributes {
    fn from(map: AttributeMap) -> Self {
        Self {
            map,
            faults: Faults::default(),
        }
    }
}

/// One value as a client sent it.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeArg {
    /// The value; whole if there are no faults.
    pub value: Value,
    /// What is wrong.
    pub faults: Faults,
}

/// JSON null in place of a value is a value without a type.
impl Default for AttributeArg {
    fn default() -> Self {
        let mut sink = Sink::default();
        sink.fault(FaultKind::NoType, Stage::Reading);
        Self {
            value: Value::Null,
            faults: sink.faults,
        }
    }
}

impl From<Value> for AttributeArg {
    fn from(value: Value) -> Self {
        Self {
            value,
            faults: Faults::default(),
        }
    }
}

/// Collects the faults of one top-level attribute after another.
#[derive(Default)]
pub(super) struct Sink {
    faults: Faults,
    /// The attribute that is read; its name may come when it has been read.
    key: SmolStr,
    /// Where its faults begin.
    of_attribute: usize,
    deepest: usize,
    coerced: bool,
}

impl Sink {
    /// Goes on to the top-level attribute with this name.
    pub(super) fn enter(&mut self, name: &str) {
        self.key = name.into();
        self.of_attribute = self.faults.len();
    }

    /// What was found.
    pub(super) fn into_faults(self) -> Faults {
        self.faults
    }

    pub(super) fn fault(&mut self, kind: FaultKind, stage: Stage) {
        let fault = Fault {
            key: self.key.clone(),
            kind,
            stage,
            coerced: self.coerced,
        };
        self.faults.push(fault, self.of_attribute);
    }

    /// Reads a top-level value and closes the books on it.
    fn read_top(&mut self, reader: &mut Reader<'_>, key: &str, packer: &mut Packer) -> Read<()> {
        self.of_attribute = self.faults.len();
        self.deepest = 0;
        self.coerced = false;
        self.read_or_no_type(reader, 1, packer)?;
        if self.deepest > CURRENT_LAYER_DEPTH_MAX {
            reader.note_coercion();
        }
        if self.deepest > DEPTH_MAX {
            self.fault(FaultKind::Deep(self.deepest), Stage::Depth);
        }
        self.faults.belong_to(key, self.of_attribute);
        Ok(())
    }

    fn read_or_no_type(&mut self, reader: &mut Reader<'_>, level: usize, packer: &mut Packer) -> Read<()> {
        match reader.peek()? {
            Token::Null => {
                reader.word(Token::Null)?;
                self.fault(FaultKind::NoType, Stage::Reading);
                packer.null();
                Ok(())
            }
            Token::Object => self.read_value(reader, level, packer),
            found => Err(refuse_structure("AttributeValue", found, Place::Element)),
        }
    }

    fn read_value(&mut self, reader: &mut Reader<'_>, level: usize, packer: &mut Packer) -> Read<()> {
        self.deepest = self.deepest.max(level);
        let mut members = Members::default();
        let begin = packer.len();
        reader.object(|reader, descriptor| {
            let Some(kind) = ValueType::from_descriptor(descriptor) else {
                return reader.skip();
            };
            if reader.peek()? == Token::Null {
                return reader.word(Token::Null);
            }
            packer.take_back(begin);
            members.add(kind);
            self.read_member(reader, kind, level, &mut members, packer)
        })?;
        if !members.is_any() {
            packer.null();
        }
        if members.coerced || members.count > 1 {
            reader.note_coercion();
            self.coerced = true;
        }
        self.close(members);
        Ok(())
    }

    /// Reports a value's own faults in the service's order.
    pub(super) fn close(&mut self, members: Members) {
        if !members.is_any() {
            self.fault(FaultKind::NoType, Stage::Reading);
        } else if members.count > 1 {
            // With several types the first fault stands for all, and comes while values are read; what comes later is never looked at.
            let worst = members
                .faults
                .into_iter()
                .filter_map(|kind| Some((Members::rank_among_many(&kind)?, kind)))
                .min_by_key(|(rank, _)| *rank)
                .map_or(FaultKind::ManyTypes, |(_, kind)| kind);
            self.fault(worst, Stage::Reading);
        } else {
            for kind in members.faults {
                let stage = match kind {
                    FaultKind::NullFalse if members.coerced => Stage::Reading,
                    FaultKind::NullFalse => Stage::NullFalse,
                    _ => Stage::Content,
                };
                self.fault(kind, stage);
            }
        }
    }

    fn read_member(
        &mut self,
        reader: &mut Reader<'_>,
        kind: ValueType,
        level: usize,
        members: &mut Members,
        packer: &mut Packer,
    ) -> Read<()> {
        match kind {
            ValueType::S => packer.string(&read_string(reader)?),
            ValueType::N => packer.number(&members.number(&read_string(reader)?)),
            ValueType::B => packer.binary(&read_binary(reader)?.0),
            ValueType::Bool => packer.boolean(read_flag(reader, members)?),
            ValueType::Null => {
                let is_null = read_flag(reader, members)?;
                members.note_null(is_null);
                packer.null();
            }
            ValueType::Ss => packer.value(&members.set(kind, read_set(reader, read_text)?, Members::string_set)),
            ValueType::Ns => {
                let made = |members: &mut Members, sent: Vec<Text>| members.number_set(&sent);
                packer.value(&members.set(kind, read_set(reader, read_text)?, made));
            }
            ValueType::Bs => {
                packer.value(&members.set(kind, read_set(reader, read_binary_member)?, Members::binary_set));
            }
            ValueType::L => self.read_list(reader, level, packer)?,
            ValueType::M => self.read_map(reader, level, packer)?,
        }
        Ok(())
    }

    fn read_list(&mut self, reader: &mut Reader<'_>, level: usize, packer: &mut Packer) -> Read<()> {
        if reader.peek()? != Token::Array {
            packer.null();
            return Vec::<Text>::read(reader, Place::Member).map(drop);
        }
        if level > DEPTH_BUILT_MAX {
            return self.read_over(reader, level, packer);
        }
        packer.list(|packer| reader.array(|reader| self.read_or_no_type(reader, level + 1, packer)))
    }

    fn read_map(&mut self, reader: &mut Reader<'_>, level: usize, packer: &mut Packer) -> Read<()> {
        let found = reader.peek()?;
        if found != Token::Object {
            return Err(refuse_map(found, Place::Member, &AttributeArg::java_type()));
        }
        if level > DEPTH_BUILT_MAX {
            return self.read_over(reader, level, packer);
        }
        packer.map(|attributes| {
            reader.object(|reader, name| {
                if let Some(fault) = FaultKind::of_name(name) {
                    self.fault(fault, Stage::Name);
                }
                self.read_or_no_type(reader, level + 1, attributes.begin(name))
            })
        })
    }

    fn read_over(&mut self, reader: &mut Reader<'_>, level: usize, packer: &mut Packer) -> Read<()> {
        self.deepest = self.deepest.max(level + 1);
        packer.null();
        reader.skip()
    }
}

/// The type members of one value as they come.
#[derive(Default)]
pub(super) struct Members {
    kinds: u16,
    count: u32,
    coerced: bool,
    faults: Vec<FaultKind>,
}

impl Members {
    pub(super) fn add(&mut self, kind: ValueType) {
        let bit = 1 << kind as u16;
        self.count += u32::from(self.kinds & bit == 0);
        self.kinds |= bit;
    }

    /// Whether there is any.
    pub(super) fn is_any(&self) -> bool {
        self.count > 0
    }

    /// Which fault of a value with several types the service names, if it comes before their being several (observed-validation.md §5).
    fn rank_among_many(kind: &FaultKind) -> Option<u8> {
        match kind {
            FaultKind::EmptySet(_) => Some(0),
            FaultKind::Number(..) => Some(1),
            FaultKind::NullFalse => Some(2),
            _ => None,
        }
    }

    /// Notes what a NULL reads as, which must be true.
    pub(super) fn note_null(&mut self, is_null: bool) {
        if !is_null {
            self.faults.push(FaultKind::NullFalse);
        }
    }

    pub(super) fn number(&mut self, text: &str) -> Number {
        Number::parse(text).unwrap_or_else(|fault| {
            self.faults.push(FaultKind::Number(fault, text.into()));
            Number::ZERO
        })
    }

    /// A set of what was sent, or of nothing where a null stood among the members.
    fn set<T>(
        &mut self,
        kind: ValueType,
        sent: Option<Vec<T>>,
        made: impl FnOnce(&mut Self, Vec<T>) -> Value,
    ) -> Value {
        let Some(sent) = sent else {
            self.faults.push(FaultKind::NullMember(kind));
            return Value::Null;
        };
        made(self, sent)
    }

    pub(super) fn string_set(&mut self, sent: Vec<Text>) -> Value {
        match Set::new(sent.clone()) {
            Some(set) => Value::Ss(set),
            None => self.bad_set(ValueType::Ss, sent),
        }
    }

    pub(super) fn number_set(&mut self, sent: &[Text]) -> Value {
        let read = |text: &Text| Number::parse(text).map_err(|fault| FaultKind::Number(fault, text.clone()));
        match sent.iter().map(read).collect::<Result<_, _>>().map(Set::new) {
            Ok(Some(set)) => Value::Ns(set),
            Ok(None) => self.bad_set(ValueType::Ns, sent.to_vec()),
            Err(fault) => {
                self.faults.push(fault);
                Value::Null
            }
        }
    }

    pub(super) fn binary_set(&mut self, sent: Vec<(Binary, Text)>) -> Value {
        match Set::new(sent.iter().map(|(bytes, _)| bytes.clone()).collect()) {
            Some(set) => Value::Bs(set),
            None => self.bad_set(ValueType::Bs, sent.into_iter().map(|(_, text)| text).collect()),
        }
    }

    fn bad_set(&mut self, kind: ValueType, sent: Vec<Text>) -> Value {
        self.faults.push(if sent.is_empty() {
            FaultKind::EmptySet(kind)
        } else {
            FaultKind::Duplicates(kind, sent)
        });
        Value::Null
    }
}

/// A BOOL or NULL member; an array there is refused without words (observed-validation.md §3).
fn read_flag(reader: &mut Reader<'_>, members: &mut Members) -> Read<bool> {
    if reader.peek()? == Token::Array {
        return Err(Refusal::Kind(None));
    }
    read_boolean(reader, &mut members.coerced)
}

/// The members of a set as they were sent. A null is absent elsewhere, but there is nothing that a set could hold instead: then there is none.
fn read_set<T>(reader: &mut Reader<'_>, read_member: impl Fn(&mut Reader<'_>) -> Read<T>) -> Read<Option<Vec<T>>> {
    if reader.peek()? != Token::Array {
        return Vec::<Text>::read(reader, Place::Member).map(|_| Some(Vec::new()));
    }
    let mut members = Some(Vec::new());
    reader.array(|reader| {
        if reader.peek()? == Token::Null {
            members = None;
            return reader.word(Token::Null);
        }
        let member = read_member(reader)?;
        if let Some(members) = &mut members {
            members.push(member);
        }
        Ok(())
    })?;
    Ok(members)
}

fn read_text(reader: &mut Reader<'_>) -> Read<Text> {
    Text::read(reader, Place::Element)
}

fn read_binary_member(reader: &mut Reader<'_>) -> Read<(Binary, Text)> {
    read_binary(reader).map(|(bytes, text)| (bytes.into(), text.into()))
}

/// The bytes of a base64 string, and the string.
fn read_binary<'t>(reader: &mut Reader<'t>) -> Read<(Vec<u8>, Cow<'t, str>)> {
    match reader.peek()? {
        Token::String => {}
        Token::Array => return Err(Refusal::kind("Unrecognized collection type class java.nio.ByteBuffer")),
        Token::Object => return Err(Refusal::kind("Start of structure or map found where not expected")),
        _ => return Err(Refusal::kind("only base-64-encoded strings are convertible to bytes")),
    }
    let text = reader.string()?;
    if text.len() % 4 != 0 {
        let found = text.len();
        return Err(Refusal::kind(format!(
            "Base64 encoded length is expected a multiple of 4 bytes but found: {found}"
        )));
    }
    match STANDARD.decode(text.as_bytes()) {
        Ok(bytes) => Ok((bytes, text)),
        Err(base64::DecodeError::InvalidLastSymbol(..)) => {
            Err(Refusal::kind("Invalid last non-pad Base64 character dectected"))
        }
        Err(base64::DecodeError::InvalidByte(at, byte)) => Err(Refusal::kind(format!(
            "Invalid Base64 character: '{}' at index {at}",
            char::from(byte)
        ))),
        Err(_) => Err(Refusal::kind("Invalid last non-pad Base64 character dectected")),
    }
}

/// Reads a map of values, and tells what is wrong with it.
fn read_attributes(reader: &mut Reader<'_>, place: Place, packer: &mut Packer) -> Read<Faults> {
    let found = reader.peek()?;
    if found != Token::Object {
        return Err(refuse_map(found, place, &AttributeArg::java_type()));
    }
    let mut sink = Sink::default();
    packer.attributes(|attributes| {
        reader.object(|reader, name| {
            if let Some(fault) = FaultKind::of_name(name) {
                sink.fault(fault, Stage::Name);
            }
            sink.read_top(reader, name, attributes.begin(name))
        })
    })?;
    Ok(sink.faults)
}

impl Wire for ItemArg {
    fn java_type() -> String {
        format!("java.util.Map<java.lang.String, {}>", AttributeArg::java_type())
    }

    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self> {
        let mut packer = Packer::default();
        let faults = read_attributes(reader, place, &mut packer)?;
        let item = packer.into_item();
        Ok(Self { item, faults })
    }

    fn write(&self, writer: &mut Writer<'_>) {
        self.item.write(writer);
    }
}

impl Wire for Attributes {
    fn java_type() -> String {
        ItemArg::java_type()
    }

    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self> {
        let mut packer = Packer::default();
        let faults = read_attributes(reader, place, &mut packer)?;
        let map = packer.unpack();
        Ok(Self { map, faults })
    }

    fn write(&self, writer: &mut Writer<'_>) {
        self.map.write(writer);
    }
}

impl Wire for AttributeArg {
    fn java_type() -> String {
        java_structure("AttributeValue")
    }

    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self> {
        let found = reader.peek()?;
        if found != Token::Object {
            return Err(refuse_structure("AttributeValue", found, place));
        }
        let mut sink = Sink::default();
        let mut packer = Packer::default();
        sink.read_top(reader, "", &mut packer)?;
        Ok(Self {
            value: packer.value_at(0).unpack(),
            faults: sink.faults,
        })
    }

    fn write(&self, writer: &mut Writer<'_>) {
        self.value.write(writer);
    }
}

/// A map that the server made; one that a client sent is [`ItemArg`] or [`Attributes`].
impl Wire for AttributeMap {
    fn java_type() -> String {
        ItemArg::java_type()
    }

    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self> {
        PackedItem::read(reader, place).map(|item| item.unpack())
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.object(|members| {
            for (name, value) in self.iter() {
                value.write(members.name(name));
            }
        });
    }
}

/// An item that a table holds, written as it is held.
impl Wire for PackedItem {
    fn java_type() -> String {
        ItemArg::java_type()
    }

    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self> {
        let arg: ItemArg = read_nullable(reader, place)?;
        refuse_faults(&arg.faults)?;
        Ok(arg.item)
    }

    fn write(&self, writer: &mut Writer<'_>) {
        write_packed_attributes(writer, self.entries());
    }
}

fn write_packed_attributes<'p>(writer: &mut Writer<'_>, entries: impl Iterator<Item = (&'p [u8], PackedValue<'p>)>) {
    writer.object(|members| {
        for (name, value) in entries {
            write_packed(members.name_of(name), value);
        }
    });
}

fn write_packed(writer: &mut Writer<'_>, value: PackedValue<'_>) {
    writer.single(value.kind().descriptor(), |writer| {
        let order = writer.number_sets();
        match value.kind() {
            ValueType::S => writer.string_of(value.bytes()),
            ValueType::N => write_number(writer, &value.number()),
            ValueType::B => writer.base64(value.bytes()),
            ValueType::Bool => writer.boolean(value.is_true()),
            ValueType::Null => writer.boolean(true),
            ValueType::Ss => writer.array(value.members(), |writer, member| writer.string_of(member.bytes())),
            ValueType::Ns if order == NumberSetOrder::JavaHash => {
                let numbers: Vec<Number> = value.numbers().collect();
                writer.array(java::hash_set_order(numbers.iter()), write_number);
            }
            ValueType::Ns => writer.array(value.numbers(), |writer, number| write_number(writer, &number)),
            ValueType::Bs => writer.array(value.members(), |writer, member| writer.base64(member.bytes())),
            ValueType::L => writer.array(value.members(), write_packed),
            ValueType::M => write_packed_attributes(writer, value.entries()),
        }
    });
}

/// A value that the server made; one that a client sent is [`AttributeArg`].
impl Wire for Value {
    fn java_type() -> String {
        AttributeArg::java_type()
    }

    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self> {
        let arg: AttributeArg = read_nullable(reader, place)?;
        refuse_faults(&arg.faults)?;
        Ok(arg.value)
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.single(self.kind().descriptor(), |writer| {
            let order = writer.number_sets();
            match self {
                Self::S(text) => writer.string(text),
                Self::N(number) => write_number(writer, number),
                Self::B(bytes) => writer.base64(bytes),
                Self::Bool(value) => writer.boolean(*value),
                Self::Null => writer.boolean(true),
                Self::Ss(set) => writer.array(set.iter(), |writer, member| writer.string(member)),
                Self::Ns(set) if order == NumberSetOrder::JavaHash => {
                    writer.array(java::hash_set_order(set.iter()), |writer, number| {
                        write_number(writer, number)
                    });
                }
                Self::Ns(set) => writer.array(set.iter(), write_number),
                Self::Bs(set) => writer.array(set.iter(), |writer, member| writer.base64(member)),
                Self::L(list) => writer.array(list.iter(), |writer, element| element.write(writer)),
                Self::M(map) => map.write(writer),
            }
        });
    }
}

fn refuse_faults(faults: &Faults) -> Read<()> {
    faults
        .iter()
        .next()
        .map_or(Ok(()), |fault| Err(Refusal::kind(fault.kind.to_string())))
}

fn write_number(writer: &mut Writer<'_>, number: &Number) {
    writer.plain_string(|out| number.write_text(out));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::json::{from_text, to_text};
    use crate::model::value::tests::any_value;

    proptest! {
        #[test]
        fn a_value_that_was_written_reads_back_as_the_same(value in any_value()) {
            prop_assert_eq!(from_text::<Value>(&to_text(&value)), Ok(value));
        }

        #[test]
        fn the_order_of_number_sets_on_the_wire_makes_no_other_value(value in any_value()) {
            let mut out = Vec::new();
            value.write(&mut Writer::new(&mut out).with_number_sets(NumberSetOrder::JavaHash));
            let text = String::from_utf8(out).unwrap();
            prop_assert_eq!(from_text::<Value>(&text), Ok(value));
        }
    }

    /// The stage and words of every fault of a value, in the order of the text.
    fn faults(json: &str) -> Vec<String> {
        let attributes: Attributes = from_text(&format!(r#"{{"a":{json}}}"#)).unwrap();
        attributes
            .faults
            .iter()
            .map(|fault| format!("{:?}: {}", fault.stage, fault.kind))
            .collect()
    }

    #[test]
    fn a_faulty_value_is_told_with_its_stage() {
        const MANY: &str = "Reading: Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes";
        const NONE: &str =
            "Reading: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
        for (json, expected) in [
            (r#"{}"#, NONE),
            (r#"null"#, NONE),
            (r#"{"S":null}"#, NONE),
            (r#"{"S":"a","N":"1"}"#, MANY),
            (r#"{"S":"a","SS":["x","x"]}"#, MANY),
            (
                r#"{"SS":["x",null]}"#,
                "Content: One or more parameter values were invalid: An string set may not have a null string as a member",
            ),
            (
                r#"{"S":"a","N":"x"}"#,
                "Reading: The parameter cannot be converted to a numeric value: x",
            ),
            (
                r#"{"N":"x","SS":[]}"#,
                "Reading: One or more parameter values were invalid: An string set  may not be empty",
            ),
            (
                r#"{"NULL":false}"#,
                "NullFalse: One or more parameter values were invalid: Null attribute value types must have the value of true",
            ),
            (
                r#"{"NULL":"no"}"#,
                "Reading: One or more parameter values were invalid: Null attribute value types must have the value of true",
            ),
            (
                r#"{"N":""}"#,
                "Content: The parameter cannot be converted to a numeric value: ",
            ),
            (
                r#"{"NS":["1","1.0"]}"#,
                "Content: One or more parameter values were invalid: Input collection contains duplicates.",
            ),
            (r#"{"M":{"":{"S":"x"}}}"#, "Name: Empty attribute name"),
            (
                r#"{"L":[{"NS":[]}]}"#,
                "Content: One or more parameter values were invalid: An number set  may not be empty",
            ),
        ] {
            assert_eq!(faults(json), [expected], "{json}");
        }
    }

    #[test]
    fn nesting_is_counted_and_what_is_far_too_deep_is_read_over() {
        let nested = |levels: usize| format!("{}{{\"S\":\"x\"}}{}", r#"{"L":["#.repeat(levels), "]}".repeat(levels));
        assert_eq!(faults(&nested(31)).len(), 0);
        assert_eq!(faults(&nested(32)).len(), 1);
        assert_eq!(faults(&nested(900)).len(), 1);
    }
}
