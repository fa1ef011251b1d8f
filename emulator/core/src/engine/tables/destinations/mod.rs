//! Kinesis streams that a table writes its changes to.
//!
//! There is no Kinesis beside the engine, so nothing is written; what there is to see of a destination from outside is its status. Every
//! well-formed ARN of a stream in the caller's Region and account counts as a stream that is there and active; others fail as the service
//! lets them fail, after they were accepted (control-plane-2026.md §10).

mod describe_kinesis_streaming_destination;
mod disable_kinesis_streaming_destination;
mod enable_kinesis_streaming_destination;
mod update_kinesis_streaming_destination;

use std::fmt;

use crate::engine::Caller;
use crate::engine::context::Context;
use crate::engine::names::{Arn, TableTarget, partition_of};
use crate::engine::tables::pace::Work;
use crate::engine::tables::{find_learned, put};
use crate::engine::violations::{Violations, sets};
use crate::engine::wording::INVALID_REQUEST;
use crate::model::ApiError;
use crate::model::json::Text;
use crate::store::{Companion, Destination, Obstacle, Phase, TableDefinition};

/// Shortest and longest ARN of a stream.
const STREAM_ARN_LENGTH: (usize, usize) = (37, 1_024);

/// The longest name of a Kinesis stream.
const STREAM_NAME_MAX: usize = 128;

/// Why a destination cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum DestinationError {
    /// There is a live one already.
    NotIdle,
    /// There is no active one with this ARN.
    NotActive,
    /// There is none with this ARN that could be written to in another way.
    NoDestination { table: Text, arn: Text },
    /// The one with this ARN is not active, and cannot be written to in another way.
    NotUpdatable { table: Text, arn: Text },
    /// It has the precision.
    SamePrecision {
        precision: &'static str,
        table_id: Text,
        arn: Text,
    },
    /// Nothing is to be changed.
    NothingToUpdate,
    /// A destination is to be disabled in a certain way.
    DisabledWithConfiguration,
}

impl fmt::Display for DestinationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NOT_READY: &str = "Table is not in a valid state to enable Kinesis Streaming Destination:";
        match self {
            Self::NotIdle => write!(
                f,
                "{NOT_READY} EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation."
            ),
            Self::NotActive => write!(
                f,
                "{NOT_READY} KinesisStreamingDestination must be ACTIVE to perform DISABLE operation."
            ),
            Self::NoDestination { table, arn } => write!(
                f,
                "{NOT_READY} No streaming destination with streamArn: {arn} found for table with tableName: {table}"
            ),
            Self::NotUpdatable { table, arn } => write!(
                f,
                "{NOT_READY} Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. TableName: {table}, \
                 kdsArn: {arn}"
            ),
            Self::SamePrecision {
                precision,
                table_id,
                arn,
            } => write!(
                f,
                "{INVALID_REQUEST}Precision is already set to the desired value of {precision} for tableId: {table_id}, kdsArn: {arn}"
            ),
            Self::NothingToUpdate => f.write_str(
                "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be null or \
                 contain only null values",
            ),
            Self::DisabledWithConfiguration => {
                f.write_str("Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters")
            }
        }
    }
}

impl From<DestinationError> for ApiError {
    fn from(error: DestinationError) -> Self {
        Self::validation(error)
    }
}

/// Checks the ARN of a stream, and the precision in a configuration at a path.
fn check_constraints(arn: Option<&Text>, configuration: &str, precision: Option<&Text>) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    let (least, most) = STREAM_ARN_LENGTH;
    violations
        .echoed("streamArn", arn)
        .required()
        .length_at_least(least)
        .length_at_most(most);
    state_precision(&mut violations, configuration, precision);
    violations.refuse()
}

/// States the precision in a configuration at a path.
fn state_precision(violations: &mut Violations, configuration: &str, precision: Option<&Text>) {
    violations
        .echoed(
            format_args!("{configuration}.approximateCreationDateTimePrecision"),
            precision,
        )
        .one_of(sets::PRECISION);
}

/// What a destination is called in answers.
fn status_word(phase: Phase) -> Text {
    Text::new_static(match phase {
        Phase::Enabling => "ENABLING",
        Phase::On => "ACTIVE",
        Phase::Updating => "UPDATING",
        Phase::Disabling => "DISABLING",
        Phase::Off => "DISABLED",
        Phase::Failed(_) => "ENABLE_FAILED",
    })
}

fn failure_words(failure: Obstacle) -> Option<&'static str> {
    match failure {
        Obstacle::NoPermission => Some("User does not have a permission to use kinesis stream"),
        Obstacle::ForeignRegion => Some(
            "The kinesis Arn used to enable kinesis replication belongs to a stream which is not in the current region",
        ),
        Obstacle::NoActiveStream => {
            Some("The kinesis Arn used to enable kinesis replication belongs to a stream which is not in Active state")
        }
        Obstacle::TooManyRules => None,
    }
}

/// What becomes of a destination with this ARN. A stream of another account, and what belongs to another service, is waited for in vain.
fn verdict(arn: &str, caller: &Caller) -> Phase {
    let is_stream = |parts: &Arn<'_>| {
        parts.service == "kinesis"
            && parts.partition == partition_of(parts.region)
            && parts.resource.strip_prefix("stream/").is_some_and(is_stream_name)
    };
    Phase::Failed(match Arn::parse(arn) {
        Some(parts) if is_stream(&parts) => {
            if parts.region != caller.region {
                Obstacle::ForeignRegion
            } else if parts.account != caller.account {
                Obstacle::NoActiveStream
            } else {
                return Phase::On;
            }
        }
        Some(parts) if !["kinesis", "dynamodb"].contains(&parts.service) => Obstacle::NoActiveStream,
        _ => Obstacle::NoPermission,
    })
}

fn is_stream_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    (1..=STREAM_NAME_MAX).contains(&name.len()) && name.bytes().all(is_allowed)
}

/// Edits a destination of a table: `edit` gives what it is at once, what is then to be done, and what it will be. What is answered is what it is
/// at once.
fn change(
    context: &Context<'_>,
    target: &TableTarget,
    edit: impl FnOnce(&TableDefinition) -> Result<(Destination, Work, Phase), DestinationError>,
) -> Result<Phase, ApiError> {
    let (now, pace) = (context.now(), context.settings().pace);
    context.write(|transaction| {
        let definition = find_learned(transaction.database(), target, context)?;
        let (destination, work, next) = edit(definition)?;
        let phase = destination.phase;
        let mut edited = definition.clone();
        let companion = Companion::Destination(destination.stream_arn.clone());
        edited.companions.put_destination(destination);
        edited.schedule_reach(now.plus_millis(work.length_ms(pace)), companion, next);
        transaction.commit(put(edited, now));
        Ok(phase)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_streams_of_the_caller_in_its_region_become_active() {
        let caller = Caller {
            access_key: "key".into(),
            region: "eu-west-2".into(),
            account: "123456789012".into(),
        };
        let no_permission = Phase::Failed(Obstacle::NoPermission);
        let no_active_stream = Phase::Failed(Obstacle::NoActiveStream);
        for (arn, expected) in [
            ("arn:aws:kinesis:eu-west-2:123456789012:stream/orders", Phase::On),
            (
                "arn:aws:kinesis:us-east-1:123456789012:stream/orders",
                Phase::Failed(Obstacle::ForeignRegion),
            ),
            ("arn:aws:kinesis:eu-west-2:999999999999:stream/orders", no_active_stream),
            (
                "arn:aws:firehose:eu-west-2:123456789012:deliverystream/orders",
                no_active_stream,
            ),
            (
                "arn:aws:kinesis:eu-west-2:123456789012:stream/orders/consumer/one:1",
                no_permission,
            ),
            ("arn:aws-cn:kinesis:eu-west-2:123456789012:stream/orders", no_permission),
            ("arn:aws:dynamodb:eu-west-2:123456789012:table/orders", no_permission),
            ("arn:aws:kinesis:eu-west-2:123456789012:stream/", no_permission),
            ("arn:aws:kinesis:eu-west-2:123456789012:stream/a b", no_permission),
            ("no-arn-at-all-but-long-enough-to-be-one", no_permission),
        ] {
            assert_eq!(verdict(arn, &caller), expected, "{arn}");
        }
    }
}
