//! Turning the stream of a table on and off.
//!
//! Texts: observed-tables.md §3, §4 and §15. What a stream records is not known here.

use std::fmt;

use super::INVALID;
use crate::engine::names::label_of;
use crate::model::ApiError;
use crate::model::json::{Text, Timestamp};
use crate::model::wire::StreamSpecification;
use crate::store::streams::Streams;
use crate::store::{StreamSetting, StreamView, TableDefinition};

/// What is wrong with a wish for a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StreamError {
    CreatedOnWithoutView,
    CreatedOffWithView,
    OnWithoutView,
    OffWithView,
    AlreadyOn(Text),
    AlreadyOff(Text),
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreatedOnWithoutView => {
                write!(
                    f,
                    "{INVALID}Table is being created with a stream enabled, UpdateViewType is required"
                )
            }
            Self::CreatedOffWithView => write!(
                f,
                "{INVALID}Table is being created with a stream disabled, UpdateViewType should not be specified"
            ),
            Self::OnWithoutView => write!(f, "{INVALID}If stream is being enabled then UpdateViewType is required"),
            Self::OffWithView => {
                write!(
                    f,
                    "{INVALID}If stream is being disabled, then UpdateViewType must not be specified"
                )
            }
            Self::AlreadyOn(table) => write!(f, "Table already has an enabled stream: TableName: {table}"),
            Self::AlreadyOff(table) => write!(f, "Table has no stream to disable: TableName: {table}"),
        }
    }
}

impl From<StreamError> for ApiError {
    fn from(error: StreamError) -> Self {
        Self::validation(error)
    }
}

/// The view that a new table's stream is to have, if there is to be one.
pub(super) fn initial(specification: Option<&StreamSpecification>) -> Result<Option<StreamView>, StreamError> {
    let Some(specification) = specification else {
        return Ok(None);
    };
    match (is_on(specification), view(specification)) {
        (true, None) => Err(StreamError::CreatedOnWithoutView),
        (false, Some(_)) => Err(StreamError::CreatedOffWithView),
        (_, view) => Ok(view),
    }
}

/// The view that a living table's stream is to have; none to turn it off.
pub(super) fn wish(specification: &StreamSpecification) -> Result<Option<StreamView>, StreamError> {
    match (is_on(specification), view(specification)) {
        (true, None) => Err(StreamError::OnWithoutView),
        (false, Some(_)) => Err(StreamError::OffWithView),
        (_, view) => Ok(view),
    }
}

fn is_on(specification: &StreamSpecification) -> bool {
    specification.stream_enabled.unwrap_or_default()
}

fn view(specification: &StreamSpecification) -> Option<StreamView> {
    specification
        .stream_view_type
        .as_deref()
        .and_then(StreamView::from_word)
}

/// Turns the stream of a table on or off; turning it on makes a new stream with a label of its own.
pub(super) fn switch(
    setting: &mut StreamSetting,
    view: Option<StreamView>,
    table: &Text,
    now: Timestamp,
    shards: u16,
) -> Result<(), StreamError> {
    match (setting.view, view) {
        (Some(_), Some(_)) => Err(StreamError::AlreadyOn(table.clone())),
        (None, None) => Err(StreamError::AlreadyOff(table.clone())),
        (Some(_), None) => {
            setting.view = None;
            setting.ended = Some(now);
            Ok(())
        }
        (None, Some(view)) => {
            let latest = setting.latest.as_ref().map(|(_, latest)| *latest);
            let next = latest.map_or(now, |latest| now.max(latest.plus_millis(1)));
            *setting = StreamSetting {
                view: Some(view),
                latest: Some((label_of(next), next)),
                ended: None,
                shards,
            };
            Ok(())
        }
    }
}

/// Gives a stream that begins with this definition a later label than those of tables of the same name that are gone.
pub(super) fn set_apart(old: Option<&TableDefinition>, new: &mut TableDefinition, streams: &Streams) {
    let begins = old.and_then(TableDefinition::live_stream) != new.live_stream();
    let taken = streams.latest_of(&new.name).filter(|_| begins);
    if let (Some(_), Some((label, created)), Some(taken)) = (new.stream.view, &mut new.stream.latest, taken) {
        *created = (*created).max(taken.plus_millis(1));
        *label = label_of(*created);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stream_has_a_label_of_its_own_even_if_the_clock_stands_still() {
        let (table, now) = (Text::from("t"), Timestamp::from_millis(0));
        let mut setting = StreamSetting::default();
        let mut labels = Vec::new();
        for _ in 0..3 {
            switch(&mut setting, Some(StreamView::KeysOnly), &table, now, 1).unwrap();
            labels.extend(setting.latest.clone().map(|(label, _)| label));
            switch(&mut setting, None, &table, now, 1).unwrap();
        }
        assert_eq!(
            labels,
            [
                "1970-01-01T00:00:00.000",
                "1970-01-01T00:00:00.001",
                "1970-01-01T00:00:00.002"
            ]
        );
    }
}
