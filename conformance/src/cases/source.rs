//! Where a fact comes from: the page and section of the behaviour reference, and how and when it was seen.
//!
//! `observed-expressions.md §2 (captured 2026-10-09)`. Several sources are separated by `; `. The table of pages and cases in
//! `docs/cases.md` follows from these.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fmt::Write as _;

use super::format::Suite;

/// The facts that a case stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    text: String,
    places: Vec<Place>,
}

/// A section of a page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    page: String,
    section: Section,
}

/// A section, ordered by its number before its letters: `2`, `9a`, `10`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Section {
    number: u32,
    letters: String,
}

impl Source {
    /// Reads a source; `None` when it does not have the form `page.md §section (how and when)`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let places = text.split("; ").map(Place::parse).collect::<Option<_>>()?;
        Some(Self {
            text: text.to_owned(),
            places,
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Place {
    fn parse(text: &str) -> Option<Self> {
        let (page, rest) = text.split_once(".md §")?;
        let (section, seen) = rest.split_once(" (")?;
        let digits = section
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(section.len());
        let section = Section {
            number: section[..digits].parse().ok()?,
            letters: section[digits..].to_owned(),
        };
        let page = format!("{page}.md");
        seen.ends_with(')').then_some(Self { page, section })
    }
}

/// Which cases stand for which section of which page.
#[derive(Debug, Default)]
pub struct Coverage {
    sections: BTreeMap<Place, BTreeMap<String, usize>>,
    files: BTreeSet<String>,
    rows: usize,
}

impl Coverage {
    /// What these suites cover.
    #[must_use]
    pub fn of(suites: &[Suite]) -> Self {
        let mut coverage = Self::default();
        for suite in suites {
            coverage.files.insert(suite.name.clone());
            coverage.rows += suite.cases.len();
            for place in suite.cases.iter().flat_map(|case| &case.source.places) {
                let files = coverage.sections.entry(place.clone()).or_default();
                *files.entry(suite.name.clone()).or_default() += 1;
            }
        }
        coverage
    }

    /// The table of pages, sections and files, in Markdown.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = format!(
            "{} cases in {} files.\n\n| Page | Section | Cases | Files |\n|---|---|---|---|\n",
            self.rows,
            self.files.len()
        );
        for (Place { page, section }, files) in &self.sections {
            let cases: usize = files.values().sum();
            let names: Vec<_> = files.keys().map(|name| format!("`{name}`")).collect();
            let Section { number, letters } = section;
            let names = names.join(", ");
            writeln!(table, "| {page} | §{number}{letters} | {cases} | {names} |").expect("a string takes all text");
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_names_page_section_and_sighting() {
        assert!(Source::parse("observed.md §36 (captured 2026-10-09)").is_some());
        assert!(Source::parse("values.md §9a (guide); observed.md §4 (captured 2026)").is_some());
        for bad in [
            "observed.md",
            "observed.md §x (captured)",
            "observed §3 (captured)",
            "observed.md §3",
        ] {
            assert_eq!(Source::parse(bad), None, "{bad}");
        }
    }
}
