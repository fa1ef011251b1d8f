//! The pages of Stator itself, under `/_stator/`, which the service does not have.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;

use stator_core::engine::Engine;

use crate::layers::metrics::Metrics;

/// What the path of every such page begins with.
pub(super) const PREFIX: &str = "/_stator/";

/// What the pages show.
#[derive(Clone, Debug)]
struct Shown {
    metrics: Arc<Metrics>,
    engine: Arc<Engine>,
}

/// The pages.
pub(super) fn router(metrics: Arc<Metrics>, engine: Arc<Engine>) -> Router {
    Router::new()
        .route("/_stator/health", get(health))
        .route("/_stator/metrics", get(exposition))
        .with_state(Shown { metrics, engine })
        .fallback(overview)
}

async fn health() -> impl IntoResponse {
    json(StatusCode::OK, "{\"status\":\"ok\"}\n")
}

async fn exposition(State(shown): State<Shown>) -> impl IntoResponse {
    let cache = shown.engine.expression_stats();
    let text = format!(
        "{}\
         # HELP stator_expressions_total Expressions by whether their parsed form was in the cache.\n\
         # TYPE stator_expressions_total counter\n\
         stator_expressions_total{{cache=\"hit\"}} {}\n\
         stator_expressions_total{{cache=\"miss\"}} {}\n\
         # HELP stator_expressions_cached Parsed expressions that are kept.\n\
         # TYPE stator_expressions_cached gauge\n\
         stator_expressions_cached {}\n",
        shown.metrics, cache.hits, cache.misses, cache.entries
    );
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}

async fn overview() -> impl IntoResponse {
    json(
        StatusCode::NOT_FOUND,
        "{\"message\":\"There is no such page. There are GET /_stator/health and GET /_stator/metrics.\"}\n",
    )
}

fn json(status: StatusCode, body: &'static str) -> impl IntoResponse {
    (status, [(CONTENT_TYPE, "application/json")], body)
}
