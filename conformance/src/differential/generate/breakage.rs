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
        _ => add_unknown(body, wrong_json(chance)),
    }
}

/// A body that was broken before may be no object any more.
fn add_unknown(body: &mut Value, member: Value) {
    if let Value::Object(members) = body {
        members.insert("Unknown".to_owned(), member);
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
        let mut names: Vec<String> = match here {
            Value::Object(members) => members
                .keys()
                .map(|name| name.replace('~', "~0").replace('/', "~1"))
                .collect(),
            Value::Array(elements) => (0..elements.len()).map(|at| at.to_string()).collect(),
            _ => Vec::new(),
        };
        // A build may keep members in the order in which they were put there; the same seed must break the same one.
        names.sort_unstable();
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::break_body;
    use crate::differential::chance::Chance;

    #[test]
    fn a_body_can_be_broken_again_whatever_became_of_it() {
        let mut chance = Chance::new(1);
        for _ in 0..2_000 {
            let mut body = json!({});
            (0..4).for_each(|_| break_body(&mut chance, &mut body));
        }
    }

    #[test]
    fn members_are_broken_in_one_order_however_a_body_was_made() {
        let broken = |mut body| {
            let mut chance = Chance::new(7);
            (0..9).for_each(|_| break_body(&mut chance, &mut body));
            body
        };
        assert_eq!(
            broken(json!({"a": [1, 2], "b": {"c": 1, "d": 2}})),
            broken(json!({"b": {"d": 2, "c": 1}, "a": [1, 2]}))
        );
    }
}
