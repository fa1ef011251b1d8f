//! Where a fact comes from: the page and the rows of the behaviour reference, and how and when it was seen.
//!
//! `observed-expressions.md §2.4 (captured 2026-10-09)` names the fourth row of a section, `§2.4,6` two of them, `§2` the section as a whole.
//! Several sources are separated by `; `. What the rows say stands in [`rows`](super::rows).

use std::fmt;

/// The facts that a case stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    text: String,
    pub(super) places: Vec<Place>,
}

/// A row of a page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) page: String,
    pub(super) id: RowId,
}

/// A section or a row in it, ordered by numbers before letters: `2`, `2.1`, `9a`, `10`. Pages of numbered facts have sections alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RowId {
    number: u32,
    letters: String,
    row: Option<u32>,
}

impl Source {
    /// Reads a source; `None` when it does not have the form `page.md §section.row (how and when)`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let places = text.split("; ").map(parse_sighting).collect::<Option<Vec<_>>>()?;
        Some(Self {
            text: text.to_owned(),
            places: places.concat(),
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// The rows of one page, and how and when they were seen.
fn parse_sighting(text: &str) -> Option<Vec<Place>> {
    let (places, seen) = text.split_once(" (")?;
    if !seen.ends_with(')') {
        return None;
    }
    let (page, id) = places.split_once(".md §")?;
    let place = |id| Place {
        page: format!("{page}.md"),
        id,
    };
    let Some((section, rows)) = id.split_once('.') else {
        return Some(vec![place(RowId::parse(id)?)]);
    };
    rows.split(',')
        .map(|row| RowId::parse(&format!("{section}.{row}")).map(place))
        .collect()
}

impl Place {
    /// Reads one place: `page.md §14.3`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (page, id) = text.split_once(".md §")?;
        Some(Self {
            page: format!("{page}.md"),
            id: RowId::parse(id)?,
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} §{}", self.page, self.id)
    }
}

impl RowId {
    /// Reads `9a` or `9a.3`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (section, row) = match text.split_once('.') {
            Some((section, row)) => (section, Some(row.parse().ok()?)),
            None => (text, None),
        };
        let digits = section
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(section.len());
        let letters = &section[digits..];
        letters
            .bytes()
            .all(|letter| letter.is_ascii_lowercase())
            .then_some(Self {
                number: section[..digits].parse().ok()?,
                letters: letters.to_owned(),
                row,
            })
    }

    /// The section that a row is in; a section is in itself.
    pub(super) fn section(&self) -> Self {
        Self {
            row: None,
            ..self.clone()
        }
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.number, self.letters)?;
        self.row.map_or(Ok(()), |row| write!(formatter, ".{row}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_names_page_row_and_sighting() {
        let places = |text: &str| {
            let source = Source::parse(text).unwrap_or_else(|| panic!("{text}"));
            source.places.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(places("observed.md §36 (captured 2026-10-09)"), ["observed.md §36"]);
        assert_eq!(
            places("values.md §9a.2 (guide); observed.md §4 (captured 2026)"),
            ["values.md §9a.2", "observed.md §4"]
        );
        assert_eq!(places("wire.md §3.1,14 (captured)"), ["wire.md §3.1", "wire.md §3.14"]);
        for bad in [
            "observed.md",
            "observed.md §x (captured)",
            "observed §3 (captured)",
            "observed.md §3",
            "observed.md §3. (captured)",
            "observed.md §3.1,b (captured)",
        ] {
            assert_eq!(Source::parse(bad), None, "{bad}");
        }
    }
}
