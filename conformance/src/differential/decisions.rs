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
