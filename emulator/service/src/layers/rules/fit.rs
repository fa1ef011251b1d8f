//! Replies of rules against the request: what the service could never answer is told to the author of the rule, not to the client.

use stator_core::engine::resolved::{Part, Resolved};
use stator_core::engine::{Call, Engine, Namespace};
use stator_core::model::wire::PageReply;
use stator_core::model::{ApiError, ErrorKind, PackedItem, Reply};
use stator_core::store::{KeySchema, TableDefinition};

/// The most bytes of an item.
const ITEM_BYTES_MAX: usize = 409_600;

/// The reply, if the service could answer it.
///
/// # Errors
/// Why it could not.
pub(super) fn fit(engine: &Engine, call: &Call, reply: Reply) -> Result<Reply, String> {
    let resolved = engine.resolve(call);
    if reply.operation() != resolved.operation {
        return Err(format!("it is a reply of {}", reply.operation()));
    }
    let namespace = Namespace::of(&call.caller, engine.settings());
    let found = engine.spaces().what_calls_find(&namespace);
    let definition = |part: &Part| {
        found
            .database()
            .table(&part.table)
            .map(|table| table.definition().clone())
    };
    match reply {
        Reply::GetItem(reply) => {
            if let (Some(item), Some(part)) = (&reply.item, resolved.parts.first()) {
                check_item(item, part, definition(part).as_deref())?;
                check_key_of(item, part)?;
            }
            Ok(Reply::GetItem(reply))
        }
        Reply::Query(page) => fit_page(page, &resolved, definition).map(Reply::Query),
        Reply::Scan(page) => fit_page(page, &resolved, definition).map(Reply::Scan),
        Reply::BatchGetItem(reply) => {
            for (table, items) in reply.responses.iter() {
                let asked = |item: &PackedItem| resolved.parts.iter().any(|part| is_of(item, part));
                if !resolved.parts.iter().any(|part| part.table == *table) {
                    return Err(format!("the request asks nothing of table {table}"));
                }
                if let Some(stray) = items.iter().find(|item| !asked(item)) {
                    return Err(format!("the request asks for no item like {stray:?}"));
                }
            }
            Ok(Reply::BatchGetItem(reply))
        }
        other => Ok(other),
    }
}

/// The error, if the service could answer it: a cancelled transaction has a reason for each action.
///
/// # Errors
/// Why it could not.
pub(super) fn fit_error(engine: &Engine, call: &Call, error: ApiError) -> Result<ApiError, String> {
    let (reasons, actions) = (error.reasons().len(), engine.resolve(call).parts.len());
    if error.kind() == ErrorKind::TransactionCanceled && reasons != actions {
        return Err(format!(
            "the transaction has {actions} actions, and the rule {reasons} reasons"
        ));
    }
    Ok(error)
}

/// Whether an item may be the one that a part asks for.
fn is_of(item: &PackedItem, part: &Part) -> bool {
    part.projection.is_some() || part.key.as_ref().is_none_or(|key| has(item, key))
}

fn has(item: &PackedItem, key: &PackedItem) -> bool {
    key.iter().all(|(name, value)| item.get(name) == Some(value))
}

fn check_key_of(item: &PackedItem, part: &Part) -> Result<(), String> {
    match &part.key {
        Some(key) if part.projection.is_none() && !has(item, key) => {
            Err(format!("the item {item:?} has not the key {key:?} that is asked for"))
        }
        _ => Ok(()),
    }
}

/// Whole items have the keys of their table, and no item is larger than items can be.
fn check_item(item: &PackedItem, part: &Part, definition: Option<&TableDefinition>) -> Result<(), String> {
    if item.size_bytes() > ITEM_BYTES_MAX {
        return Err("an item is larger than 400 KB".to_owned());
    }
    let keys: &KeySchema = match definition {
        Some(definition) if part.projection.is_none() => &definition.keys,
        _ => return Ok(()),
    };
    for key in keys.attributes() {
        match item.get(&key.name) {
            Some(value) if value.kind() == key.kind.value_type() => {}
            _ => {
                return Err(format!(
                    "the item {item:?} has no key attribute {} of type {}",
                    key.name,
                    key.kind.value_type()
                ));
            }
        }
    }
    Ok(())
}

/// Checks the items of a page, and counts them where the rule did not.
fn fit_page<D: std::ops::Deref<Target = TableDefinition>>(
    mut page: PageReply,
    resolved: &Resolved,
    definition: impl Fn(&Part) -> Option<D>,
) -> Result<PageReply, String> {
    if let (Some(items), Some(part)) = (&page.items, resolved.parts.first()) {
        let definition = definition(part);
        for item in items {
            check_item(item, part, definition.as_deref())?;
            if part.action == stator_core::engine::resolved::Action::Query {
                check_key_of(item, part)?;
            }
        }
        let count = i32::try_from(items.len()).unwrap_or(i32::MAX);
        if page.count == 0 {
            page.count = count;
        }
        if page.count != count {
            return Err(format!("Count is {}, and there are {count} items", page.count));
        }
    }
    page.scanned_count = page.scanned_count.max(page.count);
    Ok(page)
}
