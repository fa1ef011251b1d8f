//! The four kinds of statements.

use super::conditions::{condition, key_equalities, key_terms, path_under, usual_kind};
use super::script::{Script, quoted};
use super::value;
use crate::differential::chance::Chance;
use crate::differential::world::{ATTRIBUTES, IndexSpec, KeySpec, TableSpec};

const IMAGES: [&str; 4] = ["ALL OLD", "ALL NEW", "MODIFIED OLD", "MODIFIED NEW"];

/// The table's name in quotes, maybe with an index.
fn target(chance: &mut Chance, table: &TableSpec, index: Option<&IndexSpec>) -> String {
    if chance.slips() {
        return chance
            .pick(&[
                "\"diff.none\"",
                "diff.hash",
                "\"\"",
                "\"diff.range\".\"gsi-none\"",
                "\"a\".\"b\".\"c\"",
                "\"diff.hash\" t",
            ])
            .to_owned();
    }
    match index {
        Some(index) => format!("\"{}\".\"{}\"", table.name, index.name),
        None => format!("\"{}\"", table.name),
    }
}

pub(super) fn select(chance: &mut Chance, table: &'static TableSpec) -> Script {
    let index =
        (!table.indexes.is_empty() && chance.percent(40)).then(|| &table.indexes[chance.below(table.indexes.len())]);
    let key = index.map_or(table.key, |index| index.key);
    let mut script = Script::default();
    script.add("SELECT ");
    select_list(chance, &mut script, key);
    script.add(" FROM ");
    script.add(&target(chance, table, index));
    let is_keyed = chance.percent(65);
    if is_keyed {
        script.add(" WHERE ");
        key_terms(chance, &mut script, key);
        if chance.percent(40) {
            script.add(chance.pick(&[" AND ", " AND ", " OR "]));
            condition(chance, &mut script, 1);
        }
    } else if chance.percent(70) {
        script.add(" WHERE ");
        condition(chance, &mut script, 2);
    }
    if is_keyed && chance.percent(15) || chance.slips() {
        order(chance, &mut script, key);
    }
    script
}

fn select_list(chance: &mut Chance, script: &mut Script, key: &[KeySpec]) {
    if chance.percent(55) {
        return script.add("*");
    }
    if chance.slips() {
        return script.add(chance.pick(&["COUNT(*)", "size(xs)", "xs AS a", "", "'a'", "1", "*, xs"]));
    }
    let count = chance.between(1, 3);
    let names = ATTRIBUTES.map(|(name, _)| name);
    let mut paths: Vec<String> = chance
        .some(&names, count)
        .into_iter()
        .map(|name| path_under(chance, name))
        .collect();
    if chance.percent(40) {
        paths.push(key[0].name.to_owned());
    }
    script.add(&paths.join(", "));
}

fn order(chance: &mut Chance, script: &mut Script, key: &[KeySpec]) {
    let names: Vec<&str> = key.iter().map(|part| part.name).collect();
    script.add(" ORDER BY ");
    let name = chance.pick_or_slip(&names, &["xs", "'a'", "xm.ka", ""]);
    script.add(name);
    if chance.percent(60) {
        script.add(chance.pick_or_slip(&[" ASC", " DESC"], &[" UP", " ASC DESC"]));
    }
}

/// A SELECT of one item, as batches and transactions have them.
pub(super) fn key_select(chance: &mut Chance, table: &'static TableSpec) -> Script {
    let mut script = Script::default();
    script.add("SELECT ");
    select_list(chance, &mut script, table.key);
    script.add(" FROM ");
    let index = if chance.slips() { table.indexes.first() } else { None };
    script.add(&target(chance, table, index));
    script.add(" WHERE ");
    key_equalities(chance, &mut script, table.key);
    if chance.slips() {
        script.add(" AND ");
        condition(chance, &mut script, 0);
    }
    script
}

pub(super) fn insert(chance: &mut Chance, table: &'static TableSpec) -> Script {
    let item = value::item(chance, table);
    let mut script = Script::default();
    script.add("INSERT INTO ");
    script.add(&target(chance, table, None));
    script.add(chance.pick_or_slip(&[" VALUE {"], &[" VALUES {", " {", " value {", " VALUE [{"]));
    for (at, (name, inner)) in item.as_object().into_iter().flatten().enumerate() {
        if at > 0 {
            script.add(chance.pick_or_slip(&[", "], &[" ", ",, "]));
        }
        script.add(&quoted(name));
        script.add(": ");
        script.value(chance, inner.clone());
    }
    script.add("}");
    script
}

pub(super) fn update(chance: &mut Chance, table: &'static TableSpec, returns: bool) -> Script {
    let mut script = Script::default();
    script.add("UPDATE ");
    script.add(&target(chance, table, None));
    let count = chance.between(1, 3);
    let names = ATTRIBUTES.map(|(name, _)| name);
    for name in chance.some(&names, count) {
        clause(chance, &mut script, name);
    }
    if chance.slips() {
        script.add(&format!(" SET {} = 'a'", table.key[0].name));
    }
    where_item(chance, &mut script, table);
    returning(chance, &mut script, returns);
    script
}

/// A SET or a REMOVE of an attribute.
fn clause(chance: &mut Chance, script: &mut Script, name: &str) {
    let kind = usual_kind(name);
    let path = path_under(chance, name);
    if chance.percent(20) {
        return script.add(&format!(" REMOVE {path}"));
    }
    script.add(&format!(" SET {path} = "));
    let written = value::of_kind(chance, kind, 1);
    match (kind, chance.below(4)) {
        ("N", 0) => {
            script.add(&format!("{path} {} ", chance.pick(&["+", "-"])));
            script.value(chance, written);
        }
        ("L", 0) => {
            script.add(&format!("list_append({path}, "));
            script.value(chance, written);
            script.add(")");
        }
        ("SS" | "NS" | "BS", 0 | 1) => {
            script.add(&format!("{}({path}, ", chance.pick(&["set_add", "set_delete"])));
            script.value(chance, written);
            script.add(")");
        }
        (_, 3) if chance.slips() => script.add(chance.pick(&[
            "if_not_exists(xs, 1)",
            "size(xs)",
            "missing",
            "xs || 'a'",
            "((1))",
            "1 + 1",
        ])),
        (_, 3) if chance.percent(30) => {
            let (other, _) = ATTRIBUTES[chance.below(ATTRIBUTES.len())];
            script.add(other);
        }
        _ => script.value(chance, written),
    }
}

pub(super) fn delete(chance: &mut Chance, table: &'static TableSpec, returns: bool) -> Script {
    let mut script = Script::default();
    script.add(chance.pick_or_slip(&["DELETE FROM "], &["DELETE ", "delete from "]));
    script.add(&target(chance, table, None));
    where_item(chance, &mut script, table);
    if returns && chance.percent(40) {
        script.add(" RETURNING ");
        script.add(chance.pick_or_slip(&["ALL OLD"], &IMAGES));
        script.add(" *");
    }
    script
}

fn where_item(chance: &mut Chance, script: &mut Script, table: &'static TableSpec) {
    if chance.slips() {
        return;
    }
    script.add(" WHERE ");
    key_equalities(chance, script, table.key);
    if chance.percent(30) {
        script.add(chance.pick_or_slip(&[" AND "], &[" OR ", " "]));
        condition(chance, script, 1);
    }
}

fn returning(chance: &mut Chance, script: &mut Script, returns: bool) {
    if returns && chance.percent(50) {
        script.add(" RETURNING ");
        script.add(chance.pick_or_slip(&IMAGES, &["ALL", "OLD ALL", "SOME OLD"]));
        script.add(chance.pick_or_slip(&[" *"], &["", " xs"]));
    }
}
