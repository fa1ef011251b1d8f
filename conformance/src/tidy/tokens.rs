//! Rust source as a row of tokens: enough to ask what a file names and how long its parts are.
//!
//! In goes the text of a file, out come its tokens with their lines. Comments and literals are one token each, so a word in a string is never
//! taken for code. Any text is read, well formed or not. It knows no grammar: what an item or an expression is, is asked of `source`.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word: an identifier, a keyword or a number.
    Word,
    /// `::`, or a single mark.
    Mark,
    /// A string, byte string or character.
    Literal,
    /// A comment of any form.
    Comment,
}

/// A piece of source.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: &'a str,
    /// The line on which it begins, counted from one.
    pub line: usize,
    /// The line on which it ends.
    pub last_line: usize,
}

/// Splits source into tokens.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            _ if first.is_whitespace() => (None, first.len_utf8()),
            _ => measure(rest, first),
        };
        let (piece, tail) = rest.split_at(length);
        let last_line = line + piece.matches('\n').count();
        tokens.extend(kind.map(|kind| Token {
            kind,
            text: piece,
            line,
            last_line,
        }));
        (rest, line) = (tail, last_line);
    }
    tokens
}

/// Kind and length in bytes of the token at the start of `rest`.
fn measure(rest: &str, first: char) -> (Option<Kind>, usize) {
    let literal = literal_length(rest);
    let (kind, length) = if rest.starts_with("//") {
        (Kind::Comment, rest.find('\n').unwrap_or(rest.len()))
    } else if rest.starts_with("/*") {
        (Kind::Comment, block_comment_length(rest))
    } else if let Some(length) = literal {
        (Kind::Literal, length)
    } else if is_of_word(first) {
        (Kind::Word, rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()))
    } else if rest.starts_with("::") {
        (Kind::Mark, 2)
    } else {
        (Kind::Mark, first.len_utf8())
    };
    (Some(kind), length)
}

fn is_of_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Block comments nest.
fn block_comment_length(rest: &str) -> usize {
    let (mut at, mut depth) = (0, 0usize);
    while at < rest.len() {
        let tail = &rest.as_bytes()[at..];
        if tail.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// The length of the string or character at the start of `rest`, with its prefix; none when there is no such literal.
fn literal_length(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r"].into_iter().find(|prefix| {
        rest.strip_prefix(prefix).is_some_and(|tail| {
            tail.trim_start_matches('#').starts_with('"') || (*prefix == "b" && tail.starts_with('\''))
        })
    });
    let prefix = prefix.unwrap_or("");
    let body = &rest[prefix.len()..];
    let hashes = body.len() - body.trim_start_matches('#').len();
    if prefix.ends_with('r') {
        return Some(prefix.len() + raw_length(body, hashes));
    }
    match body.chars().next()? {
        '"' => Some(prefix.len() + quoted_length(body, '"')),
        '\'' if is_character(body) => Some(prefix.len() + quoted_length(body, '\'')),
        _ => None,
    }
}

fn raw_length(body: &str, hashes: usize) -> usize {
    let close = format!("\"{}", "#".repeat(hashes));
    let start = hashes + 1;
    body[start..]
        .find(&close)
        .map_or(body.len(), |at| start + at + close.len())
}

/// Length up to the closing quote; a backslash takes the next character with it.
fn quoted_length(body: &str, quote: char) -> usize {
    let mut characters = body.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        if c == '\\' {
            characters.next();
        } else if c == quote {
            return at + 1;
        }
    }
    body.len()
}

/// Tells `'a'` from the lifetime `'a`.
fn is_character(body: &str) -> bool {
    let mut characters = body.chars().skip(1);
    match characters.next() {
        Some('\\') => true,
        Some(_) => characters.next() == Some('\''),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: &[(Kind, &str)]) {
        let found: Vec<_> = tokens(text).iter().map(|token| (token.kind, token.text)).collect();
        assert_eq!(found, wanted, "{text}");
    }

    #[test]
    fn words_in_strings_and_comments_are_no_code() {
        use Kind::{Comment, Literal, Mark, Word};
        check(
            "a::b // c::d",
            &[(Word, "a"), (Mark, "::"), (Word, "b"), (Comment, "// c::d")],
        );
        check("/* a /* b */ c */d", &[(Comment, "/* a /* b */ c */"), (Word, "d")]);
        check(r#""a \" b" c"#, &[(Literal, r#""a \" b""#), (Word, "c")]);
        check(r###"r#"a " b"# c"###, &[(Literal, r###"r#"a " b"#"###), (Word, "c")]);
        check(
            r#"b"a" br"\" b'\'' x"#,
            &[
                (Literal, "b\"a\""),
                (Literal, r#"br"\""#),
                (Literal, r"b'\''"),
                (Word, "x"),
            ],
        );
    }

    #[test]
    fn lifetimes_are_no_characters() {
        use Kind::{Literal, Mark, Word};
        check("&'a b", &[(Mark, "&"), (Mark, "'"), (Word, "a"), (Word, "b")]);
        check(
            r"'{' '\'' 'é'",
            &[(Literal, "'{'"), (Literal, r"'\''"), (Literal, "'é'")],
        );
    }

    #[test]
    fn what_does_not_end_reaches_to_the_end_of_the_text() {
        for text in ["\"a", "/* a", "r##\"a\"#", "'\\", "'"] {
            let tokens = tokens(text);
            assert_eq!(tokens.last().map(|token| token.text), Some(text), "{text}");
        }
    }

    #[test]
    fn lines_count_from_one_and_span_strings() {
        let tokens = tokens("a\n\"b\nc\" d");
        let lines: Vec<_> = tokens.iter().map(|token| (token.line, token.last_line)).collect();
        assert_eq!(lines, [(1, 1), (2, 3), (3, 3)]);
    }
}
