//! A database as a value: the tables of one namespace.
//!
//! `clone` costs a reference count. A database changes by [`Database::apply`] alone, which cannot fail: what is refused
//! was refused before a [`Change`] was made. It does not know locks, time or requests.

use std::sync::Arc;

use imbl::OrdMap;
use smol_str::SmolStr;

use super::change::{Change, ItemChange};
use super::definition::TableDefinition;
use super::table::Table;

/// The tables of one namespace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Database {
    tables: OrdMap<SmolStr, Arc<Table>>,
}

/// What a change let go of. Dropping a large table takes time, so this is dropped after the lock is released.
#[must_use = "drop this once no lock is held"]
#[derive(Debug, Default)]
pub struct Released(Option<Arc<Table>>);

impl Released {
    /// Whether the change let go of nothing.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.0.is_none()
    }

    /// Lets go of it now.
    pub fn drop_now(self) {
        drop(self.0);
    }
}

impl Database {
    /// The table with this name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Arc<Table>> {
        self.tables.get(name)
    }

    /// All tables by name.
    pub fn tables(&self) -> impl Iterator<Item = &Arc<Table>> {
        self.tables.values()
    }

    /// The tables whose names come after `name`.
    pub fn tables_after(&self, name: &str) -> impl Iterator<Item = &Arc<Table>> {
        use std::ops::Bound;
        self.tables
            .range::<_, str>((Bound::Excluded(name), Bound::Unbounded))
            .map(|(_, table)| table)
    }

    /// Makes a change.
    pub fn apply(&mut self, change: &Change) -> Released {
        match change {
            Change::PutTable(definition) => self.put_table(definition),
            Change::DropTable(name) => Released(self.tables.remove(name)),
            Change::Items { items, .. } => {
                for change in items {
                    self.replace(change);
                }
                Released::default()
            }
        }
    }

    fn put_table(&mut self, definition: &Arc<TableDefinition>) -> Released {
        let table = match self.tables.get(&definition.name) {
            Some(table) => table.redefined(Arc::clone(definition)),
            None => Table::new(Arc::clone(definition)),
        };
        Released(self.tables.insert(definition.name.clone(), Arc::new(table)))
    }

    fn replace(&mut self, change: &ItemChange) {
        let Some(table) = self.tables.get_mut(&change.table) else {
            unreachable!("a change names a table of the database that it was made for");
        };
        debug_assert_eq!(
            table.get(&change.key),
            change.old.as_ref(),
            "a change knows what it replaces"
        );
        Arc::make_mut(table).replace(&change.key, change.new.as_ref());
    }
}
