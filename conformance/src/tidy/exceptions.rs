//! What may stand against a rule, each line with its reason. A better rule is better than an exception.

use super::Finding;

/// A place where a rule does not hold.
pub struct Exception {
    /// The name of the rule.
    pub rule: &'static str,
    /// The file, or the start of its path.
    pub path: &'static str,
    /// A part of the finding's text; empty for every finding of the rule in this file.
    pub what: &'static str,
    /// Why it is right there.
    pub reason: &'static str,
}

/// Every exception.
pub const EXCEPTIONS: &[Exception] = &[];

impl Exception {
    /// Whether a finding of a rule is excused.
    pub fn excuses(&self, rule: &str, finding: &Finding) -> bool {
        self.rule == rule && finding.path.starts_with(self.path) && finding.what.contains(self.what)
    }

    /// The finding that this exception is not needed any more.
    pub fn stale(&self) -> Finding {
        let what = format!("the exception from {} excuses nothing ({})", self.rule, self.reason);
        Finding::refused(self.path, 0, what)
    }
}
