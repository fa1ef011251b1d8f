//! Breaks a finished body as JSON, whatever it says: a member is lost, null, of a wrong type, out of its range, or one too many.

use serde_json::{Value, json};

use super::value::wrong_json;
use crate::differential::chance::Chance;

/// Of a hundred broken bodies, how many are broken at two places.
const TWICE_PERCENT: u64 = 15;

/// Changes one place of the body, or two.
pub(super) fn break_body(chance: &mut Chance, body: &mut Value) {
    break_once(chance, body);
    if chance.percent(TWICE_PERCENT) {
        break_once(chance, body);
    }
}

fn break_once(chance: &mut Chance, body: &mut Value) {
    let at = place(chance, body);
    let name = at
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .replace("~1", "/")
        .replace("~0", "~");
    let parent = at.rfind('/').map_or("", |end| &at[..end]);
    match chance.below(13) {
        0..=3 => remove(body.pointer_mut(parent), &name),
        4 => replace(body.pointer_mut(&at), Value::Null),
        5 | 6 => replace(body.pointer_mut(&at), wrong_json(chance)),
        7 => replace(body.pointer_mut(&at), json!("")),
        8 => replace(body.pointer_mut(&at), json!({})),
        9 => replace(body.pointer_mut(&at), json!("t".repeat(300))),
        10 => {
            let odd = [json!(0), json!(-1), json!(1_000_000), json!(1e20), json!(0.5)];
            replace(body.pointer_mut(&at), odd[chance.below(odd.len())].clone());
        }
        11 => {
            let inner = body.pointer(&at).cloned();
            replace(body.pointer_mut(&at), json!([inner]));
        }
        _ => body["Unknown"] = wrong_json(chance),
    }
}

fn replace(target: Option<&mut Value>, with: Value) {
    if let Some(target) = target {
        *target = with;
    }
}

fn remove(parent: Option<&mut Value>, name: &str) {
    match parent {
        Some(Value::Object(members)) => drop(members.remove(name)),
        Some(Value::Array(elements)) => {
            if let Some(at) = name.parse::<usize>().ok().filter(|at| *at < elements.len()) {
                elements.remove(at);
            }
        }
        _ => {}
    }
}

/// The pointer of a place, more often near the top than deep within.
fn place(chance: &mut Chance, body: &Value) -> String {
    let mut pointer = String::new();
    let mut here = body;
    loop {
        let names: Vec<String> = match here {
            Value::Object(members) => members
                .keys()
                .map(|name| name.replace('~', "~0").replace('/', "~1"))
                .collect(),
            Value::Array(elements) => (0..elements.len()).map(|at| at.to_string()).collect(),
            _ => Vec::new(),
        };
        if names.is_empty() || (!pointer.is_empty() && chance.percent(55)) {
            return pointer;
        }
        pointer = format!("{pointer}/{}", names[chance.below(names.len())]);
        match body.pointer(&pointer) {
            Some(inner) => here = inner,
            None => return pointer,
        }
    }
}
