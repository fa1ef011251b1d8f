//! CreateGlobalTable: refused, as the service refuses it since the version of 2019 has taken its place.
//!
//! Order: the name, the constraints, the version.

use super::{GroupError, check_name};
use crate::engine::context::{Context, Execute};
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::wire::{CreateGlobalTableRequest, GlobalTableReply};

impl Execute for CreateGlobalTableRequest {
    type Reply = GlobalTableReply;

    fn execute(self, _: &Context<'_>) -> Result<GlobalTableReply, ApiError> {
        check_name(self.global_table_name.as_ref())?;
        let mut violations = Violations::default();
        violations
            .echoed("replicationGroup", self.replication_group.as_ref())
            .required();
        violations.refuse()?;
        Err(GroupError::Legacy.into())
    }
}
