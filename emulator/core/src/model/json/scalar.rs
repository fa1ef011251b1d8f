//! How scalars, lists and maps cross the wire, with the refusals that the service words for each kind of token.

use smol_str::SmolStr;
use std::borrow::Cow;

use super::{Outline, Place, Read, Reader, Refusal, Token, Wire, Writer, read_nullable, refuse_scalar};

/// A string of the wire.
pub type Text = SmolStr;

/// A map of the wire in the order in which it was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Entries<T>(pub Vec<(Text, T)>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Entries<T> {
    /// The value of a key; of two with one key the later counts.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&T> {
        self.0
            .iter()
            .rev()
            .find(|(candidate, _)| candidate == key)
            .map(|(_, value)| value)
    }

    /// The entries in the order in which they were sent.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Text, &T)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A point in time as the wire has it: seconds since 1970 with milliseconds as the fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    milliseconds: i64,
}

impl Timestamp {
    /// The time so many milliseconds after 1970 began.
    #[must_use]
    pub fn from_millis(milliseconds: i64) -> Self {
        Self { milliseconds }
    }

    /// Milliseconds since 1970 began.
    #[must_use]
    pub fn as_millis(self) -> i64 {
        self.milliseconds
    }

    /// Whole seconds since 1970 began.
    #[must_use]
    pub fn as_seconds(self) -> i64 {
        self.milliseconds.div_euclid(1_000)
    }

    /// The time so many milliseconds later.
    #[must_use]
    pub fn plus_millis(self, milliseconds: i64) -> Self {
        Self {
            milliseconds: self.milliseconds.saturating_add(milliseconds),
        }
    }
}

/// The refusal of a token where a scalar of the Java class `class` was wanted.
fn refuse(reader: &mut Reader<'_>, found: Token, class: &str) -> Refusal {
    let value = match found {
        Token::Array => return Refusal::kind(format!("Unrecognized collection type class java.lang.{class}")),
        Token::Object => return Refusal::kind("Start of structure or map found where not expected"),
        Token::String => "STRING_VALUE",
        Token::True => "TRUE_VALUE",
        Token::False => "FALSE_VALUE",
        Token::Null => "NULL_VALUE",
        Token::Number => match reader.number() {
            Ok(number) if number.contains(['.', 'e', 'E']) => "DECIMAL_VALUE",
            Ok(_) => "NUMBER_VALUE",
            Err(malformed) => return malformed,
        },
    };
    Refusal::kind(format!("{value} cannot be converted to {class}"))
}

impl Wire for Text {
    fn java_type() -> String {
        "java.lang.String".to_owned()
    }

    fn read(reader: &mut Reader<'_>, _: Place) -> Read<Self> {
        read_string(reader).map(Text::from)
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.string(self);
    }
}

/// Reads a string.
///
/// # Errors
/// When the next value is none.
pub(crate) fn read_string<'t>(reader: &mut Reader<'t>) -> Read<Cow<'t, str>> {
    match reader.peek()? {
        Token::String => reader.string(),
        found => Err(refuse(reader, found, "String")),
    }
}

/// Reads a boolean, which the service also takes as one of ten words in any case.
///
/// Words set `coerced`.
///
/// # Errors
/// When the next value is none of them.
pub(crate) fn read_boolean(reader: &mut Reader<'_>, coerced: &mut bool) -> Read<bool> {
    match reader.peek()? {
        token @ (Token::True | Token::False) => reader.word(token).map(|()| token == Token::True),
        Token::String => {
            *coerced = true;
            match reader.string()?.to_ascii_lowercase().as_str() {
                "true" | "t" | "yes" | "y" | "1" => Ok(true),
                "false" | "f" | "no" | "n" | "0" => Ok(false),
                _ => Err(Refusal::kind("Unexpected token received from parser")),
            }
        }
        found => Err(refuse(reader, found, "Boolean")),
    }
}

impl Wire for bool {
    fn java_type() -> String {
        "java.lang.Boolean".to_owned()
    }

    fn read(reader: &mut Reader<'_>, _: Place) -> Read<Self> {
        read_boolean(reader, &mut false)
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.boolean(*self);
    }
}

/// An integer from a number's text: fractions are cut off toward zero and the rest saturates. The flag tells whether either happened.
fn integer(text: &str, low: i64, high: i64) -> (i64, bool) {
    let (value, inexact) = text.parse::<i64>().map_or_else(
        |_| (text.parse::<f64>().map_or(0, |double| double as i64), true),
        |value| (value, false),
    );
    let clamped = value.clamp(low, high);
    (clamped, inexact || clamped != value)
}

impl Wire for i32 {
    fn java_type() -> String {
        "java.lang.Integer".to_owned()
    }

    fn read(reader: &mut Reader<'_>, _: Place) -> Read<Self> {
        match reader.peek()? {
            Token::Number => {
                let (value, coerced) = integer(reader.number()?, i32::MIN.into(), i32::MAX.into());
                if coerced {
                    reader.note_coercion();
                }
                Ok(value as i32)
            }
            found => Err(refuse(reader, found, "Integer")),
        }
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.integer((*self).into());
    }
}

impl Wire for i64 {
    fn java_type() -> String {
        "java.lang.Long".to_owned()
    }

    fn read(reader: &mut Reader<'_>, _: Place) -> Read<Self> {
        match reader.peek()? {
            Token::Number => Ok(integer(reader.number()?, i64::MIN, i64::MAX).0),
            found => Err(refuse(reader, found, "Long")),
        }
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.integer(*self);
    }
}

impl Wire for f64 {
    fn java_type() -> String {
        "java.lang.Double".to_owned()
    }

    fn read(reader: &mut Reader<'_>, _: Place) -> Read<Self> {
        match reader.peek()? {
            Token::Number => reader.number()?.parse().map_err(|_| Refusal::Malformed),
            found => Err(refuse(reader, found, "Double")),
        }
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.double(*self);
    }
}

impl Wire for Timestamp {
    fn java_type() -> String {
        "java.util.Date".to_owned()
    }

    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self> {
        f64::read(reader, place).map(|seconds| Self::from_millis((seconds * 1_000.0).round() as i64))
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.double(self.milliseconds as f64 / 1_000.0);
    }
}

impl<T: Wire> Wire for Option<T> {
    fn java_type() -> String {
        T::java_type()
    }

    fn outline() -> Outline {
        T::outline()
    }

    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self> {
        T::read(reader, place).map(Some)
    }

    fn write(&self, writer: &mut Writer<'_>) {
        if let Some(value) = self {
            value.write(writer);
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Wire> Wire for Box<T> {
    fn java_type() -> String {
        T::java_type()
    }

    fn outline() -> Outline {
        T::outline()
    }

    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self> {
        T::read(reader, place).map(Box::new)
    }

    fn write(&self, writer: &mut Writer<'_>) {
        T::write(self, writer);
    }

    fn is_absent(&self) -> bool {
        T::is_absent(self)
    }
}

/// What the service's deserializer says of a scalar where a generic type stands inside a collection.
pub(crate) const GENERIC_CAST: &str = "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class \
     (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of loader 'bootstrap')";

/// The most elements of a list or map of any type that are always kept: more than any operation takes of large ones.
const KEPT_MIN: usize = 10_000;
/// The most bytes that the elements of a list or map take by themselves once there are more.
const KEPT_BYTES_MAX: usize = 8 << 20;

/// Adds an element that was read to a list or map, unless that is far longer than any that is not refused: a structure of many members
/// takes hundreds of times the space of the `{}` that it was read from.
fn keep<T>(list: &mut Vec<T>, element: T) {
    if list.len() < KEPT_MIN || list.len() * size_of::<T>() < KEPT_BYTES_MAX {
        list.push(element);
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn java_type() -> String {
        format!("java.util.List<{}>", T::java_type())
    }

    fn outline() -> Outline {
        Outline::List(T::outline)
    }

    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self> {
        match (reader.peek()?, place) {
            (Token::Array, _) => {
                let mut list = Vec::new();
                reader.array(|reader| {
                    keep(&mut list, read_nullable(reader, Place::Element)?);
                    Ok(())
                })?;
                Ok(list)
            }
            (Token::Object, _) => Err(Refusal::kind("Start of structure or map found where not expected")),
            (_, Place::Member) => Err(refuse_scalar(place)),
            (_, Place::Element) => Err(Refusal::kind(GENERIC_CAST)),
        }
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.array(self, |writer, element| element.write(writer));
    }
}

/// The refusal of a token where a map with values of the Java type `of` was wanted.
pub(crate) fn refuse_map(found: Token, place: Place, of: &str) -> Refusal {
    match (found, place) {
        (Token::Array, _) => Refusal::kind(format!(
            "Unrecognized collection type java.util.Map<java.lang.String, {of}>"
        )),
        (_, Place::Member) => refuse_scalar(place),
        (_, Place::Element) => Refusal::kind(GENERIC_CAST),
    }
}

impl<T: Wire> Wire for Entries<T> {
    fn java_type() -> String {
        format!("java.util.Map<java.lang.String, {}>", T::java_type())
    }

    fn outline() -> Outline {
        Outline::Map(T::outline)
    }

    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self> {
        let found = reader.peek()?;
        if found != Token::Object {
            return Err(refuse_map(found, place, &T::java_type()));
        }
        let mut entries = Vec::new();
        reader.object(|reader, key| {
            let value = read_nullable(reader, Place::Element)?;
            keep(&mut entries, (Text::from(key), value));
            Ok(())
        })?;
        Ok(Self(entries))
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.object(|members| {
            for (key, value) in &self.0 {
                value.write(members.name(key));
            }
        });
    }
}
