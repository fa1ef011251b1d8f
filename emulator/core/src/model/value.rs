//! Attribute values: the ten types of DynamoDB, their equality, order and sizes.
//!
//! Invariants: sets are sorted, free of duplicates and never empty; maps are sorted by name; numbers are normal. So equality as the service
//! defines it (values.md §9) is structural equality. Every clone is O(1). A value does not know its place in a request, nor JSON.

use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;

use super::number::Number;

/// Deepest nesting of a stored value; a top-level value is level 1 (observed-expressions.md §13).
pub const DEPTH_MAX: usize = 32;

/// The name of an attribute. Names of up to 23 bytes are stored inline.
pub type Name = SmolStr;

/// The bytes of a binary value.
pub type Binary = Arc<[u8]>;

/// An attribute value.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub enum Value {
    /// A string.
    S(SmolStr),
    /// A number.
    N(Number),
    /// Bytes.
    B(Binary),
    /// A boolean.
    Bool(bool),
    /// The null value.
    #[default]
    Null,
    /// A set of strings.
    Ss(Set<SmolStr>),
    /// A set of numbers.
    Ns(Set<Number>),
    /// A set of binaries.
    Bs(Set<Binary>),
    /// A list.
    L(Arc<[Value]>),
    /// A map.
    M(AttributeMap),
}

const _: () = assert!(size_of::<Value>() == 24, "an item's memory is mostly its values");

/// The type of a value, by the service's descriptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ValueType {
    /// String.
    S,
    /// Number.
    N,
    /// Binary.
    B,
    /// Boolean.
    Bool,
    /// Null.
    Null,
    /// String set.
    Ss,
    /// Number set.
    Ns,
    /// Binary set.
    Bs,
    /// List.
    L,
    /// Map.
    M,
}

impl ValueType {
    /// Every type, in the order of the API reference.
    pub const ALL: [Self; 10] = [
        Self::S,
        Self::N,
        Self::B,
        Self::Ss,
        Self::Ns,
        Self::Bs,
        Self::M,
        Self::L,
        Self::Null,
        Self::Bool,
    ];

    /// Whether this is one of the three set types.
    #[must_use]
    pub fn is_set(self) -> bool {
        matches!(self, Self::Ss | Self::Ns | Self::Bs)
    }

    /// Whether values of this type have an order: S, N and B.
    #[must_use]
    pub fn is_ordered(self) -> bool {
        matches!(self, Self::S | Self::N | Self::B)
    }
}

macro_rules! descriptors {
    ($($kind:ident = $descriptor:literal),*) => {
        impl ValueType {
            /// The descriptor on the wire, e.g. `NS`.
            #[must_use]
            pub fn descriptor(self) -> &'static str {
                match self { $( Self::$kind => $descriptor, )* }
            }

            /// The type with this descriptor.
            #[must_use]
            pub fn from_descriptor(descriptor: &str) -> Option<Self> {
                match descriptor { $( $descriptor => Some(Self::$kind), )* _ => None }
            }
        }
    };
}

descriptors!(
    S = "S",
    N = "N",
    B = "B",
    Bool = "BOOL",
    Null = "NULL",
    Ss = "SS",
    Ns = "NS",
    Bs = "BS",
    L = "L",
    M = "M"
);

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.descriptor())
    }
}

impl Value {
    /// A string value.
    #[must_use]
    pub fn string(text: impl Into<SmolStr>) -> Self {
        Self::S(text.into())
    }

    /// The type of this value.
    #[must_use]
    pub fn kind(&self) -> ValueType {
        match self {
            Self::S(_) => ValueType::S,
            Self::N(_) => ValueType::N,
            Self::B(_) => ValueType::B,
            Self::Bool(_) => ValueType::Bool,
            Self::Null => ValueType::Null,
            Self::Ss(_) => ValueType::Ss,
            Self::Ns(_) => ValueType::Ns,
            Self::Bs(_) => ValueType::Bs,
            Self::L(_) => ValueType::L,
            Self::M(_) => ValueType::M,
        }
    }

    /// The order of two values, where both are S, both N or both B.
    #[must_use]
    pub fn partial_order(&self, other: &Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::S(a), Self::S(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
            (Self::N(a), Self::N(b)) => Some(a.cmp(b)),
            (Self::B(a), Self::B(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// The size that DynamoDB counts for this value, in bytes (observed-expressions.md §18).
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        match self {
            Self::S(text) => text.len(),
            Self::N(number) => number.size_bytes(),
            Self::B(bytes) => bytes.len(),
            Self::Bool(_) | Self::Null => 1,
            Self::Ss(set) => set.iter().map(|member| member.len()).sum(),
            Self::Ns(set) => set.iter().map(Number::size_bytes).sum(),
            Self::Bs(set) => set.iter().map(|member| member.len()).sum(),
            Self::L(list) => 3 + list.iter().map(|element| 1 + element.size_bytes()).sum::<usize>(),
            Self::M(map) => {
                3 + map
                    .iter()
                    .map(|(name, value)| 1 + name.len() + value.size_bytes())
                    .sum::<usize>()
            }
        }
    }

    /// How deep this value nests: 1 for a scalar.
    #[must_use]
    pub fn depth(&self) -> usize {
        match self {
            Self::L(list) => 1 + list.iter().map(Self::depth).max().unwrap_or(0),
            Self::M(map) => 1 + map.iter().map(|(_, value)| value.depth()).max().unwrap_or(0),
            _ => 1,
        }
    }
}

/// A sorted, non-empty set without duplicates.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Set<T>(Arc<[T]>);

impl<T: Ord + Clone> Set<T> {
    /// Makes a set of members in any order; `None` when there are none or two are equal.
    #[must_use]
    pub fn new(mut members: Vec<T>) -> Option<Self> {
        members.sort_unstable();
        let unique = members.windows(2).all(|pair| pair[0] != pair[1]);
        (unique && !members.is_empty()).then(|| Self(members.into()))
    }

    /// Whether `member` belongs to the set.
    #[must_use]
    pub fn contains(&self, member: &T) -> bool {
        self.0.binary_search(member).is_ok()
    }

    /// The members of either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut members = self.0.to_vec();
        members.extend(other.iter().filter(|member| !self.contains(member)).cloned());
        members.sort_unstable();
        Self(members.into())
    }

    /// The members that `other` lacks; `None` when nothing remains.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<Self> {
        Self::new(self.iter().filter(|member| !other.contains(member)).cloned().collect())
    }
}

impl<T> Set<T> {
    /// The members in ascending order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// How many members there are; at least one.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a set is never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// Attributes by name, sorted by the bytes of the name: an item, a key or a nested map.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AttributeMap(Arc<[(Name, Value)]>);

/// An item of a table.
pub type Item = AttributeMap;

impl Default for AttributeMap {
    fn default() -> Self {
        Self(Arc::new([]))
    }
}

impl AttributeMap {
    /// The value of an attribute.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        // Items are small: a scan that compares lengths first beats a binary search.
        self.0
            .iter()
            .find(|(candidate, _)| candidate.as_str() == name)
            .map(|(_, value)| value)
    }

    /// Whether the attribute exists.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The attributes in the order of their names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Name, &Value)> + DoubleEndedIterator + Clone {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// How many attributes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no attribute.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The size that DynamoDB counts for an item with these attributes, in bytes.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.iter().map(|(name, value)| name.len() + value.size_bytes()).sum()
    }

    /// How deep the deepest attribute nests; 0 for an empty map.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.iter().map(|(_, value)| value.depth()).max().unwrap_or(0)
    }

    /// The map without the attributes that `keep` refuses.
    #[must_use]
    pub fn filtered(&self, mut keep: impl FnMut(&str) -> bool) -> Self {
        self.0.iter().filter(|(name, _)| keep(name)).cloned().collect()
    }
}

/// Collects attributes; of two with one name the later counts.
impl FromIterator<(Name, Value)> for AttributeMap {
    fn from_iter<I: IntoIterator<Item = (Name, Value)>>(attributes: I) -> Self {
        Self::from(attributes.into_iter().collect::<Vec<_>>())
    }
}

impl From<Vec<(Name, Value)>> for AttributeMap {
    fn from(mut attributes: Vec<(Name, Value)>) -> Self {
        if !attributes.is_sorted_by(|a, b| a.0 < b.0) {
            attributes.sort_by(|a, b| a.0.cmp(&b.0));
            attributes.dedup_by(|later, earlier| {
                let same = later.0 == earlier.0;
                if same {
                    std::mem::swap(later, earlier);
                }
                same
            });
        }
        Self(attributes.into())
    }
}

/// Prints a value as compact DynamoDB JSON, for assertions and logs.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::json::to_text(self))
    }
}

/// Prints the attributes as compact DynamoDB JSON, for assertions and logs.
impl fmt::Debug for AttributeMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::json::to_text(self))
    }
}

impl<T: fmt::Debug> fmt::Debug for Set<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Values of every type.
    pub(in crate::model) fn any_value() -> impl Strategy<Value = Value> {
        let number = || (any::<i64>(), -60i32..60).prop_map(|(digits, exponent)| format!("{digits}e{exponent}"));
        let number = || number().prop_map(|text| Number::parse(&text).unwrap_or(Number::ZERO));
        let bytes = || prop::collection::vec(any::<u8>(), 0..9).prop_map(Binary::from);
        let leaf = prop_oneof![
            any::<String>().prop_map(Value::string),
            number().prop_map(Value::N),
            bytes().prop_map(Value::B),
            any::<bool>().prop_map(Value::Bool),
            Just(Value::Null),
            prop::collection::btree_set(".{0,5}", 1..4)
                .prop_filter_map("a set", |set| Set::new(set.into_iter().map(SmolStr::from).collect())
                    .map(Value::Ss)),
            prop::collection::vec(number(), 1..4).prop_filter_map("a set", |set| Set::new(set).map(Value::Ns)),
            prop::collection::vec(bytes(), 1..4).prop_filter_map("a set", |set| Set::new(set).map(Value::Bs)),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(|list| Value::L(list.into())),
                prop::collection::btree_map(".{1,5}", inner, 0..4)
                    .prop_map(|map| Value::M(map.into_iter().map(|(name, value)| (name.into(), value)).collect())),
            ]
        })
    }

    /// Items of a few attributes.
    pub(in crate::model) fn any_item() -> impl Strategy<Value = Item> {
        prop::collection::vec((".{1,9}", any_value()), 0..6).prop_map(|attributes| {
            attributes
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect()
        })
    }
}
