//! Reads the cases, and demands of each what a suite need not have: a source and a kind.

use std::path::Path;

use stator_fixtures::suite::{self, Suite};

use super::source::Source;

/// Reads every file under a folder, in the order of their names.
///
/// # Errors
/// All faults of all files.
pub fn load_folder(folder: &Path) -> Result<Vec<Suite>, Vec<String>> {
    let suites = suite::load_folder(folder);
    let suites = suites.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let faults: Vec<_> = suites.iter().flat_map(unfounded).collect();
    if faults.is_empty() { Ok(suites) } else { Err(faults) }
}

/// What the cases of a file lack.
fn unfounded(suite: &Suite) -> Vec<String> {
    let mut faults = Vec::new();
    for case in &suite.cases {
        if Source::parse(&case.source).is_none() {
            faults.push(format!(
                "{}: {:?}: a source is \"page.md §1 (how and when)\", not {:?}",
                suite.file, case.name, case.source
            ));
        }
        if case.kind.is_none() {
            faults.push(format!("{}: {:?}: a case says its kind", suite.file, case.name));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_without_source_or_kind_is_refused() {
        let text = "version: 1
cases:
  - { name: One, source: nowhere, kind: words, steps: [{ GetItem: {} }] }
  - { name: Two, source: 'observed.md §1 (captured)', steps: [{ GetItem: {} }] }";
        let suite = suite::load_text("file", "file.yml", text).expect("it is a suite");
        assert_eq!(
            unfounded(&suite),
            [
                r#"file.yml: "One": a source is "page.md §1 (how and when)", not "nowhere""#,
                r#"file.yml: "Two": a case says its kind"#
            ]
        );
    }
}
