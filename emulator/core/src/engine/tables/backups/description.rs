//! A backup as CreateBackup, DescribeBackup, DeleteBackup and ListBackups describe it.
//!
//! Members and when they are there: control-plane-2026.md §3. Of the table's settings those are told that the backup records.

use crate::engine::tables::description::{
    describe_ceilings, describe_encryption, describe_key, describe_projection, describe_search_schema, describe_stream,
    wire_count,
};
use crate::engine::tables::{time_to_live, word};
use crate::model::json::{Text, Timestamp};
use crate::model::wire::{
    BackupDescription, BackupDetails, BackupSummary, GlobalSecondaryIndexInfo, LocalSecondaryIndexInfo,
    ProvisionedThroughputArg, SourceTableDetails, SourceTableFeatureDetails, VectorAttribute, VectorIndexInfo,
};
use crate::store::{Backup, BackupKind, IndexDefinition, IndexKind, Table, TableDefinition, Units};

/// Describes a backup and the table that it is of, under an ARN by which it was asked for.
pub(super) fn describe(backup: &Backup, arn: Text, now: Timestamp) -> BackupDescription {
    let features = match backup.definition().kind {
        BackupKind::User => describe_features(backup.table().definition()),
        BackupKind::System => SourceTableFeatureDetails::default(),
    };
    BackupDescription {
        backup_details: Some(describe_details(backup, arn, now)),
        source_table_details: Some(describe_table(backup.table())),
        source_table_feature_details: Some(features),
    }
}

/// Describes a backup alone.
pub(super) fn describe_details(backup: &Backup, arn: Text, now: Timestamp) -> BackupDetails {
    let definition = backup.definition();
    BackupDetails {
        backup_arn: Some(arn),
        backup_name: Some(definition.name.clone()),
        backup_size_bytes: Some(wire_count(backup.table().size_bytes())),
        backup_status: Some(status(backup, now)),
        backup_type: Some(word(definition.kind.word())),
        backup_creation_date_time: Some(definition.created),
        backup_expiry_date_time: definition.expires,
    }
}

/// Describes a backup in a list.
pub(super) fn summarise(backup: &Backup, now: Timestamp) -> BackupSummary {
    let (definition, table) = (backup.definition(), backup.table().definition());
    BackupSummary {
        table_name: Some(table.name.clone()),
        table_id: Some(table.id.clone()),
        table_arn: Some(table.arn.clone()),
        backup_arn: Some(backup.arn()),
        backup_name: Some(definition.name.clone()),
        backup_creation_date_time: Some(definition.created),
        backup_expiry_date_time: definition.expires,
        backup_status: Some(status(backup, now)),
        backup_type: Some(word(definition.kind.word())),
        backup_size_bytes: Some(wire_count(backup.table().size_bytes())),
    }
}

fn status(backup: &Backup, now: Timestamp) -> Text {
    word(match backup.definition().available <= now {
        true => "AVAILABLE",
        false => "CREATING",
    })
}

fn describe_table(table: &Table) -> SourceTableDetails {
    let definition = table.definition();
    SourceTableDetails {
        table_name: Some(definition.name.clone()),
        table_id: Some(definition.id.clone()),
        table_arn: Some(definition.arn.clone()),
        table_size_bytes: Some(wire_count(table.size_bytes())),
        key_schema: Some(describe_key(&definition.keys)),
        table_creation_date_time: Some(definition.created),
        provisioned_throughput: Some(describe_units(definition.capacity.throughput.units)),
        on_demand_throughput: describe_ceilings(definition.capacity.ceilings),
        item_count: Some(wire_count(table.item_count())),
        billing_mode: Some(word(definition.billing.mode.word())),
    }
}

fn describe_features(definition: &TableDefinition) -> SourceTableFeatureDetails {
    let expiry = definition.expiry.clone();
    SourceTableFeatureDetails {
        local_secondary_indexes: indexes(definition, IndexKind::Local, describe_local),
        global_secondary_indexes: indexes(definition, IndexKind::Global, describe_global),
        stream_description: describe_stream(definition),
        time_to_live_description: expiry.attribute.is_some().then(|| time_to_live::describe(expiry)),
        sse_description: describe_encryption(definition),
        vector_indexes: indexes(definition, IndexKind::Vector, describe_vector),
    }
}

/// The indexes of a kind; absent if there are none.
fn indexes<T>(definition: &TableDefinition, kind: IndexKind, describe: fn(&IndexDefinition) -> T) -> Option<Vec<T>> {
    let described: Vec<T> = definition.indexes_of(kind).map(describe).collect();
    (!described.is_empty()).then_some(described)
}

fn describe_local(index: &IndexDefinition) -> LocalSecondaryIndexInfo {
    LocalSecondaryIndexInfo {
        index_name: Some(index.name.clone()),
        key_schema: Some(describe_key(&index.keys)),
        projection: Some(describe_projection(&index.projection)),
    }
}

fn describe_global(index: &IndexDefinition) -> GlobalSecondaryIndexInfo {
    GlobalSecondaryIndexInfo {
        index_name: Some(index.name.clone()),
        key_schema: Some(describe_key(&index.keys)),
        projection: Some(describe_projection(&index.projection)),
        provisioned_throughput: Some(describe_units(index.capacity.throughput.units)),
        on_demand_throughput: describe_ceilings(index.capacity.ceilings),
    }
}

fn describe_vector(index: &IndexDefinition) -> VectorIndexInfo {
    let spec = index.vector.as_ref();
    VectorIndexInfo {
        index_name: Some(index.name.clone()),
        vector_attribute: spec.map(|spec| VectorAttribute {
            attribute_name: Some(spec.attribute.clone()),
        }),
        search_schema: spec.and_then(describe_search_schema),
        projection: Some(describe_projection(&index.projection)),
        dimensions: spec.map(|spec| wire_count(spec.dimensions as u64)),
        distance_function: spec.map(|spec| spec.distance.word().into()),
    }
}

fn describe_units(units: Units) -> ProvisionedThroughputArg {
    ProvisionedThroughputArg {
        read_capacity_units: Some(units.read),
        write_capacity_units: Some(units.write),
    }
}
