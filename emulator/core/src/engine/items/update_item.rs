//! UpdateItem: changes an item, or creates it.
//!
//! Order of checks (observed-validation.md §14): readable values, empty table name, members (alone, one at a time, in older words if the key or
//! the name is missing), empty names, NULL:false, parameters, conditional operator, depth, the key's values, `AttributeUpdates`, `Expected`, an
//! empty condition before an empty update, the update, the condition, unused placeholders, the condition's operands; then the table, the key,
//! the request's own size, the condition itself, and the application.

use super::single_write::{self, ReturnValues, Shared, shared};
use crate::engine::context::{Context, Execute};
use crate::engine::expressions::Expressions;
use crate::engine::members::{check_empty_table_name, state_full_table_name, state_older_table_name};
use crate::engine::violations::{Violations, sets};
use crate::engine::wording::{Surface, Wording};
use crate::engine::write::{Action, Touched, UpdateLimit, Write};
use crate::expression::legacy::{self, Join};
use crate::expression::{Condition, ExpressionKind, Phase, Update};
use crate::model::fault::{FaultKind, Stage};
use crate::model::json::Entries;
use crate::model::wire::{UpdateItemRequest, WriteReply};
use crate::model::{ApiError, Layer, PackedItem};

impl Execute for UpdateItemRequest {
    type Reply = WriteReply;

    fn execute(self, context: &Context<'_>) -> Result<WriteReply, ApiError> {
        let write = self.checked(context)?;
        let returns = ReturnValues::of(self.return_values.as_ref());
        single_write::execute(context, shared!(self), &write, |planned| match returns {
            ReturnValues::None => None,
            ReturnValues::AllOld => planned.old.map(|row| row.item),
            ReturnValues::AllNew => planned.new.map(|row| row.item),
            ReturnValues::UpdatedOld | ReturnValues::UpdatedNew => planned.touched.map(PackedItem::from),
        })
    }
}

impl UpdateItemRequest {
    fn checked(&self, context: &Context<'_>) -> Result<Write, ApiError> {
        let wording = Wording::new(Surface::UpdateItem, context.layer());
        let shared = shared!(self);
        if let Some(key) = &self.key {
            wording.check(Stage::Reading, &key.faults)?;
        }
        self.check_members(context.layer())?;
        let key = self.key.as_ref().map(|key| (&key.item, &key.faults));
        let (key, faults) = key.unwrap_or_else(|| unreachable!("its absence was refused"));
        wording.check(Stage::Name, faults)?;
        self.check_updates(&wording, Stage::Name)?;
        let mut expressions = Expressions::new(context, wording, shared.names, shared.values);
        shared.check_empty_names(&wording, &expressions)?;
        wording.check(Stage::NullFalse, faults)?;
        self.check_updates(&wording, Stage::NullFalse)?;
        shared.check_parameters(
            &expressions,
            Some(self.attribute_updates.is_some()),
            Some(self.update_expression.is_some()),
        )?;
        let join = shared.join(&expressions)?;
        wording.check(Stage::Depth, faults)?;
        self.check_updates(&wording, Stage::Depth)?;
        shared.check_expected(&wording, Stage::Depth)?;
        wording.check_key(faults)?;
        let (update, condition) = self.program(&mut expressions, &wording, shared, join)?;
        let wanted = match ReturnValues::of(shared.return_values) {
            ReturnValues::UpdatedOld => Touched::Old,
            ReturnValues::UpdatedNew => Touched::New,
            _ => Touched::Nothing,
        };
        let action = Action::Update {
            key: key.clone(),
            update,
            wanted,
            limit: UpdateLimit::RequestAndItem,
        };
        Ok(Write {
            action,
            condition,
            returns_item_on_failure: shared.returns_item_on_failure(),
        })
    }

    /// The update and the condition, from expressions or from legacy parameters.
    fn program(
        &self,
        expressions: &mut Expressions<'_>,
        wording: &Wording,
        shared: Shared<'_>,
        join: Join,
    ) -> Result<(Update, Option<Condition>), ApiError> {
        self.check_updates(wording, Stage::Reading)?;
        self.check_updates(wording, Stage::Content)?;
        let legacy_update = self.attribute_updates.as_ref().map(legacy::attribute_updates);
        let legacy_update = expressions.lowered(legacy_update.transpose())?;
        let legacy_condition = shared.legacy_condition(wording, expressions, join)?;
        expressions.check_not_empty(ExpressionKind::Condition, shared.condition_expression)?;
        let update = expressions.bind::<Update>(ExpressionKind::Update, self.update_expression.as_ref())?;
        expressions.check(&update, &[Phase::References, Phase::Operands, Phase::Paths])?;
        let condition = shared.condition(expressions)?;
        expressions.check(&condition, &[Phase::References])?;
        expressions.check_unused()?;
        let condition = expressions.program(condition)?.or(legacy_condition);
        let update = expressions.program(update)?.or(legacy_update);
        Ok((update.unwrap_or_else(legacy::no_updates), condition))
    }

    fn check_members(&self, layer: Layer) -> Result<(), ApiError> {
        let shared = shared!(self);
        if layer == Layer::Older {
            return self.check_older_members();
        }
        check_empty_table_name(shared.table_name)?;
        let mut violations = Violations::default();
        if self.key.is_none() {
            shared.state_return_consumed_capacity(&mut violations);
            violations.echoed("tableName", shared.table_name).required();
            self.state_older_words(&mut violations);
            return violations.refuse();
        }
        if shared.table_name.is_none() {
            violations.echoed("tableName", shared.table_name).required();
            shared.state_return_values(&mut violations, Layer::Older);
            return violations.refuse();
        }
        state_full_table_name(&mut violations, shared.table_name);
        violations.refuse()?;
        check_first_word(shared)
    }

    fn check_older_members(&self) -> Result<(), ApiError> {
        let shared = shared!(self);
        let mut violations = Violations::default();
        shared.state_return_consumed_capacity(&mut violations);
        state_older_table_name(&mut violations, shared.table_name);
        self.state_older_words(&mut violations);
        shared.state_legacy_words(&mut violations);
        for (name, update) in self.attribute_updates.iter().flat_map(Entries::iter) {
            violations
                .echoed(
                    format_args!("attributeUpdates.{name}.member.action"),
                    update.action.as_ref(),
                )
                .one_of(sets::ATTRIBUTE_ACTION);
        }
        violations.refuse()
    }

    /// What the older layer lists of this operation after the name.
    fn state_older_words(&self, violations: &mut Violations) {
        let shared = shared!(self);
        shared.state_return_values(violations, Layer::Older);
        shared.state_return_on_failure(violations);
        shared.state_return_item_collection_metrics(violations);
        violations.echoed("key", self.key.as_ref()).required();
    }

    /// The faults of one stage in `AttributeUpdates`.
    fn check_updates(&self, wording: &Wording, stage: Stage) -> Result<(), ApiError> {
        for (name, update) in self.attribute_updates.iter().flat_map(Entries::iter) {
            if let Some(fault) = FaultKind::of_name(name).filter(|_| stage == Stage::Name) {
                return Err(wording.shape(fault));
            }
            if let Some(value) = &update.value {
                wording.check(stage, &value.faults)?;
            }
        }
        Ok(())
    }
}

/// This operation reports the first bad word alone, and two of the four without the envelope.
fn check_first_word(shared: Shared<'_>) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    shared.state_return_values(&mut violations, Layer::Current);
    violations.refuse()?;
    let mut violations = Violations::default();
    shared.state_return_on_failure(&mut violations);
    violations.refuse_bare()?;
    let mut violations = Violations::default();
    shared.state_return_item_collection_metrics(&mut violations);
    violations.refuse()?;
    let mut violations = Violations::default();
    shared.state_return_consumed_capacity(&mut violations);
    violations.refuse_bare()
}
