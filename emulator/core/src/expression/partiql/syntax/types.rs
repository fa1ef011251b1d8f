//! The types behind IS.

use smol_str::SmolStr;

use super::super::error::Malformed;
use super::super::tree::TypeName;
use super::tokens::{Kind, Part, Tokens, refuse, symbol};

/// The words that are types, and how many arguments they take at most.
const TYPES: [(&str, usize); 36] = [
    ("any", 0),
    ("bag", 0),
    ("bigint", 0),
    ("blob", 0),
    ("bool", 0),
    ("boolean", 0),
    ("char", 1),
    ("character", 1),
    ("clob", 0),
    ("date", 0),
    ("dec", 2),
    ("decimal", 2),
    ("float", 1),
    ("int", 0),
    ("int4", 0),
    ("int8", 0),
    ("integer", 0),
    ("integer2", 0),
    ("integer4", 0),
    ("integer8", 0),
    ("list", 0),
    ("missing", 0),
    ("null", 0),
    ("numeric", 2),
    ("real", 0),
    ("sexp", 0),
    ("smallint", 0),
    ("string", 0),
    ("struct", 0),
    ("symbol", 0),
    ("time", 1),
    ("timestamp", 1),
    ("tuple", 0),
    ("varchar", 1),
    ("character varying", 1),
    ("double precision", 0),
];

/// Reads a type and its arguments.
pub(super) fn type_name(input: Tokens<'_>) -> Part<'_, TypeName> {
    let second = input.0.get(1).map(|token| token.kind);
    let (word, words) = match (input.kind(), second) {
        (Some(Kind::Keyword("character")), Some(Kind::Keyword("varying"))) => ("character varying", 2),
        (Some(Kind::Keyword("double")), Some(Kind::Keyword("precision"))) => ("double precision", 2),
        (Some(Kind::Keyword(word)), _) => (word, 1),
        // INT4 and INT8 are types, but may be names.
        (Some(Kind::Name), _) => (input.0[0].text, 1),
        _ => return refuse(Malformed::TypeName),
    };
    let Some((word, most)) = TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)) else {
        return refuse(Malformed::TypeName);
    };
    let (rest, arguments) = arguments(input.skip(words))?;
    if arguments.len() > *most {
        return refuse(Malformed::TypeName);
    }
    Ok((rest, TypeName { word, arguments }))
}

fn arguments(mut input: Tokens<'_>) -> Part<'_, Vec<SmolStr>> {
    let mut arguments = Vec::new();
    if !input.is_symbol("(") {
        return Ok((input, arguments));
    }
    loop {
        let argument = input.skip(1);
        match argument.head() {
            Some(token) if token.kind == Kind::Number => arguments.push(SmolStr::new(token.text)),
            _ => return refuse(Malformed::TypeName),
        }
        input = argument.skip(1);
        if !input.is_symbol(",") {
            let (rest, _) = symbol(")", Malformed::RightParen)(input)?;
            return Ok((rest, arguments));
        }
    }
}
