//! Tables as values: what a database is, and the one way in which it changes.
//!
//! A `Database` clones in O(1); a reader keeps a clone and lets go of the lock. It changes by a `Change` alone. Nothing here
//! knows requests or expressions.

mod definition;
mod key;

pub use definition::{
    IndexDefinition, IndexKind, IndexStatus, KeyAttribute, KeySchema, Projection, ScalarType, TableDefinition,
};
pub use key::{RowKey, partition_hash};
