//! The page of differences from the service: it exists, and every entry of it gives a case or a reason.
//!
//! An entry is a section below the page's title that has text of its own: it names a case file (`conformance/cases/….yml`, which must
//! exist) or gives a line that begins with `Reason:`. A section that is a table gives each row a cell under a column `Case` or `Reason`.

use super::{Finding, Rule, Workspace};

const PAGE: &str = "docs/differences.md";

/// The entries of the page.
pub const ENTRIES: Rule = Rule {
    name: "differences",
    why: "every known departure from the service is told, with its case or its reason",
    find: find_bare_entries,
};

/// A section of the page.
struct Section<'a> {
    line: usize,
    title: &'a str,
    body: Vec<(usize, &'a str)>,
}

fn find_bare_entries(workspace: &Workspace<'_>) -> Vec<Finding> {
    let Some(page) = workspace.text(PAGE) else {
        return vec![Finding::refused(PAGE, 0, "is missing")];
    };
    let mut findings = Vec::new();
    for section in sections(page) {
        let table: Vec<_> = section
            .body
            .iter()
            .filter(|(_, line)| line.trim_start().starts_with('|'))
            .collect();
        match table.split_first() {
            Some(((_, head), rows)) => findings.extend(bare_rows(head, rows)),
            None => findings.extend(section.bare()),
        }
    }
    for (line, text) in page.lines().enumerate() {
        for case in case_files(text).filter(|case| workspace.text(case).is_none()) {
            findings.push(Finding::refused(PAGE, line + 1, format!("there is no {case}")));
        }
    }
    findings
}

impl Section<'_> {
    fn bare(&self) -> Option<Finding> {
        let is_backed = |line: &str| line.trim_start().starts_with("Reason:") || case_files(line).next().is_some();
        let has_text = self.body.iter().any(|(_, line)| !line.trim().is_empty());
        let bare = has_text && !self.body.iter().any(|(_, line)| is_backed(line));
        bare.then(|| {
            Finding::refused(
                PAGE,
                self.line,
                format!("“{}” gives neither case nor reason", self.title),
            )
        })
    }
}

/// The sections below the title; what stands before the first is the page's introduction.
fn sections(page: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for (at, line) in page.lines().enumerate() {
        if line.starts_with("##") {
            sections.push(Section {
                line: at + 1,
                title: line.trim_start_matches('#').trim(),
                body: Vec::new(),
            });
        } else if let Some(section) = sections.last_mut() {
            section.body.push((at + 1, line));
        }
    }
    sections
}

fn bare_rows<'a>(head: &str, rows: &'a [&(usize, &str)]) -> impl Iterator<Item = Finding> + use<'a> {
    let is_backing = |name: &str| {
        ["case", "reason"]
            .iter()
            .any(|word| name.to_lowercase().starts_with(word))
    };
    let backing: Vec<_> = cells(head).map(is_backing).collect();
    let rows = rows.iter().skip(1);
    rows.filter_map(move |(line, row)| {
        let mut cells = cells(row).zip(&backing).filter(|(_, is_backing)| **is_backing);
        let is_backed = cells.any(|(cell, _)| !cell.is_empty());
        (!is_backed).then(|| Finding::refused(PAGE, *line, "a row gives neither case nor reason"))
    })
}

fn cells(row: &str) -> impl Iterator<Item = &str> {
    row.trim().trim_matches('|').split('|').map(str::trim)
}

/// The case files that a line names.
fn case_files(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|c: char| c.is_whitespace() || matches!(c, '`' | '(' | ')' | ',' | '|' | '[' | ']'));
    words.filter(|word| word.starts_with("conformance/cases/") && word.ends_with(".yml"))
}
