//! PartiQL: ExecuteStatement, BatchExecuteStatement and ExecuteTransaction.
//!
//! A statement is written from left to right, so that its parameters stand in the order of their question marks.

mod conditions;
mod script;
mod statements;

use serde_json::{Value, json};

use super::items::attach_capacity;
use super::{Request, value};
use crate::differential::chance::Chance;
use crate::differential::world::{TABLES, TableSpec};
use statements::{delete, insert, key_select, select, update};

/// The tokens of all transactions: few, so that requests meet them again.
const TOKENS: usize = 40;

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
