//! Which changes of a table do not go into one request (observed-tables.md §6, "combinations refused").

use std::fmt;

use super::wish::{IndexWish, Wish};
use crate::engine::tables::INVALID;
use crate::model::ApiError;
use crate::store::BillingMode;

/// What does not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CombinationError {
    MustBeAlone(&'static str),
    WarmWithNewIndex,
    CeilingsWithOther,
    StreamWithIops,
    IndexWithIops,
    IndexWithStream,
}

impl fmt::Display for CombinationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(INVALID)?;
        match self {
            Self::MustBeAlone(change) => write!(f, "{change} must be the only operation in the request"),
            Self::WarmWithNewIndex => {
                f.write_str("Create global secondary index cannot be specified when updating WarmThroughput")
            }
            Self::CeilingsWithOther => {
                f.write_str("OnDemandThroughput can only be combined with BillingMode in an UpdateTable request")
            }
            Self::StreamWithIops => f.write_str("You cannot modify stream status while updating table IOPS"),
            Self::IndexWithIops => f.write_str("You cannot create or delete index while updating table IOPS"),
            Self::IndexWithStream => f.write_str("You cannot create or delete index while changing stream status"),
        }
    }
}

impl From<CombinationError> for ApiError {
    fn from(error: CombinationError) -> Self {
        Self::validation(error)
    }
}

/// Refuses changes that do not go into one request.
pub(super) fn check(wish: &Wish<'_>) -> Result<(), ApiError> {
    find(wish).map_or(Ok(()), |error| Err(error.into()))
}

fn find(wish: &Wish<'_>) -> Option<CombinationError> {
    let members = Members::of(wish);
    let is_alone = members.count == 1;
    let alone = [
        (wish.encryption.is_some(), "Server-Side Encryption modification"),
        (wish.class.is_some(), "TableClass modification"),
        (wish.protection.is_some(), "DeletionProtection modification"),
        (wish.association.is_some(), "DisassociationProtection modification"),
    ];
    if let Some((_, change)) = alone.iter().find(|(is_sent, _)| *is_sent && !is_alone) {
        return Some(CombinationError::MustBeAlone(change));
    }
    if members.has_warm && members.creates_index {
        return Some(CombinationError::WarmWithNewIndex);
    }
    if wish.warm.is_some() && !(is_alone || members.has_warm_indexes_only) {
        return Some(CombinationError::MustBeAlone("WarmThroughput"));
    }
    if wish.ceilings.is_some() && members.count > 1 + usize::from(wish.mode.is_some()) {
        return Some(CombinationError::CeilingsWithOther);
    }
    let changes_iops = wish.units.is_some() || wish.mode == Some(BillingMode::Provisioned);
    let changes_indexes = members.creates_index || members.deletes_index;
    match (changes_iops, wish.stream.is_some(), changes_indexes) {
        (true, true, _) => Some(CombinationError::StreamWithIops),
        (true, _, true) => Some(CombinationError::IndexWithIops),
        (_, true, true) => Some(CombinationError::IndexWithStream),
        _ => None,
    }
}

/// The members that were sent, as far as combinations go by them.
struct Members {
    /// How many, where the updates of indexes are one.
    count: usize,
    has_warm: bool,
    /// Whether table and indexes are to be warm and nothing else is wanted.
    has_warm_indexes_only: bool,
    creates_index: bool,
    deletes_index: bool,
}

impl Members {
    fn of(wish: &Wish<'_>) -> Self {
        let sent = [
            wish.mode.is_some(),
            wish.units.is_some(),
            !wish.indexes.is_empty(),
            wish.stream.is_some(),
            wish.encryption.is_some(),
            wish.class.is_some(),
            wish.protection.is_some(),
            wish.association.is_some(),
            wish.ceilings.is_some(),
            wish.warm.is_some(),
        ];
        let count = sent.into_iter().filter(|is_sent| *is_sent).count();
        let any = |test: fn(&IndexWish<'_>) -> bool| wish.indexes.iter().any(|(_, wish)| test(wish));
        let is_warm = |wish: &IndexWish<'_>| matches!(wish, IndexWish::Update { warm: Some(_), .. });
        let is_only_warm = |wish: &IndexWish<'_>| {
            matches!(
                wish,
                IndexWish::Update {
                    units: None,
                    ceilings: None,
                    warm: Some(_)
                }
            )
        };
        Self {
            count,
            has_warm: wish.warm.is_some() || any(is_warm),
            has_warm_indexes_only: count == 2
                && !wish.indexes.is_empty()
                && wish.indexes.iter().all(|(_, wish)| is_only_warm(wish)),
            creates_index: any(|wish| wish.creates()),
            deletes_index: any(|wish| wish.deletes()),
        }
    }
}
