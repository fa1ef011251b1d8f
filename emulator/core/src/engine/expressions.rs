//! The expressions of one request: parsed through the engine's cache, bound to the request's placeholders, refused in the operation's words.
//!
//! The order of the checks is the operation's; each method here is one line of it.

use super::context::Context;
use super::wording::Wording;
use crate::expression::legacy::{self, LegacyError};
use crate::expression::{
    Bound, ExpressionCache, ExpressionError, ExpressionKind, LegacyParameter, Parameters, Phase, Placeholders, Program,
    Projection,
};
use crate::model::ApiError;
use crate::model::json::{Entries, Text};
use crate::model::wire::Attributes;

/// The expressions of one request.
pub(crate) struct Expressions<'r> {
    cache: &'r ExpressionCache,
    wording: Wording,
    placeholders: Placeholders<'r>,
    values: Option<&'r Attributes>,
}

impl<'r> Expressions<'r> {
    pub(crate) fn new(
        context: &'r Context<'_>,
        wording: Wording,
        names: Option<&'r Entries<Text>>,
        values: Option<&'r Attributes>,
    ) -> Self {
        Self {
            cache: context.expressions(),
            wording,
            placeholders: Placeholders::new(names, values),
            values,
        }
    }

    /// Refuses a name placeholder that stands for the empty name.
    pub(crate) fn check_names_not_empty(&self) -> Result<(), ApiError> {
        self.worded(self.placeholders.check_names_not_empty())
    }

    /// Checks which parameters go together, then the maps of placeholders and the values in them.
    pub(crate) fn check_parameters(
        &self,
        legacy: &[(LegacyParameter, bool)],
        expressions: &[(ExpressionKind, bool)],
    ) -> Result<(), ApiError> {
        let layer = self.wording.layer();
        let parameters = Parameters {
            legacy,
            expressions,
            layer,
        };
        self.worded(parameters.check(&self.placeholders))?;
        self.wording.check_values(self.values)
    }

    /// Checks the maps of placeholders by themselves, and not the values in them. Transactions let maps through that no expression could use.
    pub(crate) fn check_maps(&self) -> Result<(), ApiError> {
        self.worded(self.placeholders.check_maps())
    }

    /// Refuses an expression that is too long ahead of reading it, telling its size.
    pub(crate) fn check_size(&self, kind: ExpressionKind, text: Option<&Text>) -> Result<(), ApiError> {
        self.worded(kind.check_size(text.map(Text::as_str)))
    }

    /// Checks what belongs together for SearchVectors: the values, the maps, then whether there is an expression for them.
    pub(crate) fn check_search_parameters(&self, expressions: &[(ExpressionKind, bool)]) -> Result<(), ApiError> {
        self.wording.check_values(self.values)?;
        let parameters = Parameters {
            legacy: &[],
            expressions,
            layer: self.wording.layer(),
        };
        self.worded(parameters.check_of_search(&self.placeholders))
    }

    /// Refuses an empty expression.
    pub(crate) fn check_not_empty(&self, kind: ExpressionKind, text: Option<&Text>) -> Result<(), ApiError> {
        self.worded(kind.check_not_empty(text.map(Text::as_str)))
    }

    /// Parses an expression and binds it.
    pub(crate) fn bind<T: Program>(
        &mut self,
        kind: ExpressionKind,
        text: Option<&Text>,
    ) -> Result<Bound<'r, T>, ApiError> {
        let parsed = self
            .cache
            .parse(kind, text.map(Text::as_str))
            .map_err(|error| self.wording.expression(error))?;
        Ok(self.placeholders.bind(parsed))
    }

    /// Checks a bound expression in some phases.
    pub(crate) fn check<T: Program>(&self, bound: &Bound<'_, T>, phases: &[Phase]) -> Result<(), ApiError> {
        phases.iter().try_for_each(|phase| self.worded(bound.check(*phase)))
    }

    /// Makes the program of a bound expression.
    pub(crate) fn program<T: Program>(&self, bound: Bound<'_, T>) -> Result<Option<T>, ApiError> {
        self.worded(bound.into_program())
    }

    /// The projection of an expression, or else that of a legacy list of attributes.
    pub(crate) fn projection(
        &mut self,
        text: Option<&Text>,
        names: Option<Projection>,
    ) -> Result<Option<Projection>, ApiError> {
        let bound = self.bind(ExpressionKind::Projection, text)?;
        Ok(self.program(bound)?.or(names))
    }

    /// The projection that `AttributesToGet` amounts to.
    pub(crate) fn attributes_to_get(&self, names: Option<&Vec<Text>>) -> Result<Option<Projection>, ApiError> {
        self.lowered(names.map(|names| legacy::attributes_to_get(names)).transpose())
    }

    /// A refusal of legacy parameters in the operation's words.
    pub(crate) fn lowered<T>(&self, result: Result<T, LegacyError>) -> Result<T, ApiError> {
        self.worded(result.map_err(ExpressionError::from))
    }

    /// Refuses placeholders that no expression mentions.
    pub(crate) fn check_unused(&self) -> Result<(), ApiError> {
        self.worded(self.placeholders.check_unused())
    }

    /// A refusal in the operation's words.
    pub(crate) fn worded<T>(&self, result: Result<T, ExpressionError>) -> Result<T, ApiError> {
        result.map_err(|error| self.wording.expression(error))
    }
}
