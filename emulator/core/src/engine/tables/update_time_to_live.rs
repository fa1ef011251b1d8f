//! UpdateTimeToLive: lets the items of a table expire by an attribute, or no longer.
//!
//! Order: the name, the constraints, the table, its state, its group, whose tables all follow, what would change, the pause since the last change.

use super::busy::BusyError;
use super::replicas::{check_expiry, share_expiry};
use super::time_to_live;
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::wire::{TimeToLiveSpecification, UpdateTimeToLiveReply, UpdateTimeToLiveRequest};
use crate::store::TableStatus;

const ATTRIBUTE_NAME_MAX: usize = 255;

impl Execute for UpdateTimeToLiveRequest {
    type Reply = UpdateTimeToLiveReply;

    fn execute(self, context: &Context<'_>) -> Result<UpdateTimeToLiveReply, ApiError> {
        let target = TableTarget::of_operation(self.table_name.as_ref(), context.caller())?;
        check_constraints(self.time_to_live_specification.as_ref())?;
        let specification = self.time_to_live_specification.unwrap_or_default();
        let attribute = specification.attribute_name.clone().unwrap_or_default();
        let enabled = specification.enabled.unwrap_or_default();
        let now = context.now();
        context.write_group(target.name(), &[], |together| {
            let mut edited = super::find_learned(together.own().database(), &target, context)?.clone();
            if edited.status() == TableStatus::Creating {
                return Err(BusyError::NotThereYet(edited.name).into());
            }
            check_expiry(&edited)?;
            edited.expiry = time_to_live::changed(&edited.expiry, &attribute, enabled, now)?;
            share_expiry(&edited, &edited.expiry, together);
            together.own().commit(super::put(edited, now));
            Ok(())
        })?;
        Ok(UpdateTimeToLiveReply {
            time_to_live_specification: Some(specification),
        })
    }
}

fn check_constraints(specification: Option<&TimeToLiveSpecification>) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    violations.echoed("timeToLiveSpecification", specification).required();
    if let Some(specification) = specification {
        violations
            .echoed(
                "timeToLiveSpecification.attributeName",
                specification.attribute_name.as_ref(),
            )
            .required()
            .length_at_least(1)
            .length_at_most(ATTRIBUTE_NAME_MAX);
        violations
            .echoed("timeToLiveSpecification.enabled", specification.enabled.as_ref())
            .required();
    }
    violations.refuse()
}
