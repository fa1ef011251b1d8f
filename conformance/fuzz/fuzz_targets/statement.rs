//! PartiQL statements against one engine: an input's lines are executed one after the other, alone, in a batch and in a transaction.
//!
//! Two tables and an index are there from the start, with an item that has an attribute of each type; each statement has a parameter of each type.
//! After each request: the answer reads as what was written, and a refused statement has changed nothing. What a text says about its
//! condition must not depend on who asks: a condition and its negation never agree.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use stator_core::engine::{Clock, Engine, World};
use stator_core::expression::partiql::Statement;
use stator_core::model::json::{Timestamp, from_text};
use stator_core::model::wire::ExecuteStatementRequest;
use stator_core::model::{AttributeMap, Operation, Value};
use stator_fuzz::item;

/// Lines that are executed of one input.
const LINES_MAX: usize = 16;

const PARAMETERS: &str = r#"[{"S":"a"},{"N":"1"},{"B":"AQI="},{"BOOL":true},{"NULL":true},{"L":[{"N":"1"}]},{"M":{"x":{"S":"y"}}},{"SS":["a","b"]},{"NS":["1","2"]},{"BS":["AQI="]}]"#;

const REQUESTS: &str = r#"CreateTable {"TableName":"hash","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}]}
CreateTable {"TableName":"range","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},{"AttributeName":"n","AttributeType":"N"},{"AttributeName":"g","AttributeType":"S"}],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}],"GlobalSecondaryIndexes":[{"IndexName":"global","KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["a"]}}]}
PutItem {"TableName":"hash","Item":{"p":{"S":"a"},"a":{"S":"x"},"l":{"L":[{"N":"1"},{"M":{"x":{"N":"2"}}}]},"m":{"M":{"x":{"S":"y"}}},"ss":{"SS":["a"]},"ns":{"NS":["1"]},"bs":{"BS":["AQI="]},"b":{"B":"AQI="},"t":{"BOOL":true},"null":{"NULL":true},"z":{"N":"9.9E+125"}}}
PutItem {"TableName":"range","Item":{"p":{"S":"a"},"n":{"N":"1"},"g":{"S":"g"},"a":{"S":"x"}}}
PutItem {"TableName":"range","Item":{"p":{"S":"a"},"n":{"N":"2"},"g":{"S":"g"}}}"#;

static STARTED: LazyLock<Engine> = LazyLock::new(|| {
    let start = Timestamp::from_millis(1_700_000_000_000);
    let engine = Engine::new(World::new(Clock::Frozen(start), 1));
    for line in REQUESTS.lines() {
        let (name, body) = line.split_once(' ').expect("a line is a name and a body");
        assert!(execute(&engine, name, body), "{line}");
    }
    engine
});

static VALUES: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let request: ExecuteStatementRequest =
        from_text(&format!(r#"{{"Statement":"x","Parameters":{PARAMETERS}}}"#)).expect("the request is well-formed");
    let parameters = request.parameters.expect("there are parameters");
    parameters.into_iter().map(|parameter| parameter.arg.value).collect()
});

fuzz_target!(|text: &str| {
    let engine = STARTED.fork();
    for line in text.lines().take(LINES_MAX) {
        check_condition(line);
        let statement = serde_json::json!(line);
        let one = format!(r#"{{"Statement":{statement},"Parameters":{PARAMETERS}}}"#);
        let paged = format!(r#"{{"Statement":{statement},"Parameters":{PARAMETERS},"Limit":1}}"#);
        execute(&engine, "ExecuteStatement", &paged);
        execute(
            &engine,
            "BatchExecuteStatement",
            &format!(r#"{{"Statements":[{one}]}}"#),
        );
        execute(
            &engine,
            "ExecuteTransaction",
            &format!(r#"{{"TransactStatements":[{one}]}}"#),
        );
    }
});

/// Reads a text alone, and holds its condition against the negated one.
fn check_condition(text: &str) {
    let condition_of = |text: &str| {
        let statement = Statement::read(text).ok()?;
        statement.bind(&VALUES).ok()?.condition()
    };
    let Some((head, tail)) = text.split_once("WHERE") else {
        return;
    };
    let negated = format!("{head}WHERE NOT ({tail})");
    let (Some(condition), Some(negated)) = (condition_of(text), condition_of(&negated)) else {
        return;
    };
    for item in [item(), &AttributeMap::default()] {
        assert_ne!(condition.matches(item), negated.matches(item), "{text}");
    }
}

/// Executes a request; whether it succeeded.
fn execute(engine: &Engine, name: &str, body: &str) -> bool {
    let operation = Operation::from_name(name).expect("the operation exists");
    stator_fuzz::execute(engine, operation, body)
}
