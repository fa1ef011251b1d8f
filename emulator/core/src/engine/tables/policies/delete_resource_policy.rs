//! DeleteResourcePolicy: removes the policy of a table or a stream.
//!
//! Order: the constraints, the ARN, the resource, the revision that is expected, the table's state and the pause since the last change. A resource that
//! never had a policy is left as it is. A deletion that is repeated tells when the policy was deleted, and the pause begins anew.

use super::{Expected, find, read_arn, reply, state_arn, state_revision};
use crate::engine::context::{Context, Execute};
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::wire::{DeleteResourcePolicyRequest, PolicyRevisionReply};

impl Execute for DeleteResourcePolicyRequest {
    type Reply = PolicyRevisionReply;

    fn execute(self, context: &Context<'_>) -> Result<PolicyRevisionReply, ApiError> {
        let mut violations = Violations::default();
        state_arn(&mut violations, self.resource_arn.as_ref());
        state_revision(&mut violations, self.expected_revision_id.as_ref());
        violations.refuse()?;
        let resource = read_arn(self.resource_arn.as_ref(), context.caller())?;
        let expected = self.expected_revision_id.map_or(Expected::Any, Expected::Revision);
        let now = context.now();
        context.write(|transaction| {
            let found = find(&resource, transaction.database(), context)?;
            found.check_revision(&expected)?;
            let setting = found.setting();
            let (edited, told) = match (setting.current(), setting.deletion()) {
                (Some((_, revision)), _) => {
                    found.check_changeable(context)?;
                    (setting.replaced(None, now), revision)
                }
                (None, Some(deletion)) => (setting.touched(now), deletion),
                (None, None) => return Ok(reply(None)),
            };
            let change = found.with(edited, now);
            transaction.commit(change);
            Ok(reply(Some(told)))
        })
    }
}
