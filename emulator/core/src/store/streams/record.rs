//! A record: what a stream tells of the change of one item.

use super::sequence::SequenceNumber;
use crate::model::json::Timestamp;
use crate::model::{AttributeMap, PackedItem};
use crate::store::change::{ItemChange, Origin};
use crate::store::definition::KeySchema;
use crate::store::settings::StreamView;

/// What happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// There was none before.
    Insert,
    /// It has become another.
    Modify,
    /// There is none any more.
    Remove,
}

impl Event {
    /// The word on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Modify => "MODIFY",
            Self::Remove => "REMOVE",
        }
    }
}

/// The record of one item's change, with what the stream's view shows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its place in the order of all records.
    pub number: SequenceNumber,
    /// When.
    pub at: Timestamp,
    /// Who let the item change.
    pub origin: Origin,
    /// What happened.
    pub event: Event,
    /// The item's key.
    pub keys: AttributeMap,
    /// The item before, if the view shows it.
    pub old: Option<PackedItem>,
    /// The item after, if the view shows it.
    pub new: Option<PackedItem>,
}

impl Record {
    /// The record of a change; `None` for one that changes nothing, which has no record.
    pub(super) fn of(
        change: &ItemChange,
        view: StreamView,
        keys: &KeySchema,
        at: Timestamp,
        origin: Origin,
        number: SequenceNumber,
    ) -> Option<Self> {
        let (old, new) = (
            change.old.as_ref().map(|row| &row.item),
            change.new.as_ref().map(|row| &row.item),
        );
        let event = match (old, new) {
            (None, Some(_)) => Event::Insert,
            (Some(old), Some(new)) if old != new => Event::Modify,
            (Some(_), None) => Event::Remove,
            (Some(_), Some(_)) | (None, None) => return None,
        };
        let (shows_old, shows_new) = match view {
            StreamView::KeysOnly => (false, false),
            StreamView::NewImage => (false, true),
            StreamView::OldImage => (true, false),
            StreamView::NewAndOldImages => (true, true),
        };
        Some(Self {
            number,
            at,
            origin,
            event,
            keys: new.or(old)?.unpack_some(|name| keys.contains(name)),
            old: old.filter(|_| shows_old).cloned(),
            new: new.filter(|_| shows_new).cloned(),
        })
    }

    /// When, to the second, as the record tells it.
    #[must_use]
    pub fn second(&self) -> Timestamp {
        Timestamp::from_millis(self.at.as_seconds().saturating_mul(1_000))
    }

    /// The size of the key and the images, in bytes.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        let image = |item: &Option<PackedItem>| item.as_ref().map_or(0, PackedItem::size_bytes);
        self.keys.size_bytes() + image(&self.old) + image(&self.new)
    }
}
