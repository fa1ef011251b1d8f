//! Constraints of members that exports and imports share, each a line or two of an operation's list.

use std::fmt::Display;

use crate::engine::violations::{Pattern, Violations};
use crate::model::json::Text;

/// The longest name of a bucket.
const BUCKET_LENGTH_MAX: usize = 255;

/// The longest prefix of keys.
const PREFIX_LENGTH_MAX: usize = 1024;

/// Names of buckets.
pub(in crate::engine) const BUCKET: Pattern = Pattern::new(r"^[a-z0-9A-Z]+[\.\-\w]*[a-z0-9A-Z]+$", |text| {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let bytes = text.as_bytes();
    bytes.len() >= 2
        && bytes.iter().all(|byte| is_inner(*byte))
        && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
});

const OWNER: Pattern = Pattern::new("[0-9]{12}", |text| {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
});

const TOKEN: Pattern = Pattern::new(r"^[^\$]+$", |text| !text.is_empty() && !text.contains('$'));

pub(super) fn state_bucket(violations: &mut Violations, path: impl Display, bucket: Option<&Text>) {
    violations
        .echoed(path, bucket)
        .required()
        .length_at_most(BUCKET_LENGTH_MAX)
        .pattern(&BUCKET);
}

pub(super) fn state_owner(violations: &mut Violations, path: impl Display, owner: Option<&Text>) {
    violations.echoed(path, owner).pattern(&OWNER);
}

pub(super) fn state_prefix(violations: &mut Violations, path: impl Display, prefix: Option<&Text>) {
    violations.echoed(path, prefix).length_at_most(PREFIX_LENGTH_MAX);
}

pub(super) fn state_token(violations: &mut Violations, token: Option<&Text>) {
    violations.echoed("clientToken", token).pattern(&TOKEN);
}

pub(super) fn state_table_arn(violations: &mut Violations, arn: Option<&Text>) {
    violations.echoed("tableArn", arn).length_at_most(1024);
}
