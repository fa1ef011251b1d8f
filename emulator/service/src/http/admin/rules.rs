//! Rules of a namespace: expectations, mocks and faults for tests in any language.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use stator_core::engine::Namespace;
use tokio::runtime::Handle;

use super::Admin;
use super::route::{Answer, Ask, Gives, Kind, Method, Problem, Reach, Route, Takes};
use super::rule_shape::RuleShape;
use crate::layers::rules::{Described, Fate, Received, Report, RuleId, RuleSet, Standing, Strictness};

const OF_NAMESPACE: &str = "namespaces/{access_key}/{region}/rules";
const OF_RULE: &str = "namespaces/{access_key}/{region}/rules/{rule}";

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: OF_NAMESPACE,
        summary: "Lists the rules of a namespace in their order, how often each happened, and what becomes of requests that no rule is about.",
        takes: Takes::Nothing,
        gives: Gives::Json(list_schema),
        problems: &[],
        reach: Reach::Layers,
        run: list,
    },
    Route {
        method: Method::Post,
        path: OF_NAMESPACE,
        summary: "Sets a rule behind the others. One that can never match, or whose effect can never happen, is refused.",
        takes: Takes::Json(rule_schema),
        gives: Gives::Json(standing_schema),
        problems: &[Kind::Malformed],
        reach: Reach::Layers,
        run: add,
    },
    Route {
        method: Method::Delete,
        path: OF_NAMESPACE,
        summary: "Forgets all rules of a namespace, and what it received under them, met or not.",
        takes: Takes::Nothing,
        gives: Gives::Json(list_schema),
        problems: &[],
        reach: Reach::Layers,
        run: clear,
    },
    Route {
        method: Method::Get,
        path: OF_RULE,
        summary: "Tells how often a rule happened.",
        takes: Takes::Nothing,
        gives: Gives::Json(standing_schema),
        problems: &[Kind::Missing],
        reach: Reach::Layers,
        run: tell,
    },
    Route {
        method: Method::Delete,
        path: OF_RULE,
        summary: "Removes a rule, and tells how often it happened.",
        takes: Takes::Nothing,
        gives: Gives::Json(standing_schema),
        problems: &[Kind::Missing],
        reach: Reach::Layers,
        run: remove,
    },
    Route {
        method: Method::Get,
        path: "namespaces/{access_key}/{region}/received",
        summary: "Lists the last 1,000 requests that a namespace received since it has rules, as they are meant.",
        takes: Takes::Nothing,
        gives: Gives::Json(received_schema),
        problems: &[],
        reach: Reach::Layers,
        run: received,
    },
    Route {
        method: Method::Post,
        path: "namespaces/{access_key}/{region}/verify",
        summary: "Tells whether all rules were met, and if not, what was wanted and what came instead.",
        takes: Takes::Nothing,
        gives: Gives::Json(verdict_schema),
        problems: &[],
        reach: Reach::Layers,
        run: verify,
    },
    Route {
        method: Method::Post,
        path: "namespaces/{access_key}/{region}/checkpoint",
        summary: "Tells whether all rules were met, and then forgets them.",
        takes: Takes::Nothing,
        gives: Gives::Json(verdict_schema),
        problems: &[],
        reach: Reach::Layers,
        run: checkpoint,
    },
    Route {
        method: Method::Put,
        path: "namespaces/{access_key}/{region}/strictness",
        summary: "Says what becomes of requests that no rule is about.",
        takes: Takes::Json(strictness_schema),
        gives: Gives::Json(list_schema),
        problems: &[Kind::Malformed],
        reach: Reach::Layers,
        run: set_strictness,
    },
];

fn integer() -> Value {
    json!({"type": "integer"})
}

fn texts() -> Value {
    json!({"type": "array", "items": {"type": "string"}})
}

fn says(kind: &str, description: &str) -> Value {
    json!({"type": kind, "description": description})
}

fn rule_schema() -> Value {
    let attributes = |description: &str| says("object", description);
    let times = json!({
        "description": "How often it is wanted; at least once unless said. A fault is spent then, an expectation fails when there is one request more.",
        "oneOf": [integer(), {"type": "object", "additionalProperties": false, "properties": {"min": integer(), "max": integer()}}],
    });
    json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            "name": says("string", "What reports call it."),
            "origin": says("string", "Where it is set, e.g. test_shop.py:12; reports tell it."),
            "operations": {"type": "array", "items": {"type": "string"}, "description": "One of these operations; any if there are none."},
            "table": says("string", "The table's name."),
            "index": says("string", "The index that is read."),
            "key": attributes("Attributes of the key, in DynamoDB's JSON."),
            "item": attributes("Attributes that the item must have, whatever else it has, in DynamoDB's JSON."),
            "present": texts(), "absent": texts(),
            "key_condition": says("string", "The condition on the key, with its values written in: pk = 'USER#1' AND begins_with(sk, 'ORDER#')."),
            "filter": says("string", "The filter: status = 'NEW' AND total > 12.5."),
            "condition": says("string", "The condition of a write: attribute_not_exists(pk)."),
            "update": says("string", "The changes: SET status = 'PAID' ADD n 1."),
            "projection": says("string", "The paths that are returned: pk, address.city."),
            "consistent_read": says("boolean", "Whether the read is strongly consistent."),
            "times": times,
            "delay_ms": says("integer", "How much later the request is executed or answered; a transaction holds its items for so long."),
            "probability": says("number", "From 0 to 1: how likely it takes effect."),
            "seed": says("integer", "Which requests are taken follows from it and their order."),
            "sequence": says("string", "Rules of one sequence come in the order in which they are set."),
            "effect": effect_schema(),
        },
    })
}

fn effect_schema() -> Value {
    let one = |name: &str, schema: Value| json!({"type": "object", "required": [name], "additionalProperties": false, "properties": {name: schema}});
    let throttling = json!({
        "type": "object", "required": ["reason", "resource"], "additionalProperties": false,
        "properties": {"reason": {"type": "string"}, "resource": {"type": "string"}},
    });
    let cancellation = json!({"oneOf": [
        {"type": "string"},
        {"type": "object", "required": ["code", "message"], "properties": {"code": {"type": "string"}, "message": {"type": "string"}}},
    ]});
    let error = json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            "type": says("string", "The class, e.g. ProvisionedThroughputExceededException."),
            "message": says("string", "The words; the service's usual ones unless said."),
            "throttling_reasons": {"type": "array", "items": throttling},
            "cancellation_reasons": {"type": "array", "items": cancellation, "description": "Cancels a transaction: a code for each action."},
        },
    });
    json!({
        "description": "What happens; without it the request is executed, and counted.",
        "oneOf": [
            one("reply", says("object", "The answer of the operation, in the service's JSON.")),
            one("error", error),
            one("leave_unprocessed", says("integer", "How many requests of a batch are handed back.")),
            one("lose_answer", json!({"enum": ["connection", "error"], "description": "The request is executed, and the client does not learn that."})),
            one("drop_connection", json!({"const": true})),
            one("page_items", says("integer", "After how many evaluated items a page ends.")),
            one("page_bytes", says("integer", "After how many bytes a page ends.")),
            one("stale_ms", says("integer", "How long ago what a read sees was so, as far back as the rule has been there; strongly consistent reads go past it.")),
            one("contend_ms", says("integer", "For how long a transaction that nobody sees is under way on the items of the request.")),
        ],
    })
}

fn standing_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false,
        "required": ["id", "origin", "description", "min", "count", "is_met"],
        "properties": {
            "id": integer(), "name": {"type": "string"}, "origin": {"type": "string"}, "description": {"type": "string"},
            "min": integer(), "max": integer(), "count": integer(), "is_met": {"type": "boolean"},
        },
    })
}

fn list_schema() -> Value {
    json!({
        "type": "object", "required": ["strictness", "rules"], "additionalProperties": false,
        "properties": {
            "strictness": {"enum": ["pass_through", "deny", "warn"]},
            "rules": {"type": "array", "items": standing_schema()},
        },
    })
}

fn strictness_schema() -> Value {
    json!({
        "type": "object", "required": ["strictness"], "additionalProperties": false,
        "properties": {"strictness": {"enum": ["pass_through", "deny", "warn"]}},
    })
}

fn received_schema() -> Value {
    let request = json!({
        "type": "object", "required": ["number", "operation", "request", "met", "fate"], "additionalProperties": false,
        "properties": {
            "number": integer(), "operation": {"type": "string"}, "request": {"type": "string"},
            "met": {"type": "array", "items": integer()},
            "fate": {"enum": ["passed_on", "taken", "invalid", "unexpected"]},
        },
    });
    json!({
        "type": "object", "required": ["received"], "additionalProperties": false,
        "properties": {"received": {"type": "array", "items": request}},
    })
}

fn verdict_schema() -> Value {
    json!({
        "type": "object", "required": ["is_met"], "additionalProperties": false,
        "properties": {"is_met": {"type": "boolean"}, "report": {"type": "string"}},
    })
}

/// What becomes of requests that no rule is about, in words.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StrictnessWord {
    PassThrough,
    Deny,
    Warn,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    strictness: StrictnessWord,
}

/// The rules of a namespace, which is not made for being looked at.
fn set_of(admin: &Admin, namespace: &Namespace) -> Arc<RuleSet> {
    admin.state.rules.find(namespace).unwrap_or_default()
}

fn list(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let set = set_of(admin, &ask.namespace(admin));
    let strictness = match set.strictness() {
        Strictness::PassThrough => "pass_through",
        Strictness::Deny => "deny",
        Strictness::Warn => "warn",
    };
    let rules: Vec<Value> = set.standings().iter().map(described).collect();
    Ok(Answer::Json(json!({"strictness": strictness, "rules": rules})))
}

fn add(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let namespace = ask.namespace(admin);
    let rule = RuleShape::read(ask.text()?).map_err(Problem::malformed)?;
    let rules = &admin.state.rules;
    let id = match &admin.state.shadow {
        Some(shadow) => Handle::current().block_on(rules.add_over(shadow, &ask.caller(admin), rule)),
        None => rules.add(admin.engine(), &namespace, rule),
    };
    let id = id.map_err(Problem::malformed)?;
    standing(&rules.of(&namespace), id)
}

fn clear(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    admin.state.rules.remove(&ask.namespace(admin));
    list(admin, ask)
}

fn rule_of(ask: &Ask<'_>) -> Result<RuleId, Problem> {
    let given = ask.parameter("rule");
    given.parse().map(RuleId).map_err(|_| missing(given))
}

fn missing(id: impl std::fmt::Display) -> Problem {
    Problem::new(Kind::Missing, format!("There is no rule {id}"))
}

fn standing(set: &RuleSet, id: RuleId) -> Result<Answer, Problem> {
    let standing = set.standing(id).ok_or_else(|| missing(id))?;
    Ok(Answer::Json(described(&standing)))
}

fn tell(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    standing(&set_of(admin, &ask.namespace(admin)), rule_of(ask)?)
}

fn remove(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let id = rule_of(ask)?;
    let removed = set_of(admin, &ask.namespace(admin)).remove(id);
    Ok(Answer::Json(described(&removed.ok_or_else(|| missing(id))?)))
}

fn received(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let received = set_of(admin, &ask.namespace(admin)).received();
    let received: Vec<Value> = received.iter().map(request).collect();
    Ok(Answer::Json(json!({"received": received})))
}

fn verify(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    Ok(verdict(set_of(admin, &ask.namespace(admin)).verify()))
}

fn checkpoint(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    Ok(verdict(set_of(admin, &ask.namespace(admin)).checkpoint()))
}

fn set_strictness(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let strictness = match ask.json::<Strict>()?.strictness {
        StrictnessWord::PassThrough => Strictness::PassThrough,
        StrictnessWord::Deny => Strictness::Deny,
        StrictnessWord::Warn => Strictness::Warn,
    };
    admin.state.rules.of(&ask.namespace(admin)).set_strictness(strictness);
    list(admin, ask)
}

fn described(standing: &Standing) -> Value {
    let mut described = json!({
        "id": standing.id.0, "origin": standing.origin.to_string(), "description": standing.description,
        "min": standing.times.min, "count": standing.count, "is_met": standing.is_met(),
    });
    if let Some(name) = &standing.name {
        described["name"] = name.as_str().into();
    }
    if let Some(max) = standing.times.max {
        described["max"] = max.into();
    }
    described
}

fn request(received: &Received) -> Value {
    let fate = match received.fate {
        Fate::PassedOn => "passed_on",
        Fate::Taken(_) => "taken",
        Fate::Invalid(_) => "invalid",
        Fate::Unexpected => "unexpected",
    };
    let met: Vec<u64> = received.met.iter().map(|id| id.0).collect();
    json!({
        "number": received.number, "operation": received.resolved.operation.name(),
        "request": Described(&received.resolved).to_string(), "met": met, "fate": fate,
    })
}

fn verdict(outcome: Result<(), Report>) -> Answer {
    Answer::Json(match outcome {
        Ok(()) => json!({"is_met": true}),
        Err(report) => json!({"is_met": false, "report": report.to_string()}),
    })
}
