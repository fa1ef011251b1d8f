//! Throughput of a group that follows the load: what is set and told. Writes are scaled alike in all Regions, reads in each.

use std::fmt;

use smol_str::{SmolStr, format_smolstr};

use super::{edit_membership, word};
use crate::engine::names::partition_of;
use crate::engine::{Caller, WriteScaling};
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{
    AutoScalingPolicyDescription, AutoScalingSettingsDescription, AutoScalingSettingsUpdate, TargetTrackingDescription,
};
use crate::store::{BillingMode, IndexKind, Membership, Scaling, TableDefinition};

/// How writes follow the load that nobody has said anything of, such as those of an index that was added to a provisioned group: the least and the most
/// units, and how many percent are to be used.
const USUAL: (i64, i64, f64) = (1, 10, 70.0);

/// Why a provisioned table has no replicas: of what the writes are scaled by nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine::tables) enum ScalingError {
    Table,
    Index,
}

impl fmt::Display for ScalingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Table => "Table",
            Self::Index => "GSI",
        };
        write!(
            f,
            "{what} write capacity should either be Pay-Per-Request or AutoScaled."
        )
    }
}

impl From<ScalingError> for ApiError {
    fn from(error: ScalingError) -> Self {
        Self::validation(error)
    }
}

/// Reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine::tables) enum Side {
    Read,
    Write,
}

/// A throughput that can follow the load.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine::tables) struct Dimension<'a> {
    pub(in crate::engine::tables) table: &'a str,
    pub(in crate::engine::tables) index: Option<&'a str>,
    pub(in crate::engine::tables) side: Side,
}

impl Dimension<'_> {
    /// The name of the policy where none was given.
    fn policy(self) -> SmolStr {
        let side = match self.side {
            Side::Read => "Read",
            Side::Write => "Write",
        };
        let table = self.table;
        match self.index {
            Some(index) => format_smolstr!("DynamoDB{side}CapacityUtilization:table/{table}/index/{index}"),
            None => format_smolstr!("DynamoDB{side}CapacityUtilization:table/{table}"),
        }
    }
}

/// The role by which the service scales tables where none was given.
fn role_arn(caller: &Caller) -> SmolStr {
    let (partition, account) = (partition_of(&caller.region), &caller.account);
    format_smolstr!(
        "arn:{partition}:iam::{account}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/\
         AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
    )
}

/// How a throughput follows the load from now on; not at all if that is said.
pub(in crate::engine::tables) fn scaled(
    update: &AutoScalingSettingsUpdate,
    dimension: Dimension<'_>,
    caller: &Caller,
) -> Option<Scaling> {
    if update.auto_scaling_disabled == Some(true) {
        return None;
    }
    let policy = update.scaling_policy_update.as_ref()?;
    let target = policy.target_tracking_scaling_policy_configuration.as_ref()?;
    Some(Scaling {
        units_min: update.minimum_units?,
        units_max: update.maximum_units?,
        role_arn: update.auto_scaling_role_arn.clone().unwrap_or_else(|| role_arn(caller)),
        policy: policy.policy_name.clone().unwrap_or_else(|| dimension.policy()),
        target: target.target_value?,
        disables_scale_in: target.disable_scale_in,
        scale_in_cooldown: target.scale_in_cooldown,
        scale_out_cooldown: target.scale_out_cooldown,
    })
}

/// Whether writes that nobody scales are in the way of replicas.
fn must_be_scaled(definition: &TableDefinition, scaling: WriteScaling) -> bool {
    definition.billing.mode == BillingMode::Provisioned && scaling != WriteScaling::Assumed
}

/// Refuses replicas of a table with provisioned writes that nobody scales, unless they are taken to be scaled outside of the engine.
pub(in crate::engine::tables) fn check_scaled(
    definition: &TableDefinition,
    scaling: WriteScaling,
) -> Result<(), ScalingError> {
    match must_be_scaled(definition, scaling) && !is_scaled(definition, None) {
        true => Err(ScalingError::Table),
        false => check_indexes_scaled(definition, scaling),
    }
}

/// Refuses what needs indexes whose writes follow the load: replicas, and another index of a group (control-plane-2026.md §13.5).
pub(in crate::engine::tables) fn check_indexes_scaled(
    definition: &TableDefinition,
    scaling: WriteScaling,
) -> Result<(), ScalingError> {
    let mut global = definition.indexes_of(IndexKind::Global);
    match must_be_scaled(definition, scaling) && !global.all(|index| is_scaled(definition, Some(&index.name))) {
        true => Err(ScalingError::Index),
        false => Ok(()),
    }
}

/// Whether the writes of a group, or of one of its indexes, follow the load.
fn is_scaled(definition: &TableDefinition, index: Option<&str>) -> bool {
    let membership = definition.membership.as_ref();
    membership.is_some_and(|membership| membership.scaled_writes.get(index).is_some())
}

/// Lets the writes of a table and all its global indexes follow the load where nothing is known of how they do.
pub(super) fn assume_scaled(membership: &mut Membership, definition: &TableDefinition, caller: &Caller) {
    if definition.billing.mode != BillingMode::Provisioned {
        return;
    }
    let global = definition
        .indexes_of(IndexKind::Global)
        .map(|index| Some(index.name.as_str()));
    for index in std::iter::once(None).chain(global) {
        if membership.scaled_writes.get(index).is_none() {
            let scaling = usual(&definition.name, index, caller);
            membership.scaled_writes.set(index, Some(scaling));
        }
    }
}

/// Lets the writes of indexes follow the load that are added to a provisioned group.
pub(in crate::engine::tables) fn scale_new_indexes(old: &TableDefinition, new: &mut TableDefinition, caller: &Caller) {
    if new.billing.mode != BillingMode::Provisioned {
        return;
    }
    let global = new.indexes_of(IndexKind::Global).map(|index| index.name.clone());
    let added: Vec<Text> = global.filter(|name| old.index(name).is_none()).collect();
    let table = new.name.clone();
    edit_membership(new, |membership| {
        for name in &added {
            let scaling = usual(&table, Some(name), caller);
            membership.scaled_writes.set(Some(name), Some(scaling));
        }
    });
}

/// How writes follow the load unless it is said.
fn usual(table: &str, index: Option<&str>, caller: &Caller) -> Scaling {
    let (units_min, units_max, target) = USUAL;
    let side = Side::Write;
    Scaling {
        units_min,
        units_max,
        role_arn: role_arn(caller),
        policy: Dimension { table, index, side }.policy(),
        target,
        disables_scale_in: None,
        scale_in_cooldown: None,
        scale_out_cooldown: None,
    }
}

/// How a throughput follows the load, as it is told.
pub(in crate::engine::tables) fn describe_scaling(scaling: Option<&Scaling>) -> AutoScalingSettingsDescription {
    let Some(scaling) = scaling else {
        return AutoScalingSettingsDescription {
            auto_scaling_disabled: Some(true),
            scaling_policies: Some(Vec::new()),
            ..AutoScalingSettingsDescription::default()
        };
    };
    let target = TargetTrackingDescription {
        disable_scale_in: scaling.disables_scale_in,
        scale_in_cooldown: scaling.scale_in_cooldown,
        scale_out_cooldown: scaling.scale_out_cooldown,
        target_value: Some(scaling.target),
    };
    AutoScalingSettingsDescription {
        minimum_units: Some(scaling.units_min),
        maximum_units: Some(scaling.units_max),
        auto_scaling_disabled: None,
        auto_scaling_role_arn: Some(scaling.role_arn.clone()),
        scaling_policies: Some(vec![AutoScalingPolicyDescription {
            policy_name: Some(scaling.policy.clone()),
            target_tracking_scaling_policy_configuration: Some(target),
        }]),
    }
}

/// The word of a member's phase; one that is not told yet is being made.
pub(in crate::engine::tables) fn status(phase: crate::store::MemberPhase) -> Text {
    word(phase.word().unwrap_or("CREATING"))
}
