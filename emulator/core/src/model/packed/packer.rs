//! Writing packed bytes, value by value. The attributes of a map may come in any order.

use std::convert::Infallible;

use smallvec::SmallVec;
use triomphe::ThinArc;

use super::cursor::Cursor;
use super::{FLAG, PackedItem, PackedValue, unpacked};
use crate::model::number::Number;
use crate::model::value::{AttributeMap, Value, ValueType};

/// Packed bytes that are being written.
#[derive(Debug)]
pub(in crate::model) struct Packer {
    bytes: Vec<u8>,
}

/// The attributes of a map, or of an item, that are being written.
#[derive(Debug)]
pub(in crate::model) struct PackedAttributes<'p> {
    packer: &'p mut Packer,
    /// Where each begins.
    begins: SmallVec<[usize; 16]>,
}

/// With room for most items, so that it need not grow.
impl Default for Packer {
    fn default() -> Self {
        Self::with_capacity(512)
    }
}

impl Packer {
    pub(super) fn with_capacity(size_bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(size_bytes),
        }
    }

    /// The item of the attributes that were written.
    pub(in crate::model) fn into_item(self) -> PackedItem {
        PackedItem(ThinArc::from_header_and_slice((), &self.bytes))
    }

    /// The attributes that were written, unpacked.
    pub(in crate::model) fn unpack(&self) -> AttributeMap {
        unpacked(Cursor(&self.bytes).attributes())
    }

    /// How much has been written.
    pub(in crate::model) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Takes back what was written since there were `len` bytes.
    pub(in crate::model) fn take_back(&mut self, len: usize) {
        self.bytes.truncate(len);
    }

    /// The value that was written when there were `len` bytes.
    pub(in crate::model) fn value_at(&self, len: usize) -> PackedValue<'_> {
        Cursor(&self.bytes[len..]).value()
    }

    /// Appends what is packed already.
    pub(super) fn copy(&mut self, packed: &[u8]) {
        self.bytes.extend_from_slice(packed);
    }

    /// Appends an attribute after those with smaller names.
    pub(super) fn attribute(&mut self, name: &str, value: &Value) {
        self.counted(name.as_bytes());
        self.value(value);
    }

    pub(in crate::model) fn string(&mut self, text: &str) {
        self.bytes(ValueType::S, text.as_bytes());
    }

    pub(in crate::model) fn binary(&mut self, bytes: &[u8]) {
        self.bytes(ValueType::B, bytes);
    }

    pub(in crate::model) fn boolean(&mut self, flag: bool) {
        self.bytes.push(ValueType::Bool.tag() | if flag { FLAG } else { 0 });
    }

    pub(in crate::model) fn null(&mut self) {
        self.bytes.push(ValueType::Null.tag());
    }

    pub(in crate::model) fn number(&mut self, number: &Number) {
        let sign = if number.is_negative() { FLAG } else { 0 };
        let coefficient = number.coefficient();
        let used = (u128::BITS - coefficient.leading_zeros()).div_ceil(8) as usize;
        let exponent = i64::from(number.exponent());
        self.bytes.push(ValueType::N.tag() | sign);
        self.behind_length(|packer| {
            packer.integer(((exponent << 1) ^ (exponent >> 63)) as usize);
            packer.copy(&coefficient.to_le_bytes()[..used]);
            Ok::<_, Infallible>(())
        })
        .unwrap_or_else(|never| match never {});
    }

    /// Appends a list of the elements that `write` writes.
    ///
    /// # Errors
    /// Those of `write`.
    pub(in crate::model) fn list<E>(&mut self, write: impl FnOnce(&mut Self) -> Result<(), E>) -> Result<(), E> {
        self.bytes.push(ValueType::L.tag());
        self.behind_length(write)
    }

    /// Appends a map; see [`Packer::attributes`].
    ///
    /// # Errors
    /// Those of `write`.
    pub(in crate::model) fn map<E>(
        &mut self,
        write: impl FnOnce(&mut PackedAttributes<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.bytes.push(ValueType::M.tag());
        self.behind_length(|packer| packer.attributes(write))
    }

    /// Appends the attributes that `write` writes, in the order of their names; of two with one name the later counts.
    ///
    /// # Errors
    /// Those of `write`.
    pub(in crate::model) fn attributes<E>(
        &mut self,
        write: impl FnOnce(&mut PackedAttributes<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut attributes = PackedAttributes {
            packer: self,
            begins: SmallVec::new(),
        };
        write(&mut attributes)?;
        attributes.sort();
        Ok(())
    }

    /// Appends a value.
    pub(in crate::model) fn value(&mut self, value: &Value) {
        match value {
            Value::S(text) => self.string(text),
            Value::B(bytes) => self.binary(bytes),
            Value::N(number) => self.number(number),
            Value::Bool(flag) => self.boolean(*flag),
            Value::Null => self.null(),
            Value::Ss(_) | Value::Ns(_) | Value::Bs(_) | Value::L(_) | Value::M(_) => {
                self.bytes.push(value.kind().tag());
                self.behind_length(|packer| {
                    packer.members(value);
                    Ok::<_, Infallible>(())
                })
                .unwrap_or_else(|never| match never {});
            }
        }
    }

    fn members(&mut self, value: &Value) {
        match value {
            Value::Ss(set) => set.iter().for_each(|member| self.string(member)),
            Value::Ns(set) => set.iter().for_each(|member| self.number(member)),
            Value::Bs(set) => set.iter().for_each(|member| self.binary(member)),
            Value::L(list) => list.iter().for_each(|element| self.value(element)),
            Value::M(map) => map.iter().for_each(|(name, value)| self.attribute(name, value)),
            Value::S(_) | Value::N(_) | Value::B(_) | Value::Bool(_) | Value::Null => {}
        }
    }

    fn bytes(&mut self, kind: ValueType, bytes: &[u8]) {
        self.bytes.push(kind.tag());
        self.counted(bytes);
    }

    fn counted(&mut self, bytes: &[u8]) {
        self.integer(bytes.len());
        self.copy(bytes);
    }

    fn integer(&mut self, mut value: usize) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// Appends what `write` appends, behind its length.
    fn behind_length<E>(&mut self, write: impl FnOnce(&mut Self) -> Result<(), E>) -> Result<(), E> {
        // Most lengths take one byte; where one takes more, the content moves.
        let at = self.bytes.len();
        self.bytes.push(0);
        write(self)?;
        let length = self.bytes.len() - at - 1;
        if length < 0x80 {
            self.bytes[at] = length as u8;
            return Ok(());
        }
        let mut head = Self::with_capacity(4);
        head.integer(length);
        self.bytes.splice(at..=at, head.bytes);
        Ok(())
    }
}

impl PackedAttributes<'_> {
    /// Begins an attribute, whose value is to be written next.
    pub(in crate::model) fn begin(&mut self, name: &str) -> &mut Packer {
        self.begins.push(self.packer.len());
        self.packer.counted(name.as_bytes());
        self.packer
    }

    /// Puts the attributes into the order of their names; of two with one name the later counts.
    fn sort(self) {
        let Some(&first) = self.begins.first() else { return };
        if let Some(sorted) = sorted(&self.packer.bytes, &self.begins) {
            self.packer.take_back(first);
            self.packer.copy(&sorted);
        }
    }
}

/// The attributes that begin at these places, in their order, unless they stand in it.
fn sorted(packed: &[u8], begins: &[usize]) -> Option<Vec<u8>> {
    let ends = begins.iter().skip(1).copied().chain([packed.len()]);
    let attributes = begins
        .iter()
        .zip(ends)
        .map(|(begin, end)| Written::new(&packed[*begin..end]));
    let mut attributes: SmallVec<[Written<'_>; 16]> = attributes.collect();
    if attributes.is_sorted_by(Written::is_before) {
        return None;
    }
    attributes.sort_by(|a, b| a.order().cmp(&b.order()));
    let mut sorted = Vec::with_capacity(packed.len() - begins[0]);
    for (at, attribute) in attributes.iter().enumerate() {
        let later = attributes.get(at + 1);
        if later.is_none_or(|later| attribute.is_before(later)) {
            sorted.extend_from_slice(attribute.bytes);
        }
    }
    Some(sorted)
}

/// An attribute that was written.
struct Written<'p> {
    /// With what the name begins, as a number: most names differ in that.
    start: u64,
    name: &'p [u8],
    /// The whole of it.
    bytes: &'p [u8],
}

impl<'p> Written<'p> {
    fn new(bytes: &'p [u8]) -> Self {
        let name = Cursor(bytes).counted();
        let mut start = [0; 8];
        let known = name.len().min(start.len());
        start[..known].copy_from_slice(&name[..known]);
        Self {
            start: u64::from_be_bytes(start),
            name,
            bytes,
        }
    }

    fn order(&self) -> (u64, &[u8]) {
        (self.start, self.name)
    }

    fn is_before(&self, other: &Self) -> bool {
        self.order() < other.order()
    }
}
