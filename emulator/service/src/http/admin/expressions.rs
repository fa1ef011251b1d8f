//! The cache of parsed expressions.

use serde_json::{Value, json};

use super::Admin;
use super::route::{Answer, Ask, Gives, Method, Problem, Reach, Route, Takes};

pub(super) const ROUTES: &[Route] = &[Route {
    method: Method::Get,
    path: "expressions",
    summary: "Tells how often parsed expressions were found in their cache.",
    takes: Takes::Nothing,
    gives: Gives::Json(schema),
    problems: &[],
    reach: Reach::Layers,
    run: tell,
}];

fn schema() -> Value {
    let count = |says: &str| json!({"type": "integer", "description": says});
    json!({
        "type": "object", "required": ["hits", "misses", "entries"], "additionalProperties": false,
        "properties": {
            "hits": count("Texts that were found."),
            "misses": count("Texts that had to be parsed."),
            "entries": count("Texts that are kept."),
        },
    })
}

fn tell(admin: &Admin, _: &Ask<'_>) -> Result<Answer, Problem> {
    let stats = admin.engine().expression_stats();
    Ok(Answer::Json(
        json!({"hits": stats.hits, "misses": stats.misses, "entries": stats.entries}),
    ))
}
