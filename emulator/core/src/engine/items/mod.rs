//! GetItem, PutItem, UpdateItem and DeleteItem.

mod delete_item;
mod get_item;
mod put_item;
mod single_write;

mod update_item;

pub(crate) use single_write::collections_written;
