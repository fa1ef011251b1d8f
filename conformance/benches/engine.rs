//! How long the engine takes for a request, from the bytes of its body to the bytes of the answer, without HTTP.
//!
//! ```sh
//! cargo bench -p stator-conformance --bench engine            # at ten thousand items
//! cargo bench -p stator-conformance --bench engine -- 1000000 # at a million
//! ```
//!
//! The table is that of the load bench: a key of two attributes, one global index that holds all, items of about 200 bytes, twenty in each partition. A figure
//! is the median of rounds, in nanoseconds of one thread that has a processor to itself; "execute" is the same without reading the request and writing the answer.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

use std::hint::black_box;
use std::time::Instant;

use stator_core::engine::{Call, Caller, Engine, World};
use stator_core::model::{Layer, Operation, Reply, Request};

const ROUNDS: usize = 21;
const ROUND: u64 = 2_000;
const ITEMS_A_PARTITION: u64 = 20;

fn main() {
    let asked = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let items: u64 = asked.unwrap_or(10_000);
    let bench = Bench::new(items);
    println!("{items} items; nanoseconds, median of {ROUNDS} rounds of {ROUND}");
    println!("{:16} {:>8} {:>8}", "operation", "whole", "execute");
    for (operation, body) in [
        (Operation::GetItem, get as fn(u64) -> String),
        (Operation::PutItem, put),
        (Operation::UpdateItem, update),
        (Operation::Query, query),
    ] {
        let (whole, execute) = bench.measure(operation, body);
        println!("{:16} {whole:>8} {execute:>8}", operation.name());
    }
}

struct Bench {
    engine: Engine,
    caller: Caller,
    items: u64,
}

impl Bench {
    fn new(items: u64) -> Self {
        let bench = Self {
            engine: Engine::new(World::real()),
            caller: Caller {
                access_key: "bench".into(),
                region: "eu-west-1".into(),
                account: "000000000000".into(),
            },
            items,
        };
        bench.ask(Operation::CreateTable, TABLE);
        (0..items).for_each(|at| drop(bench.ask(Operation::PutItem, &put(at))));
        bench
    }

    fn call(&self, operation: Operation, body: &str) -> Call {
        let (request, layer): (Request, Layer) = Request::read(operation, body).unwrap();
        Call::new(request, layer, self.caller.clone())
    }

    fn ask(&self, operation: Operation, body: &str) -> Reply {
        self.engine.execute(self.call(operation, body)).unwrap()
    }

    /// Nanoseconds for a request: from bytes to bytes, and of that in the engine.
    fn measure(&self, operation: Operation, body: fn(u64) -> String) -> (u64, u64) {
        let mut random = 1;
        let mut out = Vec::new();
        let (mut wholes, mut executes) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let bodies: Vec<String> = (0..ROUND).map(|_| body(next(&mut random) % self.items)).collect();
            let started = now();
            for body in &bodies {
                out.clear();
                self.ask(operation, body).write(&mut out);
                black_box(&out);
            }
            wholes.push(per_request(started));
            let calls: Vec<Call> = bodies.iter().map(|body| self.call(operation, body)).collect();
            let started = now();
            calls
                .into_iter()
                .for_each(|call| drop(black_box(self.engine.execute(call))));
            executes.push(per_request(started));
        }
        (median(wholes), median(executes))
    }
}

/// The time by the machine's clock, for a bench measures the machine.
#[allow(clippy::disallowed_methods, reason = "the world's clock may stand still")]
fn now() -> Instant {
    Instant::now()
}

fn per_request(started: Instant) -> u64 {
    started.elapsed().as_nanos() as u64 / ROUND
}

fn median(mut figures: Vec<u64>) -> u64 {
    figures.sort_unstable();
    figures[figures.len() / 2]
}

/// A number that looks like chance (xorshift).
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

const TABLE: &str = r#"{"TableName":"orders","BillingMode":"PAY_PER_REQUEST",
    "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"},
        {"AttributeName":"gpk","AttributeType":"S"},{"AttributeName":"gsk","AttributeType":"S"}],
    "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
    "GlobalSecondaryIndexes":[{"IndexName":"by_status","Projection":{"ProjectionType":"ALL"},
        "KeySchema":[{"AttributeName":"gpk","KeyType":"HASH"},{"AttributeName":"gsk","KeyType":"RANGE"}]}]}"#;

fn key(at: u64) -> String {
    format!(
        r#""pk":{{"S":"customer#{:08}"}},"sk":{{"S":"order#{:04}"}}"#,
        at / ITEMS_A_PARTITION,
        at % ITEMS_A_PARTITION
    )
}

fn get(at: u64) -> String {
    format!(r#"{{"TableName":"orders","Key":{{{}}}}}"#, key(at))
}

fn put(at: u64) -> String {
    format!(
        r#"{{"TableName":"orders","Item":{{{},"gpk":{{"S":"status#{}"}},"gsk":{{"S":"day#{at:010}"}},"version":{{"N":"1"}},"total":{{"N":"129.95"}},
            "paid":{{"BOOL":true}},"tags":{{"L":[{{"S":"new"}},{{"S":"gift"}}]}},"note":{{"S":"{at:060} and some more to say about it"}}}}}}"#,
        key(at),
        at % 7
    )
}

fn update(at: u64) -> String {
    format!(
        r#"{{"TableName":"orders","Key":{{{}}},"UpdateExpression":"SET version = version + :one","ConditionExpression":"attribute_exists(pk) AND paid = :yes",
            "ExpressionAttributeValues":{{":one":{{"N":"1"}},":yes":{{"BOOL":true}}}}}}"#,
        key(at)
    )
}

fn query(at: u64) -> String {
    format!(
        r#"{{"TableName":"orders","KeyConditionExpression":"pk = :pk","ExpressionAttributeValues":{{":pk":{{"S":"customer#{:08}"}}}}}}"#,
        at / ITEMS_A_PARTITION
    )
}
