//! PartiQL: SELECT, INSERT, UPDATE and DELETE (observed-partiql.md).
//!
//! A text is read into a [`tree`], and the tree is lowered into a [`Statement`] that holds the same trees as expressions do; both happen once a
//! text ([`ExpressionCache::statement`](super::ExpressionCache::statement)). [`Statement::bind`] joins it with the parameters of a request, and a
//! [`Bound`] statement hands out the same programs: [`Condition`](super::Condition), [`Projection`](super::Projection),
//! [`Update`](super::Update). Where PartiQL means something else than an expression, the program has a dialect or a form of its own.
//!
//! What is refused before the table is known is refused here, in the service's order. Keys, tables and transactions are not known here.

mod condition;
mod error;
mod keys;
mod literal;
mod lower;
mod print;
mod statement;
mod syntax;
mod terms;
pub mod tree;
mod update;

pub use error::{Malformed, SetFunction, Span, StatementError};
pub use keys::{Branch, KeyTerm};
pub use statement::{Bound, Kind, OrderTerm, Refused, Statement, Target};
pub use syntax::CHARACTERS_MAX;

#[cfg(test)]
mod tests;
