//! GetItem: reads an item by its key.
//!
//! Order of checks (observed-validation.md §14, observed.md 26): readable values, empty table name, members together, empty names, parameters, the
//! key's depth and values, `AttributesToGet`, the projection, unused placeholders; then the table, the key, the projection against it.

use std::sync::Arc;

use crate::engine::capacity::{Consistency, Units, read_units};
use crate::engine::context::{Context, Execute};
use crate::engine::expressions::Expressions;
use crate::engine::keys::key_of_map;
use crate::engine::members::{
    check_attribute_to_get_names, check_empty_table_name, state_older_table_name, state_return_consumed_capacity,
    state_table_name,
};
use crate::engine::throttle::Draw;
use crate::engine::violations::Violations;
use crate::engine::wording::{Surface, Wording};
use crate::engine::write::check_scalar_keys;
use crate::expression::{ExpressionKind, LegacyParameter, Projection};
use crate::model::fault::Stage;
use crate::model::wire::{GetItemReply, GetItemRequest};
use crate::model::{ApiError, Layer};
use crate::store::Row;

impl Execute for GetItemRequest {
    type Reply = GetItemReply;

    fn execute(self, context: &Context<'_>) -> Result<GetItemReply, ApiError> {
        let projection = self.check(context)?;
        let key = self
            .key
            .as_ref()
            .map(|key| &key.item)
            .unwrap_or_else(|| unreachable!("its absence was refused"));
        let target = context.target(self.table_name.as_ref())?;
        let found = context.read(|database| {
            let table = target.find(database)?;
            let definition = table.definition();
            let key = key_of_map(&definition.keys, key)?;
            check_scalar_keys(definition, projection.iter().flat_map(Projection::attributes_in_part))?;
            let table = context.as_read(Arc::clone(table), Consistency::of(self.consistent_read));
            let row = table.get(&key).cloned();
            let size_bytes = row.as_ref().map_or(0, |row| definition.billed_bytes(row));
            Ok::<_, ApiError>((row, size_bytes, Arc::clone(definition), key))
        });
        let (found, size_bytes, definition, key) = found?;
        let units = Units::at_table(read_units(size_bytes, Consistency::of(self.consistent_read)));
        context.draw(&Draw::of_read(&definition, &units, &key))?;
        let report = context.capacity_report(self.return_consumed_capacity.as_ref());
        let item = found.map(|Row { item, .. }| match projection {
            Some(projection) => projection.apply_packed(&item),
            None => item,
        });
        Ok(GetItemReply {
            item,
            consumed_capacity: units.report(report, target.given()),
        })
    }
}

impl GetItemRequest {
    /// Everything that can be refused without the table.
    fn check(&self, context: &Context<'_>) -> Result<Option<Projection>, ApiError> {
        let wording = Wording::new(Surface::GetItem, context.layer());
        if let Some(key) = &self.key {
            wording.check(Stage::Reading, &key.faults)?;
        }
        self.check_members(context.layer())?;
        let faults = self
            .key
            .as_ref()
            .map(|key| &key.faults)
            .unwrap_or_else(|| unreachable!("its absence was refused"));
        wording.check(Stage::Name, faults)?;
        check_attribute_to_get_names(self.attributes_to_get.as_ref())?;
        let mut expressions = Expressions::new(context, wording, self.expression_attribute_names.as_ref(), None);
        expressions.check_names_not_empty()?;
        expressions.check_parameters(
            &[(LegacyParameter::AttributesToGet, self.attributes_to_get.is_some())],
            &[(ExpressionKind::Projection, self.projection_expression.is_some())],
        )?;
        wording.check_stages(&[Stage::Depth, Stage::NullFalse, Stage::Content], faults)?;
        let legacy = expressions.attributes_to_get(self.attributes_to_get.as_ref())?;
        let projection = expressions.projection(self.projection_expression.as_ref(), legacy)?;
        expressions.check_unused()?;
        Ok(projection)
    }

    fn check_members(&self, layer: Layer) -> Result<(), ApiError> {
        match layer {
            Layer::Current => self.check_current_members(),
            Layer::Older => self.check_older_members(),
        }
    }

    fn check_older_members(&self) -> Result<(), ApiError> {
        let mut violations = Violations::default();
        state_return_consumed_capacity(&mut violations, self.return_consumed_capacity.as_ref());
        violations
            .echoed("attributesToGet", self.attributes_to_get.as_ref())
            .length_at_least(1);
        state_older_table_name(&mut violations, self.table_name.as_ref());
        violations.echoed("key", self.key.as_ref()).required();
        violations.refuse()
    }

    fn check_current_members(&self) -> Result<(), ApiError> {
        check_empty_table_name(self.table_name.as_ref())?;
        let mut violations = Violations::default();
        violations.echoed("key", self.key.as_ref()).required();
        state_table_name(&mut violations, self.table_name.as_ref());
        state_return_consumed_capacity(&mut violations, self.return_consumed_capacity.as_ref());
        violations
            .echoed("attributesToGet", self.attributes_to_get.as_ref())
            .length_at_least(1);
        violations.refuse()
    }
}
