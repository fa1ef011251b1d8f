//! Row keys: bytes whose order is the order in which rows are read.
//!
//! `hash(partition) ‖ partition ‖ sort [‖ hash(base partition) ‖ base partition ‖ base sort]`. Every part is self-delimiting and keeps order, so a
//! partition, a range of sort keys, a scan segment and a position are all ranges of one map. The hash is the service's, as far as it is known
//! (docs/decisions/scan-order.md). It does not know requests.

use md5::{Digest, Md5};
use triomphe::ThinArc;

use super::definition::{KeyAttribute, KeySchema};
use crate::model::{Scalar, Scalars};

/// How many bytes of a row key are the hash of its partition.
pub const HASH_BYTES: usize = 8;

/// Room for the hash, the partition and the sort key of most rows.
const PREFIX_SIZE_BYTES: usize = 64;

/// The key of a row; clones share the bytes.
///
/// The hash stands beside the pointer to the rest, so that a search among rows of other partitions, which is most of a search in a large
/// table, reads no memory but that of the map itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey {
    partition_hash: u64,
    rest: ThinArc<(), u8>,
}

impl RowKey {
    /// The bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.partition_hash.to_be_bytes(), &self.rest.slice].concat()
    }

    /// The hash of the partition, which orders partitions.
    #[must_use]
    pub fn partition_hash(&self) -> u64 {
        self.partition_hash
    }

    /// The key of an item in a table; `None` if a key attribute is missing or is no scalar.
    #[must_use]
    pub fn of_item(keys: &KeySchema, item: &impl Scalars) -> Option<Self> {
        let mut bytes = begin(keys, item)?;
        write_attributes(
            &mut bytes,
            keys.sort.iter().map(|attribute| item.scalar(&attribute.name)),
        )?;
        Some(Self::from(bytes))
    }

    /// The key in an index of the item whose key in the table is `base`; `None` if the item is not in the index.
    #[must_use]
    pub fn of_entry(keys: &KeySchema, base: &Self, item: &impl Scalars) -> Option<Self> {
        let indexed = |attribute: &KeyAttribute| {
            item.scalar(&attribute.name)
                .filter(|value| is_indexable(attribute, *value))
        };
        let mut bytes = Vec::with_capacity(PREFIX_SIZE_BYTES + base.rest.slice.len());
        write_partition(&mut bytes, keys.partition.iter().map(indexed))?;
        write_attributes(&mut bytes, keys.sort.iter().map(indexed))?;
        bytes.extend_from_slice(&base.partition_hash.to_be_bytes());
        bytes.extend_from_slice(&base.rest.slice);
        Some(Self::from(bytes))
    }
}

impl From<Vec<u8>> for RowKey {
    /// The key of these bytes. Fewer than those of a hash are filled up with zeros: as the bound of a range that means the same.
    fn from(bytes: Vec<u8>) -> Self {
        let (hash, rest) = bytes.split_at(bytes.len().min(HASH_BYTES));
        let mut first = [0; HASH_BYTES];
        first[..hash.len()].copy_from_slice(hash);
        Self {
            partition_hash: u64::from_be_bytes(first),
            rest: ThinArc::from_header_and_slice((), rest),
        }
    }
}

/// Whether a value can stand in an index key. Writes are refused where it cannot; items older than the index are left out of it.
fn is_indexable(attribute: &KeyAttribute, value: Scalar<'_>) -> bool {
    attribute.kind.value_type() == value.kind() && !value.is_empty()
}

/// Hash and partition, from an item or from values in the order of the schema.
fn begin(keys: &KeySchema, item: &impl Scalars) -> Option<Vec<u8>> {
    partition_prefix(keys.partition.iter().map(|attribute| item.scalar(&attribute.name)))
}

/// The bytes with which all row keys of a partition begin.
#[must_use]
pub fn partition_prefix<'a>(values: impl Iterator<Item = Option<Scalar<'a>>>) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(PREFIX_SIZE_BYTES);
    write_partition(&mut bytes, values)?;
    Some(bytes)
}

/// Appends the hash of a partition key and its encoding; `None` at the first value that is missing or no scalar.
///
/// The hash is MD5 over a fixed word and the values as they are, not as they are encoded here.
fn write_partition<'a>(bytes: &mut Vec<u8>, values: impl Iterator<Item = Option<Scalar<'a>>>) -> Option<()> {
    let mut hash = Md5::new_with_prefix(b"Outliers");
    let start = bytes.len();
    bytes.resize(start + HASH_BYTES, 0);
    for value in values {
        let value = value?;
        let from = bytes.len();
        match value {
            Scalar::S(content) | Scalar::B(content) => hash.update(content),
            Scalar::N(number) => {
                number.write_hash_bytes(bytes);
                hash.update(&bytes[from..]);
                bytes.truncate(from);
            }
        }
        write_attribute(bytes, value);
    }
    bytes[start..start + HASH_BYTES].copy_from_slice(&hash.finalize()[..HASH_BYTES]);
    Some(())
}

/// Appends the encodings of key values; `None` at the first that is missing or no scalar.
pub fn write_attributes<'a>(bytes: &mut Vec<u8>, values: impl Iterator<Item = Option<Scalar<'a>>>) -> Option<()> {
    for value in values {
        write_attribute(bytes, value?);
    }
    Some(())
}

fn write_attribute(bytes: &mut Vec<u8>, value: Scalar<'_>) {
    match value {
        Scalar::S(content) | Scalar::B(content) => write_delimited(bytes, content),
        Scalar::N(number) => number.write_key_bytes(bytes),
    }
}

/// Appends bytes so that order is kept and no encoding is a prefix of another: zero becomes 00 FF, the end is 00 00.
fn write_delimited(out: &mut Vec<u8>, content: &[u8]) {
    write_escaped(out, content);
    out.extend_from_slice(&[0, 0]);
}

/// Appends bytes as a delimited value is written, without the end: the common beginning of all values that begin with `content`.
pub fn write_escaped(out: &mut Vec<u8>, content: &[u8]) {
    let mut rest = content;
    while let Some(at) = memchr::memchr(0, rest) {
        out.extend_from_slice(&rest[..=at]);
        out.push(0xFF);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}
