//! The decisions on file: who departs from the service in a class of disagreement, and how we know.
//!
//! The left answer is Stator's by convention, the right one the peer's. A decision's patterns are texts in which `*` stands for anything; the
//! first decision that matches a class decides it.

use std::fmt;

use serde::Deserialize;

use super::class::Class;

/// All decisions, in the order of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Decisions(Vec<Decision>);

/// Who is right where both disagree.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Operations; left out, it may be any.
    #[serde(default)]
    operations: Vec<String>,
    left: String,
    right: String,
    verdict: Verdict,
    /// Why, with the place in the reference.
    reason: String,
}

/// Which side departs from the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The peer departs from the service.
    Peer,
    /// Stator departs from it, knowingly: docs/differences.md says so, too.
    Stator,
    /// The service leaves it open, or differs by region and time.
    Open,
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Peer => "the peer departs",
            Self::Stator => "Stator departs",
            Self::Open => "open to the service",
        })
    }
}

impl Decisions {
    /// Reads a file of decisions.
    ///
    /// # Errors
    /// When it is no YAML of the right form; the error names the line.
    pub fn parse(text: &str) -> Result<Self, serde_yaml::Error> {
        serde_yaml::from_str(text)
    }

    /// The decision about this class.
    #[must_use]
    pub fn find(&self, class: &Class) -> Option<&Decision> {
        self.0.iter().find(|decision| decision.covers(class))
    }

    /// Each decision, in the order of the file, with the classes that it decides among these.
    pub(super) fn with_classes<'a>(
        &self,
        classes: impl IntoIterator<Item = &'a Class>,
    ) -> Vec<(&Decision, Vec<&'a Class>)> {
        let mut decided: Vec<_> = self.0.iter().map(|decision| (decision, Vec::new())).collect();
        for class in classes {
            let found = decided.iter_mut().find(|(decision, _)| decision.covers(class));
            found.into_iter().for_each(|(_, classes)| classes.push(class));
        }
        decided
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.operations.is_empty() {
            write!(formatter, "[{}] ", self.operations.join(", "))?;
        }
        write!(formatter, "{} | {}", self.left, self.right)
    }
}

impl Decision {
    /// Who departs.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &str {
        self.reason.trim()
    }

    fn covers(&self, class: &Class) -> bool {
        let operation =
            self.operations.is_empty() || self.operations.iter().any(|pattern| matches(pattern, &class.operation));
        operation && matches(&self.left, &class.left) && matches(&self.right, &class.right)
    }
}

/// Whether the whole text has the pattern's form; `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(rest) = text.strip_prefix(head) else {
        return false;
    };
    let mut starts = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    starts.any(|at| matches(tail, &rest[at..]))
}

#[cfg(test)]
mod tests {
    use super::{Class, Decisions, Verdict, matches};

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches("a*c*", "abbc"));
        assert!(matches("*", ""));
        assert!(!matches("a*c", "abcd"));
    }

    #[test]
    fn the_decisions_on_file_can_be_read() {
        for text in [
            include_str!("../../differential/dynoxide.yml"),
            include_str!("../../differential/dynamodb-local.yml"),
        ] {
            let decisions = Decisions::parse(text).unwrap();
            assert!(decisions.0.iter().all(|decision| !decision.reason().is_empty()));
        }
    }

    #[test]
    fn a_decision_tells_what_it_decides_and_not_what_an_earlier_one_did() {
        let text = "
            - { operations: [PutItem], left: success, right: '*', verdict: peer, reason: one }
            - { left: success, right: Error, verdict: open, reason: two }
            - { left: '*', right: Never, verdict: open, reason: three }";
        let decisions = Decisions::parse(text).unwrap();
        let class = |operation: &str| Class {
            operation: operation.into(),
            left: "success".into(),
            right: "Error".into(),
        };
        let classes = [class("PutItem"), class("Scan"), class("Query")];
        let counts = decisions.with_classes(&classes).into_iter();
        let counts: Vec<_> = counts
            .map(|(decision, found)| (decision.to_string(), found.len()))
            .collect();
        let told = |text: &str, count| (text.to_owned(), count);
        assert_eq!(
            counts,
            [
                told("[PutItem] success | *", 1),
                told("success | Error", 2),
                told("* | Never", 0)
            ]
        );
    }

    #[test]
    fn the_first_decision_that_covers_a_class_decides() {
        let text = "
            - { operations: [PutItem], left: success, right: '*', verdict: peer, reason: one }
            - { left: '*', right: '*', verdict: open, reason: two }";
        let decisions = Decisions::parse(text).unwrap();
        let verdict = |operation: &str| {
            let class = Class {
                operation: operation.into(),
                left: "success".into(),
                right: "Error".into(),
            };
            decisions.find(&class).map(|decision| decision.verdict())
        };
        assert_eq!(verdict("PutItem"), Some(Verdict::Peer));
        assert_eq!(verdict("Scan"), Some(Verdict::Open));
    }
}
