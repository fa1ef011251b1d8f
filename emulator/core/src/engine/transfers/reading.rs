//! Objects of a bucket, read as the rows of a table.
//!
//! A record that breaks a rule of values or does not fit the table is an error, and the next one follows; at a line that is no record at all the
//! object ends (control-plane-2026.md §7). The order is that of the objects' keys, and of two records with one key the later counts.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::engine::keys::{Written, check_index_keys, key_of_item};
use crate::engine::write::ITEM_BYTES_MAX;
use crate::model::fault::FaultKind;
use crate::model::formats::{Budget, Compression, Format, FormatError, Lines, Record, Rows as CsvRows};
use crate::model::json::Text;
use crate::model::number::Number;
use crate::model::value::DEPTH_MAX;
use crate::model::{Item, Name, Value};
use crate::store::{Row, RowKey, Rows, ScalarType, SourceRead, Table, TableDefinition};

/// How objects are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// A record on each line.
    Records(Format),
    /// Cells between delimiters, with the names of the columns, or these in the first row.
    Csv { delimiter: char, header: Option<Vec<Text>> },
}

/// A record that does not become an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unfit;

/// Which rule of items a record breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadItem {
    /// A rule of names or values.
    Value,
    /// That of sizes.
    Size,
}

/// The row of an item that a record has, if it breaks no rule of items.
///
/// # Errors
/// When a name, a value or its size does.
pub(super) fn row_of_item(item: &Item) -> Result<Row, BadItem> {
    let are_names_valid = item.iter().all(|(name, _)| FaultKind::of_name(name).is_none());
    if !are_names_valid || item.depth() > DEPTH_MAX {
        return Err(BadItem::Value);
    }
    if item.size_bytes() > ITEM_BYTES_MAX {
        return Err(BadItem::Size);
    }
    Ok(Row::new(item))
}

/// Why an object is not read to its end.
enum Stop {
    /// It cannot be read from here on.
    Object,
    /// Nothing more is read of any.
    All,
}

/// Rows and counts while they are read.
struct Reading<'t> {
    definition: &'t TableDefinition,
    types: Vec<(Name, ScalarType)>,
    rows: Rows,
    processed: i64,
    imported: i64,
    errors: i64,
}

/// Reads objects as the rows of a table that is to be made.
pub(super) fn read(
    definition: TableDefinition,
    input: &Input,
    compression: Compression,
    objects: Vec<(Text, Arc<[u8]>)>,
    mut budget: Budget,
) -> SourceRead {
    let types = definition.attribute_types();
    let mut reading = Reading {
        definition: &definition,
        types: types.into_iter().map(|(name, kind)| (name.clone(), kind)).collect(),
        rows: Rows::new(),
        processed: 0,
        imported: 0,
        errors: 0,
    };
    for (_, bytes) in &objects {
        let read = Lines::new(bytes, compression, &mut budget)
            .map_err(Stop::from)
            .and_then(|lines| match input {
                Input::Records(format) => reading.read_records(*format, lines),
                Input::Csv { delimiter, header } => reading.read_csv(*delimiter, header.as_deref(), lines),
            });
        match read {
            Ok(()) => {}
            Err(Stop::Object) => reading.errors += 1,
            Err(Stop::All) => {
                reading.errors += 1;
                break;
            }
        }
    }
    let Reading {
        rows,
        processed,
        imported,
        errors,
        ..
    } = reading;
    let bytes = objects.iter().map(|(_, bytes)| bytes.len() as i64).sum();
    SourceRead {
        table: Arc::new(Table::of_rows(Arc::new(definition), rows)),
        objects,
        bytes,
        processed,
        imported,
        errors,
    }
}

impl From<FormatError> for Stop {
    fn from(error: FormatError) -> Self {
        match error {
            FormatError::TooMuch => Self::All,
            _ => Self::Object,
        }
    }
}

impl Reading<'_> {
    fn read_records(&mut self, format: Format, mut lines: Lines<'_>) -> Result<(), Stop> {
        while let Some(line) = lines.next()? {
            if line.trim().is_empty() {
                continue;
            }
            self.processed += 1;
            match format.read(line) {
                Ok(Record::Put(item)) => self.take(&item),
                Ok(Record::Delete(_)) | Err(FormatError::Value | FormatError::NoItem | FormatError::Conditional) => {
                    self.errors += 1
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn read_csv(&mut self, delimiter: char, header: Option<&[Text]>, lines: Lines<'_>) -> Result<(), Stop> {
        let text = lines.text()?;
        let mut rows = CsvRows::new(&text, delimiter);
        let names: Vec<Text> = match header {
            Some(names) => names.to_vec(),
            None => match rows.next() {
                Some(names) => names?.into_iter().map(Text::from).collect(),
                None => return Ok(()),
            },
        };
        for cells in rows {
            self.processed += 1;
            match self.item_of(&names, &cells?) {
                Ok(item) => self.take(&item),
                Err(Unfit) => self.errors += 1,
            }
        }
        Ok(())
    }

    /// The item of a row: attributes of keys have their types, others are texts. An empty cell is no attribute.
    fn item_of(&self, names: &[Text], cells: &[String]) -> Result<Item, Unfit> {
        if names.len() != cells.len() {
            return Err(Unfit);
        }
        let filled = names.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
        let attribute = |(name, cell): (&Text, &String)| {
            let kind = self.types.iter().find(|(known, _)| known == name);
            let value = match kind.map_or(ScalarType::S, |(_, kind)| *kind) {
                ScalarType::S => Value::string(cell.as_str()),
                ScalarType::N => Value::N(Number::parse(cell).map_err(|_| Unfit)?),
                ScalarType::B => Value::B(STANDARD.decode(cell).map_err(|_| Unfit)?.into()),
            };
            Ok((Name::from(name.clone()), value))
        };
        filled.map(attribute).collect()
    }

    fn take(&mut self, item: &Item) {
        match self.row_of(item) {
            Ok((key, row)) => {
                self.rows.insert(key, row);
                self.imported += 1;
            }
            Err(Unfit) => self.errors += 1,
        }
    }

    fn row_of(&self, item: &Item) -> Result<(RowKey, Row), Unfit> {
        let row = row_of_item(item).map_err(|_| Unfit)?;
        let key = key_of_item(&self.definition.keys, &row.item).map_err(|_| Unfit)?;
        check_index_keys(self.definition, None, &row.item, Written::Put).map_err(|_| Unfit)?;
        Ok((key, row))
    }
}
