//! The engine: one file for each operation, and the pipelines that they share.
//!
//! A [`Call`] comes in, a [`Reply`] or an [`ApiError`] goes out. An operation checks the request in the service's order, plans,
//! reads a snapshot or makes a Change, and commits it. The engine does not know HTTP, threads or tasks.

mod batches;
mod buckets;
mod capacity;
mod context;
mod due;
mod echo;
mod expressions;
mod holds;
mod items;
mod keys;
#[cfg(test)]
mod lab;
mod lag;
mod lookup;
mod members;
mod names;
mod namespace;
mod pages;
mod partiql;
mod regions;
mod replication;
pub mod resolved;
mod searches;
mod settings;
mod space;
mod spaces;
mod streams;
mod tables;
mod throttle;
mod transactions;
mod transfers;
mod vectors;
mod violations;
mod wording;
mod world;
mod write;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use smol_str::SmolStr;

use crate::expression::{CacheStats, ExpressionCache};
use crate::model::json::Timestamp;
use crate::model::operation::for_each_operation;
use crate::model::{ApiError, AttributeMap, ErrorKind, Layer, Reply, Request};
use crate::store::{Change, Database};
use context::{Context, Execute};
use holds::Claim;
use transactions::tokens::TokenKey;

pub use buckets::{BUCKETS_MAX, BucketError};
pub use holds::{HELD_ITEMS_MAX, Hold, HoldError, HoldId};
pub use lag::Memory;
pub use namespace::{MalformedNamespace, Namespace, split_fork};
pub use regions::regions_beside;
pub use replication::Progress as ReplicationProgress;
pub use settings::{
    CapacityLimits, Dialect, EXPIRY_DELAY_DEFAULT_MS, EngineSettings, Lag, Namespaces, Pace, Replication,
    StreamSettings, WriteScaling,
};
pub use space::Snapshot;
pub use spaces::{Beginnings, Existing, Image, NAMESPACES_MAX, SNAPSHOTS_MAX, SpaceError, Spaces};
pub use world::{Clock, World};

/// Who calls, as far as the engine must know it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Caller {
    /// The access key of the signature.
    pub access_key: SmolStr,
    /// The Region of the signature.
    pub region: SmolStr,
    /// The account whose number stands in ARNs.
    pub account: SmolStr,
}

/// A typed request and its context.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The request, in a box, so that a call is small where it goes from layer to layer.
    pub request: Box<Request>,
    /// Which validation layer the request's spelling calls for.
    pub layer: Layer,
    /// Who calls.
    pub caller: Caller,
    /// What is asked of the engine beside the request.
    pub directives: Directives,
}

impl Call {
    /// A call as a client makes it.
    #[must_use]
    pub fn new(request: Request, layer: Layer, caller: Caller) -> Self {
        Self {
            request: Box::new(request),
            layer,
            caller,
            directives: Directives::default(),
        }
    }

    /// The same call as part of the transaction that a hold stands for: its items are not held against it.
    #[must_use]
    pub fn within(mut self, hold: &Hold) -> Self {
        self.directives.within = Some(hold.id());
        self
    }
}

/// What someone between the client and the engine asks of the engine, so that it does what the service does rarely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Directives {
    /// Replies report what was consumed, with its parts, whether the request asks for that or not.
    pub reports_capacity: bool,
    /// A page of Query or Scan ends at so many bytes of evaluated items, if that is fewer than usual.
    pub page_bytes_max: Option<u64>,
    /// The call belongs to a transaction under way, whose items are not held against it.
    pub within: Option<HoldId>,
    /// Reads that may be behind see what was so many milliseconds ago, as far as that is [remembered](Spaces::remember); nothing special if 0.
    pub stale_ms: i64,
}

/// The databases of all namespaces, and what they share: the world, the settings, the cache of expressions.
#[derive(Debug)]
pub struct Engine {
    world: Arc<World>,
    settings: EngineSettings,
    expressions: Arc<ExpressionCache>,
    spaces: Spaces,
    /// How many holds were taken, which tells them apart.
    holds: AtomicU64,
}

impl Engine {
    /// An engine without tables.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self::with_settings(world, EngineSettings::default())
    }

    /// An engine without tables, with settings of one's own.
    #[must_use]
    pub fn with_settings(world: World, settings: EngineSettings) -> Self {
        Self::with_expressions(world, settings, Arc::default())
    }

    fn with_expressions(world: World, settings: EngineSettings, expressions: Arc<ExpressionCache>) -> Self {
        let world = Arc::new(world);
        Self {
            spaces: Spaces::new(Arc::clone(&world), settings.clone()),
            world,
            settings,
            expressions,
            holds: AtomicU64::default(),
        }
    }

    /// Another engine, with the namespaces that this one has now, a clock that shows the same time, and the same chance ahead of it: two forks made
    /// at one moment fare alike if they are asked alike. It costs a few reference counts for each namespace, and neither sees what becomes
    /// of the other. Parsed expressions are shared.
    #[must_use]
    pub fn fork(&self) -> Self {
        let image = self.spaces.image();
        let fork = Self::with_expressions(self.world.fork(), self.settings.clone(), Arc::clone(&self.expressions));
        fork.restore(&image);
        fork.spaces.inherit_beginnings(&self.spaces);
        fork
    }

    /// Lets the clock and all namespaces be what an image of this or another engine says.
    pub fn restore(&self, image: &Image) {
        self.world.set_clock(image.clock);
        self.spaces.assume(image);
    }

    /// The engine's clock, entropy and ids.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The engine's settings.
    #[must_use]
    pub fn settings(&self) -> &EngineSettings {
        &self.settings
    }

    /// The namespaces.
    #[must_use]
    pub fn spaces(&self) -> &Spaces {
        &self.spaces
    }

    /// How often parsed expressions were found in the cache.
    #[must_use]
    pub fn expression_stats(&self) -> CacheStats {
        self.expressions.stats()
    }

    /// Executes a call.
    ///
    /// # Errors
    /// What the service would answer.
    pub fn execute(&self, call: Call) -> Result<Reply, ApiError> {
        let context = self.context(call.caller, call.layer, call.directives)?;
        dispatch(*call.request, &context)
    }

    fn next_hold(&self) -> HoldId {
        HoldId(self.holds.fetch_add(1, Ordering::Relaxed))
    }

    fn context(&self, caller: Caller, layer: Layer, directives: Directives) -> Result<Context<'_>, ApiError> {
        let namespace = Namespace::of(&caller, &self.settings);
        let space = self
            .spaces
            .enter(&namespace)
            .map_err(|error| ApiError::new(ErrorKind::LimitExceeded, error))?;
        let context = Context::new(self, namespace, space, caller, layer, directives);
        context.advance();
        Ok(context)
    }

    /// Begins a transaction: holds the items that a TransactWriteItems or the writes of an ExecuteTransaction name, and its token, until the hold is dropped. The transaction itself
    /// is the same call made [`within`](Call::within) the hold, whenever that may be. `None` if the call is no transaction of writes, or one that was
    /// executed before: there is nothing to hold then.
    ///
    /// # Errors
    /// What the service would answer before it looks at an item, and the cancellation when an item is part of another transaction under way.
    pub fn begin(&self, call: &Call) -> Result<Option<Hold>, ApiError> {
        let context = self.context(call.caller.clone(), call.layer, call.directives)?;
        match &*call.request {
            Request::TransactWriteItems(request) => request.begin(&context),
            Request::ExecuteTransaction(request) => request.begin(&context),
            _ => Ok(None),
        }
    }

    /// Holds items of a caller, as if a transaction that nobody sees were under way, until the hold is dropped or a time has come. An item need
    /// not exist. Who sends the transaction's token meanwhile, in either operation that takes one, is told that it is in progress.
    ///
    /// # Errors
    /// When there is no such table, a key does not fit it, or an item is held already.
    ///
    /// ```
    /// # use stator_core::engine::{Caller, Engine, HoldError, World};
    /// # let caller = Caller { access_key: "key".into(), region: "eu-west-1".into(), account: "000000000000".into() };
    /// let engine = Engine::new(World::real());
    /// let refused = engine.hold(&caller, [("music".into(), Default::default())], None, None);
    /// assert_eq!(refused.unwrap_err(), HoldError::NoTable("music".into()));
    /// ```
    pub fn hold(
        &self,
        caller: &Caller,
        items: impl IntoIterator<Item = (SmolStr, AttributeMap)>,
        until: Option<Timestamp>,
        token: Option<&str>,
    ) -> Result<Hold, HoldError> {
        let context = self.context(caller.clone(), Layer::Current, Directives::default());
        let context = context.map_err(|_| HoldError::TooMany)?;
        let items: Vec<_> = items.into_iter().collect();
        let hold = context.hold(|transaction| {
            let items = holds::locate(transaction.database(), &items)?;
            let tokens = token.into_iter().flat_map(TokenKey::of_unseen).collect();
            Ok::<_, HoldError>(Some(Claim { items, until, tokens }))
        })?;
        hold.ok_or(HoldError::NoTables)
    }

    /// Whether any items of a caller are held.
    #[must_use]
    pub fn has_holds(&self, caller: &Caller) -> bool {
        let namespace = Namespace::of(caller, &self.settings);
        let now = self.spaces.clock(&namespace).now();
        let space = self.spaces.find(&namespace);
        space.is_some_and(|space| space.read_with_holds(|_, holds| holds.are_there(now)))
    }

    /// Holds the items that a call names for so many milliseconds, as if a transaction that nobody sees had just begun on them: the call itself, and
    /// whatever else writes them until then, is refused. Items that are held already stay so, and what names no item of a table is
    /// passed over.
    ///
    /// # Errors
    /// When too many items are held.
    pub fn contend(&self, call: &Call, span_ms: i64) -> Result<(), HoldError> {
        let context = self.context(call.caller.clone(), call.layer, call.directives);
        let context = context.map_err(|_| HoldError::TooMany)?;
        let parts = self.resolve(call).parts;
        let hold = context.hold(|transaction| {
            let held = context.held(transaction);
            let mut items = holds::named(transaction.database(), &parts);
            items.retain(|(table, key)| !held.covers(table, key));
            let until = Some(context.now().plus_millis(span_ms));
            Ok::<_, HoldError>(Some(Claim {
                items,
                until,
                tokens: Vec::new(),
            }))
        })?;
        if let Some(hold) = hold {
            hold.leave();
        }
        Ok(())
    }

    /// What a call would be answered now, while nothing changes: it is executed in an engine that has a snapshot alone, and is then dropped. So a
    /// rehearsal reaches the Regions with which the caller shares tables as a call would, and changes nothing there either.
    ///
    /// # Errors
    /// What the service would answer.
    pub fn rehearse(&self, call: Call) -> Result<Reply, ApiError> {
        let namespace = Namespace::of(&call.caller, &self.settings);
        let aside = Self::with_expressions(self.world.fork(), self.settings.clone(), Arc::clone(&self.expressions));
        // There is room for the namespaces of one caller in an engine of their own.
        let _ = aside
            .spaces
            .restore(&namespace, &self.spaces.what_calls_find(&namespace));
        aside.execute(call)
    }

    /// The Changes of a caller's database from its beginning, if the settings keep them.
    #[must_use]
    pub fn journal(&self, caller: &Caller) -> Vec<Change> {
        let space = self.spaces.find(&Namespace::of(caller, &self.settings));
        space.map(|space| space.journal()).unwrap_or_default()
    }

    /// A caller's database as it is now.
    #[must_use]
    pub fn database(&self, caller: &Caller) -> Database {
        let namespace = Namespace::of(caller, &self.settings);
        self.spaces.database(&namespace).unwrap_or_default()
    }
}

macro_rules! dispatch_operations {
    ($( $(#[$meta:meta])* $name:ident $(in $api:ident)? ($request:ty) -> $reply:ty; )*) => {
        fn dispatch(request: Request, context: &Context<'_>) -> Result<Reply, ApiError> {
            match request {
                $( Request::$name(request) => request.execute(context).map(Reply::$name), )*
            }
        }
    };
}

for_each_operation!(dispatch_operations);
