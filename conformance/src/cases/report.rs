//! Outcomes of cases, and the text that a reader sees of them.

use std::collections::BTreeMap;
use std::fmt;

use super::format::Kind;

/// Characters of a text that a report shows.
const TEXT_MAX: usize = 2_000;

/// Characters of a departure that a report in brief shows.
const LINE_MAX: usize = 400;

/// What came of every case of every file.
#[derive(Debug, Default)]
pub struct Report {
    /// By file, in order.
    pub suites: Vec<SuiteReport>,
}

/// What came of the cases of a file.
#[derive(Debug)]
pub struct SuiteReport {
    /// The name of the file.
    pub suite: String,
    /// One for each case, in order.
    pub outcomes: Vec<Outcome>,
}

/// What came of a case.
#[derive(Debug)]
pub struct Outcome {
    /// The name of the case.
    pub case: String,
    /// Where its fact comes from.
    pub source: String,
    /// What it claims.
    pub kind: Kind,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
}

/// Why a case failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The step, counted from one; zero is the making of its tables.
    pub step: usize,
    /// What was sent.
    pub request: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub actual: String,
    /// Where the two depart.
    pub mismatches: Vec<String>,
    /// Whether the right error came with other words.
    pub words_alone: bool,
}

/// How many cases passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: usize,
    failed: usize,
    /// Those of the failed where nothing but the wording departs.
    words_alone: usize,
}

impl Tally {
    fn add(&mut self, outcome: &Outcome) {
        match &outcome.failure {
            None => self.passed += 1,
            Some(failure) => {
                self.failed += 1;
                self.words_alone += usize::from(failure.words_alone);
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        if self.words_alone > 0 {
            write!(formatter, " ({} in words alone)", self.words_alone)?;
        }
        Ok(())
    }
}

impl Report {
    /// Whether no case failed.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.outcomes().all(|(_, outcome)| outcome.failure.is_none())
    }

    /// The failures, each with its file and case.
    pub fn failures(&self) -> impl Iterator<Item = String> {
        self.told().map(|(suite, outcome, failure)| {
            let Outcome { case, source, .. } = outcome;
            format!("✗ {suite}: {case}\n  {source}\n{failure}")
        })
    }

    /// The failures, each in one line: file, case, step and the first departure.
    pub fn failures_in_brief(&self) -> impl Iterator<Item = String> {
        self.told().map(|(suite, outcome, failure)| {
            let departure = failure.mismatches.last().unwrap_or(&failure.actual);
            let (case, step) = (&outcome.case, failure.step);
            format!("✗ {suite}: {case}: step {step}: {}", shorten(departure, LINE_MAX))
        })
    }

    /// Passed and failed for each folder, then for each kind of claim, then for all.
    #[must_use]
    pub fn summary(&self) -> String {
        self.tallies(|suite| suite.split('/').next().unwrap_or(suite))
    }

    /// As [`Report::summary`], for each file.
    #[must_use]
    pub fn summary_by_file(&self) -> String {
        self.tallies(|suite| suite)
    }

    fn tallies<'a>(&'a self, group: impl Fn(&'a str) -> &'a str) -> String {
        let (mut groups, mut kinds, mut all) = (
            BTreeMap::<_, Tally>::new(),
            BTreeMap::<_, Tally>::new(),
            Tally::default(),
        );
        for (suite, outcome) in self.outcomes() {
            groups.entry(group(suite)).or_default().add(outcome);
            kinds.entry(outcome.kind).or_default().add(outcome);
            all.add(outcome);
        }
        let mut lines: Vec<_> = groups
            .iter()
            .map(|(name, tally)| format!("{name:<40} {tally}"))
            .collect();
        lines.extend(
            kinds
                .iter()
                .map(|(kind, tally)| format!("{:<40} {tally}", format!("({kind:?})"))),
        );
        lines.push(format!("{:<40} {all}", "all"));
        lines.join("\n")
    }

    /// The failures, but where the tables of a file could not be made only the first of its cases.
    fn told(&self) -> impl Iterator<Item = (&str, &Outcome, &Failure)> {
        self.suites.iter().flat_map(|report| {
            let failed = report
                .outcomes
                .iter()
                .filter_map(|outcome| Some((outcome, outcome.failure.as_ref()?)));
            let mut unmade = None;
            failed.filter_map(move |(outcome, failure)| {
                let again = failure.step == 0 && unmade.replace(&failure.actual) == Some(&failure.actual);
                (!again).then_some((report.suite.as_str(), outcome, failure))
            })
        })
    }

    fn outcomes(&self) -> impl Iterator<Item = (&str, &Outcome)> {
        let suites = self.suites.iter();
        suites.flat_map(|report| report.outcomes.iter().map(|outcome| (report.suite.as_str(), outcome)))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "  step {}: {}", self.step, shorten(&self.request, TEXT_MAX))?;
        writeln!(formatter, "  expected: {}", shorten(&self.expected, TEXT_MAX))?;
        writeln!(formatter, "  actual:   {}", shorten(&self.actual, TEXT_MAX))?;
        for mismatch in &self.mismatches {
            writeln!(formatter, "    - {}", shorten(mismatch, TEXT_MAX))?;
        }
        Ok(())
    }
}

/// The beginning of a long text, and how long it is.
fn shorten(text: &str, length_max: usize) -> String {
    match text.char_indices().nth(length_max) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}
