//! Random conditions, filters, projections and key conditions, written as text with placeholders.
//!
//! Slips give operands of wrong types, unknown functions, wrong arities, reserved words and tokens out of place.

use serde_json::{Value, json};

use super::placeholders::Placeholders;
use super::value;
use crate::differential::chance::Chance;
use crate::differential::world::{ATTRIBUTES, KeySpec, MEMBERS, RESERVED};

const COMPARATORS: [&str; 6] = ["=", "<>", "<", "<=", ">", ">="];
const SCALARS: [&str; 3] = ["S", "N", "B"];
const TYPES: [&str; 10] = ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"];

/// A condition or filter that does not name the attributes in `keys`, unless it slips.
pub(super) fn condition(chance: &mut Chance, placeholders: &mut Placeholders) -> String {
    let text = disjunction(chance, placeholders, 2);
    garble(chance, text)
}

/// A projection of a few paths.
pub(super) fn projection(chance: &mut Chance, placeholders: &mut Placeholders) -> String {
    let count = chance.between(1, 4);
    let names = ATTRIBUTES.map(|(name, _)| name);
    let mut roots = chance.some(&names, count);
    if chance.percent(40) {
        roots.push("pk");
    }
    if chance.slips() {
        roots.push(roots[0]);
    }
    let paths: Vec<_> = roots
        .into_iter()
        .map(|root| path_under(chance, placeholders, root))
        .collect();
    let comma = chance.pick(&[", ", ","]);
    garble(chance, paths.join(comma))
}

/// A key condition for a key; valid ones have an equality for each partition attribute.
pub(super) fn key_condition(chance: &mut Chance, placeholders: &mut Placeholders, key: &[KeySpec]) -> String {
    let mut clauses = Vec::new();
    if !chance.slips() {
        let comparator = chance.pick_or_slip(&["="], &["<", ">=", "<>"]);
        let (name, operand) = key_operands(chance, placeholders, &key[0]);
        clauses.push(compare(chance, &name, comparator, &operand));
    }
    if let Some(sort) = key.get(1).filter(|_| chance.percent(65)) {
        clauses.push(sort_clause(chance, placeholders, sort));
    }
    if chance.slips() {
        let extra = chance.between(0, key.len() - 1);
        clauses.push(sort_clause(chance, placeholders, &key[extra]));
    }
    if chance.slips() {
        clauses.push(condition(chance, placeholders));
    }
    if chance.percent(25) {
        clauses.reverse();
    }
    if chance.percent(15) {
        clauses = clauses.into_iter().map(|clause| format!("({clause})")).collect();
    }
    let joined = clauses.join(chance.pick_or_slip(&[" AND ", " and "], &[" OR ", " "]));
    garble(chance, joined)
}

fn sort_clause(chance: &mut Chance, placeholders: &mut Placeholders, sort: &KeySpec) -> String {
    let (name, operand) = key_operands(chance, placeholders, sort);
    match chance.below(if sort.kind == "N" { 6 } else { 8 }) {
        0..=4 => {
            let comparator = chance.pick_or_slip(&["=", "<", "<=", ">", ">="], &["<>", "!="]);
            compare(chance, &name, comparator, &operand)
        }
        5 => {
            let (low, high) = bounds(chance, sort.kind);
            let (low, high) = (placeholders.value(chance, low), placeholders.value(chance, high));
            format!("{name} BETWEEN {low} AND {high}")
        }
        _ => format!("begins_with({name}, {operand})"),
    }
}

fn key_operands(chance: &mut Chance, placeholders: &mut Placeholders, part: &KeySpec) -> (String, String) {
    let name = if chance.percent(30) {
        placeholders.name(chance, part.name)
    } else {
        part.name.to_owned()
    };
    let name = if chance.slips() { format!("{name}.ka") } else { name };
    let operand = value::key_value(chance, part);
    (name, placeholders.value(chance, operand))
}

fn compare(chance: &mut Chance, left: &str, comparator: &str, right: &str) -> String {
    if chance.percent(15) {
        return format!("{right} {comparator} {left}");
    }
    let blank = if chance.percent(20) { "" } else { " " };
    format!("{left}{blank}{comparator}{blank}{right}")
}

fn disjunction(chance: &mut Chance, placeholders: &mut Placeholders, depth: usize) -> String {
    let shape = if depth == 0 { 0 } else { chance.below(10) };
    match shape {
        7 | 8 => {
            let junction = chance.pick(&["AND", "OR", "and", "Or"]);
            let left = disjunction(chance, placeholders, depth - 1);
            let right = disjunction(chance, placeholders, depth - 1);
            format!("{left} {junction} {right}")
        }
        9 => {
            let inner = disjunction(chance, placeholders, depth - 1);
            let inner = if chance.slips() { format!("({inner})") } else { inner };
            if chance.percent(50) {
                format!("NOT ({inner})")
            } else {
                format!("({inner}) AND attribute_not_exists(xz)")
            }
        }
        6 => format!("NOT {}", predicate(chance, placeholders)),
        _ => predicate(chance, placeholders),
    }
}

fn predicate(chance: &mut Chance, placeholders: &mut Placeholders) -> String {
    match chance.below(12) {
        0..=3 => comparison(chance, placeholders),
        4 => between(chance, placeholders),
        5 => membership(chance, placeholders),
        6 => size_comparison(chance, placeholders),
        _ => function(chance, placeholders),
    }
}

fn comparison(chance: &mut Chance, placeholders: &mut Placeholders) -> String {
    let (path, kind) = path(chance, placeholders);
    if chance.percent(10) {
        let other = self::path(chance, placeholders).0;
        let comparator = chance.pick(&COMPARATORS);
        return compare(chance, &path, comparator, &other);
    }
    let ordered = SCALARS.contains(&kind) || chance.slips();
    let comparator = chance.pick(if ordered { &COMPARATORS } else { &COMPARATORS[..2] });
    let operand = operand(chance, placeholders, kind);
    compare(chance, &path, comparator, &operand)
}

fn between(chance: &mut Chance, placeholders: &mut Placeholders) -> String {
    let (path, kind) = path(chance, placeholders);
    let kind = if SCALARS.contains(&kind) || chance.slips() {
        kind
    } else {
        "N"
    };
    let (low, high) = bounds(chance, kind);
    let (low, high) = (placeholders.value(chance, low), placeholders.value(chance, high));
    format!("{path} BETWEEN {low} AND {high}")
}

/// Two values in order; slips turn them or take two types.
fn bounds(chance: &mut Chance, kind: &str) -> (Value, Value) {
    let (low, high) = match kind {
        "S" => (json!({"S": "a"}), json!({"S": chance.pick(&["a", "b", "é"])})),
        "N" => (
            json!({"N": chance.pick(&["-1", "0", "1"])}),
            json!({"N": chance.pick(&["1", "2", "1e2"])}),
        ),
        "B" => (
            json!({"B": "AA=="}),
            json!({"B": chance.pick(&["AA==", "AQ==", "/w=="])}),
        ),
        _ => (value::of_kind(chance, kind, 1), value::of_kind(chance, kind, 1)),
    };
    if chance.slips() {
        return (high, low);
    }
    if chance.slips() {
        (low, value::any(chance, 1))
    } else {
        (low, high)
    }
}

fn membership(chance: &mut Chance, placeholders: &mut Placeholders) -> String {
    let (path, kind) = path(chance, placeholders);
    let count = if chance.slips() {
        [0, 100, 101][chance.below(3)]
    } else {
        chance.between(1, 3)
    };
    let operands: Vec<_> = (0..count).map(|_| operand(chance, placeholders, kind)).collect();
    format!("{path} IN ({})", operands.join(", "))
}

fn size_comparison(chance: &mut Chance, placeholders: &mut Placeholders) -> String {
    let path = path(chance, placeholders).0;
    let operand = operand(chance, placeholders, "N");
    let comparator = chance.pick(&COMPARATORS);
    compare(chance, &format!("size({path})"), comparator, &operand)
}

fn function(chance: &mut Chance, placeholders: &mut Placeholders) -> String {
    let (path, kind) = path(chance, placeholders);
    if chance.slips() {
        return faulty_function(chance, placeholders, &path);
    }
    match chance.below(6) {
        0 => format!("attribute_exists({path})"),
        1 => format!("attribute_not_exists ( {path} )"),
        2 => {
            let code = chance.pick(&TYPES);
            let operand = placeholders.value(chance, json!({"S": code}));
            format!("attribute_type({path}, {operand})")
        }
        3 | 4 => {
            let element = match kind {
                "SS" => "S",
                "NS" => "N",
                "BS" => "B",
                _ => kind,
            };
            let operand = operand(chance, placeholders, element);
            format!("contains({path}, {operand})")
        }
        _ => {
            let prefix = if kind == "B" { "B" } else { "S" };
            let operand = operand(chance, placeholders, prefix);
            format!("begins_with({path}, {operand})")
        }
    }
}

fn faulty_function(chance: &mut Chance, placeholders: &mut Placeholders, path: &str) -> String {
    let any = value::any(chance, 1);
    let operand = placeholders.value(chance, any);
    match chance.below(10) {
        0 => format!("contains({path}, {path})"),
        1 => format!("unknown_function({path}, {operand})"),
        2 => format!("attribute_exists({operand})"),
        3 => format!("attribute_exists({path}, {operand})"),
        4 => format!("attribute_type({path}, {operand})"),
        5 => format!("begins_with({path}, {operand})"),
        6 => format!("{path} = {path}"),
        7 => format!("size({path})"),
        8 => format!("Contains({path}, {operand})"),
        _ => format!("contains({operand}, {operand})"),
    }
}

fn operand(chance: &mut Chance, placeholders: &mut Placeholders, kind: &str) -> String {
    let kind = if chance.percent(8) && kind != "S" && kind != "N" && kind != "B" {
        chance.pick(&TYPES)
    } else {
        kind
    };
    let value = value::of_kind(chance, kind, 1);
    placeholders.value(chance, value)
}

/// A path to some attribute and the type that is usual there.
pub(super) fn path(chance: &mut Chance, placeholders: &mut Placeholders) -> (String, &'static str) {
    if chance.percent(6) {
        let reserved = chance.pick(&RESERVED);
        let name = if chance.slips() {
            reserved.to_owned()
        } else {
            placeholders.name(chance, reserved)
        };
        return (name, "S");
    }
    let (name, kind) = ATTRIBUTES[chance.below(ATTRIBUTES.len())];
    (path_under(chance, placeholders, name), kind)
}

/// A path that begins with the attribute, and often goes into lists and maps.
pub(super) fn path_under(chance: &mut Chance, placeholders: &mut Placeholders, root: &str) -> String {
    let mut path = if chance.percent(25) {
        placeholders.name(chance, root)
    } else {
        root.to_owned()
    };
    let steps = if matches!(root, "xl" | "xm") {
        chance.below(3)
    } else {
        usize::from(chance.percent(5))
    };
    for step in 0..steps {
        let indexes = (root == "xl") == (step == 0);
        if indexes {
            path.push_str(chance.pick_or_slip(
                &["[0]", "[1]", "[2]", "[9]"],
                &["[00]", "[x]", "[-1]", "[", "[4294967296]"],
            ));
        } else {
            let member = chance.pick(&MEMBERS);
            let member = if chance.percent(20) {
                placeholders.name(chance, member)
            } else {
                member.to_owned()
            };
            path = format!("{path}.{member}");
        }
    }
    path
}

/// With a slip, loses, repeats, swaps or replaces a token.
pub(super) fn garble(chance: &mut Chance, text: String) -> String {
    if !chance.slips() {
        return text;
    }
    if chance.percent(12) {
        let odd = [
            "",
            " ",
            "\t",
            "é",
            "((xs = xs))",
            "a",
            ":v0",
            "#n0",
            "x".repeat(4097).as_str(),
        ]
        .map(str::to_owned);
        return odd[chance.below(odd.len())].clone();
    }
    let mut tokens = tokens(&text);
    let at = chance.below(tokens.len());
    match chance.below(5) {
        0 => drop(tokens.remove(at)),
        1 => tokens.insert(at, tokens[at].clone()),
        2 => {
            let other = chance.below(tokens.len());
            tokens.swap(at, other);
        }
        3 => tokens.truncate(at.max(1)),
        _ => {
            let odd = [
                "AND", "(", ")", ",", "=", "!", "é", "😀", "SET", "BETWEEN", ":v0", "[", ".", "1", "+",
            ];
            tokens[at] = chance.pick(&odd).to_owned();
        }
    }
    tokens.join(" ")
}

/// Words and single signs.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut in_word = false;
    for symbol in text.chars() {
        let of_word = symbol.is_alphanumeric() || "_#:".contains(symbol);
        match tokens.last_mut() {
            Some(word) if of_word && in_word => word.push(symbol),
            _ if symbol.is_whitespace() => {}
            _ => tokens.push(symbol.to_string()),
        }
        in_word = of_word;
    }
    if tokens.is_empty() {
        vec![text.to_owned()]
    } else {
        tokens
    }
}
