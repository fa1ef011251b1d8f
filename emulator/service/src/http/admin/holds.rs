//! Items that are held as if a transaction that nobody sees were under way on them, until a test lets go of them.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use smol_str::SmolStr;
use stator_core::engine::HoldError;
use stator_core::model::AttributeMap;
use stator_core::model::json::to_text;
use tokio::runtime::Handle;

use super::Admin;
use super::route::{Answer, Ask, Gives, Kind, Method, Problem, Reach, Route, Takes};
use super::rule_shape::attributes;
use crate::holds::Held;

/// The most characters that a token has.
const TOKEN_CHARS_MAX: usize = 36;

const OF_NAMESPACE: &str = "namespaces/{access_key}/{region}/holds";
const OF_HOLD: &str = "namespaces/{access_key}/{region}/holds/{hold}";

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: OF_NAMESPACE,
        summary: "Lists what is held in a namespace.",
        takes: Takes::Nothing,
        gives: Gives::Json(list_schema),
        problems: &[],
        reach: Reach::Layers,
        run: list,
    },
    Route {
        method: Method::Post,
        path: OF_NAMESPACE,
        summary: "Holds items, which need not exist, as if a transaction that nobody sees were under way on them: until they are released, or their time has come, who writes them meets it.",
        takes: Takes::Json(hold_schema),
        gives: Gives::Json(held_schema),
        problems: &[Kind::Malformed, Kind::Conflict, Kind::TooMany],
        reach: Reach::Layers,
        run: hold,
    },
    Route {
        method: Method::Delete,
        path: OF_NAMESPACE,
        summary: "Releases all items that are held in a namespace.",
        takes: Takes::Nothing,
        gives: Gives::Json(list_schema),
        problems: &[],
        reach: Reach::Layers,
        run: release_all,
    },
    Route {
        method: Method::Delete,
        path: OF_HOLD,
        summary: "Releases items that are held together, and tells which they were.",
        takes: Takes::Nothing,
        gives: Gives::Json(held_schema),
        problems: &[Kind::Missing],
        reach: Reach::Layers,
        run: release,
    },
];

fn item_schema() -> Value {
    json!({
        "type": "object", "required": ["table", "key"], "additionalProperties": false,
        "properties": {
            "table": {"type": "string"},
            "key": {"type": "object", "description": "The key, in DynamoDB's JSON."},
        },
    })
}

fn hold_schema() -> Value {
    json!({
        "type": "object", "required": ["items"], "additionalProperties": false,
        "properties": {
            "items": {"type": "array", "items": item_schema()},
            "for_ms": {"type": "integer", "minimum": 1, "description": "For how long, by the namespace's clock; until they are released unless said."},
            "client_request_token": {"type": "string", "minLength": 1, "maxLength": TOKEN_CHARS_MAX, "description": "The token of the transaction: who sends it meanwhile is told that it is in progress."},
        },
    })
}

fn held_schema() -> Value {
    json!({
        "type": "object", "required": ["id", "items"], "additionalProperties": false,
        "properties": {
            "id": {"type": "integer"},
            "items": {"type": "array", "items": item_schema()},
            "until_ms": {"type": "integer"},
            "client_request_token": {"type": "string"},
        },
    })
}

fn list_schema() -> Value {
    json!({
        "type": "object", "required": ["holds"], "additionalProperties": false,
        "properties": {"holds": {"type": "array", "items": held_schema()}},
    })
}

/// Items that are to be held.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    items: Vec<WishedItem>,
    for_ms: Option<u32>,
    client_request_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WishedItem {
    table: String,
    key: Box<RawValue>,
}

fn hold(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let Wish {
        items,
        for_ms,
        client_request_token: token,
    } = ask.json()?;
    if items.is_empty() || for_ms == Some(0) {
        return Err(Problem::malformed(
            "Say which items to hold, one at least, and if for how long then a millisecond at least",
        ));
    }
    if token
        .as_ref()
        .is_some_and(|token| !(1..=TOKEN_CHARS_MAX).contains(&token.chars().count()))
    {
        return Err(Problem::malformed(format!(
            "A token has 1 to {TOKEN_CHARS_MAX} characters"
        )));
    }
    let items = items.into_iter().map(|item| {
        let key = attributes("key", &item.key).map_err(Problem::malformed)?;
        Ok((item.table.into(), key))
    });
    let items = items.collect::<Result<Vec<_>, Problem>>()?;
    let (caller, namespace) = (ask.caller(admin), ask.namespace(admin));
    if let Some(shadow) = &admin.state.shadow {
        for (table, _) in &items {
            let learned = Handle::current().block_on(shadow.learn_table(&caller, table));
            learned.map_err(Problem::malformed)?;
        }
    }
    let now = admin.engine().spaces().clock(&namespace).now();
    let until = for_ms.map(|span| now.plus_millis(span.into()));
    let hold = admin.engine().hold(&caller, items.clone(), until, token.as_deref());
    let hold = hold.map_err(refused)?;
    let token = token.map(SmolStr::from);
    let held = Held { items, until, token };
    let id = admin.state.holds.keep(&namespace, held.clone(), hold, now);
    Ok(Answer::Json(described(id, &held)))
}

fn refused(error: HoldError) -> Problem {
    let kind = match error {
        HoldError::NoTable(_) | HoldError::NoTables | HoldError::Key(..) => Kind::Malformed,
        HoldError::Held(_) => Kind::Conflict,
        HoldError::TooMany => Kind::TooMany,
    };
    Problem::new(kind, error)
}

fn list(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let namespace = ask.namespace(admin);
    let now = admin.engine().spaces().clock(&namespace).now();
    let holds = admin.state.holds.of(&namespace, now);
    let holds: Vec<Value> = holds.iter().map(|(id, held)| described(*id, held)).collect();
    Ok(Answer::Json(json!({"holds": holds})))
}

fn release(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let given = ask.parameter("hold");
    let id = given.parse().ok();
    let released = id.and_then(|id| Some((id, admin.state.holds.release(&ask.namespace(admin), id)?)));
    match released {
        Some((id, held)) => Ok(Answer::Json(described(id, &held))),
        None => Err(Problem::new(Kind::Missing, format!("There is no hold {given}"))),
    }
}

fn release_all(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    admin.state.holds.release_all(&ask.namespace(admin));
    list(admin, ask)
}

fn described(id: u64, held: &Held) -> Value {
    let item = |(table, key): &(SmolStr, AttributeMap)| json!({"table": table.as_str(), "key": spelled(key)});
    let items: Vec<Value> = held.items.iter().map(item).collect();
    let mut described = json!({"id": id, "items": items});
    if let Some(until) = held.until {
        described["until_ms"] = until.as_millis().into();
    }
    if let Some(token) = &held.token {
        described["client_request_token"] = token.as_str().into();
    }
    described
}

/// A key in DynamoDB's JSON, which the protocol's encoder writes.
fn spelled(key: &AttributeMap) -> Value {
    serde_json::from_str(&to_text(key)).unwrap_or_default()
}
