//! The rows of the behaviour reference, and which cases stand for them.
//!
//! The reference itself is no part of the repository. `conformance/rows/<page>.txt` lists what each of its pages says, row by row, in a few
//! words of our own:
//!
//! ```text
//! §14 Order of single-item operations
//! 14.3 UpdateItem without a key
//! 14.4 UpdateItem without a name -> observed-expressions.md §7.5
//! 14.5 A request during an outage ! cannot be observed from outside
//! §15 Quotas ! nothing that a request shows
//! ```
//!
//! A row is covered by the cases whose `source:` cites it; or it says the same as another row (`->`); or there is a reason why it has no
//! case (`!`), which a section may give for all of its rows. In go the lists and the suites, out come the faults and a table. It does
//! not know what the rows mean.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use stator_fixtures::suite::Suite;

use super::source::{Place, RowId, Source};

/// The rows of all pages, and the cases that cite them.
#[derive(Debug, Default)]
pub struct Coverage {
    rows: BTreeMap<Place, Row>,
    /// Headings of sections.
    sections: BTreeMap<Place, Section>,
    /// How many cases of which files cite a place.
    citations: BTreeMap<Place, BTreeMap<String, usize>>,
    files: BTreeSet<String>,
    cases: usize,
    faults: Vec<String>,
}

/// What a row says, and what it says of its cases.
#[derive(Debug)]
struct Row {
    name: String,
    note: Option<Note>,
}

#[derive(Debug)]
struct Section {
    heading: String,
    reason: Option<String>,
}

/// Why a row has no case of its own.
#[derive(Clone, Debug)]
enum Note {
    SameAs(Place),
    Reason(String),
}

/// What came of a row.
enum Standing<'a> {
    Cited(&'a BTreeMap<String, usize>),
    SameAs(&'a Place),
    Excused(&'a str),
    Open,
}

impl Coverage {
    /// What these suites cover of the rows listed in a folder.
    ///
    /// # Panics
    /// When the folder cannot be read.
    #[must_use]
    pub fn of(suites: &[Suite], folder: &Path) -> Self {
        let mut coverage = Self::default();
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut files: Vec<_> = entries
            .map(|entry| entry.expect("a folder that opens can be read").path())
            .collect();
        files.sort();
        for file in files {
            let page = file.file_stem().unwrap_or_default().to_string_lossy();
            let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            coverage.read_page(&format!("{page}.md"), &text);
        }
        coverage.cite(suites);
        coverage
    }

    fn read_page(&mut self, page: &str, text: &str) {
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (line, note) = split_note(line);
            let id = line.split_once(' ').and_then(|(id, name)| {
                let is_section = id.starts_with('§');
                Some((
                    RowId::parse(id.trim_start_matches('§'))?,
                    name.trim().to_owned(),
                    is_section,
                ))
            });
            let (Some((id, name, is_section)), Ok(note)) = (id, note) else {
                self.faults.push(format!("{page}: no row: {line}"));
                continue;
            };
            let place = Place {
                page: page.to_owned(),
                id,
            };
            let is_known = self.rows.contains_key(&place) || self.sections.contains_key(&place) && is_section;
            if is_known {
                self.faults.push(format!("{place} is listed twice"));
            }
            if is_section {
                let reason = note.and_then(|note| match note {
                    Note::Reason(reason) => Some(reason),
                    Note::SameAs(_) => None,
                });
                self.sections.insert(place, Section { heading: name, reason });
            } else {
                self.rows.insert(place, Row { name, note });
            }
        }
    }

    fn cite(&mut self, suites: &[Suite]) {
        for suite in suites {
            self.files.insert(suite.name.clone());
            self.cases += suite.cases.len();
            for case in &suite.cases {
                let places = Source::parse(&case.source)
                    .map(|source| source.places)
                    .unwrap_or_default();
                for place in &places.into_iter().collect::<BTreeSet<_>>() {
                    if !self.rows.contains_key(place) && !self.sections.contains_key(place) {
                        self.faults.push(format!(
                            "{}: {:?} cites {place}, which is no row",
                            suite.name, case.name
                        ));
                    }
                    let files = self.citations.entry(place.clone()).or_default();
                    *files.entry(suite.name.clone()).or_default() += 1;
                }
            }
        }
    }

    /// What is wrong: citations of no row, rows without case and reason, rows with both.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = self.faults.clone();
        for (place, row) in &self.rows {
            let name = &row.name;
            match (&row.note, self.standing(place)) {
                (Some(Note::Reason(_)), _) if self.citations.contains_key(place) => {
                    faults.push(format!("{place} has cases, so it needs no reason: {name}"));
                }
                (Some(Note::SameAs(other)), _) if !self.rows.contains_key(other) => {
                    faults.push(format!("{place} is the same as {other}, which is no row: {name}"));
                }
                (_, Standing::Open) => faults.push(format!("{place} has neither case nor reason: {name}")),
                _ => {}
            }
        }
        faults
    }

    fn standing(&self, place: &Place) -> Standing<'_> {
        if let Some(files) = self.citations.get(place) {
            return Standing::Cited(files);
        }
        match self.rows.get(place).and_then(|row| row.note.as_ref()) {
            Some(Note::SameAs(other)) => Standing::SameAs(other),
            Some(Note::Reason(reason)) => Standing::Excused(reason),
            None => {
                let section = Place {
                    page: place.page.clone(),
                    id: place.id.section(),
                };
                let reason = self
                    .sections
                    .get(&section)
                    .and_then(|section| section.reason.as_deref());
                reason.map_or(Standing::Open, Standing::Excused)
            }
        }
    }

    /// The tables of all pages, in Markdown.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = format!("{} cases in {} files.\n\n", self.cases, self.files.len());
        let pages: BTreeSet<&str> = self.rows.keys().map(|place| place.page.as_str()).collect();
        text.push_str("| Page | Rows | With cases | As another row | Without |\n|---|---|---|---|---|\n");
        for page in &pages {
            text.push_str(&self.summary(page));
        }
        for page in &pages {
            self.write_page(page, &mut text);
        }
        text
    }

    fn rows_of<'a>(&'a self, page: &'a str) -> impl Iterator<Item = (&'a Place, &'a Row)> {
        self.rows.iter().filter(move |(place, _)| place.page == page)
    }

    fn summary(&self, page: &str) -> String {
        let (mut rows, mut cited, mut same, mut without) = (0, 0, 0, 0);
        for (place, _) in self.rows_of(page) {
            rows += 1;
            match self.standing(place) {
                Standing::Cited(_) => cited += 1,
                Standing::SameAs(_) => same += 1,
                Standing::Excused(_) | Standing::Open => without += 1,
            }
        }
        format!("| {page} | {rows} | {cited} | {same} | {without} |\n")
    }

    fn write_page(&self, page: &str, text: &mut String) {
        writeln!(
            text,
            "\n## {page}\n\n| Row | What it says | Cases, or why there are none |\n|---|---|---|"
        )
        .expect("a string takes all text");
        let mut section = None;
        for (place, row) in self.rows_of(page) {
            let own = place.id.section();
            if section.as_ref() != Some(&own) {
                let heading = Place {
                    page: page.to_owned(),
                    id: own.clone(),
                };
                if let Some(Section { heading: name, .. }) = self.sections.get(&heading) {
                    let whole = self.citations.get(&heading).map(told).unwrap_or_default();
                    writeln!(text, "| **§{own}** | **{name}** | {whole} |").expect("a string takes all text");
                }
                section = Some(own);
            }
            let standing = match self.standing(place) {
                Standing::Cited(files) => told(files),
                Standing::SameAs(other) => format!("as {other}"),
                Standing::Excused(reason) => format!("*{reason}*"),
                Standing::Open => "**none**".to_owned(),
            };
            let name = row.name.replace('|', "\\|");
            writeln!(text, "| {} | {name} | {standing} |", place.id).expect("a string takes all text");
        }
    }
}

/// `3: one, another`: how many cases, and in which files.
fn told(files: &BTreeMap<String, usize>) -> String {
    let cases: usize = files.values().sum();
    let names: Vec<_> = files.keys().map(|name| format!("`{name}`")).collect();
    format!("{cases}: {}", names.join(", "))
}

/// The line without its note, and the note.
fn split_note(line: &str) -> (&str, Result<Option<Note>, ()>) {
    if let Some((line, reason)) = line.split_once(" ! ") {
        return (line, Ok(Some(Note::Reason(reason.trim().to_owned()))));
    }
    match line.split_once(" -> ") {
        Some((line, other)) => (
            line,
            Place::parse(other.trim())
                .map(|other| Some(Note::SameAs(other)))
                .ok_or(()),
        ),
        None => (line, Ok(None)),
    }
}

#[cfg(test)]
mod tests {
    use stator_fixtures::suite::load_text;

    use super::*;

    fn coverage(rows: &str, sources: &[&str]) -> Coverage {
        let cases: String = sources
            .iter()
            .map(|source| {
                format!("  - {{ name: It is so, source: '{source}', kind: words, steps: [{{ GetItem: {{}} }}] }}\n")
            })
            .collect();
        let suites = if cases.is_empty() {
            Vec::new()
        } else {
            vec![load_text("file", "file.yml", &format!("version: 1\ncases:\n{cases}")).unwrap()]
        };
        let mut coverage = Coverage::default();
        coverage.read_page("page.md", rows);
        coverage.cite(&suites);
        coverage
    }

    const ROWS: &str = "§1 First
1.1 Cited
1.2 The same -> page.md §1.1
1.3 Unseen ! out of sight
§2 Second ! not built yet
2.1 Waits";

    #[test]
    fn a_row_is_cited_or_the_same_as_another_or_excused() {
        let coverage = coverage(ROWS, &["page.md §1.1 (seen)"]);
        assert!(coverage.faults().is_empty(), "{:?}", coverage.faults());
        assert!(coverage.table().contains("| page.md | 4 | 1 | 1 | 2 |"));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let coverage = coverage(
            &format!("{ROWS}\n1.4 Open\n1.5 Lost -> page.md §7"),
            &["page.md §1.3 (seen)", "page.md §9 (seen)"],
        );
        assert_eq!(
            coverage.faults(),
            [
                "file: \"It is so\" cites page.md §9, which is no row",
                "page.md §1.1 has neither case nor reason: Cited",
                "page.md §1.3 has cases, so it needs no reason: Unseen",
                "page.md §1.4 has neither case nor reason: Open",
                "page.md §1.5 is the same as page.md §7, which is no row: Lost",
            ]
        );
    }

    #[test]
    fn a_section_excuses_its_rows_until_they_are_cited() {
        let coverage = coverage(ROWS, &["page.md §1.1 (seen)", "page.md §2.1 (seen)"]);
        assert!(coverage.faults().is_empty(), "{:?}", coverage.faults());
    }
}
