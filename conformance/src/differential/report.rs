//! The classes that a run found, with counts, examples and decisions: as text for people, and as data from which a run goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::Answer;
use super::class::Class;
use super::decisions::{Decisions, Verdict};
use super::shrink::Example;

/// Characters of one line of an example at most.
const LINE_CHARACTERS_MAX: usize = 1200;

/// What a run found so far.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    seed: u64,
    asked: BTreeMap<String, Asked>,
    #[serde(with = "as_list")]
    findings: BTreeMap<Class, Finding>,
}

/// How often an operation was asked for, and how often the left side did it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Asked {
    requests: u64,
    succeeded: u64,
}

/// How often a class was met, and one example of it as text.
#[derive(Debug, Serialize, Deserialize)]
struct Finding {
    count: u64,
    example: String,
}

impl Report {
    /// The report of a run with this seed that has not begun.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            asked: BTreeMap::new(),
            findings: BTreeMap::new(),
        }
    }

    /// The seed of the run.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How many requests were made.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.asked.values().map(|asked| asked.requests).sum()
    }

    /// Takes in what another run found, so that both are judged as one.
    pub fn join(&mut self, other: Self) {
        for (operation, asked) in other.asked {
            let all = self.asked.entry(operation).or_default();
            all.requests += asked.requests;
            all.succeeded += asked.succeeded;
        }
        for (class, finding) in other.findings {
            match self.findings.get_mut(&class) {
                Some(known) => known.count += finding.count,
                None => drop(self.findings.insert(class, finding)),
            }
        }
    }

    pub(super) fn count_request(&mut self, operation: &str, left: &Answer) {
        let asked = self.asked.entry(operation.to_owned()).or_default();
        asked.requests += 1;
        asked.succeeded += u64::from(left.is_success());
    }

    /// Counts a class that is known; says whether it is.
    pub(super) fn count_again(&mut self, class: &Class) -> bool {
        let known = self.findings.get_mut(class);
        known.map(|finding| finding.count += 1).is_some()
    }

    pub(super) fn add(&mut self, class: Class, example: &Example) {
        let example = told(example);
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
            let _ = write!(text, "\n{}× {class}\n  {verdict}\n{}", finding.count, finding.example);
        }
        text.push_str(&self.use_of(decisions));
        text
    }

    /// How much each decision excuses: one that decides many classes of many operations may be wider than its reason, one that decides none may be
    /// stale.
    fn use_of(&self, decisions: &Decisions) -> String {
        let mut used = decisions.with_classes(self.findings.keys());
        used.sort_by_key(|(_, classes)| std::cmp::Reverse(classes.len()));
        let mut text = "\nclasses and operations by decision, those without any at the end\n".to_owned();
        for (decision, classes) in used {
            let operations: BTreeSet<_> = classes.iter().map(|class| &class.operation).collect();
            let _ = writeln!(text, "  {} in {}: {decision}", classes.len(), operations.len());
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
        let mut text = format!(
            "seed {}: {} requests, {} classes of disagreement: peer departs {}, Stator departs {}, open {}, undecided {}\n",
            self.seed,
            self.requests(),
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

/// A map whose keys are no strings, as a list of pairs.
mod as_list {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::{Class, Finding};

    pub(super) fn serialize<S: Serializer>(map: &BTreeMap<Class, Finding>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<Class, Finding>, D::Error> {
        Vec::deserialize(deserializer).map(BTreeMap::from_iter)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::duel::Exchange;
    use super::super::generate::Request;
    use super::{Answer, Class, Decisions, Example, Report};

    #[test]
    fn a_report_that_was_kept_goes_on_where_it_was() {
        let mut report = Report::new(7);
        let answer = |status| Answer {
            status,
            body: json!({}),
        };
        let class = Class {
            operation: "GetItem".into(),
            left: "success".into(),
            right: "Error".into(),
        };
        let example = Example {
            given: Vec::new(),
            request: Request {
                operation: "GetItem",
                body: json!({"TableName": "t"}),
            },
            exchange: Exchange {
                left: answer(200),
                right: answer(400),
                class: Some(class.clone()),
            },
        };
        report.count_request("GetItem", &answer(200));
        report.add(class.clone(), &example);
        let text = serde_json::to_string(&report).unwrap();
        let mut again: Report = serde_json::from_str(&text).unwrap();
        let decisions = Decisions::default();
        assert_eq!(again.text(&decisions), report.text(&decisions));
        assert_eq!((again.seed(), again.requests()), (7, 1));
        assert!(again.count_again(&class));
    }

    #[test]
    fn runs_that_are_joined_are_judged_as_one_and_decisions_that_none_met_come_last() {
        let mut one: Report = serde_json::from_str(
            r#"{"seed": 1, "asked": {"GetItem": {"requests": 2, "succeeded": 1}}, "findings": [
                [{"operation": "GetItem", "left": "success", "right": "A"}, {"count": 1, "example": ""}]]}"#,
        )
        .unwrap();
        let other = serde_json::from_str(
            r#"{"seed": 2, "asked": {"GetItem": {"requests": 3, "succeeded": 3}}, "findings": [
                [{"operation": "GetItem", "left": "success", "right": "A"}, {"count": 4, "example": ""}],
                [{"operation": "GetItem", "left": "success", "right": "B"}, {"count": 1, "example": ""}]]}"#,
        );
        one.join(other.unwrap());
        assert_eq!((one.seed(), one.requests(), one.findings.len()), (1, 5, 2));
        let decisions = "
            - { left: '*', right: C, verdict: peer, reason: none }
            - { left: '*', right: '*', verdict: peer, reason: all }";
        let text = one.text(&Decisions::parse(decisions).unwrap());
        assert!(text.contains("\n5× GetItem"), "{text}");
        assert!(text.ends_with("  2 in 1: * | *\n  0 in 0: * | C\n"), "{text}");
    }
}
