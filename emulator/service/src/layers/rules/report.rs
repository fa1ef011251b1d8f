//! Why verification fails: a text that a person reads.
//!
//! It names each rule that was not met, with its place, the wanted and the actual count and the nearest request field by field, then requests that
//! no rule allows, then all requests that were received.

use std::fmt::{self, Write};

use super::received::{Described, Fate, Received};
use super::rule::Times;
use super::set::{Held, RuleId, State};

/// Why verification fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report(String);

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Report {}

/// How many requests a report shows.
const SHOWN_MAX: usize = 20;

impl Report {
    /// The report on all rules, or on one.
    pub(super) fn of(state: &State, only: Option<RuleId>) -> Result<(), Self> {
        let concerns = |held: &&Held| only.is_none_or(|id| held.id == id);
        let unmet: Vec<&Held> = state
            .rules
            .iter()
            .filter(concerns)
            .filter(|held| !held.standing().is_met())
            .collect();
        let unexpected: Vec<&Received> = match only {
            Some(_) => Vec::new(),
            None => state
                .received
                .iter()
                .filter(|received| received.fate == Fate::Unexpected)
                .collect(),
        };
        let misfits: &[String] = if only.is_none() { &state.misfits } else { &[] };
        if unmet.is_empty() && unexpected.is_empty() && misfits.is_empty() {
            return Ok(());
        }
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = write_report(&mut text, state, &unmet, &unexpected, misfits);
        Err(Self(text))
    }
}

fn write_report(
    out: &mut String,
    state: &State,
    unmet: &[&Held],
    unexpected: &[&Received],
    misfits: &[String],
) -> fmt::Result {
    let headline = [
        counted(unmet.len(), "rule was not met", "rules were not met"),
        counted(
            unexpected.len(),
            "request was not expected",
            "requests were not expected",
        ),
        counted(misfits.len(), "answer did not fit", "answers did not fit"),
    ];
    let headline: Vec<String> = headline.into_iter().flatten().collect();
    writeln!(out, "{}", headline.join(", "))?;
    for held in unmet {
        write_unmet(out, state, held)?;
    }
    for received in unexpected {
        writeln!(out, "\nno rule allows request {}:", received.number)?;
        writeln!(out, "    {}", Described(&received.resolved))?;
    }
    for misfit in misfits {
        writeln!(out, "\n{misfit}")?;
    }
    write_received(out, state)
}

fn counted(count: usize, one: &str, many: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    }
}

fn write_unmet(out: &mut String, state: &State, held: &Held) -> fmt::Result {
    writeln!(out, "\n{}:", held.title())?;
    writeln!(out, "    {}", held.description())?;
    let happened = Times::from(held.taken);
    writeln!(out, "    wanted {}, happened {happened}", held.rule.times)?;
    if held.taken > held.rule.times.min {
        let met = state.received.iter().filter(|received| received.met.contains(&held.id));
        let numbers: Vec<String> = met.map(|received| format!("request {}", received.number)).collect();
        return writeln!(out, "    met by {}", numbers.join(", "));
    }
    write_nearest(out, state, held)
}

/// The request that came nearest among those that the rule did not count.
fn write_nearest(out: &mut String, state: &State, held: &Held) -> fmt::Result {
    let missed = state
        .received
        .iter()
        .filter(|received| !received.met.contains(&held.id));
    let nearest = missed
        .map(|received| (received, held.rule.matcher.compare(&received.resolved)))
        .min_by_key(|(_, miss)| miss.distance());
    let Some((received, miss)) = nearest else {
        return Ok(());
    };
    if miss.is_match() {
        let why = match &received.fate {
            Fate::Invalid(answer) => format!("the engine refuses it: {answer}"),
            Fate::Taken(other) if *other != held.id => match state.rules.iter().find(|held| held.id == *other) {
                Some(other) => format!("{} took it", other.title()),
                None => "another rule took it".to_owned(),
            },
            _ if held.rule.matcher.predicate.is_some() => "the rule's function refused it".to_owned(),
            _ => "the rule's turn or chance had not come".to_owned(),
        };
        return writeln!(out, "    nearest is request {}, but {why}", received.number);
    }
    writeln!(out, "    nearest is request {}, which differs in", received.number)?;
    for mismatch in &miss.mismatches {
        writeln!(out, "        {}", mismatch.field)?;
        writeln!(out, "            wanted  {}", mismatch.wanted)?;
        writeln!(out, "            was     {}", mismatch.was)?;
    }
    Ok(())
}

fn write_received(out: &mut String, state: &State) -> fmt::Result {
    let total = state.received_total;
    match total {
        0 => return writeln!(out, "\nno request was received"),
        1 => writeln!(out, "\nreceived 1 request:")?,
        _ => writeln!(out, "\nreceived {total} requests:")?,
    }
    let hidden = state.received.len().saturating_sub(SHOWN_MAX);
    if total > SHOWN_MAX as u64 {
        writeln!(out, "    … {} before", total - SHOWN_MAX as u64)?;
    }
    for received in state.received.iter().skip(hidden) {
        writeln!(out, "    {}  {}", received.number, Described(&received.resolved))?;
        match &received.fate {
            Fate::PassedOn => {}
            Fate::Unexpected => writeln!(out, "       was not expected")?,
            Fate::Invalid(answer) => writeln!(out, "       was refused by the engine: {answer}")?,
            Fate::Taken(id) => {
                if let Some(held) = state.rules.iter().find(|held| held.id == *id) {
                    writeln!(out, "       {} ({})", held.rule.effect, held.title())?;
                }
            }
        }
    }
    Ok(())
}
