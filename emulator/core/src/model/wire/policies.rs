//! PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy.

use crate::model::json::{Text, shape};

shape! {
    /// A request of PutResourcePolicy.
    pub struct PutResourcePolicyRequest("PutResourcePolicyInput") {
        /// The ARN of a table or stream.
        resource_arn: Option<Text> = "ResourceArn",
        /// The policy, in JSON.
        policy: Option<Text> = "Policy",
        /// The revision that is to be replaced, or `NO_POLICY`.
        expected_revision_id: Option<Text> = "ExpectedRevisionId",
        /// Whether the caller may lock itself out.
        confirm_remove_self_resource_access: Option<bool> = "ConfirmRemoveSelfResourceAccess",
    }

    /// A request of GetResourcePolicy.
    pub struct GetResourcePolicyRequest("GetResourcePolicyInput") {
        /// The ARN of a table or stream.
        resource_arn: Option<Text> = "ResourceArn",
    }

    /// An answer of GetResourcePolicy.
    pub struct GetResourcePolicyReply("GetResourcePolicyOutput") {
        /// The policy, in JSON.
        policy: Option<Text> = "Policy",
        /// Its revision.
        revision_id: Option<Text> = "RevisionId",
    }

    /// A request of DeleteResourcePolicy.
    pub struct DeleteResourcePolicyRequest("DeleteResourcePolicyInput") {
        /// The ARN of a table or stream.
        resource_arn: Option<Text> = "ResourceArn",
        /// The revision that is to be deleted.
        expected_revision_id: Option<Text> = "ExpectedRevisionId",
    }

    /// An answer of PutResourcePolicy and DeleteResourcePolicy.
    pub struct PolicyRevisionReply("PutResourcePolicyOutput") {
        /// The revision that was put, or deleted.
        revision_id: Option<Text> = "RevisionId",
    }
}
