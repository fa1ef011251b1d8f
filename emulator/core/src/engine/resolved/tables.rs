//! Operations on tables themselves.

use crate::model::Request;
use crate::model::json::Text;

/// The table that an operation on tables names.
pub(super) fn table_of(request: &Request) -> Option<&Text> {
    match request {
        Request::CreateBackup(request) => request.table_name.as_ref(),
        Request::CreateTable(request) => request.table_name.as_ref(),
        Request::DeleteTable(request) => request.table_name.as_ref(),
        Request::DescribeContinuousBackups(request) => request.table_name.as_ref(),
        Request::DescribeContributorInsights(request) => request.table_name.as_ref(),
        Request::DescribeKinesisStreamingDestination(request) => request.table_name.as_ref(),
        Request::DescribeTable(request) => request.table_name.as_ref(),
        Request::DescribeTableReplicaAutoScaling(request) => request.table_name.as_ref(),
        Request::DescribeTimeToLive(request) => request.table_name.as_ref(),
        Request::DisableKinesisStreamingDestination(request) => request.table_name.as_ref(),
        Request::EnableKinesisStreamingDestination(request) => request.table_name.as_ref(),
        Request::ExportTableToPointInTime(request) => request.table_arn.as_ref(),
        Request::ImportTable(request) => request.table_creation_parameters.as_ref()?.table_name.as_ref(),
        Request::ListBackups(request) => request.table_name.as_ref(),
        Request::ListContributorInsights(request) => request.table_name.as_ref(),
        Request::ListExports(request) => request.table_arn.as_ref(),
        Request::ListImports(request) => request.table_arn.as_ref(),
        Request::RestoreTableFromBackup(request) => request.target_table_name.as_ref(),
        Request::RestoreTableToPointInTime(request) => request.target_table_name.as_ref(),
        Request::StartBulkPutItems(request) => request.table_name.as_ref(),
        Request::UpdateContinuousBackups(request) => request.table_name.as_ref(),
        Request::UpdateContributorInsights(request) => request.table_name.as_ref(),
        Request::UpdateKinesisStreamingDestination(request) => request.table_name.as_ref(),
        Request::UpdateTable(request) => request.table_name.as_ref(),
        Request::UpdateTableReplicaAutoScaling(request) => request.table_name.as_ref(),
        Request::UpdateTimeToLive(request) => request.table_name.as_ref(),
        _ => None,
    }
}
