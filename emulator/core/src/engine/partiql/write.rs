//! INSERT, UPDATE and DELETE as the writes that the other operations make (observed-partiql.md §12).

use std::collections::BTreeMap;

use super::fault::StatementFault;
use super::read::check_type;
use crate::engine::holds::Held;
use crate::engine::keys::KeyFault;
use crate::engine::write::{Action, ITEM_BYTES_MAX, Planned, Touched, UpdateLimit, Write, WriteFault};
use crate::expression::Condition;
use crate::expression::partiql::tree::{ReturnedImage, ReturnedPart, Returning};
use crate::expression::partiql::{Bound, Kind};
use crate::model::value::DEPTH_MAX;
use crate::model::{ApiError, ErrorKind, PackedItem, Value};
use crate::store::{KeySchema, Row, Table, TableDefinition};

/// Why a write that fits its table cannot be done.
#[derive(Clone, Debug)]
pub(super) enum Refused {
    /// For a reason that other operations have, too.
    Write(WriteFault),
    /// For one that only statements have.
    Statement(StatementFault),
}

impl From<WriteFault> for Refused {
    fn from(fault: WriteFault) -> Self {
        Self::Write(fault)
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Write(fault) => fault.into(),
            Refused::Statement(fault) => fault.into(),
        }
    }
}

/// The write of a statement against a table with this definition.
///
/// # Errors
/// When the WHERE clause does not name an item of the table.
pub(super) fn write_of(
    bound: &Bound<'_>,
    definition: &TableDefinition,
    returns_item_on_failure: bool,
) -> Result<Write, StatementFault> {
    let key = || key_of(bound, &definition.keys);
    let partition = &definition.keys.partition[0].name;
    let (action, condition) = match bound.statement().kind() {
        Kind::Insert => {
            let item = bound.item().unwrap_or_default();
            (Action::Put(Row::new(&item)), Some(Condition::absence_of(partition)))
        }
        Kind::Update => {
            let action = Action::Update {
                key: key()?,
                update: bound.update().unwrap_or_else(|| unreachable!("an UPDATE has changes")),
                wanted: wanted(bound.statement().returning()),
                limit: UpdateLimit::Item,
            };
            (action, bound.condition())
        }
        Kind::Delete => (Action::Delete { key: key()? }, bound.condition_or_absent(partition)),
        Kind::Exists => (Action::Check { key: key()? }, bound.condition()),
        Kind::Select => unreachable!("a read is no write"),
    };
    Ok(Write {
        action,
        condition,
        returns_item_on_failure,
    })
}

/// Plans a write.
///
/// # Errors
/// What the item lets be refused.
pub(super) fn plan(write: &Write, kind: Kind, table: &Table, held: Held<'_>) -> Result<Planned, Refused> {
    check_targets(write, table.definition())?;
    let planned = write.plan(table, held).map_err(|fault| match fault {
        // An INSERT under the condition that there is no such item meets one.
        WriteFault::Condition(_) if kind == Kind::Insert => Refused::Statement(StatementFault::Duplicate),
        fault => Refused::Write(fault),
    })?;
    match &write.action {
        Action::Put(row) if row.item.depth() > DEPTH_MAX => Err(Refused::Statement(StatementFault::Nesting)),
        _ => Ok(planned),
    }
}

/// Whether a write that fails like this costs what it attempted.
pub(super) fn is_charged(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConditionalCheckFailed | ErrorKind::DuplicateItem)
}

/// Refuses changes of key attributes, which the service does before it reads the item.
fn check_targets(write: &Write, definition: &TableDefinition) -> Result<(), WriteFault> {
    let Action::Update { update, .. } = &write.action else {
        return Ok(());
    };
    let mut targets = update.targets().map(|target| target.attribute());
    match targets.find(|name| definition.keys.contains(name)) {
        Some(name) => Err(WriteFault::KeyUpdated(name.clone())),
        None => Ok(()),
    }
}

/// Refuses an item to insert that is too large.
pub(super) fn check_size(bound: &Bound<'_>) -> Result<(), StatementFault> {
    match bound.item().is_some_and(|item| item.size_bytes() > ITEM_BYTES_MAX) {
        true => Err(StatementFault::ItemTooLarge),
        false => Ok(()),
    }
}

/// Refuses an item to insert without its key, or with keys of other types, in words that transactions do not have.
pub(super) fn check_item(bound: &Bound<'_>, definition: &TableDefinition) -> Result<(), ApiError> {
    let Some(item) = bound.item() else { return Ok(()) };
    check_size(bound)?;
    for attribute in definition.keys.attributes() {
        match item.get(&attribute.name) {
            Some(value) => check_type(attribute, value)?,
            None => return Err(KeyFault::Missing(attribute.name.clone()).into()),
        }
    }
    let keys = definition.indexes.iter().flat_map(|index| index.keys.attributes());
    for attribute in keys {
        if let Some(value) = item.get(&attribute.name) {
            check_type(attribute, value)?;
        }
    }
    Ok(())
}

/// The key that the WHERE clause names: an equality for each attribute of the key.
pub(super) fn key_of(bound: &Bound<'_>, keys: &KeySchema) -> Result<PackedItem, StatementFault> {
    let mut values: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let equalities = bound.equalities();
    for (name, value) in &equalities {
        let known = values.entry(name).or_default();
        if !known.contains(value) {
            known.push(value.clone());
        }
    }
    if !keys
        .attributes()
        .all(|attribute| values.contains_key(attribute.name.as_str()))
    {
        return Err(StatementFault::KeyIncomplete);
    }
    let mut key = Vec::with_capacity(keys.len());
    for attribute in keys.attributes() {
        match values[attribute.name.as_str()].as_slice() {
            [value] => key.push((attribute.name.clone(), value.clone())),
            _ => return Err(StatementFault::KeyTwice(attribute.name.clone())),
        }
    }
    for (attribute, (_, value)) in keys.attributes().zip(&key) {
        check_type(attribute, value)?;
    }
    Ok(key.into())
}

fn wanted(returning: Option<Returning>) -> Touched {
    match returning {
        Some(Returning {
            part: ReturnedPart::Modified,
            image: ReturnedImage::Old,
        }) => Touched::Old,
        Some(Returning {
            part: ReturnedPart::Modified,
            image: ReturnedImage::New,
        }) => Touched::New,
        _ => Touched::Nothing,
    }
}

/// What RETURNING asks for.
pub(super) fn returned(returning: Option<Returning>, planned: &Planned) -> Option<PackedItem> {
    let item = |row: &Option<Row>| row.as_ref().map(|row| row.item.clone());
    match returning? {
        Returning {
            part: ReturnedPart::Modified,
            ..
        } => planned.touched.as_ref().map(PackedItem::from),
        Returning {
            image: ReturnedImage::Old,
            ..
        } => item(&planned.old),
        Returning {
            image: ReturnedImage::New,
            ..
        } => item(&planned.new),
    }
}
