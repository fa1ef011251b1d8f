//! ListImports: imports, the newest first, of one table or of all.
//!
//! Order: the constraints of all members, the table's ARN, the token. Imports are listed by the ARN of their table when it is long gone.

use super::listing::{Listing, Transfer, newest_first};
use crate::engine::context::{Context, Execute};
use crate::model::ApiError;
use crate::model::json::{Text, Timestamp};
use crate::model::wire::{ImportSummary, ListImportsReply, ListImportsRequest};
use crate::store::{Database, Import};

/// The shortest token.
const TOKEN_LENGTH_MIN: usize = 112;

impl Execute for ListImportsRequest {
    type Reply = ListImportsReply;

    fn execute(self, context: &Context<'_>) -> Result<ListImportsReply, ApiError> {
        let listing = Listing {
            table_arn: self.table_arn.as_ref(),
            limit: ("pageSize", self.page_size.as_ref()),
            token: self.next_token.as_ref(),
            token_length_min: Some(TOKEN_LENGTH_MIN),
        };
        let table = self.table_arn.as_ref();
        let list = |database: &Database, _: Option<&Text>| {
            let imports = database.transfers().imports();
            newest_first(
                imports.filter(|import| table.is_none_or(|table| import.told.table_arn.as_ref() == Some(table))),
            )
        };
        let (import_summary_list, next_token) = listing.answer(context, list)?;
        Ok(ListImportsReply {
            import_summary_list,
            next_token,
        })
    }
}

impl Transfer for Import {
    type Summary = ImportSummary;

    fn arn(&self) -> Text {
        Self::arn(self)
    }

    fn begun(&self) -> Timestamp {
        self.told.start_time.unwrap_or_default()
    }

    fn summary(&self) -> ImportSummary {
        let told = &self.told;
        ImportSummary {
            import_arn: told.import_arn.clone(),
            import_status: told.import_status.clone(),
            table_arn: told.table_arn.clone(),
            s3_bucket_source: told.s3_bucket_source.clone(),
            cloud_watch_log_group_arn: told.cloud_watch_log_group_arn.clone(),
            input_format: told.input_format.clone(),
            start_time: told.start_time,
            end_time: told.end_time,
        }
    }
}
