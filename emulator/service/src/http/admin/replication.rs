//! How far Regions are with what the others write to replicated tables.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};
use smol_str::SmolStr;
use stator_core::engine::{ReplicationProgress, Spaces};

use super::Admin;
use super::route::{Answer, Ask, Gives, Method, Problem, Reach, Route, Takes};

pub(super) const ROUTES: &[Route] = &[Route {
    method: Method::Get,
    path: "namespaces/{access_key}/{region}/replication",
    summary: "Tells how far the replicated tables of a namespace are with what each other Region writes.",
    takes: Takes::Nothing,
    gives: Gives::Json(schema),
    problems: &[],
    reach: Reach::Engine,
    run: tell,
}];

fn schema() -> Value {
    let number = |says: &str| json!({"type": "integer", "minimum": 0, "description": says});
    json!({
        "type": "object", "required": ["tables"], "additionalProperties": false,
        "properties": {"tables": {"type": "array", "items": {
            "type": "object", "required": ["table", "from", "waiting", "behind_ms", "applied", "lost"], "additionalProperties": false,
            "properties": {
                "table": {"type": "string"},
                "from": {"type": "string", "description": "The other Region."},
                "waiting": number("How many writes there have not come: they are under way, or cannot come."),
                "behind_ms": number("How long ago the first of them was made."),
                "applied": number("How many have come and changed something."),
                "lost": number("How many have come and changed nothing, since a later write of the item was known: conflicts that they lost."),
            },
        }}},
    })
}

fn tell(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let progress = admin.engine().spaces().replication_progress(&ask.namespace(admin));
    let tables = progress.into_iter().map(|progress| {
        let ReplicationProgress {
            table,
            from,
            waiting,
            behind_ms,
            applied,
            lost,
        } = progress;
        json!({
            "table": table.as_str(), "from": from.as_str(), "waiting": waiting,
            "behind_ms": behind_ms, "applied": applied, "lost": lost,
        })
    });
    Ok(Answer::Json(json!({"tables": tables.collect::<Vec<_>>()})))
}

/// What is told of a table in a Region and another Region, together for all access keys.
#[derive(Default)]
struct Total {
    waiting: u64,
    behind_ms: i64,
    applied: u64,
    lost: u64,
}

/// The replication of all tables in Prometheus' text format; nothing while there are no replicas. Access keys are counted together, since there may be as
/// many as there are tests.
pub(super) fn exposition(spaces: &Spaces) -> String {
    let totals = totals(spaces);
    let mut out = String::new();
    if totals.is_empty() {
        return out;
    }
    let mut family = |name: &str, kind: &str, help: &str, value: &dyn Fn(&Total) -> f64| {
        // Text takes whatever is written to it.
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for ([table, region, from], total) in &totals {
            let value = value(total);
            let _ = writeln!(
                out,
                "{name}{{table=\"{table}\",region=\"{region}\",from=\"{from}\"}} {value}"
            );
        }
    };
    let count = |number: u64| number as f64;
    family(
        "stator_replication_waiting",
        "gauge",
        "Writes of another Region that have not come.",
        &|total| count(total.waiting),
    );
    family(
        "stator_replication_behind_seconds",
        "gauge",
        "How long ago the first of them was made.",
        &|total| total.behind_ms as f64 / 1_000.0,
    );
    family(
        "stator_replication_applied_total",
        "counter",
        "Writes of another Region that have come and changed something.",
        &|total| count(total.applied),
    );
    family(
        "stator_replication_lost_total",
        "counter",
        "Writes of another Region that have come and lost against a later one.",
        &|total| count(total.lost),
    );
    out
}

/// By table, Region and the Region where writes were made, for all access keys together.
fn totals(spaces: &Spaces) -> BTreeMap<[SmolStr; 3], Total> {
    let mut totals: BTreeMap<[SmolStr; 3], Total> = BTreeMap::new();
    for name in spaces.names() {
        let region = SmolStr::new(name.region().unwrap_or_default());
        for progress in spaces.replication_progress(&name) {
            let total = totals
                .entry([progress.table, region.clone(), progress.from])
                .or_default();
            total.waiting += progress.waiting;
            total.behind_ms = total.behind_ms.max(progress.behind_ms);
            total.applied += progress.applied;
            total.lost += progress.lost;
        }
    }
    totals
}
