//! Fixtures of a database: loading files, texts and single tables.

use std::path::Path;

use stator_fixtures::golden::{self, Update};
use stator_fixtures::{EngineTarget, Fixtures, State, TargetError};

use crate::{Database, Table, base};

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

    /// Fails unless the tables are as a golden file expects them. With `STATOR_UPDATE=1` in the environment the file is brought up to date instead.
    ///
    /// # Panics
    /// With every departure, each with its place in the file.
    #[track_caller]
    pub fn assert_matches(&self, path: impl AsRef<Path>) -> &Self {
        compare(path.as_ref(), State::of_engine(self.engine(), self.caller()));
        self
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

impl Table {
    /// Fails unless this table is as a golden file expects it. With `STATOR_UPDATE=1` in the environment the file is brought up to date instead.
    ///
    /// # Panics
    /// With every departure, each with its place in the file.
    #[track_caller]
    pub fn assert_matches(&self, path: impl AsRef<Path>) -> &Self {
        let db = self.database();
        let target = EngineTarget::new(db.engine(), db.caller());
        compare(path.as_ref(), State::read_tables(&target, &[self.name().to_owned()]));
        self
    }
}

#[track_caller]
fn compare(path: &Path, state: Result<State, TargetError>) {
    let state = state.unwrap_or_else(|error| panic!("the tables cannot be read: {error}"));
    let departures = golden::compare_with_file(path, &state, Update::from_environment());
    let departures = departures.unwrap_or_else(|error| panic!("{error}"));
    assert!(departures.is_empty(), "{departures}");
}
