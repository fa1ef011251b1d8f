//! Batches of which a part is handed back: the last requests, in the order in which they were sent.

use std::num::NonZeroUsize;

use stator_core::model::json::Entries;
use stator_core::model::wire::{BatchGetItemReply, BatchWriteItemReply, KeysAndAttributes, WriteRequest};
use stator_core::model::{Reply, Request};

/// What a batch hands back.
#[derive(Debug)]
pub(crate) enum Unprocessed {
    Keys(Entries<KeysAndAttributes>),
    Writes(Entries<Vec<WriteRequest>>),
}

/// Takes the last requests out of a batch; the batch that is left, if anything is left of it.
pub(super) fn split(request: Request, count: NonZeroUsize) -> (Option<Request>, Unprocessed) {
    match request {
        Request::BatchGetItem(mut batch) => {
            let tables = batch.request_items.take().unwrap_or_default();
            let (kept, back) = split_tables(
                tables,
                count.get(),
                |table| table.keys.get_or_insert_default(),
                |table, keys| KeysAndAttributes {
                    keys: Some(keys),
                    ..table.clone()
                },
            );
            batch.request_items = kept;
            let rest = batch.request_items.is_some().then_some(Request::BatchGetItem(batch));
            (rest, Unprocessed::Keys(back))
        }
        Request::BatchWriteItem(mut batch) => {
            let tables = batch.request_items.take().unwrap_or_default();
            let (kept, back) = split_tables(tables, count.get(), |writes| writes, |_, writes| writes);
            batch.request_items = kept;
            let rest = batch.request_items.is_some().then_some(Request::BatchWriteItem(batch));
            (rest, Unprocessed::Writes(back))
        }
        _ => unreachable!("a rule that leaves something unprocessed is about batches"),
    }
}

/// A batch without the writes that are handed back; nothing if nothing is left of it.
pub(crate) fn without(request: Request, back: &Entries<Vec<WriteRequest>>) -> Option<Request> {
    let Request::BatchWriteItem(mut batch) = request else {
        unreachable!("a batch that hands back writes is one of writes");
    };
    let mut tables = batch.request_items.take().unwrap_or_default();
    for (name, writes) in &mut tables.0 {
        let of_table = back.iter().find(|(known, _)| **known == *name);
        let handed_back = of_table.map_or(&[][..], |(_, back)| back.as_slice());
        writes.retain(|write| !handed_back.contains(write));
    }
    tables.0.retain(|(_, writes)| !writes.is_empty());
    let is_left = !tables.0.is_empty();
    batch.request_items = is_left.then_some(tables);
    is_left.then_some(Request::BatchWriteItem(batch))
}

/// Splits the requests of all tables behind the last `count`.
fn split_tables<T, R>(
    tables: Entries<T>,
    count: usize,
    requests: impl Fn(&mut T) -> &mut Vec<R>,
    with: impl Fn(&T, Vec<R>) -> T,
) -> (Option<Entries<T>>, Entries<T>) {
    let mut kept = Vec::new();
    let mut back = Vec::new();
    let mut left = count;
    for (name, mut table) in tables.0.into_iter().rev() {
        let all = requests(&mut table);
        let unprocessed = all.split_off(all.len().saturating_sub(left));
        left -= unprocessed.len();
        let is_kept = !all.is_empty();
        if !unprocessed.is_empty() {
            back.push((name.clone(), with(&table, unprocessed)));
        }
        if is_kept {
            kept.push((name, table));
        }
    }
    kept.reverse();
    back.reverse();
    ((!kept.is_empty()).then_some(Entries(kept)), Entries(back))
}

impl Unprocessed {
    /// The reply of a batch of which nothing was executed.
    pub(crate) fn reply(self) -> Reply {
        match self {
            Self::Keys(_) => self.beside(Reply::BatchGetItem(BatchGetItemReply::default())),
            Self::Writes(_) => self.beside(Reply::BatchWriteItem(BatchWriteItemReply::default())),
        }
    }

    /// The reply with what is handed back beside what it hands back already.
    pub(crate) fn beside(self, mut reply: Reply) -> Reply {
        match (&mut reply, self) {
            (Reply::BatchGetItem(reply), Self::Keys(back)) => add(&mut reply.unprocessed_keys, back, |own, more| {
                own.keys.get_or_insert_default().extend(more.keys.into_iter().flatten());
            }),
            (Reply::BatchWriteItem(reply), Self::Writes(back)) => {
                add(&mut reply.unprocessed_items, back, Vec::extend);
            }
            _ => unreachable!("a batch is answered with a reply of its own kind"),
        }
        reply
    }
}

fn add<T>(own: &mut Entries<T>, more: Entries<T>, join: impl Fn(&mut T, T)) {
    for (name, table) in more.0 {
        match own.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => join(known, table),
            None => own.0.push((name, table)),
        }
    }
}
