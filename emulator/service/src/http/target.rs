//! Which operation a request asks for.

use http::HeaderMap;
use stator_core::model::{ApiError, ErrorKind, Operation};

/// The operation that `X-Amz-Target` names; it is case-sensitive.
pub(super) fn operation(headers: &HeaderMap) -> Result<Operation, ApiError> {
    headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .and_then(Operation::from_target)
        .ok_or_else(|| ApiError::bare(ErrorKind::UnknownOperation))
}
