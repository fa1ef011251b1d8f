//! Makes the example of a class small: takes things away from the request and from the items as long as the class stays.
//!
//! Greedy and bounded: it tries the items first, then each member from the top down, then parts of expressions.

use serde_json::{Value, json};

use super::class::Class;
use super::compare::shape;
use super::duel::{Duel, Exchange, State, writes_items, writes_tables};
use super::endpoint::EndpointError;
use super::generate::Request;

/// Requests to each side that one example may cost.
const TRIES_MAX: u32 = 150;
/// Requests to each side by which two faults of one request are told apart.
const ORDER_TRIES_MAX: usize = 80;

/// What one would send, and to whom holding what, to see a class.
#[derive(Clone, Debug)]
pub(super) struct Example {
    pub(super) given: State,
    pub(super) request: Request,
    pub(super) exchange: Exchange,
}

/// A smaller example of the class.
pub(super) fn shrink(duel: &mut Duel, class: &Class, mut best: Example) -> Result<Example, EndpointError> {
    let mut attempt = Attempt { duel, class, tries: 0 };
    for given in smaller_states(&best.given) {
        if let Some(exchange) = attempt.shows(&given, &best.request)? {
            best = Example {
                given,
                exchange,
                ..best
            };
            break;
        }
    }
    loop {
        let mut smaller = None;
        for body in smaller_bodies(&best.request.body) {
            let request = Request {
                body,
                ..best.request.clone()
            };
            if let Some(exchange) = attempt.shows(&best.given, &request)? {
                smaller = Some(Example {
                    request,
                    exchange,
                    ..best.clone()
                });
                break;
            }
            if attempt.tries >= TRIES_MAX {
                return Ok(best);
            }
        }
        match smaller {
            Some(example) => best = example,
            None => return Ok(best),
        }
    }
}

/// No items, one item, or the items of one table.
fn smaller_states(state: &State) -> Vec<State> {
    let empty: State = vec![Vec::new(); state.len()];
    let alone = |table: usize, items: Vec<Value>| {
        let mut alone = empty.clone();
        alone[table] = items;
        alone
    };
    let mut states = vec![empty.clone()];
    for (table, items) in state.iter().enumerate() {
        states.extend(items.iter().map(|item| alone(table, vec![item.clone()])));
    }
    states.extend(
        state
            .iter()
            .enumerate()
            .map(|(table, items)| alone(table, items.clone())),
    );
    states.retain(|smaller| smaller != state);
    states
}

struct Attempt<'a> {
    duel: &'a mut Duel,
    class: &'a Class,
    tries: u32,
}

impl Attempt<'_> {
    /// The exchange, if both sides disagree in this class when asked.
    fn shows(&mut self, given: &State, request: &Request) -> Result<Option<Exchange>, EndpointError> {
        self.tries += 1;
        let exchange = ask_anew(self.duel, given, request)?;
        Ok((exchange.class.as_ref() == Some(self.class)).then_some(exchange))
    }
}

/// Asks both sides as if it was the first request after those that made the state.
fn ask_anew(duel: &mut Duel, given: &State, request: &Request) -> Result<Exchange, EndpointError> {
    if duel.state() != given {
        duel.restore(given)?;
    }
    duel.forget_tokens();
    let exchange = duel.ask(request)?;
    if writes_tables(request) {
        duel.clear_passing()?;
    }
    if writes_items(request) {
        duel.restore(given)?;
    }
    Ok(exchange)
}

/// Whether both sides know both faults of a request that they refuse, and differ in which they tell: with one thing less both tell what the left one told,
/// with another thing less both tell what the right one told.
pub(super) fn is_question_of_order(duel: &mut Duel, example: &Example) -> Result<bool, EndpointError> {
    let Exchange { left, right, .. } = &example.exchange;
    if left.is_success() || left.error_type() != right.error_type() {
        return Ok(false);
    }
    let (mut knows_left, mut knows_right) = (false, false);
    for body in smaller_bodies(&example.request.body).into_iter().take(ORDER_TRIES_MAX) {
        let request = Request {
            body,
            ..example.request.clone()
        };
        let exchange = ask_anew(duel, &example.given, &request)?;
        if exchange.class.is_none() {
            let told = shape(&exchange.left);
            knows_left |= told == shape(left);
            knows_right |= told == shape(right);
        }
        if knows_left && knows_right {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Bodies with one thing less, largest things first.
fn smaller_bodies(body: &Value) -> Vec<Value> {
    let mut pointers = Vec::new();
    collect_pointers(body, String::new(), &mut pointers);
    pointers.sort_by_key(|pointer| pointer.matches('/').count());
    let mut bodies = Vec::new();
    for pointer in &pointers {
        bodies.extend(without(body, pointer));
    }
    for pointer in &pointers {
        let Some(Value::String(text)) = body.pointer(pointer) else {
            continue;
        };
        if pointer.ends_with("Expression") || pointer.ends_with("Statement") {
            bodies.extend(
                smaller_texts(text)
                    .into_iter()
                    .filter_map(|text| with(body, pointer, json!(text))),
            );
        }
    }
    bodies
}

fn collect_pointers(value: &Value, here: String, pointers: &mut Vec<String>) {
    if !here.is_empty() {
        pointers.push(here.clone());
    }
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                collect_pointers(inner, format!("{here}/{name}"), pointers);
            }
        }
        Value::Array(elements) => {
            for (at, inner) in elements.iter().enumerate() {
                collect_pointers(inner, format!("{here}/{at}"), pointers);
            }
        }
        _ => {}
    }
}

fn without(body: &Value, pointer: &str) -> Option<Value> {
    let mut smaller = body.clone();
    let (parent, name) = pointer.rsplit_once('/')?;
    match smaller.pointer_mut(parent)? {
        Value::Object(members) => {
            members.remove(&name.replace("~1", "/").replace("~0", "~"));
        }
        Value::Array(elements) => {
            elements.remove(name.parse().ok()?);
        }
        _ => return None,
    }
    Some(smaller)
}

fn with(body: &Value, pointer: &str, value: Value) -> Option<Value> {
    let mut changed = body.clone();
    *changed.pointer_mut(pointer)? = value;
    Some(changed)
}

/// Parts of an expression between its junctions and commas, and the expression without each of them.
fn smaller_texts(text: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for separator in [" AND ", " OR ", ", ", " "] {
        let parts: Vec<&str> = text.split(separator).collect();
        if parts.len() < 2 {
            continue;
        }
        if separator != " " {
            texts.extend(parts.iter().map(|part| (*part).to_owned()));
        }
        for leave in 0..parts.len() {
            let kept = parts
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != leave)
                .map(|(_, part)| *part);
            texts.push(kept.collect::<Vec<_>>().join(separator));
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::smaller_bodies;

    #[test]
    fn every_smaller_body_lacks_something() {
        let body = json!({"TableName": "t", "Key": {"pk": {"S": "a"}}, "ConditionExpression": "a = b AND c = d"});
        let smaller = smaller_bodies(&body);
        assert!(smaller.contains(&json!({"TableName": "t", "ConditionExpression": "a = b AND c = d"})));
        assert!(
            smaller.contains(&json!({"TableName": "t", "Key": {"pk": {"S": "a"}}, "ConditionExpression": "c = d"}))
        );
        assert!(
            smaller
                .iter()
                .all(|smaller| smaller.to_string().len() < body.to_string().len())
        );
    }
}
