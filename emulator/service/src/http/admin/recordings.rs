//! Recordings of namespaces: what clients asked and were answered, as a file.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use stator_fixtures::Redaction;

use super::Admin;
use super::route::{Answer, Ask, Gives, Kind, Method, Problem, Reach, Route, Takes};
use crate::layers::record::{Recorder, StartError};

const OF_NAMESPACE: &str = "namespaces/{access_key}/{region}/recording";

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Method::Put,
        path: OF_NAMESPACE,
        summary: "Begins to record the calls of a namespace, and what was there before them. Values of the attributes that \"redact\" names are masked.",
        takes: Takes::Json(start_schema),
        gives: Gives::Json(started_schema),
        problems: &[Kind::Malformed, Kind::Conflict, Kind::TooMany],
        reach: Reach::Engine,
        run: start,
    },
    Route {
        method: Method::Get,
        path: OF_NAMESPACE,
        summary: "Tells the recording of a namespace so far: fixtures with a step for each call.",
        takes: Takes::Nothing,
        gives: Gives::Text("application/yaml"),
        problems: &[Kind::Missing],
        reach: Reach::Engine,
        run: tell,
    },
    Route {
        method: Method::Delete,
        path: OF_NAMESPACE,
        summary: "Ends the recording of a namespace, and tells it.",
        takes: Takes::Nothing,
        gives: Gives::Text("application/yaml"),
        problems: &[Kind::Missing],
        reach: Reach::Engine,
        run: stop,
    },
];

fn start_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false,
        "properties": {"redact": {
            "type": "array", "items": {"type": "string"},
            "description": "Attributes whose values are masked: email in all tables, users.email in one.",
        }},
    })
}

fn started_schema() -> Value {
    json!({
        "type": "object", "required": ["calls"], "additionalProperties": false,
        "properties": {"calls": {"type": "integer"}},
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    #[serde(default)]
    redact: Vec<String>,
}

fn start(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let Start { redact } = ask.json()?;
    let caller = ask.caller(admin);
    let redaction = Redaction::none().word(&caller.access_key);
    let redaction = redact
        .iter()
        .fold(redaction, |redaction, name| redaction.attribute(name));
    let namespace = ask.namespace(admin);
    let began = admin.engine().spaces().clock(&namespace).now();
    let recorder = Arc::new(Recorder::new(began, redaction));
    let calls = recorder.count();
    admin
        .state
        .recordings
        .start(&namespace, recorder)
        .map_err(not_started)?;
    Ok(Answer::Json(json!({"calls": calls})))
}

fn not_started(error: StartError) -> Problem {
    let kind = match error {
        StartError::Recording => Kind::Conflict,
        StartError::TooMany => Kind::TooMany,
    };
    Problem::new(kind, error)
}

fn tell(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    written(admin.state.recordings.find(&ask.namespace(admin)))
}

fn stop(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    written(admin.state.recordings.stop(&ask.namespace(admin)))
}

fn written(recorder: Option<Arc<Recorder>>) -> Result<Answer, Problem> {
    let recorder = recorder.ok_or_else(|| Problem::new(Kind::Missing, "The namespace does not record"))?;
    Ok(Answer::Text("application/yaml", recorder.to_yaml()))
}
