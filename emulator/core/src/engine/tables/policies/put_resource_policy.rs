//! PutResourcePolicy: gives a table or a stream a policy.
//!
//! Order: the constraints, the ARN, the document, the resource, the revision that is expected, whether anything changes, the table's state and
//! the pause since the last change.

use super::document::{self, Lockout};
use super::{Expected, find, read_arn, reply, state_arn, state_revision};
use crate::engine::context::{Context, Execute};
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::wire::{PolicyRevisionReply, PutResourcePolicyRequest};

/// What is expected of a resource without a policy.
const NO_POLICY: &str = "NO_POLICY";

impl Execute for PutResourcePolicyRequest {
    type Reply = PolicyRevisionReply;

    fn execute(self, context: &Context<'_>) -> Result<PolicyRevisionReply, ApiError> {
        self.check_constraints()?;
        let arn = self.resource_arn.as_ref();
        let resource = read_arn(arn, context.caller())?;
        let lockout = match self.confirm_remove_self_resource_access {
            Some(true) => Lockout::Confirmed,
            _ => Lockout::Refused,
        };
        let text = self.policy.as_deref().unwrap_or_default();
        let arn = arn.map(|arn| arn.as_str()).unwrap_or_default();
        let policy = document::accepted(text, arn, lockout, context.caller())?;
        let expected = self.expected();
        let now = context.now();
        context.write(|transaction| {
            let found = find(&resource, transaction.database(), context)?;
            found.check_revision(&expected)?;
            let setting = found.setting();
            if let Some((_, revision)) = setting.current().filter(|(current, _)| **current == policy) {
                return Ok(reply(Some(revision)));
            }
            found.check_changeable(context)?;
            let edited = setting.replaced(Some(policy), now);
            let revision = edited.current().map(|(_, revision)| revision);
            let change = found.with(edited, now);
            transaction.commit(change);
            Ok(reply(revision))
        })
    }
}

impl PutResourcePolicyRequest {
    fn check_constraints(&self) -> Result<(), ApiError> {
        let mut violations = Violations::default();
        state_arn(&mut violations, self.resource_arn.as_ref());
        violations.echoed("policy", self.policy.as_ref()).required();
        state_revision(&mut violations, self.expected_revision_id.as_ref());
        violations.refuse()
    }

    fn expected(&self) -> Expected {
        match &self.expected_revision_id {
            None => Expected::Any,
            Some(revision) if revision == NO_POLICY => Expected::None,
            Some(revision) => Expected::Revision(revision.clone()),
        }
    }
}
