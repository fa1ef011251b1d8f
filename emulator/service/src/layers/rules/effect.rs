//! What a rule does to a request.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use stator_core::engine::Call;
use stator_core::model::{ApiError, ErrorKind, Operation, Reply};

use super::replay::Replay;

/// What happens to a request.
#[derive(Clone, Debug)]
pub enum Effect {
    /// The engine executes it.
    PassOn,
    /// It is answered without being executed, once the engine has found nothing wrong with it.
    Reply(Box<Reply>),
    /// It fails without being executed, once the engine has found nothing wrong with it.
    Error(ApiError),
    /// A function answers in place of the engine, once that has found nothing wrong with the request.
    Answer(Answer),
    /// It is answered as it was recorded, without being executed or checked.
    Recorded(Arc<Replay>),
    /// The engine executes it, and a function changes the reply.
    Alter(Alteration),
    /// Of a batch so many requests are handed back; the engine executes the rest.
    LeaveUnprocessed(NonZeroUsize),
    /// The engine executes it, and the client does not learn that.
    LoseAnswer(Loss),
    /// The connection is closed before the request arrives.
    DropConnection,
    /// A page of Query or Scan ends early.
    EndPage(PageEnd),
    /// A read that may be behind sees its table or index as it was so long ago, as far back as the rule has been there.
    Stale(Duration),
    /// From then on a transaction that nobody sees is under way on the items of the request, for so long: the request itself meets it first.
    Contend(Duration),
}

/// How an answer is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The connection goes away.
    Connection,
    /// An `InternalServerError` is answered, which leaves the outcome open.
    ServerError,
}

/// Where a page ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageEnd {
    /// After so many evaluated items.
    Items(NonZeroUsize),
    /// After the item with which so many bytes are reached.
    Bytes(u64),
}

type Answering = dyn Fn(&Call) -> Result<Reply, ApiError> + Send + Sync;

/// A function in place of the engine.
#[derive(Clone)]
pub struct Answer(pub Arc<Answering>);

/// A function that changes replies.
#[derive(Clone)]
pub struct Alteration(pub Arc<dyn Fn(Reply) -> Reply + Send + Sync>);

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a function")
    }
}

impl fmt::Debug for Alteration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a function")
    }
}

impl Effect {
    /// Whether the engine must find nothing wrong with a request before this happens to it.
    pub(super) fn needs_valid_request(&self) -> bool {
        match self {
            Self::Reply(_) | Self::Error(_) | Self::Answer(_) | Self::LeaveUnprocessed(_) => true,
            Self::PassOn
            | Self::Recorded(_)
            | Self::Alter(_)
            | Self::LoseAnswer(_)
            | Self::DropConnection
            | Self::EndPage(_)
            | Self::Stale(_)
            | Self::Contend(_) => false,
        }
    }

    /// Whether the engine executes what the client asks for, so that a delay is the time that a transaction takes.
    pub(super) fn executes(&self) -> bool {
        matches!(self, Self::PassOn | Self::Alter(_) | Self::LoseAnswer(_))
    }

    /// Whether this can happen to some operations alone.
    pub(super) fn needs_operation(&self) -> bool {
        matches!(self, Self::Reply(_) | Self::LeaveUnprocessed(_) | Self::EndPage(_))
    }

    /// Why this can never happen to an operation, if so.
    pub(super) fn misfit(&self, operation: Operation) -> Option<String> {
        match self {
            Self::Reply(reply) if reply.operation() != operation => {
                Some(format!("a reply of {} is none of {operation}", reply.operation()))
            }
            Self::Error(error) if !can_answer(operation, error.kind()) => {
                Some(format!("{operation} never answers {}", error.kind().name()))
            }
            Self::LeaveUnprocessed(_) if !is_batch(operation) => Some(format!(
                "{operation} has nothing unprocessed; BatchGetItem and BatchWriteItem do"
            )),
            Self::EndPage(_) if !matches!(operation, Operation::Query | Operation::Scan) => {
                Some(format!("{operation} has no pages; Query and Scan do"))
            }
            Self::Stale(_) if !can_be_stale(operation) => Some(format!("{operation} never reads what was")),
            Self::Stale(span) | Self::Contend(span) if span.as_millis() == 0 => {
                Some("say for how long, a millisecond at least".to_owned())
            }
            Self::Contend(_) if !can_conflict(operation) => {
                Some(format!("{operation} never meets a transaction under way"))
            }
            _ => None,
        }
    }
}

fn can_be_stale(operation: Operation) -> bool {
    use Operation::{BatchExecuteStatement, BatchGetItem, ExecuteStatement, GetItem, Query, Scan, SearchVectors};
    matches!(
        operation,
        GetItem | BatchGetItem | Query | Scan | ExecuteStatement | BatchExecuteStatement | SearchVectors
    )
}

/// Whether an operation may meet a transaction under way.
pub(crate) fn can_conflict(operation: Operation) -> bool {
    use Operation::{
        BatchExecuteStatement, BatchWriteItem, DeleteItem, ExecuteStatement, ExecuteTransaction, PutItem,
        TransactGetItems, TransactWriteItems, UpdateItem,
    };
    matches!(
        operation,
        BatchExecuteStatement
            | BatchWriteItem
            | DeleteItem
            | ExecuteStatement
            | ExecuteTransaction
            | PutItem
            | TransactGetItems
            | TransactWriteItems
            | UpdateItem
    )
}

fn is_batch(operation: Operation) -> bool {
    matches!(operation, Operation::BatchGetItem | Operation::BatchWriteItem)
}

/// Whether an operation can answer an error of this class. Only classes that belong to some operations are told apart.
fn can_answer(operation: Operation, kind: ErrorKind) -> bool {
    let is_transaction = matches!(operation, Operation::TransactGetItems | Operation::TransactWriteItems);
    let is_read = matches!(
        operation,
        Operation::GetItem | Operation::BatchGetItem | Operation::Query | Operation::Scan | Operation::TransactGetItems
    );
    let is_single_write = matches!(
        operation,
        Operation::PutItem | Operation::UpdateItem | Operation::DeleteItem
    );
    let concerns_items = is_read || is_single_write || is_transaction || operation == Operation::BatchWriteItem;
    match kind {
        ErrorKind::ConditionalCheckFailed => !concerns_items || is_single_write,
        ErrorKind::TransactionCanceled | ErrorKind::TransactionInProgress | ErrorKind::IdempotentParameterMismatch => {
            !concerns_items || is_transaction
        }
        ErrorKind::TransactionConflict => !concerns_items || is_single_write || operation == Operation::BatchWriteItem,
        ErrorKind::ItemCollectionSizeLimitExceeded => !is_read,
        _ => true,
    }
}

/// Prints what is done, as the end of a sentence about the request: `is answered with InternalServerError`.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PassOn => f.write_str("is passed on"),
            Self::Reply(_) => f.write_str("is answered with a reply of the rule"),
            Self::Error(error) => write!(f, "is answered with {}", error.kind().name()),
            Self::Answer(_) => f.write_str("is answered by a function"),
            Self::Recorded(replay) => write!(f, "is answered from {}", replay.name()),
            Self::Alter(_) => f.write_str("is executed, and its reply altered"),
            Self::LeaveUnprocessed(count) => write!(f, "leaves {count} unprocessed"),
            Self::LoseAnswer(Loss::Connection) => f.write_str("is executed, and the connection lost"),
            Self::LoseAnswer(Loss::ServerError) => f.write_str("is executed, and answered with InternalServerError"),
            Self::DropConnection => f.write_str("loses its connection before it is executed"),
            Self::EndPage(PageEnd::Items(count)) => write!(f, "gets a page of at most {count} evaluated items"),
            Self::EndPage(PageEnd::Bytes(bytes)) => write!(f, "gets a page of about {bytes} bytes"),
            Self::Stale(span) => write!(f, "sees what was {} ms ago", span.as_millis()),
            Self::Contend(span) => write!(
                f,
                "meets a transaction on its items, which takes {} ms",
                span.as_millis()
            ),
        }
    }
}
