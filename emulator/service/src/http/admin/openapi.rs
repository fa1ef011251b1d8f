//! The description of the routes as an OpenAPI 3.1 document. Nothing is said here that a route does not say.

use serde_json::{Map, Value, json};

use super::page::BYTES;
use super::route::{Gives, Kind, Route, Takes};

/// The document.
pub(super) fn describe<'r>(routes: impl Iterator<Item = &'r Route>) -> Value {
    let mut paths = Map::new();
    for route in routes {
        let path = paths.entry(route.full_path()).or_insert_with(|| json!({}));
        path[route.method.name().to_lowercase()] = operation(route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Stator",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What a test asks of the server beside the DynamoDB protocol. A namespace is named by the access key and the Region of the \
                            clients that see it. The access key base+anything is a fork of base, made on first use. Web pages of other origins are answered \
                            with 403, unless they are listed.",
        },
        "paths": paths,
        "components": {"schemas": {"Problem": problem_schema()}},
    })
}

fn operation(route: &Route) -> Value {
    let mut described = json!({
        "summary": route.summary,
        "operationId": operation_id(route),
        "parameters": parameters(route),
        "responses": responses(route),
    });
    match route.takes {
        Takes::Nothing => {}
        Takes::Json(schema) => {
            described["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": schema()}}});
        }
        Takes::Bytes(says) => {
            let content = json!({BYTES: {"schema": {"type": "string", "format": "binary"}}});
            described["requestBody"] = json!({"required": true, "description": says, "content": content});
        }
        Takes::Yaml(says) => {
            let content = json!({"application/yaml": {"schema": {"type": "string"}}});
            described["requestBody"] = json!({"required": true, "description": says, "content": content});
        }
    }
    described
}

/// `POST namespaces/{…}/{…}/fork` as `post_namespaces_fork`.
fn operation_id(route: &Route) -> String {
    let words = route.path.split('/').filter(|part| !part.starts_with('{'));
    let words = words.map(|word| word.replace('.', "_"));
    let name: Vec<_> = std::iter::once(route.method.name().to_lowercase())
        .chain(words)
        .collect();
    let ends_at_one = route.path.ends_with('}');
    format!("{}{}", name.join("_"), if ends_at_one { "_one" } else { "" })
}

fn parameters(route: &Route) -> Value {
    let parameters = route
        .parameters()
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
    parameters.collect()
}

fn responses(route: &Route) -> Value {
    let content = match route.gives {
        Gives::Json(schema) => json!({"application/json": {"schema": schema()}}),
        Gives::Bytes => json!({BYTES: {"schema": {"type": "string"}}}),
        Gives::Text(media) => json!({media: {"schema": {"type": "string"}}}),
    };
    let mut responses = json!({"200": {"description": "It is so.", "content": content}});
    for &kind in route.problems {
        let (status, code) = kind.code();
        responses[status.to_string()] = problem(kind, code);
    }
    responses
}

fn problem(kind: Kind, code: &str) -> Value {
    let says = match kind {
        Kind::Malformed => "The request does not say what to do, or says it wrongly.",
        Kind::Forbidden => "Who asks may not.",
        Kind::Missing => "There is no such thing.",
        Kind::Conflict => "Something is in the way.",
        Kind::TooMany => "There are too many of them.",
        Kind::Failure => "The server failed.",
    };
    let schema = json!({"$ref": "#/components/schemas/Problem"});
    json!({"description": format!("{code}: {says}"), "content": {"application/json": {"schema": schema}}})
}

fn problem_schema() -> Value {
    json!({
        "type": "object", "required": ["code", "message"], "additionalProperties": false,
        "properties": {
            "code": {"enum": ["malformed", "forbidden", "missing", "conflict", "too_many", "failure"]},
            "message": {"type": "string", "description": "What went wrong, for a person."},
        },
    })
}
