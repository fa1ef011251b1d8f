//! The vectors of an index, kept side by side in blocks.
//!
//! A search reads all of them, and memory is read several times as fast in order as wherever each vector happened to be allocated. Blocks are
//! shared between clones; a write copies one at most, and one more when a block is so empty that it is joined with its neighbour. It does not
//! know items.
//!
//! Invariants: keys ascend within a block and from one block to the next; a block is filed under a key that is not greater than its first; no
//! block is empty, and of two neighbours at most one is nearly so. How vectors are parted in blocks follows from the order of writes, so nothing
//! that a client sees may depend on it.

use std::ops::Bound;
use std::sync::Arc;

use imbl::OrdMap;

use super::key::RowKey;
use super::vector::norm;

/// About how many bytes of elements a block holds at most: enough that reading in order pays, few enough that copying them does not matter.
const BLOCK_BYTES: usize = 64 * 1_024;

/// A block with less is joined with its neighbour.
const BLOCK_BYTES_MIN: usize = BLOCK_BYTES / 4;

/// A full block grows by this part of itself, so that little is set aside in vain.
const GROWTH: usize = 8;

/// Vectors by the keys of their rows. A clone costs a reference count.
#[derive(Clone, Debug, Default)]
pub struct Vectors {
    blocks: OrdMap<RowKey, Arc<Block>>,
}

/// A vector, and its length in space.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vector<'v> {
    /// Its elements.
    pub elements: &'v [f32],
    /// The distance of its end from the origin.
    pub norm: f64,
}

/// Vectors of one length, in the order of their keys.
#[derive(Clone, Debug, Default)]
struct Block {
    keys: Vec<RowKey>,
    norms: Vec<f64>,
    elements: Vec<f32>,
}

impl Vectors {
    /// The vectors of these keys, which ascend.
    #[must_use]
    pub fn of_sorted(vectors: impl IntoIterator<Item = (RowKey, Vec<f32>)>) -> Self {
        let mut blocks: Vec<Block> = Vec::new();
        for (key, elements) in vectors {
            match blocks.last_mut().filter(|block| block.bytes() < BLOCK_BYTES) {
                Some(block) => block.set(key, &elements),
                None => blocks.push(Block::of(key, &elements)),
            }
        }
        let filed = |block: Block| (block.keys[0].clone(), Arc::new(block));
        Self {
            blocks: blocks.into_iter().map(filed).collect(),
        }
    }

    /// Sets the vector of a key.
    pub fn insert(&mut self, key: RowKey, elements: &[f32]) {
        let low = self.low_of(&key).cloned().or_else(|| self.lower_first(&key));
        let Some(block) = low.and_then(|low| self.blocks.get_mut(&low)) else {
            self.file(Block::of(key, elements));
            return;
        };
        let block = Arc::make_mut(block);
        block.set(key, elements);
        if let Some(rest) = block.split_off_excess() {
            self.file(rest);
        }
    }

    /// Removes the vector of a key; returns whether there was one.
    pub fn remove(&mut self, key: &RowKey) -> bool {
        let Some(low) = self.low_of(key).cloned() else {
            return false;
        };
        let Some(block) = self.blocks.get_mut(&low) else {
            return false;
        };
        let block = Arc::make_mut(block);
        let found = block.remove(key);
        if block.bytes() < BLOCK_BYTES_MIN {
            self.join(&low);
        }
        found
    }

    /// The vectors whose keys lie in a range that is not empty, in the order of the keys.
    pub fn range<'v, 'b>(
        &'v self,
        low: Bound<&'b RowKey>,
        high: Bound<&'b RowKey>,
    ) -> impl Iterator<Item = (&'v RowKey, Vector<'v>)> {
        let first = match low {
            Bound::Included(key) | Bound::Excluded(key) => self.low_of(key),
            Bound::Unbounded => None,
        };
        let from = first.map_or(Bound::Unbounded, Bound::Included);
        let blocks = self.blocks.range::<_, RowKey>((from, high));
        blocks.flat_map(move |(_, block)| block.range(low, high))
    }

    /// All vectors in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&RowKey, Vector<'_>)> {
        self.range(Bound::Unbounded, Bound::Unbounded)
    }

    /// Joins a block that is nearly empty with the next one, or with the one before if it is the last.
    fn join(&mut self, low: &RowKey) {
        let Some(mut block) = self.blocks.remove(low).map(Arc::unwrap_or_clone) else {
            return;
        };
        let beyond = (Bound::Excluded(low), Bound::Unbounded);
        let next = self.blocks.range::<_, RowKey>(beyond).next();
        let other = next.or_else(|| self.blocks.get_max().map(|(low, block)| (low, block)));
        if let Some(other) = other.map(|(low, _)| low.clone())
            && let Some(other_block) = self.blocks.remove(&other).map(Arc::unwrap_or_clone)
        {
            block = match other > *low {
                true => block.followed_by(other_block),
                false => other_block.followed_by(block),
            };
        }
        if block.keys.is_empty() {
            return;
        }
        if let Some(rest) = block.split_off_excess() {
            self.file(rest);
        }
        self.file(block);
    }

    /// Files a block under its first key.
    fn file(&mut self, block: Block) {
        self.blocks.insert(block.keys[0].clone(), Arc::new(block));
    }

    /// Files the first block under a smaller key.
    fn lower_first(&mut self, key: &RowKey) -> Option<RowKey> {
        let low = self.blocks.get_min().map(|(low, _)| low.clone())?;
        let block = self.blocks.remove(&low)?;
        self.blocks.insert(key.clone(), block);
        Some(key.clone())
    }

    /// What the block is filed under that a key belongs in.
    fn low_of(&self, key: &RowKey) -> Option<&RowKey> {
        let up_to = (Bound::Unbounded, Bound::Included(key));
        self.blocks.range::<_, RowKey>(up_to).next_back().map(|(low, _)| low)
    }
}

/// Equal vectors of equal keys, however they are parted in blocks.
impl PartialEq for Vectors {
    fn eq(&self, other: &Self) -> bool {
        self.blocks.ptr_eq(&other.blocks) || self.iter().eq(other.iter())
    }
}

impl Block {
    fn of(key: RowKey, elements: &[f32]) -> Self {
        Self {
            keys: vec![key],
            norms: vec![norm(elements)],
            elements: elements.to_vec(),
        }
    }

    fn bytes(&self) -> usize {
        size_of_val(self.elements.as_slice())
    }

    /// How many elements a vector has.
    fn dimensions(&self) -> usize {
        self.elements.len() / self.keys.len().max(1)
    }

    fn range(&self, low: Bound<&RowKey>, high: Bound<&RowKey>) -> impl Iterator<Item = (&RowKey, Vector<'_>)> {
        let from = self.keys.partition_point(|key| match low {
            Bound::Included(low) => key < low,
            Bound::Excluded(low) => key <= low,
            Bound::Unbounded => false,
        });
        let to = self.keys.partition_point(|key| match high {
            Bound::Included(high) => key <= high,
            Bound::Excluded(high) => key < high,
            Bound::Unbounded => true,
        });
        let length = self.dimensions();
        let vectors = self.elements[from * length..to * length].chunks_exact(length);
        let vectors = vectors.zip(&self.norms[from..to]);
        let vectors = vectors.map(|(elements, norm)| Vector { elements, norm: *norm });
        self.keys[from..to].iter().zip(vectors)
    }

    fn set(&mut self, key: RowKey, elements: &[f32]) {
        let length = elements.len();
        match self.keys.binary_search(&key) {
            Ok(at) => {
                self.norms[at] = norm(elements);
                self.elements[at * length..][..length].copy_from_slice(elements);
            }
            Err(at) => {
                self.keys.insert(at, key);
                self.norms.insert(at, norm(elements));
                if self.elements.capacity() - self.elements.len() < length {
                    self.elements.reserve_exact(length.max(self.elements.len() / GROWTH));
                }
                let begin = at * length;
                self.elements.splice(begin..begin, elements.iter().copied());
            }
        }
    }

    fn remove(&mut self, key: &RowKey) -> bool {
        let length = self.dimensions();
        let Ok(at) = self.keys.binary_search(key) else {
            return false;
        };
        self.keys.remove(at);
        self.norms.remove(at);
        self.elements.drain(at * length..(at + 1) * length);
        true
    }

    /// Half of a block that has become too large; two vectors are never too many.
    fn split_off_excess(&mut self) -> Option<Self> {
        if self.keys.len() <= 2 || self.bytes() <= BLOCK_BYTES {
            return None;
        }
        let (length, middle) = (self.dimensions(), self.keys.len() / 2);
        let rest = Self {
            keys: self.keys.split_off(middle),
            norms: self.norms.split_off(middle),
            elements: self.elements.split_off(middle * length),
        };
        self.elements.shrink_to_fit();
        Some(rest)
    }

    /// A block of both; all keys of the other are greater.
    fn followed_by(mut self, other: Self) -> Self {
        debug_assert!(
            self.keys.last() < other.keys.first() || other.keys.is_empty(),
            "blocks ascend"
        );
        self.keys.extend(other.keys);
        self.norms.extend(other.norms);
        self.elements.extend(other.elements);
        self.elements.shrink_to_fit();
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use proptest::prelude::*;

    fn key(number: u16) -> RowKey {
        RowKey::from(number.to_be_bytes().to_vec())
    }

    /// Vectors so long that a block holds eight.
    fn vector(seed: u16) -> Vec<f32> {
        vec![f32::from(seed); BLOCK_BYTES / size_of::<f32>() / 8]
    }

    fn seed((key, vector): (&RowKey, Vector<'_>)) -> (RowKey, u16) {
        (key.clone(), vector.elements[0] as u16)
    }

    /// That blocks are what the module says they are.
    fn check_blocks(vectors: &Vectors) {
        let blocks: Vec<_> = vectors.blocks.iter().collect();
        for (low, block) in &blocks {
            assert!(*low <= block.keys.first().expect("no block is empty"));
            assert!(block.keys.is_sorted() && block.bytes() <= BLOCK_BYTES);
            assert_eq!(block.keys.len(), block.norms.len());
        }
        for pair in blocks.windows(2) {
            assert!(pair[0].1.keys.last() < Some(pair[1].0));
            assert!(pair[0].1.bytes().max(pair[1].1.bytes()) >= BLOCK_BYTES_MIN);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn vectors_are_those_of_a_plain_map(
            steps in prop::collection::vec((0u16..60, prop::option::weighted(0.6, 0u16..1_000)), 1..160),
            low in 0u16..60,
            high in 0u16..60,
        ) {
            let (mut vectors, mut model) = (Vectors::default(), BTreeMap::new());
            let mut snapshots = Vec::new();
            for (step, (number, seed)) in steps.into_iter().enumerate() {
                if step % 16 == 0 {
                    snapshots.push((vectors.clone(), model.clone()));
                }
                match seed {
                    Some(seed) => {
                        vectors.insert(key(number), &vector(seed));
                        model.insert(key(number), seed);
                    }
                    None => prop_assert_eq!(vectors.remove(&key(number)), model.remove(&key(number)).is_some()),
                }
            }
            snapshots.push((vectors, model));
            for (vectors, model) in &snapshots {
                check_blocks(vectors);
                let expected: Vec<_> = model.iter().map(|(key, seed)| (key.clone(), *seed)).collect();
                prop_assert_eq!(vectors.iter().map(seed).collect::<Vec<_>>(), expected.clone());
                prop_assert!(*vectors == Vectors::of_sorted(model.iter().map(|(key, seed)| (key.clone(), vector(*seed)))));
                let (low, high) = (key(low.min(high)), key(low.max(high) + 1));
                let found = vectors.range(Bound::Excluded(&low), Bound::Included(&high)).map(seed);
                let expected = expected.into_iter().filter(|(key, _)| *key > low && *key <= high);
                prop_assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn vectors_that_go_leave_no_blocks_behind() {
        let mut vectors = Vectors::of_sorted((0..1_000).map(|number| (key(number), vector(number))));
        assert_eq!(vectors.blocks.len(), 125);
        (0..1_000).filter(|number| number % 10 != 0).for_each(|number| {
            vectors.remove(&key(number));
        });
        check_blocks(&vectors);
        assert!(
            vectors.blocks.len() <= 50,
            "{} blocks for 100 vectors",
            vectors.blocks.len()
        );
        (0..1_000).step_by(10).for_each(|number| {
            vectors.remove(&key(number));
        });
        assert!(vectors.blocks.is_empty());
    }
}
