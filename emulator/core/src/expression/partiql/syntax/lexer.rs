//! From the text of a statement to tokens (observed-partiql.md §3).
//!
//! A text with something that begins no token has none at all. Where a token stands is told in lines and columns, both from 1, in characters.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_until, take_while, take_while1};
use nom::character::complete::{char, digit1, one_of, satisfy};
use nom::combinator::{fail, map, opt, recognize, verify};
use nom::error::Error;
use nom::multi::{many0_count, many1_count};
use nom::sequence::{delimited, pair, preceded};
use nom::{IResult, Parser};

use super::super::error::Span;
use super::ion;
use super::keywords::keyword;
use super::tokens::{Kind, Token};

/// Splits a text into tokens; `None` when something in it cannot be read.
pub(super) fn lex(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens: Vec<Token<'_>> = Vec::with_capacity(text.len() / 4);
    let mut place = Place { line: 1, column: 1 };
    let mut parameters = 0;
    let mut rest = text;
    loop {
        let (after, blank) = blanks(rest).ok()?;
        place.pass(blank);
        if after.is_empty() {
            return Some(tokens);
        }
        let is_step = blank.is_empty() && tokens.last().is_some_and(may_take_step);
        let (next, (kind, written)) = token(after, is_step).ok()?;
        let kind = match kind {
            Kind::Parameter(_) => {
                parameters += 1;
                Kind::Parameter(parameters - 1)
            }
            kind => kind,
        };
        let span = Span {
            line: place.line,
            column: place.column,
            length: characters(written),
        };
        tokens.push(Token {
            kind,
            text: written,
            span,
        });
        place.pass(written);
        rest = next;
    }
}

/// Lines and columns so far.
struct Place {
    line: u32,
    column: u32,
}

impl Place {
    fn pass(&mut self, text: &str) {
        let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count();
        self.line += lines as u32;
        match text.rfind('\n') {
            Some(at) => self.column = 1 + characters(&text[at + 1..]),
            None => self.column += characters(text),
        }
    }
}

fn characters(text: &str) -> u32 {
    text.chars().count() as u32
}

/// Whether a point directly after this token is a step into it, and not the begin of a number.
fn may_take_step(token: &Token<'_>) -> bool {
    matches!(
        token.kind,
        Kind::Name | Kind::QuotedName | Kind::Keyword(_) | Kind::String | Kind::Symbol("]" | ")")
    )
}

/// Blanks and comments.
fn blanks(input: &str) -> IResult<&str, &str> {
    let line = preceded(tag("--"), take_till(|c| c == '\n'));
    let block = delimited(tag("/*"), take_until("*/"), tag("*/"));
    recognize(many0_count(alt((take_while1(is_blank), line, block)))).parse(input)
}

fn token(input: &str, is_step: bool) -> IResult<&str, (Kind, &str)> {
    if is_step && input.starts_with('.') {
        return map(tag("."), |text| (Kind::Symbol("."), text)).parse(input);
    }
    alt((
        map(word, |text| (keyword(text).map_or(Kind::Name, Kind::Keyword), text)),
        map(number, |text| (Kind::Number, text)),
        map(quoted('\''), |text| (Kind::String, text)),
        map(quoted('"'), |text| (Kind::QuotedName, text)),
        map(verify(quoted('`'), ion::is_readable), |text| (Kind::Ion, text)),
        map(tag("?"), |text| (Kind::Parameter(0), text)),
        symbol,
    ))
    .parse(input)
}

fn word(input: &str) -> IResult<&str, &str> {
    let first = satisfy(|c| c.is_ascii_alphabetic() || c == '_');
    recognize(pair(first, take_while(is_word))).parse(input)
}

/// Digits with at most one point, and an exponent; what follows directly may not go on like a word.
fn number(input: &str) -> IResult<&str, &str> {
    let whole = recognize(pair(digit1, opt(pair(char('.'), opt(digit1)))));
    let fraction = recognize(pair(char('.'), digit1));
    let exponent = (one_of("eE"), opt(one_of("+-")), digit1);
    let read = recognize(pair(alt((whole, fraction)), opt(exponent)));
    let (rest, text) = verify(read, is_big_decimal).parse(input)?;
    if rest.starts_with(is_word) {
        return fail().parse(input);
    }
    Ok((rest, text))
}

/// Whether exponent and scale fit the 32 bits of Java's `BigDecimal`.
fn is_big_decimal(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let scale = |exponent: i32| i32::try_from(decimals as i64 - i64::from(exponent));
    exponent.parse().is_ok_and(|exponent| scale(exponent).is_ok())
}

/// What stands between two quotes, the quotes included. Two quotes inside are one: then one quoted text follows directly on another.
fn quoted<'t>(quote: char) -> impl Parser<&'t str, Output = &'t str, Error = Error<&'t str>> {
    recognize(many1_count(delimited(
        char(quote),
        take_till(move |c| c == quote),
        char(quote),
    )))
}

fn symbol(input: &str) -> IResult<&str, (Kind, &str)> {
    const SYMBOLS: [&str; 26] = [
        "<<", ">>", "<>", "!=", "<=", ">=", "||", "=", "<", ">", "+", "-", "*", "/", "%", "@", "(", ")", "[", "]", "{",
        "}", ".", ",", ":", ";",
    ];
    // A comment that does not end.
    if input.starts_with("/*") {
        return fail().parse(input);
    }
    // The longer symbols come first in the list.
    match SYMBOLS.iter().find(|symbol| input.starts_with(**symbol)) {
        Some(&symbol) => map(tag(symbol), |text| (Kind::Symbol(symbol), text)).parse(input),
        None => fail().parse(input),
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{b}' | '\u{c}')
}
