//! A pull reader of JSON texts: the one pass from bytes to typed requests.
//!
//! It hands out the parts of a text in order and never builds a tree. It keeps what the service's answers depend on and general readers drop: the
//! text of a number, which kind of token stood where another was wanted, and nesting without recursion. It knows JSON and
//! nothing of DynamoDB. Malformed text and text that is well formed but of the wrong kind are told apart, since the service
//! answers them differently (wire.md §7, §9).

use std::borrow::Cow;
use std::fmt;

use super::plain::plain_length;

/// Deepest nesting that the service reads; it varies between 2,000 and 5,000 levels (observed-validation.md §7).
const DEPTH_MAX: usize = 2_000;

/// What comes next in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// `{`
    Object,
    /// `[`
    Array,
    /// A string.
    String,
    /// A number.
    Number,
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
}

/// Why a text could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The text is not JSON.
    Malformed,
    /// The text is JSON of another kind than was wanted; the service's words, where it has any.
    Kind(Option<String>),
    /// The same in the words of the deserializer that reads searches.
    Typed(String),
    /// The text is of the kind that was wanted, and that deserializer finds it not valid.
    Invalid(String),
}

impl Refusal {
    /// A refusal with the service's words.
    pub fn kind(text: impl Into<String>) -> Self {
        Self::Kind(Some(text.into()))
    }
}

/// The result of reading.
pub type Read<T> = Result<T, Refusal>;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    line: usize,
    column: usize,
}

impl Position {
    /// The line, counted from one.
    #[must_use]
    pub fn line(self) -> usize {
        self.line
    }

    /// How many bytes of the line come before.
    #[must_use]
    pub fn column(self) -> usize {
        self.column
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column } = self;
        write!(f, "line {line} column {column}")
    }
}

/// Reads a JSON text from front to back.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// Where the last name of a member ended.
    name_end: usize,
    coerced: bool,
}

impl<'a> Reader<'a> {
    /// A reader at the start of a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            name_end: 0,
            coerced: false,
        }
    }

    /// Whether a whole text is one JSON value.
    #[must_use]
    pub fn is_json(text: &str) -> bool {
        let mut reader = Reader::new(text);
        reader.skip().and_then(|()| reader.end()).is_ok()
    }

    /// Notes that a value was read in a spelling that sends the whole request to the service's older layer (observed.md 6).
    pub fn note_coercion(&mut self) {
        self.coerced = true;
    }

    /// Whether [`Reader::note_coercion`] was called.
    #[must_use]
    pub fn is_coerced(&self) -> bool {
        self.coerced
    }

    /// Where the reader is.
    #[must_use]
    pub fn place(&self) -> Position {
        self.position(self.at)
    }

    /// Where the name of the member ended that is being read.
    #[must_use]
    pub fn name_place(&self) -> Position {
        self.position(self.name_end)
    }

    /// Lines count from one; a column is how many bytes of the line come before.
    fn position(&self, at: usize) -> Position {
        let before = &self.text.as_bytes()[..at];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        Position {
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            column: at - line_start,
        }
    }

    /// The kind of the next value.
    ///
    /// # Errors
    /// When no value follows.
    pub fn peek(&mut self) -> Read<Token> {
        match self.peek_byte() {
            Some(b'{') => Ok(Token::Object),
            Some(b'[') => Ok(Token::Array),
            Some(b'"') => Ok(Token::String),
            Some(b'-' | b'0'..=b'9') => Ok(Token::Number),
            Some(b't') => Ok(Token::True),
            Some(b'f') => Ok(Token::False),
            Some(b'n') => Ok(Token::Null),
            _ => Err(Refusal::Malformed),
        }
    }

    /// Checks that nothing but white space is left.
    ///
    /// # Errors
    /// When something is left.
    pub fn end(&mut self) -> Read<()> {
        if self.peek_byte().is_none() {
            Ok(())
        } else {
            Err(Refusal::Malformed)
        }
    }

    /// Reads a string.
    ///
    /// # Errors
    /// When the next value is no well-formed string.
    pub fn string(&mut self) -> Read<Cow<'a, str>> {
        self.expect(b'"')?;
        let start = self.at;
        let bytes = self.text.as_bytes();
        // Every value has its type before it, most of which are one letter.
        if let [b'A'..=b'Z', b'"', ..] = bytes[start..] {
            self.at += 2;
            return Ok(Cow::Borrowed(&self.text[start..=start]));
        }
        self.at += plain_length(&bytes[start..]);
        match bytes.get(self.at) {
            Some(b'"') => {
                let text = &self.text[start..self.at];
                self.at += 1;
                Ok(Cow::Borrowed(text))
            }
            Some(b'\\') => self.escaped_string(start).map(Cow::Owned),
            _ => Err(Refusal::Malformed),
        }
    }

    /// Reads a number as it is written.
    ///
    /// # Errors
    /// When the next value is no well-formed number.
    pub fn number(&mut self) -> Read<&'a str> {
        self.skip_space();
        let start = self.at;
        self.take_if(b'-');
        match self.byte() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ => return Err(Refusal::Malformed),
        }
        if self.take_if(b'.') {
            self.digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if !self.take_if(b'-') {
                self.take_if(b'+');
            }
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    /// Reads `true`, `false` or `null` after [`Reader::peek`] announced it.
    ///
    /// # Errors
    /// When the word is another.
    pub fn word(&mut self, token: Token) -> Read<()> {
        let word = match token {
            Token::True => "true",
            Token::False => "false",
            _ => "null",
        };
        self.skip_space();
        if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(())
        } else {
            Err(Refusal::Malformed)
        }
    }

    /// Reads an object: `member` is called with each name and must read its value.
    ///
    /// # Errors
    /// When the next value is no well-formed object, or `member` refuses.
    pub fn object(&mut self, mut member: impl FnMut(&mut Self, &str) -> Read<()>) -> Read<()> {
        self.expect(b'{')?;
        self.enter()?;
        if !self.take_next(b'}') {
            loop {
                self.skip_space();
                let name = self.string()?;
                self.name_end = self.at;
                self.expect(b':')?;
                member(self, &name)?;
                if self.closes(b'}')? {
                    break;
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Reads an array: `element` is called at each element and must read it.
    ///
    /// # Errors
    /// When the next value is no well-formed array, or `element` refuses.
    pub fn array(&mut self, mut element: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        self.expect(b'[')?;
        self.enter()?;
        if !self.take_next(b']') {
            loop {
                element(self)?;
                if self.closes(b']')? {
                    break;
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Reads over the next value, whatever it is, without recursion.
    ///
    /// # Errors
    /// When it is malformed.
    pub fn skip(&mut self) -> Read<()> {
        let mut open = Vec::new();
        loop {
            match self.peek()? {
                Token::Object => {
                    self.expect(b'{')?;
                    self.enter()?;
                    open.push(b'}');
                    if !self.take_next(b'}') {
                        self.member_name()?;
                        continue;
                    }
                    open.pop();
                    self.depth -= 1;
                }
                Token::Array => {
                    self.expect(b'[')?;
                    self.enter()?;
                    open.push(b']');
                    if !self.take_next(b']') {
                        continue;
                    }
                    open.pop();
                    self.depth -= 1;
                }
                Token::String => drop(self.string()?),
                Token::Number => drop(self.number()?),
                word => self.word(word)?,
            }
            loop {
                let Some(&close) = open.last() else {
                    return Ok(());
                };
                if !self.closes(close)? {
                    if close == b'}' {
                        self.member_name()?;
                    }
                    break;
                }
                open.pop();
                self.depth -= 1;
            }
        }
    }

    /// How many objects and arrays are open around the next value.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.depth
    }

    fn enter(&mut self) -> Read<()> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            Err(Refusal::Malformed)
        } else {
            Ok(())
        }
    }

    fn member_name(&mut self) -> Read<()> {
        self.skip_space();
        self.string()?;
        self.expect(b':')
    }

    /// After a member or element: true at the closing byte, false at a comma.
    fn closes(&mut self, close: u8) -> Read<bool> {
        match self.peek_byte() {
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(true)
            }
            Some(b',') => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(Refusal::Malformed),
        }
    }

    fn escaped_string(&mut self, start: usize) -> Read<String> {
        let mut text = self.text[start..self.at].to_owned();
        let bytes = self.text.as_bytes();
        loop {
            let plain = self.at;
            self.at += plain_length(&bytes[plain..]);
            text.push_str(&self.text[plain..self.at]);
            match bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                _ => return Err(Refusal::Malformed),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        let byte = self.byte().ok_or(Refusal::Malformed)?;
        self.at += 1;
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return Err(Refusal::Malformed),
        })
    }

    /// A UTF-16 escape. Half of a surrogate pair alone becomes `?`, as when Java encodes such a string.
    fn unicode_escape(&mut self) -> Read<char> {
        let high = self.hex()?;
        if let Some(plain) = char::from_u32(high) {
            return Ok(plain);
        }
        let after_high = self.at;
        if high < 0xDC00 && self.take_if(b'\\') && self.take_if(b'u') {
            let low = self.hex()?;
            if (0xDC00..0xE000).contains(&low) {
                let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or('?'));
            }
        }
        self.at = after_high;
        Ok('?')
    }

    fn hex(&mut self) -> Read<u32> {
        let digits = self
            .text
            .as_bytes()
            .get(self.at..self.at + 4)
            .ok_or(Refusal::Malformed)?;
        let mut code = 0;
        for &digit in digits {
            code = code * 16 + char::from(digit).to_digit(16).ok_or(Refusal::Malformed)?;
        }
        self.at += 4;
        Ok(code)
    }

    fn digits(&mut self) -> Read<()> {
        let start = self.at;
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at > start {
            Ok(())
        } else {
            Err(Refusal::Malformed)
        }
    }

    fn expect(&mut self, byte: u8) -> Read<()> {
        if self.take_next(byte) {
            Ok(())
        } else {
            Err(Refusal::Malformed)
        }
    }

    fn take_next(&mut self, byte: u8) -> bool {
        self.skip_space();
        self.take_if(byte)
    }

    fn take_if(&mut self, byte: u8) -> bool {
        let found = self.byte() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn peek_byte(&mut self) -> Option<u8> {
        self.skip_space();
        self.byte()
    }

    fn skip_space(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_become_what_they_stand_for() {
        for (json, text) in [
            (r#""plain""#, "plain"),
            (r#""a\"b\\c\/d\b\f\n\r\t""#, "a\"b\\c/d\u{8}\u{c}\n\r\t"),
            (r#""\u00e9\u20ac""#, "é€"),
            (r#""\ud83d\ude00""#, "😀"),
            (r#""\ud83d x""#, "? x"),
            (r#""\ud83d\u0041""#, "?A"),
        ] {
            assert_eq!(Reader::new(json).string().unwrap(), text, "{json}");
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "{\"a\":1,}",
            "01",
            "1.",
            "+1",
            ".5",
            "tru",
            "\"\n\"",
            "\"\\x\"",
            "\"\\u12\"",
            "{} {}",
            "'a'",
            "[1 2]",
            "nulll",
            "\u{feff}{}",
        ] {
            assert!(!Reader::is_json(text), "{text}");
        }
        for text in [
            "{}",
            " [1 , -0.5e+3 ,\"\\u0000\",{\"a\":[null,true,false]}] ",
            "0",
            "\"\"",
        ] {
            assert!(Reader::is_json(text), "{text}");
        }
    }

    #[test]
    fn nesting_is_bounded_and_needs_no_stack() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(Reader::is_json(&nested(2_000)));
        assert!(!Reader::is_json(&nested(2_001)));
        assert!(!Reader::is_json(&nested(1_000_000)));
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json_on_what_is_json(text in r#"[\[\]{}:,"\\ntruefals0-9.eE+\- u]{0,40}"#) {
            prop_assert_eq!(Reader::is_json(&text), serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok());
        }

        #[test]
        fn reads_the_strings_that_serde_json_writes(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(Reader::new(&json).string().unwrap(), text);
        }
    }
}
