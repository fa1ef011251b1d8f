//! Transactions: TransactWriteItems and TransactGetItems, and the pipeline that any transaction of writes goes through.
//!
//! The pipeline knows no request. Whoever wants several writes to happen together makes a [`TransactWrite`] of each, which is a
//! [`Write`](super::write::Write) and the table that it is to, and then, within one [`Context::write`](super::context::Context::write):
//!
//! 1. [`find_executed`](tokens::find_executed), if the request has a token: the outcome of an earlier request is answered again;
//! 2. [`locate`](write_set::locate): the tables, and that no item is written twice;
//! 3. [`check_size`](write_set::check_size): all items together;
//! 4. [`plan`](write_set::plan): each write against the state before the transaction, which is the state that all of them see, since no item
//!    is written twice, and against the transactions under way. What cannot be done is a [`WriteFault`](super::write::WriteFault) in its place;
//! 5. [`settle`](write_set::settle): all refusals become one cancellation, or there are none;
//! 6. [`commit`](write_set::commit): one Change for all;
//! 7. [`Tokens::remember`](tokens::Tokens::remember).
//!
//! TransactWriteItems is these seven lines. ExecuteTransaction goes the same way with the writes that its statements come to (an INSERT is a put under
//! a condition, EXISTS a check). It takes the steps from 2 to 5 by itself, since it words in another way what is wrong with a statement, and shares the others.
//!
//! Reads go through [`read_set`] in the same way: located in one state, held against the transactions under way, answered.
//!
//! Invariants: a transaction commits one Change or none; what it read is what it committed on, since both happen under the one lock.

pub(super) mod action;
pub(super) mod read_set;
pub(super) mod tokens;
mod transact_get_items;
mod transact_write_items;
pub(super) mod write_set;

#[cfg(test)]
mod tests;
