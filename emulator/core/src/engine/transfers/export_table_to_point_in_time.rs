//! ExportTableToPointInTime: writes the items of a table, as they were at a moment, to a bucket.
//!
//! Order (control-plane-2026.md §6): the constraints of all members; the table's ARN; members that contradict each other; the filter; the token;
//! the table, its recovery, the time; the span of an incremental export. The bucket is looked for when the export ends.

use std::fmt;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use super::arn::{Kind, table_name};
use super::constraints::{state_bucket, state_owner, state_prefix, state_table_arn, state_token};
use super::filter::Selection;
use super::moment::{Course, table_at};
use super::{KeyWithoutKms, new_id};
use crate::engine::context::{Context, Execute};
use crate::engine::tables::Work;
use crate::engine::violations::{Pattern, Violations, sets};
use crate::engine::wording::INVALID_REQUEST;
use crate::model::calendar::instant_of;
use crate::model::formats::{self, ExportFile, Format, Span};
use crate::model::json::{Text, Timestamp, to_text};
use crate::model::wire::{
    ExportDescription, ExportDescriptionReply, ExportTableToPointInTimeRequest, IncrementalExportSpecification,
};
use crate::model::{ApiError, ErrorKind, Item};
use crate::store::{Change, Export, ExportWork, Table, TransferChange, Transfers};

/// For how long a token is known.
const TOKEN_MS: i64 = 8 * 60 * 60 * 1_000;

/// The most exports under way.
const UNDER_WAY_MAX: usize = 300;

/// What the name of a key of KMS is made of, be it an id, an alias or an ARN.
const KEY: Pattern = Pattern::new("^[a-zA-Z0-9:/_-]*$", |text| {
    text.chars().all(|c| c.is_ascii_alphanumeric() || ":/_-".contains(c))
});

/// The shortest and the longest span of an incremental export.
const SPAN_MS: (i64, i64) = (15 * 60 * 1_000, 24 * 60 * 60 * 1_000);

/// What an incremental export is billed for at least (control-plane-2026.md §6).
const INCREMENTAL_BYTES_MIN: u64 = 10_000_000;

/// The view of an incremental export that tells most.
const BOTH_IMAGES: Text = Text::new_static("NEW_AND_OLD_IMAGES");

const FULL: &str = "FULL_EXPORT";
const INCREMENTAL: &str = "INCREMENTAL_EXPORT";

/// What is wrong with an export that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ExportError {
    SpecificationOfNoType,
    SpecificationOfFull,
    NoSpecification,
    NoFrom,
    BadKey(Text),
    /// It quotes the time that was asked for, not the table's.
    FromBeforeTable(Timestamp),
    ShortSpan,
    LongSpan,
    /// It quotes the time that was asked for, not the current one.
    ToInFuture(Timestamp),
    FilteredSpan,
    Conflict,
    TooMany,
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SpecificationOfNoType => write!(
                f,
                "{INVALID_REQUEST}Export Type expected to be Incremental Export when incremental export specification is provided"
            ),
            Self::SpecificationOfFull => write!(
                f,
                "{INVALID_REQUEST}When Export Type is Full Export , Incremental Export Specification should not be provided"
            ),
            Self::NoSpecification => write!(
                f,
                "{INVALID_REQUEST}Incremental Export Specification expected when export type is set as Incremental Export"
            ),
            Self::NoFrom => write!(
                f,
                "{INVALID_REQUEST}ExportFromTime must be provided in IncrementalExportSpecification"
            ),
            Self::BadKey(violations) => write!(f, "{INVALID_REQUEST}{violations}"),
            Self::FromBeforeTable(from) => write!(
                f,
                "Incremental export period from time cannot be less than the table creation time : {}",
                instant_of(*from)
            ),
            Self::ShortSpan => f.write_str(
                "Difference between export period from time and export period to time is less than 15 minutes",
            ),
            Self::LongSpan => f.write_str(
                "Difference between export period from time and export period to time is greater than 24 hours",
            ),
            Self::ToInFuture(to) => write!(
                f,
                "Incremental export period to time cannot be greater than the current time : {}",
                instant_of(*to)
            ),
            Self::FilteredSpan => write!(
                f,
                "{INVALID_REQUEST}FilterSpecification is not supported when export type is set as Incremental Export"
            ),
            Self::Conflict => f.write_str("Export conflict: Duplicate request detected with conflicting parameters"),
            Self::TooMany => write!(
                f,
                "Subscriber limit exceeded: Only {UNDER_WAY_MAX} exports can be done simultaneously"
            ),
        }
    }
}

impl From<ExportError> for ApiError {
    fn from(error: ExportError) -> Self {
        let kind = match error {
            ExportError::FromBeforeTable(_)
            | ExportError::ShortSpan
            | ExportError::LongSpan
            | ExportError::ToInFuture(_) => ErrorKind::InvalidExportTime,
            ExportError::Conflict => ErrorKind::ExportConflict,
            ExportError::TooMany => ErrorKind::LimitExceeded,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}

impl Execute for ExportTableToPointInTimeRequest {
    type Reply = ExportDescriptionReply;

    fn execute(self, context: &Context<'_>) -> Result<ExportDescriptionReply, ApiError> {
        self.check_constraints()?;
        let arn = self
            .table_arn
            .as_ref()
            .unwrap_or_else(|| unreachable!("the ARN is required"));
        table_name(arn, context.caller())?;
        self.check_combinations()?;
        let selection = Selection::read(self.filter_specification.as_ref(), context)?;
        let fingerprint = xxh3_128(to_text(&self).as_bytes());
        if let Some(told) = context.read(|database| self.repeated(database.transfers(), fingerprint, context.now()))? {
            return Ok(answer(told));
        }
        let (told, work) = match self.span(context.now()) {
            None => {
                let table = table_at(context, arn, self.export_time)?;
                let told = self.describe(&table, context);
                let work = export_items(&told, &table, &selection, context)?;
                (told, work)
            }
            Some(span) => {
                let course = Course::of(context, arn, |table| Ok(check_from(&span, table)?))?;
                check_span(&span, &course, context.now())?;
                let told = self.describe(&course.table, context);
                let work = export_changes(&told, &course, span, context);
                (told, work)
            }
        };
        let export = Arc::new(Export {
            told: told.clone(),
            fingerprint,
            work: Some(work),
        });
        context.write(|transaction| {
            let transfers = transaction.database().transfers();
            if let Some(known) = self.repeated(transfers, fingerprint, context.now())? {
                return Ok(answer(known));
            }
            if transfers.exports_under_way().count() >= UNDER_WAY_MAX {
                return Err(ExportError::TooMany.into());
            }
            transaction.commit(Change::Transfer(TransferChange::BeginExport(Arc::clone(&export))));
            transaction.advance_transfers(context.now());
            Ok(answer(told))
        })
    }
}

fn answer(export_description: ExportDescription) -> ExportDescriptionReply {
    ExportDescriptionReply {
        export_description: export_description.into(),
    }
}

impl ExportTableToPointInTimeRequest {
    fn check_constraints(&self) -> Result<(), ApiError> {
        let mut violations = Violations::default();
        violations.echoed("tableArn", self.table_arn.as_ref()).required();
        state_table_arn(&mut violations, self.table_arn.as_ref());
        state_bucket(&mut violations, "s3Bucket", self.s3_bucket.as_ref());
        state_owner(&mut violations, "s3BucketOwner", self.s3_bucket_owner.as_ref());
        state_prefix(&mut violations, "s3Prefix", self.s3_prefix.as_ref());
        state_token(&mut violations, self.client_token.as_ref());
        violations
            .echoed("s3SseAlgorithm", self.s3_sse_algorithm.as_ref())
            .one_of(sets::S3_SSE_ALGORITHM);
        violations
            .echoed("exportFormat", self.export_format.as_ref())
            .one_of(sets::EXPORT_FORMAT);
        violations
            .echoed("exportType", self.export_type.as_ref())
            .one_of(sets::EXPORT_TYPE);
        let specification = self.incremental_export_specification.as_ref();
        violations
            .echoed(
                "incrementalExportSpecification.exportViewType",
                specification.and_then(|specification| specification.export_view_type.as_ref()),
            )
            .one_of(sets::EXPORT_VIEW_TYPE);
        violations.refuse()
    }

    fn check_combinations(&self) -> Result<(), ApiError> {
        match (self.export_type.as_deref(), &self.incremental_export_specification) {
            (None, Some(_)) => return Err(ExportError::SpecificationOfNoType.into()),
            (Some(FULL), Some(_)) => return Err(ExportError::SpecificationOfFull.into()),
            (Some(INCREMENTAL), None) => return Err(ExportError::NoSpecification.into()),
            (Some(INCREMENTAL), Some(span)) if span.export_from_time.is_none() => {
                return Err(ExportError::NoFrom.into());
            }
            (Some(INCREMENTAL), Some(_)) if self.filter_specification.is_some() => {
                return Err(ExportError::FilteredSpan.into());
            }
            _ => {}
        }
        let Some(key) = &self.s3_sse_kms_key_id else {
            return Ok(());
        };
        if self.s3_sse_algorithm.as_deref() != Some("KMS") {
            return Err(ApiError::validation(KeyWithoutKms));
        }
        let mut violations = Violations::default();
        let member = violations.echoed("s3SseKmsKeyId", Some(key));
        member.length_at_least(1).length_at_most(2048).pattern(&KEY);
        violations
            .refuse()
            .map_err(|error| ExportError::BadKey(error.message().into()).into())
    }

    /// What is told of the export that was asked for with the same token.
    fn repeated(
        &self,
        transfers: &Transfers,
        fingerprint: u128,
        now: Timestamp,
    ) -> Result<Option<ExportDescription>, ExportError> {
        let Some(token) = &self.client_token else {
            return Ok(None);
        };
        let horizon = now.plus_millis(-TOKEN_MS);
        let is_known = |export: &&Arc<Export>| {
            export.told.client_token.as_ref() == Some(token) && export.told.start_time.is_some_and(|at| at > horizon)
        };
        match transfers.exports().find(is_known) {
            None => Ok(None),
            Some(known) if known.fingerprint == fingerprint => Ok(Some(known.told.clone())),
            Some(_) => Err(ExportError::Conflict),
        }
    }

    /// The span of an incremental export, which ends now and tells all images unless the request says otherwise.
    fn span(&self, now: Timestamp) -> Option<Span> {
        let specification = self.incremental_export_specification.as_ref()?;
        Some(Span {
            from: specification.export_from_time.unwrap_or_default(),
            to: specification.export_to_time.unwrap_or(now),
            view: specification.export_view_type.clone().unwrap_or(BOTH_IMAGES),
        })
    }

    /// The export as it is told while it is under way.
    fn describe(&self, table: &Table, context: &Context<'_>) -> ExportDescription {
        let (now, definition) = (context.now(), table.definition());
        let id = new_id(context, now);
        ExportDescription {
            export_arn: Some(Kind::Export.arn(&definition.arn, &id)),
            export_status: Some(Text::new_static("IN_PROGRESS")),
            start_time: Some(now),
            table_arn: Some(definition.arn.clone()),
            table_id: Some(definition.id.clone()),
            export_time: match self.incremental_export_specification {
                None => Some(self.export_time.unwrap_or(now)),
                Some(_) => self.export_time,
            },
            client_token: Some(match &self.client_token {
                Some(token) => token.clone(),
                None => context.world().uuid().into(),
            }),
            s3_bucket: self.s3_bucket.clone(),
            s3_bucket_owner: self.s3_bucket_owner.clone(),
            s3_prefix: self.s3_prefix.clone(),
            s3_sse_algorithm: Some(self.s3_sse_algorithm.clone().unwrap_or(Text::new_static("AES256"))),
            s3_sse_kms_key_id: self.s3_sse_kms_key_id.clone(),
            export_format: Some(
                self.export_format
                    .clone()
                    .unwrap_or(Text::new_static(Format::default().word())),
            ),
            export_type: self.export_type.clone(),
            incremental_export_specification: self.span(now).map(|span| IncrementalExportSpecification {
                export_from_time: Some(span.from),
                export_to_time: Some(span.to),
                export_view_type: Some(span.view),
            }),
            filter_specification: self.filter_specification.clone(),
            destination_type: Some(Text::new_static("S3")),
            ..ExportDescription::default()
        }
    }
}

fn check_from(span: &Span, table: &Table) -> Result<(), ExportError> {
    match span.from.as_seconds() < table.definition().created.as_seconds() {
        true => Err(ExportError::FromBeforeTable(span.from)),
        false => Ok(()),
    }
}

fn check_span(span: &Span, course: &Course, now: Timestamp) -> Result<(), ApiError> {
    let length_ms = span.to.as_millis().saturating_sub(span.from.as_millis());
    if length_ms < SPAN_MS.0 {
        return Err(ExportError::ShortSpan.into());
    }
    if span.to > now {
        return Err(ExportError::ToInFuture(span.to).into());
    }
    if length_ms > SPAN_MS.1 {
        return Err(ExportError::LongSpan.into());
    }
    Ok(course.check_since(span.from, now)?)
}

/// What an export of the items of a table comes to.
fn export_items(
    told: &ExportDescription,
    table: &Table,
    selection: &Selection,
    context: &Context<'_>,
) -> Result<ExportWork, ApiError> {
    let export = formats::Export {
        billed_bytes: table.size_bytes(),
        ..layout(told, context)
    };
    let files = export.files(selection.items(table, context)?);
    Ok(work(&export, files))
}

/// What an export of the changes of a table comes to.
fn export_changes(told: &ExportDescription, course: &Course, span: Span, context: &Context<'_>) -> ExportWork {
    let mut changes = course.changes(span.from, span.to);
    if span.view != BOTH_IMAGES {
        changes.iter_mut().for_each(|change| change.old = None);
    }
    let images = changes.iter().flat_map(|change| change.old.iter().chain(&change.new));
    let bytes: usize = images.map(Item::size_bytes).sum();
    let export = formats::Export {
        billed_bytes: INCREMENTAL_BYTES_MIN.max(bytes as u64),
        span: Some(span),
        ..layout(told, context)
    };
    let files = export.files(changes);
    work(&export, files)
}

/// How the files of an export are laid out.
fn layout(told: &ExportDescription, context: &Context<'_>) -> formats::Export {
    let start = context.now();
    let arn = told.export_arn.clone().unwrap_or_default();
    formats::Export {
        id: arn.rsplit('/').next().unwrap_or_default().into(),
        arn,
        table_arn: told.table_arn.clone().unwrap_or_default(),
        table_id: told.table_id.clone(),
        start,
        end: start.plus_millis(Work::Export.length_ms(context.settings().pace)),
        moment: told.export_time.unwrap_or(start),
        bucket: told.s3_bucket.clone(),
        prefix: told.s3_prefix.clone(),
        sse_algorithm: told.s3_sse_algorithm.clone(),
        sse_key: told.s3_sse_kms_key_id.clone(),
        format: told
            .export_format
            .as_deref()
            .and_then(Format::from_word)
            .unwrap_or_default(),
        ..formats::Export::default()
    }
}

fn work(export: &formats::Export, (files, items): (Vec<ExportFile>, u64)) -> ExportWork {
    let wire = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    ExportWork {
        at: export.end,
        files: files.into_iter().map(|file| (file.key, file.bytes.into())).collect(),
        items: wire(items),
        billed_bytes: wire(export.billed_bytes),
        manifest: export.manifest_key(),
    }
}
