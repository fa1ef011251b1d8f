//! Vectors: what a vector index is apart from its rows, what it keeps of an item, and how alike two vectors are.
//!
//! An index holds the elements as 32-bit floats, as the service's does ([`Vectors`](super::Vectors)); the item keeps them in full. Scores follow
//! observed-tables.md §18: elements of 32 bits, sums of 64. A vector does not know its index's rows, nor how a refusal is worded.

use super::definition::KeyAttribute;
use super::settings::words;
use super::table::Row;
use super::vectors::Vector;
use crate::model::{Item, Name, Number, Value, ValueType};

/// The most elements of a vector.
pub const DIMENSIONS_MAX: usize = 4_096;

/// Bytes of one element as it is billed.
const ELEMENT_BYTES: usize = 4;

/// How many sums run side by side, so that they can be vectorised.
const LANES: usize = 8;

words! {
    /// How the likeness of two vectors is measured.
    pub enum DistanceFunction {
        /// One less the cosine of the angle between them: 0 for the same direction, 2 for the opposite.
        Cosine = "COSINE",
        /// The distance of their ends.
        Euclidean = "EUCLIDEAN",
        /// The sum of the products of their elements: the greater, the more alike.
        DotProduct = "DOT_PRODUCT",
    }

    /// What an attribute of a search schema is for.
    pub enum SearchRole {
        /// It parts the index: a search names its value.
        Hash = "HASH",
        /// A search may name its value.
        InlineFilter = "INLINE_FILTER",
    }
}

/// An attribute that a search can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchElement {
    /// The attribute and its type.
    pub attribute: KeyAttribute,
    /// What it is for.
    pub role: SearchRole,
}

/// What a vector index has that other indexes have not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VectorSpec {
    /// The attribute that holds the vector.
    pub attribute: Name,
    /// How many elements a vector has.
    pub dimensions: usize,
    /// How the likeness of two vectors is measured.
    pub distance: DistanceFunction,
    /// The attributes that a search can name, in the order in which they were given.
    pub schema: Vec<SearchElement>,
}

/// Why a value is no vector of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VectorError {
    /// It is no list.
    NotAList,
    /// It has this many elements.
    Length(usize),
    /// An element is of this type.
    Element(usize, ValueType),
    /// An element is beyond what 32-bit floats hold.
    Range(usize, Number),
}

/// A vector that others are compared with, widened once.
#[derive(Clone, Debug)]
pub struct Probe {
    elements: Vec<f64>,
    norm: f64,
    distance: DistanceFunction,
}

impl VectorSpec {
    /// Checks that a value is a vector of this index.
    ///
    /// # Errors
    /// What is wrong first: the type, the length, then element by element.
    pub fn check(&self, value: &Value) -> Result<(), VectorError> {
        let Value::L(list) = value else {
            return Err(VectorError::NotAList);
        };
        if list.len() != self.dimensions {
            return Err(VectorError::Length(list.len()));
        }
        list.iter()
            .enumerate()
            .try_for_each(|(position, element)| match element {
                Value::N(number) if number.fits_f32() => Ok(()),
                Value::N(number) => Err(VectorError::Range(position, *number)),
                other => Err(VectorError::Element(position, other.kind())),
            })
    }

    /// The value of an item's vector attribute, if it is a vector of this index.
    #[must_use]
    pub fn value<'i>(&self, item: &'i Item) -> Option<&'i Value> {
        item.get(&self.attribute).filter(|value| self.check(value).is_ok())
    }

    /// The vector of an item that is in the index.
    #[must_use]
    pub fn vector(&self, item: &Item) -> Option<Vec<f32>> {
        let Value::L(list) = self.value(item)? else { return None };
        let elements = list.iter().map(|element| match element {
            Value::N(number) => number.to_f32(),
            _ => unreachable!("elements were checked"),
        });
        Some(elements.collect())
    }

    /// Whether an item's attributes have the types that the search schema wants, where they are there at all.
    #[must_use]
    pub fn has_schema_types(&self, item: &Item) -> bool {
        self.schema.iter().map(|element| &element.attribute).all(|attribute| {
            item.get(&attribute.name)
                .is_none_or(|value| attribute.kind.covers(value))
        })
    }

    /// Whether a search can name an attribute.
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        self.schema.iter().any(|element| element.attribute.name == name)
    }

    /// Whether an attribute is the vector, or one that a search can name.
    #[must_use]
    pub fn concerns(&self, name: &str) -> bool {
        self.attribute == name || self.covers(name)
    }

    /// The vector of a row that is in the index.
    #[must_use]
    pub fn vector_of(&self, row: &Row) -> Option<Vec<f32>> {
        self.vector(&row.item.unpack_some(|name| self.attribute == name))
    }

    /// What the vector attribute is billed less than its numbers count; negative if it is billed more.
    #[must_use]
    pub fn discount_bytes(&self, row: &Row) -> i64 {
        let item = row.item.unpack_some(|name| self.attribute == name);
        let saved = |value: &Value| value.size_bytes() as i64 - (ELEMENT_BYTES * self.dimensions) as i64;
        self.value(&item).map_or(0, saved)
    }
}

/// The length of a vector in space.
pub(super) fn norm(elements: &[f32]) -> f64 {
    summed(elements, elements, |a, b| f64::from(a) * f64::from(b)).sqrt()
}

impl Probe {
    /// A probe of these elements.
    #[must_use]
    pub fn new(elements: &[f32], distance: DistanceFunction) -> Self {
        let elements: Vec<f64> = elements.iter().copied().map(f64::from).collect();
        let norm = summed(&elements, &elements, |a, b| a * b).sqrt();
        Self {
            elements,
            norm,
            distance,
        }
    }

    /// The score that the service gives a vector of the same length.
    #[must_use]
    pub fn score(&self, vector: Vector<'_>) -> f64 {
        let (own, other) = (self.elements.as_slice(), vector.elements);
        let dot = || summed(own, other, |a, b| a * f64::from(b));
        let score = match self.distance {
            DistanceFunction::Cosine if self.norm == 0.0 || vector.norm == 0.0 => 1.0,
            DistanceFunction::Cosine => (1.0 - dot() / (self.norm * vector.norm)).clamp(0.0, 2.0),
            DistanceFunction::Euclidean => {
                let square = |difference: f64| difference * difference;
                summed(own, other, |a, b| square(a - f64::from(b))).sqrt()
            }
            DistanceFunction::DotProduct => dot(),
        };
        score.clamp(f64::from(f32::MIN), f64::from(f32::MAX))
    }

    /// How far away a vector with this score is: the less, the more alike.
    #[must_use]
    pub fn rank(&self, score: f64) -> f64 {
        match self.distance {
            DistanceFunction::Cosine | DistanceFunction::Euclidean => score,
            DistanceFunction::DotProduct => -score,
        }
    }
}

/// The sum of what `term` makes of the elements of two equally long lists. The order of additions is fixed and differs from left to right.
fn summed<A: Copy, B: Copy>(one: &[A], other: &[B], term: impl Fn(A, B) -> f64) -> f64 {
    let mut sums = [0.0; LANES];
    let (ones, others) = (one.chunks_exact(LANES), other.chunks_exact(LANES));
    let rest = ones.remainder().iter().zip(others.remainder());
    let rest: f64 = rest.map(|(a, b)| term(*a, *b)).sum();
    for (ones, others) in ones.zip(others) {
        for lane in 0..LANES {
            sums[lane] += term(ones[lane], others[lane]);
        }
    }
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn score(distance: DistanceFunction, probe: &[f32], vector: &[f32]) -> f64 {
        let norm = norm(vector);
        Probe::new(probe, distance).score(Vector { elements: vector, norm })
    }

    #[test]
    fn scores_are_those_of_the_definitions() {
        use DistanceFunction::{Cosine, DotProduct, Euclidean};
        assert_eq!(score(Cosine, &[1.0, 0.0], &[3.0, 0.0]), 0.0);
        assert_eq!(score(Cosine, &[1.0, 0.0], &[0.0, 2.0]), 1.0);
        assert_eq!(score(Cosine, &[1.0, 0.0], &[-1.0, 0.0]), 2.0);
        assert_eq!(score(Cosine, &[0.0, 0.0], &[1.0, 1.0]), 1.0);
        assert_eq!(score(Euclidean, &[1.0, 2.0], &[4.0, 6.0]), 5.0);
        assert_eq!(score(DotProduct, &[1.0, -2.0], &[3.0, 4.0]), -5.0);
    }

    #[test]
    fn scores_stay_within_what_32_bit_floats_hold() {
        let huge = [f32::MAX; 3];
        let most = f64::from(f32::MAX);
        assert_eq!(score(DistanceFunction::DotProduct, &huge, &huge), most);
        assert_eq!(score(DistanceFunction::DotProduct, &huge, &[f32::MIN; 3]), -most);
        assert_eq!(score(DistanceFunction::Euclidean, &huge, &[f32::MIN; 3]), most);
    }

    proptest! {
        #[test]
        fn sums_in_lanes_are_sums(pairs in prop::collection::vec((-1e3f32..1e3, -1e3f32..1e3), 1..70)) {
            let (one, other): (Vec<f32>, Vec<f32>) = pairs.iter().copied().unzip();
            let plain: f64 = pairs.iter().map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            let found = score(DistanceFunction::DotProduct, &one, &other);
            prop_assert!((found - plain).abs() <= 1e-9 * plain.abs().max(1e6), "{found} {plain}");
        }
    }
}
