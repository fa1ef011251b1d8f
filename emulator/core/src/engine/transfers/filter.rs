//! Which items of a table an export is to have, and what of them: expressions, as Query and Scan take them.

use std::fmt;

use crate::engine::context::Context;
use crate::engine::expressions::Expressions;
use crate::engine::pages::page::KeySpan;
use crate::engine::pages::range::{check_values, key_attributes, span_of};
use crate::engine::wording::{INVALID_REQUEST, Surface, Wording};
use crate::engine::write::check_scalar_keys;
use crate::expression::{Condition, ExpressionKind, KeyCondition, Phase, Projection};
use crate::model::wire::FilterSpecification;
use crate::model::{ApiError, Item};
use crate::store::{Row, Table};

/// A specification that specifies nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Empty;

impl fmt::Display for Empty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{INVALID_REQUEST}Invalid FilterSpecification: The specification can not be empty"
        )
    }
}

/// What an export has of a table.
#[derive(Debug, Default)]
pub(super) struct Selection {
    key_condition: Option<KeyCondition>,
    filter: Option<Condition>,
    projection: Option<Projection>,
}

impl Selection {
    /// Reads a specification; without one everything is exported.
    ///
    /// # Errors
    /// When it is empty, or an expression is wrong by itself.
    pub(super) fn read(specification: Option<&FilterSpecification>, context: &Context<'_>) -> Result<Self, ApiError> {
        let Some(specification) = specification else {
            return Ok(Self::default());
        };
        if *specification == FilterSpecification::default() {
            return Err(ApiError::validation(Empty));
        }
        let (filter, projection, keys) = (
            specification.filter_expression.as_ref(),
            specification.projection_expression.as_ref(),
            specification.key_condition_expression.as_ref(),
        );
        let wording = Wording::new(Surface::Scan, context.layer());
        let names = specification.expression_attribute_names.as_ref();
        let values = specification.expression_attribute_values.as_ref();
        let mut expressions = Expressions::new(context, wording, names, values);
        expressions.check_names_not_empty()?;
        wording.check_value_names(values)?;
        let kinds = [
            (ExpressionKind::Projection, projection),
            (ExpressionKind::Filter, filter),
            (ExpressionKind::KeyCondition, keys),
        ];
        expressions.check_parameters(&[], &kinds.map(|(kind, text)| (kind, text.is_some())))?;
        for (kind, text) in kinds {
            expressions.check_not_empty(kind, text)?;
        }
        let filter = expressions.bind(ExpressionKind::Filter, filter)?;
        expressions.check(&filter, &[Phase::Names, Phase::Operands])?;
        let key_condition = expressions.bind(ExpressionKind::KeyCondition, keys)?;
        let key_condition = expressions.program(key_condition)?;
        let projection = expressions.projection(projection, None)?;
        let filter = expressions.program(filter)?;
        expressions.check_unused()?;
        Ok(Self {
            key_condition,
            filter,
            projection,
        })
    }

    /// The items of a table that are wanted, as far as they are.
    ///
    /// # Errors
    /// When an expression does not fit the table's key.
    pub(super) fn items<'t>(
        &'t self,
        table: &'t Table,
        context: &Context<'_>,
    ) -> Result<impl Iterator<Item = Item> + 't, ApiError> {
        let span = self.span(table, context)?;
        let stepped_into = self.filter.iter().flat_map(Condition::attributes_in_part);
        let stepped_into = stepped_into.chain(self.projection.iter().flat_map(Projection::attributes_in_part));
        check_scalar_keys(table.definition(), stepped_into)?;
        let rows: Vec<_> = span.rows(table.rows()).collect();
        let is_wanted = |row: &Row| self.filter.as_ref().is_none_or(|filter| filter.matches(&row.item));
        let wanted = rows.into_iter().filter(move |row| is_wanted(row));
        Ok(wanted.map(|row| match &self.projection {
            Some(projection) => projection.apply_packed(&row.item).unpack(),
            None => row.item.unpack(),
        }))
    }

    fn span(&self, table: &Table, context: &Context<'_>) -> Result<KeySpan, ApiError> {
        let Some(condition) = &self.key_condition else {
            return Ok(KeySpan::all());
        };
        let keys = &table.definition().keys;
        let wording = Wording::new(Surface::Query, context.layer());
        let range = condition
            .resolve(&key_attributes(&keys.partition), &key_attributes(&keys.sort))
            .map_err(|error| wording.expression(error))?;
        check_values(keys, &range)?;
        Ok(span_of(&range))
    }
}
