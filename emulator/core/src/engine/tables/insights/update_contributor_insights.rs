//! UpdateContributorInsights: lets the busiest keys of a table or a global index be counted, or no longer.
//!
//! Order: the table's name, the index's name, the constraints, the table, the index, whether anything changes, the states of both. The rules of a Region
//! are limited, which is found out only later: the status then becomes a failure, and stays one until insights are disabled.

use super::{InsightsError, RULES_MAX, Target, rule_kinds, rules_beside, summarize};
use crate::engine::Pace;
use crate::engine::context::{Context, Execute};
use crate::engine::tables::pace::Work;
use crate::engine::tables::{find_learned, put};
use crate::engine::violations::{Violations, sets};
use crate::model::ApiError;
use crate::model::json::{Text, Timestamp};
use crate::model::wire::{ContributorInsightsSummary, UpdateContributorInsightsRequest};
use crate::store::{
    Companion, Database, IndexDefinition, IndexStatus, Insights, InsightsMode, Obstacle, Phase, TableDefinition,
    TableStatus,
};

impl Execute for UpdateContributorInsightsRequest {
    type Reply = ContributorInsightsSummary;

    fn execute(self, context: &Context<'_>) -> Result<ContributorInsightsSummary, ApiError> {
        let target = Target::of(self.table_name.as_ref(), self.index_name.as_ref(), context.caller())?;
        self.check_constraints()?;
        let wish = Wish::of(&self);
        let (now, pace) = (context.now(), context.settings().pace);
        context.write(|transaction| {
            let database = transaction.database();
            let definition = find_learned(database, &target.table, context)?;
            let index = target.find_index(definition)?;
            let name = target.index.as_ref();
            let current = definition.companions.insights(name);
            let next = match wish {
                Wish::Enable(mode) if !is_enabled(current, mode) => {
                    check_active(definition, index)?;
                    enabled(definition, name, mode, now)
                }
                Wish::Disable => match current.and_then(|current| disabled(current, now)) {
                    Some(next) => next,
                    None => return Ok(summarize(&definition.name, name, current)),
                },
                Wish::Enable(_) => return Ok(summarize(&definition.name, name, current)),
            };
            let (work, phase) = outcome(database, definition, &next);
            let answer = summarize(&definition.name, name, Some(&next));
            transaction.commit(put(changed(definition, next, work, phase, now, pace), now));
            Ok(answer)
        })
    }
}

impl UpdateContributorInsightsRequest {
    fn check_constraints(&self) -> Result<(), ApiError> {
        let mut violations = Violations::default();
        violations
            .echoed("contributorInsightsAction", self.contributor_insights_action.as_ref())
            .required()
            .one_of(sets::CONTRIBUTOR_INSIGHTS_ACTION);
        violations
            .echoed("contributorInsightsMode", self.contributor_insights_mode.as_ref())
            .one_of(sets::CONTRIBUTOR_INSIGHTS_MODE);
        violations.refuse()
    }
}

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Enable(InsightsMode),
    Disable,
}

impl Wish {
    /// The wish of a request whose constraints hold.
    fn of(request: &UpdateContributorInsightsRequest) -> Self {
        let mode = request.contributor_insights_mode.as_deref();
        let mode = mode.and_then(InsightsMode::from_word);
        match request.contributor_insights_action.as_deref() {
            Some("DISABLE") => Self::Disable,
            _ => Self::Enable(mode.unwrap_or(InsightsMode::AccessedAndThrottled)),
        }
    }
}

/// Whether enabling changes nothing. What failed to be enabled is tried again.
fn is_enabled(current: Option<&Insights>, mode: InsightsMode) -> bool {
    current.is_some_and(|current| current.mode == mode && matches!(current.phase, Phase::Enabling | Phase::On))
}

fn check_active(definition: &TableDefinition, index: Option<&IndexDefinition>) -> Result<(), InsightsError> {
    if !matches!(definition.status(), TableStatus::Active | TableStatus::Updating) {
        return Err(InsightsError::TableNotActive);
    }
    match index {
        Some(index) if index.status != IndexStatus::Active => Err(InsightsError::IndexNotActive),
        _ => Ok(()),
    }
}

/// Insights that are being enabled; a change of the mode leaves the rules their names.
fn enabled(definition: &TableDefinition, index: Option<&Text>, mode: InsightsMode, now: Timestamp) -> Insights {
    let live = definition
        .companions
        .insights(index)
        .filter(|known| known.phase.is_live());
    Insights {
        index: index.cloned(),
        mode,
        phase: Phase::Enabling,
        since: live.map_or(now, |known| known.since),
        changed: now,
    }
}

/// The same insights on their way to being off, unless they are already.
fn disabled(current: &Insights, now: Timestamp) -> Option<Insights> {
    let is_off = matches!(current.phase, Phase::Disabling | Phase::Off);
    (!is_off).then(|| Insights {
        phase: Phase::Disabling,
        changed: now,
        ..current.clone()
    })
}

/// What is to be done, and what comes of it.
fn outcome(database: &Database, definition: &TableDefinition, next: &Insights) -> (Work, Phase) {
    if next.phase == Phase::Disabling {
        return (Work::DisableInsights, Phase::Off);
    }
    let rules = rules_beside(database, &definition.name, next.index.as_ref()) + rule_kinds(definition, next).len();
    if rules > RULES_MAX {
        (Work::FailInsights, Phase::Failed(Obstacle::TooManyRules))
    } else {
        (Work::EnableInsights, Phase::On)
    }
}

fn changed(
    definition: &TableDefinition,
    next: Insights,
    work: Work,
    phase: Phase,
    now: Timestamp,
    pace: Pace,
) -> TableDefinition {
    let mut edited = definition.clone();
    let companion = Companion::Insights(next.index.clone());
    edited.companions.put_insights(next);
    edited.schedule_reach(now.plus_millis(work.length_ms(pace)), companion, phase);
    edited
}
