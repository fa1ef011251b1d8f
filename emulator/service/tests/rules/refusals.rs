//! Rules that can never match, or do what they say, are refused when they are set.

use std::num::NonZeroUsize;

use expect_test::{Expect, expect};
use stator_core::model::wire::GetItemReply;
use stator_core::model::{ApiError, ErrorKind, Operation, Reply};
use stator_service::layers::rules::{Chance, Effect, Partial, Rule};

use crate::rig::*;

fn refusals(rules: Vec<Rule>, expected: &Expect) {
    let rig = Rig::new();
    let database = rig.engine.database(&caller());
    let lines = rules.into_iter().map(|rule| match rule.check(&database) {
        Ok(()) => format!("{}: accepted\n", rule.matcher),
        Err(error) => format!("{}\n    {error}\n", rule.matcher),
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn what_can_never_match_is_refused() {
    let with_key = |key: Partial| {
        on(&[Operation::GetItem])
            .table("orders")
            .matching(|matcher| matcher.key = Some(key))
    };
    let via = |index: &str| {
        on(&[Operation::Query])
            .table("orders")
            .matching(|matcher| matcher.index = Some(index.into()))
    };
    refusals(
        vec![
            on(&[Operation::GetItem]).table("order"),
            on(&[Operation::CreateTable]).table("later"),
            via("gsi1"),
            via("by_day").key_condition("day = 7"),
            via("by_day").key_condition("pk = 'a'"),
            on(&[Operation::Query])
                .table("orders")
                .key_condition("day = 7 AND sk > 'a'"),
            on(&[Operation::Query]).table("orders").key_condition("pk = 7"),
            on(&[Operation::Query]).table("orders").key_condition("sk = 'a'"),
            with_key(Partial::default().with("pk", 7)),
            with_key(Partial::default().with("status", "NEW")),
            on(&[Operation::PutItem]).table("orders").matching(|matcher| {
                matcher.item = Some(Partial::default().with("status", "NEW").with("day", "monday"));
            }),
            on(&[Operation::GetItem]).filter("status = 'NEW'"),
            on(&[Operation::Scan, Operation::Query]).key_condition("pk = 'a'"),
        ],
        &expect![[r#"
            GetItem, table order
                there is no table order; there are carts, orders
            CreateTable, table later: accepted
            Query, table orders, index gsi1
                table orders has no index gsi1; there is by_day
            Query, table orders, index by_day, key condition day = 7: accepted
            Query, table orders, index by_day, key condition pk = 'a'
                no query has the key condition pk = 'a': Query condition missed key schema element: day
            Query, table orders, key condition day = 7 AND sk > 'a': accepted
            Query, table orders, key condition pk = 7
                no query has the key condition pk = 7: One or more parameter values were invalid: Condition parameter type does not match schema type
            Query, table orders, key condition sk = 'a'
                no query has the key condition sk = 'a': Query condition missed key schema element: pk
            GetItem, table orders, key { pk: 7, … }
                pk is a key attribute of type S in table orders, and never of type N
            GetItem, table orders, key { status: 'NEW', … }
                status belongs to no key of table orders
            PutItem, table orders, item { status: 'NEW', day: 'monday', … }
                day is a key attribute of type N in table orders, and never of type S
            GetItem, filter status = 'NEW'
                a request of GetItem has no filter
            Scan or Query, key condition pk = 'a': accepted
        "#]],
    );
}

#[test]
fn what_can_never_happen_is_refused() {
    let error = |kind| Effect::Error(ApiError::new(kind, "no"));
    let three = || NonZeroUsize::new(3).unwrap();
    let reply = || Effect::Reply(Box::new(Reply::GetItem(GetItemReply::default())));
    let mut unlikely = on(&[Operation::GetItem]);
    unlikely.chance = Some(Chance {
        probability: 1.5,
        seed: 0,
    });
    refusals(
        vec![
            on(&[Operation::PutItem]).effect(Effect::LeaveUnprocessed(three())),
            on(&[]).effect(Effect::LeaveUnprocessed(three())),
            on(&[Operation::PutItem]).effect(reply()),
            on(&[Operation::GetItem]).effect(error(ErrorKind::ConditionalCheckFailed)),
            on(&[Operation::GetItem]).effect(error(ErrorKind::InternalServerError)),
            #[expect(clippy::reversed_empty_ranges, reason = "that is what is refused")]
            on(&[Operation::GetItem]).times(3..=2),
            unlikely,
        ],
        &expect![[r#"
            PutItem
                PutItem has nothing unprocessed; BatchGetItem and BatchWriteItem do
            any operation
                say of which operation the request leaves 3 unprocessed
            PutItem
                a reply of GetItem is none of PutItem
            GetItem
                GetItem never answers ConditionalCheckFailedException
            GetItem: accepted
            GetItem
                at most is less than at least
            GetItem
                a probability lies between 0 and 1
        "#]],
    );
}
