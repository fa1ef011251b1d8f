//! UntagResource: removes tags of a table or a stream; keys that it does not have are passed over.
//!
//! Order: the list is there, the ARN, at least one key, each key, the resource, whether tags are being written.

use super::tags::{self, Edit, TagError, Tagged};
use crate::engine::context::{Context, Execute};
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::wire::{EmptyReply, UntagResourceRequest};

impl Execute for UntagResourceRequest {
    type Reply = EmptyReply;

    fn execute(self, context: &Context<'_>) -> Result<EmptyReply, ApiError> {
        let mut violations = Violations::default();
        violations.echoed("tagKeys", self.tag_keys.as_ref()).required();
        violations.refuse()?;
        let resource = Tagged::parse(self.resource_arn.as_ref(), context.caller())?;
        let keys = self.tag_keys.unwrap_or_default();
        if keys.is_empty() {
            return Err(TagError::NoKey.into());
        }
        tags::check_keys(&keys)?;
        tags::write(context, &resource, Edit::Remove(keys))?;
        Ok(EmptyReply)
    }
}
