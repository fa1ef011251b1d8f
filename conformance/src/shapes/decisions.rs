//! What was decided about differences: `difference: reason`, one a line. A reason has no colon with a blank behind it.

use std::collections::{BTreeMap, BTreeSet};

/// Differences and the reasons for which they may be.
#[derive(Debug)]
pub struct Decisions(BTreeMap<String, String>);

impl Decisions {
    /// Reads the file; lines that begin with `#` say something else.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let decided = lines.map(|line| {
            let (difference, reason) = line.rsplit_once(": ").unwrap_or((line, ""));
            (difference.to_owned(), reason.to_owned())
        });
        Self(decided.collect())
    }

    /// The reason for a difference.
    #[must_use]
    pub fn reason(&self, difference: &str) -> Option<&str> {
        self.0.get(difference).map(String::as_str)
    }

    /// What is wrong: differences that nobody decided on, decisions on differences that are gone, decisions without a reason.
    #[must_use]
    pub fn faults(&self, differences: &BTreeSet<String>) -> Vec<String> {
        let undecided = differences
            .iter()
            .filter(|difference| !self.0.contains_key(*difference))
            .map(|difference| format!("undecided: {difference}"));
        let stale = self.0.keys().filter(|decided| !differences.contains(*decided));
        let stale = stale.map(|decided| format!("no longer so, drop its line: {decided}"));
        let bare = self.0.iter().filter(|(_, reason)| reason.is_empty());
        let bare = bare.map(|(decided, _)| format!("without a reason: {decided}"));
        undecided.chain(stale).chain(bare).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_a_decision_and_a_decision_a_difference() {
        let decisions = Decisions::read("# comment\nlacks A.b: not built yet\nlacks A.c: was so\nlacks A.d");
        let differences = ["lacks A.b", "lacks A.d", "has A.e"].map(str::to_owned).into();
        assert_eq!(
            decisions.faults(&differences),
            [
                "undecided: has A.e",
                "no longer so, drop its line: lacks A.c",
                "without a reason: lacks A.d"
            ]
        );
    }
}
