//! Random update expressions. Each clause targets attributes of its own unless it slips.

use super::expression::{garble, path_under};
use super::placeholders::Placeholders;
use super::value;
use crate::differential::chance::Chance;
use crate::differential::world::{ATTRIBUTES, TableSpec};

/// Index keys that an update may set, with their types.
const INDEX_KEYS: [(&str, &str); 4] = [("gk", "S"), ("gs", "N"), ("lk", "S"), ("gb", "B")];

/// An update expression with one to four actions.
pub(super) fn update(chance: &mut Chance, placeholders: &mut Placeholders, table: &TableSpec) -> String {
    let count = chance.between(1, 4);
    let names = ATTRIBUTES.map(|(name, _)| name);
    let mut targets: Vec<(&str, &str)> = chance
        .some(&names, count)
        .into_iter()
        .filter_map(|name| ATTRIBUTES.into_iter().find(|known| known.0 == name))
        .collect();
    if chance.percent(15) && !table.indexes.is_empty() {
        targets.push(INDEX_KEYS[chance.below(INDEX_KEYS.len())]);
    }
    if chance.slips() {
        targets.push((table.key[0].name, table.key[0].kind));
    }
    if chance.slips() {
        targets.push(targets[0]);
    }
    let mut sections: [Vec<String>; 4] = Default::default();
    for (name, kind) in targets {
        let (section, action) = action(chance, placeholders, name, kind);
        sections[section].push(action);
    }
    let text = join(chance, sections);
    garble(chance, text)
}

fn join(chance: &mut Chance, sections: [Vec<String>; 4]) -> String {
    let words = ["SET", "REMOVE", "ADD", "DELETE"];
    let filled = words.iter().zip(&sections).filter(|(_, actions)| !actions.is_empty());
    let mut clauses: Vec<_> = filled
        .map(|(word, actions)| format!("{word} {}", actions.join(", ")))
        .collect();
    let turn = chance.below(clauses.len());
    clauses.rotate_left(turn);
    if chance.slips() {
        clauses.push(clauses[0].clone());
    }
    let text = clauses.join(" ");
    if chance.percent(10) {
        text.replace("SET ", "set ").replace("REMOVE ", "Remove ")
    } else {
        text
    }
}

/// The number of the section and the action's text.
fn action(chance: &mut Chance, placeholders: &mut Placeholders, name: &str, kind: &str) -> (usize, String) {
    let target = path_under(chance, placeholders, name);
    let adds = matches!(kind, "N" | "SS" | "NS" | "BS");
    match chance.below(10) {
        0 | 1 => (1, target),
        2..=4 if adds || chance.slips() => {
            let added = value::of_kind(chance, kind, 1);
            let operand = placeholders.value(chance, added);
            (2, format!("{target} {operand}"))
        }
        5 if kind.ends_with('S') && kind.len() == 2 || chance.slips() => {
            let removed = value::of_kind(chance, kind, 1);
            let operand = placeholders.value(chance, removed);
            (3, format!("{target} {operand}"))
        }
        _ => {
            let source = source(chance, placeholders, &target, kind);
            (0, format!("{target} = {source}"))
        }
    }
}

/// What a SET writes.
fn source(chance: &mut Chance, placeholders: &mut Placeholders, target: &str, kind: &str) -> String {
    let written = value::of_kind(chance, kind, 2);
    let operand = placeholders.value(chance, written);
    if chance.slips() {
        return faulty_source(chance, target, &operand);
    }
    match (kind, chance.below(6)) {
        ("N", 0) => format!("{target} + {operand}"),
        ("N", 1) => format!("{operand} - {target}"),
        ("N", 2) => format!("if_not_exists({target}, {operand}) + {operand}"),
        ("N", 3) => format!("({operand} + {operand})"),
        ("L", 0) => format!("list_append({target}, {operand})"),
        ("L", 1) => format!("list_append({operand}, if_not_exists({target}, {operand}))"),
        (_, 4) => format!("if_not_exists({target}, {operand})"),
        (_, 5) if chance.percent(30) => {
            let (from, _) = ATTRIBUTES[chance.below(ATTRIBUTES.len())];
            let from = path_under(chance, placeholders, from);
            format!("if_not_exists({from}, {operand})")
        }
        _ => operand,
    }
}

fn faulty_source(chance: &mut Chance, target: &str, operand: &str) -> String {
    match chance.below(8) {
        0 => format!("{operand} + {operand} + {operand}"),
        1 => format!("if_not_exists({operand}, {target})"),
        2 => format!("list_append({operand})"),
        3 => format!("list_append({operand}, {operand}, {operand})"),
        4 => format!("unknown({operand})"),
        5 => format!("attribute_exists({target})"),
        6 => format!("(({operand}))"),
        _ => format!("missing + {operand}"),
    }
}
