//! Snapshots of a namespace, kept under names.

use serde_json::{Value, json};
use stator_core::engine::SpaceError;

use super::Admin;
use super::route::{Answer, Ask, Gives, Kind, Method, Problem, Reach, Route, Takes, nothing};

const OF_SNAPSHOT: &str = "namespaces/{access_key}/{region}/snapshots/{snapshot}";

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "namespaces/{access_key}/{region}/snapshots",
        summary: "Lists the snapshots of a namespace.",
        takes: Takes::Nothing,
        gives: Gives::Json(list_schema),
        problems: &[Kind::Missing],
        reach: Reach::Engine,
        run: list,
    },
    Route {
        method: Method::Put,
        path: OF_SNAPSHOT,
        summary: "Keeps all that a namespace is now under a name: tables, items, clock and settings. It takes no time, whatever there is.",
        takes: Takes::Nothing,
        gives: Gives::Json(nothing),
        problems: &[Kind::Missing, Kind::TooMany],
        reach: Reach::Engine,
        run: save,
    },
    Route {
        method: Method::Delete,
        path: OF_SNAPSHOT,
        summary: "Lets go of a snapshot.",
        takes: Takes::Nothing,
        gives: Gives::Json(nothing),
        problems: &[Kind::Missing],
        reach: Reach::Engine,
        run: forget,
    },
    Route {
        method: Method::Post,
        path: "namespaces/{access_key}/{region}/snapshots/{snapshot}/restore",
        summary: "Lets a namespace be what it was when the snapshot was made.",
        takes: Takes::Nothing,
        gives: Gives::Json(nothing),
        problems: &[Kind::Missing],
        reach: Reach::Engine,
        run: restore,
    },
];

fn list_schema() -> Value {
    json!({
        "type": "object", "required": ["snapshots"], "additionalProperties": false,
        "properties": {"snapshots": {"type": "array", "items": {"type": "string"}}},
    })
}

fn list(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let namespace = ask.namespace(admin);
    let names = admin.engine().spaces().snapshot_names(&namespace);
    let names = names.ok_or(SpaceError::Missing(namespace))?;
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    Ok(Answer::Json(json!({"snapshots": names})))
}

fn save(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let spaces = admin.engine().spaces();
    spaces.save(&ask.namespace(admin), ask.parameter("snapshot"))?;
    Ok(Answer::done())
}

fn forget(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let (namespace, name) = (ask.namespace(admin), ask.parameter("snapshot"));
    if admin.engine().spaces().forget(&namespace, name) {
        Ok(Answer::done())
    } else {
        Err(SpaceError::SnapshotMissing(namespace, name.into()).into())
    }
}

fn restore(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let spaces = admin.engine().spaces();
    spaces.recall(&ask.namespace(admin), ask.parameter("snapshot"))?;
    Ok(Answer::done())
}
