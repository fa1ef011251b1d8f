//! Replicated tables against a model: random writes in several Regions, clocks that differ, lags and cuts.
//!
//! Once everything has arrived all replicas are equal, and each item is what its latest write left: the one that had seen the others, or of two that had not
//! seen each other the later one. Replaying the Changes of each Region gives its database.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use stator_conformance::lab::Lab;
use stator_core::engine::{Caller, EngineSettings, Existing, Namespace, Replication};
use stator_core::model::Operation;
use stator_core::store::Database;

const REGIONS: [&str; 3] = ["eu-west-1", "us-east-1", "ap-south-1"];

#[derive(Clone, Debug)]
enum Step {
    Wait(i64),
    /// The clock of one Region goes another way.
    Shift(usize, i64),
    Put(usize, u8, u8),
    Add(usize, u8),
    Delete(usize, u8),
    Read(usize, u8),
    Lag(usize, i64, bool),
}

struct World {
    lab: Lab,
    callers: Vec<Caller>,
}

impl World {
    /// A table with an item, and its replicas in so many Regions.
    fn new(regions: usize) -> Self {
        let lab = Lab::new(EngineSettings::default());
        let caller = |region: &&str| Caller {
            region: (*region).into(),
            ..lab.caller.clone()
        };
        let callers: Vec<Caller> = REGIONS[..regions].iter().map(caller).collect();
        let mut world = Self { lab, callers };
        world.ask(
            0,
            Operation::CreateTable,
            json!({
                "TableName": "shared", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "N"}, {"AttributeName": "g", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "GlobalSecondaryIndexes": [
                    {"IndexName": "by_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}},
                ],
            }),
        );
        world.put(0, 0, 0);
        for region in &REGIONS[1..regions] {
            let create = json!({"TableName": "shared", "ReplicaUpdates": [{"Create": {"RegionName": region}}]});
            world.ask(0, Operation::UpdateTable, create);
        }
        world
    }

    fn ask(&mut self, region: usize, operation: Operation, body: Value) -> Value {
        self.lab.caller = self.callers[region].clone();
        self.lab.ok(operation, &body)
    }

    fn put(&mut self, region: usize, pk: u8, value: u8) {
        let item =
            json!({"pk": {"N": pk.to_string()}, "g": {"S": format!("g{}", value % 3)}, "v": {"N": value.to_string()}});
        self.ask(region, Operation::PutItem, json!({"TableName": "shared", "Item": item}));
    }

    fn namespace(&self, region: usize) -> Namespace {
        Namespace::of(&self.callers[region], self.lab.engine.settings())
    }

    fn take(&mut self, step: &Step) {
        let regions = self.callers.len();
        let key = |pk: u8| json!({"pk": {"N": pk.to_string()}});
        match *step {
            Step::Wait(milliseconds) => self.lab.wait(milliseconds),
            Step::Shift(region, milliseconds) => {
                let namespace = self.namespace(region % regions);
                let moved = self
                    .lab
                    .engine
                    .spaces()
                    .move_clock(&namespace, |clock| clock.advanced(milliseconds));
                moved.expect("there is room");
            }
            Step::Put(region, pk, value) => self.put(region % regions, pk, value),
            Step::Add(region, pk) => {
                let body = json!({
                    "TableName": "shared", "Key": key(pk), "UpdateExpression": "ADD c :one",
                    "ExpressionAttributeValues": {":one": {"N": "1"}},
                });
                self.ask(region % regions, Operation::UpdateItem, body);
            }
            Step::Delete(region, pk) => {
                self.ask(
                    region % regions,
                    Operation::DeleteItem,
                    json!({"TableName": "shared", "Key": key(pk)}),
                );
            }
            Step::Read(region, pk) => {
                self.ask(
                    region % regions,
                    Operation::GetItem,
                    json!({"TableName": "shared", "Key": key(pk)}),
                );
            }
            Step::Lag(region, lag_ms, is_cut) => self.lag(region % regions, Replication { lag_ms, is_cut }),
        }
    }

    fn lag(&self, region: usize, replication: Replication) {
        let namespace = self.namespace(region);
        let settings = EngineSettings {
            replication,
            ..self.lab.engine.spaces().settings(&namespace)
        };
        self.lab
            .engine
            .spaces()
            .set_settings(&namespace, settings)
            .expect("there is room");
    }

    /// Lets everything arrive.
    fn level(&self) -> Vec<Database> {
        (0..self.callers.len()).for_each(|region| self.lag(region, Replication::default()));
        for caller in &self.callers {
            drop(self.lab.engine.database(caller));
        }
        self.callers
            .iter()
            .map(|caller| self.lab.engine.database(caller))
            .collect()
    }
}

fn step() -> impl Strategy<Value = Step> {
    let (region, pk) = (0..3usize, 0..4u8);
    prop_oneof![
        2 => (0..300i64).prop_map(Step::Wait),
        1 => (region.clone(), -500..500i64).prop_map(|(region, by)| Step::Shift(region, by)),
        6 => (region.clone(), pk.clone(), any::<u8>()).prop_map(|(region, pk, value)| Step::Put(region, pk, value)),
        3 => (region.clone(), pk.clone()).prop_map(|(region, pk)| Step::Add(region, pk)),
        3 => (region.clone(), pk.clone()).prop_map(|(region, pk)| Step::Delete(region, pk)),
        2 => (region.clone(), pk).prop_map(|(region, pk)| Step::Read(region, pk)),
        2 => (region, 0..400i64, proptest::bool::weighted(0.3)).prop_map(|(region, lag, cut)| Step::Lag(region, lag, cut)),
    ]
}

/// What a database holds, with the versions of its items.
fn content(database: &Database) -> Vec<(String, String)> {
    let table = database.table("shared").expect("the table is there");
    let replica = database.replica("shared").expect("the table is replicated");
    let rows = table.rows().iter();
    rows.map(|(key, row)| {
        (
            format!("{:?}", row.item.unpack()),
            format!("{:?}", replica.version(key)),
        )
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn replicas_are_equal_once_everything_has_arrived(regions in 2..4usize, steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World::new(regions);
        steps.iter().for_each(|step| world.take(step));
        let databases = world.level();
        for database in &databases[1..] {
            prop_assert_eq!(content(&databases[0]), content(database));
            let index = |database: &Database| database.table("shared").expect("the table is there").index_rows(0).clone();
            prop_assert_eq!(index(&databases[0]), index(database));
        }
        for region in 0..regions {
            world.lab.caller = world.callers[region].clone();
            let (database, replayed) = world.lab.databases();
            prop_assert_eq!(database, replayed);
        }
    }

    /// With one clock that goes on, and nothing cut or late, every Region is what one table would be.
    #[test]
    fn regions_that_do_not_lag_are_one_table(regions in 2..4usize, steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World::new(regions);
        let mut alone = World::new(1);
        for step in steps.iter().filter(|step| !matches!(step, Step::Shift(..) | Step::Lag(..))) {
            world.take(step);
            alone.take(step);
        }
        let items = |database: &Database| database.table("shared").expect("the table is there").rows().clone();
        let expected = items(&alone.lab.engine.database(&alone.callers[0]));
        for database in world.level() {
            prop_assert_eq!(&expected, &items(&database));
        }
    }

    /// A write that has not seen another loses to it if it was earlier, wherever it is asked for.
    #[test]
    fn of_two_writes_that_do_not_know_of_each_other_the_later_one_stays(
        writes in prop::collection::vec((0..2usize, 0..3u8, any::<u8>()), 1..30),
    ) {
        let mut world = World::new(2);
        (0..2).for_each(|region| world.lag(region, Replication { lag_ms: 0, is_cut: true }));
        let mut latest: BTreeMap<u8, u8> = BTreeMap::from([(0, 0)]);
        for (at, (region, pk, value)) in (1u8..).zip(&writes) {
            world.lab.wait(1);
            // No two writes are the same: one that changes nothing is none.
            let value = value % 7 * 32 + at;
            world.put(*region, *pk, value);
            latest.insert(*pk, value);
        }
        for database in world.level() {
            let table = database.table("shared").expect("the table is there");
            let found: BTreeMap<u8, u8> = table.rows().values().map(|row| {
                let item = row.item.unpack();
                let number = |name: &str| format!("{:?}", item.get(name)).chars().filter(char::is_ascii_digit).collect::<String>();
                (number("pk").parse().expect("a number"), number("v").parse().expect("a number"))
            }).collect();
            prop_assert_eq!(&latest, &found);
        }
    }
}

#[test]
fn a_fork_of_one_region_is_one_of_all() {
    let mut world = World::new(2);
    world.lag(
        1,
        Replication {
            lag_ms: 1_000,
            is_cut: false,
        },
    );
    world.put(0, 1, 1);
    let (from, to) = (world.namespace(0), Namespace::new("other", REGIONS[0]));
    world
        .lab
        .engine
        .spaces()
        .fork(&from, &to, Existing::Keep)
        .expect("there is room");
    world.put(0, 2, 2);
    world.lab.wait(2_000);
    let there = Caller {
        access_key: "other".into(),
        ..world.callers[1].clone()
    };
    let count = |caller: &Caller| {
        world
            .lab
            .engine
            .database(caller)
            .table("shared")
            .map(|table| table.item_count())
    };
    assert_eq!((count(&there), count(&world.callers[1])), (Some(2), Some(3)));
}
