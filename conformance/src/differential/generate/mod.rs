//! Generated requests: a family of operations and chance give an operation and a body.
//!
//! Two in five are broken: the generator of the family slips at some places, or the finished body is [broken](breakage) as JSON.

mod batches;
mod breakage;
mod expression;
mod items;
mod legacy;
mod pages;
mod partiql;
mod placeholders;
mod searches;
pub(super) mod streams;
mod tables;
mod transactions;
mod update;
mod value;

use serde_json::Value;

use super::chance::Chance;
pub(super) use tables::PASSING;

/// Of a hundred requests, how many are broken.
const BROKEN_PERCENT: u64 = 40;
/// Of a hundred places, at how many a broken request slips.
const SLIP_PERCENT: u64 = 7;

/// A request as it will be sent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Request {
    pub(super) operation: &'static str,
    pub(super) body: Value,
}

macro_rules! define_families {
    ($( $(#[$meta:meta])* $family:ident = $name:literal, $weight:literal, $generate:path; )*) => {
        /// Operations that are generated alike.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Family {
            $( $(#[$meta])* $family, )*
        }

        impl Family {
            /// Every family.
            pub const ALL: &'static [Self] = &[ $( Self::$family, )* ];

            /// The name on the command line.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $( Self::$family => $name, )* }
            }

            /// The family of this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $( $name => Some(Self::$family), )* _ => None }
            }

            fn weight(self) -> usize {
                match self { $( Self::$family => $weight, )* }
            }

            fn generate(self, chance: &mut Chance) -> Request {
                match self { $( Self::$family => $generate(chance), )* }
            }
        }
    };
}

define_families! {
    /// PutItem
    Put = "put", 14, items::put;
    /// GetItem
    Get = "get", 7, items::get;
    /// UpdateItem
    Update = "update", 22, items::update;
    /// DeleteItem
    Delete = "delete", 7, items::delete;
    /// Query
    Query = "query", 18, pages::query;
    /// Scan
    Scan = "scan", 14, pages::scan;
    /// BatchGetItem
    BatchGet = "batch-get", 5, batches::get;
    /// BatchWriteItem
    BatchWrite = "batch-write", 5, batches::write;
    /// TransactGetItems
    TransactGet = "transact-get", 4, transactions::get;
    /// TransactWriteItems
    TransactWrite = "transact-write", 8, transactions::write;
    /// ExecuteStatement
    Statement = "statement", 20, partiql::execute;
    /// BatchExecuteStatement
    BatchStatement = "batch-statement", 6, partiql::batch;
    /// ExecuteTransaction
    TransactStatement = "transact-statement", 6, partiql::transaction;
    /// SearchVectors
    Search = "search", 6, searches::search;
    /// DescribeStream, GetShardIterator, GetRecords, ListStreams
    Streams = "streams", 3, streams::any;
    /// CreateTable, DescribeTable, UpdateTable, DeleteTable, ListTables
    Tables = "tables", 6, tables::lifecycle;
    /// TagResource, UntagResource, ListTagsOfResource
    Tags = "tags", 1, tables::tags;
    /// UpdateTimeToLive, DescribeTimeToLive
    Ttl = "ttl", 1, tables::ttl;
}

/// The next request of one of the families.
pub(super) fn next(chance: &mut Chance, families: &[Family]) -> Request {
    let family = draw(chance, families);
    let broken = chance.percent(BROKEN_PERCENT);
    chance.begin_request(if broken { SLIP_PERCENT } else { 0 });
    let mut request = family.generate(chance);
    if broken && chance.slips_so_far() == 0 {
        breakage::break_body(chance, &mut request.body);
    }
    request
}

fn draw(chance: &mut Chance, families: &[Family]) -> Family {
    let total: usize = families.iter().map(|family| family.weight()).sum();
    let mut ticket = chance.below(total);
    for family in families {
        match ticket.checked_sub(family.weight()) {
            Some(rest) => ticket = rest,
            None => return *family,
        }
    }
    families[0]
}

#[cfg(test)]
mod tests {
    use super::{Family, next};
    use crate::differential::chance::Chance;

    #[test]
    fn equal_seeds_give_equal_requests_of_every_family() {
        for family in Family::ALL {
            let requests = |seed| {
                let mut chance = Chance::new(seed);
                (0..200).map(|_| next(&mut chance, &[*family])).collect::<Vec<_>>()
            };
            assert_eq!(requests(3), requests(3), "{}", family.name());
            assert_ne!(requests(3), requests(4), "{}", family.name());
        }
    }

    #[test]
    fn families_are_known_by_name() {
        assert!(
            Family::ALL
                .iter()
                .all(|family| Family::from_name(family.name()) == Some(*family))
        );
    }
}
