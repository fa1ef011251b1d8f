//! ImportTable: makes a table of what lies in a bucket.
//!
//! Order: the constraints of all members; options that the format has not; what CreateTable checks of a table; the token of an import under way;
//! whether the name is free, and the account's limits. The bucket is looked for when the import has begun.

use std::fmt;
use std::sync::Arc;

use super::arn::Kind;
use super::constraints::{state_bucket, state_owner, state_prefix, state_token};
use super::new_id;
use super::reading::{Input, read};
use crate::engine::context::{Context, Execute};
use crate::engine::names::{NAME_LENGTH, partition_of};
use crate::engine::tables::{Work, check_creation, define, state_creation};
use crate::engine::violations::{Pattern, TABLE_NAME, Violations, sets};
use crate::engine::wording::INVALID_REQUEST;
use crate::model::formats::{Budget, Compression, Format};
use crate::model::json::Text;
use crate::model::wire::{
    CreateTableRequest, CsvOptions, ImportTableDescription, ImportTableDescriptionReply, ImportTableRequest,
    InputFormatOptions, S3BucketSource, TableCreationParameters,
};
use crate::model::{ApiError, ErrorKind};
use crate::store::{Change, Import, ImportWork, Source, TableDefinition, TransferChange, Transfers, objects_of_prefix};

/// The most imports under way.
const UNDER_WAY_MAX: usize = 50;

/// The most columns that are named.
const COLUMNS_MAX: usize = 255;

/// The longest name of a column.
const COLUMN_LENGTH_MAX: usize = 65_536;

const DELIMITER: Pattern = Pattern::new(r"[,;:\|\t ]", |text| matches!(text, "," | ";" | ":" | "|" | "\t" | " "));

const COLUMN: Pattern = Pattern::new(r"[\x20-\x21\x23-\x2B\x2D-\x7E]*", |text| {
    text.bytes()
        .all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x2B | 0x2D..=0x7E))
});

/// What is wrong with an import that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ImportError {
    UnusedOptions(Text),
    Conflict,
    TooMany,
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnusedOptions(format) => write!(
                f,
                "{INVALID_REQUEST}Unsupported InputFormatOptions for the given input format: {format}."
            ),
            Self::Conflict => f.write_str("Import conflict: Duplicate request detected with conflicting parameters"),
            Self::TooMany => write!(
                f,
                "Subscriber limit exceeded: Only {UNDER_WAY_MAX} imports can be done simultaneously"
            ),
        }
    }
}

impl From<ImportError> for ApiError {
    fn from(error: ImportError) -> Self {
        let kind = match error {
            ImportError::UnusedOptions(_) => ErrorKind::Validation,
            ImportError::Conflict => ErrorKind::ImportConflict,
            ImportError::TooMany => ErrorKind::LimitExceeded,
        };
        Self::new(kind, error)
    }
}

/// What a request asks for, once its members are there.
struct Wanted {
    bucket: Text,
    prefix: Text,
    input: Input,
    compression: Compression,
    definition: TableDefinition,
}

impl Execute for ImportTableRequest {
    type Reply = ImportTableDescriptionReply;

    fn execute(self, context: &Context<'_>) -> Result<ImportTableDescriptionReply, ApiError> {
        self.check_constraints()?;
        let wanted = self.wanted(context)?;
        if let Some(told) = context.read(|database| self.repeated(database.transfers(), &wanted))? {
            return Ok(answer(told));
        }
        let check = |database: &crate::store::Database| {
            check_creation(database, &wanted.definition, &context.caller().region)?;
            match database.transfers().imports_under_way().count() {
                count if count >= UNDER_WAY_MAX => Err(ApiError::from(ImportError::TooMany)),
                _ => Ok(()),
            }
        };
        context.read(check)?;
        let told = self.describe(&wanted, context);
        let import = Arc::new(Import {
            told: told.clone(),
            work: Some(work(&wanted, context)),
        });
        context.write(|transaction| {
            if let Some(known) = self.repeated(transaction.database().transfers(), &wanted)? {
                return Ok(answer(known));
            }
            check(transaction.database())?;
            transaction.commit(Change::Transfer(TransferChange::BeginImport(import)));
            transaction.advance_transfers(context.now());
            Ok(answer(told))
        })
    }
}

fn answer(import_table_description: ImportTableDescription) -> ImportTableDescriptionReply {
    ImportTableDescriptionReply {
        import_table_description: import_table_description.into(),
    }
}

impl ImportTableRequest {
    fn check_constraints(&self) -> Result<(), ApiError> {
        let mut violations = Violations::default();
        state_source(&mut violations, self.s3_bucket_source.as_ref());
        state_token(&mut violations, self.client_token.as_ref());
        violations
            .echoed("inputFormat", self.input_format.as_ref())
            .required()
            .one_of(sets::INPUT_FORMAT);
        violations
            .echoed("inputCompressionType", self.input_compression_type.as_ref())
            .one_of(Compression::WORDS);
        if let Some(csv) = self.csv() {
            state_csv(&mut violations, csv);
        }
        let table = self.table_creation_parameters.as_ref();
        violations.echoed("tableCreationParameters", table).required();
        if let Some(table) = table {
            state_table(&mut violations, table);
        }
        violations.refuse()
    }

    fn csv(&self) -> Option<&CsvOptions> {
        self.input_format_options.as_ref()?.csv.as_ref()
    }

    fn wanted(&self, context: &Context<'_>) -> Result<Wanted, ApiError> {
        let format = self.input_format.as_deref().unwrap_or_default();
        let input = match (Format::from_word(format), &self.input_format_options) {
            (Some(_), Some(InputFormatOptions { csv: Some(_) })) => {
                return Err(ImportError::UnusedOptions(format.into()).into());
            }
            (Some(format), _) => Input::Records(format),
            (None, _) => Input::Csv {
                delimiter: self
                    .csv()
                    .and_then(|csv| csv.delimiter.as_ref()?.chars().next())
                    .unwrap_or(','),
                header: self.csv().and_then(|csv| csv.header_list.clone()),
            },
        };
        let compression = self.input_compression_type.as_deref();
        let source = self.s3_bucket_source.clone().unwrap_or_default();
        Ok(Wanted {
            bucket: source.s3_bucket.unwrap_or_default(),
            prefix: source.s3_key_prefix.unwrap_or_default(),
            input,
            compression: compression.and_then(Compression::from_word).unwrap_or_default(),
            definition: self.definition(context)?,
        })
    }

    /// The table that the import makes, as it will be when its time has come.
    fn definition(&self, context: &Context<'_>) -> Result<TableDefinition, ApiError> {
        let creation = creation_of(self.table_creation_parameters.clone().unwrap_or_default());
        let name = creation.table_name.clone().unwrap_or_default();
        let mut definition = define(&creation, &name, context)?;
        let begins_after_ms = Work::ReadImport.length_ms(context.settings().pace);
        definition.id = context.world().uuid().into();
        definition.created = definition.created.plus_millis(begins_after_ms);
        for transition in &mut definition.pending {
            transition.at = transition.at.plus_millis(begins_after_ms);
        }
        Ok(definition)
    }

    /// What is told of the import under way that was asked for with the same token. Which objects are wanted is not compared.
    fn repeated(&self, transfers: &Transfers, wanted: &Wanted) -> Result<Option<ImportTableDescription>, ImportError> {
        let Some(token) = &self.client_token else {
            return Ok(None);
        };
        let mut under_way = transfers.imports_under_way().map(|(import, _)| &import.told);
        let Some(known) = under_way.find(|told| told.client_token.as_ref() == Some(token)) else {
            return Ok(None);
        };
        match known.table_arn.as_ref() == Some(&wanted.definition.arn) {
            true => Ok(Some(known.clone())),
            false => Err(ImportError::Conflict),
        }
    }

    /// The import as it is told while it is under way.
    fn describe(&self, wanted: &Wanted, context: &Context<'_>) -> ImportTableDescription {
        let (now, caller) = (context.now(), context.caller());
        let table_arn = &wanted.definition.arn;
        let (region, account) = (&caller.region, &caller.account);
        let partition = partition_of(region);
        ImportTableDescription {
            import_arn: Some(Kind::Import.arn(table_arn, &new_id(context, now))),
            import_status: Some(Text::new_static("IN_PROGRESS")),
            table_arn: Some(table_arn.clone()),
            table_id: Some(wanted.definition.id.clone()),
            client_token: Some(match &self.client_token {
                Some(token) => token.clone(),
                None => context.world().uuid().into(),
            }),
            s3_bucket_source: self.s3_bucket_source.clone().map(|source| S3BucketSource {
                s3_bucket_owner: source.s3_bucket_owner.or_else(|| Some(account.clone())),
                ..source
            }),
            cloud_watch_log_group_arn: Some(
                format!("arn:{partition}:logs:{region}:{account}:log-group:/aws-dynamodb/imports:*").into(),
            ),
            input_format: self.input_format.clone(),
            input_format_options: self.input_format_options.clone(),
            input_compression_type: Some(Text::new_static(wanted.compression.word())),
            table_creation_parameters: self.table_creation_parameters.clone(),
            start_time: Some(now),
            ..ImportTableDescription::default()
        }
    }
}

fn state_source(violations: &mut Violations, source: Option<&S3BucketSource>) {
    violations.echoed("s3BucketSource", source).required();
    let Some(source) = source else { return };
    state_bucket(violations, "s3BucketSource.s3Bucket", source.s3_bucket.as_ref());
    state_owner(
        violations,
        "s3BucketSource.s3BucketOwner",
        source.s3_bucket_owner.as_ref(),
    );
    state_prefix(violations, "s3BucketSource.s3KeyPrefix", source.s3_key_prefix.as_ref());
}

fn state_csv(violations: &mut Violations, csv: &CsvOptions) {
    violations
        .echoed("inputFormatOptions.csv.delimiter", csv.delimiter.as_ref())
        .pattern(&DELIMITER)
        .length_at_least(1)
        .length_at_most(1);
    violations
        .echoed("inputFormatOptions.csv.headerList", csv.header_list.as_ref())
        .length_at_least(1)
        .length_at_most(COLUMNS_MAX);
    for (position, name) in (1..).zip(csv.header_list.iter().flatten()) {
        let path = format_args!("inputFormatOptions.csv.headerList.{position}.member").to_string();
        violations
            .echoed(path, Some(name))
            .length_at_least(1)
            .length_at_most(COLUMN_LENGTH_MAX)
            .pattern(&COLUMN);
    }
}

fn state_table(violations: &mut Violations, table: &TableCreationParameters) {
    let (least, most) = NAME_LENGTH;
    violations.within("tableCreationParameters.", |violations| {
        violations
            .echoed("tableName", table.table_name.as_ref())
            .required()
            .pattern(&TABLE_NAME)
            .length_at_least(least)
            .length_at_most(most);
        state_creation(violations, &creation_of(table.clone()));
    });
}

/// The request that would make the table of an import.
fn creation_of(table: TableCreationParameters) -> CreateTableRequest {
    CreateTableRequest {
        table_name: table.table_name,
        attribute_definitions: table.attribute_definitions,
        key_schema: table.key_schema,
        billing_mode: table.billing_mode,
        provisioned_throughput: table.provisioned_throughput,
        on_demand_throughput: table.on_demand_throughput,
        sse_specification: table.sse_specification,
        global_secondary_indexes: table.global_secondary_indexes,
        vector_indexes: table.vector_indexes,
        ..CreateTableRequest::default()
    }
}

/// What an import comes to.
fn work(wanted: &Wanted, context: &Context<'_>) -> ImportWork {
    let (now, pace) = (context.now(), context.settings().pace);
    let after = |work: Work| now.plus_millis(work.length_ms(pace));
    let objects = context.read(|database| {
        let objects = database.buckets().get(&wanted.bucket)?;
        let found = objects_of_prefix(objects, &wanted.prefix);
        Some(found.map(|(key, bytes)| (key.clone(), Arc::clone(bytes))).collect())
    });
    let Some(objects) = objects else {
        return ImportWork {
            creates_at: after(Work::MissBucket),
            ends_at: after(Work::MissBucket),
            is_table_made: false,
            source: Source::NoBucket,
        };
    };
    let active_at = wanted.definition.due().unwrap_or(now);
    let read = read(
        wanted.definition.clone(),
        &wanted.input,
        wanted.compression,
        objects,
        Budget::default(),
    );
    ImportWork {
        creates_at: after(Work::ReadImport),
        ends_at: active_at.plus_millis(Work::EndImport.length_ms(pace)),
        is_table_made: false,
        source: Source::Read(Arc::new(read)),
    }
}
