//! PartiQL: ExecuteStatement, BatchExecuteStatement and ExecuteTransaction.
//!
//! A statement comes bound from [`expression::partiql`](crate::expression::partiql). Here it meets the table: [`read`] makes a page of a SELECT,
//! [`write`] makes one of the writes that the other operations make. The order in which the service refuses what is wrong with a
//! statement is observed-partiql.md §6 and §10.

mod batch_execute_statement;
mod execute_statement;
mod execute_transaction;
mod fault;
mod member;
mod next_token;
mod read;
mod write;
