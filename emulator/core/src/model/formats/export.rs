//! An export as the service lays it out in a bucket: files of items, the manifests that list them, and their checksums.
//!
//! ```text
//! AWSDynamoDB/<id>/_started                       nothing
//! AWSDynamoDB/<id>/data/<name>.json.gz            an item on each line
//! AWSDynamoDB/<id>/manifest-files.json            a line for each file: its key in the bucket, how many items it has, its MD5
//! AWSDynamoDB/<id>/manifest-summary.json          the table, the times, the format, how many items there are
//! AWSDynamoDB/<id>/manifest-….checksum            the MD5 of each manifest, in base64
//! ```
//!
//! An incremental export has changes in place of items, in a folder that it shares with others: `AWSDynamoDB/data/`.
//!
//! The same items at the same time give the same files.

use std::io::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use md5::{Digest, Md5};
use smol_str::SmolStr;

use super::{Format, Line};
use crate::model::calendar::label_of;
use crate::model::json::{Timestamp, Writer};

/// The most items of one file.
const ITEMS_MAX: usize = 100_000;

/// What an export is about, as its manifest tells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Export {
    /// Its identity: the last part of its ARN, and the name of its folder.
    pub id: SmolStr,
    /// Its ARN.
    pub arn: SmolStr,
    /// The table's ARN.
    pub table_arn: SmolStr,
    /// The table's identity.
    pub table_id: Option<SmolStr>,
    /// When it began.
    pub start: Timestamp,
    /// When it was done.
    pub end: Timestamp,
    /// Of which moment the items are.
    pub moment: Timestamp,
    /// The bucket.
    pub bucket: Option<SmolStr>,
    /// What the keys of all files begin with.
    pub prefix: Option<SmolStr>,
    /// How the bucket is to encrypt the files.
    pub sse_algorithm: Option<SmolStr>,
    /// The key with which it is to.
    pub sse_key: Option<SmolStr>,
    /// How items are written.
    pub format: Format,
    /// For how many bytes the export is billed.
    pub billed_bytes: u64,
    /// The span of time of an incremental export.
    pub span: Option<Span>,
}

/// The span of time of an incremental export.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Where it begins.
    pub from: Timestamp,
    /// Where it ends.
    pub to: Timestamp,
    /// What is told of items: `NEW_IMAGE` or `NEW_AND_OLD_IMAGES`.
    pub view: SmolStr,
}

/// A file of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportFile {
    /// Its key in the bucket.
    pub key: SmolStr,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Export {
    /// The folder of all exports with this prefix.
    fn root(&self) -> String {
        root(self.prefix.as_deref())
    }

    /// The folder of the manifests.
    fn base(&self) -> String {
        format!("{}/{}", self.root(), self.id)
    }

    /// The folder of the data.
    fn data(&self) -> String {
        match self.span {
            Some(_) => format!("{}/data", self.root()),
            None => format!("{}/data", self.base()),
        }
    }

    /// The key of the manifest.
    #[must_use]
    pub fn manifest_key(&self) -> SmolStr {
        format!("{}/manifest-summary.json", self.base()).into()
    }

    /// The files of an export of these items or changes, and how many there are. There is a file of them even if there are none.
    pub fn files<L: Line>(&self, items: impl IntoIterator<Item = L>) -> (Vec<ExportFile>, u64) {
        let (base, data) = (self.base(), self.data());
        let mut items = items.into_iter().peekable();
        let mut files = vec![ExportFile {
            key: format!("{base}/_started").into(),
            bytes: Vec::new(),
        }];
        let (mut manifest, mut total) = (Vec::new(), 0);
        while files.len() == 1 || items.peek().is_some() {
            let (bytes, count) = pack(self.format, items.by_ref().take(ITEMS_MAX));
            total += count;
            let key = format!("{data}/{}", self.file_name(files.len()));
            write_line(&mut manifest, &key, count, &bytes);
            files.push(ExportFile { key: key.into(), bytes });
        }
        files.extend(with_checksum(&base, "manifest-files", manifest));
        files.extend(with_checksum(&base, "manifest-summary", self.summary(&base, total)));
        (files, total)
    }

    fn file_name(&self, number: usize) -> String {
        let print = xxhash_rust::xxh3::xxh3_64(format!("{}/{number}", self.arn).as_bytes());
        format!("{print:016x}.{}.gz", self.format.extension())
    }

    fn summary(&self, base: &str, count: u64) -> Vec<u8> {
        let mut out = Vec::new();
        Writer::new(&mut out).object(|members| {
            let mut text = |name: &str, value: Option<&str>| {
                let writer = members.name(name);
                match value {
                    Some(value) => writer.string(value),
                    None => writer.null(),
                }
            };
            let version = if self.span.is_some() {
                "2023-08-01"
            } else {
                "2020-06-30"
            };
            text("version", Some(version));
            text("exportArn", Some(&self.arn));
            text("startTime", Some(&iso(self.start)));
            text("endTime", Some(&iso(self.end)));
            text("tableArn", Some(&self.table_arn));
            text("tableId", self.table_id.as_deref());
            match &self.span {
                None => text("exportTime", Some(&iso(self.moment))),
                Some(span) => {
                    text("exportFromTime", Some(&iso(span.from)));
                    text("exportToTime", Some(&iso(span.to)));
                }
            }
            text("s3Bucket", self.bucket.as_deref());
            text("s3Prefix", self.prefix.as_deref());
            text("s3SseAlgorithm", self.sse_algorithm.as_deref());
            text("s3SseKmsKeyId", self.sse_key.as_deref());
            text("manifestFilesS3Key", Some(&format!("{base}/manifest-files.json")));
            let wire = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
            members.name("billedSizeBytes").integer(wire(self.billed_bytes));
            members.name("itemCount").integer(wire(count));
            members.name("outputFormat").string(self.format.word());
            if let Some(span) = &self.span {
                members.name("outputView").string(&span.view);
                members.name("exportType").string("INCREMENTAL_EXPORT");
            }
        });
        out.push(b'\n');
        out
    }
}

/// The folder of all that the service writes with a prefix.
pub(super) fn root(prefix: Option<&str>) -> String {
    match prefix {
        None | Some("") => "AWSDynamoDB".to_owned(),
        Some(prefix) => format!("{prefix}/AWSDynamoDB"),
    }
}

/// The items of one file, a line for each, packed; and how many there are.
fn pack(format: Format, items: impl Iterator<Item = impl Line>) -> (Vec<u8>, u64) {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    let (mut line, mut count) = (Vec::new(), 0);
    let written = (|| {
        for item in items {
            line.clear();
            format.write(&item, &mut line);
            packed.write_all(&line)?;
            count += 1;
        }
        packed.finish()
    })();
    let bytes = written.unwrap_or_else(|_: io::Error| unreachable!("memory can be written"));
    (bytes, count)
}

pub(super) fn write_line(manifest: &mut Vec<u8>, key: &str, count: u64, bytes: &[u8]) {
    let md5 = Md5::digest(bytes);
    Writer::new(manifest).object(|members| {
        members
            .name("itemCount")
            .integer(i64::try_from(count).unwrap_or(i64::MAX));
        members.name("md5Checksum").base64(&md5);
        let etag: String = md5.iter().map(|byte| format!("{byte:02x}")).collect();
        members.name("etag").string(&etag);
        members.name("dataFileS3Key").string(key);
    });
    manifest.push(b'\n');
}

/// A manifest, and its checksum beside it.
pub(super) fn with_checksum(base: &str, name: &str, bytes: Vec<u8>) -> [ExportFile; 2] {
    let checksum = ExportFile {
        key: format!("{base}/{name}.checksum").into(),
        bytes: STANDARD.encode(Md5::digest(&bytes)).into_bytes(),
    };
    let key = format!("{base}/{name}.json").into();
    [ExportFile { key, bytes }, checksum]
}

/// A time as manifests spell it: ISO 8601, in milliseconds.
pub(super) fn iso(at: Timestamp) -> String {
    format!("{}Z", label_of(at))
}
