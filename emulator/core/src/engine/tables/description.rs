//! A table as CreateTable, DescribeTable, UpdateTable and DeleteTable describe it.
//!
//! From a definition and the counts of its items comes the description that DescribeTable gives; which members are present follows
//! observed-tables.md §5. The other operations take away or replace what they tell otherwise.

use super::replicas::describe_group;
use crate::engine::names::{index_arn, stream_arn};
use crate::model::Name;
use crate::model::json::{Text, Timestamp};
use crate::model::wire::{
    AttributeDefinition, BillingModeSummary, GlobalSecondaryIndexDescription, KeySchemaElement,
    LocalSecondaryIndexDescription, OnDemandThroughput, ProjectionShape, ProvisionedThroughputDescription,
    RestoreSummary, SearchSchemaElement, SseDescription, StreamSpecification, TableClassSummary, TableDescription,
    TableThroughputModeSummary, VectorAttribute, VectorIndexDescription, WarmThroughputDescription,
};
use crate::store::{
    BillingMode, Ceilings, IndexDefinition, IndexKind, IndexStatus, KeySchema, Projection, RestoreOrigin, Step, Table,
    TableDefinition, TableStatus, Throughput, Units, VectorSpec,
};

/// How much a table or index holds.
#[derive(Clone, Copy, Debug, Default)]
struct Content {
    count: u64,
    size_bytes: u64,
}

/// Describes a table as `definition` says, which may be ahead of what the table has. `table` is absent until it exists.
pub(super) fn describe(definition: &TableDefinition, table: Option<&Table>, now: Timestamp) -> TableDescription {
    let definition = &*definition.as_told();
    let status = definition.status();
    let content = table.map_or_else(Content::default, |table| Content {
        count: table.item_count(),
        size_bytes: table.size_bytes(),
    });
    let mut description = TableDescription {
        attribute_definitions: Some(describe_types(definition)),
        table_name: Some(definition.name.clone()),
        key_schema: Some(describe_key(&definition.keys)),
        table_status: Some(status.word().into()),
        creation_date_time: Some(definition.created),
        provisioned_throughput: Some(describe_throughput(&definition.capacity.throughput, now)),
        table_size_bytes: Some(wire_count(content.size_bytes)),
        item_count: Some(wire_count(content.count)),
        table_arn: Some(definition.arn.clone()),
        table_id: Some(definition.id.clone()),
        billing_mode_summary: describe_billing(definition),
        table_throughput_mode_summary: describe_billing(definition).map(|billing| TableThroughputModeSummary {
            table_throughput_mode: billing.billing_mode,
            last_update_to_pay_per_request_date_time: billing.last_update_to_pay_per_request_date_time,
        }),
        local_secondary_indexes: indexes(definition, table, IndexKind::Local, describe_local),
        global_secondary_indexes: indexes(definition, table, IndexKind::Global, |definition, index, content| {
            describe_global(definition, index, content, now)
        }),
        vector_indexes: indexes(definition, table, IndexKind::Vector, describe_vector),
        stream_specification: describe_stream(definition),
        latest_stream_label: definition.stream.latest.as_ref().map(|(label, _)| label.clone()),
        latest_stream_arn: definition
            .stream
            .latest
            .as_ref()
            .map(|(label, _)| stream_arn(&definition.arn, label)),
        sse_description: describe_encryption(definition),
        restore_summary: definition.restored_from.as_ref().map(describe_restore),
        table_class_summary: definition.class.class.map(|class| TableClassSummary {
            table_class: Some(class.word().into()),
            last_update_date_time: definition.class.last_update,
        }),
        deletion_protection_enabled: Some(definition.protection.is_on),
        on_demand_throughput: describe_ceilings(definition.capacity.ceilings),
        warm_throughput: Some(describe_warm(
            definition.capacity.warm,
            status == TableStatus::Creating || definition.steps().any(|step| matches!(step, Step::Warm(_))),
        )),
        ..TableDescription::default()
    };
    describe_group(&mut description, definition);
    description
}

fn describe_types(definition: &TableDefinition) -> Vec<AttributeDefinition> {
    let types = definition.attribute_types();
    let describe = |(name, kind): (&Name, crate::store::ScalarType)| AttributeDefinition {
        attribute_name: Some(name.clone()),
        attribute_type: Some(kind.word().into()),
    };
    types.into_iter().map(describe).collect()
}

/// A key as descriptions tell it.
pub(crate) fn describe_key(keys: &KeySchema) -> Vec<KeySchemaElement> {
    let side = |attributes: &[crate::store::KeyAttribute], kind: &'static str| -> Vec<KeySchemaElement> {
        let describe = |attribute: &crate::store::KeyAttribute| KeySchemaElement {
            attribute_name: Some(attribute.name.clone()),
            key_type: Some(Text::new_static(kind)),
        };
        attributes.iter().map(describe).collect()
    };
    [side(&keys.partition, "HASH"), side(&keys.sort, "RANGE")].concat()
}

pub(super) fn describe_projection(projection: &Projection) -> ProjectionShape {
    let (kind, names) = match projection {
        Projection::All => ("ALL", None),
        Projection::KeysOnly => ("KEYS_ONLY", None),
        Projection::Include(names) => {
            let mut sorted = names.clone();
            sorted.sort();
            ("INCLUDE", Some(sorted))
        }
    };
    ProjectionShape {
        projection_type: Some(Text::new_static(kind)),
        non_key_attributes: names,
    }
}

fn describe_throughput(throughput: &Throughput, now: Timestamp) -> ProvisionedThroughputDescription {
    ProvisionedThroughputDescription {
        last_increase_date_time: throughput.last_increase,
        last_decrease_date_time: throughput.last_decrease,
        number_of_decreases_today: Some(throughput.decreases_on_day_of(now).into()),
        read_capacity_units: Some(throughput.units.read),
        write_capacity_units: Some(throughput.units.write),
    }
}

/// The stream, if it is on.
pub(super) fn describe_stream(definition: &TableDefinition) -> Option<StreamSpecification> {
    definition.stream.view.map(|view| StreamSpecification {
        stream_enabled: Some(true),
        stream_view_type: Some(view.word().into()),
    })
}

fn describe_restore(origin: &RestoreOrigin) -> RestoreSummary {
    RestoreSummary {
        source_backup_arn: origin.backup.as_ref().map(|(_, arn)| arn.clone()),
        source_table_arn: Some(origin.table_arn.clone()),
        restore_date_time: Some(origin.at),
        restore_in_progress: Some(true),
    }
}

/// The billing mode, which is told once a table was on demand; a provisioned one not while the table has replicas.
fn describe_billing(definition: &TableDefinition) -> Option<BillingModeSummary> {
    let billing = definition.billing;
    let was_on_demand = billing.on_demand_since.is_some() && definition.membership.is_none();
    (billing.mode == BillingMode::PayPerRequest || was_on_demand).then(|| BillingModeSummary {
        billing_mode: Some(billing.mode.word().into()),
        last_update_to_pay_per_request_date_time: billing.on_demand_since,
    })
}

/// Encryption by a key in the caller's account. While the key changes that is told alone if there is none yet, or none any more.
pub(super) fn describe_encryption(definition: &TableDefinition) -> Option<SseDescription> {
    let is_updating = definition.steps().any(|step| *step == Step::EndEncryption);
    let key_arn = definition.encryption.key_arn.as_ref();
    let status = if is_updating { "UPDATING" } else { "ENABLED" };
    (is_updating || key_arn.is_some()).then(|| SseDescription {
        status: Some(Text::new_static(status)),
        sse_type: key_arn.map(|_| Text::new_static("KMS")),
        kms_master_key_arn: key_arn.cloned(),
    })
}

pub(super) fn describe_ceilings(ceilings: Ceilings) -> Option<OnDemandThroughput> {
    (ceilings != Ceilings::default()).then_some(OnDemandThroughput {
        max_read_request_units: ceilings.read,
        max_write_request_units: ceilings.write,
    })
}

pub(super) fn describe_warm(warm: Units, is_updating: bool) -> WarmThroughputDescription {
    let status = if is_updating { "UPDATING" } else { "ACTIVE" };
    WarmThroughputDescription {
        read_units_per_second: Some(warm.read),
        write_units_per_second: Some(warm.write),
        status: Some(Text::new_static(status)),
    }
}

/// The indexes of a kind; absent if there are none, or no longer any to speak of.
fn indexes<T>(
    definition: &TableDefinition,
    table: Option<&Table>,
    kind: IndexKind,
    describe: impl Fn(&TableDefinition, &IndexDefinition, Content) -> T,
) -> Option<Vec<T>> {
    if definition.status() == TableStatus::Deleting {
        return None;
    }
    let descriptions: Vec<T> = definition
        .indexes_of(kind)
        .map(|index| describe(definition, index, index_content(table, &index.name)))
        .collect();
    (!descriptions.is_empty()).then_some(descriptions)
}

fn index_content(table: Option<&Table>, name: &str) -> Content {
    let position = |table: &Table| table.definition().indexes.iter().position(|index| index.name == name);
    table
        .and_then(|table| position(table).map(|position| (table, position)))
        .map_or_else(Content::default, |(table, position)| Content {
            count: table.index_count(position),
            size_bytes: table.index_size_bytes(position),
        })
}

fn describe_local(
    definition: &TableDefinition,
    index: &IndexDefinition,
    content: Content,
) -> LocalSecondaryIndexDescription {
    LocalSecondaryIndexDescription {
        index_name: Some(index.name.clone()),
        key_schema: Some(describe_key(&index.keys)),
        projection: Some(describe_projection(&index.projection)),
        index_size_bytes: Some(wire_count(content.size_bytes)),
        item_count: Some(wire_count(content.count)),
        index_arn: Some(index_arn(&definition.arn, &index.name)),
    }
}

fn describe_global(
    definition: &TableDefinition,
    index: &IndexDefinition,
    content: Content,
    now: Timestamp,
) -> GlobalSecondaryIndexDescription {
    let status = status_word(definition, index.status);
    let is_warming = definition
        .steps()
        .any(|step| matches!(step, Step::WarmIndex(name, _) if *name == index.name));
    GlobalSecondaryIndexDescription {
        index_name: Some(index.name.clone()),
        key_schema: Some(describe_key(&index.keys)),
        projection: Some(describe_projection(&index.projection)),
        index_status: definition.restored_from.is_none().then(|| Text::new_static(status)),
        backfilling: backfilling(index.status),
        provisioned_throughput: Some(describe_throughput(&index.capacity.throughput, now)),
        index_size_bytes: Some(wire_count(content.size_bytes)),
        item_count: Some(wire_count(content.count)),
        index_arn: Some(index_arn(&definition.arn, &index.name)),
        on_demand_throughput: describe_ceilings(index.capacity.ceilings),
        warm_throughput: Some(describe_warm(index.capacity.warm, status == "CREATING" || is_warming)),
    }
}

fn describe_vector(definition: &TableDefinition, index: &IndexDefinition, content: Content) -> VectorIndexDescription {
    let spec = index.vector.as_ref();
    VectorIndexDescription {
        index_name: Some(index.name.clone()),
        search_schema: spec.and_then(describe_search_schema),
        projection: Some(describe_projection(&index.projection)),
        vector_attribute: spec.map(|spec| VectorAttribute {
            attribute_name: Some(spec.attribute.clone()),
        }),
        dimensions: spec.map(|spec| wire_count(spec.dimensions as u64)),
        distance_function: spec.map(|spec| spec.distance.word().into()),
        index_status: Some(Text::new_static(status_word(definition, index.status))),
        backfilling: backfilling(index.status),
        index_size_bytes: Some(wire_count(content.size_bytes)),
        item_count: Some(wire_count(content.count)),
        index_arn: Some(index_arn(&definition.arn, &index.name)),
    }
}

pub(super) fn describe_search_schema(spec: &VectorSpec) -> Option<Vec<SearchSchemaElement>> {
    let elements = spec.schema.iter().map(|element| SearchSchemaElement {
        attribute_name: Some(element.attribute.name.clone()),
        search_schema_element_type: Some(element.role.word().into()),
    });
    (!spec.schema.is_empty()).then(|| elements.collect())
}

/// The status of an index; one that is made together with its table is there when the table is.
pub(super) fn status_word(definition: &TableDefinition, status: IndexStatus) -> &'static str {
    match status {
        _ if definition.status() == TableStatus::Creating => "CREATING",
        IndexStatus::Allocating | IndexStatus::Backfilling => "CREATING",
        IndexStatus::Active | IndexStatus::Preparing => "ACTIVE",
        IndexStatus::Updating => "UPDATING",
        IndexStatus::Deleting => "DELETING",
    }
}

fn backfilling(status: IndexStatus) -> Option<bool> {
    match status {
        IndexStatus::Allocating => Some(false),
        IndexStatus::Backfilling => Some(true),
        IndexStatus::Active | IndexStatus::Preparing | IndexStatus::Updating | IndexStatus::Deleting => None,
    }
}

pub(super) fn wire_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
