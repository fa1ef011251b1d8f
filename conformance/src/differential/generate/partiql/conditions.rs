//! What a WHERE clause says of the key and of other attributes.

use serde_json::json;

use super::script::Script;
use super::value;
use crate::differential::chance::Chance;
use crate::differential::world::{ATTRIBUTES, KeySpec, MEMBERS};

const COMPARATORS: [&str; 6] = ["=", "<>", "<", "<=", ">", ">="];
const TYPE_WORDS: [&str; 9] = [
    "MISSING", "NULL", "BOOLEAN", "BLOB", "STRING", "NUMERIC", "STRUCT", "TUPLE", "LIST",
];
const ODD_TYPE_WORDS: [&str; 6] = ["INT", "DECIMAL", "SET", "FOO", "SYMBOL", "BAG"];
/// What is no predicate, or none that the service takes.
const ODD_PREDICATES: [&str; 16] = [
    "foo(xs, 1)",
    "size(xs)",
    "xs",
    "EXISTS(xs)",
    "xs = xs",
    "xs IS 1",
    "MISSING = xs",
    "attribute_type(xs, 'X')",
    "contains(xs)",
    "xn BETWEEN 2 AND 1",
    "xm < {'a': 1}",
    "xn IN []",
    "xn IN 1",
    "1 = 1",
    "'a'",
    "TRUE",
];

/// An equality for each attribute of the key; slips leave one out.
pub(super) fn key_equalities(chance: &mut Chance, script: &mut Script, key: &[KeySpec]) {
    for (at, part) in key.iter().enumerate() {
        if at > 0 && chance.slips() {
            return;
        }
        if at > 0 {
            script.add(" AND ");
        }
        script.add(&format!(
            "{} {} ",
            part.name,
            chance.pick_or_slip(&["="], &["<", "<>", "IN"])
        ));
        let operand = value::key_value(chance, part);
        script.value(chance, operand);
    }
}

/// What a SELECT says about the key: the partition, and maybe a range of the sort key.
pub(super) fn key_terms(chance: &mut Chance, script: &mut Script, key: &[KeySpec]) {
    let partition = &key[0];
    if chance.percent(12) {
        script.add(&format!("{} IN [", partition.name));
        for at in 0..chance.between(1, 2) {
            script.add(if at == 0 { "" } else { ", " });
            let operand = value::key_value(chance, partition);
            script.value(chance, operand);
        }
        script.add("]");
    } else {
        script.add(&format!("{} = ", partition.name));
        let operand = value::key_value(chance, partition);
        script.value(chance, operand);
    }
    let Some(sort) = key.get(1).filter(|_| chance.percent(55)) else {
        return;
    };
    script.add(&format!(" AND {} ", sort.name));
    let operand = value::key_value(chance, sort);
    if chance.percent(20) {
        let other = value::key_value(chance, sort);
        script.add("BETWEEN ");
        script.value(chance, operand);
        script.add(" AND ");
        script.value(chance, other);
    } else {
        script.add(chance.pick_or_slip(&["= ", "< ", "<= ", "> ", ">= "], &["<> ", "!= ", "LIKE "]));
        script.value(chance, operand);
    }
}

pub(super) fn condition(chance: &mut Chance, script: &mut Script, depth: usize) {
    match if depth == 0 { 0 } else { chance.below(8) } {
        5 | 6 => {
            condition(chance, script, depth - 1);
            script.add(chance.pick(&[" AND ", " OR ", " and "]));
            condition(chance, script, depth - 1);
        }
        7 => {
            script.add(chance.pick(&["NOT (", "("]));
            condition(chance, script, depth - 1);
            script.add(")");
        }
        _ => predicate(chance, script),
    }
}

fn predicate(chance: &mut Chance, script: &mut Script) {
    let (name, kind) = ATTRIBUTES[chance.below(ATTRIBUTES.len())];
    let path = path_under(chance, name);
    if chance.slips() {
        return script.add(chance.pick(&ODD_PREDICATES));
    }
    match chance.below(11) {
        0..=3 => {
            let is_ordered = matches!(kind, "S" | "N" | "B");
            script.add(&format!(
                "{path} {} ",
                chance.pick(if is_ordered { &COMPARATORS } else { &COMPARATORS[..2] })
            ));
            operand(chance, script, kind);
        }
        4 => {
            script.add(&format!("{path}{} ", chance.pick(&[" BETWEEN", " NOT BETWEEN"])));
            script.value(chance, json!({"N": "0"}));
            script.add(" AND ");
            let high = json!({"N": chance.pick(&["0", "2", "10"])});
            script.value(chance, high);
        }
        5 => {
            script.add(&format!("{path}{}", chance.pick(&[" IN [", " NOT IN [", " IN ["])));
            operand(chance, script, kind);
            script.add(", ");
            operand(chance, script, kind);
            script.add("]");
        }
        6 | 7 => {
            let word = chance.pick_or_slip(&TYPE_WORDS, &ODD_TYPE_WORDS);
            script.add(&format!("{path} {} {word}", chance.pick(&["IS", "IS NOT"])));
        }
        8 => {
            script.add(&format!("size({path}) {} ", chance.pick(&COMPARATORS)));
            operand(chance, script, "N");
        }
        9 => {
            script.add(&format!(
                "{}({path}, ",
                chance.pick(&["begins_with", "contains", "CONTAINS"])
            ));
            operand(chance, script, if kind == "B" { "B" } else { "S" });
            script.add(")");
        }
        _ => script.add(&format!(
            "{}({path})",
            chance.pick(&["attribute_exists", "attribute_not_exists"])
        )),
    }
}

fn operand(chance: &mut Chance, script: &mut Script, kind: &str) {
    let operand = value::of_kind(chance, kind, 1);
    script.value(chance, operand);
}

pub(super) fn usual_kind(name: &str) -> &'static str {
    let known = ATTRIBUTES.into_iter().find(|known| known.0 == name);
    known.map_or("S", |known| known.1)
}

/// A path that begins with the attribute, and often goes into lists and maps.
pub(super) fn path_under(chance: &mut Chance, root: &str) -> String {
    let mut path = match chance.percent(15) {
        true => format!("\"{root}\""),
        false => root.to_owned(),
    };
    if root == "xl" && chance.percent(50) {
        path.push_str(chance.pick_or_slip(&["[0]", "[1]", "[9]"], &["[x]", "[-1]", "[", "[99999999999]"]));
    }
    if root == "xm" && chance.percent(60) {
        path = format!("{path}.{}", chance.pick(&MEMBERS));
    }
    if chance.slips() {
        path.push_str(chance.pick(&[".ka", "[0]", ".select", ".*", "..a", ".\"\""]));
    }
    path
}
