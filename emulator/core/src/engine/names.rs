//! Names and ARNs of tables, indexes and streams: how they are read and how they are made.
//!
//! A table can be named by its ARN wherever a name can stand, but for its creation (observed-tables.md §1). Here a text becomes a
//! [`TableTarget`] for a caller; whether there is such a table is not known here.

use std::fmt;

use smol_str::{SmolStr, format_smolstr};

use super::Caller;
use super::violations::{TABLE_NAME, Violations};
use crate::model::json::Text;
use crate::model::{ApiError, ErrorKind};

pub(crate) use crate::model::calendar::{label_of, sentence_of};

/// Shortest and longest name of a table or index.
pub(crate) const NAME_LENGTH: (usize, usize) = (3, 255);

/// A name that is too short or too long, where that is worded by itself: the member of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NameLengthError(&'static str);

impl NameLengthError {
    /// Refuses the name in a member that has so many bytes or characters, whichever the request counts.
    pub(crate) fn check(member: &'static str, length: usize) -> Result<(), Self> {
        let (least, most) = NAME_LENGTH;
        match (least..=most).contains(&length) {
            true => Ok(()),
            false => Err(Self(member)),
        }
    }
}

impl fmt::Display for NameLengthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self(member), (least, most)) = (self, NAME_LENGTH);
        write!(
            f,
            "{member} must be at least {least} characters long and at most {most} characters long"
        )
    }
}

impl From<NameLengthError> for ApiError {
    fn from(error: NameLengthError) -> Self {
        Self::validation(error)
    }
}

/// Why a text names no table that the caller can reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NameError {
    /// An operation on a table without its name.
    Missing,
    /// An ARN that is not built like one of a table.
    Malformed(Text),
    /// An ARN of another partition.
    Partition(Text),
    /// An ARN of another Region.
    Region(Text),
    /// An ARN of something else than a table.
    ResourceType(Text),
    /// An ARN of another account.
    Account,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DETECTED: &str = "1 validation error detected: ";
        match self {
            Self::Missing => f.write_str("The parameter 'TableName' is required but was not present in the request"),
            Self::Malformed(arn) => write!(
                f,
                "{DETECTED}Invalid ARN '{arn}'. Valid ARN format is arn:aws:dynamodb:region:account-id:table/table-name"
            ),
            Self::Partition(arn) => write!(f, "{DETECTED}Invalid AWS partition in '{arn}'"),
            Self::Region(arn) => write!(f, "{DETECTED}Invalid AWS region in '{arn}'"),
            Self::ResourceType(arn) => write!(f, "{DETECTED}Invalid resource type in '{arn}'"),
            Self::Account => f.write_str("Access is denied"),
        }
    }
}

impl From<NameError> for ApiError {
    fn from(error: NameError) -> Self {
        let kind = match error {
            NameError::Account => ErrorKind::AccessDenied,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}

/// A table that a request names, by its name or its ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableTarget {
    name: Text,
    given: Text,
}

impl TableTarget {
    /// Reads a table's name or ARN. A plain name is taken as it is: its length and pattern are constraints of the request, which an
    /// operation lists together with others.
    ///
    /// # Errors
    /// When the text is an ARN and names no table of the caller's Region and account.
    pub(crate) fn parse(text: &Text, caller: &Caller) -> Result<Self, ApiError> {
        let name = if is_arn(text) {
            Self::name_in_arn(text, caller)?
        } else {
            text.clone()
        };
        Ok(Self {
            name,
            given: text.clone(),
        })
    }

    /// Reads the table's name or ARN of an operation on a table, which reports a bad name ahead of everything else.
    ///
    /// # Errors
    /// When the text is missing, breaks the constraints of a name, or is an ARN that names no table of the caller's Region and account.
    pub(crate) fn of_operation(text: Option<&Text>, caller: &Caller) -> Result<Self, ApiError> {
        let text = text.ok_or(NameError::Missing)?;
        if !is_arn(text) {
            let mut violations = Violations::default();
            let (least, most) = NAME_LENGTH;
            violations
                .echoed("tableName", Some(text))
                .length_at_least(least)
                .length_at_most(most)
                .pattern(&TABLE_NAME);
            violations.refuse()?;
        }
        Self::parse(text, caller)
    }

    /// The bare name.
    pub(crate) fn name(&self) -> &Text {
        &self.name
    }

    /// The name or ARN as it was given, which some answers repeat.
    pub(crate) fn given(&self) -> &Text {
        &self.given
    }

    fn name_in_arn(arn: &Text, caller: &Caller) -> Result<Text, NameError> {
        let parts = Arn::parse(arn).ok_or_else(|| NameError::Malformed(arn.clone()))?;
        if parts.partition != partition_of(&caller.region) {
            return Err(NameError::Partition(arn.clone()));
        }
        if parts.service != "dynamodb" {
            return Err(NameError::Malformed(arn.clone()));
        }
        if parts.region != caller.region {
            return Err(NameError::Region(arn.clone()));
        }
        if parts.account != caller.account {
            return Err(NameError::Account);
        }
        match parts.resource.strip_prefix("table/") {
            Some(name) if is_name(name) => Ok(name.into()),
            Some(rest) if rest.contains('/') => Err(NameError::ResourceType(arn.clone())),
            Some(_) => Err(NameError::Malformed(arn.clone())),
            None => Err(NameError::ResourceType(arn.clone())),
        }
    }
}

/// The parts of an ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    /// `aws`, `aws-cn` …
    pub(crate) partition: &'a str,
    /// `dynamodb` …
    pub(crate) service: &'a str,
    /// The Region.
    pub(crate) region: &'a str,
    /// The account's number.
    pub(crate) account: &'a str,
    /// What it is and what it is called.
    pub(crate) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// The parts of a text that is built like an ARN.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
        Some(Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        })
    }
}

/// Whether a text is meant as an ARN: no name holds a colon.
pub(crate) fn is_arn(text: &str) -> bool {
    text.starts_with("arn:")
}

/// Whether a text can be the name of a table or index.
pub(crate) fn is_name(text: &str) -> bool {
    (NAME_LENGTH.0..=NAME_LENGTH.1).contains(&text.len()) && TABLE_NAME.matches(text)
}

/// The partition that a Region belongs to.
pub(crate) fn partition_of(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// The ARN of a caller's table.
pub(crate) fn table_arn(caller: &Caller, name: &str) -> SmolStr {
    let (region, account) = (&caller.region, &caller.account);
    let partition = partition_of(region);
    format_smolstr!("arn:{partition}:dynamodb:{region}:{account}:table/{name}")
}

/// The ARN of an index.
pub(crate) fn index_arn(table_arn: &str, index: &str) -> SmolStr {
    format_smolstr!("{table_arn}/index/{index}")
}

/// The ARN of a stream.
pub(crate) fn stream_arn(table_arn: &str, label: &str) -> SmolStr {
    format_smolstr!("{table_arn}/stream/{label}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(region: &str) -> Caller {
        Caller {
            access_key: "key".into(),
            region: region.into(),
            account: "123456789012".into(),
        }
    }

    #[test]
    fn a_table_is_named_by_its_name_or_its_arn() {
        // Each row: the text, and the name or the refusal (observed-tables.md §1).
        let rows = [
            ("Music", "Music"),
            ("arn:aws:dynamodb:eu-west-2:123456789012:table/Music", "Music"),
            (
                "arn:aws:dynamodb:eu-west-1:123456789012:table/Music",
                "ValidationException: 1 validation error detected: Invalid AWS region in 'arn:aws:dynamodb:eu-west-1:123456789012:table/Music'",
            ),
            (
                "arn:aws-cn:dynamodb:eu-west-2:123456789012:table/Music",
                "ValidationException: 1 validation error detected: Invalid AWS partition in 'arn:aws-cn:dynamodb:eu-west-2:123456789012:table/Music'",
            ),
            (
                "arn:aws:dynamodb:eu-west-2:123456789012:table/Music/index/ByYear",
                "ValidationException: 1 validation error detected: Invalid resource type in \
                 'arn:aws:dynamodb:eu-west-2:123456789012:table/Music/index/ByYear'",
            ),
            (
                "arn:aws:dynamodb:eu-west-2:999999999999:table/Music",
                "AccessDeniedException: Access is denied",
            ),
            (
                "arn:aws:dynamodb",
                "ValidationException: 1 validation error detected: Invalid ARN 'arn:aws:dynamodb'. Valid ARN format is \
                 arn:aws:dynamodb:region:account-id:table/table-name",
            ),
        ];
        for (text, expected) in rows {
            let found = TableTarget::of_operation(Some(&text.into()), &caller("eu-west-2"));
            let found = found.map_or_else(|error| error.to_string(), |target| target.name().to_string());
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn operations_on_tables_list_length_before_pattern() {
        let error = TableTarget::of_operation(Some(&"".into()), &caller("eu-west-2")).unwrap_err();
        assert_eq!(
            error.message(),
            "2 validation errors detected: Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3; \
             Value '' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
        );
    }

    #[test]
    fn regions_of_other_partitions_make_arns_of_their_own() {
        assert_eq!(
            table_arn(&caller("cn-north-1"), "t"),
            "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/t"
        );
    }
}
