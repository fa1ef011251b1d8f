//! Packed bytes, unpacked line by line.

use std::io::{BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

use super::FormatError;

/// How a file is packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// With gzip.
    Gzip,
    /// With zstd.
    Zstd,
}

impl Compression {
    /// Every way, in the order in which the service prints them (control-plane-2026.md §7).
    pub const WORDS: &'static [&'static str] = &["ZSTD", "NONE", "GZIP"];

    /// The word on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Gzip => "GZIP",
            Self::Zstd => "ZSTD",
        }
    }

    /// The way with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::None, Self::Gzip, Self::Zstd]
            .into_iter()
            .find(|compression| compression.word() == word)
    }
}

/// The longest line: an item of 400 KB whose every byte is escaped.
pub const LINE_BYTES_MAX: usize = 4 << 20;

/// The most bytes that are unpacked for one import: a small file can be packed so well that it would fill the machine.
pub const UNPACKED_BYTES_MAX: u64 = 1 << 30;

/// How much may still be unpacked.
#[derive(Debug)]
pub struct Budget {
    left: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self::of(UNPACKED_BYTES_MAX)
    }
}

impl Budget {
    /// So many bytes.
    #[must_use]
    pub fn of(bytes: u64) -> Self {
        Self { left: bytes }
    }

    fn spend(&mut self, bytes: usize) -> Result<(), FormatError> {
        self.left = self.left.checked_sub(bytes as u64).ok_or(FormatError::TooMuch)?;
        Ok(())
    }
}

/// The lines of a packed file.
pub struct Lines<'b> {
    reader: Box<dyn BufRead + 'b>,
    budget: &'b mut Budget,
    line: Vec<u8>,
}

impl<'b> Lines<'b> {
    /// The lines of a file with these bytes.
    ///
    /// # Errors
    /// When it does not begin as a file that is packed like this.
    pub fn new(packed: &'b [u8], compression: Compression, budget: &'b mut Budget) -> Result<Self, FormatError> {
        let reader: Box<dyn BufRead + 'b> = match compression {
            // A file without bytes has no frame, and so nothing to unpack.
            _ if packed.is_empty() => Box::new(packed),
            Compression::None => Box::new(packed),
            Compression::Gzip => Box::new(BufReader::new(MultiGzDecoder::new(packed))),
            Compression::Zstd => {
                let decoder = StreamingDecoder::new(packed).map_err(|_| FormatError::Packed)?;
                Box::new(BufReader::new(decoder))
            }
        };
        Ok(Self {
            reader,
            budget,
            line: Vec::new(),
        })
    }

    /// The next line without its end; nothing behind the last.
    ///
    /// # Errors
    /// When it cannot be unpacked, is no text, or is too long. What follows cannot be read then.
    #[expect(clippy::should_implement_trait, reason = "a line is lent until the next one")]
    pub fn next(&mut self) -> Result<Option<&str>, FormatError> {
        self.line.clear();
        let mut limited = (&mut self.reader).take(LINE_BYTES_MAX as u64 + 1);
        let count = limited
            .read_until(b'\n', &mut self.line)
            .map_err(|_| FormatError::Packed)?;
        self.budget.spend(count)?;
        if count > LINE_BYTES_MAX {
            return Err(FormatError::LongLine);
        }
        if count == 0 {
            return Ok(None);
        }
        let text = std::str::from_utf8(&self.line).map_err(|_| FormatError::NoText)?;
        Ok(Some(text.trim_end_matches(['\n', '\r'])))
    }

    /// All that is left, as one text.
    ///
    /// # Errors
    /// As [`next`](Self::next), but that lines may have any length.
    pub fn text(self) -> Result<String, FormatError> {
        let mut text = Vec::new();
        let mut limited = self.reader.take(self.budget.left + 1);
        let count = limited.read_to_end(&mut text).map_err(|_| FormatError::Packed)?;
        self.budget.spend(count)?;
        String::from_utf8(text).map_err(|_| FormatError::NoText)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::write::GzEncoder;

    use super::*;

    fn lines(packed: &[u8], compression: Compression, budget: u64) -> Result<Vec<String>, FormatError> {
        let mut budget = Budget::of(budget);
        let mut lines = Lines::new(packed, compression, &mut budget)?;
        let mut found = Vec::new();
        while let Some(line) = lines.next()? {
            found.push(line.to_owned());
        }
        Ok(found)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn each_way_of_packing_is_undone_and_no_other() {
        let text = b"one\ntwo\r\n\nlast";
        let wanted = Ok(["one", "two", "", "last"].map(str::to_owned).to_vec());
        let zstd = ruzstd::encoding::compress_to_vec(text.as_slice(), ruzstd::encoding::CompressionLevel::Fastest);
        assert_eq!(lines(text, Compression::None, 100), wanted);
        assert_eq!(lines(&gzip(text), Compression::Gzip, 100), wanted);
        assert_eq!(lines(&zstd, Compression::Zstd, 100), wanted);
        assert_eq!(lines(&zstd, Compression::Gzip, 100), Err(FormatError::Packed));
        assert_eq!(lines(&gzip(text), Compression::Zstd, 100), Err(FormatError::Packed));
        assert_eq!(lines(&gzip(text), Compression::None, 100), Err(FormatError::NoText));
        for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
            assert_eq!(lines(b"", compression, 0), Ok(Vec::new()), "{compression:?}");
        }
    }

    #[test]
    fn a_file_that_unpacks_to_too_much_is_left_alone() {
        let bomb = gzip(&vec![b'\n'; 10_000]);
        assert!(bomb.len() < 200, "{}", bomb.len());
        assert_eq!(lines(&bomb, Compression::Gzip, 9_999), Err(FormatError::TooMuch));
        let long = gzip(&vec![b' '; LINE_BYTES_MAX + 1]);
        assert_eq!(lines(&long, Compression::Gzip, 1 << 30), Err(FormatError::LongLine));
        let mut budget = Budget::of(9_999);
        let lines = Lines::new(&bomb, Compression::Gzip, &mut budget).unwrap();
        assert_eq!(lines.text(), Err(FormatError::TooMuch));
    }
}
