//! The calls that namespaces received, as data.

use serde_json::{Value, json};
use stator_core::engine::Namespace;

use super::Admin;
use super::route::{Answer, Ask, Gives, Kind, Method, Problem, Reach, Route, Takes};
use crate::layers::usage::{CALLS_MAX, Log, Outcome, Place, Used};

const OF_NAMESPACE: &str = "namespaces/{access_key}/{region}/usage";

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: OF_NAMESPACE,
        summary: "Tells the calls of a namespace since it began to record, and what they came to. The sums count all calls, the list has the \
                  last 10,000.",
        takes: Takes::Nothing,
        gives: Gives::Json(schema),
        problems: &[],
        reach: Reach::Layers,
        run: tell,
    },
    Route {
        method: Method::Put,
        path: OF_NAMESPACE,
        summary: "Records the calls of a namespace from now on, and forgets those before.",
        takes: Takes::Nothing,
        gives: Gives::Json(schema),
        problems: &[Kind::TooMany],
        reach: Reach::Layers,
        run: record,
    },
    Route {
        method: Method::Delete,
        path: OF_NAMESPACE,
        summary: "Records no more calls of a namespace, and forgets those before.",
        takes: Takes::Nothing,
        gives: Gives::Json(schema),
        problems: &[],
        reach: Reach::Layers,
        run: stop,
    },
];

const _: () = assert!(CALLS_MAX == 10_000, "the summary says so");

fn schema() -> Value {
    let (integer, number, string) = (
        json!({"type": "integer"}),
        json!({"type": "number"}),
        json!({"type": "string"}),
    );
    let place = json!({
        "type": "object", "required": ["table"], "additionalProperties": false,
        "properties": {"table": string, "index": string},
    });
    let call = json!({
        "type": "object", "additionalProperties": false,
        "required": ["at_ms", "operation", "places", "read_units", "write_units", "returned", "scanned"],
        "properties": {
            "at_ms": integer, "operation": string, "places": {"type": "array", "items": place}, "read_units": number,
            "write_units": number, "returned": integer, "scanned": integer,
            "error": {"type": "string", "description": "The class of the error, or ConnectionLost if there was no answer."},
        },
    });
    json!({
        "type": "object", "required": ["recording", "totals", "calls"], "additionalProperties": false,
        "properties": {
            "recording": {"type": "boolean"},
            "totals": {
                "type": "object", "required": ["calls", "errors", "scans", "read_units", "write_units"], "additionalProperties": false,
                "properties": {"calls": integer, "errors": integer, "scans": integer, "read_units": number, "write_units": number},
            },
            "calls": {"type": "array", "items": call},
        },
    })
}

fn tell(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    Ok(described(admin, &ask.namespace(admin)))
}

fn record(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let namespace = ask.namespace(admin);
    let log = admin.state.usage.record(&namespace);
    log.map_err(|error| Problem::new(Kind::TooMany, error))?.clear();
    Ok(described(admin, &namespace))
}

fn stop(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let namespace = ask.namespace(admin);
    admin.state.usage.remove(&namespace);
    Ok(described(admin, &namespace))
}

fn described(admin: &Admin, namespace: &Namespace) -> Answer {
    let log = admin.state.usage.find(namespace);
    let totals = log.as_deref().map(Log::totals).unwrap_or_default();
    let calls = log.as_deref().map(Log::calls).unwrap_or_default();
    Answer::Json(json!({
        "recording": log.is_some(),
        "totals": {
            "calls": totals.calls, "errors": totals.errors, "scans": totals.scans,
            "read_units": totals.read_units, "write_units": totals.write_units,
        },
        "calls": calls.iter().map(call).collect::<Vec<_>>(),
    }))
}

fn call(used: &Used) -> Value {
    let places: Vec<_> = used.places.iter().map(place).collect();
    let mut call = json!({
        "at_ms": used.at.as_millis(), "operation": used.operation.name(), "places": places, "read_units": used.read_units,
        "write_units": used.write_units, "returned": used.returned, "scanned": used.scanned,
    });
    match used.outcome {
        Outcome::Success => {}
        Outcome::Error(kind) => call["error"] = kind.name().into(),
        Outcome::ConnectionLost => call["error"] = "ConnectionLost".into(),
    }
    call
}

fn place(place: &Place) -> Value {
    match &place.index {
        Some(index) => json!({"table": place.table.as_str(), "index": index.as_str()}),
        None => json!({"table": place.table.as_str()}),
    }
}
