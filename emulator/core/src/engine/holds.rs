//! Items that are part of a transaction under way, which the service refuses to others (transactions.md §5, §6).
//!
//! The engine has one writer at a time, so that its own transactions never meet each other half way. Whoever wants them to takes a
//! [`Hold`]: from then on, until it is dropped or its time has come, its items conflict with every write and every transaction but those
//! made [`within`](super::Call::within) it. [`Engine::begin`](super::Engine::begin) holds what a transaction of writes names, so that any time may pass before the
//! request itself is executed; [`Engine::hold`](super::Engine::hold) holds items for a transaction that is never seen. Reads of single items, batches of reads
//! and pages take no notice. Why it is so: docs/decisions/conflicts.md.
//!
//! Invariant: an item is held by one hold. [`Holds`] knows row keys and times, and no request.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;

use super::keys::key_of_map;
use super::resolved::Part;
use super::space::Space;
use super::transactions::tokens::TokenKey;
use crate::model::json::Timestamp;
use crate::model::{ApiError, AttributeMap, ErrorKind};
use crate::store::{Database, RowKey};

/// The most items that are held in a namespace.
pub const HELD_ITEMS_MAX: usize = 100_000;

/// Which hold of an engine it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoldId(pub(super) u64);

/// Items that are part of a transaction under way, until this is dropped.
#[derive(Debug)]
#[must_use = "the items are free again once this is dropped"]
pub struct Hold {
    /// Where the items are, unless they are left to their time.
    space: Option<Arc<Space>>,
    id: HoldId,
}

impl Hold {
    pub(super) fn new(space: Arc<Space>, id: HoldId) -> Self {
        Self { space: Some(space), id }
    }

    /// Which hold it is.
    #[must_use]
    pub fn id(&self) -> HoldId {
        self.id
    }

    /// Lets the items be held until their time has come, whoever is still there by then.
    pub(super) fn leave(mut self) {
        self.space = None;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(space) = &self.space {
            space.write(|transaction| transaction.holds_mut().release(self.id));
        }
    }
}

/// Why nothing is held.
#[derive(Clone, Debug, PartialEq)]
pub enum HoldError {
    /// There is no such table.
    NoTable(SmolStr),
    /// The key does not fit the table.
    Key(SmolStr, String),
    /// An item is part of another transaction under way.
    Held(SmolStr),
    /// There is no table at all.
    NoTables,
    /// So many items are not held at a time.
    TooMany,
}

impl fmt::Display for HoldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTable(table) => write!(f, "There is no table {table} whose items could be held"),
            Self::NoTables => f.write_str("There is no table whose items could be held"),
            Self::Key(table, fault) => write!(f, "An item of table {table} cannot be held: {fault}"),
            Self::Held(table) => write!(f, "An item of table {table} is part of another transaction under way"),
            Self::TooMany => write!(
                f,
                "No more than {HELD_ITEMS_MAX} items are held at a time: let go of others first"
            ),
        }
    }
}

impl std::error::Error for HoldError {}

/// A transaction that is begun holds its items unless there are too many; the words are our own, as the limit is.
impl From<HoldError> for ApiError {
    fn from(error: HoldError) -> Self {
        Self::new(ErrorKind::LimitExceeded, error)
    }
}

/// The rows that keys name.
pub(super) fn locate(database: &Database, items: &[(SmolStr, AttributeMap)]) -> Result<Vec<HeldItem>, HoldError> {
    let locate = |(name, key): &(SmolStr, AttributeMap)| {
        let table = database.table(name).ok_or_else(|| HoldError::NoTable(name.clone()))?;
        let key = key_of_map(&table.definition().keys, &key.into());
        let key = key.map_err(|fault| HoldError::Key(name.clone(), fault.to_string()))?;
        Ok((name.clone(), key))
    };
    items.iter().map(locate).collect()
}

/// The rows that parts of a request name; parts without a whole key of a table that is there are passed over.
pub(super) fn named(database: &Database, parts: &[Part]) -> Vec<HeldItem> {
    let named = |part: &Part| {
        let keys = &database.table(&part.table)?.definition().keys;
        let attributes = part.key.as_ref().or(part.item.as_ref())?;
        let key = key_of_map(keys, &attributes.filtered(|name| keys.contains(name))).ok()?;
        Some((part.table.clone(), key))
    };
    parts.iter().filter_map(named).collect()
}

/// A row of a table, by the table's name.
pub(super) type HeldItem = (SmolStr, RowKey);

/// What is held together.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) items: Vec<HeldItem>,
    /// When the items are free again, if that is not left to whoever holds them.
    pub(super) until: Option<Timestamp>,
    /// The tokens of the transaction that is under way.
    pub(super) tokens: Vec<TokenKey>,
}

impl Claim {
    fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

/// The holds of a namespace.
#[derive(Debug, Default)]
pub(super) struct Holds {
    claims: BTreeMap<HoldId, Claim>,
    holders: HashMap<HeldItem, HoldId>,
}

impl Holds {
    /// Holds items.
    ///
    /// # Errors
    /// When one of them is held, or there are too many.
    pub(super) fn take(&mut self, id: HoldId, claim: Claim, now: Timestamp) -> Result<(), HoldError> {
        self.sweep(now);
        if let Some((table, _)) = claim.items.iter().find(|item| self.holders.contains_key(*item)) {
            return Err(HoldError::Held(table.clone()));
        }
        if self.holders.len() + claim.items.len() > HELD_ITEMS_MAX {
            return Err(HoldError::TooMany);
        }
        self.holders.extend(claim.items.iter().cloned().map(|item| (item, id)));
        self.claims.insert(id, claim);
        Ok(())
    }

    /// Lets go of items. It is no fault if their time has come before.
    pub(super) fn release(&mut self, id: HoldId) {
        for item in self.claims.remove(&id).into_iter().flat_map(|claim| claim.items) {
            self.holders.remove(&item);
        }
    }

    fn sweep(&mut self, now: Timestamp) {
        let over: Vec<HoldId> = self
            .claims
            .iter()
            .filter(|(_, claim)| claim.is_over(now))
            .map(|(id, _)| *id)
            .collect();
        over.into_iter().for_each(|id| self.release(id));
    }

    /// Whether anything is held at a time.
    pub(super) fn are_there(&self, now: Timestamp) -> bool {
        self.claims.values().any(|claim| !claim.is_over(now))
    }

    /// The holds as a call sees them that is made at a time, within one of them or none.
    pub(super) fn seen(&self, now: Timestamp, within: Option<HoldId>) -> Held<'_> {
        Held {
            holds: self,
            now,
            within,
        }
    }
}

/// The items that are held against one call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held<'a> {
    holds: &'a Holds,
    now: Timestamp,
    within: Option<HoldId>,
}

impl Held<'_> {
    /// Whether an item is part of another transaction under way.
    pub(crate) fn covers(&self, table: &SmolStr, key: &RowKey) -> bool {
        if self.holds.holders.is_empty() {
            return false;
        }
        let holder = self.holds.holders.get(&(table.clone(), key.clone()));
        holder.is_some_and(|id| self.counts(*id, &self.holds.claims[id]))
    }

    /// Whether a transaction with this token is under way.
    pub(crate) fn runs(&self, token: &TokenKey) -> bool {
        let mut claims = self.holds.claims.iter();
        claims.any(|(id, claim)| claim.tokens.contains(token) && self.counts(*id, claim))
    }

    fn counts(&self, id: HoldId, claim: &Claim) -> bool {
        Some(id) != self.within && !claim.is_over(self.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn item(name: &str) -> HeldItem {
        ("table".into(), RowKey::from(name.as_bytes().to_vec()))
    }

    fn claim(names: &[&str], until: Option<i64>) -> Claim {
        Claim {
            items: names.iter().map(|name| item(name)).collect(),
            until: until.map(at),
            tokens: Vec::new(),
        }
    }

    fn covers(holds: &Holds, name: &str, now: i64, within: Option<HoldId>) -> bool {
        let (table, key) = item(name);
        holds.seen(at(now), within).covers(&table, &key)
    }

    #[test]
    fn an_item_is_held_against_all_but_its_holder_until_it_is_released() {
        let mut holds = Holds::default();
        assert!(!covers(&holds, "a", 0, None));
        let id = HoldId(1);
        holds.take(id, claim(&["a", "b"], None), at(0)).unwrap();
        assert!(covers(&holds, "a", 99, None) && covers(&holds, "b", 0, None));
        assert!(!covers(&holds, "a", 0, Some(id)) && !covers(&holds, "c", 0, None));
        assert_eq!(
            holds.take(HoldId(3), claim(&["c", "b"], None), at(0)),
            Err(HoldError::Held("table".into()))
        );
        assert!(!covers(&holds, "c", 0, None), "what is refused holds nothing");
        holds.release(id);
        holds.release(id);
        assert!(!covers(&holds, "a", 0, None));
    }

    #[test]
    fn a_hold_ends_with_its_time() {
        let mut holds = Holds::default();
        let id = HoldId(1);
        holds.take(id, claim(&["a"], Some(10)), at(0)).unwrap();
        assert!(covers(&holds, "a", 9, None) && !covers(&holds, "a", 10, None));
        let next = HoldId(2);
        holds.take(next, claim(&["a"], None), at(10)).unwrap();
        holds.release(id);
        assert!(
            covers(&holds, "a", 10, None),
            "the first hold is over and lets go of nothing"
        );
        assert!(!covers(&holds, "a", 10, Some(next)));
    }

    #[test]
    fn there_is_a_limit() {
        let mut holds = Holds::default();
        let names: Vec<String> = (0..=HELD_ITEMS_MAX).map(|number| number.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(
            holds.take(HoldId(3), claim(&names, None), at(0)),
            Err(HoldError::TooMany)
        );
        assert!(holds.take(HoldId(3), claim(&names[1..], None), at(0)).is_ok());
    }
}
