//! DescribeExport: what is told of an export.
//!
//! Order: the ARN's length, what it names, its account, its Region; the export. An export is told of when its table is long gone.

use super::arn::{ArnError, Kind};
use crate::engine::context::{Context, Execute};
use crate::model::ApiError;
use crate::model::wire::{DescribeExportRequest, ExportDescriptionReply};

impl Execute for DescribeExportRequest {
    type Reply = ExportDescriptionReply;

    fn execute(self, context: &Context<'_>) -> Result<ExportDescriptionReply, ApiError> {
        let arn = Kind::Export.parse("exportArn", self.export_arn.as_ref(), context.caller())?;
        let told = context.read(|database| {
            let export = database.transfers().export(arn);
            export.map(|export| export.told.clone())
        });
        let export_description = told.ok_or_else(|| ArnError::Unknown(Kind::Export, arn.clone()))?;
        Ok(ExportDescriptionReply {
            export_description: export_description.into(),
        })
    }
}
