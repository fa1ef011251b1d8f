//! The ARN of a backup: which backup it names for a caller.
//!
//! Rules: control-plane-2026.md §3. A backup is looked for where the request was sent to, whichever Region of the service its ARN names; answers repeat
//! the ARN as it was given.

use super::BackupError;
use crate::engine::Caller;
use crate::engine::names::{Arn, is_name, partition_of};
use crate::engine::regions::is_region;
use crate::model::json::Text;
use crate::store::BackupKey;

/// A backup that a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine::tables) struct BackupTarget {
    key: Option<BackupKey>,
    given: Text,
    region: Text,
}

impl BackupTarget {
    /// Reads the ARN of a backup.
    pub(in crate::engine::tables) fn parse(arn: &Text, caller: &Caller) -> Result<Self, BackupError> {
        let parts = Arn::parse(arn).ok_or(BackupError::NoArn)?;
        // One part more than there may be shows that there are too many.
        let path: Vec<&str> = parts.resource.splitn(5, '/').collect();
        let ["table", table, "backup", id] = path[..] else {
            return Err(BackupError::NoArn);
        };
        let is_served = parts.region == caller.region || is_region(parts.region);
        if parts.service != "dynamodb" || !is_served || parts.partition != partition_of(parts.region) {
            return Err(BackupError::InvalidArn);
        }
        if parts.account != caller.account {
            return Err(BackupError::ForeignAccount);
        }
        Ok(Self {
            key: is_name(table).then(|| BackupKey {
                id: id.into(),
                table: table.into(),
            }),
            given: arn.clone(),
            region: parts.region.into(),
        })
    }

    /// The backup's key; none if there can be no such backup.
    pub(in crate::engine::tables) fn key(&self) -> Option<&BackupKey> {
        self.key.as_ref()
    }

    /// The ARN as it was given.
    pub(in crate::engine::tables) fn given(&self) -> &Text {
        &self.given
    }

    /// The Region that the ARN names.
    pub(in crate::engine::tables) fn region(&self) -> &Text {
        &self.region
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_names_a_backup_or_is_refused_for_its_form_its_place_or_its_owner() {
        let caller = Caller {
            access_key: "key".into(),
            region: "local".into(),
            account: "123456789012".into(),
        };
        let key = |id: &str| {
            Ok(BackupKey {
                id: id.into(),
                table: "abc".into(),
            })
        };
        let rows = [
            ("arn:aws:dynamodb:local:123456789012:table/abc/backup/1", key("1")),
            ("arn:aws:dynamodb:eu-west-1:123456789012:table/abc/backup/1", key("1")),
            ("arn:aws:dynamodb:local:123456789012:table/abc", Err(BackupError::NoArn)),
            (
                "arn:aws:dynamodb:local:123456789012:table/abc/backup/1/2",
                Err(BackupError::NoArn),
            ),
            ("abc", Err(BackupError::NoArn)),
            ("", Err(BackupError::NoArn)),
            (
                "arn:aws:dynamodb:eu-west-9:123456789012:table/abc/backup/1",
                Err(BackupError::InvalidArn),
            ),
            (
                "arn:aws-cn:dynamodb:local:123456789012:table/abc/backup/1",
                Err(BackupError::InvalidArn),
            ),
            (
                "arn:aws:s3:local:123456789012:table/abc/backup/1",
                Err(BackupError::InvalidArn),
            ),
            (
                "arn:aws:dynamodb:local:999999999999:table/abc/backup/1",
                Err(BackupError::ForeignAccount),
            ),
        ];
        for (arn, expected) in rows {
            let found = BackupTarget::parse(&arn.into(), &caller);
            assert_eq!(found.map(|target| target.key.unwrap()), expected, "{arn}");
        }
    }
}
