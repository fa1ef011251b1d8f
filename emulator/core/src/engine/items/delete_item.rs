//! DeleteItem: removes an item.
//!
//! Order of checks (observed-validation.md §14): readable values, empty table name, members together (`ReturnValues` wholly among them), empty
//! names, parameters, conditional operator, depth of key and `Expected`, the key's values, condition, undefined and unused placeholders,
//! `Expected`; then the table, the key and the condition itself.

use super::single_write::{self, ONLY_ALL_OLD_OR_NONE, is_all_old_or_none, old_if_asked, shared};
use crate::engine::context::{Context, Execute};
use crate::engine::expressions::Expressions;
use crate::engine::members::{check_empty_table_name, state_older_table_name, state_table_name};
use crate::engine::violations::{Violations, sets};
use crate::engine::wording::{Surface, Wording};
use crate::engine::write::{Action, Write};
use crate::expression::Phase;
use crate::model::fault::Stage;
use crate::model::wire::{DeleteItemRequest, WriteReply};
use crate::model::{ApiError, Layer};

impl Execute for DeleteItemRequest {
    type Reply = WriteReply;

    fn execute(self, context: &Context<'_>) -> Result<WriteReply, ApiError> {
        let write = self.checked(context)?;
        single_write::execute(
            context,
            shared!(self),
            &write,
            old_if_asked(self.return_values.as_ref()),
        )
    }
}

impl DeleteItemRequest {
    fn checked(&self, context: &Context<'_>) -> Result<Write, ApiError> {
        let wording = Wording::new(Surface::DeleteItem, context.layer());
        let shared = shared!(self);
        if let Some(key) = &self.key {
            wording.check(Stage::Reading, &key.faults)?;
        }
        self.check_members(context.layer())?;
        let key = self.key.as_ref().map(|key| (&key.item, &key.faults));
        let (key, faults) = key.unwrap_or_else(|| unreachable!("its absence was refused"));
        let mut expressions = Expressions::new(context, wording, shared.names, shared.values);
        wording.check(Stage::Name, faults)?;
        shared.check_empty_names(&wording, &expressions)?;
        wording.check(Stage::NullFalse, faults)?;
        shared.check_parameters(&expressions, None, None)?;
        let join = shared.join(&expressions)?;
        wording.check(Stage::Depth, faults)?;
        shared.check_expected(&wording, Stage::Depth)?;
        wording.check_key(faults)?;
        let condition = shared.condition(&mut expressions)?;
        expressions.check(&condition, &[Phase::Operands])?;
        let condition = expressions.program(condition)?;
        expressions.check_unused()?;
        let condition = condition.or(shared.legacy_condition(&wording, &expressions, join)?);
        Ok(Write {
            action: Action::Delete { key: key.clone() },
            condition,
            returns_item_on_failure: shared.returns_item_on_failure(),
        })
    }

    fn check_members(&self, layer: Layer) -> Result<(), ApiError> {
        match layer {
            Layer::Current => self.check_current_members(),
            Layer::Older => self.check_older_members(),
        }
    }

    fn check_older_members(&self) -> Result<(), ApiError> {
        let shared = shared!(self);
        let mut violations = Violations::default();
        shared.state_return_consumed_capacity(&mut violations);
        state_older_table_name(&mut violations, shared.table_name);
        shared.state_return_values(&mut violations, Layer::Older);
        shared.state_return_item_collection_metrics(&mut violations);
        violations.echoed("key", self.key.as_ref()).required();
        shared.state_legacy_words(&mut violations);
        shared.state_return_on_failure(&mut violations);
        violations.refuse()?;
        if is_all_old_or_none(shared.return_values) {
            return Ok(());
        }
        Err(ApiError::validation(ONLY_ALL_OLD_OR_NONE))
    }

    fn check_current_members(&self) -> Result<(), ApiError> {
        let shared = shared!(self);
        check_empty_table_name(shared.table_name)?;
        let mut violations = Violations::default();
        state_table_name(&mut violations, shared.table_name);
        violations.echoed("key", self.key.as_ref()).required();
        shared.state_return_consumed_capacity(&mut violations);
        shared.state_return_values(&mut violations, Layer::Current);
        shared.state_return_item_collection_metrics(&mut violations);
        shared.state_return_on_failure(&mut violations);
        let is_known = shared
            .return_values
            .is_some_and(|word| sets::RETURN_VALUES.contains(&word.as_str()));
        if is_known && !is_all_old_or_none(shared.return_values) && self.key.is_some() {
            violations.push(ONLY_ALL_OLD_OR_NONE);
        }
        violations.refuse()
    }
}
