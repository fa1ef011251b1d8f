//! The parts of a case file, as values: what is here is well formed, and its rows are expanded.
//!
//! It holds trees of YAML where a request or an expectation stands, for placeholders are filled when a step is sent.

use std::fmt;

use serde::Deserialize;
use serde_yaml::Value;

use super::pattern;
use super::source::Source;
use super::table::TableSpec;

/// A file of cases, with the tables that they share.
#[derive(Debug)]
pub struct Suite {
    /// The path under the folder of cases, without its ending: `get-item/keys`.
    pub name: String,
    /// Which of the service's validation layers the cases are about.
    pub dialect: Dialect,
    /// The cases, one for each row.
    pub cases: Vec<Case>,
    pub(super) scope: Scope,
}

/// One behaviour: steps, each a request and the reply that is expected.
#[derive(Debug)]
pub struct Case {
    /// A sentence on what the service does.
    pub name: String,
    /// Where the fact comes from.
    pub source: Source,
    /// What it claims.
    pub kind: Kind,
    pub(super) scope: Scope,
    pub(super) steps: Vec<Step>,
}

/// Which of the service's validation layers answers; an endpoint that has a choice is started with one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// The layers as most Regions run them.
    #[default]
    Current,
    /// The older layer on every operation.
    Classic,
}

/// What a case claims; reports keep them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Which error fires.
    Fires,
    /// The exact words of an error.
    Words,
    /// A limit, and what is just inside it.
    Limits,
    /// Parameters from before expressions.
    Legacy,
    /// What an accepted request does.
    Behaviour,
}

/// Tables and items that exist before the cases that they belong to.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Tables by the name of their placeholder.
    pub(super) tables: Vec<(String, TableSpec)>,
    /// Items by the placeholder of their table.
    pub(super) items: Vec<(String, Value)>,
    /// Tables that the steps themselves make, by the name of their placeholder.
    pub(super) scratch: Vec<String>,
}

impl Scope {
    /// The names of all its tables.
    pub(super) fn labels(&self) -> impl Iterator<Item = &String> {
        self.tables.iter().map(|(label, _)| label).chain(&self.scratch)
    }
}

/// A request and what is expected of its reply.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) action: Action,
    pub(super) expected: Expected,
    /// Names for parts of the reply, by their path: `Table.TableArn`, `Items.0`.
    pub(super) keep: Vec<(String, String)>,
    /// Whether to ask again until the reply is as expected.
    pub(super) eventually: bool,
}

/// What a step sends.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// A request of an operation.
    Call { operation: String, request: Value },
    /// Query or Scan until no LastEvaluatedKey is left, over all segments.
    Walk {
        operation: String,
        request: Value,
        segments: Option<u32>,
    },
    /// A request spelled out.
    Http(RawRequest),
}

/// A request spelled out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRequest {
    /// `POST` unless said.
    #[serde(default = "post")]
    pub(super) method: String,
    /// `/` unless said.
    #[serde(default = "root")]
    pub(super) path: String,
    /// Names the operation in `X-Amz-Target`.
    pub(super) operation: Option<String>,
    /// Headers over the standard ones; null takes a standard one away.
    #[serde(default)]
    pub(super) headers: Value,
    /// The body as text.
    pub(super) body: Option<Value>,
    /// The body as bytes, in base64.
    pub(super) base64: Option<Value>,
    /// Whether the body is compressed, and says so.
    #[serde(default)]
    pub(super) gzip: bool,
}

fn post() -> String {
    "POST".to_owned()
}

fn root() -> String {
    "/".to_owned()
}

/// What is expected of a reply; values are patterns.
#[derive(Clone, Debug)]
pub(super) enum Expected {
    /// Success, whatever it says.
    Success,
    /// Success with this body.
    Answer(Value),
    /// An error.
    Error {
        /// The type; with its namespace when that matters.
        kind: String,
        /// The message; `None` when any will do.
        message: Option<Value>,
        /// Further members of the body.
        members: Vec<(String, Value)>,
        status: u16,
    },
    /// Status, headers and body as they are on the wire.
    Reply(RawReply),
}

/// A reply spelled out; what is left out may be anything.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReply {
    pub(super) status: Option<u16>,
    #[serde(default)]
    pub(super) headers: Value,
    /// The body as text.
    pub(super) body: Option<Value>,
    /// The body as JSON.
    pub(super) json: Option<Value>,
}

/// Why a step is not of the format.
#[derive(Debug)]
pub(super) enum StepError {
    NoMapping,
    /// Not exactly one operation or `http`.
    Action,
    /// More than one of `answer`, `error` and `reply`.
    Expectations,
    Unknown(String),
    Form {
        field: &'static str,
        wants: &'static str,
    },
    Yaml(serde_yaml::Error),
}

impl fmt::Display for StepError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMapping => write!(formatter, "a step is a mapping"),
            Self::Action => write!(formatter, "a step has exactly one operation, or http"),
            Self::Expectations => write!(formatter, "a step has one of answer, error and reply"),
            Self::Unknown(field) => write!(formatter, "a step has no field {field}"),
            Self::Form { field, wants } => write!(formatter, "{field} wants {wants}"),
            Self::Yaml(error) => write!(formatter, "{error}"),
        }
    }
}

/// The fields of a step, before they are put together.
#[derive(Default)]
struct Fields {
    call: Option<(String, Value)>,
    http: Option<RawRequest>,
    expected: Option<Expected>,
    keep: Vec<(String, String)>,
    eventually: bool,
    walk: bool,
    segments: Option<u32>,
    status: Option<u16>,
}

impl Step {
    /// Reads a step: an operation or `http`, and its expectation.
    pub(super) fn parse(value: &Value) -> Result<Self, StepError> {
        let mapping = value.as_mapping().ok_or(StepError::NoMapping)?;
        let mut fields = Fields::default();
        for (name, value) in mapping {
            let name = name.as_str().ok_or(StepError::Action)?;
            fields.read(name, value)?;
        }
        fields.into_step()
    }
}

impl Fields {
    fn read(&mut self, name: &str, value: &Value) -> Result<(), StepError> {
        match name {
            "answer" => self.expect(Expected::Answer(value.clone())),
            "error" => self.expect(parse_error(value)?),
            "reply" => self.expect(Expected::Reply(from_yaml(value)?)),
            "keep" => {
                let keep: serde_yaml::Mapping = from_yaml(value)?;
                for (name, path) in keep {
                    self.keep.push((from_yaml(&name)?, from_yaml(&path)?));
                }
                Ok(())
            }
            "status" => from_yaml(value).map(|status| self.status = Some(status)),
            "eventually" => from_yaml(value).map(|eventually| self.eventually = eventually),
            "segments" => from_yaml(value).map(|segments| self.segments = Some(segments)),
            "pages" if value.as_str() == Some("all") => {
                self.walk = true;
                Ok(())
            }
            "pages" => Err(StepError::Form {
                field: "pages",
                wants: "all",
            }),
            "http" => from_yaml(value).map(|request| self.http = Some(request)),
            operation if operation.starts_with(|letter: char| letter.is_ascii_uppercase()) => {
                let before = self.call.replace((operation.to_owned(), value.clone()));
                before.map_or(Ok(()), |_| Err(StepError::Action))
            }
            unknown => Err(StepError::Unknown(unknown.to_owned())),
        }
    }

    fn expect(&mut self, expected: Expected) -> Result<(), StepError> {
        let before = self.expected.replace(expected);
        before.map_or(Ok(()), |_| Err(StepError::Expectations))
    }

    fn into_step(self) -> Result<Step, StepError> {
        let action = match (self.call, self.http) {
            (Some((operation, request)), None) if self.walk || self.segments.is_some() => Action::Walk {
                operation,
                request,
                segments: self.segments,
            },
            (Some((operation, request)), None) => Action::Call { operation, request },
            (None, Some(request)) => Action::Http(request),
            _ => return Err(StepError::Action),
        };
        let mut expected = self.expected.unwrap_or(Expected::Success);
        if let (Some(wanted), Expected::Error { status, .. }) = (self.status, &mut expected) {
            *status = wanted;
        }
        Ok(Step {
            action,
            expected,
            keep: self.keep,
            eventually: self.eventually,
        })
    }
}

/// `Type`, or `{ Type: message, Member: value, … }`.
fn parse_error(value: &Value) -> Result<Expected, StepError> {
    const STATUS: u16 = 400;
    if let Some(kind) = value.as_str() {
        return Ok(Expected::Error {
            kind: kind.to_owned(),
            message: None,
            members: Vec::new(),
            status: STATUS,
        });
    }
    let form = || StepError::Form {
        field: "error",
        wants: "a type, or { type: message, member: value, … }",
    };
    let mut entries = value.as_mapping().ok_or_else(form)?.iter();
    let (kind, message) = entries.next().ok_or_else(form)?;
    let members = entries.map(|(name, value)| Some((name.as_str()?.to_owned(), value.clone())));
    Ok(Expected::Error {
        kind: kind.as_str().ok_or_else(form)?.to_owned(),
        message: Some(message.clone()),
        members: members.collect::<Option<_>>().ok_or_else(form)?,
        status: STATUS,
    })
}

fn from_yaml<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, StepError> {
    serde_yaml::from_value(value.clone()).map_err(StepError::Yaml)
}

/// The first tag, at any depth, that is neither a generator nor a pattern.
pub(super) fn unknown_tag(value: &Value) -> Option<String> {
    match value {
        Value::Tagged(tagged) => {
            let known = super::generate::is_generator(&tagged.tag) || pattern::is_pattern(&tagged.tag);
            if known {
                unknown_tag(&tagged.value)
            } else {
                Some(tagged.tag.to_string())
            }
        }
        Value::Sequence(list) => list.iter().find_map(unknown_tag),
        Value::Mapping(mapping) => mapping.values().find_map(unknown_tag),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}
