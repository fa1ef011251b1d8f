//! JSON as the service speaks it: reading, writing, and the one description of a shape that serves both.
//!
//! A type that crosses the wire implements [`Wire`]; a structure gets it from the `shape!` macro, so that its decoder and its encoder
//! cannot disagree. Refusals carry the words of the service's own deserializer (wire.md §9, observed-validation.md §3). Nothing
//! here knows an operation.

mod outline;
mod plain;
mod reader;
mod scalar;
pub(crate) mod strict;
mod writer;

pub use outline::{MemberOutline, Outline};
pub use reader::{Position, Read, Reader, Refusal, Token};
pub use scalar::{Entries, Text, Timestamp};
pub(crate) use scalar::{read_boolean, read_string, refuse_map};
pub use writer::{Members, NumberSetOrder, Writer};

/// Package of the service's structures in the words of its deserializer.
const PACKAGE: &str = "com.amazonaws.dynamodb.v20120810";

/// Where a value stands; the service words its refusals by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The value of a member of a structure.
    Member,
    /// An element of a list, or a value of a map.
    Element,
}

/// A type that crosses the wire.
pub trait Wire: Default {
    /// The Java type that the service names when it finds a collection of another kind.
    fn java_type() -> String;

    /// What the type looks like.
    fn outline() -> Outline {
        Outline::Plain(Self::java_type())
    }

    /// Reads a value; JSON null never reaches this.
    ///
    /// # Errors
    /// When the text is malformed or of another kind.
    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self>;

    /// Writes the value.
    fn write(&self, writer: &mut Writer<'_>);

    /// Whether a member with this value is left out.
    fn is_absent(&self) -> bool {
        false
    }
}

/// Reads a member or an element; JSON null counts as absent everywhere (observed-validation.md §3).
///
/// # Errors
/// As [`Wire::read`].
pub fn read_nullable<T: Wire>(reader: &mut Reader<'_>, place: Place) -> Read<T> {
    if reader.peek()? == Token::Null {
        reader.word(Token::Null)?;
        return Ok(T::default());
    }
    T::read(reader, place)
}

/// Reads a whole text as one value.
///
/// # Errors
/// As [`Wire::read`], and when something follows the value. A text that is not JSON at all is malformed, whatever else is wrong with it.
pub fn from_text<T: Wire>(text: &str) -> Read<T> {
    let mut reader = Reader::new(text);
    read_whole(&mut reader)
}

/// Reads what is left of a text as one value.
///
/// # Errors
/// As [`from_text`].
pub fn read_whole<T: Wire>(reader: &mut Reader<'_>) -> Read<T> {
    let start = reader.clone();
    let value = T::read(reader, Place::Member).and_then(|value| reader.end().map(|()| value));
    value.map_err(|refusal| refusal_of_whole(refusal, start))
}

/// What a text is refused with, of which a part was refused. It stands outside of [`read_whole`], of which there is one for each shape.
#[cold]
fn refusal_of_whole(refusal: Refusal, mut whole: Reader<'_>) -> Refusal {
    match whole.skip().and_then(|()| whole.end()) {
        Ok(()) => refusal,
        Err(_) => Refusal::Malformed,
    }
}

/// The JSON text of a value.
pub fn to_text(value: &impl Wire) -> String {
    let mut out = Vec::new();
    value.write(&mut Writer::new(&mut out));
    String::from_utf8_lossy(&out).into_owned()
}

/// The refusal of a token where a structure named `shape` was wanted.
pub(crate) fn refuse_structure(shape: &str, found: Token, place: Place) -> Refusal {
    match found {
        Token::Array => Refusal::kind(format!("Unrecognized collection type class {PACKAGE}.{shape}")),
        _ => refuse_scalar(place),
    }
}

/// The refusal of a scalar where a collection was wanted.
pub(crate) fn refuse_scalar(place: Place) -> Refusal {
    Refusal::kind(match place {
        Place::Member => "Unexpected field type",
        Place::Element => "Unexpected value type in payload",
    })
}

/// The Java name of a structure.
pub(crate) fn java_structure(shape: &str) -> String {
    format!("{PACKAGE}.{shape}")
}

/// Describes a structure of the wire once: its Rust fields, its member names, and thereby its decoder and its encoder.
///
/// A field's type must be [`Wire`]; a member that is JSON null or absent leaves the field at its default; unknown members are ignored.
macro_rules! shape {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident ($java:literal) {
            $( $(#[$field_meta:meta])* $field:ident: $type:ty = $member:literal ),* $(,)?
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $( $(#[$field_meta])* pub $field: $type, )*
        }

        impl $crate::model::json::Wire for $name {
            fn java_type() -> String {
                $crate::model::json::java_structure($java)
            }

            fn outline() -> $crate::model::json::Outline {
                $crate::model::json::Outline::Structure(&[
                    $( ($member, <$type as $crate::model::json::Wire>::outline), )*
                ])
            }

            fn read(
                reader: &mut $crate::model::json::Reader<'_>,
                place: $crate::model::json::Place,
            ) -> $crate::model::json::Read<Self> {
                let found = reader.peek()?;
                if found != $crate::model::json::Token::Object {
                    return Err($crate::model::json::refuse_structure($java, found, place));
                }
                #[allow(unused_mut, reason = "a structure may have no members")]
                let mut shape = Self::default();
                reader.object(|reader, member| {
                    match member {
                        $( $member => {
                            shape.$field = $crate::model::json::read_nullable(reader, $crate::model::json::Place::Member)?;
                        } )*
                        _ => reader.skip()?,
                    }
                    Ok(())
                })?;
                Ok(shape)
            }

            #[allow(unused_variables, reason = "a structure may have no members")]
            fn write(&self, writer: &mut $crate::model::json::Writer<'_>) {
                writer.object(|members| {
                    $( if !$crate::model::json::Wire::is_absent(&self.$field) {
                        $crate::model::json::Wire::write(&self.$field, members.name($member));
                    } )*
                });
            }
        }
    )*};
}

pub(crate) use shape;
