//! The media types of requests and replies.

use http::HeaderValue;

/// A media type that the protocol speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaType {
    /// What SDKs send.
    AmzJson,
    /// Plain JSON, which the service takes as well and answers everything else with.
    Json,
}

impl MediaType {
    const AMZ_JSON: &'static str = "application/x-amz-json-1.0";
    const JSON: &'static str = "application/json";

    /// The media type that a `Content-Type` header names; parameters and case do not matter.
    pub(super) fn named_by(header: &HeaderValue) -> Option<Self> {
        let bytes = header.as_bytes();
        if bytes == Self::AMZ_JSON.as_bytes() {
            return Some(Self::AmzJson);
        }
        let end = bytes.iter().position(|&byte| byte == b';').unwrap_or(bytes.len());
        let name = bytes[..end].trim_ascii();
        if name.eq_ignore_ascii_case(Self::AMZ_JSON.as_bytes()) {
            Some(Self::AmzJson)
        } else if name.eq_ignore_ascii_case(Self::JSON.as_bytes()) {
            Some(Self::Json)
        } else {
            None
        }
    }

    /// The `Content-Type` of a reply.
    pub(super) fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::AmzJson => Self::AMZ_JSON,
            Self::Json => Self::JSON,
        })
    }
}
