//! What was there before a call: asked of the terminal, each table and item once.
//!
//! Before a call the tables that it is about are described, and the items whose keys it names are read, if no earlier call was about them. Of a page the
//! items that were looked at are read afterwards, since nobody knows them before, and a read changes nothing. What the terminal refuses to tell is left
//! out. A SELECT of several items is such a page too, of which those are read that it returned with their keys.

use smol_str::SmolStr;
use stator_core::engine::resolved::{Action, Part};
use stator_core::engine::{Call, Caller};
use stator_core::model::wire::{DescribeTableRequest, DescribeTimeToLiveRequest, GetItemRequest, PageReply};
use stator_core::model::{Item, Layer, PackedItem, Reply, Request};
use tower::ServiceExt;

use super::recorder::Recorder;
use crate::Answers;
use crate::pages;

/// Asks for what a call is about.
pub(super) struct Probe<'c, T> {
    pub(super) terminal: T,
    pub(super) recorder: &'c Recorder,
    pub(super) caller: &'c Caller,
}

impl<T: Answers> Probe<'_, T> {
    /// Asks for the tables, and for the items that the request names.
    pub(super) async fn before(&self, parts: &[Part]) {
        for part in parts {
            self.ask_for_table(&part.table).await;
            let named = match part.action {
                Action::Get | Action::Select | Action::Put | Action::Update | Action::Delete | Action::Check => {
                    part.key.as_ref().or(part.item.as_ref())
                }
                Action::Query | Action::Scan | Action::Table => None,
            };
            if let Some(key) = named.and_then(|item| self.recorder.key_of(&part.table, item)) {
                self.ask_for_item(&part.table, key).await;
            }
        }
    }

    /// Asks for the items that a page was made of.
    pub(super) async fn after(&self, request: &Request, parts: &[Part], reply: &Reply) {
        let [part] = parts else { return };
        match reply {
            Reply::Query(page) | Reply::Scan(page) => self.after_page(request, part, page).await,
            // What its clause leaves out is not known, and changes nothing in the reply.
            Reply::ExecuteStatement(page) if part.action == Action::Select => {
                for item in &page.items {
                    if let Some(key) = self.recorder.key_of(&part.table, item) {
                        self.ask_for_item(&part.table, key).await;
                    }
                }
            }
            _ => {}
        }
    }

    async fn after_page(&self, request: &Request, part: &Part, page: &PageReply) {
        let shown: &[PackedItem] = page.items.as_deref().unwrap_or_default();
        let is_whole = part.filter.is_none() && part.projection.is_none() && part.index.is_none();
        if is_whole && usize::try_from(page.count).is_ok_and(|count| count == shown.len()) {
            return shown.iter().for_each(|item| self.take(&part.table, item));
        }
        let evaluated = match self.recorder.key_names(&part.table) {
            Some(names) => self.evaluated(request, &names).await,
            None => Vec::new(),
        };
        for item in evaluated.iter().chain(shown) {
            match self.recorder.key_of(&part.table, item) {
                Some(_) if part.index.is_none() && part.projection.is_none() => self.take(&part.table, item),
                Some(key) => self.ask_for_item(&part.table, key).await,
                None => {}
            }
        }
    }

    /// Takes an item as it was read, if no earlier call was about it.
    fn take(&self, table: &SmolStr, item: &PackedItem) {
        let Some(key) = self.recorder.key_of(table, item) else {
            return;
        };
        // Who asks for it at this moment gets the same answer.
        if self.recorder.mark(table, Some(&key)).set(()).is_ok() {
            self.recorder.add_item(table, item.unpack());
        }
    }

    async fn ask_for_table(&self, table: &SmolStr) {
        let mark = self.recorder.mark(table, None);
        mark.get_or_init(|| self.describe(table)).await;
    }

    async fn describe(&self, table: &SmolStr) {
        let table_name = Some(table.clone());
        let describe = DescribeTableRequest {
            table_name: table_name.clone(),
        };
        let Some(Reply::DescribeTable(described)) = self.ask(Request::DescribeTable(describe)).await else {
            return;
        };
        let expiry = Request::DescribeTimeToLive(DescribeTimeToLiveRequest { table_name });
        let expires = match self.ask(expiry).await {
            Some(Reply::DescribeTimeToLive(reply)) => reply.time_to_live_description,
            _ => None,
        };
        let is_on = |status: Option<&str>| matches!(status, Some("ENABLED" | "ENABLING"));
        let expires = expires.filter(|expiry| is_on(expiry.time_to_live_status.as_deref()));
        self.recorder
            .add_table(&described.table, expires.and_then(|expiry| expiry.attribute_name));
    }

    async fn ask_for_item(&self, table: &SmolStr, key: Item) {
        let mark = self.recorder.mark(table, Some(&key));
        mark.get_or_init(|| self.read(table, key)).await;
    }

    async fn read(&self, table: &SmolStr, key: Item) {
        let read = Request::GetItem(GetItemRequest {
            table_name: Some(table.clone()),
            key: Some(key.into()),
            consistent_read: Some(true),
            ..GetItemRequest::default()
        });
        if let Some(Reply::GetItem(found)) = self.ask(read).await
            && let Some(item) = found.item
        {
            self.recorder.add_item(table, item.unpack());
        }
    }

    /// The items that a page was made of, with at least their keys.
    async fn evaluated(&self, request: &Request, key_names: &[SmolStr]) -> Vec<PackedItem> {
        let Some(again) = key_names.first().and_then(|key| pages::whole(request, key)) else {
            return Vec::new();
        };
        match self.ask(again).await {
            Some(Reply::Query(page) | Reply::Scan(page)) => page.items.unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    async fn ask(&self, request: Request) -> Option<Reply> {
        let call = Call::new(request, Layer::Current, self.caller.clone());
        self.terminal.clone().oneshot(call).await.ok()
    }
}
