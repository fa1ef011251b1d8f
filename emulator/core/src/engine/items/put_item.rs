//! PutItem: writes a whole item.
//!
//! Order of checks (observed-validation.md §14): readable values, empty table name, members together, empty names, NULL:false, the item's values,
//! parameters, conditional operator, condition, `ReturnValues`, `Expected`, item size, undefined and unused placeholders; then the table,
//! keys, index keys and the condition itself.

use super::single_write::{self, ONLY_ALL_OLD_OR_NONE, is_all_old_or_none, old_if_asked, shared};
use crate::engine::context::{Context, Execute};
use crate::engine::expressions::Expressions;
use crate::engine::members::{check_empty_table_name, state_older_table_name, state_table_name};
use crate::engine::violations::Violations;
use crate::engine::wording::{Surface, Wording};
use crate::engine::write::{Action, ITEM_BYTES_MAX, Write};
use crate::expression::Phase;
use crate::model::fault::Stage;
use crate::model::wire::{PutItemRequest, WriteReply};
use crate::model::{ApiError, Layer};
use crate::store::Row;

impl Execute for PutItemRequest {
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

impl PutItemRequest {
    fn checked(&self, context: &Context<'_>) -> Result<Write, ApiError> {
        let wording = Wording::new(Surface::PutItem, context.layer());
        let shared = shared!(self);
        if let Some(item) = &self.item {
            wording.check(Stage::Reading, &item.faults)?;
        }
        self.check_members(context.layer())?;
        let item = self.item.as_ref().map(|item| (&item.item, &item.faults));
        let (item, faults) = item.unwrap_or_else(|| unreachable!("its absence was refused"));
        let mut expressions = Expressions::new(context, wording, shared.names, shared.values);
        wording.check(Stage::Name, faults)?;
        shared.check_empty_names(&wording, &expressions)?;
        wording.check_stages(&[Stage::NullFalse, Stage::Content, Stage::Depth], faults)?;
        shared.check_parameters(&expressions, None, None)?;
        let join = shared.join(&expressions)?;
        shared.check_expected(&wording, Stage::Depth)?;
        let condition = shared.condition(&mut expressions)?;
        expressions.check(&condition, &[Phase::Operands])?;
        if !is_all_old_or_none(shared.return_values) {
            return Err(wording.shape(ONLY_ALL_OLD_OR_NONE));
        }
        let legacy = shared.legacy_condition(&wording, &expressions, join)?;
        let row = Row::whole(item.clone());
        if row.size_bytes as usize > ITEM_BYTES_MAX {
            return Err(ApiError::validation("Item size has exceeded the maximum allowed size"));
        }
        let condition = expressions.program(condition)?.or(legacy);
        expressions.check_unused()?;
        Ok(Write {
            action: Action::Put(row),
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
        violations.echoed("item", self.item.as_ref()).required();
        shared.state_legacy_words(&mut violations);
        shared.state_return_values(&mut violations, Layer::Older);
        shared.state_return_item_collection_metrics(&mut violations);
        shared.state_return_on_failure(&mut violations);
        violations.refuse()
    }

    fn check_current_members(&self) -> Result<(), ApiError> {
        let shared = shared!(self);
        check_empty_table_name(shared.table_name)?;
        let mut violations = Violations::default();
        state_table_name(&mut violations, shared.table_name);
        violations.echoed("item", self.item.as_ref()).required();
        shared.state_return_consumed_capacity(&mut violations);
        shared.state_return_values(&mut violations, Layer::Current);
        shared.state_return_item_collection_metrics(&mut violations);
        shared.state_return_on_failure(&mut violations);
        violations.refuse()
    }
}
