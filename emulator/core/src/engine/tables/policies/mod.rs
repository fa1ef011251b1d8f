//! Resource policies of tables and streams: kept in their canonical form, with revisions, and never enforced.
//!
//! Order and words: control-plane-2026.md §9. A document is judged before its resource is looked for. What a document says follows from the
//! [`policy`](crate::model::policy) module; what its names may be is judged in [`document`].

mod delete_resource_policy;
mod document;
mod get_resource_policy;
mod put_resource_policy;

use std::fmt;

use super::busy::BusyError;
use super::pace::Work;
use super::resource::{ArnError, Found, Resource};
use super::{is_learned, not_found, put};
use crate::engine::context::Context;
use crate::engine::names::label_of;
use crate::engine::violations::Violations;
use crate::engine::{Caller, Pace};
use crate::model::json::{Text, Timestamp};
use crate::model::wire::PolicyRevisionReply;
use crate::model::{ApiError, ErrorKind};
use crate::store::streams::StreamKey;
use crate::store::{Change, Database, PolicySetting, Revision, TableDefinition};

pub(super) use document::{Lockout, accepted};

/// The longest ARN of a resource.
const ARN_MAX: usize = 1_283;

/// The longest text of a revision.
const REVISION_MAX: usize = 255;

/// Why a policy cannot be read or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PolicyFault {
    Arn(ArnError),
    NoStream(StreamKey),
    NoPolicy(Text),
    OtherRevision {
        wanted: Text,
        subject: Name,
        current: Revision,
    },
    NoRevision {
        wanted: Text,
        subject: Name,
    },
    UnexpectedPolicy {
        subject: Name,
        current: Revision,
    },
    Settling(Name),
    Resting {
        subject: Name,
        until: Timestamp,
    },
}

/// A table or a stream by the name that refusals have for it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Name {
    Table(Text),
    Stream(Text),
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(table) => write!(f, "table {table}"),
            Self::Stream(label) => write!(f, "stream {label}"),
        }
    }
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NOT_FOUND: &str = "Resource-based policy not found for the provided ResourceArn:";
        match self {
            Self::Arn(ArnError::Elsewhere(arn)) => {
                write!(f, "{}Invalid resource Arn: {arn}", super::INVALID)
            }
            Self::Arn(error) => match error.shared_words() {
                Some(words) => words.fmt(f),
                None => {
                    f.write_str("This action is only supported by accounts that match the resource owner’s account.")
                }
            },
            Self::NoStream(StreamKey { table, label }) => write!(
                f,
                "Requested resource not found: Stream: {label} not found for Table: {table}"
            ),
            Self::NoPolicy(arn) => write!(f, "{NOT_FOUND} {arn}"),
            Self::OtherRevision {
                wanted,
                subject,
                current,
            } => write!(
                f,
                "{NOT_FOUND} Requested update for policy with revision id {wanted}, but the policy associated to target {subject} has \
                 revision id {}.",
                current.number()
            ),
            Self::NoRevision { wanted, subject } => write!(
                f,
                "{NOT_FOUND} Requested update for policy with revision id {wanted}, but {subject} has no associated policy."
            ),
            Self::UnexpectedPolicy { subject, current } => write!(
                f,
                "{NOT_FOUND} Requested policy update expecting none to be present for {subject}, but a policy exists with revision id {}.",
                current.number()
            ),
            Self::Settling(subject) => {
                let (kind, name) = match subject {
                    Name::Table(table) => ("Table", table),
                    Name::Stream(label) => ("Stream", label),
                };
                write!(
                    f,
                    "Attempt to change a resource which is still in use: {kind} is pending previous resource-based policy update: {name}"
                )
            }
            Self::Resting { subject, until } => write!(
                f,
                "Resource-based policy for {subject} modified within the previous 15000 milliseconds. Please try again after {}Z.",
                label_of(*until)
            ),
        }
    }
}

impl From<PolicyFault> for ApiError {
    fn from(fault: PolicyFault) -> Self {
        let kind = match fault {
            PolicyFault::Arn(_) => ErrorKind::Validation,
            PolicyFault::NoStream(_) => ErrorKind::ResourceNotFound,
            PolicyFault::NoPolicy(_)
            | PolicyFault::OtherRevision { .. }
            | PolicyFault::NoRevision { .. }
            | PolicyFault::UnexpectedPolicy { .. } => ErrorKind::PolicyNotFound,
            PolicyFault::Settling(_) => ErrorKind::ResourceInUse,
            PolicyFault::Resting { .. } => ErrorKind::Throttling,
        };
        Self::new(kind, fault)
    }
}

/// States the ARN of a resource.
fn state_arn(violations: &mut Violations, arn: Option<&Text>) {
    violations
        .echoed("resourceArn", arn)
        .required()
        .length_at_least(1)
        .length_at_most(ARN_MAX);
}

/// States the revision that is expected.
fn state_revision(violations: &mut Violations, revision: Option<&Text>) {
    violations
        .echoed("expectedRevisionId", revision)
        .length_at_least(1)
        .length_at_most(REVISION_MAX);
}

/// Reads the ARN of a request whose constraints hold.
fn read_arn(arn: Option<&Text>, caller: &Caller) -> Result<Resource, PolicyFault> {
    let arn = arn.unwrap_or_else(|| unreachable!("a missing ARN was refused"));
    Resource::parse(arn, caller).map_err(PolicyFault::Arn)
}

/// The table or stream, once policies are kept for it.
fn find<'d>(resource: &Resource, database: &'d Database, context: &Context<'_>) -> Result<Found<'d>, ApiError> {
    let is_known = |found: &Found<'_>| match found {
        Found::Table(definition) => is_learned(definition, Work::LearnOfPolicies, context),
        Found::Stream(_) => true,
    };
    let found = Found::of(resource, database, context.now()).filter(is_known);
    found.ok_or_else(|| match resource {
        Resource::Table(name) => not_found(name),
        Resource::Stream(key) => PolicyFault::NoStream(key.clone()).into(),
    })
}

/// Whether a policy was changed so lately that the change is still on its way.
pub(super) fn is_settling(setting: &PolicySetting, pace: Pace, now: Timestamp) -> bool {
    let changed = setting.changed();
    changed.is_some_and(|at| at.plus_millis(Work::SettlePolicy.length_ms(pace)) > now)
}

impl<'d> Found<'d> {
    fn name(self) -> Name {
        match self {
            Self::Table(definition) => Name::Table(definition.name.clone()),
            Self::Stream(stream) => Name::Stream(stream.definition().key.label.clone()),
        }
    }

    fn setting(self) -> &'d PolicySetting {
        match self {
            Self::Table(definition) => &definition.policy,
            Self::Stream(stream) => stream.policy(),
        }
    }

    /// The change that gives it another policy.
    fn with(self, policy: PolicySetting, now: Timestamp) -> Change {
        match self {
            Self::Table(definition) => {
                let definition = TableDefinition::clone(definition);
                put(TableDefinition { policy, ..definition }, now)
            }
            Self::Stream(stream) => Change::SetStreamPolicy {
                stream: stream.definition().key.clone(),
                policy,
            },
        }
    }

    /// Refuses a change while another is settling or rests, and of a table that is being created or deleted.
    fn check_changeable(self, context: &Context<'_>) -> Result<(), ApiError> {
        if let Some((status, definition)) = self.half_there() {
            return Err(BusyError::Life(status, definition.name.clone()).into());
        }
        let Some(changed) = self.setting().changed() else {
            return Ok(());
        };
        let (now, pace) = (context.now(), context.settings().pace);
        let until = changed.plus_millis(Work::RestPolicy.length_ms(pace));
        if is_settling(self.setting(), pace, now) {
            Err(PolicyFault::Settling(self.name()).into())
        } else if until > now {
            let subject = self.name();
            Err(PolicyFault::Resting { subject, until }.into())
        } else {
            Ok(())
        }
    }

    /// Refuses a change that expects another revision. The deletion of a policy is a revision, too, though none that can be expected.
    fn check_revision(self, expected: &Expected) -> Result<(), PolicyFault> {
        let subject = self.name();
        let setting = self.setting();
        let current = setting.current().map(|(_, revision)| revision);
        match expected {
            Expected::Any => Ok(()),
            Expected::None => match current {
                None => Ok(()),
                Some(current) => Err(PolicyFault::UnexpectedPolicy { subject, current }),
            },
            Expected::Revision(wanted) if current.is_some_and(|current| *wanted == current.number().to_string()) => {
                Ok(())
            }
            Expected::Revision(wanted) => Err(match current.or(setting.deletion()) {
                None => PolicyFault::NoRevision {
                    wanted: wanted.clone(),
                    subject,
                },
                Some(current) => PolicyFault::OtherRevision {
                    wanted: wanted.clone(),
                    subject,
                    current,
                },
            }),
        }
    }
}

/// What a change expects of the policy that it finds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Expected {
    /// Nothing.
    Any,
    /// That there is none.
    None,
    /// This revision.
    Revision(Text),
}

/// The answer that tells a revision.
fn reply(revision: Option<Revision>) -> PolicyRevisionReply {
    PolicyRevisionReply {
        revision_id: revision.map(text),
    }
}

fn text(revision: Revision) -> Text {
    revision.number().to_string().into()
}
