//! The report of a bulk put: which records were not written, and a manifest that lists the files of the report.
//!
//! ```text
//! AWSDynamoDB/<id>/errors/0001.json               a record on each line: where it stands, why it was not written, its item
//! AWSDynamoDB/<id>/manifest-files.json            a line for each file: its key in the bucket, how many records it has, its MD5
//! AWSDynamoDB/<id>/manifest-summary.json          the bulk put, the times, how many records there were
//! AWSDynamoDB/<id>/manifest-….checksum            the MD5 of each manifest, in base64
//! ```
//!
//! The service's own layout is not documented; this is that of its exports (docs/differences.md).

use smol_str::SmolStr;

use super::ExportFile;
use super::export::{iso, root, with_checksum, write_line};
use crate::model::json::{Timestamp, Wire, Writer};
use crate::model::value::Item;

/// The most records of one file.
const RECORDS_MAX: usize = 100_000;

/// A record that was not written.
#[derive(Clone, Debug, PartialEq)]
pub struct Unwritten {
    /// The key of its object.
    pub object: SmolStr,
    /// On which line of the object it stands, from 1.
    pub line: u64,
    /// Why it was not written.
    pub error: SmolStr,
    /// The item, if it is one.
    pub item: Option<Item>,
}

/// What a report is about, as its manifest tells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The identity of the bulk put: the last part of its ARN, and the name of the folder.
    pub id: SmolStr,
    /// Its ARN.
    pub arn: SmolStr,
    /// When it began.
    pub start: Timestamp,
    /// When it was done.
    pub end: Timestamp,
    /// What the keys of all files begin with.
    pub prefix: Option<SmolStr>,
    /// How many records were looked at.
    pub processed: i64,
    /// How many could not be read, or did not fit.
    pub failed: i64,
}

impl Report {
    /// The files of a report on these records.
    #[must_use]
    pub fn files(&self, unwritten: &[Unwritten]) -> Vec<ExportFile> {
        let base = format!("{}/{}", root(self.prefix.as_deref()), self.id);
        let (mut files, mut manifest) = (Vec::new(), Vec::new());
        for (number, records) in (1..).zip(unwritten.chunks(RECORDS_MAX)) {
            let key = format!("{base}/errors/{number:04}.json");
            let mut bytes = Vec::new();
            records.iter().for_each(|record| record.write(&mut bytes));
            write_line(&mut manifest, &key, records.len() as u64, &bytes);
            files.push(ExportFile { key: key.into(), bytes });
        }
        files.extend(with_checksum(&base, "manifest-files", manifest));
        files.extend(with_checksum(&base, "manifest-summary", self.summary(&base)));
        files
    }

    fn summary(&self, base: &str) -> Vec<u8> {
        let mut out = Vec::new();
        Writer::new(&mut out).object(|members| {
            members.name("bulkOperationArn").string(&self.arn);
            members.name("startTime").string(&iso(self.start));
            members.name("endTime").string(&iso(self.end));
            members
                .name("manifestFilesS3Key")
                .string(&format!("{base}/manifest-files.json"));
            members.name("processedItemCount").integer(self.processed);
            members.name("failedItemCount").integer(self.failed);
        });
        out.push(b'\n');
        out
    }
}

impl Unwritten {
    fn write(&self, out: &mut Vec<u8>) {
        Writer::new(out).object(|members| {
            members.name("objectKey").string(&self.object);
            members
                .name("lineNumber")
                .integer(i64::try_from(self.line).unwrap_or(i64::MAX));
            members.name("errorMessage").string(&self.error);
            if let Some(item) = &self.item {
                item.write(members.name("Item"));
            }
        });
        out.push(b'\n');
    }
}
