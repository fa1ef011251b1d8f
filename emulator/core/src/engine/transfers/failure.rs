//! Why transfers fail, long after their requests were accepted (control-plane-2026.md §6, §7, §8).

use xxhash_rust::xxh3::xxh3_64;

use crate::model::json::Text;
use crate::store::Failure;

/// There is no bucket. What S3 answered is quoted, with ids that follow from the transfer's.
pub(super) fn no_bucket(arn: &str) -> Failure {
    let request = xxh3_64(arn.as_bytes());
    let extended = xxh3_64(format!("{arn} extended").as_bytes());
    Failure {
        code: Text::new_static("S3NoSuchBucket"),
        message: format!(
            "The specified bucket does not exist (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket; Request ID: {request:016X}; \
             S3 Extended Request ID: {extended:016x}; Proxy: null)"
        )
        .into(),
    }
}

/// The name of the table was taken meanwhile.
pub(super) fn table_exists(table: &str) -> Failure {
    Failure {
        code: Text::new_static("TableAlreadyExists"),
        message: format!("Table already exists: {table}").into(),
    }
}

/// Records were not imported.
pub(super) fn bad_items() -> Failure {
    Failure {
        code: Text::new_static("ItemValidationError"),
        message: Text::new_static(
            "Some of the items failed validation checks and were not imported. Please check CloudWatch error logs for more details.",
        ),
    }
}

/// There is more in a bucket than a bulk put reads.
pub(super) fn too_much(what: &str) -> Failure {
    Failure {
        code: Text::new_static("InputSizeLimitExceeded"),
        message: format!("The input exceeds the limit of {what}").into(),
    }
}

/// The table of a bulk put is gone.
pub(super) fn no_table(table: &str) -> Failure {
    Failure {
        code: Text::new_static("ResourceNotFound"),
        message: format!("Requested resource not found: Table: {table} not found").into(),
    }
}

/// A bulk put was cancelled.
pub(super) fn cancelled() -> Failure {
    Failure {
        code: Text::new_static("Cancelled"),
        message: Text::new_static("The bulk operation was cancelled"),
    }
}
