//! How often the engine takes memory for a request, which is the same on every machine, and how often it parses an expression.
//!
//! The limits are what was counted when they were written. If one is passed, find out what takes memory, and whether it must; if there are far fewer, lower it.
//! One block is the call's request: layers that hand the call on move it ten times, which costs more than the block.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use dhat::{HeapStats, Profiler};
use stator_core::engine::{Call, Caller, Engine, World};
use stator_core::model::{Operation, Request};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const TABLE: &str = r#"{"TableName":"orders","BillingMode":"PAY_PER_REQUEST",
    "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"},{"AttributeName":"day","AttributeType":"S"}],
    "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
    "GlobalSecondaryIndexes":[{"IndexName":"by_day","Projection":{"ProjectionType":"ALL"},"KeySchema":[{"AttributeName":"day","KeyType":"HASH"}]}]}"#;
const PUT: &str = r#"{"TableName":"orders","Item":{"pk":{"S":"c"},"sk":{"S":"1"},"day":{"S":"monday"},"n":{"N":"1"},"paid":{"BOOL":true},
    "tags":{"L":[{"S":"new"},{"S":"gift"}]}}}"#;
const GET: &str = r#"{"TableName":"orders","Key":{"pk":{"S":"c"},"sk":{"S":"1"}}}"#;
const UPDATE: &str = r#"{"TableName":"orders","Key":{"pk":{"S":"c"},"sk":{"S":"1"}},"UpdateExpression":"SET n = n + :one","ConditionExpression":"paid = :yes",
    "ExpressionAttributeValues":{":one":{"N":"1"},":yes":{"BOOL":true}}}"#;
const QUERY: &str =
    r#"{"TableName":"orders","KeyConditionExpression":"pk = :c","ExpressionAttributeValues":{":c":{"S":"c"}}}"#;

#[test]
fn requests_take_memory_seldom_and_parse_an_expression_once() {
    let _profiler = Profiler::builder().testing().build();
    let engine = Engine::new(World::real());
    ask(&engine, Operation::CreateTable, TABLE);
    for at in 2..=20 {
        let put = PUT.replace(r#""sk":{"S":"1"}"#, &format!(r#""sk":{{"S":"{at}"}}"#));
        ask(&engine, Operation::PutItem, &put);
    }
    let mut passed = Vec::new();
    for (operation, body, blocks_max) in [
        (Operation::PutItem, PUT, 8),
        (Operation::GetItem, GET, 6),
        (Operation::UpdateItem, UPDATE, 23),
        (Operation::Query, QUERY, 32),
    ] {
        // What a first request leaves behind is there for the others.
        ask(&engine, operation, body);
        let before = HeapStats::get().total_blocks;
        ask(&engine, operation, body);
        let blocks = HeapStats::get().total_blocks - before;
        if blocks > blocks_max {
            passed.push(format!("{operation}: {blocks} blocks, where {blocks_max} were enough"));
        }
    }
    assert!(passed.is_empty(), "{}", passed.join("\n"));
    let stats = engine.expression_stats();
    let counts = (stats.misses, stats.hits);
    assert_eq!(counts, (3, 3), "an expression is parsed when it is first met");
}

fn ask(engine: &Engine, operation: Operation, body: &str) {
    let (request, layer) = Request::read(operation, body).unwrap();
    let caller = Caller {
        access_key: "key".into(),
        region: "eu-west-1".into(),
        account: "000000000000".into(),
    };
    let mut out = Vec::with_capacity(64 << 10);
    engine
        .execute(Call::new(request, layer, caller))
        .unwrap()
        .write(&mut out);
    assert!(out.starts_with(b"{"));
}
