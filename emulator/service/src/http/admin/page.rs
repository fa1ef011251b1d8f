//! Answers of the administration as HTTP.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::route::Problem;

/// The media type of bytes of which nothing is known.
pub(super) const BYTES: &str = "application/octet-stream";

/// A response.
#[derive(Clone, Debug)]
pub(super) struct Page {
    status: u16,
    media: &'static str,
    body: Vec<u8>,
}

impl Page {
    /// JSON, with a line's end for those who read it in a terminal.
    pub(super) fn of_json(status: u16, value: &Value) -> Self {
        let media = "application/json";
        let body = format!("{value}\n").into_bytes();
        Self { status, media, body }
    }

    /// A text.
    pub(super) fn of_text(media: &'static str, body: String) -> Self {
        let (status, body) = (200, body.into_bytes());
        Self { status, media, body }
    }

    /// Bytes as they are.
    pub(super) fn of_bytes(body: Vec<u8>) -> Self {
        let (status, media) = (200, BYTES);
        Self { status, media, body }
    }

    /// A problem.
    pub(super) fn of_problem(problem: &Problem) -> Self {
        let (status, code) = problem.kind.code();
        Self::of_json(status, &json!({"code": code, "message": problem.message}))
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(CONTENT_TYPE, self.media)], self.body).into_response()
    }
}
