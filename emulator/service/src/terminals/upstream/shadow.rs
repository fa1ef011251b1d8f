//! What the engine of this process knows of an upstream: the tables and items of the calls that it has to judge.
//!
//! Rules rehearse requests, hold replies against tables, and hold items; all of that is the engine's, which has no tables of an upstream. So before it is asked
//! for a judgement, the tables that a call names are described and the items that it names are read, upstream, and put into the caller's
//! namespace here. That is done for each judgement anew: others may change the upstream at any time. Nothing that is only passed on is asked for.
//!
//! It never writes to the upstream. An item that is held here is not put anew, since a hold refuses that; who is refused for it needs no item.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use smol_str::SmolStr;
use stator_core::engine::resolved::Part;
use stator_core::engine::{Call, Caller, Engine, Namespace};
use stator_core::model::json::to_text;
use stator_core::model::wire::{
    CreateTableRequest, DeleteItemRequest, DeleteTableRequest, DescribeTableRequest, GetItemRequest, PutItemRequest,
    TableDescription,
};
use stator_core::model::{ApiError, AttributeMap, CancellationCode, ErrorKind, Layer, PackedItem, Reply, Request};
use stator_fixtures::creation_of;

use super::line::Line;
use crate::Failure;
use crate::layers::rules::{Unprocessed, can_conflict, without};

/// So many items are put here before their tables are made anew, empty.
const ITEMS_KEPT: usize = 10_000;

/// What the engine of this process knows of an upstream.
#[derive(Debug)]
pub struct Shadow {
    line: Arc<Line>,
    tables: Mutex<HashMap<(Namespace, SmolStr), Known>>,
}

/// A table that was described.
#[derive(Debug)]
struct Known {
    /// The request that makes one like it.
    creation: String,
    /// How many items were put since it was made.
    items: usize,
}

/// What the transactions that are under way in this process do to a call.
#[derive(Debug)]
pub(super) enum Encounter {
    /// Nothing.
    Nothing,
    /// The call is refused for them.
    Refusal(ApiError),
    /// Of a batch some items are held: they are handed back, and the rest goes on.
    HeldItems {
        rest: Option<Box<Request>>,
        held: Unprocessed,
    },
}

impl Shadow {
    pub(super) fn new(line: Arc<Line>) -> Self {
        Self {
            line,
            tables: Mutex::default(),
        }
    }

    pub(super) fn line(&self) -> &Line {
        &self.line
    }

    /// The engine of this process.
    #[must_use]
    pub fn engine(&self) -> &Arc<Engine> {
        &self.line.engine
    }

    /// Learns what a call is about: its tables, and the items that it names.
    ///
    /// # Errors
    /// What the upstream answers when it does not tell.
    pub async fn learn(&self, call: &Call) -> Result<(), Failure> {
        let parts = self.engine().resolve(call).parts;
        let mut tables: Vec<&SmolStr> = parts.iter().map(|part| &part.table).collect();
        tables.sort_unstable();
        tables.dedup();
        for table in tables {
            self.learn_table(&call.caller, table).await?;
        }
        for part in &parts {
            if let Some(key) = self.key_of(&call.caller, part) {
                self.learn_item(&call.caller, &part.table, key).await?;
            }
        }
        Ok(())
    }

    /// Learns a table, or that there is none.
    ///
    /// # Errors
    /// As [`learn`](Self::learn).
    pub async fn learn_table(&self, caller: &Caller, table: &SmolStr) -> Result<(), Failure> {
        let describe = DescribeTableRequest {
            table_name: Some(table.clone()),
        };
        let creation = match self.ask(caller, Request::DescribeTable(describe)).await {
            Ok(Reply::DescribeTable(reply)) => judged(&reply.table),
            Ok(_) => None,
            Err(error) if error.kind() == ErrorKind::ResourceNotFound => None,
            Err(error) => return Err(error.into()),
        };
        self.adopt(caller, table, creation).map_err(|error| {
            let says = format!("Stator: requests about table {table} cannot be judged: {error}");
            ApiError::new(ErrorKind::InternalServerError, says).into()
        })
    }

    /// Lets the engine have a table like this one, or none.
    fn adopt(&self, caller: &Caller, table: &SmolStr, creation: Option<CreateTableRequest>) -> Result<(), ApiError> {
        let subject = (Namespace::of(caller, self.engine().settings()), table.clone());
        let mut tables = self.tables.lock();
        let is_here = self.engine().database(caller).table(table).is_some();
        let text = creation.as_ref().map(to_text);
        let known = tables.get(&subject);
        let is_alike = known.is_some_and(|known| Some(&known.creation) == text.as_ref() && known.items < ITEMS_KEPT);
        if is_here == creation.is_some() && (!is_here || is_alike) {
            return Ok(());
        }
        if is_here {
            let table_name = Some(table.clone());
            self.execute(caller, Request::DeleteTable(DeleteTableRequest { table_name }))?;
        }
        tables.remove(&subject);
        if let (Some(creation), Some(text)) = (creation, text) {
            self.execute(caller, Request::CreateTable(creation))?;
            let known = Known {
                creation: text,
                items: 0,
            };
            tables.insert(subject, known);
        }
        Ok(())
    }

    /// The name of a table's partition key, if the table is known.
    pub(super) fn partition_key(&self, caller: &Caller, table: &SmolStr) -> Option<SmolStr> {
        let database = self.engine().database(caller);
        let keys = &database.table(table)?.definition().keys;
        keys.partition.first().map(|key| key.name.as_str().into())
    }

    /// The key that a part names, if it is a whole one of a table that is known.
    fn key_of(&self, caller: &Caller, part: &Part) -> Option<AttributeMap> {
        let database = self.engine().database(caller);
        let keys = &database.table(&part.table)?.definition().keys;
        let named = part.key.as_ref().or(part.item.as_ref())?;
        let key = named.unpack_some(|name| keys.contains(name));
        (key.len() == keys.len()).then_some(key)
    }

    async fn learn_item(&self, caller: &Caller, table: &SmolStr, key: AttributeMap) -> Result<(), Failure> {
        let get = GetItemRequest {
            table_name: Some(table.clone()),
            key: Some(key.clone().into()),
            consistent_read: Some(true),
            ..GetItemRequest::default()
        };
        match self.ask(caller, Request::GetItem(get)).await {
            Ok(Reply::GetItem(reply)) => self.keep(caller, table, key, reply.item),
            // The call itself is refused for such a key.
            Err(error) if error.kind() == ErrorKind::Validation => {}
            Err(error) => return Err(error.into()),
            Ok(_) => {}
        }
        Ok(())
    }

    /// Lets the engine have an item, or none with this key.
    fn keep(&self, caller: &Caller, table: &SmolStr, key: AttributeMap, item: Option<PackedItem>) {
        let table_name = Some(table.clone());
        let request = match item {
            Some(item) => Request::PutItem(PutItemRequest {
                table_name,
                item: Some(item.unpack().into()),
                ..PutItemRequest::default()
            }),
            None => Request::DeleteItem(DeleteItemRequest {
                table_name,
                key: Some(key.into()),
                ..DeleteItemRequest::default()
            }),
        };
        // One that is held cannot be put, and needs not be.
        let _ = self.execute(caller, request);
        let subject = (Namespace::of(caller, self.engine().settings()), table.clone());
        if let Some(known) = self.tables.lock().get_mut(&subject) {
            known.items += 1;
        }
    }

    /// What the transactions that are under way in this process do to a call. Where there are none, this costs one look.
    ///
    /// # Errors
    /// As [`learn`](Self::learn).
    pub(super) async fn encounter(&self, call: &Call) -> Result<Encounter, Failure> {
        if !can_conflict(call.request.operation()) || !self.engine().has_holds(&call.caller) {
            return Ok(Encounter::Nothing);
        }
        self.learn(call).await?;
        Ok(match self.engine().execute(call.clone()) {
            Err(error) if is_conflict(&error) => Encounter::Refusal(error),
            Ok(Reply::BatchWriteItem(reply)) if !reply.unprocessed_items.0.is_empty() => {
                let back = reply.unprocessed_items;
                Encounter::HeldItems {
                    rest: without(Request::clone(&call.request), &back).map(Box::new),
                    held: Unprocessed::Writes(back),
                }
            }
            _ => Encounter::Nothing,
        })
    }

    async fn ask(&self, caller: &Caller, request: Request) -> Result<Reply, ApiError> {
        self.line.ask(Call::new(request, Layer::Current, caller.clone())).await
    }

    fn execute(&self, caller: &Caller, request: Request) -> Result<Reply, ApiError> {
        self.engine()
            .execute(Call::new(request, Layer::Current, caller.clone()))
    }
}

/// What makes a table that requests are judged by as by the one described, and that can always be deleted; `None` for one that takes none yet.
fn judged(description: &TableDescription) -> Option<CreateTableRequest> {
    if description.table_status.as_deref() == Some("CREATING") {
        return None;
    }
    let mut creation = creation_of(description, Vec::new());
    creation.billing_mode = Some("PAY_PER_REQUEST".into());
    creation.provisioned_throughput = None;
    creation.on_demand_throughput = None;
    for index in creation.global_secondary_indexes.iter_mut().flatten() {
        index.provisioned_throughput = None;
        index.on_demand_throughput = None;
    }
    Some(CreateTableRequest {
        stream_specification: None,
        sse_specification: None,
        table_class: None,
        deletion_protection_enabled: None,
        ..creation
    })
}

/// Whether an error says that another transaction is under way.
fn is_conflict(error: &ApiError) -> bool {
    let conflict = CancellationCode::TransactionConflict.name();
    match error.kind() {
        ErrorKind::TransactionConflict | ErrorKind::TransactionInProgress => true,
        ErrorKind::TransactionCanceled => error
            .reasons()
            .iter()
            .any(|reason| reason.code.as_deref() == Some(conflict)),
        _ => false,
    }
}
