//! Sequences of requests against one engine, and what holds after each of them.
//!
//! A line is the name of an operation and a body, or `advance` and milliseconds. Two tables are there from the start. After each request:
//! the answer reads as what was written; a refused request has changed nothing. At the end: the Changes lead to the same database, and its
//! items lead to the same indexes when they are put into empty tables.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stator_core::engine::{Clock, Engine, EngineSettings, World};
use stator_core::model::Operation;
use stator_core::model::json::Timestamp;
use stator_core::store::{Change, Database, ItemChange, Origin, Table};
use stator_fuzz::{caller, execute};

/// Lines that are executed of one input.
const LINES_MAX: usize = 64;

const TABLES: &str = r#"CreateTable {"TableName":"hash","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}]}
CreateTable {"TableName":"range","ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5},"AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},{"AttributeName":"n","AttributeType":"N"},{"AttributeName":"g","AttributeType":"S"},{"AttributeName":"b","AttributeType":"B"}],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}],"LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"b","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}],"GlobalSecondaryIndexes":[{"IndexName":"global","KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["a"]},"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}},{"IndexName":"sparse","KeySchema":[{"AttributeName":"b","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"},"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}}]}"#;

fuzz_target!(|text: &str| {
    let settings = EngineSettings {
        journal: true,
        ..EngineSettings::default()
    };
    let start = Timestamp::from_millis(1_700_000_000_000);
    let engine = Engine::with_settings(World::new(Clock::Frozen(start), 1), settings);
    for line in TABLES.lines() {
        assert!(execute_line(&engine, line), "{line}");
    }
    for line in text.lines().take(LINES_MAX) {
        match line.strip_prefix("advance ").map(str::parse::<u32>) {
            Some(Ok(milliseconds)) => {
                engine.world().advance(milliseconds.into());
                // What falls due is done by whatever request comes next.
                execute_line(&engine, "DescribeLimits {}");
            }
            _ => drop(execute_line(&engine, line)),
        }
    }
    let database = engine.database(&caller());
    let mut replayed = Database::default();
    for change in engine.journal(&caller()) {
        replayed.apply(&change).drop_now();
    }
    assert!(replayed == database, "the Changes lead to another database");
    let rebuilt = rebuilt(&database);
    for (table, rebuilt) in database.tables().zip(rebuilt.tables()) {
        for position in 0..table.definition().indexes.len() {
            let are_alike = table.index_rows(position) == rebuilt.index_rows(position);
            assert!(are_alike, "an index differs from the items");
        }
    }
});

/// Executes a line, if it is a request; whether it succeeded.
fn execute_line(engine: &Engine, line: &str) -> bool {
    let (name, body) = line.split_once(' ').unwrap_or((line, "{}"));
    Operation::from_name(name).is_some_and(|operation| execute(engine, operation, body))
}

/// The same tables, filled with the items alone.
fn rebuilt(database: &Database) -> Database {
    let mut rebuilt = Database::default();
    for table in database.tables() {
        rebuilt.apply(&Change::PutTable(table.definition().clone())).drop_now();
        let insertions = Change::Items {
            at: Timestamp::from_millis(0),
            origin: Origin::Caller,
            items: insertions(table),
        };
        rebuilt.apply(&insertions).drop_now();
    }
    rebuilt
}

fn insertions(table: &Table) -> Vec<ItemChange> {
    let name = &table.definition().name;
    let insertion = |(key, row): (&_, &_)| ItemChange {
        table: name.clone(),
        key: Clone::clone(key),
        old: None,
        new: Some(Clone::clone(row)),
    };
    table.rows().iter().map(insertion).collect()
}
