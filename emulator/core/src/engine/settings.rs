//! What an engine's owner decides once: everything that changes answers and is no part of a request.
//!
//! The engine reads the settings and never changes them. Time and chance are no settings: they belong to the [`World`](super::World).

/// How fast tables and indexes go from one state to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// No time: an answer still tells what is under way, and by then it has happened.
    #[default]
    Instant,
    /// States last about as long as in the service, on the world's clock.
    Service,
}

/// Which callers see the same tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Namespaces {
    /// Each access key has its own tables in each Region.
    #[default]
    PerCaller,
    /// All callers share one set of tables. A table's ARN carries the Region of the caller that created it, whoever asks.
    Shared,
}

/// The settings of an engine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EngineSettings {
    /// How fast states change.
    pub pace: Pace,
    /// Who shares tables.
    pub namespaces: Namespaces,
    /// Whether each database keeps its Changes, for replay; they take memory without bound.
    pub journal: bool,
}
