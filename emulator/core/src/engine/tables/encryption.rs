//! Encryption by a key in the caller's account: which key a request means, and how often it may change.
//!
//! Texts: observed-tables.md §4. No key service stands behind it: every key exists and can be used, and the ARN of a key that is named by an
//! alias, or that the service would make, follows from the name alone.

use std::fmt;

use smol_str::{SmolStr, format_smolstr};
use xxhash_rust::xxh3::xxh3_128;

use super::INVALID;
use crate::engine::Caller;
use crate::engine::names::{Arn, label_of, partition_of};
use crate::model::json::{Text, Timestamp};
use crate::model::wire::SseSpecification;
use crate::model::{ApiError, ErrorKind, uuid};
use crate::store::{DAY_MS, Encryption};

/// How often the key can change within a day without a pause between.
const CHANGES_FREE: usize = 4;

/// The pause before a further change.
const CHANGE_PAUSE_MS: i64 = 21_600_000;

/// The alias of the key that the service makes for itself in each account.
const OWN_ALIAS: &str = "alias/aws/dynamodb";

/// What is wrong with a wish for encryption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum EncryptionError {
    TypeWhenOff,
    KeyWhenOff,
    KeyWithoutType,
    UnsupportedType,
    AlreadyDefault,
    AlreadyWithKey,
    TooManyChanges {
        count: usize,
        first: Timestamp,
        last: Timestamp,
    },
}

impl fmt::Display for EncryptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TypeWhenOff => write!(f, "{INVALID}SSEType can not be specified if Enabled is false"),
            Self::KeyWhenOff => write!(f, "{INVALID}KMSMasterKeyId can not be specified if Enabled is false"),
            Self::KeyWithoutType => write!(f, "{INVALID}SSEType KMS is required if KMSMasterKeyId is specified"),
            Self::UnsupportedType => write!(f, "{INVALID}SSEType AES256 is not supported"),
            Self::AlreadyDefault => write!(f, "{INVALID}Table is already encrypted by default"),
            Self::AlreadyWithKey => write!(
                f,
                "{INVALID}Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key"
            ),
            Self::TooManyChanges { count, first, last } => write!(
                f,
                "Subscriber limit exceeded: Encryption mode changes are limited in the 24h window ending at {}. After the first {CHANGES_FREE} \
                 change, each subsequent change in the same window can be performed at most once every {} seconds. Number of updates today: \
                 {count}. Last change at {}. Next changes can be made at {}.",
                Instant(first.plus_millis(DAY_MS)),
                CHANGE_PAUSE_MS / 1_000,
                Instant(*last),
                Instant(last.plus_millis(CHANGE_PAUSE_MS)),
            ),
        }
    }
}

/// A time as these refusals spell it.
struct Instant(Timestamp);

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", label_of(self.0))
    }
}

impl From<EncryptionError> for ApiError {
    fn from(error: EncryptionError) -> Self {
        let kind = match error {
            EncryptionError::TooManyChanges { .. } => ErrorKind::LimitExceeded,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}

/// What a request wants of encryption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// No key in the caller's account.
    Default,
    /// The key that the service makes for itself there.
    OwnKey,
    /// A key: its id, alias or ARN.
    Key(Text),
}

impl Wish {
    /// Reads a specification whose constraints hold.
    pub(super) fn of(specification: &SseSpecification) -> Result<Self, EncryptionError> {
        let kind = specification.sse_type.as_deref();
        let key = specification.kms_master_key_id.as_ref();
        match (specification.enabled, kind, key) {
            (Some(false), Some(_), _) => Err(EncryptionError::TypeWhenOff),
            (Some(false), None, Some(_)) => Err(EncryptionError::KeyWhenOff),
            (Some(false), None, None) | (None, None, None) => Ok(Self::Default),
            (_, Some("AES256"), _) => Err(EncryptionError::UnsupportedType),
            (_, None, Some(_)) => Err(EncryptionError::KeyWithoutType),
            (_, Some(_), Some(key)) => Ok(Self::Key(key.clone())),
            (_, _, None) => Ok(Self::OwnKey),
        }
    }

    /// The ARN of the key, if there is one.
    pub(super) fn key_arn(&self, caller: &Caller) -> Option<SmolStr> {
        match self {
            Self::Default => None,
            Self::OwnKey => Some(key_arn(OWN_ALIAS, caller)),
            Self::Key(key) => Some(key_arn(key, caller)),
        }
    }

    /// The key that is to be set on a table, unless it is there already. Only a key's own ARN is recognised: an
    /// alias, an id or no name at all encrypts anew.
    pub(super) fn change(
        &self,
        current: &Encryption,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Option<SmolStr>, EncryptionError> {
        match (self, &current.key_arn) {
            (Self::Default, None) => return Err(EncryptionError::AlreadyDefault),
            (Self::Key(key), Some(arn)) if key == arn => return Err(EncryptionError::AlreadyWithKey),
            _ => {}
        }
        let changes: Vec<Timestamp> = current.changes.within(now, DAY_MS).collect();
        if let [first, .., last] = changes[..]
            && changes.len() >= CHANGES_FREE
            && last.plus_millis(CHANGE_PAUSE_MS) > now
        {
            let count = changes.len();
            return Err(EncryptionError::TooManyChanges { count, first, last });
        }
        Ok(self.key_arn(caller))
    }
}

/// The ARN of the key that the service makes for itself in the Region and account of a caller.
pub(super) fn own_key_arn(caller: &Caller) -> SmolStr {
    key_arn(OWN_ALIAS, caller)
}

/// The ARN of a key by its ARN, id or alias. An alias stands for a key whose id follows from the alias.
pub(super) fn key_arn(key: &str, caller: &Caller) -> SmolStr {
    let name = match Arn::parse(key) {
        Some(arn) if arn.resource.starts_with("key/") => return key.into(),
        Some(arn) => arn.resource,
        None => key,
    };
    let (region, account) = (&caller.region, &caller.account);
    let partition = partition_of(region);
    let id = if name.starts_with("alias/") {
        id_of_alias(name, caller)
    } else {
        name.into()
    };
    format_smolstr!("arn:{partition}:kms:{region}:{account}:key/{id}")
}

fn id_of_alias(alias: &str, caller: &Caller) -> SmolStr {
    let digest = xxh3_128(format!("{}:{}:{alias}", caller.region, caller.account).as_bytes());
    uuid::spelled(digest).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller() -> Caller {
        Caller {
            access_key: "key".into(),
            region: "eu-west-2".into(),
            account: "123456789012".into(),
        }
    }

    #[test]
    fn keys_are_told_by_their_arn() {
        let arn = "arn:aws:kms:eu-west-2:123456789012:key/1b0c";
        assert_eq!(key_arn(arn, &caller()), arn);
        assert_eq!(key_arn("1b0c", &caller()), arn);
        let by_alias = key_arn("alias/mine", &caller());
        assert_eq!(
            key_arn("arn:aws:kms:eu-west-2:123456789012:alias/mine", &caller()),
            by_alias
        );
        assert_ne!(key_arn("alias/other", &caller()), by_alias);
    }

    #[test]
    fn a_fifth_change_within_a_day_waits_for_six_hours() {
        let hour = |hour: i64| Timestamp::from_millis(hour * 3_600_000);
        let mut current = Encryption::default();
        for at in 0..4 {
            current.changes.record(hour(at), DAY_MS);
        }
        let wish = Wish::Key("1b0c".into());
        let refused = wish.change(&current, &caller(), hour(8)).unwrap_err();
        assert_eq!(
            refused,
            EncryptionError::TooManyChanges {
                count: 4,
                first: hour(0),
                last: hour(3)
            }
        );
        assert!(wish.change(&current, &caller(), hour(9)).is_ok());
    }
}
