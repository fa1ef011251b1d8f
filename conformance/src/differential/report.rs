//! The classes that a run found, with counts, examples and decisions, as text for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use super::answer::Answer;
use super::class::Class;
use super::decisions::{Decisions, Verdict};
use super::shrink::Example;

/// Characters of one line of an example at most.
const LINE_CHARACTERS_MAX: usize = 1200;

/// What a run found.
#[derive(Debug)]
pub struct Report {
    seed: u64,
    asked: BTreeMap<&'static str, Asked>,
    findings: BTreeMap<Class, Finding>,
}

/// How often an operation was asked for, and how often the left side did it.
#[derive(Debug, Default)]
struct Asked {
    requests: u64,
    succeeded: u64,
}

#[derive(Debug)]
struct Finding {
    count: u64,
    example: Example,
}

impl Report {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            asked: BTreeMap::new(),
            findings: BTreeMap::new(),
        }
    }

    pub(super) fn count_request(&mut self, operation: &'static str, left: &Answer) {
        let asked = self.asked.entry(operation).or_default();
        asked.requests += 1;
        asked.succeeded += u64::from(left.is_success());
    }

    /// Counts a class that is known; says whether it is.
    pub(super) fn count_again(&mut self, class: &Class) -> bool {
        let known = self.findings.get_mut(class);
        known.map(|finding| finding.count += 1).is_some()
    }

    pub(super) fn add(&mut self, class: Class, example: Example) {
        self.findings.insert(class, Finding { count: 1, example });
    }

    /// How many classes have no decision.
    #[must_use]
    pub fn undecided(&self, decisions: &Decisions) -> usize {
        self.findings
            .keys()
            .filter(|class| decisions.find(class).is_none())
            .count()
    }

    /// The report as text: a summary, the undecided classes, then the decided ones.
    #[must_use]
    pub fn text(&self, decisions: &Decisions) -> String {
        let mut text = self.summary(decisions);
        let (open, decided): (Vec<_>, Vec<_>) = self
            .findings
            .iter()
            .partition(|(class, _)| decisions.find(class).is_none());
        for (class, finding) in by_count(open).into_iter().chain(by_count(decided)) {
            let verdict = match decisions.find(class) {
                Some(decision) => format!("{}: {}", decision.verdict(), decision.reason()),
                None => "UNDECIDED".to_owned(),
            };
            let _ = write!(
                text,
                "\n{}× {class}\n  {verdict}\n{}",
                finding.count,
                told(&finding.example)
            );
        }
        text
    }

    fn summary(&self, decisions: &Decisions) -> String {
        let count = |verdict: Option<Verdict>| {
            let verdicts = self
                .findings
                .keys()
                .map(|class| decisions.find(class).map(|decision| decision.verdict()));
            verdicts.filter(|found| *found == verdict).count()
        };
        let requests: u64 = self.asked.values().map(|asked| asked.requests).sum();
        let mut text = format!(
            "seed {}: {requests} requests, {} classes of disagreement: peer departs {}, Stator departs {}, open {}, undecided {}\n",
            self.seed,
            self.findings.len(),
            count(Some(Verdict::Peer)),
            count(Some(Verdict::Stator)),
            count(Some(Verdict::Open)),
            count(None),
        );
        for (operation, asked) in &self.asked {
            let _ = writeln!(
                text,
                "  {operation}: {} of {} succeeded on the left",
                asked.succeeded, asked.requests
            );
        }
        text
    }
}

fn by_count<'a>(mut findings: Vec<(&'a Class, &'a Finding)>) -> Vec<(&'a Class, &'a Finding)> {
    findings.sort_by(|one, other| other.1.count.cmp(&one.1.count).then(one.0.cmp(other.0)));
    findings
}

fn told(example: &Example) -> String {
    let mut text = format!("    {} {}\n", example.request.operation, clipped(&example.request.body));
    let given: Vec<_> = example.given.iter().flatten().collect();
    if !given.is_empty() {
        let _ = writeln!(
            text,
            "    given {}",
            clipped(&Value::from_iter(given.into_iter().cloned()))
        );
    }
    for (side, answer) in [("left ", &example.exchange.left), ("right", &example.exchange.right)] {
        let Answer { status, body } = answer;
        let _ = writeln!(text, "    {side} {status} {}", clipped(body));
    }
    text
}

fn clipped(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(LINE_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
