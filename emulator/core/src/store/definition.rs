//! What a table is apart from its items: keys, indexes, settings.
//!
//! A definition is a value like any other: an operation edits a clone, checks it, and commits it as a Change. Invariants: key attributes have a
//! declared type; a local index shares the table's partition key. It does not know its items.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use super::backups::BackupKey;
use super::companions::Companions;
use super::group::{Consistency, Membership, SettingsMode};
use super::lifecycle::{TableStatus, Transition};
use super::policy::PolicySetting;
use super::settings::{Billing, Capacity, ClassSetting, Encryption, Expiry, Protection, Recovery, StreamSetting, Tags};
use super::streams::StreamKey;
use super::table::Row;
use super::vector::{SearchRole, VectorSpec};
use crate::model::json::Timestamp;
use crate::model::{AttributeMap, Name, Value, ValueType};

/// The type of a key attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScalarType {
    /// String.
    S,
    /// Number.
    N,
    /// Binary.
    B,
}

impl ScalarType {
    /// The same type among the types of values.
    #[must_use]
    pub fn value_type(self) -> ValueType {
        match self {
            Self::S => ValueType::S,
            Self::N => ValueType::N,
            Self::B => ValueType::B,
        }
    }

    /// The word on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.value_type().descriptor()
    }

    /// The type of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "S" => Some(Self::S),
            "N" => Some(Self::N),
            "B" => Some(Self::B),
            _ => None,
        }
    }

    /// Whether a value is of this type.
    #[must_use]
    pub fn covers(self, value: &Value) -> bool {
        value.kind() == self.value_type()
    }
}

/// One attribute of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyAttribute {
    /// The attribute's name.
    pub name: Name,
    /// The attribute's type.
    pub kind: ScalarType,
}

/// The key of a table or an index: attributes that place an item in a partition, then attributes that sort it there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeySchema {
    /// HASH attributes: one, or up to four at a global index.
    pub partition: Vec<KeyAttribute>,
    /// RANGE attributes: none or one, or up to four at a global index.
    pub sort: Vec<KeyAttribute>,
}

impl KeySchema {
    /// All attributes, HASH before RANGE.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> + Clone {
        self.partition.iter().chain(&self.sort)
    }

    /// How many attributes the key has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.partition.len() + self.sort.len()
    }

    /// Whether the key has no attribute, as that of a vector index which is not parted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.partition.is_empty()
    }

    /// Whether an attribute belongs to the key.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name == name)
    }

    /// The key's part of an item.
    #[must_use]
    pub fn project(&self, item: &AttributeMap) -> AttributeMap {
        item.filtered(|name| self.contains(name))
    }
}

/// Which kind of index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IndexKind {
    /// Shares the table's partition key and its capacity; made with the table.
    Local,
    /// Has a key and capacity of its own; comes and goes.
    Global,
    /// Finds items by the likeness of a vector; comes and goes.
    Vector,
}

/// Which attributes an index holds beside its own key and the table's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Projection {
    /// All attributes.
    All,
    /// No others.
    KeysOnly,
    /// These others, in the order in which they were given.
    Include(Vec<Name>),
}

/// Where an index is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IndexStatus {
    /// Resources are being allocated; `Backfilling` reads false.
    Allocating,
    /// Items of the table are being indexed; `Backfilling` reads true.
    Backfilling,
    /// All items are indexed and the status tells so, but a vector index cannot be searched yet.
    Preparing,
    /// Readable.
    Active,
    /// Throughput is being changed; readable.
    Updating,
    /// On its way out.
    Deleting,
}

/// An index of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexDefinition {
    /// The index's name.
    pub name: SmolStr,
    /// Local or global.
    pub kind: IndexKind,
    /// The index's key; of a vector index the HASH attribute of its search schema, if it has one.
    pub keys: KeySchema,
    /// What a vector index has that others have not; present at those alone.
    pub vector: Option<VectorSpec>,
    /// What the index holds.
    pub projection: Projection,
    /// Where the index is in its life.
    pub status: IndexStatus,
    /// What a global index can serve; a local one shares the table's capacity.
    pub capacity: Capacity,
}

impl IndexDefinition {
    /// An index that is made together with its table.
    #[must_use]
    pub fn new(name: SmolStr, kind: IndexKind, keys: KeySchema, projection: Projection) -> Self {
        Self {
            name,
            kind,
            keys,
            vector: None,
            projection,
            status: IndexStatus::Active,
            capacity: Capacity::default(),
        }
    }

    /// A vector index that is made together with its table.
    #[must_use]
    pub fn of_vectors(name: SmolStr, spec: VectorSpec, projection: Projection) -> Self {
        let hash = spec.schema.iter().filter(|element| element.role == SearchRole::Hash);
        let keys = KeySchema {
            partition: hash.map(|element| element.attribute.clone()).collect(),
            sort: Vec::new(),
        };
        Self {
            vector: Some(spec),
            ..Self::new(name, IndexKind::Vector, keys, projection)
        }
    }

    /// Whether another index holds what this one holds.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let what = |index: &Self| {
            (
                index.kind,
                index.keys.clone(),
                index.vector.clone(),
                index.projection.clone(),
            )
        };
        what(self) == what(other)
    }

    /// Whether an index of the table with the key `base` holds an attribute.
    #[must_use]
    pub fn holds(&self, base: &KeySchema, name: &str) -> bool {
        match &self.projection {
            Projection::All => true,
            _ if self.keys.contains(name) || base.contains(name) => true,
            _ if self.vector.as_ref().is_some_and(|spec| spec.concerns(name)) => true,
            Projection::KeysOnly => false,
            Projection::Include(names) => names.iter().any(|candidate| candidate == name),
        }
    }
}

/// What a table is apart from its items.
#[derive(Clone, Debug, PartialEq)]
pub struct TableDefinition {
    /// The table's name.
    pub name: SmolStr,
    /// The table's identity: a new one for each creation.
    pub id: SmolStr,
    /// The table's ARN.
    pub arn: SmolStr,
    /// The table's key.
    pub keys: KeySchema,
    /// The table's indexes in the order of their creation; shared, since a clone of a table must be cheap.
    pub indexes: Arc<Vec<IndexDefinition>>,
    /// When the table was created.
    pub created: Timestamp,
    /// How the table is paid for.
    pub billing: Billing,
    /// What the table can serve.
    pub capacity: Capacity,
    /// The storage class.
    pub class: ClassSetting,
    /// Encryption by a key of the caller's.
    pub encryption: Encryption,
    /// The stream.
    pub stream: StreamSetting,
    /// Whether the table can be deleted.
    pub protection: Protection,
    /// How items expire.
    pub expiry: Expiry,
    /// The table's tags.
    pub tags: Tags,
    /// Point-in-time recovery, while it is on.
    pub recovery: Option<Recovery>,
    /// What the table is restored from, until it is there.
    pub restored_from: Option<RestoreOrigin>,
    /// The table's resource policy.
    pub policy: PolicySetting,
    /// What the table has beside it.
    pub companions: Companions,
    /// What was said of sharing settings with other accounts, while the table is in no group.
    pub settings_mode: Option<SettingsMode>,
    /// The group of replicas that the table is part of.
    pub membership: Option<Arc<Membership>>,
    /// What will happen to the table and its indexes.
    pub pending: Vec<Transition>,
}

/// What a table is restored from.
#[derive(Clone, Debug, PartialEq)]
pub struct RestoreOrigin {
    /// The backup, and its ARN as it was given; none if a table was the source.
    pub backup: Option<(BackupKey, SmolStr)>,
    /// The ARN of the table that was the source, or that the backup is of.
    pub table_arn: SmolStr,
    /// The time to whose state the table is restored.
    pub at: Timestamp,
}

impl TableDefinition {
    /// A provisioned table without indexes, with every setting at its default.
    #[must_use]
    pub fn new(name: SmolStr, id: SmolStr, arn: SmolStr, keys: KeySchema, created: Timestamp) -> Self {
        Self {
            name,
            id,
            arn,
            keys,
            indexes: Arc::default(),
            created,
            billing: Billing::default(),
            capacity: Capacity::default(),
            class: ClassSetting::default(),
            encryption: Encryption::default(),
            stream: StreamSetting::default(),
            protection: Protection::default(),
            expiry: Expiry::default(),
            tags: Tags::default(),
            recovery: None,
            restored_from: None,
            policy: PolicySetting::default(),
            companions: Companions::default(),
            settings_mode: None,
            membership: None,
            pending: Vec::new(),
        }
    }

    /// The types of all attributes that a key or a search schema names, by name. One attribute has one type wherever it is named.
    #[must_use]
    pub fn attribute_types(&self) -> BTreeMap<&Name, ScalarType> {
        let keys = std::iter::once(&self.keys).chain(self.indexes.iter().map(|index| &index.keys));
        let searched = self.vectors().flat_map(|spec| &spec.schema);
        keys.flat_map(KeySchema::attributes)
            .chain(searched.map(|element| &element.attribute))
            .map(|attribute| (&attribute.name, attribute.kind))
            .collect()
    }

    /// Whether the table is being filled before it is there: with what it is restored from, or with the items of its group.
    #[must_use]
    pub fn is_being_filled(&self) -> bool {
        self.restored_from.is_some() || (self.membership.is_some() && self.status() == TableStatus::Creating)
    }

    /// Whether what is written is in all Regions of the table's group at once.
    #[must_use]
    pub fn is_strong(&self) -> bool {
        let membership = self.membership.as_ref();
        membership.is_some_and(|membership| membership.consistency == Consistency::Strong)
    }

    /// The name of the table's stream, while it is on.
    #[must_use]
    pub fn live_stream(&self) -> Option<StreamKey> {
        self.stream.view?;
        let (label, _) = self.stream.latest.as_ref()?;
        Some(StreamKey {
            table: self.name.clone(),
            label: label.clone(),
        })
    }

    /// What the vector indexes have that others have not.
    pub fn vectors(&self) -> impl Iterator<Item = &VectorSpec> {
        self.indexes.iter().filter_map(|index| index.vector.as_ref())
    }

    /// The size for which an item of the table is billed: vectors cost by their length, whatever their numbers are (observed-tables.md §18).
    #[must_use]
    pub fn billed_bytes(&self, row: &Row) -> u64 {
        let mut seen: Vec<&Name> = Vec::new();
        let mut bytes = i64::from(row.size_bytes);
        for spec in self.vectors() {
            if !seen.contains(&&spec.attribute) {
                seen.push(&spec.attribute);
                bytes -= spec.discount_bytes(row);
            }
        }
        bytes.unsigned_abs()
    }

    /// The index with this name.
    #[must_use]
    pub fn index(&self, name: &str) -> Option<&IndexDefinition> {
        self.indexes.iter().find(|index| index.name == name)
    }

    /// The indexes of a kind in the order of their creation.
    pub fn indexes_of(&self, kind: IndexKind) -> impl Iterator<Item = &IndexDefinition> {
        self.indexes.iter().filter(move |index| index.kind == kind)
    }
}
