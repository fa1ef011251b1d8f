//! Constraints of settings by which throughput follows the load, which the global tables of 2017 and the newer ones share.

use std::fmt::Display;

use super::GroupError;
use crate::engine::violations::{Pattern, Violations};
use crate::model::json::Text;
use crate::model::wire::AutoScalingSettingsUpdate;

/// The longest ARN of a role that changes throughput.
const ROLE_ARN_MAX: usize = 1_600;

/// The longest name of a policy.
const POLICY_NAME_MAX: usize = 256;

const ROLE_ARN: Pattern = Pattern::new(
    "[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*",
    |text| {
        text.chars()
            .all(|symbol| matches!(symbol, ' '..='\u{FFFD}' | '\u{10000}'.. | '\r' | '\n' | '\t'))
    },
);

const POLICY_NAME: Pattern = Pattern::new("\\p{Print}+", |text| {
    !text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
});

/// The settings at a path.
pub(super) fn state_scaling(
    violations: &mut Violations,
    path: impl Display,
    update: Option<&AutoScalingSettingsUpdate>,
) {
    let Some(update) = update else { return };
    let bounds = [
        ("minimumUnits", &update.minimum_units),
        ("maximumUnits", &update.maximum_units),
    ];
    for (member, units) in bounds {
        violations
            .echoed(format_args!("{path}.{member}"), units.as_ref())
            .at_least(1);
    }
    violations
        .echoed(
            format_args!("{path}.autoScalingRoleArn"),
            update.auto_scaling_role_arn.as_ref(),
        )
        .pattern(&ROLE_ARN)
        .length_at_least(1)
        .length_at_most(ROLE_ARN_MAX);
    let Some(policy) = &update.scaling_policy_update else {
        return;
    };
    let path = format_args!("{path}.scalingPolicyUpdate").to_string();
    violations
        .echoed(format_args!("{path}.policyName"), policy.policy_name.as_ref())
        .pattern(&POLICY_NAME)
        .length_at_least(1)
        .length_at_most(POLICY_NAME_MAX);
    let path = format_args!("{path}.targetTrackingScalingPolicyConfiguration").to_string();
    let target = policy.target_tracking_scaling_policy_configuration.as_ref();
    violations.echoed(&path, target).required();
    if let Some(target) = target {
        violations
            .echoed(format_args!("{path}.targetValue"), target.target_value.as_ref())
            .required();
    }
}

/// The name of an index in the structure at a path.
pub(super) fn state_index_name(
    violations: &mut Violations,
    path: impl Display,
    name: Option<&Text>,
    presence: Presence,
) {
    let path = format_args!("{path}.indexName").to_string();
    let member = violations.echoed(path, name);
    let member = match presence {
        Presence::Required => member.required(),
        Presence::Optional => member,
    };
    member.name();
}

/// Whether a member may be absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    Optional,
}

/// Refuses settings that let throughput follow the load without saying how.
pub(super) fn check_whole(table: &Text, update: Option<&AutoScalingSettingsUpdate>) -> Result<(), GroupError> {
    let Some(update) = update.filter(|update| update.auto_scaling_disabled != Some(true)) else {
        return Ok(());
    };
    let members = [
        ("MaximumUnits", update.maximum_units.is_none()),
        ("ScalingPolicyUpdate", update.scaling_policy_update.is_none()),
        ("MinimumUnits", update.minimum_units.is_none()),
    ];
    let lacking: Vec<&str> = members
        .iter()
        .filter(|(_, is_absent)| *is_absent)
        .map(|(name, _)| *name)
        .collect();
    match lacking.is_empty() {
        true => Ok(()),
        false => Err(GroupError::Partial(table.clone(), lacking)),
    }
}
