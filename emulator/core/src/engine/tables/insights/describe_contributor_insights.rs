//! DescribeContributorInsights: whether the busiest keys of a table or a global index are counted, and by which rules.
//!
//! Order: the table's name, the index's name, the table, the index.

use super::{Target, describe_failure, rules, status_word};
use crate::engine::context::{Context, Execute};
use crate::engine::tables::find_learned;
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{DescribeContributorInsightsReply, DescribeContributorInsightsRequest};
use crate::store::{Phase, TableDefinition};

impl Execute for DescribeContributorInsightsRequest {
    type Reply = DescribeContributorInsightsReply;

    fn execute(self, context: &Context<'_>) -> Result<DescribeContributorInsightsReply, ApiError> {
        let target = Target::of(self.table_name.as_ref(), self.index_name.as_ref(), context.caller())?;
        context.read(|database| {
            let definition = find_learned(database, &target.table, context)?;
            target.find_index(definition)?;
            Ok(describe(definition, target.index.as_ref()))
        })
    }
}

fn describe(definition: &TableDefinition, index: Option<&Text>) -> DescribeContributorInsightsReply {
    let insights = definition.companions.insights(index);
    let phase = insights.map_or(Phase::Off, |insights| insights.phase);
    DescribeContributorInsightsReply {
        table_name: Some(definition.name.clone()),
        index_name: index.cloned(),
        contributor_insights_rule_list: insights
            .filter(|insights| insights.phase.is_live())
            .map(|insights| rules(definition, insights)),
        contributor_insights_status: Some(Text::new_static(status_word(phase))),
        last_update_date_time: insights.map(|insights| insights.changed),
        failure_exception: describe_failure(phase),
        contributor_insights_mode: insights.map(|insights| Text::new_static(insights.mode.word())),
    }
}
