//! Fixtures of a database: loading files, texts and single tables.

use std::path::Path;

use stator_fixtures::Fixtures;

use crate::{Database, base};

impl Database {
    /// A database with the tables and items of a file, which is read and loaded once in a process: each further call forks what is there.
    ///
    /// A relative path begins where the test runs, which under `cargo test` is the folder of its `Cargo.toml`. If the file has a clock, the
    /// database's clock stands still there.
    ///
    /// # Panics
    /// With all faults of the file, each with its line.
    #[must_use]
    #[track_caller]
    pub fn from_fixtures(path: impl AsRef<Path>) -> Self {
        let base = base::of_fixtures(path.as_ref());
        base.unwrap_or_else(|faults| panic!("{faults}")).fork()
    }

    /// Adds the tables and items of a text in the format of fixtures.
    ///
    /// ```
    /// let db = stator_mock::Database::new();
    /// db.load_text("
    /// version: 1
    /// tables: { orders: { key: 'customer S, number N' } }
    /// items: { orders: { first: { customer: alice, number: 1 } } }
    /// ");
    /// assert_eq!(db.table("orders").count(), 1);
    /// ```
    ///
    /// # Panics
    /// With all faults of the text, each with its line, or when a table is there already.
    #[track_caller]
    pub fn load_text(&self, text: &str) -> &Self {
        let fixtures = Fixtures::from_text("fixtures", text).unwrap_or_else(|faults| panic!("{faults}"));
        self.load(&fixtures).unwrap_or_else(|error| panic!("{error}"));
        self
    }

    /// Makes an empty table, paid by request. The key is spelled as in fixtures: `id S`, or `customer S, number N` with a sort key.
    ///
    /// # Panics
    /// When the key is not spelled like that, the name is none, or the table is there already.
    #[track_caller]
    pub fn create_table(&self, name: &str, key: &str) -> &Self {
        self.load_text(&format!("version: 1\ntables: {{ {name:?}: {{ key: {key:?} }} }}"))
    }

    /// Adds tables and items, and stands still at their time if they have one.
    pub(crate) fn load(&self, fixtures: &Fixtures) -> Result<(), String> {
        if let Some(time) = fixtures.clock() {
            self.engine().world().freeze(time);
        }
        let loaded = fixtures.load(self.engine(), self.caller());
        loaded.map(drop).map_err(|error| error.to_string())
    }
}
