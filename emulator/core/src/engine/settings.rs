//! What can be set of an engine.

/// How long transitions of tables and indexes take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// No time: a table is there when its creation is answered.
    #[default]
    Instant,
    /// About what they take at the service, on the engine's clock.
    Service,
}

/// The settings of an engine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EngineSettings {
    /// How long transitions take.
    pub pace: Pace,
    /// Whether all callers share one database, whatever their access key and Region.
    pub shared_database: bool,
    /// Whether each database keeps its Changes, for replay. They take memory without bound.
    pub journal: bool,
}
