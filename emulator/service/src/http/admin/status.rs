//! Whether the server is well, what it counted, and what it can be asked.

use serde_json::{Value, json};

use super::Admin;
use super::openapi;
use super::replication;
use super::route::{Answer, Ask, Gives, Method, Problem, Reach, Route, Takes};

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "health",
        summary: "Tells that the server is well.",
        takes: Takes::Nothing,
        gives: Gives::Json(health_schema),
        problems: &[],
        reach: Reach::Always,
        run: health,
    },
    Route {
        method: Method::Get,
        path: "metrics",
        summary: "Shows counters in Prometheus' text format.",
        takes: Takes::Nothing,
        gives: Gives::Text("text/plain; version=0.0.4; charset=utf-8"),
        problems: &[],
        reach: Reach::Always,
        run: metrics,
    },
    Route {
        method: Method::Get,
        path: "openapi.json",
        summary: "Describes all of this.",
        takes: Takes::Nothing,
        gives: Gives::Json(openapi_schema),
        problems: &[],
        reach: Reach::Layers,
        run: describe,
    },
];

fn health_schema() -> Value {
    json!({"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}})
}

fn openapi_schema() -> Value {
    json!({"type": "object", "required": ["openapi", "info", "paths"]})
}

fn health(_: &Admin, _: &Ask<'_>) -> Result<Answer, Problem> {
    Ok(Answer::Json(json!({"status": "ok"})))
}

fn metrics(admin: &Admin, _: &Ask<'_>) -> Result<Answer, Problem> {
    let cache = admin.engine().expression_stats();
    let text = format!(
        "{}\
         # HELP stator_expressions_total Expressions by whether their parsed form was in the cache.\n\
         # TYPE stator_expressions_total counter\n\
         stator_expressions_total{{cache=\"hit\"}} {}\n\
         stator_expressions_total{{cache=\"miss\"}} {}\n\
         # HELP stator_expressions_cached Parsed expressions that are kept.\n\
         # TYPE stator_expressions_cached gauge\n\
         stator_expressions_cached {}\n\
         {}",
        admin.state.metrics,
        cache.hits,
        cache.misses,
        cache.entries,
        replication::exposition(admin.engine().spaces())
    );
    Ok(Answer::Text("text/plain; version=0.0.4; charset=utf-8", text))
}

fn describe(admin: &Admin, _: &Ask<'_>) -> Result<Answer, Problem> {
    Ok(Answer::Json(openapi::describe(admin.routes())))
}
