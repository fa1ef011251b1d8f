//! GetResourcePolicy: the policy of a table or a stream in its canonical form.
//!
//! Order: the constraints, the ARN, the resource, its policy.

use super::{PolicyFault, find, read_arn, state_arn, text};
use crate::engine::context::{Context, Execute};
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::wire::{GetResourcePolicyReply, GetResourcePolicyRequest};

impl Execute for GetResourcePolicyRequest {
    type Reply = GetResourcePolicyReply;

    fn execute(self, context: &Context<'_>) -> Result<GetResourcePolicyReply, ApiError> {
        let mut violations = Violations::default();
        state_arn(&mut violations, self.resource_arn.as_ref());
        violations.refuse()?;
        let resource = read_arn(self.resource_arn.as_ref(), context.caller())?;
        context.read(|database| {
            let found = find(&resource, database, context)?;
            let current = found.setting().current();
            let (policy, revision) =
                current.ok_or_else(|| PolicyFault::NoPolicy(self.resource_arn.clone().unwrap_or_default()))?;
            Ok(GetResourcePolicyReply {
                policy: Some(policy.text().clone()),
                revision_id: Some(text(revision)),
            })
        })
    }
}
