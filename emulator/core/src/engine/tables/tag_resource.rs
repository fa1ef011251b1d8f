//! TagResource: sets tags of a table or a stream.
//!
//! Order: the list is there, the ARN, at least one tag, each tag, the resource, how many there would be and what they would take, whether tags are being written.

use super::tags::{self, Edit, TagError, Tagged};
use crate::engine::context::{Context, Execute};
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::wire::{EmptyReply, TagResourceRequest};

impl Execute for TagResourceRequest {
    type Reply = EmptyReply;

    fn execute(self, context: &Context<'_>) -> Result<EmptyReply, ApiError> {
        let mut violations = Violations::default();
        violations.echoed("tags", self.tags.as_ref()).required();
        violations.refuse()?;
        let resource = Tagged::parse(self.resource_arn.as_ref(), context.caller())?;
        let wanted = self.tags.unwrap_or_default();
        if wanted.is_empty() {
            return Err(TagError::NoTag.into());
        }
        let wanted = tags::read(&wanted)?;
        tags::write(context, &resource, Edit::Set(wanted))?;
        Ok(EmptyReply)
    }
}
