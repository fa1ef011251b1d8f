//! What an operation sees of the engine: its caller, the time, and its database.

use std::sync::Arc;

use super::capacity::{Consistency, Units};
use super::holds::{Claim, Held, Hold, HoldError, Holds};
use super::lag::Lags;
use super::space::{Space, Transaction};
use super::spaces::{Begun, Spaces};
use super::throttle::Draw;
use super::write::Planned;
use super::{Caller, CapacityLimits, Directives, Engine, EngineSettings, Lag, Namespace, World};
use crate::expression::ExpressionCache;
use crate::model::json::{Text, Timestamp};
use crate::model::{ApiError, Layer};
use crate::store::{Database, IndexDefinition, Table, TableDefinition};

/// A request that can be executed.
pub(crate) trait Execute {
    /// What it answers.
    type Reply;

    /// Executes the request.
    ///
    /// # Errors
    /// What the service would answer; the database is then as it was.
    fn execute(self, context: &Context<'_>) -> Result<Self::Reply, ApiError>;
}

/// The surroundings of one call.
pub(crate) struct Context<'a> {
    engine: &'a Engine,
    namespace: Namespace,
    space: Option<Arc<Space>>,
    caller: Caller,
    layer: Layer,
    directives: Directives,
    settings: Option<Arc<EngineSettings>>,
    lags: Option<Arc<Lags>>,
    now: Timestamp,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        namespace: Namespace,
        space: Option<Arc<Space>>,
        caller: Caller,
        layer: Layer,
        directives: Directives,
    ) -> Self {
        let own = space.as_ref().map(|space| space.own());
        let (clock, settings, lags) = own.map_or((None, None, None), |own| (own.clock, own.settings, own.lags));
        let now = clock.unwrap_or_else(|| engine.world.clock()).now();
        Self {
            engine,
            namespace,
            space,
            caller,
            layer,
            directives,
            settings,
            lags,
            now,
        }
    }

    /// Who calls.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Which validation layer checks the request: the one that its spelling calls for, if the namespace's dialect leaves it the choice.
    pub(crate) fn layer(&self) -> Layer {
        self.settings().dialect.layer(self.layer)
    }

    /// What is asked of the engine beside the request.
    pub(crate) fn directives(&self) -> Directives {
        self.directives
    }

    /// The time of the call.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Clock, entropy and ids.
    pub(crate) fn world(&self) -> &World {
        &self.engine.world
    }

    /// The settings of the namespace.
    pub(crate) fn settings(&self) -> &EngineSettings {
        self.settings.as_deref().unwrap_or(&self.engine.settings)
    }

    /// The parsed expressions of earlier requests.
    pub(crate) fn expressions(&self) -> &ExpressionCache {
        &self.engine.expressions
    }

    /// Looks at the database under the shared lock; keep it short.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Database) -> T) -> T {
        match &self.space {
            Some(space) => space.read(look),
            None => look(&Database::default()),
        }
    }

    /// The caller's database in a Region, as it is now.
    pub(crate) fn database_in(&self, region: &Text) -> Database {
        if *region == self.caller.region {
            return self.read(Database::clone);
        }
        let caller = Caller {
            region: region.clone(),
            ..self.caller.clone()
        };
        self.engine.database(&caller)
    }

    /// Looks at the database, and at what is held against this call, under the shared lock; keep it short.
    pub(crate) fn read_with_holds<T>(&self, look: impl FnOnce(&Database, Held<'_>) -> T) -> T {
        let within = self.directives.within;
        match &self.space {
            Some(space) => space.read_with_holds(|database, holds| look(database, holds.seen(self.now, within))),
            None => look(&Database::default(), Holds::default().seen(self.now, within)),
        }
    }

    /// Holds what `claim` finds in the database, in one step with finding it.
    ///
    /// # Errors
    /// Those of `claim`; when an item is held, and when there are too many.
    pub(crate) fn hold<E: From<HoldError>>(
        &self,
        claim: impl FnOnce(&mut Transaction<'_>) -> Result<Option<Claim>, E>,
    ) -> Result<Option<Hold>, E> {
        let Some(space) = &self.space else {
            // Where there is no database there is no table, whose items could be held.
            return self.write(claim).map(|_| None);
        };
        let id = self.engine.next_hold();
        let is_held = space.write(|transaction| match claim(transaction)? {
            Some(claim) => Ok(transaction.holds_mut().take(id, claim, self.now).map(|()| true)?),
            None => Ok::<_, E>(false),
        })?;
        Ok(is_held.then(|| Hold::new(Arc::clone(space), id)))
    }

    /// What is held against this call.
    pub(crate) fn held<'t>(&self, transaction: &'t Transaction<'_>) -> Held<'t> {
        transaction.held(self.now, self.directives.within)
    }

    /// A table as a read of its items, or of a local index, sees it: as it was, if such reads lag.
    pub(crate) fn as_read(&self, table: Arc<Table>, consistency: Consistency) -> Arc<Table> {
        match consistency {
            Consistency::Eventual => self.as_it_was(table, |lag| lag.reads_ms, |_| true),
            Consistency::Strong | Consistency::Transactional => table,
        }
    }

    /// A table as a read of one of its global or vector indexes sees it: as it was, if such reads lag and the index was there.
    pub(crate) fn as_indexed(&self, table: Arc<Table>, index: &IndexDefinition) -> Arc<Table> {
        let fits = |then: &Table| {
            then.definition()
                .index(&index.name)
                .is_some_and(|then| then.is_like(index))
        };
        self.as_it_was(table, |lag| lag.indexes_ms, fits)
    }

    fn as_it_was(&self, table: Arc<Table>, by: fn(Lag) -> i64, fits: impl Fn(&Table) -> bool) -> Arc<Table> {
        let Some(space) = &self.space else { return table };
        let lag_ms = match (self.directives.stale_ms, &self.lags) {
            (0, None) => return table,
            (0, Some(lags)) => by(lags.of(&table.definition().name)),
            (stale_ms, _) => stale_ms,
        };
        let was = (lag_ms > 0).then(|| space.seen(&table, self.now.plus_millis(-lag_ms), fits));
        was.flatten().unwrap_or(table)
    }

    /// The database's own name.
    pub(super) fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// All namespaces.
    pub(super) fn spaces(&self) -> &Spaces {
        &self.engine.spaces
    }

    /// The database behind its lock, if there is one.
    pub(super) fn space(&self) -> Option<&Arc<Space>> {
        self.space.as_ref()
    }

    /// Edits the database under the exclusive lock. Where tables are strongly consistent over Regions, nothing changes there meanwhile.
    pub(crate) fn write<T>(&self, edit: impl FnOnce(&mut Transaction<'_>) -> T) -> T {
        match &self.space {
            Some(space) if space.is_strong() => return self.write_strongly(space, edit),
            Some(space) => return space.write(edit),
            None => {}
        }
        self.engine.spaces.begin(&self.namespace, |space| {
            space.write(|transaction| {
                let result = edit(transaction);
                let begun = if transaction.is_changed() {
                    Begun::Yes
                } else {
                    Begun::No
                };
                (result, begun)
            })
        })
    }

    /// Draws what a request costs from what its table can serve, where the settings ask for that.
    ///
    /// # Errors
    /// When it cannot be served now.
    pub(crate) fn draw(&self, draw: &Draw<'_>) -> Result<(), ApiError> {
        match &self.space {
            Some(space) if self.enforces_capacity() => space.draw(draw, self.now),
            _ => Ok(()),
        }
    }

    /// Draws what a write of one item costs, where the settings ask for that.
    ///
    /// # Errors
    /// When it cannot be served now.
    pub(crate) fn draw_write(&self, definition: &TableDefinition, planned: &Planned) -> Result<(), ApiError> {
        if !self.enforces_capacity() {
            return Ok(());
        }
        let units = Units::of_write(definition, planned);
        self.draw(&Draw::of_write(definition, &units, &planned.key))
    }

    /// Draws what a write of one item costs in a transaction, where the settings ask for that.
    ///
    /// # Errors
    /// When it cannot be served now.
    pub(crate) fn draw_transactional_write(
        &self,
        definition: &TableDefinition,
        planned: &Planned,
    ) -> Result<(), ApiError> {
        if !self.enforces_capacity() {
            return Ok(());
        }
        let units = Units::of_write(definition, planned).transactional();
        self.draw(&Draw::of_write(definition, &units, &planned.key))
    }

    fn enforces_capacity(&self) -> bool {
        self.settings().capacity == CapacityLimits::Enforced
    }

    /// Makes what is due by itself: transitions of tables and indexes, shards that roll over, items that expire. Between two portions others get
    /// their turn.
    pub(super) fn advance(&self) {
        if let Some(space) = &self.space {
            space.advance(self.now);
            self.engine.spaces.pull(&self.namespace, space, self.now);
        }
    }
}
