//! Objects of a bucket, read as the records of a bulk put.
//!
//! A line that is no record is one that fails, and the next one follows; where an object cannot be unpacked it ends, with a record that fails
//! (control-plane-2026.md §8). Whether a row fits the table is not known here.

use std::sync::Arc;

use super::failure;
use super::reading::{BadItem, row_of_item};
use crate::engine::keys::Written;
use crate::engine::write::WriteFault;
use crate::model::formats::{Budget, Compression, Format, FormatError, Lines, Record, UNPACKED_BYTES_MAX};
use crate::model::json::Text;
use crate::store::{BulkObject, BulkRead, BulkRecord, Failure, Row};

/// The most objects of a bulk put.
const OBJECTS_MAX: usize = 50_000;

/// Reads the records of objects.
///
/// # Errors
/// When there are too many, or they have too many bytes once they are unpacked.
pub(super) fn read(
    format: Format,
    compression: Compression,
    objects: &[(Text, Arc<[u8]>)],
    mut budget: Budget,
) -> Result<BulkRead, Failure> {
    if objects.len() > OBJECTS_MAX {
        return Err(failure::too_much(&format!("{OBJECTS_MAX} objects")));
    }
    let mut read = BulkRead::default();
    for (key, bytes) in objects {
        if read_object(format, compression, bytes, &mut budget, &mut read.records).is_err() {
            return Err(failure::too_much(&format!("{UNPACKED_BYTES_MAX} bytes")));
        }
        read.objects.push(BulkObject {
            key: key.clone(),
            bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            until: read.records.len(),
        });
    }
    Ok(read)
}

/// There is more than is read.
struct TooMuch;

fn read_object(
    format: Format,
    compression: Compression,
    bytes: &[u8],
    budget: &mut Budget,
    records: &mut Vec<BulkRecord>,
) -> Result<(), TooMuch> {
    let mut line = 0;
    let mut lines = match Lines::new(bytes, compression, budget) {
        Ok(lines) => lines,
        Err(error) => return stop(&error, line, records),
    };
    loop {
        line += 1;
        match lines.next() {
            Ok(None) => return Ok(()),
            Ok(Some(text)) if text.trim().is_empty() => {}
            Ok(Some(text)) => records.push(BulkRecord {
                line,
                row: row_of(format, text),
            }),
            Err(error) => return stop(&error, line, records),
        }
    }
}

/// Ends an object that cannot be read from a line on.
fn stop(error: &FormatError, line: u64, records: &mut Vec<BulkRecord>) -> Result<(), TooMuch> {
    if *error == FormatError::TooMuch {
        return Err(TooMuch);
    }
    records.push(BulkRecord {
        line,
        row: Err(error.to_string().into()),
    });
    Ok(())
}

fn row_of(format: Format, line: &str) -> Result<Row, Text> {
    let words = |error: FormatError| Text::from(error.to_string());
    let item = match format.read(line).map_err(words)? {
        Record::Put(item) => item,
        Record::Delete(_) => return Err(words(FormatError::NoItem)),
    };
    row_of_item(&item).map_err(|bad| match bad {
        BadItem::Value => words(FormatError::Value),
        BadItem::Size => WriteFault::ItemTooLarge(Written::Put).to_string().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(u64, bool)]) {
        let objects = [("a".into(), text.as_bytes().into())];
        let read = read(Format::DynamoDbJson, Compression::None, &objects, Budget::default()).unwrap();
        let found: Vec<_> = read
            .records
            .iter()
            .map(|record| (record.line, record.row.is_ok()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_line_that_is_no_record_fails_alone() {
        let good = r#"{"Item":{"pk":{"S":"a"}}}"#;
        check(&format!("{good}\n\nno\n{good}"), &[(1, true), (3, false), (4, true)]);
        check(r#"{"Keys":{"pk":{"S":"a"}}}"#, &[(1, false)]);
        check(
            r#"{"Item":{"pk":{"S":"a"}},"ConditionExpression":"a = b"}"#,
            &[(1, false)],
        );
        check("", &[]);
    }

    #[test]
    fn an_object_that_cannot_be_unpacked_is_one_record_and_too_much_is_a_failure() {
        let objects = [("a".into(), b"no gzip".as_slice().into())];
        let packed = read(Format::Ion, Compression::Gzip, &objects, Budget::default()).unwrap();
        assert_eq!((packed.records.len(), packed.objects[0].until), (1, 1));
        let much = read(Format::Ion, Compression::None, &objects, Budget::of(1));
        assert_eq!(much.unwrap_err().code, "InputSizeLimitExceeded");
    }
}
