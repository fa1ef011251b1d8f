//! Bases: databases that are loaded once in a process, and forked by every test.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use stator_fixtures::Fixtures;

use crate::Database;

/// What fills a base.
type Load = fn(Database) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// A database that code fills once in a process, and that every test forks.
///
/// ```
/// use stator_mock::{Base, Database};
///
/// static SHOP: Base = Base::new(|db| Box::pin(fill(db)));
///
/// async fn fill(db: Database) {
///     db.create_table("orders", "id S");
///     // … and whatever the code under test writes through db.client()
/// }
///
/// let db = SHOP.fork();
/// assert_eq!(db.table("orders").count(), 0);
/// ```
#[derive(Debug)]
pub struct Base {
    load: Load,
    loaded: OnceLock<Database>,
}

impl Base {
    /// A base that `load` fills when it is first forked.
    #[must_use]
    pub const fn new(load: Load) -> Self {
        Self {
            load,
            loaded: OnceLock::new(),
        }
    }

    /// A database of one's own that begins as the base is.
    ///
    /// # Panics
    /// When the base could not be filled, as it panicked then.
    #[must_use]
    pub fn fork(&self) -> Database {
        self.loaded.get_or_init(|| run_to_end(self.load)).fork()
    }
}

/// Fills a database on a thread and a runtime of its own: the caller may be in a runtime that must not be blocked on itself.
fn run_to_end(load: Load) -> Database {
    let db = Database::new();
    let filled = db.clone();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.unwrap_or_else(|error| panic!("no runtime to fill a base with: {error}"));
        runtime.block_on(load(filled));
    });
    match thread.join() {
        Ok(()) => db,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// The base of a file of fixtures, loaded once in a process.
pub(crate) fn of_fixtures(path: &Path) -> Result<Database, String> {
    type Loaded = Arc<OnceLock<Result<Database, String>>>;
    static BASES: LazyLock<Mutex<HashMap<PathBuf, Loaded>>> = LazyLock::new(Mutex::default);
    let base = {
        let mut bases = BASES.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(bases.entry(path.to_owned()).or_default())
    };
    base.get_or_init(|| load(path)).clone()
}

fn load(path: &Path) -> Result<Database, String> {
    let fixtures = Fixtures::from_path(path).map_err(|error| error.to_string())?;
    let db = Database::new();
    db.load(&fixtures)?;
    Ok(db)
}
