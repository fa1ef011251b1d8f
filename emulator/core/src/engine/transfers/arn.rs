//! ARNs of tables, exports, imports and bulk puts, as the operations on these read them (control-plane-2026.md §6, §7, §8).

use std::fmt;

use crate::engine::Caller;
use crate::engine::names::{Arn, is_name};
use crate::engine::violations::Violations;
use crate::engine::wording::INVALID_REQUEST;
use crate::model::json::Text;
use crate::model::{ApiError, ErrorKind};

/// Shortest and longest ARN of a transfer.
const ARN_LENGTH: (usize, usize) = (37, 1024);

/// The kinds of transfers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Export,
    Import,
    BulkPut,
}

/// Why an ARN names no table that could be exported, or no transfer that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ArnError {
    /// A text that is no ARN where a table's is wanted.
    NoArn,
    /// No text where a table's ARN is wanted.
    Empty,
    /// The ARN of something else than a table.
    NoTable,
    /// Something of another account.
    ForeignAccount,
    /// There is no table with this ARN.
    UnknownTable(Text),
    /// The ARN of something else than such a transfer.
    OfAnother(Kind),
    /// A transfer of another Region.
    ForeignRegion(Kind),
    /// There is no transfer with this ARN.
    Unknown(Kind, Text),
}

impl Kind {
    fn title(self) -> &'static str {
        match self {
            Self::Export => "Export",
            Self::Import => "Import",
            Self::BulkPut => "Bulk operation",
        }
    }

    /// The word in ARNs.
    fn word(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Import => "import",
            Self::BulkPut => "bulk-operation",
        }
    }

    /// The ARN of one.
    pub(super) fn arn(self, table_arn: &str, id: &str) -> Text {
        format!("{table_arn}/{}/{id}", self.word()).into()
    }

    /// Reads the ARN of one of the caller's.
    ///
    /// # Errors
    /// When it is missing, or can be none of these.
    pub(super) fn parse<'a>(
        self,
        path: &'static str,
        arn: Option<&'a Text>,
        caller: &Caller,
    ) -> Result<&'a Text, ApiError> {
        let mut violations = Violations::default();
        let (least, most) = ARN_LENGTH;
        let member = violations.echoed(path, arn).required();
        member.length_at_least(least).length_at_most(most);
        violations.refuse()?;
        let arn = arn.unwrap_or_else(|| unreachable!("the ARN is required"));
        let parts = Arn::parse(arn).filter(|parts| parts.service == "dynamodb");
        let parts = parts.ok_or(ArnError::OfAnother(self))?;
        let path: Vec<&str> = parts.resource.split('/').collect();
        match path[..] {
            ["table", table, word, _] if word == self.word() && is_name(table) => {}
            _ => return Err(ArnError::OfAnother(self).into()),
        }
        if parts.account != caller.account {
            return Err(ArnError::ForeignAccount.into());
        }
        if parts.region != caller.region {
            return Err(ArnError::ForeignRegion(self).into());
        }
        Ok(arn)
    }
}

/// The name of the table that an ARN names, of whatever Region.
///
/// # Errors
/// When it is the ARN of no table, or of another account's.
pub(super) fn table_name(arn: &Text, caller: &Caller) -> Result<Text, ArnError> {
    if arn.is_empty() {
        return Err(ArnError::Empty);
    }
    let parts = Arn::parse(arn).ok_or(ArnError::NoArn)?;
    let name = parts.resource.strip_prefix("table/").filter(|name| is_name(name));
    let name = name.filter(|_| parts.service == "dynamodb").ok_or(ArnError::NoTable)?;
    if parts.account != caller.account {
        return Err(ArnError::ForeignAccount);
    }
    Ok(name.into())
}

impl fmt::Display for ArnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoArn => f.write_str("One or more parameter values were invalid: tableArn is not a valid ARN"),
            Self::Empty => f.write_str("Invalid TableArn: Invalid Table ARN"),
            Self::NoTable => write!(f, "{INVALID_REQUEST}Table ARN is invalid."),
            Self::ForeignAccount => f.write_str("Access is denied"),
            Self::UnknownTable(arn) => write!(f, "Table not found: {arn}"),
            Self::OfAnother(kind) => write!(f, "Invalid {} ARN", kind.title()),
            Self::ForeignRegion(kind) => write!(f, "{} not found: Invalid {} arn", kind.title(), kind.word()),
            Self::Unknown(kind, arn) => write!(f, "{0} not found: {0} not found: {arn}", kind.title()),
        }
    }
}

impl From<ArnError> for ApiError {
    fn from(error: ArnError) -> Self {
        let not_found = |kind: Kind| match kind {
            Kind::Export => ErrorKind::ExportNotFound,
            Kind::Import => ErrorKind::ImportNotFound,
            Kind::BulkPut => ErrorKind::ResourceNotFound,
        };
        let kind = match &error {
            ArnError::ForeignAccount => ErrorKind::AccessDenied,
            ArnError::UnknownTable(_) => ErrorKind::TableNotFound,
            ArnError::ForeignRegion(kind) | ArnError::Unknown(kind, _) => not_found(*kind),
            _ => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}
