//! Reading packed bytes: from one attribute or value to the next.

use std::cmp::Ordering;

use super::{FLAG, KIND_MASK, KINDS, PackedValue};
use crate::model::value::ValueType;

/// Where packed bytes are being read.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a>(pub(super) &'a [u8]);

impl<'a> Cursor<'a> {
    #[inline]
    pub(super) fn is_at_end(self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    fn byte(&mut self) -> u8 {
        let Some((&byte, rest)) = self.0.split_first() else {
            unreachable!("packed bytes are whole");
        };
        self.0 = rest;
        byte
    }

    /// An integer, seven bits a byte, the lowest first; the highest bit says that more follow.
    #[inline]
    pub(super) fn integer(&mut self) -> usize {
        let first = self.byte();
        match first < 0x80 {
            true => first.into(),
            false => self.long_integer(first),
        }
    }

    #[cold]
    fn long_integer(&mut self, first: u8) -> usize {
        let (mut value, mut shift) = (usize::from(first & 0x7F), 7);
        loop {
            let byte = self.byte();
            value |= usize::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return value;
            }
            shift += 7;
        }
    }

    /// Bytes behind their length.
    #[inline]
    pub(super) fn counted(&mut self) -> &'a [u8] {
        let length = self.integer();
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        bytes
    }

    /// Goes to where the attribute of a name stands or would stand, and gives the place behind it.
    pub(super) fn seek(&mut self, name: &str) -> Self {
        let mut rest = *self;
        while !rest.is_at_end() {
            let order = compare(rest.counted(), name);
            rest.pass();
            match order {
                Ordering::Less => *self = rest,
                Ordering::Equal => return rest,
                Ordering::Greater => break,
            }
        }
        *self
    }

    /// The value of the attribute of a name.
    pub(super) fn find(mut self, name: &str) -> Option<PackedValue<'a>> {
        while !self.is_at_end() {
            let found = self.counted();
            match compare(found, name) {
                Ordering::Less => self.pass(),
                Ordering::Equal => return Some(self.value()),
                Ordering::Greater => return None,
            }
        }
        None
    }

    /// The bytes between here and a place further on.
    pub(super) fn until(self, end: Self) -> &'a [u8] {
        &self.0[..self.0.len() - end.0.len()]
    }

    pub(super) fn value(&mut self) -> PackedValue<'a> {
        let tag = self.byte();
        let kind = KINDS[usize::from(tag & KIND_MASK)];
        let content = match kind {
            ValueType::Bool | ValueType::Null => &[],
            _ => self.counted(),
        };
        PackedValue {
            kind,
            flag: tag & FLAG != 0,
            content,
        }
    }

    /// Steps over a value.
    pub(super) fn pass(&mut self) {
        let kind = self.byte() & KIND_MASK;
        if kind != ValueType::Bool.tag() && kind != ValueType::Null.tag() {
            self.counted();
        }
    }

    pub(super) fn entries(mut self) -> impl Iterator<Item = (&'a [u8], PackedValue<'a>)> {
        std::iter::from_fn(move || (!self.is_at_end()).then(|| (self.counted(), self.value())))
    }

    pub(super) fn attributes(self) -> impl Iterator<Item = (&'a str, PackedValue<'a>)> {
        self.entries().map(|(name, value)| (text(name), value))
    }
}

/// The order of two names. Most differ in their first byte, and need no call to find that out.
fn compare(found: &[u8], name: &str) -> Ordering {
    let name = name.as_bytes();
    match (found.first(), name.first()) {
        (Some(found), Some(name)) if found != name => found.cmp(name),
        _ => found.cmp(name),
    }
}

pub(super) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_else(|_| unreachable!("texts were packed as such"))
}
