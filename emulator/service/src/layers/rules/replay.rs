//! Recordings as one rule: requests are answered with what was recorded for them.
//!
//! A request is looked up as it is meant: blind to placeholders, spacing and legacy spellings, to the tokens that SDKs make up, and to its place in the session.
//! Where a request was recorded more than once, its next answer is the first that is left of those recorded after the answer given last, whatever that was
//! for; then any that is left; then the last one again. So a read is answered as it was after the write that came before it, and a client that asks
//! once more than it was recorded is told the same again. What was not recorded has no answer, and the nearest recorded request is told.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use stator_core::engine::resolved::{Part, Resolved};
use stator_core::engine::{Call, Caller, Engine};
use stator_core::model::{ApiError, Layer, Operation, Reply, Request};
use stator_fixtures::Recording;
use stator_fixtures::recording::members;

use super::effect::Effect;
use super::matcher::Matcher;
use super::pattern::Mismatch;
use super::received::Described;
use super::rule::{Origin, Rule, Times};

/// How many differences of the nearest request are told.
const DIFFERENCES_MAX: usize = 5;
/// A request of another operation is farther than one that differs in everything else.
const OPERATION_DISTANCE: usize = 10_000;

/// A recording whose answers are given again.
pub struct Replay {
    name: String,
    takes: Vec<Take>,
    /// The positions of the takes of each request, in their order.
    by_request: HashMap<String, Vec<usize>>,
    played: Mutex<Played>,
}

/// A recorded request and what it was answered.
struct Take {
    asked: Asked,
    outcome: Result<Reply, ApiError>,
}

#[derive(Default)]
struct Played {
    counts: Vec<u64>,
    /// The position behind the answer given last.
    next: usize,
}

/// A request as it is looked up.
struct Asked {
    resolved: Resolved,
    /// One for each part of the request.
    matchers: Vec<Matcher>,
    /// What else the request says.
    members: Vec<(String, String)>,
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Replay {
    /// A replay of a recording to a caller. The engine resolves its requests.
    #[must_use]
    pub fn new(recording: &Recording, engine: &Engine, caller: &Caller) -> Self {
        let takes = recording.exchanges().iter().map(|exchange| {
            let call = Call::new(exchange.request.clone(), Layer::Current, caller.clone());
            Take {
                asked: Asked::by(engine, &call),
                outcome: exchange.outcome.clone(),
            }
        });
        let takes: Vec<Take> = takes.collect();
        let mut by_request: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, take) in takes.iter().enumerate() {
            by_request.entry(take.asked.print()).or_default().push(at);
        }
        Self {
            name: recording.name().to_owned(),
            played: Mutex::new(Played {
                counts: vec![0; takes.len()],
                next: 0,
            }),
            takes,
            by_request,
        }
    }

    /// The rule that answers every request from the recording.
    #[must_use]
    pub fn rule(self: &Arc<Self>, origin: Origin) -> Rule {
        Rule {
            name: Some(format!("recording {}", self.name).into()),
            effect: Effect::Recorded(Arc::clone(self)),
            times: Times::ANY,
            ..Rule::new(origin)
        }
    }

    /// The name of the recording.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many requests were recorded.
    #[must_use]
    pub fn count(&self) -> usize {
        self.takes.len()
    }

    /// The requests that were recorded and not asked, in their order.
    #[must_use]
    pub fn left(&self) -> Vec<String> {
        let played = self.played.lock();
        let takes = self.takes.iter().zip(&played.counts);
        takes
            .filter(|(_, count)| **count == 0)
            .map(|(take, _)| Described(&take.asked.resolved).to_string())
            .collect()
    }

    /// What was recorded for a request.
    ///
    /// # Errors
    /// When nothing was: the nearest recorded request, and where it differs.
    pub(super) fn answer(&self, engine: &Engine, call: &Call) -> Result<Result<Reply, ApiError>, String> {
        let asked = Asked::by(engine, call);
        match self.by_request.get(&asked.print()) {
            Some(takes) => Ok(self.takes[self.played.lock().choose(takes)].outcome.clone()),
            None => Err(self.nearest(&asked)),
        }
    }

    fn nearest(&self, asked: &Asked) -> String {
        let described = Described(&asked.resolved);
        let misses = self
            .takes
            .iter()
            .enumerate()
            .map(|(at, take)| (at, take.asked.compare(asked)));
        let Some((at, (_, mismatches))) = misses.min_by_key(|(_, (distance, _))| *distance) else {
            return format!("{described}: nothing was recorded");
        };
        let shown = mismatches.iter().take(DIFFERENCES_MAX);
        let shown: Vec<String> = shown
            .map(|Mismatch { field, wanted, was }| format!("{field}: recorded {wanted}, asked {was}"))
            .collect();
        let more = match mismatches.len().saturating_sub(DIFFERENCES_MAX) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        let nearest = Described(&self.takes[at].asked.resolved);
        format!(
            "{described}; nearest is call {} ({nearest}), which differs in {}{more}",
            at + 1,
            shown.join("; ")
        )
    }
}

impl Played {
    /// Which of the takes of a request is played now.
    fn choose(&mut self, takes: &[usize]) -> usize {
        let mut left = takes.iter().copied().filter(|at| self.counts[*at] == 0);
        let first = left.clone().next();
        let chosen = left.find(|at| *at >= self.next).or(first);
        let chosen = chosen.unwrap_or_else(|| takes[takes.len() - 1]);
        self.counts[chosen] += 1;
        self.next = chosen + 1;
        chosen
    }
}

impl Asked {
    fn by(engine: &Engine, call: &Call) -> Self {
        let mut resolved = engine.resolve(call);
        // SDKs send the tables of a batch in an order of chance.
        resolved.parts.sort_by(|one, other| one.table.cmp(&other.table));
        let matchers = resolved.parts.iter().map(|part| matcher_of(resolved.operation, part));
        Self {
            matchers: matchers.collect(),
            members: further_members(&call.request, &resolved.parts),
            resolved,
        }
    }

    /// A text that equal requests have in common, and no others.
    fn print(&self) -> String {
        let mut print = self.resolved.operation.name().to_owned();
        for (part, matcher) in self.resolved.parts.iter().zip(&self.matchers) {
            print.push_str(&format!("\n{} {matcher}", part.action));
        }
        for (name, value) in &self.members {
            print.push_str(&format!("\n{name}={value}"));
        }
        print
    }

    /// How far another request is from this one, and where it differs.
    fn compare(&self, other: &Self) -> (usize, Vec<Mismatch>) {
        let mut mismatches = Vec::new();
        let mut distance = 0;
        let (own, others) = (self.resolved.operation, other.resolved.operation);
        if own != others {
            mismatches.push(Mismatch::new("operation", own, others));
            distance += OPERATION_DISTANCE;
        }
        for (at, matcher) in self.matchers.iter().enumerate() {
            let Some(part) = other.resolved.parts.get(at) else {
                break;
            };
            let part = Resolved {
                operation: own,
                parts: vec![part.clone()],
            };
            let miss = matcher.compare(&part);
            distance += miss.distance();
            mismatches.extend(miss.mismatches);
            mismatches.extend(surplus(&other.matchers[at], own, &self.resolved.parts[at]));
        }
        if self.matchers.len() != other.matchers.len() {
            let count = |asked: &Self| format!("{} parts", asked.matchers.len());
            mismatches.push(Mismatch::new("request", count(self), count(other)));
        }
        mismatches.extend(differences(&self.members, &other.members));
        (distance + mismatches.len(), mismatches)
    }
}

/// What a part has beside what was recorded.
fn surplus(matcher: &Matcher, operation: Operation, recorded: &Part) -> Vec<Mismatch> {
    let recorded = Resolved {
        operation,
        parts: vec![recorded.clone()],
    };
    let missing = |was: &str| was == "absent" || was == "none";
    let mismatches = matcher.compare(&recorded).mismatches.into_iter();
    mismatches
        .filter(|mismatch| missing(&mismatch.was))
        .map(|Mismatch { field, wanted, was }| Mismatch {
            field,
            wanted: was,
            was: wanted,
        })
        .collect()
}

fn differences(own: &[(String, String)], others: &[(String, String)]) -> Vec<Mismatch> {
    fn value<'m>(members: &'m [(String, String)], name: &str) -> &'m str {
        let found = members.iter().find(|(known, _)| known == name);
        found.map_or("none", |(_, value)| value)
    }
    let added = others
        .iter()
        .filter(|(name, _)| !own.iter().any(|(known, _)| known == name));
    own.iter()
        .chain(added)
        .map(|(name, _)| (name, value(own, name), value(others, name)))
        .filter(|(_, own, other)| own != other)
        .map(|(name, own, other)| Mismatch::new(name, own, other))
        .collect()
}

fn matcher_of(operation: Operation, part: &Part) -> Matcher {
    Matcher {
        operations: vec![operation],
        table: Some(part.table.clone()),
        index: part.index.clone(),
        // The equalities of a key condition stand in it.
        key: part
            .key
            .as_ref()
            .filter(|_| part.key_condition.is_none())
            .map(|key| key.unpack().into()),
        item: part.item.as_ref().map(|item| item.unpack().into()),
        key_condition: part.key_condition.clone(),
        filter: part.filter.clone(),
        condition: part.condition.clone(),
        update: part.update.clone(),
        projection: part.projection.clone(),
        consistent_read: None,
        predicate: None,
    }
}

/// The members of a request that its parts do not tell: how many items, in which order, what to return.
fn further_members(request: &Request, parts: &[Part]) -> Vec<(String, String)> {
    let mut members = members(request);
    members.retain(|(name, _)| name != "ClientRequestToken");
    let Some(part) = parts.first() else {
        return members;
    };
    members.retain(|(name, _)| !is_told(name, part));
    // Where an expression cannot be read, its values are all there is to tell requests apart.
    if !members.iter().any(|(name, _)| name.ends_with("Expression")) && request.operation() != Operation::SearchVectors
    {
        members.retain(|(name, _)| !name.starts_with("ExpressionAttribute"));
    }
    members
}

/// Whether a part tells what a member of its request says.
fn is_told(member: &str, part: &Part) -> bool {
    match member {
        "TableName" | "IndexName" | "RequestItems" | "TransactItems" => true,
        "Key" => part.key.is_some(),
        "Item" => part.item.is_some(),
        "KeyConditionExpression" | "KeyConditions" => part.key_condition.is_some(),
        "FilterExpression" | "QueryFilter" | "ScanFilter" => part.filter.is_some(),
        "ConditionExpression" | "Expected" => part.condition.is_some(),
        "ConditionalOperator" => part.condition.is_some() || part.filter.is_some(),
        "UpdateExpression" | "AttributeUpdates" => part.update.is_some(),
        "ProjectionExpression" | "AttributesToGet" => part.projection.is_some(),
        _ => false,
    }
}
