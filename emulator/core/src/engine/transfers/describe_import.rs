//! DescribeImport: what is told of an import.
//!
//! Order: the ARN's length, what it names, its account, its Region; the import. An import is told of when its table is long gone.

use super::arn::{ArnError, Kind};
use crate::engine::context::{Context, Execute};
use crate::model::ApiError;
use crate::model::wire::{DescribeImportRequest, ImportTableDescriptionReply};

impl Execute for DescribeImportRequest {
    type Reply = ImportTableDescriptionReply;

    fn execute(self, context: &Context<'_>) -> Result<ImportTableDescriptionReply, ApiError> {
        let arn = Kind::Import.parse("importArn", self.import_arn.as_ref(), context.caller())?;
        let told = context.read(|database| {
            let import = database.transfers().import(arn);
            import.map(|import| import.told.clone())
        });
        let import_table_description = told.ok_or_else(|| ArnError::Unknown(Kind::Import, arn.clone()))?;
        Ok(ImportTableDescriptionReply {
            import_table_description: import_table_description.into(),
        })
    }
}
