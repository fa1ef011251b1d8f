//! The expression language: conditions, filters, key conditions, projections and updates, and the legacy parameters that came before them.
//!
//! A text is parsed once into a tree ([`ast`]), which the [`ExpressionCache`] keeps. [`Placeholders::bind`] joins the tree with the names and
//! values of a request; a [`Bound`] expression tells the first error of each [`Phase`], since operations check in different orders. What
//! comes out is a program: [`Condition`], [`KeyCondition`], [`Projection`] or [`Update`]. Programs of conditions and projections cannot
//! fail. The functions of [`legacy`] make the same programs of legacy parameters.
//!
//! Everything that can be told from the request alone is told here, once; keys, tables and sizes of items are not known here. The module
//! depends on [`model`](crate::model) alone.
//!
//! An operation reads as a list of lines:
//!
//! ```
//! use stator_core::expression::{Condition, ExpressionCache, ExpressionError, ExpressionKind, Phase, Placeholders, Update};
//! use stator_core::model::AttributeMap;
//! use stator_core::model::wire::UpdateItemRequest;
//!
//! fn plan(cache: &ExpressionCache, request: &UpdateItemRequest) -> Result<(Option<Update>, Option<Condition>), ExpressionError> {
//!     let mut placeholders = Placeholders::new(
//!         request.expression_attribute_names.as_ref(),
//!         request.expression_attribute_values.as_ref(),
//!     );
//!     ExpressionKind::Condition.check_not_empty(request.condition_expression.as_deref())?;
//!     let update = cache.parse::<Update>(ExpressionKind::Update, request.update_expression.as_deref())?;
//!     let update = placeholders.bind(update);
//!     update.check(Phase::References)?;
//!     update.check(Phase::Operands)?;
//!     update.check(Phase::Paths)?;
//!     let condition = cache.parse::<Condition>(ExpressionKind::Condition, request.condition_expression.as_deref())?;
//!     let condition = placeholders.bind(condition);
//!     condition.check(Phase::References)?;
//!     placeholders.check_unused()?;
//!     condition.check(Phase::Operands)?;
//!     Ok((update.into_program()?, condition.into_program()?))
//! }
//!
//! let request = UpdateItemRequest {
//!     update_expression: Some("REMOVE draft".into()),
//!     condition_expression: Some("attribute_exists(pk)".into()),
//!     ..UpdateItemRequest::default()
//! };
//! let (update, condition) = plan(&ExpressionCache::default(), &request)?;
//! assert!(condition.is_some_and(|condition| !condition.matches(&AttributeMap::default())));
//! assert!(update.is_some());
//! # Ok::<(), ExpressionError>(())
//! ```

pub mod ast;
mod bind;
mod cache;
mod condition;
mod document;
mod error;
mod key_condition;
pub mod legacy;
mod notation;
pub mod partiql;
mod path;
mod placeholders;
mod print;
mod projection;
mod reserved;
mod resolve;
mod search_condition;
mod sequence;
mod syntax;
mod update;

pub use bind::{Bound, Parsed, Phase, Program};
pub use cache::{CacheStats, ExpressionCache};
pub use condition::Condition;
pub use document::Document;
pub use error::{
    Clash, ClashKind, ExpressionError, ExpressionKind, Grammar, OperandError, OperatorName, Problem, SyntaxError,
    Undefined,
};
pub use key_condition::{KeyAttribute, KeyCondition, KeyConditionError, KeyPredicate, KeyRange};
pub use notation::{NotationError, NotationFault, Spelled, Written};
pub use path::{DocumentPath, Step};
pub use placeholders::{LegacyParameter, Parameters, PlaceholderError, PlaceholderMap, Placeholders};
pub use projection::Projection;
pub use resolve::{Resolve, resolved};
pub use search_condition::{SearchCondition, SearchConditionError};
pub use syntax::{OPERATORS_MAX, PATH_ELEMENTS_MAX, SIZE_BYTES_MAX};
pub use update::{Update, UpdateError, Updated};

#[cfg(test)]
mod tests;
