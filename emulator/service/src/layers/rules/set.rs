//! The rules of one namespace, what was received since there are any, and whether they were met.
//!
//! Rules are looked at in the order in which they were set. Every rule that passes requests on counts those that it is about, and may delay
//! them; the first other rule takes the request.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use smol_str::SmolStr;
use stator_core::engine::resolved::Resolved;
use stator_core::engine::{Call, Engine, Memory};
use stator_core::model::{ApiError, ErrorKind};

use super::check::RuleError;
use super::effect::Effect;
use super::matcher::Miss;
use super::received::{Described, Fate, Received};
use super::report::Report;
use super::rule::{Origin, Rule, Times};
use super::stage::Stage;
use crate::Failure;

/// How many requests are remembered; older ones are only counted.
pub const RECEIVED_MAX: usize = 1_000;
/// How many rules a namespace has at most.
pub const RULES_MAX: usize = 10_000;

/// Names a rule of a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(pub u64);

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What becomes of requests that no rule is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// The engine executes them.
    #[default]
    PassThrough,
    /// They are refused, and verification fails.
    Deny,
    /// The engine executes them, and a line in the log tells.
    Warn,
}

/// The rules of one namespace.
#[derive(Debug, Default)]
pub struct RuleSet {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) rules: Vec<Held>,
    pub(super) received: VecDeque<Received>,
    pub(super) received_total: u64,
    pub(super) misfits: Vec<String>,
    strictness: Strictness,
    last_id: u64,
}

/// A rule and what happened to it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) id: RuleId,
    pub(super) rule: Rule,
    /// How many requests it was about, whether or not it took them.
    matched: u64,
    /// How many it counted or took.
    pub(super) taken: u64,
    /// What the engine remembers for as long as the rule is there.
    _memory: Option<Arc<Memory>>,
}

/// How a rule stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Its number.
    pub id: RuleId,
    /// What it is called.
    pub name: Option<SmolStr>,
    /// Where it was set.
    pub origin: Origin,
    /// What it is about, and what it does.
    pub description: String,
    /// How often it is wanted.
    pub times: Times,
    /// How often it happened.
    pub count: u64,
}

impl Standing {
    /// Whether it happened as often as wanted.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.times.contains(self.count)
    }
}

/// What is to be done with a request.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) effect: Effect,
    /// The rule that has the effect, if it is not passed on.
    pub(super) rule: Option<RuleId>,
    pub(super) delay: Duration,
}

impl RuleSet {
    /// Adds a rule behind the others, with the memory that it needs.
    pub(super) fn add(&self, rule: Rule, memory: Option<Memory>) -> Result<RuleId, RuleError> {
        let mut state = self.state.lock();
        if state.rules.len() >= RULES_MAX {
            return Err(RuleError::TooMany);
        }
        state.last_id += 1;
        let id = RuleId(state.last_id);
        state.rules.push(Held {
            id,
            rule,
            matched: 0,
            taken: 0,
            _memory: memory.map(Arc::new),
        });
        Ok(id)
    }

    /// Removes a rule and tells how it stood.
    pub fn remove(&self, id: RuleId) -> Option<Standing> {
        let mut state = self.state.lock();
        let at = state.rules.iter().position(|held| held.id == id)?;
        Some(state.rules.remove(at).standing())
    }

    /// How a rule stands.
    #[must_use]
    pub fn standing(&self, id: RuleId) -> Option<Standing> {
        let state = self.state.lock();
        state.rules.iter().find(|held| held.id == id).map(Held::standing)
    }

    /// How all rules stand, in their order.
    #[must_use]
    pub fn standings(&self) -> Vec<Standing> {
        self.state.lock().rules.iter().map(Held::standing).collect()
    }

    /// What was received since there are rules, the last [`RECEIVED_MAX`] of it.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.state.lock().received.iter().cloned().collect()
    }

    /// What becomes of requests that no rule is about.
    pub fn set_strictness(&self, strictness: Strictness) {
        self.state.lock().strictness = strictness;
    }

    /// What becomes of requests that no rule is about.
    #[must_use]
    pub fn strictness(&self) -> Strictness {
        self.state.lock().strictness
    }

    /// Whether nothing would be different without this set.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let state = self.state.lock();
        state.rules.is_empty() && state.strictness == Strictness::PassThrough
    }

    /// Whether all rules were met.
    ///
    /// # Errors
    /// A report of those that were not, and of requests that were not expected.
    pub fn verify(&self) -> Result<(), Report> {
        Report::of(&self.state.lock(), None)
    }

    /// Whether one rule was met.
    ///
    /// # Errors
    /// A report if it was not.
    pub fn verify_rule(&self, id: RuleId) -> Result<(), Report> {
        Report::of(&self.state.lock(), Some(id))
    }

    /// Verifies, and then begins anew: rules and requests so far are forgotten, whether or not they were met.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn checkpoint(&self) -> Result<(), Report> {
        let mut state = self.state.lock();
        let outcome = Report::of(&state, None);
        state.rules.clear();
        state.received.clear();
        state.received_total = 0;
        state.misfits.clear();
        outcome
    }

    /// Notes that a rule could not answer as it was told to.
    pub(super) fn note_misfit(&self, id: RuleId, reason: &str) -> ApiError {
        let mut state = self.state.lock();
        let rule = state.rules.iter().find(|held| held.id == id);
        let rule = rule.map_or_else(|| "a rule".to_owned(), Held::title);
        let misfit = format!("{rule} has no answer for the request: {reason}");
        state.misfits.push(misfit.clone());
        ApiError::new(ErrorKind::AccessDenied, format!("Stator: {misfit}"))
    }

    /// Decides on a request, and remembers it. Between finding the rules that it is about and letting one take it, the set is not locked:
    /// meanwhile the engine looks at the request, if one of the rules needs that. A rule that is set by then comes after the request.
    pub(super) async fn receive(&self, stage: &Stage, call: &Call) -> Result<Verdict, Failure> {
        let resolved = stage.engine.resolve(call);
        let found = self.state.lock().find(call, &resolved);
        let refusal = match found.needs_valid_request {
            true => {
                stage.prepare(call).await?;
                refusal(&stage.engine, call)
            }
            false => None,
        };
        Ok(self.state.lock().decide(&found.rules, resolved, refusal)?)
    }
}

/// The rules that a request is about, and that chance lets take it.
struct Found {
    rules: Vec<RuleId>,
    needs_valid_request: bool,
}

impl State {
    /// Finds the rules that a request is about.
    fn find(&mut self, call: &Call, resolved: &Resolved) -> Found {
        let mut found = Found {
            rules: Vec::new(),
            needs_valid_request: false,
        };
        for held in &mut self.rules {
            if !held.rule.matcher.matches(call, resolved) {
                continue;
            }
            held.matched += 1;
            let number = held.matched;
            if held.rule.chance.is_none_or(|chance| chance.takes(number)) && !held.is_spent() {
                found.rules.push(held.id);
                found.needs_valid_request |= held.rule.effect.needs_valid_request();
            }
        }
        found
    }

    /// Lets the rules that were found count a request, or one of them take it. `refusal` is what the engine finds wrong with it.
    fn decide(&mut self, found: &[RuleId], resolved: Resolved, refusal: Option<ApiError>) -> Result<Verdict, ApiError> {
        let mut met = Vec::new();
        let mut verdict = Verdict {
            effect: Effect::PassOn,
            rule: None,
            delay: Duration::ZERO,
        };
        let mut fate = Fate::PassedOn;
        for at in 0..self.rules.len() {
            if !found.contains(&self.rules[at].id) || self.rules[at].is_spent() || !self.is_in_turn(at) {
                continue;
            }
            if self.rules[at].rule.effect.needs_valid_request()
                && let Some(refusal) = refusal
            {
                let answer = refusal.to_string();
                self.remember(resolved, met, Fate::Invalid(answer));
                return Err(refusal);
            }
            let held = &mut self.rules[at];
            held.taken += 1;
            met.push(held.id);
            verdict.delay += held.rule.delay.unwrap_or_default();
            if !matches!(held.rule.effect, Effect::PassOn) {
                verdict.effect = held.rule.effect.clone();
                verdict.rule = Some(held.id);
                fate = Fate::Taken(held.id);
                break;
            }
        }
        if met.is_empty() {
            fate = self.judge_unexpected(&resolved)?;
        }
        self.remember(resolved, met, fate);
        Ok(verdict)
    }

    /// Whether a rule's place in its sequence has come: all before it happened often enough, and none after it has happened.
    fn is_in_turn(&self, at: usize) -> bool {
        let Some(sequence) = &self.rules[at].rule.sequence else {
            return true;
        };
        let in_sequence = |held: &&Held| held.rule.sequence.as_ref() == Some(sequence);
        let (before, after) = (&self.rules[..at], &self.rules[at + 1..]);
        before
            .iter()
            .filter(in_sequence)
            .all(|held| held.taken >= held.rule.times.min)
            && after.iter().filter(in_sequence).all(|held| held.taken == 0)
    }

    fn judge_unexpected(&mut self, resolved: &Resolved) -> Result<Fate, ApiError> {
        if self.strictness == Strictness::PassThrough {
            return Ok(Fate::PassedOn);
        }
        let nearest = self.nearest_rule(resolved).map(|(held, miss)| {
            let fields: Vec<&str> = miss.mismatches.iter().map(|miss| miss.field.as_str()).collect();
            format!("; nearest is {}, which differs in {}", held.title(), fields.join(", "))
        });
        let message = format!(
            "Stator: no rule allows {}{}",
            Described(resolved),
            nearest.unwrap_or_default()
        );
        if self.strictness == Strictness::Warn {
            tracing::warn!("{message}");
            return Ok(Fate::PassedOn);
        }
        self.remember(resolved.clone(), Vec::new(), Fate::Unexpected);
        Err(ApiError::new(ErrorKind::AccessDenied, message))
    }

    fn nearest_rule(&self, resolved: &Resolved) -> Option<(&Held, Miss)> {
        let misses = self
            .rules
            .iter()
            .map(|held| (held, held.rule.matcher.compare(resolved)));
        misses.min_by_key(|(_, miss)| miss.distance())
    }

    fn remember(&mut self, resolved: Resolved, met: Vec<RuleId>, fate: Fate) {
        self.received_total += 1;
        if self.received.len() >= RECEIVED_MAX {
            self.received.pop_front();
        }
        self.received.push_back(Received {
            number: self.received_total,
            resolved,
            met,
            fate,
        });
    }
}

/// What the engine finds wrong with a request, whatever is in the tables. A condition that fails now is nothing wrong: a rule may say
/// what would be if it held.
fn refusal(engine: &Engine, call: &Call) -> Option<ApiError> {
    let refusal = engine.rehearse(call.clone()).err()?;
    let is_fate = matches!(
        refusal.kind(),
        ErrorKind::ConditionalCheckFailed
            | ErrorKind::TransactionCanceled
            | ErrorKind::TransactionConflict
            | ErrorKind::TransactionInProgress
            | ErrorKind::IdempotentParameterMismatch
            | ErrorKind::ProvisionedThroughputExceeded
            | ErrorKind::Throttling
            | ErrorKind::RequestLimitExceeded
            | ErrorKind::LimitExceeded
            | ErrorKind::ResourceInUse
    );
    (!is_fate).then_some(refusal)
}

impl Held {
    /// Whether it has happened as often as it may, if further requests go past it then. It stays so.
    fn is_spent(&self) -> bool {
        !self.rule.watches() && self.rule.times.max.is_some_and(|max| self.taken >= max)
    }

    pub(super) fn title(&self) -> String {
        match &self.rule.name {
            Some(name) => format!("rule \"{name}\", set at {}", self.rule.origin),
            None => format!("the rule set at {}", self.rule.origin),
        }
    }

    pub(super) fn description(&self) -> String {
        let mut text = self.rule.matcher.to_string();
        if !matches!(self.rule.effect, Effect::PassOn) {
            text.push_str(&format!(": {}", self.rule.effect));
        }
        if let Some(delay) = self.rule.delay {
            text.push_str(&format!(", delayed by {} ms", delay.as_millis()));
        }
        if let Some(chance) = self.rule.chance {
            text.push_str(&format!(" with probability {}", chance.probability));
        }
        text
    }

    pub(super) fn standing(&self) -> Standing {
        Standing {
            id: self.id,
            name: self.rule.name.clone(),
            origin: self.rule.origin.clone(),
            description: self.description(),
            times: self.rule.times,
            count: self.taken,
        }
    }
}
