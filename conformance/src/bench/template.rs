//! Requests that are built once and then only patched: all variable parts have a fixed width, so a request costs the generator
//! a few copied bytes, and its Content-Length never changes.
//!
//! A pattern is JSON text with fields in angle brackets, as in `{"S":"customer#<customer>"}`. The template knows nothing of
//! what the JSON means.

use super::random::SplitMix64;

/// The item that a request speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Which item, from zero.
    pub index: u64,
    /// The variant of its content; an item is a function of index and stamp.
    pub stamp: u64,
}

/// Items of one partition key, so that a Query of it answers this many.
pub const ORDERS_PER_CUSTOMER: u64 = 20;
/// Partition keys of the index.
pub const DAYS: u64 = 1_000;

const NOTE_ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .";

/// A variable part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Customer,
    Order,
    Day,
    Stamp,
    Note,
}

impl Field {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "customer" => Self::Customer,
            "order" => Self::Order,
            "day" => Self::Day,
            "stamp" => Self::Stamp,
            "note" => Self::Note,
            _ => return None,
        })
    }

    fn width(self) -> usize {
        match self {
            Self::Customer => 10,
            Self::Order => 2,
            Self::Day => 4,
            Self::Stamp => 16,
            Self::Note => 97,
        }
    }

    fn write(self, subject: Subject, out: &mut [u8]) {
        match self {
            Self::Customer => write_decimal(subject.index / ORDERS_PER_CUSTOMER, out),
            Self::Order => write_decimal(subject.index % ORDERS_PER_CUSTOMER, out),
            Self::Day => write_decimal(SplitMix64::stream(0, subject.index).below(DAYS), out),
            Self::Stamp => write_hexadecimal(subject.stamp, out),
            Self::Note => write_note(subject.stamp, out),
        }
    }
}

/// The body of a request in the making: text, and where in it the fields are.
#[derive(Clone, Debug, Default)]
pub struct Pattern {
    text: Vec<u8>,
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    at: usize,
    subject: usize,
    field: Field,
}

impl Pattern {
    /// Appends text whose fields take their values from the subject with number `subject`.
    ///
    /// # Panics
    /// When a field has no known name: patterns are constants of this crate.
    #[must_use]
    pub fn with(mut self, pattern: &str, subject: usize) -> Self {
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('<') {
            self.text.extend_from_slice(before.as_bytes());
            let known = after
                .split_once('>')
                .and_then(|(name, after)| Some((Field::named(name)?, after)));
            let (field, after) = known.expect("every field of a pattern is known");
            self.slots.push(Slot {
                at: self.text.len(),
                subject,
                field,
            });
            self.text.resize(self.text.len() + field.width(), b'0');
            rest = after;
        }
        self.text.extend_from_slice(rest.as_bytes());
        self
    }
}

/// A whole HTTP request with slots.
#[derive(Clone, Debug)]
pub struct Template {
    bytes: Vec<u8>,
    slots: Vec<Slot>,
}

impl Template {
    /// Puts the head of a request for `operation` before `body`.
    pub fn new(operation: &str, body: Pattern) -> Self {
        let mut bytes = head(operation, body.text.len()).into_bytes();
        let shift = bytes.len();
        bytes.extend_from_slice(&body.text);
        let slots = body
            .slots
            .iter()
            .map(|slot| Slot {
                at: slot.at + shift,
                ..*slot
            })
            .collect();
        Self { bytes, slots }
    }

    /// Writes the subjects into the slots; the bytes are a request that is ready to be sent.
    pub fn fill(&mut self, subjects: &[Subject]) -> &[u8] {
        for slot in &self.slots {
            slot.field.write(
                subjects[slot.subject],
                &mut self.bytes[slot.at..slot.at + slot.field.width()],
            );
        }
        &self.bytes
    }
}

impl Template {
    /// As [`fill`](Self::fill), the body alone.
    ///
    /// # Panics
    /// When a pattern is no text: patterns are constants of this crate.
    pub fn body(&mut self, subjects: &[Subject]) -> &str {
        let request = std::str::from_utf8(self.fill(subjects)).expect("a pattern is text");
        let (_, body) = request.split_once("\r\n\r\n").expect("a request has a head");
        body
    }
}

/// A whole request without slots.
pub fn request(operation: &str, body: &str) -> Vec<u8> {
    [head(operation, body.len()).as_bytes(), body.as_bytes()].concat()
}

/// The head that an SDK would send, with a signature of the right shape: these servers take any.
fn head(operation: &str, body_bytes: usize) -> String {
    format!(
        "POST / HTTP/1.1\r\n\
         host: localhost:8000\r\n\
         content-type: application/x-amz-json-1.0\r\n\
         x-amz-target: DynamoDB_20120810.{operation}\r\n\
         x-amz-date: 20260101T000000Z\r\n\
         authorization: AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request, \
         SignedHeaders=content-length;content-type;host;x-amz-date;x-amz-target, \
         Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n\
         content-length: {body_bytes}\r\n\r\n"
    )
}

fn write_decimal(mut number: u64, out: &mut [u8]) {
    for digit in out.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    debug_assert_eq!(number, 0, "the field is wide enough");
}

fn write_hexadecimal(mut number: u64, out: &mut [u8]) {
    for digit in out.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(number & 15) as usize];
        number >>= 4;
    }
}

/// Text that no two stamps share and that does not compress away, at six bits a letter.
fn write_note(stamp: u64, out: &mut [u8]) {
    let mut random = SplitMix64::new(stamp);
    for letters in out.chunks_mut(10) {
        let mut bits = random.draw();
        for letter in letters {
            *letter = NOTE_ALPHABET[(bits & 63) as usize];
            bits >>= 6;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filling_a_template_replaces_the_fields_and_keeps_the_length() {
        let pattern = Pattern::default()
            .with(r#"["<customer>/<order>","#, 0)
            .with(r#""<customer>/<order> <stamp>"]"#, 1);
        let mut template = Template::new("GetItem", pattern);
        let subjects = [
            Subject { index: 45, stamp: 0 },
            Subject {
                index: 1_000_000,
                stamp: 0xabc,
            },
        ];
        let request = String::from_utf8(template.fill(&subjects).to_vec()).unwrap();
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, r#"["0000000002/05","0000050000/00 0000000000000abc"]"#);
        assert!(head.ends_with(&format!("content-length: {}", body.len())), "{head}");
        assert!(head.contains("x-amz-target: DynamoDB_20120810.GetItem\r\n"), "{head}");

        let again = template.fill(&[subjects[1], subjects[0]]).to_vec();
        assert_eq!(again.len(), request.len());
    }

    #[test]
    fn notes_are_letters_that_json_needs_not_escape() {
        let mut note = [0; 97];
        write_note(17, &mut note);
        assert!(note.iter().all(|letter| NOTE_ALPHABET.contains(letter)));
        let mut other = [0; 97];
        write_note(18, &mut other);
        assert_ne!(note, other);
    }
}
