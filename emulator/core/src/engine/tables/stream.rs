//! Turning the stream of a table on and off.
//!
//! Texts: observed-tables.md §3, §4 and §15. What a stream records is not known here.

use std::fmt;

use super::INVALID;
use crate::engine::names::label_of;
use crate::model::ApiError;
use crate::model::json::{Text, Timestamp};
use crate::model::wire::StreamSpecification;
use crate::store::{StreamSetting, StreamView};

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
) -> Result<(), StreamError> {
    match (setting.view, view) {
        (Some(_), Some(_)) => Err(StreamError::AlreadyOn(table.clone())),
        (None, None) => Err(StreamError::AlreadyOff(table.clone())),
        (Some(_), None) => {
            setting.view = None;
            Ok(())
        }
        (None, Some(view)) => {
            setting.view = Some(view);
            let next = setting
                .latest
                .as_ref()
                .map_or(now, |(_, latest)| now.max(latest.plus_millis(1)));
            setting.latest = Some((label_of(next), next));
            Ok(())
        }
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
            switch(&mut setting, Some(StreamView::KeysOnly), &table, now).unwrap();
            labels.extend(setting.latest.clone().map(|(label, _)| label));
            switch(&mut setting, None, &table, now).unwrap();
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
