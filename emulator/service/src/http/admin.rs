//! The pages of Stator itself, under `/_stator/`, which the service does not have.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;

use crate::layers::metrics::Metrics;

/// What the path of every such page begins with.
pub(super) const PREFIX: &str = "/_stator/";

/// The pages.
pub(super) fn router(metrics: Arc<Metrics>) -> Router {
    Router::new()
        .route("/_stator/health", get(health))
        .route("/_stator/metrics", get(exposition))
        .with_state(metrics)
        .fallback(overview)
}

async fn health() -> impl IntoResponse {
    json(StatusCode::OK, "{\"status\":\"ok\"}\n")
}

async fn exposition(State(metrics): State<Arc<Metrics>>) -> impl IntoResponse {
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        metrics.to_string(),
    )
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
