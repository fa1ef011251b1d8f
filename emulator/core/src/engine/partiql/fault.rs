//! What is refused of a statement once its table is known, in the service's words (observed-partiql.md §10–§13).

use std::fmt;

use crate::model::{ApiError, ErrorKind, Name, ValueType};

/// What is wrong between a statement and its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StatementFault {
    /// A read of an index with several attributes of a kind in its key.
    MultiAttributeIndex,
    /// A table does not have the index.
    NoIndex,
    /// A write to an index.
    WriteToIndex,
    /// A consistent read of a global index.
    ConsistentIndexRead,
    /// ORDER BY without WHERE.
    OrderWithoutWhere,
    /// ORDER BY an attribute that is not in the key.
    OrderTerm(Name),
    /// ORDER BY without a partition.
    OrderWithoutPartition,
    /// ORDER BY the sort key across partitions.
    OrderAcrossPartitions,
    /// A value for a key of a type that no key has.
    KeyNotScalar(Name, ValueType),
    /// A value for a key of another type than the key's.
    KeyMistyped(Name),
    /// Ranges that meet.
    Overlap,
    /// A write whose WHERE clause does not name its item.
    KeyIncomplete,
    /// A write whose WHERE clause names two items.
    KeyTwice(Name),
    /// A token of another statement.
    TokenMismatch,
    /// A token that cannot be read.
    TokenUnreadable,
    /// An INSERT of an item whose key is taken.
    Duplicate,
    /// An item that nests too deep.
    Nesting,
    /// A SELECT of a batch that does not name one item.
    BatchKey,
    /// Reads and writes in one batch.
    BatchMixed,
    /// One item twice in a batch.
    BatchDuplicates,
    /// A read of a vector index.
    VectorIndex,
    /// An item to insert that is too large.
    ItemTooLarge,
    /// A SELECT of a transaction that does not name one item.
    TransactionKey,
    /// A read of an index within a transaction.
    TransactionIndex,
    /// RETURNING within a transaction.
    TransactionReturning,
    /// Reads and writes in one transaction.
    TransactionMixed,
}

impl fmt::Display for StatementFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MultiAttributeIndex => f.write_str(
                "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE keys.",
            ),
            Self::NoIndex => f.write_str("The table does not have the specified index"),
            Self::WriteToIndex => f.write_str("This operation is not supported on an index"),
            Self::ConsistentIndexRead => {
                f.write_str("Strongly consistent read is not supported on Global Secondary Indexes")
            }
            Self::OrderWithoutWhere => {
                f.write_str("Must have WHERE clause in the statement when using ORDER BY clause.")
            }
            Self::OrderTerm(name) => {
                write!(f, "Attribute {name} in ORDER BY clause must be part of the primary key")
            }
            Self::OrderWithoutPartition => f.write_str(
                "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
            ),
            Self::OrderAcrossPartitions => f.write_str(
                "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.",
            ),
            Self::KeyNotScalar(name, kind) => write!(
                f,
                "Key value must be of type S, N, or B. Key name: {name}, Key type: {kind}"
            ),
            Self::KeyMistyped(name) => write!(
                f,
                "Key attribute's data type should match its data type in table's schema: Key {name}"
            ),
            Self::Overlap => {
                f.write_str("Overlapping conditions with range keys are not supported in where clause")
            }
            Self::KeyIncomplete => {
                f.write_str("Where clause does not contain a mandatory equality on all key attributes")
            }
            Self::KeyTwice(name) => write!(
                f,
                "Multiple conditions on same key {name}. Only single item Update/Insert/Delete are supported"
            ),
            Self::TokenMismatch => f.write_str("NextToken does not match request"),
            Self::TokenUnreadable => f.write_str("Invalid NextToken"),
            Self::Duplicate => f.write_str("Duplicate primary key exists in table"),
            Self::Nesting => f.write_str("Nesting Levels have exceeded supported limits"),
            Self::BatchKey => f.write_str(
                "Select statements within BatchExecuteStatement must specify the primary key in the where clause.",
            ),
            Self::BatchMixed => {
                f.write_str("Read and write requests together in the same batch is not supported.")
            }
            Self::BatchDuplicates => f.write_str("Provided list of item keys contains duplicates"),
            Self::VectorIndex => f.write_str("Scan operation not supported on this index type"),
            Self::ItemTooLarge => f.write_str("Item size has exceeded the maximum allowed size"),
            Self::TransactionKey => f.write_str(
                "Select statements within ExecuteTransaction must specify the primary key in the where clause.",
            ),
            Self::TransactionIndex => f.write_str("Reads on indices are not supported within transactions."),
            Self::TransactionReturning => f.write_str("RETURNING clause is not supported in ExecuteTransaction."),
            Self::TransactionMixed => f.write_str(
                "ExecuteTransaction API does not support both read and write operations in the same request.",
            ),
        }
    }
}

impl From<StatementFault> for ApiError {
    fn from(fault: StatementFault) -> Self {
        let kind = match fault {
            StatementFault::Duplicate => ErrorKind::DuplicateItem,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, fault)
    }
}
