//! ListTagsOfResource: all tags of a table or a stream, on one page.
//!
//! Order: the ARN, the resource. A table that is being created shows no tags yet; a token from nowhere gives the first page.

use super::tags::Tagged;
use crate::engine::context::{Context, Execute};
use crate::model::ApiError;
use crate::model::wire::{ListTagsOfResourceReply, ListTagsOfResourceRequest, Tag};

impl Execute for ListTagsOfResourceRequest {
    type Reply = ListTagsOfResourceReply;

    fn execute(self, context: &Context<'_>) -> Result<ListTagsOfResourceReply, ApiError> {
        let resource = Tagged::parse(self.resource_arn.as_ref(), context.caller())?;
        context.read(|database| {
            let shown = resource.shown(database, context)?;
            let describe = |(key, value): &(_, _)| Tag {
                key: Some(Clone::clone(key)),
                value: Some(Clone::clone(value)),
            };
            Ok(ListTagsOfResourceReply {
                tags: shown.iter().map(describe).collect(),
                next_token: None,
            })
        })
    }
}
