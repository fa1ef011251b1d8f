//! Backups: tables that are kept as they were, and what is told of them.
//!
//! A table is a value, so a backup is a reference to it beside a description. Backups outlive their tables, and know nothing of requests: what may
//! be made, used or deleted is decided outside, and comes in as Changes. One backup is made here: that of a table which is deleted while its
//! recovery is on.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use smol_str::{SmolStr, format_smolstr};

use super::settings::{DAY_MS, words};
use super::table::Table;
use crate::model::json::Timestamp;

/// The most backups of deleted tables; beyond, the oldest goes before its time. They keep whole tables that nobody can let go of.
const SYSTEM_MAX: usize = 1_000;

/// How long the backup of a deleted table is kept.
const SYSTEM_KEPT_MS: i64 = 35 * DAY_MS;

words! {
    /// Who made a backup.
    pub enum BackupKind {
        /// A caller.
        User = "USER",
        /// The service, when the table was deleted.
        System = "SYSTEM",
    }
}

/// The name of a backup: unique, and in the order of creation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BackupKey {
    /// When it was made, in milliseconds, and something that tells it apart; the last part of its ARN.
    pub id: SmolStr,
    /// The table's name.
    pub table: SmolStr,
}

impl BackupKey {
    /// The key of a backup that is made at a time.
    #[must_use]
    pub fn new(table: SmolStr, at: Timestamp, distinction: &str) -> Self {
        Self {
            id: format_smolstr!("{:014}-{distinction}", at.as_millis()),
            table,
        }
    }

    /// The ARN of the backup of a table.
    #[must_use]
    pub fn arn(&self, table_arn: &str) -> SmolStr {
        format_smolstr!("{table_arn}/backup/{}", self.id)
    }
}

/// What is told of a backup apart from its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupDefinition {
    /// The backup's identity.
    pub key: BackupKey,
    /// The name that its maker gave it.
    pub name: SmolStr,
    /// Who made it.
    pub kind: BackupKind,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it is told as available.
    pub available: Timestamp,
    /// When it goes by itself.
    pub expires: Option<Timestamp>,
}

/// A backup.
#[derive(Clone, Debug, PartialEq)]
pub struct Backup {
    definition: Arc<BackupDefinition>,
    table: Arc<Table>,
}

impl Backup {
    pub(super) fn new(definition: Arc<BackupDefinition>, table: Arc<Table>) -> Self {
        Self { definition, table }
    }

    /// What is told of it.
    #[must_use]
    pub fn definition(&self) -> &BackupDefinition {
        &self.definition
    }

    /// The table as it was.
    #[must_use]
    pub fn table(&self) -> &Arc<Table> {
        &self.table
    }

    /// The backup's ARN.
    #[must_use]
    pub fn arn(&self) -> SmolStr {
        self.definition.key.arn(&self.table.definition().arn)
    }
}

/// The backups of a database.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Backups {
    by_key: OrdMap<BackupKey, Arc<Backup>>,
    expiring: OrdSet<(Timestamp, BackupKey)>,
}

impl Backups {
    /// The backup with this key.
    #[must_use]
    pub fn get(&self, key: &BackupKey) -> Option<&Arc<Backup>> {
        self.by_key.get(key)
    }

    /// The backups in the order of their creation; those after `key` alone, if there is one.
    pub fn after(&self, key: Option<&BackupKey>) -> impl Iterator<Item = &Arc<Backup>> {
        use std::ops::Bound;
        let start = key.map_or(Bound::Unbounded, Bound::Excluded);
        let range = self.by_key.range::<_, BackupKey>((start, Bound::Unbounded));
        range.map(|(_, backup)| backup)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// When the first backup goes by itself.
    #[must_use]
    pub fn first_expiry(&self) -> Option<Timestamp> {
        self.expiring.get_min().map(|(at, _)| *at)
    }

    /// The backups that go by themselves until `now`.
    pub fn expired(&self, now: Timestamp) -> impl Iterator<Item = &BackupKey> {
        let due = self.expiring.iter().take_while(move |(at, _)| *at <= now);
        due.map(|(_, key)| key)
    }

    pub(super) fn insert(&mut self, backup: Backup) {
        let key = backup.definition.key.clone();
        if let Some(at) = backup.definition.expires {
            self.expiring.insert((at, key.clone()));
        }
        let known = self.by_key.insert(key, Arc::new(backup));
        debug_assert!(known.is_none(), "a backup is never made over another");
    }

    pub(super) fn remove(&mut self, key: &BackupKey) -> Option<Arc<Backup>> {
        let backup = self.by_key.remove(key)?;
        if let Some(at) = backup.definition.expires {
            self.expiring.remove(&(at, key.clone()));
        }
        Some(backup)
    }

    /// Keeps a table that was deleted at a time, and gives the backup that goes for it, if there are too many. Of tables of one name that are deleted while
    /// the clock stands still each has a backup of its own.
    pub(super) fn keep_deleted(&mut self, table: Arc<Table>, at: Timestamp) -> Option<Arc<Backup>> {
        let name = table.definition().name.clone();
        let key = (0..)
            .map(|later| BackupKey::new(name.clone(), at.plus_millis(later), "00000000"))
            .find(|key| !self.by_key.contains_key(key))
            .unwrap_or_else(|| unreachable!("there are fewer backups than milliseconds"));
        let definition = BackupDefinition {
            key,
            name: format_smolstr!("{name}$DeletedTableBackup"),
            kind: BackupKind::System,
            created: at,
            available: at,
            expires: Some(at.plus_millis(SYSTEM_KEPT_MS)),
        };
        self.insert(Backup::new(Arc::new(definition), table));
        let oldest = self.expiring.get_min().filter(|_| self.expiring.len() > SYSTEM_MAX);
        let (_, oldest) = oldest?.clone();
        self.remove(&oldest)
    }
}
