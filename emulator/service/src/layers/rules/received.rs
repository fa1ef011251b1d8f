//! Requests that were received while there were rules, and what became of them.

use std::fmt;

use stator_core::engine::resolved::{Part, Resolved};
use stator_core::expression::Written;
use stator_core::model::{PackedItem, Value};

use super::set::RuleId;

/// A request that was received.
#[derive(Clone, Debug)]
pub struct Received {
    /// Its number, from 1.
    pub number: u64,
    /// The request.
    pub resolved: Resolved,
    /// The rules that it met, watching ones and the one that took it.
    pub met: Vec<RuleId>,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was passed on to the engine.
    PassedOn,
    /// This rule took it.
    Taken(RuleId),
    /// A rule would have taken it, but the engine found it wrong: this is what it answered.
    Invalid(String),
    /// No rule allows it.
    Unexpected,
}

/// Prints what a request is about: `GetItem, table orders, key {'pk': 'a'}`.
#[derive(Clone, Copy, Debug)]
pub struct Described<'a>(pub &'a Resolved);

/// Parts beyond these are counted.
const PARTS_MAX: usize = 4;

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.operation.name())?;
        let mut table = None;
        for (before, part) in self.0.parts.iter().take(PARTS_MAX).enumerate() {
            f.write_str(if before > 0 { ";" } else { "," })?;
            if table != Some(&part.table) {
                write!(f, " table {}", part.table)?;
                table = Some(&part.table);
                f.write_str(if is_bare(part) { "" } else { "," })?;
            }
            write_part(f, part, self.0.parts.len() > 1)?;
        }
        match self.0.parts.len().saturating_sub(PARTS_MAX) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

fn is_bare(part: &Part) -> bool {
    fields(part).is_empty()
}

fn fields(part: &Part) -> Vec<(&'static str, String)> {
    fn text<T: fmt::Display>(part: Option<&T>) -> Option<String> {
        part.map(ToString::to_string)
    }
    let map = |map: Option<&PackedItem>| map.map(|map| Written(&Value::M(map.unpack())).to_string());
    // The equalities of a key condition stand in it.
    let key = part.key.as_ref().filter(|_| part.key_condition.is_none());
    let fields = [
        ("index", text(part.index.as_ref())),
        ("key", map(key)),
        ("item", map(part.item.as_ref())),
        ("key condition", text(part.key_condition.as_ref())),
        ("filter", text(part.filter.as_ref())),
        ("condition", text(part.condition.as_ref())),
        ("update", text(part.update.as_ref())),
        ("projection", text(part.projection.as_ref())),
    ];
    fields
        .into_iter()
        .filter_map(|(field, text)| Some((field, text?)))
        .collect()
}

fn write_part(f: &mut fmt::Formatter<'_>, part: &Part, tells_action: bool) -> fmt::Result {
    if tells_action {
        write!(f, " {}", part.action)?;
    }
    for (before, (field, text)) in fields(part).iter().enumerate() {
        f.write_str(if before > 0 { "," } else { "" })?;
        write!(f, " {field} {text}")?;
    }
    Ok(())
}
