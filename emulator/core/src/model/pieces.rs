//! Replies written in pieces.
//!
//! A page of 1 MB takes milliseconds to write. Whoever has others to answer writes a piece of it, sees to them, and goes on: the items of
//! Query and Scan are written, and let go of, so many bytes at a time. The text is that of [`Reply::write`], byte by byte.

use std::vec;

use super::json::{Wire, Writer};
use super::{PackedItem, Reply};

/// How a page begins.
const HEAD: &str = "{\"Items\":[";

/// A reply that is being written.
#[derive(Debug)]
pub struct Pieces {
    /// The reply, without the items.
    rest: Reply,
    items: Option<Items>,
}

/// The items that are still to be written.
#[derive(Debug)]
struct Items {
    left: vec::IntoIter<PackedItem>,
    written: usize,
}

impl Pieces {
    pub(super) fn of(mut reply: Reply) -> Self {
        let items = reply.take_items().map(|items| Items {
            left: items.into_iter(),
            written: 0,
        });
        Self { rest: reply, items }
    }

    /// Appends the next piece, of `bytes` and what belongs to its last item, and says whether that was all.
    pub fn write(&mut self, out: &mut Vec<u8>, bytes: usize) -> bool {
        let Some(items) = &mut self.items else {
            self.rest.write(out);
            return true;
        };
        let mut writer = Writer::new(out).with_number_sets(self.rest.number_sets());
        if !items.write(&mut writer, bytes) {
            return false;
        }
        // The items are the first member of a page. The others are written as an object of their own, whose brace makes way.
        let joint = out.len();
        self.rest.write(out);
        out[joint] = b',';
        true
    }
}

impl Items {
    /// Writes items from where the piece before ended, and says whether these were the last.
    fn write(&mut self, writer: &mut Writer<'_>, bytes: usize) -> bool {
        let end = writer.length() + bytes;
        while let Some(item) = self.left.next() {
            writer.raw(if self.written == 0 { HEAD } else { "," });
            item.write(writer);
            self.written += 1;
            let is_over = writer.length() >= end;
            if is_over || self.written == 1 {
                writer.reserve(self.left_bytes(writer.length()));
            }
            if is_over {
                return false;
            }
        }
        if self.written == 0 {
            writer.raw(HEAD);
        }
        writer.raw("]");
        true
    }

    /// How much room what is left takes, going by what is written.
    fn left_bytes(&self, written_bytes: usize) -> usize {
        let each = written_bytes / self.written.max(1);
        each * self.left.len() + each
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::value::tests::any_item;
    use crate::model::wire::PageReply;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_are_the_whole(
            items in proptest::option::of(proptest::collection::vec(any_item(), 0..6)),
            last_evaluated_key in proptest::option::of(any_item()),
            is_scan: bool,
            bytes in 1_usize..200,
        ) {
            let items = items.map(|items| items.into_iter().map(PackedItem::from).collect());
            let page = PageReply { items, last_evaluated_key, ..PageReply::default() };
            let reply = if is_scan { Reply::Scan(page) } else { Reply::Query(page) };
            let mut whole = Vec::new();
            reply.write(&mut whole);
            let mut pieces = Pieces::of(reply);
            let mut out = Vec::new();
            let mut length = 0;
            while !pieces.write(&mut out, bytes) {
                prop_assert!(out.len() >= length + bytes, "a piece is shorter than was asked for");
                length = out.len();
            }
            prop_assert_eq!(String::from_utf8(out), String::from_utf8(whole));
        }
    }
}
