//! Namespaces: listed, described, forked, reset and let go of.

use serde::Deserialize;
use serde_json::{Value, json};
use stator_core::engine::{Existing, Namespace};

use super::Admin;
use super::route::{Answer, Ask, Gives, Kind, Method, OF_NAMESPACE, Problem, Reach, Route, Takes, nothing};

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "namespaces",
        summary: "Lists all namespaces.",
        takes: Takes::Nothing,
        gives: Gives::Json(list_schema),
        problems: &[],
        reach: Reach::Engine,
        run: list,
    },
    Route {
        method: Method::Get,
        path: OF_NAMESPACE,
        summary: "Tells what a namespace holds.",
        takes: Takes::Nothing,
        gives: Gives::Json(schema),
        problems: &[Kind::Missing],
        reach: Reach::Engine,
        run: describe,
    },
    Route {
        method: Method::Delete,
        path: OF_NAMESPACE,
        summary: "Lets go of a namespace, with its snapshots, rules and usage. The next use of a fork's access key forks its base anew.",
        takes: Takes::Nothing,
        gives: Gives::Json(nothing),
        problems: &[Kind::Missing],
        reach: Reach::Engine,
        run: remove,
    },
    Route {
        method: Method::Post,
        path: "namespaces/{access_key}/{region}/fork",
        summary: "Makes a namespace that begins as this one is. Neither sees what happens to the other. It takes no time, whatever there is.",
        takes: Takes::Json(fork_schema),
        gives: Gives::Json(schema),
        problems: &[Kind::Malformed, Kind::Missing, Kind::Conflict, Kind::TooMany],
        reach: Reach::Engine,
        run: fork,
    },
    Route {
        method: Method::Post,
        path: "namespaces/{access_key}/{region}/reset",
        summary: "Lets a namespace be as if it were new: a fork of its base if its access key names one, and otherwise empty. Its holds go, and its rules and recorded calls unless they are to be kept; snapshots stay.",
        takes: Takes::Json(reset_schema),
        gives: Gives::Json(schema),
        problems: &[Kind::Malformed, Kind::TooMany],
        reach: Reach::Engine,
        run: reset,
    },
];

/// A fork that is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fork {
    to: String,
    #[serde(default)]
    replace: bool,
}

/// A reset that is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reset {
    #[serde(default)]
    keep: Vec<Kept>,
}

/// What a reset may leave as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    Rules,
    Usage,
}

fn reset_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false,
        "properties": {"keep": {
            "type": "array", "items": {"enum": ["rules", "usage"]},
            "description": "What stays: rules, and the calls that were recorded. Without it there are no rules afterwards, and a log that records is empty.",
        }},
    })
}

fn fork_schema() -> Value {
    json!({
        "type": "object", "required": ["to"], "additionalProperties": false,
        "properties": {
            "to": {"type": "string", "description": "The new namespace: access key and Region, such as test-1/us-east-1."},
            "replace": {"type": "boolean", "description": "Whether it replaces a namespace of this name, if there is one."},
        },
    })
}

fn schema() -> Value {
    json!({
        "type": "object", "required": ["name", "tables", "snapshots"], "additionalProperties": false,
        "properties": {
            "name": {"type": "string", "description": "Access key and Region, or shared where all callers share one namespace."},
            "tables": {"type": "array", "items": {
                "type": "object", "required": ["name", "items", "size_bytes"], "additionalProperties": false,
                "properties": {
                    "name": {"type": "string"}, "items": {"type": "integer"}, "size_bytes": {"type": "integer"},
                },
            }},
            "snapshots": {"type": "array", "items": {"type": "string"}},
        },
    })
}

fn list_schema() -> Value {
    json!({
        "type": "object", "required": ["namespaces"], "additionalProperties": false,
        "properties": {"namespaces": {"type": "array", "items": schema()}},
    })
}

fn list(admin: &Admin, _: &Ask<'_>) -> Result<Answer, Problem> {
    let names = admin.engine().spaces().names();
    let all: Vec<_> = names.iter().filter_map(|name| description(admin, name)).collect();
    Ok(Answer::Json(json!({"namespaces": all})))
}

fn describe(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    answer(admin, &ask.namespace(admin))
}

fn remove(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let namespace = ask.namespace(admin);
    let was_there = admin.engine().spaces().remove(&namespace);
    let had_rules = admin.state.rules.remove(&namespace);
    let had_usage = admin.state.usage.remove(&namespace);
    admin.state.holds.release_all(&namespace);
    let had_recording = admin.state.recordings.stop(&namespace).is_some();
    if was_there || had_rules || had_usage || had_recording {
        Ok(Answer::done())
    } else {
        Err(missing(&namespace))
    }
}

fn fork(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let asked: Fork = ask.json()?;
    let to: Namespace = asked.to.parse().map_err(Problem::malformed)?;
    let existing = if asked.replace {
        Existing::Replace
    } else {
        Existing::Keep
    };
    admin.engine().spaces().fork(&ask.namespace(admin), &to, existing)?;
    // They were set for the tables that are gone.
    admin.state.holds.release_all(&to);
    admin.state.rules.remove(&to);
    admin.state.usage.remove(&to);
    answer(admin, &to)
}

fn reset(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let Reset { keep } = ask.json()?;
    let namespace = ask.namespace(admin);
    admin.engine().spaces().reset(&namespace)?;
    admin.state.holds.release_all(&namespace);
    if !keep.contains(&Kept::Rules) {
        admin.state.rules.remove(&namespace);
    }
    if let Some(log) = admin
        .state
        .usage
        .find(&namespace)
        .filter(|_| !keep.contains(&Kept::Usage))
    {
        log.clear();
    }
    answer(admin, &namespace)
}

fn answer(admin: &Admin, namespace: &Namespace) -> Result<Answer, Problem> {
    let described = description(admin, namespace);
    described.map(Answer::Json).ok_or_else(|| missing(namespace))
}

fn missing(namespace: &Namespace) -> Problem {
    stator_core::engine::SpaceError::Missing(namespace.clone()).into()
}

fn description(admin: &Admin, namespace: &Namespace) -> Option<Value> {
    let spaces = admin.engine().spaces();
    let database = spaces.database(namespace)?;
    let tables = database.tables().map(|table| {
        let name = table.definition().name.as_str();
        json!({"name": name, "items": table.item_count(), "size_bytes": table.size_bytes()})
    });
    let snapshots: Vec<_> = spaces
        .snapshot_names(namespace)?
        .iter()
        .map(ToString::to_string)
        .collect();
    Some(json!({"name": namespace.to_string(), "tables": tables.collect::<Vec<_>>(), "snapshots": snapshots}))
}
