//! Constraints of the structures that several operations on tables share, each a line or two of an operation's list.
//!
//! Order and words: observed-tables.md §2, observed-validation.md §9 and §19. After these hold, a required member is there and a word is one
//! of its enumeration.

use std::fmt::Display;

use crate::engine::names::NAME_LENGTH;
use crate::engine::violations::{TABLE_NAME, Violations, sets};
use crate::model::json::Text;
use crate::model::wire::{
    AttributeDefinition, GlobalSecondaryIndexArg, KeySchemaElement, LocalSecondaryIndexArg, ProjectionShape,
    ProvisionedThroughputArg, SearchSchemaElement, SseSpecification, StreamSpecification, VectorIndexArg,
};

/// The most attributes in the key of a table or a local index.
const KEY_ATTRIBUTES_MAX: usize = 2;

/// The most attributes in the key of a global index.
const GLOBAL_KEY_ATTRIBUTES_MAX: usize = 8;

/// The longest name of a key attribute, and of one that an index includes.
const ATTRIBUTE_NAME_MAX: usize = 255;

/// The most names that one index can include.
const INCLUDED_MAX: usize = 20;

pub(super) fn state_billing_mode(violations: &mut Violations, mode: Option<&Text>) {
    violations.echoed("billingMode", mode).one_of(sets::BILLING_MODE);
}

pub(super) fn state_settings_mode(violations: &mut Violations, mode: Option<&Text>) {
    violations
        .echoed("globalTableSettingsReplicationMode", mode)
        .one_of(sets::SETTINGS_REPLICATION_MODE);
}

pub(super) fn state_throughput(
    violations: &mut Violations,
    path: impl Display,
    throughput: Option<&ProvisionedThroughputArg>,
) {
    let Some(throughput) = throughput else { return };
    let (write, read) = (&throughput.write_capacity_units, &throughput.read_capacity_units);
    violations
        .echoed(format_args!("{path}.writeCapacityUnits"), write.as_ref())
        .required()
        .at_least(1);
    violations
        .echoed(format_args!("{path}.readCapacityUnits"), read.as_ref())
        .required()
        .at_least(1);
}

/// The name of an attribute in the structure at a path.
fn state_attribute_name(violations: &mut Violations, path: impl Display, name: Option<&Text>) {
    violations
        .echoed(format_args!("{path}.attributeName"), name)
        .required()
        .length_at_least(1)
        .length_at_most(ATTRIBUTE_NAME_MAX);
}

/// The key of a table or index at a path. A key that is too long is reported without the path to its index.
fn state_key(violations: &mut Violations, path: impl Display, key: Option<&Vec<KeySchemaElement>>, most: usize) {
    violations.echoed(&path, key).required().length_at_least(1);
    violations.echoed("keySchema", key).length_at_most(most);
    for (position, element) in (1..).zip(key.into_iter().flatten()) {
        let path = format_args!("{path}.{position}.member");
        state_attribute_name(violations, path, element.attribute_name.as_ref());
        violations
            .echoed(format_args!("{path}.keyType"), element.key_type.as_ref())
            .required()
            .one_of(sets::KEY_TYPE);
    }
}

pub(super) fn state_table_key(violations: &mut Violations, key: Option<&Vec<KeySchemaElement>>) {
    state_key(violations, "keySchema", key, KEY_ATTRIBUTES_MAX);
}

pub(super) fn state_definitions(violations: &mut Violations, definitions: Option<&Vec<AttributeDefinition>>) {
    for (position, definition) in (1..).zip(definitions.into_iter().flatten()) {
        let path = format_args!("attributeDefinitions.{position}.member");
        violations
            .echoed(format_args!("{path}.attributeType"), definition.attribute_type.as_ref())
            .required()
            .one_of(sets::ATTRIBUTE_TYPE);
        state_attribute_name(violations, path, definition.attribute_name.as_ref());
    }
}

pub(super) fn state_required_definitions(violations: &mut Violations, definitions: Option<&Vec<AttributeDefinition>>) {
    violations.echoed("attributeDefinitions", definitions).required();
    state_definitions(violations, definitions);
}

fn state_projection(violations: &mut Violations, path: impl Display, projection: Option<&ProjectionShape>) {
    violations.echoed(&path, projection).required();
    let Some(projection) = projection else { return };
    violations
        .echoed(
            format_args!("{path}.projectionType"),
            projection.projection_type.as_ref(),
        )
        .one_of(sets::PROJECTION_TYPE);
    violations
        .echoed(
            format_args!("{path}.nonKeyAttributes"),
            projection.non_key_attributes.as_ref(),
        )
        .length_at_least(1)
        .length_at_most(INCLUDED_MAX);
    for (position, name) in (1..).zip(projection.non_key_attributes.iter().flatten()) {
        violations
            .echoed(format_args!("{path}.nonKeyAttributes.{position}.member"), Some(name))
            .length_at_least(1)
            .length_at_most(ATTRIBUTE_NAME_MAX);
    }
}

/// The name of an index. What an empty one breaks is listed the other way round.
pub(super) fn state_index_name(violations: &mut Violations, path: impl Display, name: Option<&Text>) {
    let path = format_args!("{path}.indexName").to_string();
    let member = violations.echoed(path, name).required();
    if name.is_some_and(|name| name.is_empty()) {
        member.length_at_least(NAME_LENGTH.0).pattern(&TABLE_NAME);
    } else {
        member.name();
    }
}

pub(super) fn state_global_index(violations: &mut Violations, path: impl Display, index: &GlobalSecondaryIndexArg) {
    let key = index.key_schema.as_ref();
    state_key(
        violations,
        format_args!("{path}.keySchema"),
        key,
        GLOBAL_KEY_ATTRIBUTES_MAX,
    );
    state_projection(violations, format_args!("{path}.projection"), index.projection.as_ref());
    state_index_name(violations, &path, index.index_name.as_ref());
    let throughput = index.provisioned_throughput.as_ref();
    state_throughput(violations, format_args!("{path}.provisionedThroughput"), throughput);
}

/// A global index of a restore, whose members are listed in another order, that of local ones.
pub(super) fn state_named_global_index(
    violations: &mut Violations,
    path: impl Display,
    index: &GlobalSecondaryIndexArg,
) {
    state_index_name(violations, &path, index.index_name.as_ref());
    let key = index.key_schema.as_ref();
    state_key(
        violations,
        format_args!("{path}.keySchema"),
        key,
        GLOBAL_KEY_ATTRIBUTES_MAX,
    );
    state_projection(violations, format_args!("{path}.projection"), index.projection.as_ref());
    let throughput = index.provisioned_throughput.as_ref();
    state_throughput(violations, format_args!("{path}.provisionedThroughput"), throughput);
}

pub(super) fn state_local_index(violations: &mut Violations, path: impl Display, index: &LocalSecondaryIndexArg) {
    state_index_name(violations, &path, index.index_name.as_ref());
    let key = index.key_schema.as_ref();
    state_key(violations, format_args!("{path}.keySchema"), key, KEY_ATTRIBUTES_MAX);
    state_projection(violations, format_args!("{path}.projection"), index.projection.as_ref());
}

pub(super) fn state_vector_index(violations: &mut Violations, path: impl Display, index: &VectorIndexArg) {
    state_index_name(violations, &path, index.index_name.as_ref());
    let attribute = index.vector_attribute.as_ref();
    violations
        .echoed(format_args!("{path}.vectorAttribute"), attribute)
        .required();
    if let Some(attribute) = attribute {
        let path = format_args!("{path}.vectorAttribute");
        state_attribute_name(violations, path, attribute.attribute_name.as_ref());
    }
    state_search_schema(
        violations,
        format_args!("{path}.searchSchema"),
        index.search_schema.as_ref(),
    );
    state_projection(violations, format_args!("{path}.projection"), index.projection.as_ref());
    violations
        .echoed(format_args!("{path}.dimensions"), index.dimensions.as_ref())
        .required()
        .at_least(1);
    violations
        .echoed(
            format_args!("{path}.distanceFunction"),
            index.distance_function.as_ref(),
        )
        .required()
        .one_of(sets::DISTANCE_FUNCTION);
}

fn state_search_schema(violations: &mut Violations, path: impl Display, schema: Option<&Vec<SearchSchemaElement>>) {
    violations.echoed(&path, schema).length_at_least(1);
    for (position, element) in (1..).zip(schema.into_iter().flatten()) {
        let path = format_args!("{path}.{position}.member");
        state_attribute_name(violations, path, element.attribute_name.as_ref());
        violations
            .echoed(
                format_args!("{path}.searchSchemaElementType"),
                element.search_schema_element_type.as_ref(),
            )
            .required()
            .one_of(sets::SEARCH_SCHEMA_ELEMENT_TYPE);
    }
}

pub(super) fn state_stream(violations: &mut Violations, stream: Option<&StreamSpecification>) {
    let Some(stream) = stream else { return };
    violations
        .echoed("streamSpecification.streamEnabled", stream.stream_enabled.as_ref())
        .required();
    violations
        .echoed("streamSpecification.streamViewType", stream.stream_view_type.as_ref())
        .one_of(sets::STREAM_VIEW_TYPE);
}

pub(super) fn state_encryption(violations: &mut Violations, path: impl Display, encryption: Option<&SseSpecification>) {
    let Some(encryption) = encryption else { return };
    violations
        .echoed(format_args!("{path}.sSEType"), encryption.sse_type.as_ref())
        .one_of(sets::SSE_TYPE);
    violations
        .echoed(
            format_args!("{path}.kMSMasterKeyId"),
            encryption.kms_master_key_id.as_ref(),
        )
        .length_at_least(1);
}
