//! PartiQL: ExecuteStatement, BatchExecuteStatement and ExecuteTransaction.
//!
//! A statement is written from left to right, so that its parameters stand in the order of their question marks.

use serde_json::{Value, json};

use super::items::attach_capacity;
use super::{Request, value};
use crate::differential::chance::Chance;
use crate::differential::world::{ATTRIBUTES, IndexSpec, KeySpec, MEMBERS, TABLES, TableSpec};

/// The tokens of all transactions: few, so that requests meet them again.
const TOKENS: usize = 40;
const COMPARATORS: [&str; 6] = ["=", "<>", "<", "<=", ">", ">="];
const TYPE_WORDS: [&str; 9] = [
    "MISSING", "NULL", "BOOLEAN", "BLOB", "STRING", "NUMERIC", "STRUCT", "TUPLE", "LIST",
];
const ODD_TYPE_WORDS: [&str; 6] = ["INT", "DECIMAL", "SET", "FOO", "SYMBOL", "BAG"];
const IMAGES: [&str; 4] = ["ALL OLD", "ALL NEW", "MODIFIED OLD", "MODIFIED NEW"];
/// Words that stand where they should not.
const ODD_WORDS: [&str; 24] = [
    "AND", "(", ")", ",", "=", "!", "é", "SELECT", "FROM", "WHERE", "BETWEEN", "?", "[", "]", "{", "<<", ">>", "NOT",
    "'a'", "1.2.3", "LIKE", "||", "-", ";",
];

pub(super) fn execute(chance: &mut Chance) -> Request {
    let table = table(chance);
    let mut body = match chance.below(10) {
        0..=4 => select(chance, table).body(chance),
        5 | 6 => insert(chance, table).body(chance),
        7 | 8 => update(chance, table, true).body(chance),
        _ => delete(chance, table, true).body(chance),
    };
    if chance.percent(25) {
        body["Limit"] = json!(chance.between(1, 4));
    }
    if chance.slips() {
        body["Limit"] = [json!(0), json!(-1), json!("1"), json!(2_147_483_648_u64)][chance.below(4)].clone();
    }
    if chance.percent(20) {
        body["ConsistentRead"] = json!(chance.percent(50));
    }
    if chance.slips() {
        body["NextToken"] = json!(chance.pick(&["", "abc", "YWJj"]));
    }
    attach_capacity(chance, &mut body);
    Request {
        operation: "ExecuteStatement",
        body,
    }
}

pub(super) fn batch(chance: &mut Chance) -> Request {
    let statements = members(chance, |chance, table, reads| match reads {
        true => {
            let mut body = key_select(chance, table).body(chance);
            if chance.percent(30) {
                body["ConsistentRead"] = json!(chance.percent(50));
            }
            body
        }
        false => write(chance, table, true),
    });
    let count = if chance.slips() {
        [0, 26][chance.below(2)]
    } else {
        statements.len()
    };
    let mut body = json!({"Statements": resized(statements, count)});
    attach_capacity(chance, &mut body);
    Request {
        operation: "BatchExecuteStatement",
        body,
    }
}

pub(super) fn transaction(chance: &mut Chance) -> Request {
    let statements = members(chance, |chance, table, reads| match reads {
        true => key_select(chance, table).body(chance),
        false => {
            let returns = chance.slips();
            write(chance, table, returns)
        }
    });
    let count = if chance.slips() {
        [0, 101][chance.below(2)]
    } else {
        statements.len()
    };
    let mut body = json!({"TransactStatements": resized(statements, count)});
    if chance.percent(25) {
        body["ClientRequestToken"] = json!(format!("statement-{}", chance.below(TOKENS)));
    }
    if chance.slips() {
        body["ClientRequestToken"] = json!("t".repeat([0, 36, 37][chance.below(3)]));
    }
    attach_capacity(chance, &mut body);
    Request {
        operation: "ExecuteTransaction",
        body,
    }
}

/// One to four statements, all reads or all writes unless one slips.
fn members(chance: &mut Chance, make: impl Fn(&mut Chance, &'static TableSpec, bool) -> Value) -> Vec<Value> {
    let reads = chance.percent(40);
    let count = chance.between(1, 4);
    let member = |chance: &mut Chance| {
        let table = table(chance);
        let reads = reads != chance.slips();
        make(chance, table, reads)
    };
    (0..count).map(|_| member(chance)).collect()
}

/// The list cut or repeated to this length.
fn resized(list: Vec<Value>, count: usize) -> Vec<Value> {
    list.iter().cycle().take(count).cloned().collect()
}

fn write(chance: &mut Chance, table: &'static TableSpec, returns: bool) -> Value {
    let mut body = match chance.below(4) {
        0 | 1 => insert(chance, table).body(chance),
        2 => update(chance, table, returns).body(chance),
        _ => delete(chance, table, returns).body(chance),
    };
    if chance.percent(25) {
        let wanted = chance.pick_or_slip(&["NONE", "ALL_OLD"], &["ALL_NEW", "", "all_old"]);
        body["ReturnValuesOnConditionCheckFailure"] = json!(wanted);
    }
    body
}

fn table(chance: &mut Chance) -> &'static TableSpec {
    &TABLES[[0, 1, 1, 1, 2][chance.below(5)]]
}

/// A statement while it is written.
#[derive(Debug, Default)]
struct Script {
    text: String,
    parameters: Vec<Value>,
}

impl Script {
    fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A value: a literal, or a parameter.
    fn value(&mut self, chance: &mut Chance, value: Value) {
        match literal(&value).filter(|_| chance.percent(60)) {
            Some(text) => self.text.push_str(&text),
            None => {
                self.text.push('?');
                self.parameters.push(value);
            }
        }
    }

    /// The members of a request; slips garble the words, or give too many or too few parameters.
    fn body(mut self, chance: &mut Chance) -> Value {
        if chance.slips() {
            self.text = garbled(chance, &self.text);
        }
        if chance.percent(5) {
            self.text.push(';');
        }
        if chance.slips() {
            match chance.percent(50) {
                true => drop(self.parameters.pop()),
                false => self.parameters.push(value::any(chance, 1)),
            }
        }
        let mut body = json!({"Statement": self.text});
        if !self.parameters.is_empty() || chance.slips() {
            body["Parameters"] = Value::Array(self.parameters);
        }
        body
    }
}

/// The value as a literal, if there is one for its type.
fn literal(value: &Value) -> Option<String> {
    let (kind, content) = value.as_object()?.iter().next()?;
    let list = |content: &Value| content.as_array().cloned();
    let joined = |parts: Option<Vec<String>>| parts.map(|parts| parts.join(", "));
    match kind.as_str() {
        "S" => content.as_str().map(quoted),
        "N" => {
            let number = content.as_str()?;
            let plain = number
                .chars()
                .all(|digit| digit.is_ascii_digit() || "-.eE+".contains(digit));
            (plain && !number.is_empty() && !number.starts_with('+')).then(|| number.to_owned())
        }
        "BOOL" => content.as_bool().map(|truth| truth.to_string()),
        "NULL" => content.as_bool().filter(|truth| *truth).map(|_| "null".to_owned()),
        "L" => joined(list(content)?.iter().map(literal).collect()).map(|text| format!("[{text}]")),
        "SS" => {
            let members = list(content)?
                .iter()
                .map(|member| member.as_str().map(quoted))
                .collect();
            joined(members).map(|text| format!("<<{text}>>"))
        }
        "NS" => {
            let members = list(content)?
                .iter()
                .map(|member| member.as_str().map(str::to_owned))
                .collect();
            joined(members).map(|text| format!("<<{text}>>"))
        }
        "M" => {
            let member = |(name, inner): (&String, &Value)| Some(format!("{}: {}", quoted(name), literal(inner)?));
            joined(content.as_object()?.iter().map(member).collect()).map(|text| format!("{{{text}}}"))
        }
        _ => None,
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The statement with one word lost, repeated, moved or replaced, cut short, or replaced altogether.
fn garbled(chance: &mut Chance, text: &str) -> String {
    if chance.percent(15) {
        let whole = [
            "",
            " ",
            "FOO",
            "SELECT",
            "SELECT * FROM",
            "SET xs = 1",
            "EXISTS (SELECT * FROM \"diff.hash\" WHERE pk = 'p1')",
            "FOO = 1",
            "é",
            "SELECT COUNT(*) FROM \"diff.hash\"",
            "INSERT INTO \"diff.hash\" VALUE ?",
            "DROP TABLE \"diff.hash\"",
        ];
        return chance.pick(&whole).to_owned();
    }
    let mut words: Vec<&str> = text.split(' ').collect();
    let at = chance.below(words.len());
    match chance.below(6) {
        0 => drop(words.remove(at)),
        1 => words.insert(at, words[at]),
        2 => {
            let other = chance.below(words.len());
            words.swap(at, other);
        }
        3 => words.truncate(at.max(1)),
        4 => words.insert(at, chance.pick(&ODD_WORDS)),
        _ => words[at] = chance.pick(&ODD_WORDS),
    }
    words.join(" ")
}

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

fn select(chance: &mut Chance, table: &'static TableSpec) -> Script {
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
fn key_select(chance: &mut Chance, table: &'static TableSpec) -> Script {
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

fn insert(chance: &mut Chance, table: &'static TableSpec) -> Script {
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

fn update(chance: &mut Chance, table: &'static TableSpec, returns: bool) -> Script {
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

fn delete(chance: &mut Chance, table: &'static TableSpec, returns: bool) -> Script {
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

/// An equality for each attribute of the key; slips leave one out.
fn key_equalities(chance: &mut Chance, script: &mut Script, key: &[KeySpec]) {
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
fn key_terms(chance: &mut Chance, script: &mut Script, key: &[KeySpec]) {
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

fn condition(chance: &mut Chance, script: &mut Script, depth: usize) {
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
        let odd = [
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
        return script.add(chance.pick(&odd));
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

fn usual_kind(name: &str) -> &'static str {
    let known = ATTRIBUTES.into_iter().find(|known| known.0 == name);
    known.map_or("S", |known| known.1)
}

/// A path that begins with the attribute, and often goes into lists and maps.
fn path_under(chance: &mut Chance, root: &str) -> String {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::literal;

    #[test]
    fn values_are_written_as_literals_where_there_are_some() {
        let check = |value, expected: Option<&str>| assert_eq!(literal(&value).as_deref(), expected, "{value}");
        check(json!({"S": "it's"}), Some("'it''s'"));
        check(
            json!({"M": {"a": {"L": [{"N": "1e2"}, {"NULL": true}]}}}),
            Some("{'a': [1e2, null]}"),
        );
        check(json!({"NS": ["1", "2"]}), Some("<<1, 2>>"));
        check(json!({"L": [{"B": "AA=="}]}), None);
        check(json!({"N": "abc"}), None);
    }
}
