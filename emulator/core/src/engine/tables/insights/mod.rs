//! Contributor insights: whether the keys of a table or a global index are counted that are used and throttled most.
//!
//! Nothing is counted here. What there is to see of insights from outside is: whether they are on, since when, and by which rules, of which a
//! Region has a limited number (control-plane-2026.md §11).

mod describe_contributor_insights;
mod list_contributor_insights;
mod update_contributor_insights;

use std::fmt;

use smol_str::format_smolstr;

use crate::engine::Caller;
use crate::engine::names::{NameLengthError, TableTarget};
use crate::engine::violations::{TABLE_NAME, Violations};
use crate::model::json::Text;
use crate::model::wire::{ContributorInsightsSummary, FailureException};
use crate::model::{ApiError, ErrorKind};
use crate::store::{Database, IndexDefinition, IndexKind, Insights, InsightsMode, Obstacle, Phase, TableDefinition};

/// The most rules of a Region.
const RULES_MAX: usize = 100;

/// Why insights cannot be described or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum InsightsError {
    NoIndex(Text, Text),
    TableNotActive,
    IndexNotActive,
}

impl fmt::Display for InsightsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NOT_READY: &str = "Table or Index is not in a valid state to update Key Access Insights:";
        match self {
            Self::NoIndex(table, index) => write!(
                f,
                "Requested resource not found: Index: {index} not found for table: {table}"
            ),
            Self::TableNotActive => write!(
                f,
                "{NOT_READY} TableStatus must be ACTIVE to enable ContributorInsights."
            ),
            Self::IndexNotActive => write!(
                f,
                "{NOT_READY} IndexStatus must be ACTIVE to enable ContributorInsights."
            ),
        }
    }
}

impl From<InsightsError> for ApiError {
    fn from(error: InsightsError) -> Self {
        let kind = match error {
            InsightsError::NoIndex(..) => ErrorKind::ResourceNotFound,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}

/// A table or a global index, as a request names it.
struct Target {
    table: TableTarget,
    index: Option<Text>,
}

impl Target {
    fn of(table: Option<&Text>, index: Option<&Text>, caller: &Caller) -> Result<Self, ApiError> {
        let table = TableTarget::of_operation(table, caller)?;
        if let Some(index) = index {
            NameLengthError::check("IndexName", index.len())?;
            let mut violations = Violations::default();
            violations.echoed("indexName", Some(index)).pattern(&TABLE_NAME);
            violations.refuse()?;
        }
        Ok(Self {
            table,
            index: index.cloned(),
        })
    }

    /// The index in its table, if one is named. One whose resources are being allocated is not known yet.
    fn find_index<'d>(&self, definition: &'d TableDefinition) -> Result<Option<&'d IndexDefinition>, InsightsError> {
        use crate::store::IndexStatus;
        let Some(name) = &self.index else {
            return Ok(None);
        };
        let index = definition
            .index(name)
            .filter(|index| index.kind == IndexKind::Global && index.status != IndexStatus::Allocating);
        match index {
            Some(index) => Ok(Some(index)),
            None => Err(InsightsError::NoIndex(definition.name.clone(), name.clone())),
        }
    }
}

/// What insights are called in answers.
fn status_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Enabling => "ENABLING",
        Phase::On | Phase::Updating => "ENABLED",
        Phase::Disabling => "DISABLING",
        Phase::Off => "DISABLED",
        Phase::Failed(_) => "FAILED",
    }
}

fn describe_failure(phase: Phase) -> Option<FailureException> {
    let Phase::Failed(Obstacle::TooManyRules) = phase else {
        return None;
    };
    Some(FailureException {
        exception_name: Some(Text::new_static(ErrorKind::LimitExceeded.name())),
        exception_description: Some(Text::new_static(
            "Amazon CloudWatch Contributor Insights rule limit reached. Please disable Contributor Insights for other tables/indexes OR \
             disable other CloudWatch Contributor Insights rules before retrying.",
        )),
    })
}

/// Insights in few words; those that were never enabled are off and have no mode.
fn summarize(table: &Text, index: Option<&Text>, insights: Option<&Insights>) -> ContributorInsightsSummary {
    let phase = insights.map_or(Phase::Off, |insights| insights.phase);
    ContributorInsightsSummary {
        table_name: Some(table.clone()),
        index_name: index.cloned(),
        contributor_insights_status: Some(Text::new_static(status_word(phase))),
        contributor_insights_mode: insights.map(|insights| Text::new_static(insights.mode.word())),
    }
}

/// The kinds of rules for a table or index: by partition key and, where there is one, by sort key.
fn rule_kinds(definition: &TableDefinition, insights: &Insights) -> Vec<&'static str> {
    let index = insights.index.as_ref().and_then(|name| definition.index(name));
    let keys = index.map_or(&definition.keys, |index| &index.keys);
    let kinds: &[&'static str] = match (insights.mode, keys.sort.is_empty()) {
        (InsightsMode::AccessedAndThrottled, true) => &["PKC", "PKT"],
        (InsightsMode::AccessedAndThrottled, false) => &["PKC", "PKT", "SKC", "SKT"],
        (InsightsMode::Throttled, true) => &["PKT"],
        (InsightsMode::Throttled, false) => &["PKT", "SKT"],
    };
    kinds.to_vec()
}

/// The names of the rules that count for a table or index.
fn rules(definition: &TableDefinition, insights: &Insights) -> Vec<Text> {
    let table = &definition.name;
    let since = insights.since.as_millis();
    let name = |kind: &str| match &insights.index {
        Some(index) => format_smolstr!("DynamoDBContributorInsights-{kind}-{table}-{index}-{since}"),
        None => format_smolstr!("DynamoDBContributorInsights-{kind}-{table}-{since}"),
    };
    rule_kinds(definition, insights).into_iter().map(name).collect()
}

/// How many rules there are, but for those of one table or index.
fn rules_beside(database: &Database, table: &Text, index: Option<&Text>) -> usize {
    let count = |definition: &TableDefinition| -> usize {
        let is_other = |insights: &&Insights| definition.name != *table || insights.index.as_ref() != index;
        definition
            .companions
            .all_insights()
            .filter(|insights| insights.phase.is_live())
            .filter(is_other)
            .map(|insights| rule_kinds(definition, insights).len())
            .sum()
    };
    database.tables().map(|table| count(table.definition())).sum()
}
