//! What a table tells of its group: the replicas in other Regions, never the table's own.

use super::word;
use crate::engine::tables::description::{describe_ceilings, describe_warm};
use crate::model::json::Text;
use crate::model::wire::{
    GlobalTableWitnessDescription, ProvisionedThroughputOverride, ReplicaDescription, ReplicaIndexDescription,
    TableClassSummary, TableDescription,
};
use crate::store::{Ceilings, Consistency, IndexKind, Member, MemberPhase, Membership, Overrides, TableDefinition};

/// The kind of group that there is.
const VERSION: &str = "2019.11.21";

/// Which settings replicas of one account share.
const SETTINGS: &str = "ENABLED_WITH_OVERRIDES";

/// Adds what is told of a table's group. A group that is only being made tells its version and an empty list.
pub(in crate::engine::tables) fn describe_group(description: &mut TableDescription, definition: &TableDefinition) {
    let Some(membership) = &definition.membership else {
        description.global_table_settings_replication_mode = definition.settings_mode.map(|mode| word(mode.word()));
        return;
    };
    let replicas: Vec<ReplicaDescription> = membership
        .peers()
        .filter_map(|member| describe_member(member, definition))
        .collect();
    let is_strong = membership.consistency == Consistency::Strong;
    let mut peers = membership.peers();
    if !replicas.is_empty() || is_strong || peers.any(|member| member.phase == MemberPhase::Hidden) {
        description.global_table_version = Some(word(VERSION));
    }
    if !replicas.is_empty() || is_strong {
        description.global_table_settings_replication_mode = Some(word(SETTINGS));
        description.disassociation_protection_enabled = Some(membership.is_protected);
    }
    description.multi_region_consistency = is_strong.then(|| word(membership.consistency.word()));
    description.global_table_witnesses = describe_witness(membership).map(|witness| vec![witness]);
    description.replicas = Some(replicas);
}

fn describe_witness(membership: &Membership) -> Option<GlobalTableWitnessDescription> {
    let witness = membership.witness.as_ref()?;
    Some(GlobalTableWitnessDescription {
        region_name: Some(witness.region.clone()),
        witness_status: Some(word(witness.phase.word()?)),
    })
}

/// A replica, once it is told. What it has of its group is not repeated, but for its indexes.
fn describe_member(member: &Member, definition: &TableDefinition) -> Option<ReplicaDescription> {
    let overrides = |name: &str| {
        let mut known = member.indexes.iter();
        known.find(|(index, _)| index == name).map(|(_, overrides)| overrides)
    };
    let indexes: Vec<ReplicaIndexDescription> = definition
        .indexes_of(IndexKind::Global)
        .map(|index| ReplicaIndexDescription {
            index_name: Some(index.name.clone()),
            provisioned_throughput_override: overrides(&index.name).and_then(describe_units),
            on_demand_throughput_override: overrides(&index.name)
                .and_then(|overrides| describe_ceilings(ceilings(overrides))),
            warm_throughput: Some(describe_warm(index.capacity.warm, false)),
        })
        .collect();
    Some(ReplicaDescription {
        region_name: Some(member.region.clone()),
        replica_status: Some(word(member.phase.word()?)),
        kms_master_key_id: member.key_id.clone(),
        provisioned_throughput_override: describe_units(&member.overrides),
        on_demand_throughput_override: describe_ceilings(ceilings(&member.overrides)),
        warm_throughput: Some(describe_warm(definition.capacity.warm, false)),
        global_secondary_indexes: (!indexes.is_empty()).then_some(indexes),
        replica_table_class_summary: member.class.map(|class| TableClassSummary {
            table_class: Some(Text::new_static(class.word())),
            last_update_date_time: None,
        }),
        global_table_settings_replication_mode: Some(word(SETTINGS)),
        ..ReplicaDescription::default()
    })
}

fn describe_units(overrides: &Overrides) -> Option<ProvisionedThroughputOverride> {
    overrides.read_units.map(|units| ProvisionedThroughputOverride {
        read_capacity_units: Some(units),
    })
}

fn ceilings(overrides: &Overrides) -> Ceilings {
    Ceilings {
        read: overrides.read_ceiling,
        write: None,
    }
}
