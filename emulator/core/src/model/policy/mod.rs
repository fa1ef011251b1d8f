//! Resource policies: documents in JSON that say who may do what with a resource.
//!
//! A text becomes a [`Document`], which is well formed and no more; what its names may be is judged where it is used. A document has one canonical
//! form, the [`Policy`] that is kept: two documents are equivalent when their policies are equal (control-plane-2026.md §9). Nothing here
//! decides whether a request is allowed.

mod glob;
mod read;
mod tree;
mod write;

use std::fmt;

use super::json::{Text, Writer};

pub use glob::{covers, covers_name};

/// A policy in its canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    text: Text,
    /// A document without a version reads like one of the oldest, and is another all the same.
    is_versioned: bool,
}

impl Policy {
    /// The canonical text.
    #[must_use]
    pub fn text(&self) -> &Text {
        &self.text
    }
}

/// A policy as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    version: Option<Text>,
    id: Option<Text>,
    /// The statements, of which there is one at least.
    pub statements: Vec<Statement>,
}

/// What someone may do, or may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its name in the document.
    pub sid: Option<Text>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Whom it concerns.
    pub principals: Listed<Principals>,
    /// The actions.
    pub actions: Listed<Vec<Text>>,
    /// The resources.
    pub resources: Listed<Vec<Text>>,
    /// When it applies.
    pub conditions: Vec<Condition>,
}

/// A part of when a statement applies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// How values are compared.
    pub operator: Text,
    /// What is compared, and the values.
    pub keys: Vec<(Text, Vec<Text>)>,
}

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies.
    Deny,
}

/// What is listed, or all else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed<T> {
    /// What is listed.
    In(T),
    /// All but what is listed.
    NotIn(T),
}

impl<T> Listed<T> {
    /// What is listed, either way.
    pub fn list(&self) -> &T {
        match self {
            Self::In(list) | Self::NotIn(list) => list,
        }
    }
}

/// Whom a statement concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principals {
    /// Everyone.
    Everyone,
    /// These, by their kind.
    Named(Vec<(PrincipalKind, Vec<Text>)>),
}

/// What a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrincipalKind {
    /// An account, a user or a role.
    Aws,
    /// A service.
    Service,
    /// Someone known to another identity provider.
    Federated,
    /// A user of S3 by a number.
    CanonicalUser,
}

impl PrincipalKind {
    const ALL: [Self; 4] = [Self::Aws, Self::Service, Self::Federated, Self::CanonicalUser];

    fn word(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Service => "Service",
            Self::Federated => "Federated",
            Self::CanonicalUser => "CanonicalUser",
        }
    }
}

/// Why a text is no policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// The text is no JSON object.
    Json,
    /// The text is null.
    NotAPolicy,
    /// Something is missing or of another kind, in a line and before a column.
    Syntax(usize, usize),
    /// A statement lacks a member.
    Missing(&'static str),
    /// There is no statement.
    Empty,
    /// The version is none.
    Version,
    /// Two statements have one name.
    EqualIds,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json => f.write_str("This policy contains invalid Json"),
            Self::NotAPolicy => f.write_str("This text appears not to be a policy"),
            Self::Syntax(line, column) => write!(f, "Syntax error at position ({line},{column})"),
            Self::Missing(field) => write!(f, "Missing required field {field}"),
            Self::Empty => f.write_str("Could not parse the policy: Statement is empty!"),
            Self::Version => f.write_str("The policy must contain a valid version string"),
            Self::EqualIds => f.write_str("The Statement Ids in the policy are not unique"),
        }
    }
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// When the text is no policy.
    pub fn read(text: &str) -> Result<Self, PolicyError> {
        read::document(text)
    }

    /// The policy that the document says, in a partition of the cloud.
    #[must_use]
    pub fn policy(&self, partition: &str) -> Policy {
        let mut out = Vec::new();
        write::document(self, partition, &mut Writer::new(&mut out));
        Policy {
            text: String::from_utf8_lossy(&out).into(),
            is_versioned: self.version.is_some(),
        }
    }
}

/// The principal that stands for a whole account.
#[must_use]
pub fn account_root(partition: &str, account: &str) -> String {
    format!("arn:{partition}:iam::{account}:root")
}

/// Whether a text is the number of an account.
#[must_use]
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn canonical(text: &str) -> String {
        let policy = Document::read(text).map(|document| document.policy("aws"));
        policy.map_or_else(|error| format!("! {error}"), |policy| policy.text.to_string())
    }

    const FULL: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"dynamodb:GetItem","Resource":"*","Condition":{"StringEquals":{"aws:a":"1"}}}]}"#;

    #[test]
    fn equivalent_documents_have_one_form() {
        let rows = [
            FULL,
            r#" { "Statement" : { "Condition": {"StringEquals": {"aws:a": ["1"]}}, "Resource": ["*"], "Action": ["dynamodb:GetItem"],
                "Principal": {"AWS": ["123456789012", "arn:aws:iam::123456789012:root"]}, "Effect": "allow", "Sid": "a" }, "Version": "2012-10-17" }"#,
        ];
        for row in rows {
            assert_eq!(canonical(row), FULL, "{row}");
        }
        assert_eq!(canonical(&canonical(FULL)), FULL, "the canonical form is its own");
    }

    #[test]
    fn a_missing_version_reads_as_the_oldest_and_differs_from_it() {
        let bare = Document::read(&FULL.replace("\"Version\":\"2012-10-17\",", ""))
            .unwrap()
            .policy("aws");
        let oldest = Document::read(&FULL.replace("2012", "2008")).unwrap().policy("aws");
        assert_eq!(bare.text, oldest.text);
        assert_ne!(bare, oldest);
    }

    #[test]
    fn all_kinds_of_principals_and_negations_keep_their_place() {
        let text = r#"{"Version":"2012-10-17","Id":"i","Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":"*","Service":["a.amazonaws.com","b.amazonaws.com"]},"NotAction":"dynamodb:*","NotResource":"x"},{"Effect":"Allow","Principal":"*","Action":["a","b"],"Resource":"*"}]}"#;
        assert_eq!(canonical(text), text);
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        let with = |from: &str, to: &str| FULL.replace(from, to);
        let rows = [
            (String::new(), "This policy contains invalid Json"),
            ("[]".into(), "This policy contains invalid Json"),
            ("{".into(), "This policy contains invalid Json"),
            ("{}".into(), "Syntax error at position (1,3)"),
            ("null".into(), "This text appears not to be a policy"),
            (with("\"Effect\":\"Allow\",", ""), "Missing required field Effect"),
            (with("\"Resource\":\"*\",", ""), "Missing required field Resource"),
            (
                with("\"Effect\":\"Allow\"", "\"Effect\":\"Maybe\""),
                "Syntax error at position (1,65)",
            ),
            (
                r#"{"Statement": []}"#.into(),
                "Could not parse the policy: Statement is empty!",
            ),
            (with("2012", "2013"), "The policy must contain a valid version string"),
            ("[".repeat(20_000), "This policy contains invalid Json"),
            (
                format!(r#"{{"Statement":{}1{}}}"#, "[".repeat(1_500), "]".repeat(1_500)),
                "Syntax error at position (1,3014)",
            ),
        ];
        for (text, expected) in rows {
            assert_eq!(canonical(&text), format!("! {expected}"), "{:.60}", text);
        }
    }

    /// A list in JSON, or its one element alone.
    fn listed(texts: &[String], alone: bool) -> String {
        match texts {
            [text] if alone => format!("{text:?}"),
            texts => format!("{texts:?}"),
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in r#"[\[\]{}:,"*a-zA-Z0-9 ]{0,80}"#) {
            let _ = Document::read(&text);
        }

        #[test]
        fn the_canonical_form_is_its_own_whichever_way_it_was_written(
            (actions, resources) in (vec("[a-z*]{1,3}", 1..4), vec("[a-z*]{1,3}", 1..4)),
            accounts in vec("[1-3]{12}", 1..4),
            keys in vec(("[ab]", "[a-z]"), 0..4),
            (alone, sorted) in (any::<bool>(), any::<bool>()),
        ) {
            let keys: Vec<_> = keys.iter().map(|(key, value)| format!("{key:?}: [{value:?}]")).collect();
            let mut members = [
                r#""Effect": "Deny""#.to_owned(),
                format!(r#""Principal": {{"AWS": {}}}"#, listed(&accounts, alone)),
                format!(r#""NotAction": {}"#, listed(&actions, alone)),
                format!(r#""Resource": {}"#, listed(&resources, alone)),
                format!(r#""Condition": {{"StringLike": {{{}}}}}"#, keys.join(",")),
            ];
            let statement = format!("{{{}}}", members.join(","));
            let once = canonical(&format!(r#"{{"Statement": [{statement}], "Version": "2012-10-17"}}"#));
            prop_assert!(once.starts_with("{\"Version\""), "{}", once);
            prop_assert_eq!(canonical(&once), once.clone());
            if sorted {
                members.sort();
            } else {
                members.reverse();
            }
            let other = format!(r#"{{"Version":"2012-10-17","Statement":{{{}}}}}"#, members.join(" , "));
            prop_assert_eq!(canonical(&other), once);
        }
    }
}
