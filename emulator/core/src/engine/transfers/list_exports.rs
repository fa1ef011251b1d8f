//! ListExports: exports in the reverse order of their ARNs, of one table or of all.
//!
//! Order: the constraints of all members, the table's ARN, the token. The exports of a table that is gone, or was made anew, are listed with all
//! others alone.

use super::arn::table_name;
use super::listing::{Listed, Listing};
use crate::engine::context::{Context, Execute};
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{ExportSummary, ListExportsReply, ListExportsRequest};
use crate::store::{Database, Export};

impl Execute for ListExportsRequest {
    type Reply = ListExportsReply;

    fn execute(self, context: &Context<'_>) -> Result<ListExportsReply, ApiError> {
        let listing = Listing {
            table_arn: self.table_arn.as_ref(),
            limit: ("maxResults", self.max_results.as_ref()),
            token: self.next_token.as_ref(),
        };
        listing.check(context, |_| ())?;
        let name = self.table_arn.as_ref().map(|arn| table_name(arn, context.caller()));
        let name = name.transpose()?;
        let all = context.read(|database| {
            let exports = database.transfers().exports().rev();
            let wanted = exports.filter(|export| name.as_ref().is_none_or(|name| is_of(export, name, database)));
            wanted.map(|export| listed(export)).collect()
        });
        let (export_summaries, next_token) = listing.page(all, context.now())?;
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

fn listed(export: &Export) -> Listed<ExportSummary> {
    let told = &export.told;
    Listed {
        arn: export.arn(),
        begun: told.start_time.unwrap_or_default(),
        summary: ExportSummary {
            export_arn: told.export_arn.clone(),
            export_status: told.export_status.clone(),
            export_type: told.export_type.clone(),
        },
    }
}
