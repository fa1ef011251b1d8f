//! The order of the layers, and the reasons for it.
//!
//! From the outside in:
//!
//! 1. **metrics** is outermost, so that it counts what the client sees, and times all that happens to a call once it is one.
//! 2. **record** writes down what the client sent and what it got, so it stands before all that changes either. What it asks itself goes to the terminal,
//!    past the others, so that neither usage nor rules know of it.
//! 3. **usage** counts the same calls. It comes after, since it asks for reports of capacity that the client has not asked for.
//! 4. **rules** come next to the terminal, so that what they answer in its place, or do to its answer, looks to all others as if the
//!    service had done it.
//!
//! Then comes the terminal. A layer is a folder under [`layers`](crate::layers); it gets its place and its reason here.

use std::sync::Arc;

use stator_core::engine::Engine;
use tower::Layer;

use crate::Answers;
use crate::holds::Holds;
use crate::layers::metrics::{Metrics, MetricsLayer};
use crate::layers::record::{RecordLayer, Recordings};
use crate::layers::rules::{Rules, RulesLayer};
use crate::layers::usage::{Usage, UsageLayer};
use crate::terminals::{Shadow, UpstreamTerminal};
use crate::timers::Timers;

/// What the layers know and keep. Whoever builds a stack shares it with those who look at it from outside.
#[derive(Clone, Debug)]
pub struct State {
    /// The engine of this process: it resolves and rehearses requests, also where another terminal executes them.
    pub engine: Arc<Engine>,
    /// Counters of calls.
    pub metrics: Arc<Metrics>,
    /// The recordings of namespaces.
    pub recordings: Arc<Recordings>,
    /// The calls of namespaces.
    pub usage: Arc<Usage>,
    /// The rules of namespaces.
    pub rules: Arc<Rules>,
    /// How delays wait that rules ask for.
    pub timers: Timers,
    /// Items that somebody holds by name.
    pub holds: Arc<Holds>,
    /// What the engine knows of the upstream that executes requests; `None` where it executes them itself.
    pub shadow: Option<Arc<Shadow>>,
}

impl State {
    /// The state of layers that have seen nothing yet.
    #[must_use]
    pub fn new(engine: Arc<Engine>) -> Self {
        Self {
            engine,
            metrics: Arc::default(),
            recordings: Arc::default(),
            usage: Arc::default(),
            rules: Arc::default(),
            timers: Timers::Machine,
            holds: Arc::default(),
            shadow: None,
        }
    }

    /// The same state over an upstream.
    #[must_use]
    pub fn over(self, terminal: &UpstreamTerminal) -> Self {
        let shadow = Some(terminal.shadow());
        Self { shadow, ..self }
    }
}

/// All layers, in their order, around a terminal.
pub fn over<T: Answers>(terminal: T, state: &State) -> impl Answers + use<T> {
    let metrics = MetricsLayer::new(Arc::clone(&state.metrics));
    let record = RecordLayer::new(
        Arc::clone(&state.recordings),
        Arc::clone(&state.engine),
        terminal.clone(),
    );
    let usage = UsageLayer::new(Arc::clone(&state.usage), Arc::clone(&state.engine));
    let rules = RulesLayer::new(
        Arc::clone(&state.rules),
        Arc::clone(&state.engine),
        state.timers.clone(),
    );
    let rules = rules.over(state.shadow.clone());
    metrics.layer(record.layer(usage.layer(rules.layer(terminal))))
}
