//! Whether a document may be the policy of a resource: its size, its names, whom it lets in, and whom it locks out.
//!
//! Words: control-plane-2026.md §9. There are no users here: a principal exists if it is well formed, and the caller is whoever its account stands for.

use std::fmt;

use crate::engine::Caller;
use crate::engine::names::{Arn, partition_of};
use crate::engine::tables::INVALID;
use crate::model::json::Text;
use crate::model::operation::Operation;
use crate::model::policy::{
    Document, Effect, Listed, Policy, PolicyError, PrincipalKind, Principals, Statement, account_root, covers,
    covers_name, is_account,
};
use crate::model::{ApiError, ErrorKind};

/// The longest document, in bytes, with its white space.
const BYTES_MAX: usize = 20_480;

/// What actions of the service begin with.
const ACTION_PREFIX: &str = "dynamodb:";

/// Actions that are no operations.
const OTHER_ACTIONS: &[&str] = &[
    "AssociateTableReplica",
    "ConditionCheckItem",
    "CreateGlobalTableWitness",
    "CreateTableReplica",
    "DeleteGlobalTableWitness",
    "DeleteTableReplica",
    "DescribeReservedCapacity",
    "DescribeReservedCapacityOfferings",
    "DisassociateTableReplica",
    "InjectError",
    "PartiQLDelete",
    "PartiQLInsert",
    "PartiQLSelect",
    "PartiQLUpdate",
    "PurchaseReservedCapacityOfferings",
    "ReadDataForReplication",
    "ReplicateSettings",
    "RestoreTableFromAwsBackup",
    "StartAwsBackupJob",
    "UpdateAbacStatus",
    "UpdateGlobalTableVersion",
    "WriteDataForReplication",
];

/// Operations that no policy can be about: what they do has actions of other names, or they are about another kind of resource.
const NO_ACTIONS: &[&str] = &[
    "BatchExecuteStatement",
    "ExecuteStatement",
    "ExecuteTransaction",
    "ListStreams",
    "RestoreTableFromBackup",
];

/// The services that a policy can let in.
const SERVICES: &[&str] = &[
    "glue.amazonaws.com",
    "redshift.amazonaws.com",
    "replication.dynamodb.amazonaws.com",
];

/// What only a policy of a stream can be about.
const STREAM_ACTIONS: &[&str] = &["DescribeStream", "GetRecords", "GetShardIterator"];

/// What a policy is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A table, with its indexes.
    Table,
    /// A stream.
    Stream,
}

impl Kind {
    /// What an ARN of a table or a stream names.
    fn of(arn: &str) -> Self {
        match arn.split('/').nth(2) {
            Some("stream") => Self::Stream,
            _ => Self::Table,
        }
    }
}

/// Whether the caller may lock itself out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine::tables) enum Lockout {
    Refused,
    Confirmed,
}

/// Why a document cannot be the policy of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
enum DocumentFault {
    TooLong,
    Unreadable(PolicyError),
    Actions(Vec<Text>),
    RelativeId { id: Text, arn: Text },
    NoArn(Text),
    Service,
    Principal,
    Unbounded,
    Lockout,
}

impl fmt::Display for DocumentFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DOCUMENT: &str = "Invalid policy document:";
        match self {
            Self::TooLong => write!(f, "{INVALID}Maximum policy size of {BYTES_MAX} bytes exceeded"),
            Self::Unreadable(error) => write!(f, "{INVALID}{DOCUMENT} {error}"),
            Self::Actions(names) => {
                write!(f, "{INVALID}{DOCUMENT} The following action names are invalid: ")?;
                let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
                f.write_str(&quoted.join(", "))
            }
            Self::RelativeId { id, arn } => write!(
                f,
                "{INVALID}{DOCUMENT} The relative-id \"{id}\" is invalid for ARN \"{arn}\""
            ),
            Self::NoArn(text) => write!(f, "{INVALID}{DOCUMENT} Resource {text} must be in ARN format or \"*\"."),
            Self::Service => write!(f, "{INVALID}{DOCUMENT} Policy contains invalid service principal"),
            Self::Principal => write!(f, "{INVALID}Invalid principal in policy document."),
            Self::Unbounded => f.write_str(
                "Resource-based policy grants unbounded access in one or more elements. Please revise the policy to ensure \
                 least-privilege form of access",
            ),
            Self::Lockout => f.write_str(
                "The new resource policy will not allow you to update the resource policy in the future.",
            ),
        }
    }
}

impl From<DocumentFault> for ApiError {
    fn from(fault: DocumentFault) -> Self {
        let kind = match fault {
            DocumentFault::Lockout => ErrorKind::AccessDenied,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, fault)
    }
}

/// The policy that a document says, if it may be that of the resource with this ARN.
pub(in crate::engine::tables) fn accepted(
    text: &str,
    arn: &str,
    lockout: Lockout,
    caller: &Caller,
) -> Result<Policy, ApiError> {
    let document = checked(text, Kind::of(arn))?;
    if lockout == Lockout::Refused
        && document
            .statements
            .iter()
            .any(|statement| locks_out(statement, arn, caller))
    {
        return Err(DocumentFault::Lockout.into());
    }
    Ok(document.policy(partition_of(&caller.region)))
}

fn checked(text: &str, kind: Kind) -> Result<Document, DocumentFault> {
    if text.len() > BYTES_MAX {
        return Err(DocumentFault::TooLong);
    }
    let document = Document::read(text).map_err(DocumentFault::Unreadable)?;
    let statements = &document.statements;
    statements
        .iter()
        .try_for_each(|statement| check_actions(statement, kind))?;
    statements
        .iter()
        .try_for_each(|statement| check_resources(statement, kind))?;
    statements.iter().try_for_each(check_principals)?;
    if statements.iter().any(is_unbounded) {
        return Err(DocumentFault::Unbounded);
    }
    Ok(document)
}

fn check_actions(statement: &Statement, kind: Kind) -> Result<(), DocumentFault> {
    let wrong: Vec<Text> = statement
        .actions
        .list()
        .iter()
        .filter(|action| !is_action(action, kind))
        .cloned()
        .collect();
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(DocumentFault::Actions(wrong)),
    }
}

/// Whether a pattern covers an action of the service that the policy can be about.
fn is_action(pattern: &str, kind: Kind) -> bool {
    if pattern == "*" {
        return true;
    }
    let Some(prefix) = pattern.get(..ACTION_PREFIX.len()) else {
        return false;
    };
    let pattern = &pattern[ACTION_PREFIX.len()..];
    let operations = Operation::ALL.iter().map(|operation| operation.name());
    let mut names = operations
        .chain(OTHER_ACTIONS.iter().copied())
        .filter(|name| !NO_ACTIONS.contains(name))
        .filter(|name| kind == Kind::Stream || !STREAM_ACTIONS.contains(name));
    prefix.eq_ignore_ascii_case(ACTION_PREFIX) && names.any(|name| covers_name(pattern, name))
}

/// A resource may be another than the one that the policy is of, but not of another kind.
fn check_resources(statement: &Statement, kind: Kind) -> Result<(), DocumentFault> {
    statement
        .resources
        .list()
        .iter()
        .filter(|text| *text != "*")
        .try_for_each(|text| {
            let arn = Arn::parse(text).filter(|arn| arn.service == "dynamodb");
            let arn = arn.ok_or_else(|| DocumentFault::NoArn(text.clone()))?;
            let is_table = arn.resource.starts_with("table/") && Kind::of(text) == kind;
            if is_table || arn.resource.starts_with('*') {
                return Ok(());
            }
            Err(DocumentFault::RelativeId {
                id: arn.resource.into(),
                arn: text.clone(),
            })
        })
}

fn check_principals(statement: &Statement) -> Result<(), DocumentFault> {
    let Principals::Named(named) = statement.principals.list() else {
        return Ok(());
    };
    let is_well_formed = |kind: PrincipalKind, name: &str| match kind {
        PrincipalKind::Aws => name == "*" || is_account(name) || is_identity(name),
        PrincipalKind::Service => SERVICES.contains(&name),
        PrincipalKind::Federated | PrincipalKind::CanonicalUser => !name.is_empty(),
    };
    let wrong: Vec<PrincipalKind> = named
        .iter()
        .flat_map(|(kind, names)| names.iter().map(|name| (*kind, name)))
        .filter(|(kind, name)| !is_well_formed(*kind, name))
        .map(|(kind, _)| kind)
        .collect();
    match wrong.first() {
        None => Ok(()),
        Some(_) if wrong.contains(&PrincipalKind::Service) => Err(DocumentFault::Service),
        Some(_) => Err(DocumentFault::Principal),
    }
}

/// Whether a text is the ARN of an account, a user or a role.
fn is_identity(text: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| {
        let kinds: &[&str] = match arn.service {
            "iam" => &["user/", "role/"],
            "sts" => &["assumed-role/", "federated-user/"],
            _ => &[],
        };
        let is_root = arn.service == "iam" && arn.resource == "root";
        let is_named = kinds
            .iter()
            .any(|kind| arn.resource.strip_prefix(kind).is_some_and(|name| !name.is_empty()));
        arn.region.is_empty() && is_account(arn.account) && (is_root || is_named)
    })
}

/// Whether a statement lets in everyone, whatever the circumstances.
fn is_unbounded(statement: &Statement) -> bool {
    let names_everyone = match &statement.principals {
        Listed::NotIn(_) | Listed::In(Principals::Everyone) => true,
        Listed::In(Principals::Named(named)) => named
            .iter()
            .any(|(kind, names)| *kind == PrincipalKind::Aws && names.iter().any(|name| name == "*")),
    };
    statement.effect == Effect::Allow && statement.conditions.is_empty() && names_everyone
}

/// Whether a statement denies the caller another change of the policy.
fn locks_out(statement: &Statement, arn: &str, caller: &Caller) -> bool {
    const ACTION: &str = "dynamodb:PutResourcePolicy";
    statement.effect == Effect::Deny
        && statement.conditions.is_empty()
        && concerns(&statement.principals, caller)
        && is_in(&statement.actions, |pattern| covers_name(pattern, ACTION))
        && is_in(&statement.resources, |pattern| covers(pattern, arn))
}

fn is_in(listed: &Listed<Vec<Text>>, covers: impl Fn(&str) -> bool) -> bool {
    let is_listed = listed.list().iter().any(|pattern| covers(pattern));
    match listed {
        Listed::In(_) => is_listed,
        Listed::NotIn(_) => !is_listed,
    }
}

/// Whether principals are sure to have the caller among them, of whom the account is all that is known.
fn concerns(principals: &Listed<Principals>, caller: &Caller) -> bool {
    let root = account_root(partition_of(&caller.region), &caller.account);
    let names = |is_meant: &dyn Fn(&str) -> bool| match principals.list() {
        Principals::Everyone => true,
        Principals::Named(named) => named
            .iter()
            .filter(|(kind, _)| *kind == PrincipalKind::Aws)
            .any(|(_, names)| names.iter().any(|name| is_meant(name))),
    };
    match principals {
        Listed::In(_) => names(&|name| name == "*" || name == caller.account || name == root),
        Listed::NotIn(_) => !names(&|name| name == "*" || name.contains(caller.account.as_str())),
    }
}
