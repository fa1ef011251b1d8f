//! Concurrent clients, and whether one order of their requests explains every answer.
//!
//! Clients write and read the same few items, one by one under conditions and several together in transactions, in threads against the engine
//! and over HTTP against a server. Each run prints its seed, and `STATOR_SEED` repeats its requests; how they meet is up to the machine. Histories that no
//! database may show are refused.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};

use rand::rngs::ChaCha12Rng;
use rand::{RngExt as _, SeedableRng};
use serde_json::{Value, json};
use stator_conformance::differential::Endpoint;
use stator_conformance::histories::items::{Change, Condition, Input, Items, Output, Write};
use stator_conformance::histories::{Exchange, History, Verdict, check};
use stator_conformance::server::Server;
use stator_core::engine::{Call, Caller, Clock, Engine, World};
use stator_core::model::json::{Timestamp, Writer};
use stator_core::model::{Operation, Request};

const CLIENTS: usize = 4;
const REQUESTS: usize = 40;
const KEYS: u8 = 3;
const TABLE: &str = "histories";

fn table() -> Value {
    json!({"TableName": TABLE, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]})
}

/// Sends an operation and a body, and hands out status and body.
type Send = Box<dyn FnMut(&str, &Value) -> (u16, Value)>;

/// What clients connect to.
trait Target: Sync + std::marker::Send {
    fn connect(&self) -> Send;
}

impl Target for Arc<Engine> {
    fn connect(&self) -> Send {
        let engine = Arc::clone(self);
        Box::new(move |operation, body| ask(&engine, operation, body))
    }
}

fn ask(engine: &Engine, operation: &str, body: &Value) -> (u16, Value) {
    let operation = Operation::from_name(operation).expect("an operation of the API");
    let (request, layer) = Request::read(operation, &body.to_string()).expect("a well-formed request");
    let caller = Caller {
        access_key: "histories".into(),
        region: "eu-west-1".into(),
        account: "000000000000".into(),
    };
    let mut out = Vec::new();
    let status = match engine.execute(Call::new(request, layer, caller)) {
        Ok(reply) => {
            reply.write(&mut out);
            200
        }
        Err(error) => {
            error.write(&mut Writer::new(&mut out));
            error.kind().status()
        }
    };
    (status, serde_json::from_slice(&out).expect("JSON"))
}

fn engine() -> Arc<Engine> {
    let engine = Engine::new(World::new(Clock::Frozen(Timestamp::from_millis(0)), 1));
    ask(&engine, "CreateTable", &table());
    Arc::new(engine)
}

/// A namespace of a server, over HTTP.
struct Http<'a> {
    url: &'a str,
    access_key: String,
}

impl Target for Http<'_> {
    fn connect(&self) -> Send {
        let mut endpoint = Endpoint::new(self.url, &self.access_key).expect("a server has a plain URL");
        Box::new(move |operation, body| {
            let answer = endpoint.ask(operation, body).expect("the server answers");
            (answer.status, answer.body)
        })
    }
}

fn any_write(random: &mut ChaCha12Rng, key: u8, is_checked: bool) -> Write {
    let number = random.random_range(0..4);
    let change = match random.random_range(0..if is_checked { 5 } else { 4 }) {
        0 | 1 => Change::Put(number),
        2 => Change::Add(1),
        3 => Change::Delete,
        _ => Change::Check,
    };
    let condition = match random.random_range(0..4) {
        0 => Condition::Absent,
        1 => Condition::Equals(random.random_range(0..4)),
        _ => Condition::Any,
    };
    Write { key, condition, change }
}

fn any_keys(random: &mut ChaCha12Rng) -> Vec<u8> {
    let first = random.random_range(0..KEYS);
    let count = random.random_range(2..=KEYS);
    (0..count).map(|at| (first + at) % KEYS).collect()
}

fn any_input(random: &mut ChaCha12Rng) -> Input {
    let key = random.random_range(0..KEYS);
    match random.random_range(0..10) {
        0 | 1 => Input::Get(key),
        2 | 3 => Input::Write(any_write(random, key, false)),
        4 | 5 => Input::TransactGet(any_keys(random)),
        _ => {
            let keys = any_keys(random);
            let writes = keys.into_iter().map(|key| any_write(random, key, true));
            Input::TransactWrite(writes.collect())
        }
    }
}

/// Lets clients run side by side against a target, and records them.
fn record(target: &impl Target, seed: u64) -> History<Input, Output> {
    let clock = AtomicU64::new(0);
    let start = Barrier::new(CLIENTS);
    std::thread::scope(|scope| {
        let (clock, start) = (&clock, &start);
        let client = |number: usize| {
            scope.spawn(move || {
                let mut random = ChaCha12Rng::seed_from_u64(seed << 8 | number as u64);
                let mut send = target.connect();
                start.wait();
                let mut exchange = |input: Input| {
                    let (operation, body) = input.request(TABLE);
                    let called = clock.fetch_add(1, Ordering::SeqCst);
                    let (status, answer) = send(operation, &body);
                    let returned = clock.fetch_add(1, Ordering::SeqCst);
                    let output = input.answer(status, &answer);
                    let output = output.unwrap_or_else(|| panic!("seed {seed}: {operation} {body}: {status} {answer}"));
                    Exchange {
                        called,
                        returned,
                        input,
                        output,
                    }
                };
                let inputs = (0..REQUESTS).map(|_| any_input(&mut random));
                inputs.map(&mut exchange).collect::<Vec<_>>()
            })
        };
        let clients: Vec<_> = (0..CLIENTS).map(client).collect();
        let exchanges = clients.into_iter().map(|client| client.join().expect("a client ends"));
        exchanges.flatten().collect()
    })
}

/// The seeds of the runs: others each time, unless `STATOR_SEED` says which.
fn seeds(count: u64) -> std::ops::Range<u64> {
    let wanted = std::env::var("STATOR_SEED").ok().and_then(|seed| seed.parse().ok());
    let first =
        wanted.unwrap_or_else(|| u64::from_str_radix(&World::real().uuid()[..8], 16).expect("hexadecimal digits"));
    first..first + wanted.map_or(count, |_| 1)
}

fn explain(what: &str, seed: u64, history: &History<Input, Output>) {
    let overlaps = overlapping(history);
    let _ = writeln!(
        std::io::stderr(),
        "{what}: seed {seed}, {} requests, {overlaps} met others",
        history.len()
    );
    if let Verdict::Unexplained { most } = check(&Items, history) {
        let mut lines: Vec<_> = history.iter().collect();
        lines.sort_by_key(|exchange| exchange.called);
        let lines: Vec<String> = lines.iter().map(|exchange| format!("{exchange:?}")).collect();
        panic!(
            "{what}, seed {seed}: no order explains more than {most} of:\n{}",
            lines.join("\n")
        );
    }
}

fn overlapping(history: &History<Input, Output>) -> usize {
    let met = |one: &Exchange<Input, Output>| {
        let meets = |other: &&Exchange<Input, Output>| other.called < one.returned && one.called < other.returned;
        history.iter().filter(meets).count() > 1
    };
    history.iter().filter(|exchange| met(exchange)).count()
}

#[test]
fn threads_against_the_engine_see_one_order() {
    for seed in seeds(40) {
        let engine = engine();
        explain("engine", seed, &record(&engine, seed));
    }
}

#[test]
fn clients_over_http_see_one_order() {
    let server = Server::start();
    for seed in seeds(8) {
        let target = Http {
            url: server.url(),
            access_key: format!("HISTORIES{seed}"),
        };
        target.connect()("CreateTable", &table());
        explain("http", seed, &record(&target, seed));
    }
}

fn put(key: u8, number: i64) -> Write {
    Write {
        key,
        condition: Condition::Any,
        change: Change::Put(number),
    }
}

fn exchange(called: u64, returned: u64, input: Input, output: Output) -> Exchange<Input, Output> {
    Exchange {
        called,
        returned,
        input,
        output,
    }
}

#[test]
fn histories_that_no_database_may_show_are_refused() {
    let both = Input::TransactWrite(vec![put(0, 1), put(1, 1)]);
    let see = |numbers: [Option<i64>; 2]| Output::Numbers(numbers.to_vec());
    let look = || Input::TransactGet(vec![0, 1]);
    let take = |key| {
        let condition = Condition::Equals(1);
        Input::Write(Write {
            key,
            condition,
            change: Change::Put(0),
        })
    };
    let broken: [(&str, History<Input, Output>); 6] = [
        (
            "half of a transaction is seen",
            vec![
                exchange(0, 9, both.clone(), Output::Done),
                exchange(1, 2, look(), see([Some(1), None])),
            ],
        ),
        (
            "a transaction is seen and then not",
            vec![
                exchange(0, 9, both.clone(), Output::Done),
                exchange(1, 2, look(), see([Some(1), Some(1)])),
                exchange(3, 4, look(), see([None, None])),
            ],
        ),
        (
            "a write that was answered is not seen",
            vec![
                exchange(0, 1, both.clone(), Output::Done),
                exchange(2, 3, look(), see([None, None])),
            ],
        ),
        (
            "a cancelled transaction wrote",
            vec![
                exchange(
                    0,
                    1,
                    Input::TransactWrite(vec![
                        put(0, 1),
                        Write {
                            key: 1,
                            condition: Condition::Equals(1),
                            change: Change::Check,
                        },
                    ]),
                    Output::Cancelled(vec![false, true]),
                ),
                exchange(2, 3, Input::Get(0), Output::Numbers(vec![Some(1)])),
            ],
        ),
        (
            "two writers take the same",
            vec![
                exchange(0, 1, Input::Write(put(0, 1)), Output::Done),
                exchange(2, 5, take(0), Output::Done),
                exchange(3, 4, take(0), Output::Done),
            ],
        ),
        (
            "two transactions each see that the other has not happened",
            vec![
                exchange(
                    0,
                    9,
                    Input::TransactWrite(vec![
                        put(0, 1),
                        Write {
                            key: 1,
                            condition: Condition::Absent,
                            change: Change::Check,
                        },
                    ]),
                    Output::Done,
                ),
                exchange(
                    1,
                    8,
                    Input::TransactWrite(vec![
                        put(1, 1),
                        Write {
                            key: 0,
                            condition: Condition::Absent,
                            change: Change::Check,
                        },
                    ]),
                    Output::Done,
                ),
            ],
        ),
    ];
    for (what, history) in broken {
        assert!(!check(&Items, &history).is_explained(), "{what}");
    }
}

#[test]
fn a_real_history_with_a_torn_transaction_is_refused() {
    let engine = engine();
    let look = || {
        let look = Input::TransactGet(vec![0, 1]);
        let (operation, body) = look.request(TABLE);
        let (status, answer) = ask(&engine, operation, &body);
        look.answer(status, &answer).expect("a read answers")
    };
    // What claims to be one transaction writes one item after the other, and readers come in between.
    let mut seen = Vec::new();
    for write in [put(0, 1), put(1, 1)] {
        let (operation, body) = Input::TransactWrite(vec![write]).request(TABLE);
        assert_eq!(ask(&engine, operation, &body).0, 200);
        seen.push(look());
    }
    let both = Input::TransactWrite(vec![put(0, 1), put(1, 1)]);
    let mut history = vec![exchange(0, 100, both, Output::Done)];
    for (at, output) in (1..).zip(seen) {
        history.push(exchange(2 * at, 2 * at + 1, Input::TransactGet(vec![0, 1]), output));
    }
    assert_eq!(check(&Items, &history), Verdict::Unexplained { most: 1 });
}
