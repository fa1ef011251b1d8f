//! ListExports: exports in the reverse order of their ARNs, of one table or of all.
//!
//! Order: the constraints of all members, the table's ARN, the token. The exports of a table that is gone, or was made anew, are listed with all
//! others alone.

use super::listing::{Listed, Listing, Transfer};
use crate::engine::context::{Context, Execute};
use crate::model::ApiError;
use crate::model::json::{Text, Timestamp};
use crate::model::wire::{ExportSummary, ListExportsReply, ListExportsRequest};
use crate::store::{Database, Export};

impl Execute for ListExportsRequest {
    type Reply = ListExportsReply;

    fn execute(self, context: &Context<'_>) -> Result<ListExportsReply, ApiError> {
        let listing = Listing {
            table_arn: self.table_arn.as_ref(),
            limit: ("maxResults", self.max_results.as_ref()),
            token: self.next_token.as_ref(),
            token_length_min: None,
        };
        let list = |database: &Database, table: Option<&Text>| {
            let exports = database.transfers().exports().rev();
            let wanted = exports.filter(|export| table.is_none_or(|table| is_of(export, table, database)));
            wanted.map(|export| Listed::of(&**export)).collect()
        };
        let (export_summaries, next_token) = listing.answer(context, list)?;
        Ok(ListExportsReply {
            export_summaries,
            next_token,
        })
    }
}

/// Whether an export is one of the table that has this name now.
fn is_of(export: &Export, name: &Text, database: &Database) -> bool {
    let table = database.table(name).map(|table| table.definition());
    table.is_some_and(|table| export.told.table_id.as_ref() == Some(&table.id))
}

impl Transfer for Export {
    type Summary = ExportSummary;

    fn arn(&self) -> Text {
        Self::arn(self)
    }

    fn begun(&self) -> Timestamp {
        self.told.start_time.unwrap_or_default()
    }

    fn summary(&self) -> ExportSummary {
        ExportSummary {
            export_arn: self.told.export_arn.clone(),
            export_status: self.told.export_status.clone(),
            export_type: self.told.export_type.clone(),
        }
    }
}
