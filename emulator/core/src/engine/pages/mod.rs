//! Query and Scan: two ways to choose ranges of rows, one way to read a page of them. SELECT reads in the same way.

pub(crate) mod page;
mod query;
pub(crate) mod range;
mod scan;
pub(crate) mod select;
pub(crate) mod shared;
mod start_key;
