//! What a namespace has of its own: clock, settings, how far reads stay behind, and how much of the past is remembered.

use std::sync::Arc;

use super::{SpaceError, Spaces};
use crate::engine::lag::{Memories, Memory};
use crate::engine::space::Space;
use crate::engine::{Clock, EngineSettings, Lag, Namespace, Pace};

impl Spaces {
    /// The clock by which a namespace goes.
    pub(in crate::engine) fn clock_of(&self, space: &Space) -> Clock {
        space.own().clock.unwrap_or_else(|| self.world.clock())
    }

    /// The clock by which a namespace goes: its own, or else the engine's.
    #[must_use]
    pub fn clock(&self, namespace: &Namespace) -> Clock {
        self.own_clock(namespace).unwrap_or_else(|| self.world.clock())
    }

    /// The clock that a namespace has of its own, if it does not go with the engine's.
    #[must_use]
    pub fn own_clock(&self, namespace: &Namespace) -> Option<Clock> {
        self.find(namespace).and_then(|space| space.own().clock)
    }

    /// Changes the clock of a namespace, which has its own from then on; makes the namespace if there is none. What is due by then happens.
    ///
    /// # Errors
    /// When there are too many namespaces.
    pub fn move_clock(&self, namespace: &Namespace, change: impl FnOnce(Clock) -> Clock) -> Result<Clock, SpaceError> {
        let space = self.make(namespace)?;
        let clock = space.configure(|own| {
            let clock = change(own.clock.unwrap_or_else(|| self.world.clock()));
            own.clock = Some(clock);
            clock
        });
        space.advance(clock.now());
        Ok(clock)
    }

    /// Lets a namespace go with the engine's clock.
    pub fn follow_clock(&self, namespace: &Namespace) {
        if let Some(space) = self.find(namespace) {
            space.configure(|own| own.clock = None);
        }
    }

    /// The settings of a namespace: its own, or else the engine's.
    #[must_use]
    pub fn settings(&self, namespace: &Namespace) -> EngineSettings {
        let own = self.find(namespace).and_then(|space| space.own().settings);
        own.map_or_else(|| self.settings.clone(), |own| (*own).clone())
    }

    /// Gives a namespace settings of its own; makes the namespace if there is none. Who shares tables, and whether Changes are kept, is the
    /// engine's alone.
    ///
    /// # Errors
    /// When there are too many namespaces.
    pub fn set_settings(&self, namespace: &Namespace, settings: EngineSettings) -> Result<(), SpaceError> {
        let space = self.make(namespace)?;
        space.set_settings(settings);
        Ok(())
    }

    /// Lets the eventually consistent reads of a table, which need not exist yet, stay behind as told here instead of in the settings; `None` undoes
    /// that. Makes the namespace if there is none. States from before are not known: at first reads are less late than that.
    ///
    /// # Errors
    /// When there are too many namespaces.
    pub fn set_table_lag(&self, namespace: &Namespace, table: &str, lag: Option<Lag>) -> Result<(), SpaceError> {
        self.make(namespace)?.set_table_lag(table, lag);
        Ok(())
    }

    /// Remembers what the tables of a namespace were, so far back, for [calls](crate::engine::Directives::stale_ms) that are shown it. Makes the namespace if
    /// there is none. What was before is not known: at first such calls see what is now.
    ///
    /// # Errors
    /// When there are too many namespaces.
    pub fn remember(&self, namespace: &Namespace, span_ms: i64) -> Result<Memory, SpaceError> {
        let space = self.make(namespace)?;
        Ok(Memories::begin(space.memories(), span_ms))
    }

    /// Lets transitions of a namespace's tables take no time while `work` goes on, whatever its settings say.
    ///
    /// # Errors
    /// When it had to be made for that, and there are too many namespaces.
    pub fn at_once<T>(&self, namespace: &Namespace, work: impl FnOnce() -> T) -> Result<T, SpaceError> {
        let settings = self.settings(namespace);
        if settings.pace == Pace::Instant {
            return Ok(work());
        }
        let at_once = EngineSettings {
            pace: Pace::Instant,
            ..settings
        };
        let space = self.make(namespace)?;
        let before = space.configure(|own| own.settings.replace(Arc::new(at_once)));
        let result = work();
        space.configure(|own| own.settings = before);
        Ok(result)
    }
}
