//! Items as tables hold them: one run of bytes for each, from which attributes are read one at a time and whole items are written out as JSON.
//!
//! An item is its attributes in the order of their names, each a name and a value; a name is a length and text; a value is a tag and,
//! but for BOOL and NULL, a length and content. So whoever looks for one attribute steps over the others without reading them. The content
//! of strings and binaries is their bytes, of a number its exponent and coefficient, of a set or list its members, of a map its attributes, all in the
//! order in which [`Value`] keeps them. One value has one form, so equality of bytes is equality of items. It knows no tables and no requests.

mod cursor;
mod packer;

use std::fmt;

use smol_str::SmolStr;
use triomphe::ThinArc;

use self::cursor::{Cursor, text};
pub(super) use self::packer::Packer;
use super::number::Number;
use super::value::{AttributeMap, Binary, Item, Name, Set, Value, ValueType};

/// The bits of a tag that tell the type.
const KIND_MASK: u8 = 0x0F;
/// The bit of a tag that is set for true and for negative numbers.
const FLAG: u8 = 0x10;
/// The types in the order of their tags.
const KINDS: [ValueType; 10] = [
    ValueType::S,
    ValueType::N,
    ValueType::B,
    ValueType::Bool,
    ValueType::Null,
    ValueType::Ss,
    ValueType::Ns,
    ValueType::Bs,
    ValueType::L,
    ValueType::M,
];

/// An item in compact form; clones share the bytes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PackedItem(ThinArc<(), u8>);

/// A value within a packed item.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PackedValue<'a> {
    kind: ValueType,
    flag: bool,
    content: &'a [u8],
}

/// A value of a type that keys can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// The bytes of a string.
    S(&'a [u8]),
    /// A number.
    N(Number),
    /// The bytes of a binary.
    B(&'a [u8]),
}

/// Attributes among which keys are found.
pub trait Scalars {
    /// The value of an attribute, if it is there and of a type that keys can have.
    fn scalar(&self, name: &str) -> Option<Scalar<'_>>;
}

impl Scalar<'_> {
    /// The type.
    #[must_use]
    pub fn kind(&self) -> ValueType {
        match self {
            Self::S(_) => ValueType::S,
            Self::N(_) => ValueType::N,
            Self::B(_) => ValueType::B,
        }
    }

    /// The size that DynamoDB counts for the value, in bytes.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        match self {
            Self::S(content) | Self::B(content) => content.len(),
            Self::N(number) => number.size_bytes(),
        }
    }

    /// Whether it is a string or binary without content, which no key can be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::S([]) | Self::B([]))
    }
}

impl Value {
    /// The value as one that keys can have, if it is of such a type.
    #[must_use]
    pub fn scalar(&self) -> Option<Scalar<'_>> {
        match self {
            Self::S(text) => Some(Scalar::S(text.as_bytes())),
            Self::N(number) => Some(Scalar::N(*number)),
            Self::B(bytes) => Some(Scalar::B(bytes)),
            _ => None,
        }
    }
}

impl Scalars for AttributeMap {
    fn scalar(&self, name: &str) -> Option<Scalar<'_>> {
        self.get(name)?.scalar()
    }
}

impl Scalars for PackedItem {
    fn scalar(&self, name: &str) -> Option<Scalar<'_>> {
        self.get(name)?.scalar()
    }
}

impl PackedItem {
    /// All attributes, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, PackedValue<'_>)> {
        Cursor(&self.0.slice).attributes()
    }

    /// All attributes, in the order of their names, which are given as their bytes.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&[u8], PackedValue<'_>)> {
        Cursor(&self.0.slice).entries()
    }

    /// The value of an attribute.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<PackedValue<'_>> {
        Cursor(&self.0.slice).find(name)
    }

    /// The value of an attribute, unpacked.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<Value> {
        self.get(name).map(PackedValue::unpack)
    }

    /// The item, unpacked.
    #[must_use]
    pub fn unpack(&self) -> Item {
        self.unpack_some(|_| true)
    }

    /// The attributes of some names, unpacked.
    #[must_use]
    pub fn unpack_some(&self, mut wants: impl FnMut(&str) -> bool) -> Item {
        unpacked(self.iter().filter(|(name, _)| wants(name)))
    }

    /// The item without the attributes that `keep` refuses.
    #[must_use]
    pub fn filtered(&self, mut keep: impl FnMut(&str) -> bool) -> Self {
        let whole = &self.0.slice;
        let mut kept = Vec::with_capacity(whole.len());
        let mut rest = Cursor(whole);
        while !rest.is_at_end() {
            let from = rest;
            let name = text(rest.counted());
            rest.pass();
            if keep(name) {
                kept.extend_from_slice(from.until(rest));
            }
        }
        Self(ThinArc::from_header_and_slice((), &kept))
    }

    /// The item in which some attributes have another value or are gone; `changes` come in the order of the names. The others are copied as they are.
    #[must_use]
    pub fn with<'c>(&self, changes: impl IntoIterator<Item = (&'c Name, Option<&'c Value>)>) -> Self {
        let mut packer = Packer::with_capacity(self.0.slice.len() + 64);
        let mut rest = Cursor(&self.0.slice);
        for (name, value) in changes {
            let before = rest;
            let after = rest.seek(name);
            packer.copy(before.until(rest));
            rest = after;
            if let Some(value) = value {
                packer.attribute(name, value);
            }
        }
        packer.copy(rest.0);
        packer.into_item()
    }

    /// How deep the deepest attribute nests; 0 for an empty item.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.iter().map(|(_, value)| value.depth()).max().unwrap_or(0)
    }

    /// Whether the attribute exists.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether there is no attribute.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.slice.is_empty()
    }

    /// How many attributes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries().count()
    }

    /// The size that DynamoDB counts for the item, in bytes.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.entries()
            .map(|(name, value)| name.len() + value.size_bytes())
            .sum()
    }
}

impl From<&AttributeMap> for PackedItem {
    fn from(item: &AttributeMap) -> Self {
        let mut packer = Packer::default();
        item.iter().for_each(|(name, value)| packer.attribute(name, value));
        packer.into_item()
    }
}

impl From<AttributeMap> for PackedItem {
    fn from(item: AttributeMap) -> Self {
        Self::from(&item)
    }
}

/// Of two attributes with one name the later counts.
impl From<Vec<(Name, Value)>> for PackedItem {
    fn from(attributes: Vec<(Name, Value)>) -> Self {
        AttributeMap::from(attributes).into()
    }
}

impl Default for PackedItem {
    fn default() -> Self {
        Self(ThinArc::from_header_and_slice((), &[]))
    }
}

/// Prints the item as compact DynamoDB JSON, for assertions and logs.
impl fmt::Debug for PackedItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.unpack().fmt(f)
    }
}

impl<'a> PackedValue<'a> {
    /// The type.
    #[must_use]
    pub fn kind(self) -> ValueType {
        self.kind
    }

    /// The bytes of a string or binary.
    #[must_use]
    pub fn bytes(self) -> &'a [u8] {
        self.content
    }

    /// What a BOOL is.
    #[must_use]
    pub fn is_true(self) -> bool {
        self.flag
    }

    /// The number that this is; a member of a set of numbers is one too.
    #[must_use]
    pub fn number(self) -> Number {
        number(self.flag, self.content)
    }

    /// The value as one that keys can have, if it is of such a type.
    #[must_use]
    pub fn scalar(self) -> Option<Scalar<'a>> {
        match self.kind {
            ValueType::S => Some(Scalar::S(self.content)),
            ValueType::B => Some(Scalar::B(self.content)),
            ValueType::N => Some(Scalar::N(self.number())),
            _ => None,
        }
    }

    /// The members of a set or list, in order.
    pub fn members(self) -> impl Iterator<Item = PackedValue<'a>> {
        let mut rest = Cursor(self.content);
        std::iter::from_fn(move || (!rest.is_at_end()).then(|| rest.value()))
    }

    /// The value of an attribute of a map.
    #[must_use]
    pub fn attribute(self, name: &str) -> Option<PackedValue<'a>> {
        Cursor(self.content).find(name)
    }

    /// The attributes of a map, in the order of their names.
    pub fn attributes(self) -> impl Iterator<Item = (&'a str, PackedValue<'a>)> {
        Cursor(self.content).attributes()
    }

    /// The attributes of a map, in the order of their names, which are given as their bytes.
    pub(super) fn entries(self) -> impl Iterator<Item = (&'a [u8], PackedValue<'a>)> {
        Cursor(self.content).entries()
    }

    /// The value, unpacked.
    #[must_use]
    pub fn unpack(self) -> Value {
        match self.kind {
            ValueType::S => Value::S(self.string()),
            ValueType::N => Value::N(self.number()),
            ValueType::B => Value::B(self.content.into()),
            ValueType::Bool => Value::Bool(self.flag),
            ValueType::Null => Value::Null,
            ValueType::Ss => Value::Ss(set(self.members().map(PackedValue::string))),
            ValueType::Ns => Value::Ns(set(self.numbers())),
            ValueType::Bs => Value::Bs(set(self.members().map(|member| Binary::from(member.content)))),
            ValueType::L => Value::L(self.members().map(PackedValue::unpack).collect()),
            ValueType::M => Value::M(unpacked(self.attributes())),
        }
    }

    /// The numbers of a set of numbers, in order.
    pub fn numbers(self) -> impl Iterator<Item = Number> + use<'a> {
        self.members().map(PackedValue::number)
    }

    /// The size that DynamoDB counts for the value, in bytes; see [`Value::size_bytes`].
    #[must_use]
    pub fn size_bytes(self) -> usize {
        match self.kind {
            ValueType::S | ValueType::B => self.content.len(),
            ValueType::N => self.number().size_bytes(),
            ValueType::Bool | ValueType::Null => 1,
            ValueType::Ss | ValueType::Ns | ValueType::Bs => self.members().map(PackedValue::size_bytes).sum(),
            ValueType::L => 3 + self.members().map(|member| 1 + member.size_bytes()).sum::<usize>(),
            ValueType::M => {
                let size = |(name, value): (&[u8], PackedValue<'_>)| 1 + name.len() + value.size_bytes();
                3 + self.entries().map(size).sum::<usize>()
            }
        }
    }

    /// How deep the value nests: 1 for a scalar.
    #[must_use]
    pub fn depth(self) -> usize {
        let deepest = match self.kind {
            ValueType::L => self.members().map(PackedValue::depth).max(),
            ValueType::M => self.entries().map(|(_, value)| value.depth()).max(),
            _ => None,
        };
        1 + deepest.unwrap_or(0)
    }

    fn string(self) -> SmolStr {
        SmolStr::new(text(self.content))
    }
}

fn unpacked<'a>(attributes: impl Iterator<Item = (&'a str, PackedValue<'a>)>) -> AttributeMap {
    attributes
        .map(|(name, value)| (Name::new(name), value.unpack()))
        .collect()
}

fn set<T: Ord + Clone>(members: impl Iterator<Item = T>) -> Set<T> {
    Set::new(members.collect()).unwrap_or_else(|| unreachable!("a set was packed as such"))
}

/// A number from its packed form: twice the exponent, or for a negative one twice its magnitude less one; then the coefficient's bytes, the lowest first.
fn number(is_negative: bool, content: &[u8]) -> Number {
    let mut rest = Cursor(content);
    let folded = rest.integer() as i64;
    let exponent = (folded >> 1) ^ -(folded & 1);
    let mut coefficient = [0; 16];
    coefficient[..rest.0.len()].copy_from_slice(rest.0);
    Number::of_parts(is_negative, coefficient, exponent as i16)
}

impl ValueType {
    /// The tag of values of this type: its place in [`KINDS`].
    fn tag(self) -> u8 {
        self as u8
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;
    use crate::model::json::to_text;
    use crate::model::value::tests::{any_item, any_value};

    fn write_all(map: &mut packer::PackedAttributes<'_>, attributes: &[(String, Value)]) -> Result<(), Infallible> {
        attributes.iter().for_each(|(name, value)| map.begin(name).value(value));
        Ok(())
    }

    #[test]
    fn a_tag_is_a_place_in_the_list() {
        for (tag, kind) in KINDS.into_iter().enumerate() {
            assert_eq!(usize::from(kind.tag()), tag);
        }
    }

    proptest! {
        /// Names that begin alike, one of which may begin another, and that come several times.
        #[test]
        fn attributes_may_be_written_in_any_order(
            attributes in prop::collection::vec(("(abcdefgh)?[ab\u{0}]{0,2}", any_value()), 0..40),
        ) {
            let map: AttributeMap = attributes.iter().map(|(name, value)| (Name::new(name), value.clone())).collect();
            let mut packer = Packer::default();
            packer.attributes(|item| write_all(item, &attributes)).unwrap();
            prop_assert_eq!(packer.unpack(), map.clone());
            prop_assert_eq!(packer.into_item(), PackedItem::from(&map));
            let mut packer = Packer::default();
            packer.map(|nested| write_all(nested, &attributes)).unwrap();
            prop_assert_eq!(packer.value_at(0).unpack(), Value::M(map));
        }

        #[test]
        fn what_was_packed_unpacks_to_the_same(item in any_item()) {
            let packed = PackedItem::from(&item);
            prop_assert_eq!(&packed.unpack(), &item);
            prop_assert_eq!(packed.size_bytes(), item.size_bytes());
            prop_assert_eq!(to_text(&packed), to_text(&item));
        }

        #[test]
        fn an_attribute_is_found_as_in_the_item(item in any_item(), other in ".{1,5}") {
            let packed = PackedItem::from(&item);
            for name in item.iter().map(|(name, _)| name.as_str()).chain([other.as_str()]) {
                prop_assert_eq!(packed.value(name), item.get(name).cloned());
                prop_assert_eq!(packed.scalar(name), item.scalar(name));
            }
        }

        #[test]
        fn a_part_is_what_packing_the_part_gives(item in any_item()) {
            let keep = |name: &str| name.len().is_multiple_of(2);
            prop_assert_eq!(PackedItem::from(&item).filtered(keep), PackedItem::from(item.filtered(keep)));
        }
    }
}
