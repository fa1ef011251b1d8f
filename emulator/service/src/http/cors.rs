//! Which web pages may call.
//!
//! The service lets any page call and says so with `*`. A list restricts that: a listed origin is answered by its name, and the request of another
//! origin is answered as if it had named none, so that the browser keeps the answer from the page.

use std::convert::Infallible;
use std::str::FromStr;

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HOST, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue};

/// How long a browser may remember the answer to a preflight, in seconds.
const PREFLIGHT_AGE_MAX: HeaderValue = HeaderValue::from_static("172800");

/// The origins that may call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origins {
    /// All of them.
    #[default]
    Any,
    /// These, as browsers spell them, e.g. `http://localhost:3000`.
    Listed(Vec<String>),
}

impl FromStr for Origins {
    type Err = Infallible;

    /// Reads `*`, or origins between commas.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        let origins: Vec<String> = text
            .split(',')
            .map(|origin| origin.trim().trim_end_matches('/').to_owned())
            .filter(|origin| !origin.is_empty())
            .collect();
        if origins.iter().any(|origin| origin == "*") {
            Ok(Self::Any)
        } else {
            Ok(Self::Listed(origins))
        }
    }
}

impl Origins {
    /// What to answer in `Access-Control-Allow-Origin`; none if the request names no origin, or one that may not call.
    pub(super) fn admit(&self, headers: &HeaderMap) -> Option<Admitted> {
        let origin = headers.get(ORIGIN)?;
        match self {
            Self::Any => Some(Admitted(HeaderValue::from_static("*"))),
            Self::Listed(origins) => {
                let listed = origins.iter().any(|listed| listed.as_bytes() == origin.as_bytes());
                listed.then(|| Admitted(origin.clone()))
            }
        }
    }

    /// Whether the request is none of a web page, or of one of the server's own, or of one that is listed: others, which anybody may have written,
    /// must not change what the server serves.
    pub(super) fn may_administer(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(ORIGIN) else {
            return true;
        };
        let authority = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
        let is_own = authority.is_some_and(|(_, authority)| headers.get(HOST).is_some_and(|host| host == authority));
        is_own || (matches!(self, Self::Listed(_)) && self.admit(headers).is_some())
    }
}

/// An origin that may call.
#[derive(Clone, Debug)]
pub(super) struct Admitted(HeaderValue);

impl Admitted {
    /// Tells a browser that the page may see a reply.
    pub(super) fn mark(self, reply: &mut HeaderMap) {
        if self.0 != "*" {
            reply.insert(VARY, HeaderValue::from_static("Origin"));
        }
        reply.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.0);
    }
}

/// Tells a browser what a page may send: all that it asks for.
pub(super) fn grant_preflight(request: &HeaderMap, reply: &mut HeaderMap) {
    reply.insert(ACCESS_CONTROL_MAX_AGE, PREFLIGHT_AGE_MAX);
    for (asked, granted) in [
        (ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_ALLOW_HEADERS),
        (ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS),
    ] {
        if let Some(value) = request.get(asked) {
            reply.insert(granted, value.clone());
        }
    }
}
