//! What rules do to calls.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use stator_core::engine::{Call, Caller, Namespace};
use stator_core::model::throttling::{Access, Limit, Resource};
use stator_core::model::wire::{CancellationReason, GetItemReply};
use stator_core::model::{ApiError, CancellationCode, ErrorKind, Operation, Reply, ThrottlingReason, Value};
use stator_service::Failure;
use stator_service::layers::rules::{Alteration, Chance, Effect, Loss, PageEnd, Partial, Strictness, Times};

use crate::rig::*;

fn count(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

fn throttled() -> Effect {
    let reason = ThrottlingReason {
        on: Resource::Table,
        access: Access::Write,
        limit: Limit::KeyRangeThroughput,
        arn: "arn:aws:dynamodb:eu-west-2:123456789012:table/orders".into(),
    };
    Effect::Error(ApiError::new(ErrorKind::ProvisionedThroughputExceeded, "slow down").with_throttling(vec![reason]))
}

fn kind(answer: Result<String, Failure>) -> String {
    match answer {
        Ok(_) => "success".to_owned(),
        Err(Failure::Error(error)) => error.kind().name().to_owned(),
        Err(Failure::ConnectionLost) => "lost".to_owned(),
    }
}

#[tokio::test]
async fn a_fault_happens_as_often_as_it_says_and_then_requests_go_past_it() {
    let rig = Rig::new();
    rig.add(on(&[Operation::PutItem]).table("orders").times(2).effect(throttled()));
    for expected in [
        "ProvisionedThroughputExceededException",
        "ProvisionedThroughputExceededException",
        "success",
    ] {
        assert_eq!(kind(rig.put("a", "NEW").await), expected);
    }
    assert_eq!(rig.direct("GetItem", &get("b")), "{}");
    rig.set().verify().unwrap();
}

#[tokio::test]
async fn throttling_tells_its_reasons() {
    let rig = Rig::new();
    rig.add(on(&[Operation::PutItem]).effect(throttled()));
    let Err(Failure::Error(error)) = rig.put("a", "NEW").await else {
        panic!("it was to fail");
    };
    let mut body = Vec::new();
    error.write(&mut stator_core::model::json::Writer::new(&mut body));
    assert_eq!(
        String::from_utf8(body).unwrap(),
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","ThrottlingReasons":[{"reason":"TableWriteKeyRangeThroughputExceeded","resource":"arn:aws:dynamodb:eu-west-2:123456789012:table/orders"}],"message":"slow down"}"#
    );
}

#[tokio::test]
async fn what_dynamodb_refuses_no_mock_accepts() {
    let rig = Rig::new();
    let reply = Reply::GetItem(GetItemReply::default());
    rig.add(on(&[Operation::GetItem]).effect(Effect::Reply(Box::new(reply))));
    let wrong = r#"{"TableName":"orders","Key":{"pk":{"S":"a"}}}"#;
    assert_eq!(kind(rig.send("GetItem", wrong).await), "ValidationException");
    let unknown = r#"{"TableName":"nowhere","Key":{"pk":{"S":"a"}}}"#;
    assert_eq!(kind(rig.send("GetItem", unknown).await), "ResourceNotFoundException");
    assert!(rig.set().verify().is_err(), "neither counts");
    assert_eq!(kind(rig.send("GetItem", &get("a")).await), "success");
    rig.set().verify().unwrap();
}

#[tokio::test]
async fn a_rehearsal_changes_nothing_and_a_condition_that_fails_now_is_no_refusal() {
    let rig = Rig::new();
    rig.direct("PutItem", &put("a", "OLD"));
    let before = rig.engine.database(&caller());
    let reply = Reply::PutItem(Default::default());
    rig.add(on(&[Operation::PutItem]).effect(Effect::Reply(Box::new(reply))));
    let mut request = put("a", "NEW");
    request.insert_str(
        request.len() - 1,
        r#","ConditionExpression":"attribute_not_exists(pk)""#,
    );
    assert_eq!(rig.send("PutItem", &request).await, Ok("{}".to_owned()));
    assert_eq!(rig.engine.database(&caller()), before);
}

#[tokio::test]
async fn a_rule_answers_the_first_request_of_a_fork() {
    let rig = Rig::new();
    let fork = Caller {
        access_key: "key+first".into(),
        ..caller()
    };
    let namespace = Namespace::of(&fork, rig.engine.settings());
    let reply = Reply::GetItem(GetItemReply::default());
    let rule = on(&[Operation::GetItem])
        .table("orders")
        .effect(Effect::Reply(Box::new(reply)));
    rig.rules.add(&rig.engine, &namespace, rule).unwrap();
    let first = Call {
        caller: fork,
        ..call("GetItem", &get("a"))
    };
    assert_eq!(rig.ask(first).await, Ok("{}".to_owned()));
}

#[tokio::test]
async fn a_reply_that_the_service_could_not_give_fails_the_test_and_not_silently() {
    let rig = Rig::new();
    let item: stator_core::model::Item =
        vec![("pk".into(), Value::string("other")), ("sk".into(), Value::string("1"))].into();
    let reply = Reply::GetItem(GetItemReply {
        item: Some(item.into()),
        ..GetItemReply::default()
    });
    rig.add(on(&[Operation::GetItem]).effect(Effect::Reply(Box::new(reply))));
    let Err(Failure::Error(error)) = rig.send("GetItem", &get("a")).await else {
        panic!("it was to fail");
    };
    assert!(
        error.message().contains(r#"has not the key {"pk":{"S":"a"}"#),
        "{error}"
    );
    assert!(
        rig.set()
            .verify()
            .unwrap_err()
            .to_string()
            .contains("1 answer did not fit")
    );
}

#[tokio::test]
async fn a_batch_leaves_its_last_requests_and_the_engine_makes_the_others() {
    let rig = Rig::new();
    rig.add(
        on(&[Operation::BatchWriteItem])
            .times(1)
            .effect(Effect::LeaveUnprocessed(count(3))),
    );
    let answer = rig.send("BatchWriteItem", &batch(0..5)).await.unwrap();
    let left = batch(2..5).replace("RequestItems", "UnprocessedItems");
    assert_eq!(answer, left);
    assert!(rig.direct("Scan", r#"{"TableName":"orders"}"#).contains(r#""Count":2"#));
    assert_eq!(
        rig.send("BatchWriteItem", &batch(2..5)).await.unwrap(),
        r#"{"UnprocessedItems":{}}"#
    );
    assert!(rig.direct("Scan", r#"{"TableName":"orders"}"#).contains(r#""Count":5"#));
}

#[tokio::test]
async fn a_batch_of_reads_hands_back_keys_and_may_hand_back_all() {
    let rig = Rig::new();
    rig.direct("PutItem", &put("a", "NEW"));
    let request = r#"{"RequestItems":{"orders":{"Keys":[{"pk":{"S":"a"},"sk":{"S":"1"}},{"pk":{"S":"b"},"sk":{"S":"1"}}],"ConsistentRead":true}}}"#;
    rig.add(
        on(&[Operation::BatchGetItem])
            .times(1)
            .effect(Effect::LeaveUnprocessed(count(1))),
    );
    rig.add(
        on(&[Operation::BatchGetItem])
            .times(1)
            .effect(Effect::LeaveUnprocessed(count(9))),
    );
    let one = rig.send("BatchGetItem", request).await.unwrap();
    assert!(
        one.contains(
            r#""UnprocessedKeys":{"orders":{"ConsistentRead":true,"Keys":[{"pk":{"S":"b"},"sk":{"S":"1"}}]}}"#
        ),
        "{one}"
    );
    assert!(one.contains(r#""status":{"S":"NEW"}"#), "{one}");
    let none = rig.send("BatchGetItem", request).await.unwrap();
    assert!(
        none.starts_with(r#"{"Responses":{},"UnprocessedKeys":{"orders""#),
        "{none}"
    );
}

#[tokio::test]
async fn an_answer_is_lost_after_the_write_and_a_connection_before() {
    let rig = Rig::new();
    rig.add(
        on(&[Operation::PutItem])
            .times(1)
            .effect(Effect::LoseAnswer(Loss::Connection)),
    );
    rig.add(
        on(&[Operation::PutItem])
            .times(1)
            .effect(Effect::LoseAnswer(Loss::ServerError)),
    );
    rig.add(on(&[Operation::PutItem]).times(1).effect(Effect::DropConnection));
    for (pk, answer, is_written) in [
        ("a", "lost", true),
        ("b", "InternalServerError", true),
        ("c", "lost", false),
    ] {
        assert_eq!(kind(rig.put(pk, "NEW").await), answer);
        assert_eq!(rig.direct("GetItem", &get(pk)) != "{}", is_written, "{pk}");
    }
}

#[tokio::test]
async fn a_page_ends_early_by_items_or_by_bytes() {
    let rig = Rig::new();
    for number in 0..5 {
        rig.direct("PutItem", &put(&number.to_string(), &"x".repeat(1_000)));
    }
    rig.add(
        on(&[Operation::Scan])
            .times(1)
            .effect(Effect::EndPage(PageEnd::Items(count(2)))),
    );
    rig.add(
        on(&[Operation::Scan])
            .times(1)
            .effect(Effect::EndPage(PageEnd::Bytes(2_500))),
    );
    for scanned in [2, 3, 5] {
        let page = rig.send("Scan", r#"{"TableName":"orders"}"#).await.unwrap();
        assert!(page.contains(&format!(r#""ScannedCount":{scanned}"#)), "{page}");
        assert_eq!(page.contains("LastEvaluatedKey"), scanned < 5);
    }
}

#[tokio::test]
async fn an_alteration_sees_the_live_reply() {
    let rig = Rig::new();
    rig.direct("PutItem", &put("a", "NEW"));
    let forget = Alteration(Arc::new(|_| Reply::GetItem(GetItemReply::default())));
    rig.add(on(&[Operation::GetItem]).effect(Effect::Alter(forget)));
    assert_eq!(rig.send("GetItem", &get("a")).await.unwrap(), "{}");
}

#[tokio::test]
async fn delays_move_a_clock_that_stands_still() {
    let rig = Rig::new();
    let mut rule = on(&[Operation::GetItem]).times(2);
    rule.delay = Some(Duration::from_millis(40));
    rig.add(rule);
    let start = rig.engine.world().now().as_millis();
    for _ in 0..2 {
        rig.send("GetItem", &get("a")).await.unwrap();
    }
    assert_eq!(rig.engine.world().now().as_millis() - start, 80);
}

#[tokio::test]
async fn expressions_match_whatever_their_placeholders_are_called() {
    let rig = Rig::new();
    rig.add(
        on(&[Operation::Query])
            .key_condition("pk = 'USER#1' AND begins_with(sk, 'ORDER#')")
            .filter("status = 'NEW'")
            .times(3),
    );
    rig.add(
        on(&[Operation::UpdateItem])
            .update("SET status = 'NEW', n = n + 1")
            .condition("attribute_exists(pk)")
            .times(1),
    );
    for (key_condition, filter) in [
        ("pk = :p AND begins_with(sk, :s)", "#st = :n"),
        ("begins_with ( #sk , :s)and(:p=pk)", ":n = #st"),
    ] {
        let names = if key_condition.contains("#sk") {
            r##""#sk":"sk","#st":"status""##
        } else {
            r##""#st":"status""##
        };
        let request = format!(
            r#"{{"TableName":"orders","KeyConditionExpression":"{key_condition}","FilterExpression":"{filter}",
            "ExpressionAttributeNames":{{{names}}},
            "ExpressionAttributeValues":{{":p":{{"S":"USER#1"}},":s":{{"S":"ORDER#"}},":n":{{"S":"NEW"}}}}}}"#
        );
        rig.send("Query", &request).await.unwrap();
    }
    let legacy = r#"{"TableName":"orders","KeyConditions":{"sk":{"ComparisonOperator":"BEGINS_WITH","AttributeValueList":[{"S":"ORDER#"}]},
        "pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"USER#1"}]}},
        "QueryFilter":{"status":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"NEW"}]}}}"#;
    rig.send("Query", legacy).await.unwrap();
    let other = legacy.replace("USER#1", "USER#2");
    rig.send("Query", &other).await.unwrap();
    let update = r##"{"TableName":"orders","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"UpdateExpression":"SET n=n+:one,#s=:new",
        "ConditionExpression":"attribute_exists(pk)","ExpressionAttributeNames":{"#s":"status"},
        "ExpressionAttributeValues":{":one":{"N":"1.0"},":new":{"S":"NEW"}}}"##;
    assert_eq!(
        kind(rig.send("UpdateItem", update).await),
        "ConditionalCheckFailedException"
    );
    rig.set().verify().unwrap();
}

#[tokio::test]
async fn keys_and_items_match_in_part_also_within_batches_and_by_arn() {
    let rig = Rig::new();
    let new = || Partial::default().with("status", "NEW");
    let key = || Partial::default().with("pk", "a");
    rig.add(
        on(&[Operation::PutItem])
            .table("orders")
            .matching(|matcher| {
                matcher.item = Some(new());
                matcher.key = Some(key());
            })
            .times(2),
    );
    rig.put("a", "NEW").await.unwrap();
    rig.put("a", "OLD").await.unwrap();
    rig.put("b", "NEW").await.unwrap();
    let arn = put("a", "NEW").replace("\"orders\"", "\"arn:aws:dynamodb:eu-west-2:123456789012:table/orders\"");
    rig.send("PutItem", &arn).await.unwrap();
    rig.add(
        on(&[Operation::BatchWriteItem])
            .matching(|matcher| matcher.key = Some(Partial::default().with("pk", "3")))
            .times(1),
    );
    rig.send("BatchWriteItem", &batch(0..2)).await.unwrap();
    rig.send("BatchWriteItem", &batch(2..5)).await.unwrap();
    rig.set().verify().unwrap();
}

#[tokio::test]
async fn a_sequence_comes_in_its_order() {
    let rig = Rig::new();
    let in_sequence = |operation, times: u64| {
        let mut rule = on(&[operation]).times(times);
        rule.sequence = Some("checkout".into());
        rule
    };
    rig.add(in_sequence(Operation::GetItem, 1));
    rig.add(in_sequence(Operation::PutItem, 1));
    rig.put("a", "NEW").await.unwrap();
    rig.send("GetItem", &get("a")).await.unwrap();
    assert!(rig.set().verify().is_err(), "the put came first");
    rig.put("a", "NEW").await.unwrap();
    rig.set().verify().unwrap();
}

#[tokio::test]
async fn deny_refuses_what_no_rule_is_about() {
    let rig = Rig::new();
    rig.set().set_strictness(Strictness::Deny);
    rig.add(on(&[Operation::GetItem]).table("orders").times(Times::ANY));
    assert_eq!(kind(rig.send("GetItem", &get("a")).await), "success");
    assert_eq!(kind(rig.put("a", "NEW").await), "AccessDeniedException");
    assert!(
        rig.set()
            .verify()
            .unwrap_err()
            .to_string()
            .starts_with("1 request was not expected")
    );
    assert!(rig.set().checkpoint().is_err());
    rig.set().verify().unwrap();
}

#[tokio::test]
async fn one_seed_gives_one_row_of_faults() {
    let faults = async |seed| {
        let rig = Rig::new();
        let mut rule = on(&[]).effect(throttled()).times(Times::ANY);
        rule.chance = Some(Chance { probability: 0.4, seed });
        rig.add(rule);
        let mut row = String::new();
        for _ in 0..64 {
            row.push(if rig.put("a", "NEW").await.is_ok() { '.' } else { 'x' });
        }
        row
    };
    assert_eq!(faults(5).await, faults(5).await);
    assert_ne!(faults(5).await, faults(6).await);
}

#[tokio::test]
async fn a_cancelled_transaction_has_a_reason_for_each_action() {
    let rig = Rig::new();
    let reasons = vec![
        CancellationReason::usual(CancellationCode::TransactionConflict),
        CancellationReason::none(),
    ];
    rig.add(
        on(&[Operation::TransactWriteItems])
            .table("orders")
            .condition("attribute_exists(pk)")
            .effect(Effect::Error(ApiError::cancelled(reasons))),
    );
    let check = r#"{"ConditionCheck":{"TableName":"orders","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"ConditionExpression":"attribute_exists(pk)"}}"#;
    let delete = r#"{"Delete":{"TableName":"carts","Key":{"pk":{"S":"a"},"sk":{"S":"1"}}}}"#;
    let Err(Failure::Error(error)) = rig
        .send(
            "TransactWriteItems",
            &format!(r#"{{"TransactItems":[{check},{delete}]}}"#),
        )
        .await
    else {
        panic!("it was to be cancelled");
    };
    assert_eq!(error.reasons().len(), 2);
    assert!(error.message().ends_with("[TransactionConflict, None]"));
    rig.set().verify().unwrap();
    let alone = rig
        .send("TransactWriteItems", &format!(r#"{{"TransactItems":[{check}]}}"#))
        .await;
    assert_eq!(kind(alone), "AccessDeniedException");
    let report = rig.set().verify().unwrap_err().to_string();
    assert!(
        report.contains("the transaction has 1 actions, and the rule 2 reasons"),
        "{report}"
    );
}

#[tokio::test]
async fn rules_of_one_namespace_are_nothing_to_another() {
    let rig = Rig::new();
    let other = stator_core::engine::Namespace::new("other", "eu-west-2");
    rig.rules.add(&rig.engine, &other, on(&[]).effect(throttled())).unwrap();
    assert_eq!(kind(rig.put("a", "NEW").await), "success");
}
