//! Writes JSON texts: the one pass from typed replies to bytes.
//!
//! It appends to a buffer and holds no tree. It knows JSON and nothing of DynamoDB, but for the order in which number sets leave,
//! which the service makes depend on the operation (observed-expressions.md §16).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::plain::plain_length;

/// The order in which members of number sets are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NumberSetOrder {
    /// Ascending.
    #[default]
    Ascending,
    /// The iteration order of Java's `HashSet<BigDecimal>`.
    JavaHash,
}

/// Appends JSON to a buffer.
#[derive(Debug)]
pub struct Writer<'a> {
    out: &'a mut Vec<u8>,
    number_sets: NumberSetOrder,
}

impl<'a> Writer<'a> {
    /// A writer that appends to `out`.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        Self {
            out,
            number_sets: NumberSetOrder::default(),
        }
    }

    /// The same writer with another order of number sets.
    #[must_use]
    pub fn with_number_sets(self, order: NumberSetOrder) -> Self {
        Self {
            number_sets: order,
            ..self
        }
    }

    /// Writes something with another order of number sets.
    pub fn ordering(&mut self, order: NumberSetOrder, write: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.number_sets, order);
        write(self);
        self.number_sets = before;
    }

    /// The order in which number sets are to be written.
    #[must_use]
    pub fn number_sets(&self) -> NumberSetOrder {
        self.number_sets
    }

    /// Writes an object whose members `members` writes.
    pub fn object(&mut self, members: impl FnOnce(&mut Members<'_, 'a>)) {
        self.out.push(b'{');
        members(&mut Members {
            writer: self,
            first: true,
        });
        self.out.push(b'}');
    }

    /// Writes an object with one member, whose name must not need escapes.
    pub fn single(&mut self, name: &'static str, value: impl FnOnce(&mut Self)) {
        match name.as_bytes() {
            // Most names are of one letter, and of a length that is known no call is needed to copy it.
            [letter] => self.out.extend_from_slice(&[b'{', b'"', *letter, b'"', b':']),
            name => {
                self.out.extend_from_slice(b"{\"");
                self.out.extend_from_slice(name);
                self.out.extend_from_slice(b"\":");
            }
        }
        value(self);
        self.out.push(b'}');
    }

    /// Writes an array; `element` writes each of `elements`.
    pub fn array<T>(&mut self, elements: impl IntoIterator<Item = T>, mut element: impl FnMut(&mut Self, T)) {
        self.out.push(b'[');
        let mut first = true;
        for each in elements {
            if !std::mem::take(&mut first) {
                self.out.push(b',');
            }
            element(self, each);
        }
        self.out.push(b']');
    }

    /// Writes a string.
    pub fn string(&mut self, text: &str) {
        self.string_of(text.as_bytes());
    }

    /// Writes the string whose text in UTF-8 these bytes are.
    pub fn string_of(&mut self, text: &[u8]) {
        self.out.push(b'"');
        self.escaped(text);
        self.out.push(b'"');
    }

    /// Writes what stands between the quotation marks of a string.
    fn escaped(&mut self, text: &[u8]) {
        let mut rest = text;
        loop {
            let (plain, special) = rest.split_at(plain_length(rest));
            self.out.extend_from_slice(plain);
            let Some((&byte, after)) = special.split_first() else {
                break;
            };
            self.escape(byte);
            rest = after;
        }
    }

    /// Writes what `text` appends, as a string; it must not need escapes.
    pub fn plain_string(&mut self, text: impl FnOnce(&mut Vec<u8>)) {
        self.out.push(b'"');
        text(self.out);
        self.out.push(b'"');
    }

    /// Writes bytes as a base64 string.
    pub fn base64(&mut self, bytes: &[u8]) {
        self.out.push(b'"');
        let start = self.out.len();
        self.out.resize(start + bytes.len().div_ceil(3) * 4, 0);
        let written = STANDARD.encode_slice(bytes, &mut self.out[start..]).unwrap_or(0);
        self.out.truncate(start + written);
        self.out.push(b'"');
    }

    /// Writes a boolean.
    pub fn boolean(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    /// Writes null.
    pub fn null(&mut self) {
        self.raw("null");
    }

    /// Writes an integer.
    pub fn integer(&mut self, value: i64) {
        self.raw(&value.to_string());
    }

    /// Writes a double, always with a decimal point.
    pub fn double(&mut self, value: f64) {
        self.raw(&format!("{value:?}"));
    }

    /// How much is written, with what the buffer held before.
    pub(in crate::model) fn length(&self) -> usize {
        self.out.len()
    }

    /// Makes room for so many bytes.
    pub(in crate::model) fn reserve(&mut self, bytes: usize) {
        self.out.reserve(bytes);
    }

    /// Writes JSON as it stands.
    pub(in crate::model) fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn escape(&mut self, byte: u8) {
        match byte {
            b'"' => self.raw("\\\""),
            b'\\' => self.raw("\\\\"),
            b'\n' => self.raw("\\n"),
            b'\r' => self.raw("\\r"),
            b'\t' => self.raw("\\t"),
            8 => self.raw("\\b"),
            12 => self.raw("\\f"),
            _ => self.raw(&format!("\\u{byte:04x}")),
        }
    }
}

/// The members of an object that is being written.
#[derive(Debug)]
pub struct Members<'w, 'a> {
    writer: &'w mut Writer<'a>,
    first: bool,
}

impl<'a> Members<'_, 'a> {
    /// Starts a member; the caller writes its value with the writer that is returned.
    pub fn name(&mut self, name: &str) -> &mut Writer<'a> {
        self.name_of(name.as_bytes())
    }

    /// Starts a member whose name in UTF-8 these bytes are.
    pub fn name_of(&mut self, name: &[u8]) -> &mut Writer<'a> {
        match std::mem::take(&mut self.first) {
            true => self.writer.raw("\""),
            false => self.writer.raw(",\""),
        }
        self.writer.escaped(name);
        self.writer.raw("\":");
        self.writer
    }
}
