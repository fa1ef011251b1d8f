//! Tags: their rules, and the resource that they belong to.
//!
//! Texts: observed-tables.md §17; for an ARN whose table can be none, observed-validation.md §20. A stream has tags of its own, beside those of its
//! table.

use std::collections::HashSet;
use std::fmt;

use super::busy::BusyError;
use super::is_forgotten;
use super::pace::Work;
use super::resource::{ArnError, Found, Resource};
use crate::engine::Caller;
use crate::engine::context::Context;
use crate::model::json::{Text, Timestamp};
use crate::model::wire::Tag;
use crate::model::{ApiError, ErrorKind};
use crate::store::{Change, Database, Step, TableDefinition, TableStatus, Tags};

/// The most tags of a resource, and the most keys of one request.
const TAGS_MAX: usize = 50;

/// The most that the tags of a resource take, in bytes.
const BYTES_MAX: usize = 10_240;

/// The longest key and the longest value, in characters.
const KEY_MAX: usize = 128;
const VALUE_MAX: usize = 256;

/// Keys that begin like this, in any case, belong to the service.
const RESERVED_PREFIX: &str = "aws:";

/// What is wrong with tags or with their resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TagError {
    NoTag,
    NoKey,
    BadKey(Option<Text>),
    BadValue(Option<Text>),
    Reserved(Text),
    Duplicate(Text),
    TooMany,
    TooLarge(usize),
    Locked(Text),
    NoResource,
    Arn(ArnError),
    Unknown(Text),
}

impl fmt::Display for TagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &Option<Text>| text.clone().unwrap_or(Text::new_static("null"));
        match self {
            Self::NoTag => f.write_str("Atleast one Tag needs to be provided as Input."),
            Self::NoKey => f.write_str("Atleast one Tag Key needs to be provided as Input."),
            Self::BadKey(key) => write!(f, "The Tag Key provided is invalid, Key: {}", shown(key)),
            Self::BadValue(value) => write!(f, "The Tag Value provided is invalid, Value: {}", shown(value)),
            Self::Reserved(key) => write!(f, "Tag Key cannot be prefixed with aws:, Key: {key}"),
            Self::Duplicate(key) => write!(f, "Duplicate Tag Keys provided as input: Duplicate Tag Key found {key}"),
            Self::TooMany => f.write_str("Number of Tags exceed the current limit for the provided ResourceArn"),
            Self::TooLarge(bytes) => write!(
                f,
                "Tag set size {bytes} bytes is above max size limit of {BYTES_MAX} bytes"
            ),
            Self::Locked(table) => write!(f, "Subscriber limit exceeded: Table tags are being updated: {table}"),
            Self::NoResource => f.write_str("Invalid TableArn"),
            Self::Arn(ArnError::Elsewhere(arn)) => {
                write!(f, "Invalid TableArn: Invalid ResourceArn provided as input {arn}")
            }
            Self::Arn(error) => match error.shared_words() {
                Some(words) => words.fmt(f),
                None => f.write_str("Access is denied"),
            },
            Self::Unknown(arn) => write!(f, "Requested resource not found: ResourceArn: {arn} not found"),
        }
    }
}

impl From<TagError> for ApiError {
    fn from(error: TagError) -> Self {
        let kind = match error {
            TagError::Locked(_) => ErrorKind::LimitExceeded,
            TagError::Arn(ArnError::ForeignAccount) => ErrorKind::AccessDenied,
            TagError::Unknown(_) => ErrorKind::ResourceNotFound,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}

/// Reads tags that are to be set.
pub(super) fn read(tags: &[Tag]) -> Result<Vec<(Text, Text)>, TagError> {
    let mut list: Vec<(Text, Text)> = Vec::with_capacity(tags.len());
    let mut seen = HashSet::with_capacity(tags.len());
    for Tag { key, value } in tags {
        let key = read_key(key.as_ref())?;
        let value = value
            .as_ref()
            .filter(|value| value.chars().count() <= VALUE_MAX && value.chars().all(is_allowed))
            .ok_or_else(|| TagError::BadValue(value.clone()))?;
        if !seen.insert(key) {
            return Err(TagError::Duplicate(key.clone()));
        }
        list.push((key.clone(), value.clone()));
    }
    check_count(list.len())?;
    Ok(list)
}

/// Checks the keys of tags that are to be removed.
pub(super) fn check_keys(keys: &[Text]) -> Result<(), TagError> {
    keys.iter().try_for_each(|key| read_key(Some(key)).map(|_| ()))?;
    check_count(keys.len())
}

fn read_key(key: Option<&Text>) -> Result<&Text, TagError> {
    let key = key
        .filter(|key| (1..=KEY_MAX).contains(&key.chars().count()) && key.chars().all(is_allowed))
        .ok_or_else(|| TagError::BadKey(key.cloned()))?;
    match key.get(..RESERVED_PREFIX.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(RESERVED_PREFIX) => Err(TagError::Reserved(key.clone())),
        _ => Ok(key),
    }
}

fn is_allowed(symbol: char) -> bool {
    symbol.is_alphanumeric() || symbol.is_whitespace() || "+-=._:/@".contains(symbol)
}

fn check_count(count: usize) -> Result<(), TagError> {
    if count > TAGS_MAX {
        Err(TagError::TooMany)
    } else {
        Ok(())
    }
}

/// Refuses more than the tags of a resource can take.
pub(super) fn check_size(tags: &[(Text, Text)]) -> Result<(), TagError> {
    let bytes: usize = tags.iter().map(|(key, value)| key.len() + value.len()).sum();
    if bytes > BYTES_MAX {
        Err(TagError::TooLarge(bytes))
    } else {
        Ok(())
    }
}

/// A resource that can have tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tagged {
    arn: Text,
    resource: Resource,
}

impl Tagged {
    /// Reads the ARN of a resource of the caller.
    pub(super) fn parse(arn: Option<&Text>, caller: &Caller) -> Result<Self, TagError> {
        let arn = arn.filter(|arn| !arn.is_empty()).ok_or(TagError::NoResource)?;
        let resource = Resource::parse(arn, caller).map_err(TagError::Arn)?;
        Ok(Self {
            arn: arn.clone(),
            resource,
        })
    }

    /// The table or stream, if it is known to those who keep tags: they learn of a table shortly before it is there, and forget it soon after its
    /// deletion has begun.
    fn find<'d>(&self, database: &'d Database, context: &Context<'_>) -> Result<Found<'d>, TagError> {
        let (now, pace) = (context.now(), context.settings().pace);
        let is_known = |found: &Found<'_>| match found.half_there() {
            Some((TableStatus::Deleting, definition)) => !is_forgotten(definition, pace, now),
            Some((_, definition)) => {
                let soon = now.plus_millis(Work::LearnOfTags.length_ms(pace));
                let mut pending = definition.pending.iter();
                !definition.is_being_filled()
                    && pending.any(|pending| pending.step == Step::Activate && pending.at <= soon)
            }
            None => true,
        };
        Found::of(&self.resource, database, now)
            .filter(is_known)
            .ok_or_else(|| TagError::Unknown(self.arn.clone()))
    }

    /// The tags as they are shown.
    pub(super) fn shown<'d>(
        &self,
        database: &'d Database,
        context: &Context<'_>,
    ) -> Result<&'d [(Text, Text)], TagError> {
        Ok(self.find(database, context)?.shown_tags())
    }
}

/// What a request wants of tags.
pub(super) enum Edit {
    /// These are set.
    Set(Vec<(Text, Text)>),
    /// Those with these keys are taken away.
    Remove(Vec<Text>),
}

impl Edit {
    fn apply(&self, list: &mut Vec<(Text, Text)>) {
        match self {
            Self::Set(tags) => {
                for (key, value) in tags {
                    match list.iter_mut().find(|(known, _)| known == key) {
                        Some((_, known)) => known.clone_from(value),
                        None => list.push((key.clone(), value.clone())),
                    }
                }
            }
            Self::Remove(keys) => list.retain(|(key, _)| !keys.contains(key)),
        }
    }

    /// What it sets.
    fn into_written(self) -> Vec<(Text, Text)> {
        match self {
            Self::Set(tags) => tags,
            Self::Remove(_) => Vec::new(),
        }
    }

    /// Whether it sets all that the last change set, with which it may meet.
    fn repeats(&self, tags: &Tags) -> bool {
        match self {
            Self::Set(wanted) => !tags.written.is_empty() && tags.written.iter().all(|tag| wanted.contains(tag)),
            Self::Remove(_) => false,
        }
    }
}

impl<'d> Found<'d> {
    fn tags(self) -> &'d Tags {
        match self {
            Self::Table(definition) => &definition.tags,
            Self::Stream(stream) => stream.tags(),
        }
    }

    /// The tags as they are shown: a table that is being created shows none yet.
    fn shown_tags(self) -> &'d [(Text, Text)] {
        match self.half_there() {
            Some((TableStatus::Creating, _)) => &[],
            _ => &self.tags().list,
        }
    }

    /// The name of the table that it is, or belongs to.
    fn table(self) -> &'d Text {
        match self {
            Self::Table(definition) => &definition.name,
            Self::Stream(stream) => &stream.definition().key.table,
        }
    }

    /// The change that gives it other tags.
    fn tagged(self, tags: Tags, now: Timestamp) -> Change {
        match self {
            Self::Table(definition) => {
                let definition = TableDefinition::clone(definition);
                super::put(TableDefinition { tags, ..definition }, now)
            }
            Self::Stream(stream) => Change::TagStream {
                stream: stream.definition().key.clone(),
                tags,
            },
        }
    }
}

/// Edits the tags of a resource. What changes nothing is had on a table that is coming or going, too; while tags are being written, nothing is
/// but what says them again.
pub(super) fn write(context: &Context<'_>, resource: &Tagged, edit: Edit) -> Result<(), ApiError> {
    let now = context.now();
    let lock_ms = Work::WriteTags.length_ms(context.settings().pace);
    context.write(|transaction| {
        let found = resource.find(transaction.database(), context)?;
        let mut list = found.shown_tags().to_vec();
        edit.apply(&mut list);
        let is_change = list != found.shown_tags();
        if let Some((status, definition)) = found.half_there().filter(|_| is_change) {
            return Err(BusyError::Life(status, definition.name.clone()).into());
        }
        check_count(list.len())?;
        check_size(&list)?;
        if is_locked(found.tags(), lock_ms, now) && !edit.repeats(found.tags()) {
            return Err(TagError::Locked(found.table().clone()).into());
        }
        if is_change {
            let edited = Tags {
                list,
                changed: Some(now),
                written: edit.into_written(),
            };
            let change = found.tagged(edited, now);
            transaction.commit(change);
        }
        Ok(())
    })
}

/// Whether the last write of tags is so fresh that it holds off the next, and the deletion of a table.
pub(super) fn is_locked(tags: &Tags, lock_ms: i64, now: Timestamp) -> bool {
    tags.changed.is_some_and(|at| at.plus_millis(lock_ms) > now)
}
