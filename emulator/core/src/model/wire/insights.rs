//! DescribeContributorInsights, UpdateContributorInsights, ListContributorInsights.

use crate::model::json::{Text, Timestamp, shape};

shape! {
    /// A request of DescribeContributorInsights.
    pub struct DescribeContributorInsightsRequest("DescribeContributorInsightsInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// A global index; the table itself if it is absent.
        index_name: Option<Text> = "IndexName",
    }

    /// An answer of DescribeContributorInsights.
    pub struct DescribeContributorInsightsReply("DescribeContributorInsightsOutput") {
        /// The table's name.
        table_name: Option<Text> = "TableName",
        /// The index.
        index_name: Option<Text> = "IndexName",
        /// The names of the rules that count.
        contributor_insights_rule_list: Option<Vec<Text>> = "ContributorInsightsRuleList",
        /// `ENABLING`, `ENABLED`, `DISABLING`, `DISABLED` or `FAILED`.
        contributor_insights_status: Option<Text> = "ContributorInsightsStatus",
        /// When the status last changed.
        last_update_date_time: Option<Timestamp> = "LastUpdateDateTime",
        /// Why it failed.
        failure_exception: Option<FailureException> = "FailureException",
        /// Which keys are counted.
        contributor_insights_mode: Option<Text> = "ContributorInsightsMode",
    }

    /// Why insights could not be enabled.
    pub struct FailureException("FailureException") {
        /// The name of an error.
        exception_name: Option<Text> = "ExceptionName",
        /// Its message.
        exception_description: Option<Text> = "ExceptionDescription",
    }

    /// A request of UpdateContributorInsights.
    pub struct UpdateContributorInsightsRequest("UpdateContributorInsightsInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// A global index; the table itself if it is absent.
        index_name: Option<Text> = "IndexName",
        /// `ENABLE` or `DISABLE`.
        contributor_insights_action: Option<Text> = "ContributorInsightsAction",
        /// `ACCESSED_AND_THROTTLED_KEYS` (the default) or `THROTTLED_KEYS`.
        contributor_insights_mode: Option<Text> = "ContributorInsightsMode",
    }

    /// Insights of a table or index: an answer of UpdateContributorInsights, and an entry of ListContributorInsights.
    pub struct ContributorInsightsSummary("ContributorInsightsSummary") {
        /// The table's name.
        table_name: Option<Text> = "TableName",
        /// The index.
        index_name: Option<Text> = "IndexName",
        /// The status.
        contributor_insights_status: Option<Text> = "ContributorInsightsStatus",
        /// Which keys are counted.
        contributor_insights_mode: Option<Text> = "ContributorInsightsMode",
    }

    /// A request of ListContributorInsights.
    pub struct ListContributorInsightsRequest("ListContributorInsightsInput") {
        /// The name or ARN of a table; all tables if it is absent.
        table_name: Option<Text> = "TableName",
        /// Where the page begins.
        next_token: Option<Text> = "NextToken",
        /// How many tables and indexes a page looks at.
        max_results: Option<i32> = "MaxResults",
    }

    /// An answer of ListContributorInsights.
    pub struct ListContributorInsightsReply("ListContributorInsightsOutput") {
        /// Tables, each before its indexes.
        contributor_insights_summaries: Vec<ContributorInsightsSummary> = "ContributorInsightsSummaries",
        /// Where the next page begins, if there is one.
        next_token: Option<Text> = "NextToken",
    }
}
