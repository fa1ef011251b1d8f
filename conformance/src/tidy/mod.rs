//! The rules of the house, as a test: what may name what, how long things get, which words and leftovers are not wanted.
//!
//! In goes the [`Workspace`] as text, out comes a [`Report`] of findings. Each [`Rule`] is one function with a name and a reason; every rule
//! has samples that show that it can fail. A finding is refused, or noted when it is only a hint. What stands against a rule with a
//! good reason is listed in [`exceptions`], in the open, and a line there that excuses nothing is a finding itself. It knows words and
//! braces, not types: the compiler and clippy are asked for the rest.

pub mod arrows;
pub mod differences;
pub mod exceptions;
pub mod sizes;
pub mod source;
pub mod tokens;
pub mod walls;
pub mod words;
pub mod workspace;

#[cfg(test)]
mod samples;

use std::fmt;

use exceptions::Exception;
pub use workspace::{Files, Workspace};

/// A rule of the house.
pub struct Rule {
    /// Its name in reports and in the table of exceptions.
    pub name: &'static str,
    /// Why there is such a rule.
    pub why: &'static str,
    /// Finds what is against it.
    pub find: fn(&Workspace<'_>) -> Vec<Finding>,
}

/// Every rule.
pub const RULES: &[&Rule] = &[
    &arrows::CRATES,
    &arrows::LIGHT_CORE,
    &arrows::LINTS,
    &arrows::MODULES,
    &walls::JSON,
    &walls::HTTP,
    &walls::WORLD,
    &walls::INPUT_OUTPUT,
    &sizes::FILES,
    &sizes::FUNCTIONS,
    &words::NAMES,
    &words::LEFTOVERS,
    &words::UNWRAP,
    &words::MODULE_DOCS,
    &differences::ENTRIES,
];

/// What becomes of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The test fails.
    Refused,
    /// The report mentions it.
    Noted,
}

/// Something that stands against a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub path: String,
    /// The line, or zero for the whole file.
    pub line: usize,
    /// What was found there.
    pub what: String,
    /// Whether it fails the test.
    pub weight: Weight,
}

impl Finding {
    /// A finding that fails the test.
    pub fn refused(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
            weight: Weight::Refused,
        }
    }

    /// A finding that is only mentioned.
    pub fn noted(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            weight: Weight::Noted,
            ..Self::refused(path, line, what)
        }
    }
}

/// What the rules found in a workspace.
pub struct Report {
    findings: Vec<(&'static str, Finding)>,
    rules: usize,
    files: usize,
}

impl Report {
    /// Asks every rule, and takes away what the exceptions excuse.
    pub fn of(workspace: &Workspace<'_>, rules: &[&'static Rule], exceptions: &[Exception]) -> Self {
        let mut findings = Vec::new();
        let mut used = vec![false; exceptions.len()];
        for rule in rules {
            for finding in (rule.find)(workspace) {
                let excuse = exceptions
                    .iter()
                    .position(|exception| exception.excuses(rule.name, &finding));
                match excuse {
                    Some(at) => used[at] = true,
                    None => findings.push((rule.name, finding)),
                }
            }
        }
        let stale = exceptions.iter().zip(used).filter(|(_, used)| !used);
        findings.extend(stale.map(|(exception, _)| ("exceptions", exception.stale())));
        findings.sort_by_key(|(_, finding)| finding.weight);
        Self {
            findings,
            rules: rules.len(),
            files: workspace.size(),
        }
    }

    /// Whether nothing was refused.
    pub fn is_clean(&self) -> bool {
        self.refused().next().is_none()
    }

    fn refused(&self) -> impl Iterator<Item = &(&'static str, Finding)> {
        self.findings
            .iter()
            .filter(|(_, finding)| finding.weight == Weight::Refused)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (
            rule,
            Finding {
                path,
                line,
                what,
                weight,
            },
        ) in &self.findings
        {
            let word = match weight {
                Weight::Refused => "refused",
                Weight::Noted => "noted",
            };
            writeln!(f, "tidy {word}: {path}:{line}: {what} [{rule}]")?;
        }
        let refused = self.refused().count();
        write!(
            f,
            "tidy: {} rules over {} files, {refused} refused, {} noted",
            self.rules,
            self.files,
            self.findings.len() - refused
        )?;
        let refused = |rule: &&&Rule| self.refused().any(|(name, _)| *name == rule.name);
        for rule in RULES.iter().filter(refused) {
            write!(f, "\n  {}: {}", rule.name, rule.why)?;
        }
        Ok(())
    }
}
