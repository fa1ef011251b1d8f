//! ListImports: imports, the newest first, of one table or of all.
//!
//! Order: the constraints of all members, the table's ARN, the token. Imports are listed by the ARN of their table when it is long gone.

use super::listing::{Listed, Listing};
use crate::engine::context::{Context, Execute};
use crate::model::ApiError;
use crate::model::wire::{ImportSummary, ListImportsReply, ListImportsRequest};
use crate::store::Import;

impl Execute for ListImportsRequest {
    type Reply = ListImportsReply;

    fn execute(self, context: &Context<'_>) -> Result<ListImportsReply, ApiError> {
        let listing = Listing {
            table_arn: self.table_arn.as_ref(),
            limit: ("pageSize", self.page_size.as_ref()),
            token: self.next_token.as_ref(),
        };
        listing.check(context, |violations| listing.state_hex_token(112, violations))?;
        let table = self.table_arn.as_ref();
        let mut all: Vec<_> = context.read(|database| {
            let imports = database.transfers().imports();
            let wanted =
                imports.filter(|import| table.is_none_or(|table| import.told.table_arn.as_ref() == Some(table)));
            wanted.map(|import| listed(import)).collect()
        });
        all.sort_by(|a, b| (b.begun, &b.arn).cmp(&(a.begun, &a.arn)));
        let (import_summary_list, next_token) = listing.page(all, context.now())?;
        Ok(ListImportsReply {
            import_summary_list,
            next_token,
        })
    }
}

fn listed(import: &Import) -> Listed<ImportSummary> {
    let told = &import.told;
    Listed {
        arn: import.arn(),
        begun: told.start_time.unwrap_or_default(),
        summary: ImportSummary {
            import_arn: told.import_arn.clone(),
            import_status: told.import_status.clone(),
            table_arn: told.table_arn.clone(),
            s3_bucket_source: told.s3_bucket_source.clone(),
            cloud_watch_log_group_arn: told.cloud_watch_log_group_arn.clone(),
            input_format: told.input_format.clone(),
            start_time: told.start_time,
            end_time: told.end_time,
        },
    }
}
