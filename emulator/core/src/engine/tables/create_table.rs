//! CreateTable: makes a table with its indexes and settings.
//!
//! Order (observed-tables.md §2, §3): the name alone; the source in another account, with which nothing else is needed; the constraints of all
//! members; billing and throughput; definitions; the table's key; the indexes; how settings are shared; stream, class, encryption, warm
//! throughput and ceilings, tags, policy; whether the name is free; the account's limits.

use std::fmt;
use std::sync::Arc;

use super::class;
use super::constraints::{
    state_billing_mode, state_encryption, state_global_index, state_local_index, state_required_definitions,
    state_settings_mode, state_stream, state_table_key, state_throughput, state_vector_index,
};
use super::description::describe;
use super::encryption::Wish;
use super::indexes::{self, GLOBAL_MAX, IndexError, LOCAL_MAX};
use super::pace::Work;
use super::policies::{self, Lockout};
use super::replicas::check_settings_mode;
use super::schema::{self, Definitions, Element, SchemaError};
use super::throughput::{self, BillingError, Occasion, Subject};
use super::{definition_units, reserved_units, stream, tags, vectors};
use crate::engine::context::{Context, Execute};
use crate::engine::names::{NameError, table_arn};
use crate::engine::violations::Violations;
use crate::model::json::Text;
use crate::model::wire::{
    CreateTableRequest, GlobalSecondaryIndexArg, LocalSecondaryIndexArg, ProjectionShape, TableDescription,
    TableDescriptionReply, VectorIndexArg,
};
use crate::model::{ApiError, ErrorKind};
use crate::store::{
    BillingMode, Capacity, Ceilings, Database, IndexDefinition, IndexKind, KeySchema, SettingsMode, TableDefinition,
    TableStatus, Units, VectorSpec,
};

/// The most tables of a database: what an account can have at most when its quota was raised.
const TABLES_MAX: usize = 10_000;

/// How long the ARN of a table in another account can be.
const ARN_LENGTH: (usize, usize) = (1, 1_024);

/// Why there is no room for a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CreationError {
    Exists(Text),
    BeingCreated(Text),
    BeingRestored(Text),
    TooManyTables,
}

impl fmt::Display for CreationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists(table) => write!(f, "Table already exists: {table}"),
            Self::BeingCreated(table) => write!(
                f,
                "Attempt to change a resource which is still in use: Table is being created: {table}"
            ),
            Self::BeingRestored(table) => write!(
                f,
                "Attempt to change a resource which is still in use: Table is being used: {table}"
            ),
            Self::TooManyTables => write!(
                f,
                "Subscriber limit exceeded: There is a limit of {TABLES_MAX} tables per subscriber"
            ),
        }
    }
}

impl From<CreationError> for ApiError {
    fn from(error: CreationError) -> Self {
        let kind = match error {
            CreationError::TooManyTables => ErrorKind::LimitExceeded,
            _ => ErrorKind::ResourceInUse,
        };
        Self::new(kind, error)
    }
}

impl Execute for CreateTableRequest {
    type Reply = TableDescriptionReply;

    fn execute(self, context: &Context<'_>) -> Result<TableDescriptionReply, ApiError> {
        let name = check_name(self.table_name.as_ref())?;
        check_source(self.global_table_source_arn.as_ref())?;
        check_constraints(&self)?;
        let mut definition = define(&self, name, context)?;
        let (now, region) = (context.now(), &context.caller().region);
        context.write(|transaction| {
            check_creation(transaction.database(), &definition, region)?;
            definition.id = context.world().uuid().into();
            stream::set_apart(None, &mut definition, transaction.database().streams());
            let table_description = self.answer(describe(&definition, None, now));
            transaction.commit(super::put(definition, now));
            Ok(TableDescriptionReply {
                table_description: table_description.into(),
            })
        })
    }
}

impl CreateTableRequest {
    fn global_indexes(&self) -> &[GlobalSecondaryIndexArg] {
        self.global_secondary_indexes.as_deref().unwrap_or_default()
    }

    fn local_indexes(&self) -> &[LocalSecondaryIndexArg] {
        self.local_secondary_indexes.as_deref().unwrap_or_default()
    }

    fn vector_indexes(&self) -> &[VectorIndexArg] {
        self.vector_indexes.as_deref().unwrap_or_default()
    }

    /// The description as it is answered: warm throughput is told where it was sent.
    fn answer(&self, mut description: TableDescription) -> TableDescription {
        if !throughput::has_figure(self.warm_throughput.as_ref()) {
            description.warm_throughput = None;
        }
        let described = description.global_secondary_indexes.iter_mut().flatten();
        for (index, sent) in described.zip(self.global_indexes()) {
            if !throughput::has_figure(sent.warm_throughput.as_ref()) {
                index.warm_throughput = None;
            }
        }
        description
    }
}

fn check_name(name: Option<&Text>) -> Result<&Text, ApiError> {
    let name = name.ok_or(NameError::Missing)?;
    let mut violations = Violations::default();
    violations.echoed("tableName", Some(name)).name();
    violations.refuse()?;
    Ok(name)
}

/// Refuses to make a replica of a table in another account: there is no other account in which it could be found.
fn check_source(arn: Option<&Text>) -> Result<(), ApiError> {
    let Some(arn) = arn else { return Ok(()) };
    let mut violations = Violations::default();
    let (least, most) = ARN_LENGTH;
    violations
        .echoed("globalTableSourceArn", Some(arn))
        .length_at_least(least)
        .length_at_most(most);
    violations.refuse()?;
    Err(super::not_found(arn))
}

fn check_constraints(request: &CreateTableRequest) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    state_creation(&mut violations, request);
    violations.refuse()
}

/// States the constraints of all members but the name.
pub(crate) fn state_creation(violations: &mut Violations, request: &CreateTableRequest) {
    state_billing_mode(violations, request.billing_mode.as_ref());
    state_throughput(
        violations,
        "provisionedThroughput",
        request.provisioned_throughput.as_ref(),
    );
    state_table_key(violations, request.key_schema.as_ref());
    state_required_definitions(violations, request.attribute_definitions.as_ref());
    for (position, index) in (1..).zip(request.global_indexes()) {
        let path = format_args!("globalSecondaryIndexes.{position}.member").to_string();
        state_global_index(violations, path, index);
    }
    for (position, index) in (1..).zip(request.local_indexes()) {
        let path = format_args!("localSecondaryIndexes.{position}.member").to_string();
        state_local_index(violations, path, index);
    }
    for (position, index) in (1..).zip(request.vector_indexes()) {
        let path = format_args!("vectorIndexes.{position}.member").to_string();
        state_vector_index(violations, path, index);
    }
    state_stream(violations, request.stream_specification.as_ref());
    state_encryption(violations, "sSESpecification", request.sse_specification.as_ref());
    state_settings_mode(violations, request.global_table_settings_replication_mode.as_ref());
}

/// The table that a request describes, all checks made that need no other table.
///
/// # Errors
/// The first of these that fails.
pub(crate) fn define(
    request: &CreateTableRequest,
    name: &Text,
    context: &Context<'_>,
) -> Result<TableDefinition, ApiError> {
    let (now, caller) = (context.now(), context.caller());
    let (mode, capacity) = define_capacity(request)?;
    let definitions = Definitions::new(request.attribute_definitions.as_deref().unwrap_or_default())?;
    let key = schema::elements(request.key_schema.as_ref());
    schema::check_table_key_is_defined(&key, &definitions)?;
    schema::check_simple_key(&key)?;
    let keys = schema::key_schema(&key, &definitions);
    let indexes = define_indexes(request, &key, &definitions, mode)?;
    if let Some(mode) = &request.global_table_settings_replication_mode {
        check_settings_mode(mode)?;
    }

    let mut table = TableDefinition::new(name.clone(), Text::default(), table_arn(caller, name), keys, now);
    table.billing.mode = mode;
    table.capacity = capacity;
    table.indexes = Arc::new(indexes);
    if let Some(view) = stream::initial(request.stream_specification.as_ref())? {
        stream::switch(
            &mut table.stream,
            Some(view),
            name,
            now,
            context.settings().streams.shards,
        )?;
    }
    table.class.class = class::wish(request.table_class.as_ref())?;
    if let Some(specification) = &request.sse_specification {
        table.encryption.key_arn = Wish::of(specification)?.key_arn(caller);
    }
    table.protection.is_on = request.deletion_protection_enabled.unwrap_or_default();
    set_limits(request, &mut table, &caller.region)?;
    table.tags.list = tags::read(request.tags.as_deref().unwrap_or_default())?;
    tags::check_size(&table.tags.list)?;
    if let Some(text) = &request.resource_policy {
        let policy = policies::accepted(text, &table.arn, Lockout::Refused, caller)?;
        table.policy = table.policy.replaced(Some(policy), now);
    }

    let mode = request.global_table_settings_replication_mode.as_deref();
    table.settings_mode = mode.and_then(SettingsMode::from_word);

    let work = if request.global_indexes().is_empty() && request.vector_indexes().is_empty() {
        Work::Create
    } else {
        Work::CreateWithIndexes
    };
    super::schedule_creation(&mut table, work, context);
    Ok(table)
}

fn define_capacity(request: &CreateTableRequest) -> Result<(BillingMode, Capacity), ApiError> {
    let mode = request.billing_mode.as_deref().and_then(BillingMode::from_word);
    let units = throughput::units(request.provisioned_throughput.as_ref());
    throughput::check_mode(mode, units, Occasion::Create)?;
    match (mode.unwrap_or(BillingMode::Provisioned), units) {
        (BillingMode::Provisioned, None) => Err(BillingError::NotProvisioned.into()),
        (mode, units) => Ok((mode, capacity_of(mode, units.unwrap_or_default()))),
    }
}

fn capacity_of(mode: BillingMode, units: Units) -> Capacity {
    match mode {
        BillingMode::Provisioned => Capacity::provisioned(units),
        BillingMode::PayPerRequest => Capacity::on_demand(),
    }
}

/// The indexes, local before global before those of vectors. Their checks come in stages, each over all indexes.
fn define_indexes(
    request: &CreateTableRequest,
    table_key: &[Element],
    definitions: &Definitions,
    mode: BillingMode,
) -> Result<Vec<IndexDefinition>, ApiError> {
    indexes::check_not_empty(request.local_secondary_indexes.as_ref(), "LocalSecondaryIndexes")?;
    indexes::check_not_empty(request.global_secondary_indexes.as_ref(), "GlobalSecondaryIndexes")?;
    indexes::check_not_empty(request.vector_indexes.as_ref(), "VectorIndexes")?;
    let drafts = Draft::all(request);
    for draft in &drafts {
        schema::check_index_key_is_defined(&draft.key, definitions)?;
    }
    let specs = read_vectors(request.vector_indexes(), definitions, mode)?;
    let keys: Vec<Vec<Element>> = drafts
        .iter()
        .map(|draft| draft.key.clone())
        .chain(specs.iter().map(schema::searched))
        .collect();
    schema::check_all_used(table_key, &keys, definitions)?;
    for draft in &drafts {
        draft.check_key(table_key)?;
    }
    let read = |shape: Option<&ProjectionShape>| indexes::projection(shape);
    let projections = drafts
        .iter()
        .map(|draft| read(draft.projection))
        .collect::<Result<Vec<_>, _>>()?;
    let of_vectors = request
        .vector_indexes()
        .iter()
        .map(|index| read(index.projection.as_ref()));
    let of_vectors = of_vectors.collect::<Result<Vec<_>, _>>()?;
    let counts = projections
        .iter()
        .map(|projection| indexes::included_count(projection, None));
    let of_specs = of_vectors.iter().zip(&specs);
    let of_specs = of_specs.map(|(projection, spec)| indexes::included_count(projection, Some(spec)));
    indexes::check_included_total(counts.chain(of_specs))?;
    let vector_names = request
        .vector_indexes()
        .iter()
        .filter_map(|index| index.index_name.as_ref());
    indexes::check_names(drafts.iter().map(|draft| &draft.name).chain(vector_names.clone()))?;
    check_counts(&drafts)?;
    let define = |(draft, projection): (&Draft<'_>, _)| {
        let keys = schema::key_schema(&draft.key, definitions);
        draft.define(keys, projection, mode)
    };
    let mut all = drafts
        .iter()
        .zip(projections)
        .map(define)
        .collect::<Result<Vec<_>, _>>()?;
    let vectors = vector_names.zip(specs).zip(of_vectors);
    all.extend(vectors.map(|((name, spec), projection)| IndexDefinition::of_vectors(name.clone(), spec, projection)));
    Ok(all)
}

/// What the vector indexes have that others have not. Their checks come before it is asked which definitions are used.
fn read_vectors(
    indexes: &[VectorIndexArg],
    definitions: &Definitions,
    mode: BillingMode,
) -> Result<Vec<VectorSpec>, ApiError> {
    if indexes.is_empty() {
        return Ok(Vec::new());
    }
    vectors::check_mode(mode)?;
    let specs = indexes.iter().map(|index| vectors::spec(index, definitions));
    let specs = specs.collect::<Result<Vec<_>, _>>()?;
    vectors::check_count(specs.len())?;
    vectors::check_conflicts(specs.iter(), |name| definitions.find(name).is_some())?;
    Ok(specs)
}

fn check_counts(drafts: &[Draft<'_>]) -> Result<(), IndexError> {
    let count = |kind: IndexKind| drafts.iter().filter(|draft| draft.kind == kind).count();
    if count(IndexKind::Local) > LOCAL_MAX {
        return Err(IndexError::TooManyLocal);
    }
    if count(IndexKind::Global) > GLOBAL_MAX {
        return Err(IndexError::TooManyGlobal);
    }
    Ok(())
}

/// An index of a request whose constraints hold.
struct Draft<'a> {
    name: Text,
    kind: IndexKind,
    key: Vec<Element>,
    projection: Option<&'a ProjectionShape>,
    units: Option<Units>,
}

impl<'a> Draft<'a> {
    /// All indexes of a request, local before global.
    fn all(request: &'a CreateTableRequest) -> Vec<Self> {
        let local = request.local_indexes().iter().map(|index| Self {
            name: index.index_name.clone().unwrap_or_default(),
            kind: IndexKind::Local,
            key: schema::elements(index.key_schema.as_ref()),
            projection: index.projection.as_ref(),
            units: None,
        });
        let global = request.global_indexes().iter().map(|index| Self {
            name: index.index_name.clone().unwrap_or_default(),
            kind: IndexKind::Global,
            key: schema::elements(index.key_schema.as_ref()),
            projection: index.projection.as_ref(),
            units: throughput::units(index.provisioned_throughput.as_ref()),
        });
        local.chain(global).collect()
    }

    fn check_key(&self, table_key: &[Element]) -> Result<(), SchemaError> {
        match self.kind {
            IndexKind::Local if table_key.len() < 2 => Err(SchemaError::NoTableRange),
            IndexKind::Local => schema::check_local_key(&self.name, &self.key, table_key),
            IndexKind::Global => schema::check_global_key(&self.key),
            IndexKind::Vector => unreachable!("a draft is of an index with a key"),
        }
    }

    fn define(
        &self,
        keys: KeySchema,
        projection: crate::store::Projection,
        mode: BillingMode,
    ) -> Result<IndexDefinition, ApiError> {
        let mut index = IndexDefinition::new(self.name.clone(), self.kind, keys, projection);
        if self.kind == IndexKind::Global {
            let units = throughput::check_index_mode(mode, self.units, &self.name, Occasion::Create)?;
            index.capacity = capacity_of(mode, units);
        }
        Ok(index)
    }
}

/// Sets warm throughput and ceilings of the table and its global indexes, and checks their maxima.
fn set_limits(request: &CreateTableRequest, table: &mut TableDefinition, region: &Text) -> Result<(), ApiError> {
    let mode = table.billing.mode;
    let set = |capacity: &mut Capacity, subject: Subject, warm, ceilings| {
        capacity.warm = throughput::initial_warm(capacity, warm, mode, &subject, region)?;
        let none = Ceilings::default();
        capacity.ceilings = throughput::ceilings(none, ceilings, mode, &subject, Occasion::Create, region)?;
        throughput::check_max(capacity.throughput.units, &subject, region)?;
        Ok::<(), ApiError>(())
    };
    let (warm, ceilings) = (request.warm_throughput.as_ref(), request.on_demand_throughput.as_ref());
    set(&mut table.capacity, Subject::Table, warm, ceilings)?;
    let global = Arc::make_mut(&mut table.indexes)
        .iter_mut()
        .filter(|index| index.kind == IndexKind::Global);
    for (index, sent) in global.zip(request.global_indexes()) {
        let (warm, ceilings) = (sent.warm_throughput.as_ref(), sent.on_demand_throughput.as_ref());
        set(&mut index.capacity, Subject::Index(index.name.clone()), warm, ceilings)?;
    }
    Ok(())
}

/// Checks that a table has a place among the others: its name is free, and the account's limits are kept.
///
/// # Errors
/// When it has not.
pub(crate) fn check_creation(database: &Database, definition: &TableDefinition, region: &Text) -> Result<(), ApiError> {
    check_room(database, &definition.name)?;
    throughput::check_account_max(reserved_units(database), definition_units(definition), region)?;
    Ok(())
}

fn check_room(database: &Database, name: &Text) -> Result<(), CreationError> {
    let Some(table) = database.table(name) else {
        return check_count(database);
    };
    match (&table.definition().restored_from, table.definition().status()) {
        (Some(_), _) => Err(CreationError::BeingRestored(name.clone())),
        (None, TableStatus::Creating) => Err(CreationError::BeingCreated(name.clone())),
        _ => Err(CreationError::Exists(name.clone())),
    }
}

/// Checks that there is room for one more table.
pub(super) fn check_count(database: &Database) -> Result<(), CreationError> {
    match database.tables().count() {
        TABLES_MAX.. => Err(CreationError::TooManyTables),
        _ => Ok(()),
    }
}
