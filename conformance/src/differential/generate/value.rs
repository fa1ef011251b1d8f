//! Attribute values, items and keys; a slip gives a value that no service accepts.

use serde_json::{Map, Value, json};

use crate::differential::chance::Chance;
use crate::differential::world::{ATTRIBUTES, KeySpec, MEMBERS, RESERVED, TableSpec};

const KINDS: [&str; 10] = ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"];
const STRINGS: [&str; 9] = ["a", "ab", "b", "", "Zz", "é", "😀", "p1", "a b"];
const NUMBERS: [&str; 24] = [
    "0",
    "1",
    "-1",
    "2",
    "10",
    "100",
    "1.0",
    "1e2",
    "0.5",
    ".5",
    "5.",
    "+5",
    "-0",
    "007",
    "-2.50",
    "1E+2",
    "12345678901234567890123456789012345678",
    "-99999999999999999999999999999999999999",
    "0.1234567890123456789012345678901234567",
    "9.9999999999999999999999999999999999999E+125",
    "1E-130",
    "-1E-130",
    "1e125",
    "0e100",
];
const BAD_NUMBERS: [&str; 18] = [
    "",
    " 1",
    "1e",
    "abc",
    "1.2.3",
    "++1",
    ".",
    "NaN",
    "Infinity",
    "0x10",
    "1e126",
    "1e-131",
    "0e126",
    "0e-131",
    "1e99999999999",
    "1e99999999999999999999",
    "1e2147483647",
    "123456789012345678901234567890123456789",
];
const BINARIES: [&str; 5] = ["AA==", "AAE=", "/w==", "", "YWI="];

/// The item of a put: a key of the table and some attributes.
pub(super) fn item(chance: &mut Chance, table: &TableSpec) -> Value {
    let mut item = key(chance, table);
    let Some(members) = item.as_object_mut() else {
        return item;
    };
    for index in table.indexes {
        for part in index.key {
            if !members.contains_key(part.name) && chance.percent(70) {
                members.insert(part.name.to_owned(), key_value(chance, part));
            }
        }
    }
    for (name, kind) in ATTRIBUTES {
        if chance.percent(35) {
            let kind = if chance.percent(90) { kind } else { chance.pick(&KINDS) };
            members.insert(name.to_owned(), of_kind(chance, kind, 2));
        }
    }
    if chance.percent(20) {
        let name = chance.pick(&RESERVED).to_owned();
        members.insert(name, any(chance, 1));
    }
    if chance.slips() {
        members.insert(String::new(), json!({"S": "a"}));
    }
    item
}

/// A key of the table; slips leave a part out, add one or take another type.
pub(super) fn key(chance: &mut Chance, table: &TableSpec) -> Value {
    let mut key = Map::new();
    for part in table.key {
        if !chance.slips() {
            key.insert(part.name.to_owned(), key_value(chance, part));
        }
    }
    if chance.slips() {
        key.insert("xs".to_owned(), any(chance, 1));
    }
    Value::Object(key)
}

/// A value for a key attribute.
pub(super) fn key_value(chance: &mut Chance, part: &KeySpec) -> Value {
    if chance.slips() {
        return match chance.below(3) {
            0 => json!({part.kind: ""}),
            1 => json!({part.kind: if part.kind == "B" { "QUFB".repeat(600) } else { "k".repeat(2050) }}),
            _ => any(chance, 1),
        };
    }
    json!({part.kind: chance.pick(part.values)})
}

/// A value of any type.
pub(super) fn any(chance: &mut Chance, depth: usize) -> Value {
    let kind = chance.pick(&KINDS);
    of_kind(chance, kind, depth)
}

/// A value of this type; `depth` bounds lists and maps.
pub(super) fn of_kind(chance: &mut Chance, kind: &str, depth: usize) -> Value {
    if chance.slips() {
        return bad(chance, kind);
    }
    match kind {
        "S" => json!({"S": chance.pick(&STRINGS)}),
        "N" => json!({"N": number(chance)}),
        "B" => json!({"B": chance.pick(&BINARIES)}),
        "BOOL" => json!({"BOOL": chance.percent(50)}),
        "NULL" => json!({"NULL": true}),
        "SS" => json!({"SS": set(chance, &["b", "a", "ab", "", "é"])}),
        "NS" => json!({"NS": set(chance, &["3", "20", "100", "-1", "0.5", "0"])}),
        "BS" => json!({"BS": set(chance, &["/w==", "AA==", "AAE="])}),
        "L" => json!({"L": elements(chance, depth)}),
        _ => json!({"M": members(chance, depth)}),
    }
}

fn number(chance: &mut Chance) -> &'static str {
    let number: &'static str = NUMBERS[if chance.percent(60) {
        chance.below(6)
    } else {
        chance.below(NUMBERS.len())
    }];
    number
}

fn set(chance: &mut Chance, options: &[&'static str]) -> Vec<&'static str> {
    let count = chance.between(1, options.len());
    let mut chosen: Vec<&'static str> = options.to_vec();
    while chosen.len() > count {
        let at = chance.below(chosen.len());
        chosen.remove(at);
    }
    let at = chance.below(chosen.len());
    chosen.rotate_left(at);
    chosen
}

fn elements(chance: &mut Chance, depth: usize) -> Vec<Value> {
    let count = if depth == 0 { 0 } else { chance.between(0, 3) };
    (0..count).map(|_| any(chance, depth - 1)).collect()
}

fn members(chance: &mut Chance, depth: usize) -> Value {
    let count = if depth == 0 { 0 } else { chance.between(0, 3) };
    let names = chance.some(&MEMBERS, count);
    let mut map: Map<String, Value> = names
        .into_iter()
        .map(|name| (name.to_owned(), any(chance, depth - 1)))
        .collect();
    if chance.slips() {
        map.insert(String::new(), json!({"S": "a"}));
    }
    Value::Object(map)
}

/// A value that is refused, near to this type.
fn bad(chance: &mut Chance, kind: &str) -> Value {
    match chance.below(12) {
        0 => json!({}),
        1 => json!({"S": "a", "N": "1"}),
        2 => json!({"N": chance.pick(&BAD_NUMBERS)}),
        3 => json!({"NS": ["1", chance.pick(&BAD_NUMBERS)]}),
        4 => bad_set(chance),
        5 => bad_boolean(chance),
        6 => json!({kind: wrong_json(chance)}),
        7 => wrong_json(chance),
        8 => nested(chance),
        9 => json!({"X": "a"}),
        10 => json!({"B": chance.pick(&["A", "A===", "not base64", "AB=="])}),
        _ => json!({kind: null}),
    }
}

fn bad_set(chance: &mut Chance) -> Value {
    match chance.below(7) {
        0 => json!({"SS": []}),
        1 => json!({"NS": []}),
        2 => json!({"BS": []}),
        3 => json!({"SS": ["b", "a", "b", "C"]}),
        4 => json!({"NS": ["1", "2", "1.0"]}),
        5 => json!({"BS": ["/w==", "AA==", "/w=="]}),
        _ => json!({"SS": [], "S": "a"}),
    }
}

fn bad_boolean(chance: &mut Chance) -> Value {
    match chance.below(8) {
        0 => json!({"NULL": false}),
        1 => json!({"NULL": "no"}),
        2 => json!({"NULL": "yes"}),
        3 => json!({"BOOL": "T"}),
        4 => json!({"BOOL": "on"}),
        5 => json!({"BOOL": 1}),
        6 => json!({"BOOL": 1.5}),
        _ => json!({"NULL": false, "S": "a"}),
    }
}

/// JSON of a type that does not belong where it is put.
pub(super) fn wrong_json(chance: &mut Chance) -> Value {
    match chance.below(8) {
        0 => json!(1),
        1 => json!(1.5),
        2 => json!(true),
        3 => json!([]),
        4 => json!({}),
        5 => json!("a"),
        6 => json!(["a"]),
        _ => json!(false),
    }
}

/// Lists and maps around a string, near the limit of nesting.
fn nested(chance: &mut Chance) -> Value {
    let depth = [30, 31, 32, 33, 62, 63, 70][chance.below(7)];
    let mut value = json!({"S": "a"});
    for level in 0..depth {
        value = if level % 2 == 0 {
            json!({"L": [value]})
        } else {
            json!({"M": {"ka": value}})
        };
    }
    value
}
