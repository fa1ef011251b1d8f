//! Fixtures: filling a namespace from YAML, and writing it down as YAML.

use serde_json::{Value, json};
use stator_core::engine::Clock;
use stator_fixtures::{Existing, Fixtures, LoadError, State};

use super::Admin;
use super::route::{Answer, Ask, Gives, Kind, Method, Problem, Reach, Route, Takes};

const OF_NAMESPACE: &str = "namespaces/{access_key}/{region}/fixtures";

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Method::Post,
        path: OF_NAMESPACE,
        summary: "Adds the tables and items of fixtures to a namespace, whose clock stands still at theirs if they have one. With ?existing=replace a table that is there makes room, with \
                  ?existing=keep it stays as it is.",
        takes: Takes::Yaml("Fixtures: tables, entities and items."),
        gives: Gives::Json(loaded_schema),
        problems: &[Kind::Malformed, Kind::Conflict, Kind::TooMany],
        reach: Reach::Engine,
        run: load,
    },
    Route {
        method: Method::Get,
        path: OF_NAMESPACE,
        summary: "Writes down the tables and items of a namespace as fixtures, in a stable order.",
        takes: Takes::Nothing,
        gives: Gives::Text("application/yaml"),
        problems: &[Kind::Conflict],
        reach: Reach::Engine,
        run: dump,
    },
];

fn loaded_schema() -> Value {
    json!({
        "type": "object", "required": ["tables", "items"], "additionalProperties": false,
        "properties": {"tables": {"type": "integer"}, "items": {"type": "integer"}},
    })
}

fn load(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let existing = match ask.option("existing").as_deref() {
        None | Some("refuse") => Existing::Refuse,
        Some("keep") => Existing::Keep,
        Some("replace") => Existing::Replace,
        Some(other) => {
            return Err(Problem::malformed(format!(
                "\"{other}\" is nothing that can become of an existing table; say refuse, keep or replace"
            )));
        }
    };
    let fixtures = Fixtures::from_text("fixtures", ask.text()?).map_err(Problem::malformed)?;
    let (engine, caller) = (admin.engine(), ask.caller(admin));
    if let Some(time) = fixtures.clock() {
        let moved = engine
            .spaces()
            .move_clock(&ask.namespace(admin), |_| Clock::Frozen(time));
        moved?;
    }
    let loaded = fixtures.load_over(engine, &caller, existing).map_err(not_loaded)?;
    Ok(Answer::Json(json!({"tables": loaded.tables, "items": loaded.items})))
}

fn not_loaded(error: LoadError) -> Problem {
    let kind = match error {
        LoadError::Faulty(_) | LoadError::Unreadable(..) => Kind::Malformed,
        LoadError::Target { .. } => Kind::Conflict,
        LoadError::NoRoom(_) => Kind::TooMany,
    };
    Problem::new(kind, error)
}

fn dump(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let state = State::of_engine(admin.engine(), &ask.caller(admin));
    let state = state.map_err(|error| Problem::new(Kind::Conflict, error))?;
    Ok(Answer::Text("application/yaml", state.to_yaml()))
}
