//! The recording of one namespace while it goes on.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use smol_str::SmolStr;
use stator_core::model::json::{Timestamp, to_text};
use stator_core::model::wire::TableDescription;
use stator_core::model::{Item, PackedItem};
use stator_fixtures::Redaction;
use stator_fixtures::recording::{Exchange, Session};
use tokio::sync::OnceCell;

/// What a call is about: a table, or an item of one by the text of its key.
pub(super) type Subject = (SmolStr, Option<String>);

/// A session that is being recorded.
#[derive(Debug)]
pub struct Recorder {
    session: Mutex<Session>,
    redaction: Mutex<Redaction>,
    /// What was asked for already; who comes while somebody asks waits for the answer, so that it is of before both.
    asked: Mutex<HashMap<Subject, Arc<OnceCell<()>>>>,
    /// How often something was added, so that a writer knows whether there is anything new.
    version: AtomicU64,
}

impl Recorder {
    /// A recording that begins at this time, and hides what `redaction` says.
    #[must_use]
    pub fn new(began: Timestamp, redaction: Redaction) -> Self {
        Self {
            session: Mutex::new(Session::new(began)),
            redaction: Mutex::new(redaction),
            asked: Mutex::default(),
            version: AtomicU64::new(0),
        }
    }

    /// Masks the values of an attribute, `email` in all tables or `users.email` in one.
    pub fn redact(&self, attribute: &str) {
        let mut redaction = self.redaction.lock();
        *redaction = std::mem::take(&mut *redaction).attribute(attribute);
    }

    /// How many calls there are so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.session.lock().exchanges().len()
    }

    /// A number that grows with everything that is added.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// The recording so far, as a file.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        // Writing takes its time, for which calls must not wait.
        let (session, redaction) = (self.session.lock().clone(), self.redaction.lock().clone());
        session.to_yaml(&redaction)
    }

    pub(super) fn push(&self, exchange: Exchange) {
        if let Err(full) = self.session.lock().push(exchange) {
            tracing::warn!("a call is not recorded: {full}");
        }
        self.version.fetch_add(1, Ordering::AcqRel);
    }

    /// The mark of whether a subject was asked for.
    pub(super) fn mark(&self, table: &SmolStr, key: Option<&Item>) -> Arc<OnceCell<()>> {
        let subject = (table.clone(), key.map(to_text));
        Arc::clone(self.asked.lock().entry(subject).or_default())
    }

    pub(super) fn add_table(&self, description: &TableDescription, expires: Option<SmolStr>) {
        self.session.lock().add_table(description, expires);
    }

    pub(super) fn add_item(&self, table: &str, item: Item) {
        self.session.lock().add_item(table, item);
    }

    /// The names of a table's key attributes, if the table was there before.
    pub(super) fn key_names(&self, table: &str) -> Option<Vec<SmolStr>> {
        self.session.lock().key_names(table)
    }

    /// The key of an item of a table that was there before; none for another table, or without all key attributes.
    pub(super) fn key_of(&self, table: &str, item: &PackedItem) -> Option<Item> {
        let names = self.session.lock().key_names(table)?;
        let key = item.unpack_some(|name| names.iter().any(|key| key == name));
        (key.len() == names.len()).then_some(key)
    }
}
