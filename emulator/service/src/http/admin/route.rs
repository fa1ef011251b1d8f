//! Routes as data: where a resource is, what is sent and answered, and the function that answers.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use stator_core::engine::{Caller, Namespace, SpaceError};

use super::page::Page;
use super::{Admin, PREFIX};

/// The part of a path that names a namespace.
pub(super) const OF_NAMESPACE: &str = "namespaces/{access_key}/{region}";

/// What is done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// It is told.
    Get,
    /// It is set.
    Put,
    /// Something is done with it.
    Post,
    /// It is let go of.
    Delete,
}

impl Method {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// What a route takes as its body.
#[derive(Clone, Copy, Debug)]
pub(super) enum Takes {
    /// Nothing.
    Nothing,
    /// JSON of this schema.
    Json(fn() -> Value),
    /// YAML, described in words.
    Yaml(&'static str),
    /// Bytes as they are, described in words.
    Bytes(&'static str),
}

/// What a route answers when it went well.
#[derive(Clone, Copy, Debug)]
pub(super) enum Gives {
    /// JSON of this schema.
    Json(fn() -> Value),
    /// A text of this media type.
    Text(&'static str),
    /// Bytes as they are.
    Bytes,
}

/// Where a route is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Where requests are executed by the engine that it is about.
    Engine,
    /// Also over an upstream: it is about the layers.
    Layers,
    /// Even where the administration is off.
    Always,
}

/// One method of one path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    /// What is done.
    pub(super) method: Method,
    /// The path below the prefix; `{…}` are its parameters.
    pub(super) path: &'static str,
    /// What it is for, as a sentence.
    pub(super) summary: &'static str,
    /// What is sent.
    pub(super) takes: Takes,
    /// What is answered with status 200.
    pub(super) gives: Gives,
    /// What else may come of it.
    pub(super) problems: &'static [Kind],
    /// Where it is served.
    pub(super) reach: Reach,
    /// Answers.
    pub(super) run: fn(&Admin, &Ask<'_>) -> Result<Answer, Problem>,
}

impl Route {
    /// The path from the root.
    pub(super) fn full_path(&self) -> String {
        format!("{PREFIX}{}", self.path)
    }

    /// The names of the parameters in the path.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}

/// A request for a route.
#[derive(Debug)]
pub(super) struct Ask<'r> {
    path: &'r [(String, String)],
    query: &'r str,
    body: &'r [u8],
}

impl<'r> Ask<'r> {
    pub(super) fn new(path: &'r [(String, String)], query: &'r str, body: &'r [u8]) -> Self {
        Self { path, query, body }
    }

    /// A parameter of the path, which every match of the path has.
    pub(super) fn parameter(&self, name: &str) -> &'r str {
        let found = self.path.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// A parameter of the query.
    pub(super) fn option(&self, name: &str) -> Option<Cow<'r, str>> {
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        let mut found = pairs.filter(|(known, _)| *known == name).map(|(_, value)| value);
        found.next().map(|value| percent_decode_str(value).decode_utf8_lossy())
    }

    /// Who sees the namespace that the path names.
    pub(super) fn caller(&self, admin: &Admin) -> Caller {
        Caller {
            access_key: self.parameter("access_key").into(),
            region: self.parameter("region").into(),
            account: admin.account.clone(),
        }
    }

    /// The namespace that the path names.
    pub(super) fn namespace(&self, admin: &Admin) -> Namespace {
        Namespace::of(&self.caller(admin), admin.engine().settings())
    }

    /// The body as JSON; an empty one is an empty object.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let body = if self.body.is_empty() {
            b"{}".as_slice()
        } else {
            self.body
        };
        serde_json::from_slice(body)
            .map_err(|error| Problem::new(Kind::Malformed, format!("The body is not as described: {error}")))
    }

    /// The body as it is.
    pub(super) fn bytes(&self) -> &'r [u8] {
        self.body
    }

    /// The body as text.
    pub(super) fn text(&self) -> Result<&'r str, Problem> {
        std::str::from_utf8(self.body)
            .map_err(|error| Problem::new(Kind::Malformed, format!("The body is not UTF-8: {error}")))
    }
}

/// What a route answers.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// JSON.
    Json(Value),
    /// A text of a media type.
    Text(&'static str, String),
    /// Bytes as they are.
    Bytes(Vec<u8>),
}

impl Answer {
    /// The answer that something was done.
    pub(super) fn done() -> Self {
        Self::Json(json!({}))
    }

    /// The answer as it is sent.
    pub(super) fn into_page(self) -> Page {
        match self {
            Self::Json(value) => Page::of_json(200, &value),
            Self::Text(media, text) => Page::of_text(media, text),
            Self::Bytes(bytes) => Page::of_bytes(bytes),
        }
    }
}

/// The schema of an answer that says nothing but that it went well.
pub(super) fn nothing() -> Value {
    json!({"type": "object", "additionalProperties": false})
}

/// Why a route did not do what it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The request does not say what to do, or says it wrongly.
    Malformed,
    /// Who asks may not.
    Forbidden,
    /// There is no such thing.
    Missing,
    /// Something is in the way.
    Conflict,
    /// There are too many of them.
    TooMany,
    /// The server is wrong.
    Failure,
}

impl Kind {
    /// The status, and the word that programs go by.
    pub(super) fn code(self) -> (u16, &'static str) {
        match self {
            Self::Malformed => (400, "malformed"),
            Self::Forbidden => (403, "forbidden"),
            Self::Missing => (404, "missing"),
            Self::Conflict => (409, "conflict"),
            Self::TooMany => (429, "too_many"),
            Self::Failure => (500, "failure"),
        }
    }
}

/// What went wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) kind: Kind,
    pub(super) message: String,
}

impl Problem {
    pub(super) fn new(kind: Kind, message: impl fmt::Display) -> Self {
        let message = message.to_string();
        Self { kind, message }
    }

    pub(super) fn malformed(message: impl fmt::Display) -> Self {
        Self::new(Kind::Malformed, message)
    }

    /// A bug.
    pub(super) fn failure() -> Self {
        Self::new(Kind::Failure, "The server failed; its log says how")
    }

    /// The problem of a path that leads nowhere, where these are served.
    pub(super) fn no_such_page(routes: impl Iterator<Item = &'static Route>) -> Self {
        const PAGES_MAX: usize = 5;
        let pages: Vec<_> = routes
            .map(|route| format!("{} {PREFIX}{}", route.method.name(), route.path))
            .collect();
        let message = if pages.len() > PAGES_MAX {
            format!("There is no such page. GET {PREFIX}openapi.json tells which there are.")
        } else {
            format!("There is no such page. There are {}.", pages.join(", "))
        };
        Self::new(Kind::Missing, message)
    }
}

impl From<SpaceError> for Problem {
    fn from(error: SpaceError) -> Self {
        let kind = match error {
            SpaceError::Missing(_) | SpaceError::SnapshotMissing(..) => Kind::Missing,
            SpaceError::Exists(_) => Kind::Conflict,
            SpaceError::TooManyNamespaces | SpaceError::TooManySnapshots(_) => Kind::TooMany,
        };
        Self::new(kind, error)
    }
}
