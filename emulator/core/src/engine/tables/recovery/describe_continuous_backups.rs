//! DescribeContinuousBackups: whether a table can be backed up, and what can be recovered of it.
//!
//! Order: the name, the table as backups know it.

use super::describe;
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::engine::tables::backups::find_known;
use crate::model::ApiError;
use crate::model::wire::{ContinuousBackupsReply, DescribeContinuousBackupsRequest};

impl Execute for DescribeContinuousBackupsRequest {
    type Reply = ContinuousBackupsReply;

    fn execute(self, context: &Context<'_>) -> Result<ContinuousBackupsReply, ApiError> {
        let target = TableTarget::of_operation(self.table_name.as_ref(), context.caller())?;
        let (now, pace) = (context.now(), context.settings().pace);
        context.read(|database| {
            let table = find_known(database, target.name(), pace, now)?;
            Ok(ContinuousBackupsReply {
                continuous_backups_description: describe(database, table.definition(), now),
            })
        })
    }
}
