//! CSV: rows of cells between delimiters, in double quotes where they hold delimiters, quotes or line ends (RFC 4180).

use std::iter::Peekable;
use std::str::Chars;

use super::FormatError;

/// The rows of a text, one after the other. An empty line is no row.
#[derive(Debug)]
pub struct Rows<'t> {
    letters: Peekable<Chars<'t>>,
    delimiter: char,
}

impl<'t> Rows<'t> {
    /// The rows of a text.
    #[must_use]
    pub fn new(text: &'t str, delimiter: char) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self {
            letters: text.chars().peekable(),
            delimiter,
        }
    }

    /// The next line as a row, empty or not.
    fn line(&mut self) -> Result<Option<Vec<String>>, FormatError> {
        if self.letters.peek().is_none() {
            return Ok(None);
        }
        let (mut row, mut cell) = (Vec::new(), String::new());
        while let Some(letter) = self.letters.next() {
            match letter {
                '"' if cell.is_empty() => self.read_quoted(&mut cell)?,
                letter if letter == self.delimiter => row.push(std::mem::take(&mut cell)),
                '\r' if self.letters.peek() == Some(&'\n') => {}
                '\n' => break,
                other => cell.push(other),
            }
        }
        row.push(cell);
        Ok(Some(row))
    }

    fn read_quoted(&mut self, cell: &mut String) -> Result<(), FormatError> {
        while let Some(letter) = self.letters.next() {
            match letter {
                '"' if self.letters.peek() == Some(&'"') => {
                    self.letters.next();
                    cell.push('"');
                }
                '"' => return Ok(()),
                other => cell.push(other),
            }
        }
        Err(FormatError::OpenCell)
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Vec<String>, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        let is_row = |row: &Vec<String>| row.len() > 1 || row.first().is_some_and(|cell| !cell.is_empty());
        loop {
            match self.line() {
                Ok(Some(row)) if !is_row(&row) => {}
                line => return line.transpose(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, delimiter: char, expected: &str) {
        let rows: Result<Vec<_>, _> = Rows::new(text, delimiter).collect();
        assert_eq!(format!("{rows:?}"), expected, "{text:?}");
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        check(
            "\u{feff}a,b\r\n\n\"x, \"\"y\"\"\nz\",\n",
            ',',
            r#"Ok([["a", "b"], ["x, \"y\"\nz", ""]])"#,
        );
        check("a;b|c", ';', r#"Ok([["a", "b|c"]])"#);
        check("", ',', "Ok([])");
        check("a,\"b", ',', "Err(OpenCell)");
    }
}
