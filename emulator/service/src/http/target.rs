//! Which operation a request asks for.

use http::HeaderMap;
use http::header::HeaderName;
use stator_core::model::{ApiError, ErrorKind, Operation};

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// The operation that `X-Amz-Target` names; it is case-sensitive.
pub(super) fn operation(headers: &HeaderMap) -> Result<Operation, ApiError> {
    let target = headers
        .get(TARGET)
        .and_then(|target| std::str::from_utf8(target.as_bytes()).ok());
    Operation::from_target(target.unwrap_or_default()).ok_or_else(|| ApiError::bare(ErrorKind::UnknownOperation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_names_no_operation_of_its_api_is_refused_without_words() {
        let rows = [
            "DynamoDB_20120810.createTable",
            "DynamoDB_20120810.MakeTable",
            "DynamoDBStreams_20120810.ListTables",
            "ListTables",
        ];
        for target in rows {
            let mut headers = HeaderMap::new();
            headers.insert("x-amz-target", target.parse().unwrap());
            let error = operation(&headers).unwrap_err();
            assert_eq!(
                (error.kind(), error.message()),
                (ErrorKind::UnknownOperation, ""),
                "{target}"
            );
        }
    }
}
