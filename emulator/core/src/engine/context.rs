//! What an operation sees of the engine: its caller, the time, and its database.

use std::sync::Arc;

use super::space::{Namespace, Space, Transaction};
use super::{Caller, Directives, Engine, EngineSettings, World};
use crate::expression::ExpressionCache;
use crate::model::json::Timestamp;
use crate::model::{ApiError, Layer};
use crate::store::{Change, Database};

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
        let now = engine.world.now();
        Self {
            engine,
            namespace,
            space,
            caller,
            layer,
            directives,
            now,
        }
    }

    /// Who calls.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Which validation layer the request's spelling calls for.
    pub(crate) fn layer(&self) -> Layer {
        self.layer
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

    /// The engine's settings.
    pub(crate) fn settings(&self) -> &EngineSettings {
        &self.engine.settings
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

    /// Edits the database under the exclusive lock.
    pub(crate) fn write<T>(&self, edit: impl FnOnce(&mut Transaction<'_>) -> T) -> T {
        if let Some(space) = &self.space {
            return space.write(edit);
        }
        // The namespace is new: it is kept if something was committed. The list stays locked, so that two first writers share one.
        let mut spaces = self.engine.spaces.write();
        if let Some(space) = spaces.get(&self.namespace) {
            return space.write(edit);
        }
        let space = Space::new(&self.engine.settings);
        let (result, is_changed) = space.write(|transaction| {
            let result = edit(transaction);
            (result, transaction.is_changed())
        });
        if is_changed {
            spaces.insert(self.namespace.clone(), Arc::new(space));
        }
        result
    }

    /// Makes the transitions of tables and indexes that are due.
    pub(super) fn advance(&self) {
        let Some(space) = self.space.as_ref().filter(|space| space.is_due(self.now)) else {
            return;
        };
        space.write(|transaction| {
            let due: Vec<Change> = transaction
                .database()
                .tables()
                .filter_map(|table| table.definition().advanced(self.now))
                .collect();
            due.into_iter().for_each(|change| transaction.commit(change));
        });
    }
}
