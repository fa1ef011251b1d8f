//! Writing one item: what PutItem, UpdateItem and DeleteItem, batches and transactions share.
//!
//! A [`Write`] holds what could be checked without the table. [`Write::plan`] checks it against the table in the service's order and computes
//! what would change; whoever called commits that, or drops it. It does not know locks or replies.

use std::fmt;

use super::capacity::{Units, write_units};
use super::context::Context;
use super::holds::Held;
use super::keys::{KeyFault, Written, check_index_keys, key_of_item, key_of_map};
use super::throttle::Draw;
use crate::expression::{Condition, Document, DocumentPath, Update, UpdateError, Updated};
use crate::model::wire::CancellationReason;
use crate::model::{ApiError, CancellationCode, ErrorKind, Item, Name, PackedItem};
use crate::store::{IndexKind, ItemChange, KeySchema, Row, RowKey, Table, TableDefinition};

/// The most bytes of an item.
pub(crate) const ITEM_BYTES_MAX: usize = 409_600;

/// Which side of what an update touched is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Touched {
    /// Neither.
    #[default]
    Nothing,
    /// What it was before.
    Old,
    /// What it is after.
    New,
}

impl Touched {
    /// That side of an update, if it holds anything.
    fn of<D: Document>(self, updated: &Updated<'_, D>) -> Option<Item> {
        let touched = match self {
            Self::Nothing => return None,
            Self::Old => updated.touched_old(),
            Self::New => updated.touched_new(),
        };
        Some(touched).filter(|touched| !touched.is_empty())
    }
}

/// What is done to an item.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Replaces the item.
    Put(Row),
    /// Changes the item with this key, or creates it.
    Update {
        key: PackedItem,
        update: Update,
        wanted: Touched,
        limit: UpdateLimit,
    },
    /// Removes the item with this key.
    Delete { key: PackedItem },
    /// Leaves the item with this key as it is; only the condition counts.
    Check { key: PackedItem },
}

/// What the size of an update is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UpdateLimit {
    /// The request's own charge, then the finished item: UpdateItem.
    RequestAndItem,
    /// The finished item alone: transactions and PartiQL.
    Item,
}

/// A write of one item.
#[derive(Clone, Debug)]
pub(crate) struct Write {
    pub(crate) action: Action,
    pub(crate) condition: Option<Condition>,
    /// Whether a failed condition hands out the item that it met.
    pub(crate) returns_item_on_failure: bool,
}

/// What a write does: the row before and the row after, and of an update what it touched.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) key: RowKey,
    pub(crate) old: Option<Row>,
    pub(crate) new: Option<Row>,
    pub(crate) touched: Option<Item>,
    /// Whether the item is only looked at.
    is_check: bool,
}

/// Why a write is refused once the table is known.
#[derive(Clone, Debug)]
pub(crate) enum WriteFault {
    /// The key does not fit the schema.
    Key(KeyFault),
    /// The item is part of another transaction under way.
    Conflict,
    /// The item is being changed in another Region.
    ReplicatedConflict,
    /// The condition is false; the item that it met, if that was asked for.
    Condition(Option<Item>),
    /// A path steps into a key attribute.
    KeyNotScalar { attribute: Name, of_index: bool },
    /// An update changes a key attribute.
    KeyUpdated(Name),
    /// The update cannot be applied to the item.
    Update(UpdateError),
    /// The updated item, or an item with its entries in local indexes, would be too large.
    ItemTooLarge(Written),
    /// The table cannot serve the write now.
    Throttled(Box<ApiError>),
}

impl fmt::Display for WriteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(fault) => fault.fmt(f),
            Self::Conflict => f.write_str(ErrorKind::TransactionConflict.usual_words().unwrap_or_default()),
            Self::ReplicatedConflict => f.write_str(
                "The request was rejected because one or more items in the request are being modified by a request in another Region.",
            ),
            Self::Condition(_) => f.write_str(ErrorKind::ConditionalCheckFailed.usual_words().unwrap_or_default()),
            Self::Throttled(error) => f.write_str(error.message()),
            Self::KeyNotScalar { attribute, of_index } => {
                let key = if *of_index { "IndexKey" } else { "Key" };
                write!(
                    f,
                    "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: {key}: {attribute}"
                )
            }
            Self::KeyUpdated(name) => {
                write!(
                    f,
                    "One or more parameter values were invalid: Cannot update attribute {name}. This attribute is part of the key"
                )
            }
            Self::Update(error) => error.fmt(f),
            Self::ItemTooLarge(Written::Put) => f.write_str("Item size has exceeded the maximum allowed size"),
            Self::ItemTooLarge(Written::Updated) => {
                f.write_str("Item size to update has exceeded the maximum allowed size")
            }
        }
    }
}

impl From<KeyFault> for WriteFault {
    fn from(fault: KeyFault) -> Self {
        Self::Key(fault)
    }
}

impl From<UpdateError> for WriteFault {
    fn from(error: UpdateError) -> Self {
        Self::Update(error)
    }
}

impl From<WriteFault> for ApiError {
    fn from(fault: WriteFault) -> Self {
        match fault {
            WriteFault::Condition(item) => {
                Self::new(ErrorKind::ConditionalCheckFailed, WriteFault::Condition(None)).with_item(item)
            }
            WriteFault::Conflict => Self::new(ErrorKind::TransactionConflict, fault),
            WriteFault::ReplicatedConflict => Self::new(ErrorKind::ReplicatedWriteConflict, fault),
            WriteFault::Throttled(error) => *error,
            other => Self::validation(other),
        }
    }
}

impl From<WriteFault> for CancellationReason {
    fn from(fault: WriteFault) -> Self {
        match fault {
            WriteFault::Condition(item) => {
                Self::new(CancellationCode::ConditionalCheckFailed, WriteFault::Condition(None)).with_item(item)
            }
            WriteFault::Conflict => Self::new(CancellationCode::TransactionConflict, fault),
            WriteFault::Throttled(error) => Self::of_throttling(&error),
            other => Self::new(CancellationCode::ValidationError, other),
        }
    }
}

impl Write {
    /// Checks the write against the table, and against the transactions under way, and computes what it would change.
    ///
    /// Order: key, other transactions, paths into keys, the request's own size, index keys of a put, condition; then of an update its targets, application, index keys
    /// and size. Last comes the size together with entries in local indexes.
    ///
    /// # Errors
    /// The first fault in that order.
    pub(crate) fn plan(&self, table: &Table, held: Held<'_>) -> Result<Planned, WriteFault> {
        let definition = table.definition();
        let key = self.key(&definition.keys)?;
        if held.covers(&definition.name, &key) {
            return Err(match definition.is_strong() {
                true => WriteFault::ReplicatedConflict,
                false => WriteFault::Conflict,
            });
        }
        check_scalar_keys(
            definition,
            self.condition.iter().flat_map(Condition::attributes_in_part),
        )?;
        self.check_before_condition(table)?;
        let old = table.get(&key);
        self.check_condition(old)?;
        let (new, touched) = match &self.action {
            Action::Put(row) => {
                check_size_with_entries(definition, &key, row, Written::Put)?;
                (Some(row.clone()), None)
            }
            Action::Update { update, .. } if old.is_none() && !update.creates_item() => (None, None),
            Action::Update {
                key: named,
                update,
                wanted,
                ..
            } => {
                let (row, touched) = updated(table, named, update, *wanted, old)?;
                check_size_with_entries(definition, &key, &row, Written::Updated)?;
                (Some(row), touched)
            }
            Action::Delete { .. } => (None, None),
            Action::Check { .. } => (old.cloned(), None),
        };
        Ok(Planned {
            key,
            old: old.cloned(),
            new,
            touched,
            is_check: matches!(self.action, Action::Check { .. }),
        })
    }

    /// The row that is written.
    ///
    /// # Errors
    /// When the key or the item does not fit the schema.
    pub(crate) fn key(&self, keys: &KeySchema) -> Result<RowKey, KeyFault> {
        match &self.action {
            Action::Put(row) => key_of_item(keys, &row.item),
            Action::Update { key, .. } | Action::Delete { key } | Action::Check { key } => key_of_map(keys, key),
        }
    }

    /// What a write draws that is not made, such as one whose condition is false: as much as if it had been made, as far as that is
    /// known (capacity.md §2). `price` is what else is made of the units of the write alone.
    pub(crate) fn charge_failure(&self, table: &Table, context: &Context<'_>, price: fn(Units) -> Units) -> Units {
        let definition = table.definition();
        let Ok(key) = self.key(&definition.keys) else {
            return Units::default();
        };
        let size = match &self.action {
            Action::Put(row) => row.size_bytes,
            _ => 0,
        };
        let old = table.get(&key).map_or(0, |row| definition.billed_bytes(row));
        let cost = price(Units::at_table(write_units(old.max(size.into()))));
        // A request that fails anyway is not throttled as well.
        let _ = context.draw(&Draw::of_write(definition, &cost, &key));
        Units::of_failure(cost.total())
    }

    fn check_before_condition(&self, table: &Table) -> Result<(), WriteFault> {
        match &self.action {
            Action::Put(row) => {
                check_index_keys(table.definition(), None, &row.item, Written::Put).map_err(WriteFault::Key)
            }
            Action::Update {
                update,
                limit: UpdateLimit::RequestAndItem,
                ..
            } if update.request_charge() > ITEM_BYTES_MAX => Err(WriteFault::ItemTooLarge(Written::Updated)),
            Action::Update { .. } | Action::Delete { .. } | Action::Check { .. } => Ok(()),
        }
    }

    fn check_condition(&self, old: Option<&Row>) -> Result<(), WriteFault> {
        let Some(condition) = &self.condition else {
            return Ok(());
        };
        let holds = match old {
            Some(row) => condition.matches(&row.item),
            None => condition.matches(&Item::default()),
        };
        if holds {
            return Ok(());
        }
        Err(WriteFault::Condition(
            old.filter(|_| self.returns_item_on_failure)
                .map(|row| row.item.unpack()),
        ))
    }
}

/// Refuses paths that step into a key attribute of the table or one of its indexes; `stepped_into` are their attributes.
pub(crate) fn check_scalar_keys<'a>(
    definition: &TableDefinition,
    mut stepped_into: impl Iterator<Item = &'a Name>,
) -> Result<(), WriteFault> {
    let of_table = |name: &Name| definition.keys.contains(name);
    let of_index = |name: &Name| definition.indexes.iter().any(|index| index.keys.contains(name));
    match stepped_into.find(|name| of_table(name) || of_index(name)) {
        Some(name) => Err(WriteFault::KeyNotScalar {
            attribute: name.clone(),
            of_index: !of_table(name),
        }),
        None => Ok(()),
    }
}

/// The row after an update, and what of it was touched.
fn updated(
    table: &Table,
    key: &PackedItem,
    update: &Update,
    wanted: Touched,
    old: Option<&Row>,
) -> Result<(Row, Option<Item>), WriteFault> {
    let definition = table.definition();
    if let Some(name) = update
        .targets()
        .map(DocumentPath::attribute)
        .find(|name| definition.keys.contains(name))
    {
        return Err(WriteFault::KeyUpdated(name.clone()));
    }
    let begun = old.cloned().unwrap_or_else(|| Row::whole(key.clone()));
    let updated = update.apply(&begun.item)?;
    let (row, touched) = (begun.with(updated.changes()), wanted.of(&updated));
    let is_written = |name: &str| update.targets().any(|target| target.attribute() == name);
    if definition.indexes.iter().any(|index| index.looks_at(is_written)) {
        check_index_keys(definition, old.map(|row| &row.item), &row.item, Written::Updated)?;
    }
    if row.size_bytes as usize > ITEM_BYTES_MAX {
        return Err(WriteFault::ItemTooLarge(Written::Updated));
    }
    Ok((row, touched))
}

/// Refuses an item that is too large together with its entries in local indexes (values.md §7).
fn check_size_with_entries(
    definition: &TableDefinition,
    key: &RowKey,
    row: &Row,
    written: Written,
) -> Result<(), WriteFault> {
    let local = || definition.indexes.iter().filter(|index| index.kind == IndexKind::Local);
    let own_bytes = row.size_bytes as usize;
    if own_bytes * (1 + local().count()) <= ITEM_BYTES_MAX {
        return Ok(());
    }
    let entries = local().filter_map(|index| index.entry(&definition.keys, key, row));
    let entries_bytes: usize = entries.map(|(_, entry)| entry.size_bytes as usize).sum();
    match own_bytes + entries_bytes > ITEM_BYTES_MAX {
        true => Err(WriteFault::ItemTooLarge(written)),
        false => Ok(()),
    }
}

impl Planned {
    /// The change, unless everything stays as it is. In a replicated table an item that is written anew as it was is later than what other Regions wrote
    /// before.
    pub(crate) fn change(&self, definition: &TableDefinition) -> Option<ItemChange> {
        let counts = definition.membership.is_some() && self.new.is_some() && !self.is_check;
        if self.old == self.new && !counts {
            return None;
        }
        let (key, old, new) = (self.key.clone(), self.old.clone(), self.new.clone());
        Some(ItemChange {
            table: definition.name.clone(),
            key,
            old,
            new,
        })
    }
}
