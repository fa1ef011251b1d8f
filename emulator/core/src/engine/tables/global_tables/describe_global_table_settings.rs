//! DescribeGlobalTableSettings: tells that there is no global table of 2017.
//!
//! Order: the name, the table.

use super::{GroupError, check_name};
use crate::engine::context::{Context, Execute};
use crate::model::ApiError;
use crate::model::wire::{DescribeGlobalTableSettingsRequest, GlobalTableSettingsReply};

impl Execute for DescribeGlobalTableSettingsRequest {
    type Reply = GlobalTableSettingsReply;

    fn execute(self, _: &Context<'_>) -> Result<GlobalTableSettingsReply, ApiError> {
        let name = check_name(self.global_table_name.as_ref())?;
        Err(GroupError::NoSettings(name.clone()).into())
    }
}
