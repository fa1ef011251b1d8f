//! Items in files: what exports write, and what exports, imports and fixtures read.
//!
//! In go the bytes of a file, out come [`Record`]s or the cells of CSV; the other way goes an [`Export`]. Everything is a pure function of bytes: where
//! the files are is not known here. A file is unpacked line by line and within a [`Budget`], so that no file, however well it is packed, takes
//! more memory than its lines.

mod compression;
mod csv;
mod export;
mod ion;
mod record;
mod report;

use std::fmt;

pub use compression::{Budget, Compression, LINE_BYTES_MAX, Lines, UNPACKED_BYTES_MAX};
pub use csv::Rows;
pub use export::{Export, ExportFile, Span};
pub use record::{Changed, Format, Line, Record};
pub use report::{Report, Unwritten};

/// Why a file, or a line of one, cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// It is packed in another way than was said, or damaged.
    Packed,
    /// A line is longer than an item can be.
    LongLine,
    /// There is more in it than is read.
    TooMuch,
    /// It is no UTF-8.
    NoText,
    /// A line is no JSON of the form that records have.
    NoRecord,
    /// A value of a record breaks a rule of values.
    Value,
    /// A record without an item and without a key.
    NoItem,
    /// A record is to be written on a condition.
    Conditional,
    /// A line is no Ion as exports write it.
    Ion(String),
    /// A quoted cell of CSV has no end.
    OpenCell,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Packed => f.write_str("the file is not packed as it should be"),
            Self::LongLine => write!(f, "a line has more than {LINE_BYTES_MAX} bytes"),
            Self::TooMuch => write!(
                f,
                "there are more than {UNPACKED_BYTES_MAX} bytes once they are unpacked"
            ),
            Self::NoText => f.write_str("a line is no UTF-8"),
            Self::NoRecord => f.write_str("the record has members of another form than the service's"),
            Self::Value => f.write_str("a value of the record is not valid"),
            Self::NoItem => f.write_str("the record has none of Item, NewImage and Keys"),
            Self::Conditional => f.write_str("the record has a condition, and conditions of records are not evaluated"),
            Self::Ion(says) => f.write_str(says),
            Self::OpenCell => f.write_str("a quoted cell is not closed"),
        }
    }
}

impl std::error::Error for FormatError {}
