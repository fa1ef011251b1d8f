//! The rules of all namespaces.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::RwLock;
use stator_core::engine::{Call, Caller, Engine, Namespace};

use super::check::RuleError;
use super::effect::Effect;
use super::milliseconds;
use super::rule::Rule;
use super::set::{RuleId, RuleSet};
use crate::terminals::Shadow;

/// The rules of all namespaces. A namespace that has none is not there.
#[derive(Debug, Default)]
pub struct Rules {
    sets: RwLock<HashMap<Namespace, Arc<RuleSet>>>,
    /// How many sets there are, so that calls need not look at the map when there are none.
    count: AtomicUsize,
}

impl Rules {
    /// The rules of a namespace, to add to.
    pub fn of(&self, namespace: &Namespace) -> Arc<RuleSet> {
        let mut sets = self.sets.write();
        let set = Arc::clone(sets.entry(namespace.clone()).or_default());
        self.count.store(sets.len(), Ordering::Release);
        set
    }

    /// Sets a rule behind those of a namespace, and lets the engine remember what the rule will show.
    ///
    /// # Errors
    /// When the rule makes no sense for the tables that the namespace has, or begins with if its first request is still to come; and when
    /// there are too many.
    pub fn add(&self, engine: &Engine, namespace: &Namespace, rule: Rule) -> Result<RuleId, RuleError> {
        let spaces = engine.spaces();
        rule.check(spaces.what_calls_find(namespace).database())?;
        let memory = match rule.effect {
            Effect::Stale(span) => {
                let memory = spaces.remember(namespace, milliseconds(span));
                Some(memory.map_err(RuleError::Namespace)?)
            }
            _ => None,
        };
        self.of(namespace).add(rule, memory)
    }

    /// Sets a rule as [`add`](Self::add) does, where an upstream executes requests: it tells of the table that the rule names.
    ///
    /// # Errors
    /// As [`add`](Self::add), and when the upstream does not tell, or the rule is one of reads of what was.
    pub async fn add_over(&self, shadow: &Shadow, caller: &Caller, rule: Rule) -> Result<RuleId, RuleError> {
        if matches!(rule.effect, Effect::Stale(_)) {
            return Err(RuleError::Effect(
                "what was can be read of the engine in this process alone, and not of an upstream".to_owned(),
            ));
        }
        if let Some(table) = &rule.matcher.table {
            let learned = shadow.learn_table(caller, table).await;
            learned.map_err(|failure| RuleError::Upstream(failure.to_string()))?;
        }
        let engine = shadow.engine();
        self.add(engine, &Namespace::of(caller, engine.settings()), rule)
    }

    /// The rules of a namespace, if it has any.
    #[must_use]
    pub fn find(&self, namespace: &Namespace) -> Option<Arc<RuleSet>> {
        self.sets.read().get(namespace).cloned()
    }

    /// Forgets the rules of a namespace, and what was received under them; whether there were any.
    pub fn remove(&self, namespace: &Namespace) -> bool {
        let mut sets = self.sets.write();
        let removed = sets.remove(namespace);
        self.count.store(sets.len(), Ordering::Release);
        drop(sets);
        removed.is_some()
    }

    /// The namespaces that have rules, in order.
    #[must_use]
    pub fn namespaces(&self) -> Vec<Namespace> {
        let mut names: Vec<Namespace> = self.sets.read().keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// The rules that a call goes by, if there are any.
    pub(super) fn of_call(&self, call: &Call, engine: &Engine) -> Option<Arc<RuleSet>> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        let namespace = Namespace::of(&call.caller, engine.settings());
        self.find(&namespace).filter(|set| !set.is_idle())
    }
}
