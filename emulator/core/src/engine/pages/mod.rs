//! Query and Scan: two ways to choose a range of rows, one way to read a page of it.

pub(crate) mod page;
mod query;
mod scan;
mod select;
mod shared;
mod start_key;
