//! UpdateGlobalTable: refused, since there is no global table of 2017 and none can be made.
//!
//! Order: the name, the constraints, whether there is any action, whether one creates, the table.

use super::{GroupError, check_name};
use crate::engine::context::{Context, Execute};
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::wire::{GlobalTableReply, ReplicaUpdate, UpdateGlobalTableRequest};

impl Execute for UpdateGlobalTableRequest {
    type Reply = GlobalTableReply;

    fn execute(self, _: &Context<'_>) -> Result<GlobalTableReply, ApiError> {
        let name = check_name(self.global_table_name.as_ref())?;
        check_constraints(self.replica_updates.as_ref())?;
        let updates = self.replica_updates.as_deref().unwrap_or_default();
        let is_some = |update: &ReplicaUpdate| update.create.is_some() || update.delete.is_some();
        Err(if updates.iter().any(|update| update.create.is_some()) {
            GroupError::Legacy.into()
        } else if updates.is_empty() || !updates.iter().all(is_some) {
            GroupError::NoAction.into()
        } else {
            GroupError::NoTable(name.clone()).into()
        })
    }
}

fn check_constraints(updates: Option<&Vec<ReplicaUpdate>>) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    violations.echoed("replicaUpdates", updates).required();
    for (position, update) in (1..).zip(updates.into_iter().flatten()) {
        let create = update.create.as_ref().map(|action| ("create", &action.region_name));
        let delete = update.delete.as_ref().map(|action| ("delete", &action.region_name));
        for (action, region) in create.into_iter().chain(delete) {
            let path = format_args!("replicaUpdates.{position}.member.{action}.regionName").to_string();
            violations.echoed(path, region.as_ref()).required();
        }
    }
    violations.refuse()
}
