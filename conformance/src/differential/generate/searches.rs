//! SearchVectors over the tables that are filled when a run begins: vectors, conditions on the partition and the filter, projections.

use serde_json::{Value, json};

use super::Request;
use super::items::table_name;
use super::placeholders::Placeholders;
use super::value::wrong_json;
use crate::differential::chance::Chance;
use crate::differential::vectors::{DIVIDED, VECTOR_TABLES, WHOLE};

/// What elements of vectors are, most of the time.
const ELEMENTS: [&str; 6] = ["1", "-0.25", "2.5", "1e1", "-3", "0.125"];

pub(super) fn search(chance: &mut Chance) -> Request {
    let (table, _) = VECTOR_TABLES[chance.below(VECTOR_TABLES.len())];
    let index = chance.pick_or_slip(&[WHOLE, DIVIDED, DIVIDED], &["vec-none", "ab", "", "a b"]);
    let mut body = json!({
        "TableName": table_name(chance, table),
        "IndexName": index,
        "SearchVector": vector(chance),
        "TopK": top(chance),
    });
    let mut placeholders = Placeholders::default();
    if index == DIVIDED || chance.slips() {
        body["SearchConditionExpression"] = json!(condition(chance, &mut placeholders));
    }
    if chance.percent(30) {
        let good = ["pk", "xs, pk", "vec", "vec[0]", "grp", "pk, missing"];
        let bad = ["pk, pk", "", "size", "#undefined", "pk xs", "vec.a, vec"];
        body["ProjectionExpression"] = json!(chance.pick_or_slip(&good, &bad));
    }
    if chance.percent(20) {
        let bad = ["X", "", "total"];
        body["ReturnConsumedCapacity"] = json!(chance.pick_or_slip(&["NONE", "TOTAL", "INDEXES"], &bad));
    }
    placeholders.attach(chance, &mut body);
    Request {
        operation: "SearchVectors",
        body,
    }
}

fn vector(chance: &mut Chance) -> Value {
    let length = if chance.slips() { chance.below(5) } else { 3 };
    let element = |chance: &mut Chance| match chance.slips() {
        true => [
            json!({"S": "1"}),
            json!({"N": "1e39"}),
            json!({"N": "a"}),
            json!({}),
            wrong_json(chance),
        ][chance.below(5)]
        .clone(),
        false => json!({"N": chance.pick(&ELEMENTS)}),
    };
    (0..length).map(|_| element(chance)).collect()
}

fn top(chance: &mut Chance) -> i64 {
    match chance.slips() {
        true => [0, -1, 101, 1 << 40][chance.below(4)],
        false => [1, 2, 5, 24, 100][chance.below(5)],
    }
}

/// A condition on the partition, and maybe on the filter.
fn condition(chance: &mut Chance, placeholders: &mut Placeholders) -> String {
    let group = json!({"S": chance.pick(&["g1", "g2", "g3"])});
    let group = if chance.slips() { json!({"N": "1"}) } else { group };
    let name = match chance.percent(30) {
        true => placeholders.name(chance, "grp"),
        false => chance.pick_or_slip(&["grp"], &["xs", "grp.a", "pk", "size"]).to_owned(),
    };
    let group = placeholders.value(chance, group);
    let mut condition = match chance.slips() {
        true => match chance.below(5) {
            0 => format!("{name} > {group}"),
            1 => format!("begins_with({name}, {group})"),
            2 => format!("NOT {name} = {group}"),
            3 => format!("{name} = {group} AND {name} = {group}"),
            _ => format!("{name} = "),
        },
        false => format!("{name} = {group}"),
    };
    if chance.percent(40) {
        let filter = if chance.slips() {
            json!({"S": "1"})
        } else {
            json!({"N": chance.pick(&["0", "1", "1.0"])})
        };
        let filter = placeholders.value(chance, filter);
        let sign = chance.pick_or_slip(&["="], &["<", "<>"]);
        let word = chance.pick_or_slip(&["AND"], &["OR"]);
        condition = format!("{condition} {word} flt {sign} {filter}");
    }
    condition
}
