//! Which operation a request asks for.

use http::HeaderMap;
use stator_core::model::{ApiError, ErrorKind, Operation};

/// The operation that `X-Amz-Target` names; it is case-sensitive. One that only the service has is refused as the service refuses what it does
/// not know, with words that tell why.
pub(super) fn operation(headers: &HeaderMap) -> Result<Operation, ApiError> {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let target = target.unwrap_or_default();
    Operation::from_target(target).ok_or_else(|| match Operation::unbuilt(target) {
        Some(name) => ApiError::new(
            ErrorKind::UnknownOperation,
            format_args!("Stator does not have the operation {name}"),
        ),
        None => ApiError::bare(ErrorKind::UnknownOperation),
    })
}

#[cfg(test)]
mod tests {
    use stator_core::model::operation::UNBUILT;

    use super::*;

    fn check(target: &str, words: &str) {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-target", target.parse().unwrap());
        let error = operation(&headers).unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::UnknownOperation, words));
    }

    #[test]
    fn what_only_the_service_has_is_refused_with_words_and_what_nobody_has_without() {
        for name in UNBUILT {
            check(
                &format!("DynamoDB_20120810.{name}"),
                &format!("Stator does not have the operation {name}"),
            );
            check(&format!("DynamoDBStreams_20120810.{name}"), "");
        }
        check("DynamoDB_20120810.createTable", "");
        check("DynamoDB_20120810.MakeTable", "");
    }
}
