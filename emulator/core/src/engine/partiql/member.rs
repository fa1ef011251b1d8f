//! One statement and its parameters, as the three operations have them: member constraints, values, and the way to a bound statement.

use std::sync::Arc;

use super::fault::StatementFault;
use crate::engine::context::Context;
use crate::engine::names::TableTarget;
use crate::engine::violations::{Violations, sets};
use crate::engine::wording::{Surface, Wording};
use crate::expression::partiql::{CHARACTERS_MAX, Refused, Statement, StatementError, Target};
use crate::model::fault::{FaultKind, Faults, Stage};
use crate::model::json::Text;
use crate::model::value::DEPTH_MAX;
use crate::model::wire::Parameter;
use crate::model::{ApiError, Layer, Value};
use crate::store::TableDefinition;

/// Parameters may be one level deeper than what can be stored.
const PARAMETER_DEPTH_MAX: usize = DEPTH_MAX + 1;

/// What a request says of one statement.
#[derive(Clone, Copy)]
pub(super) struct Sent<'r> {
    pub(super) statement: Option<&'r Text>,
    pub(super) parameters: Option<&'r Vec<Parameter>>,
    pub(super) return_on_failure: Option<&'r Text>,
}

impl<'r> Sent<'r> {
    /// Whether the statement is there, and as long as it may be. `prefix` is the path to the members.
    pub(super) fn state_statement(&self, violations: &mut Violations, prefix: &str) {
        let count = |text: &Text| text.chars().count();
        violations
            .echoed(format!("{prefix}statement"), self.statement)
            .required()
            .rule(
                |text| count(text) <= CHARACTERS_MAX,
                format_args!("Member must have length less than or equal to {CHARACTERS_MAX}"),
            )
            .length_at_least(1);
    }

    pub(super) fn state_parameters(&self, violations: &mut Violations, prefix: &str) {
        violations
            .echoed(format!("{prefix}parameters"), self.parameters)
            .length_at_least(1);
    }

    pub(super) fn state_return_on_failure(&self, violations: &mut Violations, prefix: &str) {
        violations
            .echoed(
                format!("{prefix}returnValuesOnConditionCheckFailure"),
                self.return_on_failure,
            )
            .one_of(sets::RETURN_VALUES_ON_CHECK_FAILURE);
    }

    /// The faults of all parameters, in their order.
    fn faults(&self) -> impl Iterator<Item = &'r Faults> {
        self.parameters
            .into_iter()
            .flatten()
            .map(|parameter| &parameter.arg.faults)
    }

    /// Refuses empty names of attributes.
    pub(super) fn check_names(&self) -> Result<(), ApiError> {
        self.faults()
            .try_for_each(|faults| wording().check(Stage::Name, faults))
    }

    /// Refuses parameters that nest too deep even to be compared.
    pub(super) fn check_depth(&self) -> Result<(), ApiError> {
        for faults in self.faults() {
            if let Some(fault) = faults.first(Stage::Depth)
                && !matches!(fault.kind, FaultKind::Deep(depth) if depth <= PARAMETER_DEPTH_MAX)
            {
                return Err(ApiError::validation(&fault.kind));
            }
        }
        Ok(())
    }

    /// Refuses values that have no type, or several.
    pub(super) fn check_readable(&self) -> Result<(), ApiError> {
        self.check_stages(&[Stage::Reading, Stage::NullFalse])
    }

    /// Refuses numbers and sets that are none.
    pub(super) fn check_content(&self) -> Result<(), ApiError> {
        self.check_stages(&[Stage::Content])
    }

    fn check_stages(&self, stages: &[Stage]) -> Result<(), ApiError> {
        self.faults().try_for_each(|faults| {
            let first = stages.iter().find_map(|stage| faults.first(*stage));
            first.map_or(Ok(()), |fault| Err(ApiError::validation(fault.kind.text(Layer::Older))))
        })
    }

    /// The values of the parameters.
    pub(super) fn values(&self) -> Vec<Value> {
        let parameters = self.parameters.into_iter().flatten();
        parameters.map(|parameter| parameter.arg.value.clone()).collect()
    }

    /// The statement, read once for each text.
    pub(super) fn text(&self, context: &Context<'_>) -> Result<Arc<Statement>, ApiError> {
        let text = self
            .statement
            .unwrap_or_else(|| unreachable!("its absence was refused"));
        let statement = context.expressions().statement(text);
        statement.map_err(|refused| refused.error.clone().into())
    }

    /// The statement, read once for each text. An index whose key PartiQL cannot read is refused before all that is wrong with the text.
    pub(super) fn read(&self, context: &Context<'_>) -> Result<Arc<Statement>, ApiError> {
        let text = self
            .statement
            .unwrap_or_else(|| unreachable!("its absence was refused"));
        match context.expressions().statement(text) {
            Ok(statement) => {
                if statement.kind().is_read() {
                    check_readable_index(statement.target(), context)?;
                }
                Ok(statement)
            }
            Err(refused) => {
                let Refused { error, read } = refused.as_ref();
                if let Some(target) = read {
                    check_readable_index(target, context)?;
                }
                Err(error.clone().into())
            }
        }
    }

    /// Refuses a call in a select list, which comes before other checks of the text.
    pub(super) fn check_select_list(&self, context: &Context<'_>) -> Result<(), ApiError> {
        let text = self
            .statement
            .unwrap_or_else(|| unreachable!("its absence was refused"));
        match context.expressions().statement(text) {
            Err(refused) if matches!(refused.error, StatementError::SelectedCall(_)) => {
                Err(refused.error.clone().into())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn returns_item_on_failure(&self) -> bool {
        self.return_on_failure.is_some_and(|word| word == "ALL_OLD")
    }
}

fn wording() -> Wording {
    Wording::new(Surface::ExecuteStatement, Layer::Older)
}

/// Refuses to read an index that has several attributes of a kind in its key.
fn check_readable_index(target: &Target, context: &Context<'_>) -> Result<(), ApiError> {
    let Some(index) = &target.index else { return Ok(()) };
    let Ok(table) = TableTarget::parse(&target.table, context.caller()) else {
        return Ok(());
    };
    let is_multiple = |definition: &TableDefinition| {
        let keys = definition.index(index).map(|index| &index.keys);
        keys.is_some_and(|keys| keys.partition.len() > 1 || keys.sort.len() > 1)
    };
    match context.read(|database| table.find(database).is_ok_and(|table| is_multiple(table.definition()))) {
        true => Err(StatementFault::MultiAttributeIndex.into()),
        false => Ok(()),
    }
}
