//! StartBulkPutItems: puts items that lie in a bucket into a table that is there.
//!
//! Order: the constraints of all members; the key of the output; the table's ARN; the token of the last eight hours; the table, its state, and the
//! account's limits. The buckets are looked for when the bulk put has begun.

use std::fmt;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use super::arn::Kind;
use super::constraints::{state_bucket, state_owner, state_prefix, state_token};
use super::{KeyWithoutKms, failure, new_id, records};
use crate::engine::Pace;
use crate::engine::capacity::write_units;
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::engine::tables::{Work, find_for_bulk_put};
use crate::engine::transactions::tokens::TokenError;
use crate::engine::violations::{Violations, sets};
use crate::model::formats::{Budget, Compression, Format};
use crate::model::json::{Text, Timestamp, to_text};
use crate::model::wire::{
    BulkOperationDescription, BulkOperationReply, BulkOperationTableDetail, InputS3Configuration,
    OutputS3Configuration, StartBulkPutItemsRequest,
};
use crate::model::{ApiError, ErrorKind};
use crate::store::{
    BulkPut, BulkRead, BulkUsage, BulkWork, Change, Database, Failure, TableDefinition, TransferChange, Transfers,
    objects_of_prefix,
};

/// The most bulk puts under way.
const UNDER_WAY_MAX: usize = 50;

/// For how long a token makes requests the same one.
const TOKEN_MS: i64 = 8 * 60 * 60 * 1_000;

/// The least rate that can be asked for.
const RATE_MIN: i64 = 1_024;

/// Too many bulk puts are under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TooMany;

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Subscriber limit exceeded: Only {UNDER_WAY_MAX} bulk operations can be done simultaneously"
        )
    }
}

impl Execute for StartBulkPutItemsRequest {
    type Reply = BulkOperationReply;

    fn execute(self, context: &Context<'_>) -> Result<BulkOperationReply, ApiError> {
        self.check_constraints()?;
        self.check_key()?;
        let target = context.target(self.table_name.as_ref())?;
        let fingerprint = xxh3_128(to_text(&self).as_bytes());
        let begin = |database: &Database| self.begin(database, &target, fingerprint, context.now());
        let definition = match context.read(begin)? {
            Begin::Known(known) => return Ok(answer(known.told.clone())),
            Begin::New(definition) => definition,
        };
        let told = self.describe(&definition, context);
        let work = self.work(&told, context);
        let bulk_put = Arc::new(BulkPut {
            told: told.clone(),
            table: definition.name.clone(),
            fingerprint,
            work: Some(work),
        });
        let reply = context.write(|transaction| {
            if let Begin::Known(known) = begin(transaction.database())? {
                return Ok::<_, ApiError>(answer(known.told.clone()));
            }
            transaction.commit(Change::Transfer(TransferChange::BeginBulkPut(bulk_put)));
            Ok(answer(told))
        })?;
        context.advance();
        Ok(reply)
    }
}

fn answer(bulk_operation_description: BulkOperationDescription) -> BulkOperationReply {
    BulkOperationReply {
        bulk_operation_description: bulk_operation_description.into(),
    }
}

/// What a request comes to.
enum Begin {
    /// It was made before.
    Known(Arc<BulkPut>),
    /// A new bulk put into this table.
    New(Arc<TableDefinition>),
}

impl StartBulkPutItemsRequest {
    fn check_constraints(&self) -> Result<(), ApiError> {
        let mut violations = Violations::default();
        state_token(&mut violations, self.client_token.as_ref());
        let input = self.input_s3_configuration.as_ref();
        violations.unechoed("inputS3Configuration", input).required();
        if let Some(input) = input {
            violations.within("inputS3Configuration.", |violations| state_input(violations, input));
        }
        let output = self.output_s3_configuration.as_ref();
        violations.unechoed("outputS3Configuration", output).required();
        if let Some(output) = output {
            violations.within("outputS3Configuration.", |violations| state_output(violations, output));
        }
        violations
            .echoed("tableName", self.table_name.as_ref())
            .required()
            .length_at_least(1)
            .length_at_most(1024);
        violations
            .echoed("maxWriteRequestUnits", self.max_write_request_units.as_ref())
            .at_least(RATE_MIN);
        violations
            .echoed("performanceTier", self.performance_tier.as_ref())
            .one_of(sets::PERFORMANCE_TIER);
        violations.refuse()
    }

    fn check_key(&self) -> Result<(), ApiError> {
        let output = self.output_s3_configuration.as_ref();
        let is_unused = output.is_some_and(|output| {
            output.s3_sse_kms_key_id.is_some() && output.s3_sse_algorithm.as_deref() != Some("KMS")
        });
        match is_unused {
            true => Err(ApiError::validation(KeyWithoutKms)),
            false => Ok(()),
        }
    }

    fn begin(
        &self,
        database: &Database,
        target: &TableTarget,
        fingerprint: u128,
        now: Timestamp,
    ) -> Result<Begin, ApiError> {
        if let Some(known) = self.repeated(database.transfers(), fingerprint, now)? {
            return Ok(Begin::Known(known));
        }
        let definition = find_for_bulk_put(database, target)?;
        match database.transfers().bulk_puts_under_way().count() {
            count if count >= UNDER_WAY_MAX => Err(ApiError::new(ErrorKind::LimitExceeded, TooMany)),
            _ => Ok(Begin::New(Arc::clone(definition))),
        }
    }

    /// The bulk put that was asked for with the same token.
    fn repeated(
        &self,
        transfers: &Transfers,
        fingerprint: u128,
        now: Timestamp,
    ) -> Result<Option<Arc<BulkPut>>, TokenError> {
        let Some(token) = &self.client_token else {
            return Ok(None);
        };
        let horizon = now.plus_millis(-TOKEN_MS);
        let is_known = |bulk_put: &&Arc<BulkPut>| {
            let told = &bulk_put.told;
            told.client_token.as_ref() == Some(token) && told.start_time.is_some_and(|at| at > horizon)
        };
        match transfers.bulk_puts().find(is_known) {
            None => Ok(None),
            Some(known) if known.fingerprint == fingerprint => Ok(Some(Arc::clone(known))),
            Some(_) => Err(TokenError::Mismatch),
        }
    }

    /// The bulk put as it is told while it is under way.
    fn describe(&self, definition: &TableDefinition, context: &Context<'_>) -> BulkOperationDescription {
        let (now, account) = (context.now(), &context.caller().account);
        let own = |owner: Option<Text>| owner.or_else(|| Some(account.clone()));
        BulkOperationDescription {
            bulk_operation_arn: Some(Kind::BulkPut.arn(&definition.arn, &new_id(context, now))),
            bulk_operation_status: Some(Text::new_static("IN_PROGRESS")),
            table_details: Some(vec![BulkOperationTableDetail {
                table_name: self.table_name.clone(),
                table_id: Some(definition.id.clone()),
            }]),
            client_token: Some(match &self.client_token {
                Some(token) => token.clone(),
                None => context.world().uuid().into(),
            }),
            input_s3_configuration: self.input_s3_configuration.clone().map(|input| InputS3Configuration {
                s3_bucket_owner: own(input.s3_bucket_owner),
                input_compression_type: input
                    .input_compression_type
                    .or(Some(Text::new_static(Compression::None.word()))),
                ..input
            }),
            output_s3_configuration: self
                .output_s3_configuration
                .clone()
                .map(|output| OutputS3Configuration {
                    s3_bucket_owner: own(output.s3_bucket_owner),
                    ..output
                }),
            start_time: Some(now),
            processed_item_count: Some(0),
            processed_input_bytes: Some(0),
            failed_item_count: Some(0),
            max_write_request_units: self.max_write_request_units,
            performance_tier: Some(self.performance_tier.clone().unwrap_or(Text::new_static("STANDARD"))),
            ..BulkOperationDescription::default()
        }
    }

    /// What the bulk put comes to.
    fn work(&self, told: &BulkOperationDescription, context: &Context<'_>) -> BulkWork {
        let (now, pace) = (context.now(), context.settings().pace);
        let source = self.read(told, context);
        let length_ms = match &source {
            Err(_) => Work::MissBucket.length_ms(pace),
            Ok(read) => Work::PutInBulk.length_ms(pace).max(self.throttled_ms(read, pace)),
        };
        BulkWork {
            begun_at: now,
            ends_at: now.plus_millis(length_ms),
            cancelled_at: None,
            source: source.map(Arc::new),
            position: 0,
            usage: BulkUsage::default(),
            unwritten: Vec::new(),
        }
    }

    fn read(&self, told: &BulkOperationDescription, context: &Context<'_>) -> Result<BulkRead, Failure> {
        let input = self.input_s3_configuration.clone().unwrap_or_default();
        let objects: Option<Vec<_>> = context.read(|database| {
            let objects = database.buckets().get(input.s3_bucket.as_deref()?)?;
            let found = objects_of_prefix(objects, input.s3_key_prefix.as_deref().unwrap_or_default());
            Some(found.map(|(key, bytes)| (key.clone(), Arc::clone(bytes))).collect())
        });
        let arn = told.bulk_operation_arn.clone().unwrap_or_default();
        let objects = objects.ok_or_else(|| failure::no_bucket(&arn))?;
        let compression = input.input_compression_type.as_deref().and_then(Compression::from_word);
        let format = input.input_format.as_deref().and_then(Format::from_word);
        records::read(
            format.unwrap_or_default(),
            compression.unwrap_or_default(),
            &objects,
            Budget::default(),
        )
    }

    /// How long the writes take at least at the rate that was asked for.
    fn throttled_ms(&self, read: &BulkRead, pace: Pace) -> i64 {
        let (Some(rate), Pace::Service) = (self.max_write_request_units, pace) else {
            return 0;
        };
        let rows = read.records.iter().filter_map(|record| record.row.as_ref().ok());
        let units: f64 = rows.map(|row| write_units(row.size_bytes.into())).sum();
        (units * 1_000.0 / rate as f64) as i64
    }
}

fn state_input(violations: &mut Violations, input: &InputS3Configuration) {
    state_owner(violations, "s3BucketOwner", input.s3_bucket_owner.as_ref());
    state_bucket(violations, "s3Bucket", input.s3_bucket.as_ref());
    state_prefix(violations, "s3KeyPrefix", input.s3_key_prefix.as_ref());
    violations
        .echoed("inputFormat", input.input_format.as_ref())
        .required()
        .one_of(sets::BULK_INPUT_FORMAT);
    violations
        .echoed("inputCompressionType", input.input_compression_type.as_ref())
        .one_of(Compression::WORDS);
}

fn state_output(violations: &mut Violations, output: &OutputS3Configuration) {
    state_owner(violations, "s3BucketOwner", output.s3_bucket_owner.as_ref());
    state_bucket(violations, "s3Bucket", output.s3_bucket.as_ref());
    state_prefix(violations, "s3KeyPrefix", output.s3_key_prefix.as_ref());
    violations
        .echoed("s3SseAlgorithm", output.s3_sse_algorithm.as_ref())
        .one_of(sets::S3_SSE_ALGORITHM);
    violations
        .echoed("s3SseKmsKeyId", output.s3_sse_kms_key_id.as_ref())
        .length_at_least(1)
        .length_at_most(2048);
    violations.echoed("outputType", output.output_type.as_ref()).required();
    for (position, word) in (1..).zip(output.output_type.iter().flatten()) {
        violations
            .echoed(format_args!("outputType.{position}.member"), Some(word))
            .one_of(sets::OUTPUT_TYPE);
    }
}
