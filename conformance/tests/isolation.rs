//! Namespaces against a naive model: random sequences of writes, forks, snapshots, restores and clocks.
//!
//! The model gives each namespace a map of its own, and copies it where the engine forks in O(1). After each step every namespace must hold what
//! the model's does, in the table and in its index, and show the model's time. So a fork never sees its parent's later writes, nor the parent
//! the fork's, and a snapshot never changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use stator_core::engine::{Call, Caller, Clock, Engine, Existing, Image, Namespace, SpaceError, World};
use stator_core::model::json::Timestamp;
use stator_core::model::{Operation, Request};
use stator_core::store::Database;

const START_MS: i64 = 1_700_000_000_000;
/// The access keys of the namespaces; the second is a fork of the first by its name.
const KEYS: [&str; 4] = ["base", "base+x", "other", "late"];
const TABLE: &str = "items";

/// One step; namespaces are positions in [`KEYS`].
#[derive(Clone, Debug)]
enum Step {
    Create(usize),
    Put(usize, u8, u8),
    Delete(usize, u8),
    Fork(usize, usize, Existing),
    Save(usize),
    Recall(usize),
    Reset(usize),
    Remove(usize),
    MoveClock(usize, i64),
    MoveAll(i64),
    Keep,
    Restore,
}

/// What the model knows of a namespace.
#[derive(Clone, Debug, Default, PartialEq)]
struct Content {
    /// The items of the table, if there is one.
    items: Option<BTreeMap<u8, u8>>,
    /// The time, if it does not go with the engine's.
    clock_ms: Option<i64>,
}

#[derive(Clone, Debug, Default)]
struct Slot {
    content: Content,
    saved: Option<Content>,
}

#[derive(Clone, Default)]
struct Model {
    slots: BTreeMap<usize, Slot>,
    clock_ms: i64,
    kept: Option<(BTreeMap<usize, Content>, i64)>,
}

impl Model {
    /// A namespace that a call uses: one whose name says so is forked by it.
    fn enter(&mut self, at: usize) -> Option<&mut Slot> {
        let base = self.slots.get(&0).map(|base| base.content.clone());
        if at == 1
            && let Some(content) = base
        {
            self.slots.entry(at).or_insert(Slot { content, saved: None });
        }
        self.slots.get_mut(&at)
    }

    fn create(&mut self, at: usize) -> bool {
        self.enter(at);
        let items = &mut self.slots.entry(at).or_default().content.items;
        let is_new = items.is_none();
        items.get_or_insert_default();
        is_new
    }

    fn items(&mut self, at: usize) -> Option<&mut BTreeMap<u8, u8>> {
        self.enter(at)?.content.items.as_mut()
    }

    fn fork(&mut self, from: usize, to: usize, existing: Existing) -> bool {
        let Some(content) = self.slots.get(&from).map(|slot| slot.content.clone()) else {
            return false;
        };
        if existing == Existing::Keep && self.slots.contains_key(&to) {
            return false;
        }
        self.slots.entry(to).or_default().content = content;
        true
    }

    fn reset(&mut self, at: usize) {
        let base = self.slots.get(&0).filter(|_| at == 1);
        let content = base.map(|base| base.content.clone()).unwrap_or_default();
        self.slots.entry(at).or_default().content = content;
    }

    fn move_clock(&mut self, at: usize, by_ms: i64) {
        self.enter(at);
        let engine_ms = self.clock_ms;
        let clock_ms = &mut self.slots.entry(at).or_default().content.clock_ms;
        *clock_ms = Some(clock_ms.unwrap_or(engine_ms) + by_ms);
    }
}

fn caller(at: usize) -> Caller {
    Caller {
        access_key: KEYS[at].into(),
        region: "eu-west-1".into(),
        account: "000000000000".into(),
    }
}

fn namespace(at: usize) -> Namespace {
    Namespace::new(KEYS[at], "eu-west-1")
}

fn succeeds(engine: &Engine, at: usize, operation: Operation, body: Value) -> bool {
    let (request, layer) = Request::read(operation, &body.to_string()).expect("the test sends well-formed requests");
    let caller = caller(at);
    let answer = engine.execute(Call::new(request, layer, caller));
    answer.is_ok()
}

fn create(engine: &Engine, at: usize) -> bool {
    let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "N"});
    let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
    let body = json!({
        "TableName": TABLE, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [attribute("k"), attribute("v")], "KeySchema": [key("k", "HASH")],
        "GlobalSecondaryIndexes": [
            {"IndexName": "by_v", "KeySchema": [key("v", "HASH")], "Projection": {"ProjectionType": "ALL"}},
        ],
    });
    succeeds(engine, at, Operation::CreateTable, body)
}

fn put(engine: &Engine, at: usize, key: u8, value: u8) -> bool {
    let item = json!({"k": {"N": key.to_string()}, "v": {"N": value.to_string()}});
    succeeds(
        engine,
        at,
        Operation::PutItem,
        json!({"TableName": TABLE, "Item": item}),
    )
}

fn delete(engine: &Engine, at: usize, key: u8) -> bool {
    let key = json!({"k": {"N": key.to_string()}});
    succeeds(
        engine,
        at,
        Operation::DeleteItem,
        json!({"TableName": TABLE, "Key": key}),
    )
}

/// Makes a step in the engine and in the model, and compares how it went.
fn step(engine: &Engine, model: &mut Model, image: &mut Option<Image>, step: &Step) {
    let spaces = engine.spaces();
    match *step {
        Step::Create(at) => assert_eq!(create(engine, at), model.create(at)),
        Step::Put(at, key, value) => {
            let went = model.items(at).map(|items| items.insert(key, value)).is_some();
            assert_eq!(put(engine, at, key, value), went);
        }
        Step::Delete(at, key) => {
            let went = model.items(at).map(|items| items.remove(&key)).is_some();
            assert_eq!(delete(engine, at, key), went);
        }
        Step::Fork(from, to, existing) => {
            let went = spaces.fork(&namespace(from), &namespace(to), existing).is_ok();
            assert_eq!(went, model.fork(from, to, existing));
        }
        Step::Save(at) => {
            let slot = model.slots.get_mut(&at);
            let went = slot.map(|slot| slot.saved = Some(slot.content.clone())).is_some();
            assert_eq!(spaces.save(&namespace(at), "s").is_ok(), went);
        }
        Step::Recall(at) => {
            let saved = model.slots.get(&at).and_then(|slot| slot.saved.clone());
            let went = saved.is_some();
            if let (Some(slot), Some(saved)) = (model.slots.get_mut(&at), saved) {
                slot.content = saved;
            }
            assert_eq!(spaces.recall(&namespace(at), "s").is_ok(), went);
        }
        Step::Reset(at) => {
            model.reset(at);
            spaces.reset(&namespace(at)).expect("there is room");
        }
        Step::Remove(at) => assert_eq!(spaces.remove(&namespace(at)), model.slots.remove(&at).is_some()),
        Step::MoveClock(at, by_ms) => {
            model.move_clock(at, by_ms);
            let moved = spaces.move_clock(&namespace(at), |clock| clock.advanced(by_ms));
            moved.expect("there is room");
        }
        Step::MoveAll(by_ms) => {
            model.clock_ms += by_ms;
            engine.world().advance(by_ms);
        }
        Step::Keep => {
            let contents = model.slots.iter().map(|(&at, slot)| (at, slot.content.clone()));
            model.kept = Some((contents.collect(), model.clock_ms));
            *image = Some(spaces.image());
        }
        Step::Restore => {
            if let (Some((contents, clock_ms)), Some(image)) = (model.kept.clone(), &*image) {
                let slot = |content| Slot { content, saved: None };
                model.slots = contents.into_iter().map(|(at, content)| (at, slot(content))).collect();
                model.clock_ms = clock_ms;
                engine.restore(image);
            }
        }
    }
}

/// The items of a namespace's table, which its index must have as well.
fn items(database: &Database) -> Option<BTreeMap<u8, u8>> {
    let table = database.table(TABLE)?;
    let number = |row: &stator_core::store::Row, name: &str| -> u8 {
        let value = stator_core::model::json::to_text(&row.item.value(name).expect("items have both attributes"));
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        digits.parse().expect("numbers are small")
    };
    let pairs = |rows: &stator_core::store::Rows| -> BTreeMap<u8, u8> {
        rows.values().map(|row| (number(row, "k"), number(row, "v"))).collect()
    };
    let items = pairs(table.rows());
    assert_eq!(pairs(table.index_rows(0).rows()), items);
    Some(items)
}

fn compare(engine: &Engine, model: &Model) {
    let names: Vec<_> = model.slots.keys().map(|&at| namespace(at)).collect();
    let mut found = engine.spaces().names();
    found.sort_by_key(|name| (0..KEYS.len()).position(|at| namespace(at) == *name));
    assert_eq!(found, names);
    for (&at, slot) in &model.slots {
        let name = namespace(at);
        let database = engine.spaces().database(&name).expect("it is in the list");
        assert_eq!(items(&database), slot.content.items, "{name}");
        let clock_ms = slot.content.clock_ms.unwrap_or(model.clock_ms);
        assert_eq!(
            engine.spaces().clock(&name).now(),
            Timestamp::from_millis(clock_ms),
            "{name}"
        );
    }
}

fn a_step() -> impl Strategy<Value = Step> {
    let at = || 0..KEYS.len();
    let existing = prop_oneof![Just(Existing::Keep), Just(Existing::Replace)];
    prop_oneof![
        2 => at().prop_map(Step::Create),
        8 => (at(), 0..6u8, 0..4u8).prop_map(|(at, key, value)| Step::Put(at, key, value)),
        3 => (at(), 0..6u8).prop_map(|(at, key)| Step::Delete(at, key)),
        3 => (at(), at(), existing).prop_map(|(from, to, existing)| Step::Fork(from, to, existing)),
        1 => at().prop_map(Step::Save),
        1 => at().prop_map(Step::Recall),
        1 => at().prop_map(Step::Reset),
        1 => at().prop_map(Step::Remove),
        1 => (at(), 1..1_000i64).prop_map(|(at, by_ms)| Step::MoveClock(at, by_ms)),
        1 => (1..1_000i64).prop_map(Step::MoveAll),
        1 => Just(Step::Keep),
        1 => Just(Step::Restore),
    ]
}

fn engine() -> Engine {
    Engine::new(World::new(Clock::Frozen(Timestamp::from_millis(START_MS)), 7))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn namespaces_forks_and_snapshots_never_see_each_other(steps in prop::collection::vec(a_step(), 1..60)) {
        let engine = engine();
        let mut model = Model { clock_ms: START_MS, ..Model::default() };
        let mut image = None;
        step(&engine, &mut model, &mut image, &Step::Create(0));
        for each in &steps {
            step(&engine, &mut model, &mut image, each);
            compare(&engine, &model);
        }
    }
}

#[test]
fn a_forked_engine_and_its_parent_never_see_each_other() {
    let parent = engine();
    assert!(create(&parent, 0) && put(&parent, 0, 1, 1));
    let fork = parent.fork();
    assert!(put(&parent, 0, 2, 2) && delete(&fork, 0, 1) && put(&fork, 0, 3, 3));
    fork.world().advance(5);
    let items = |engine: &Engine| items(&engine.database(&caller(0)));
    assert_eq!(items(&parent), Some(BTreeMap::from([(1, 1), (2, 2)])));
    assert_eq!(items(&fork), Some(BTreeMap::from([(3, 3)])));
    assert_eq!(parent.world().now(), Timestamp::from_millis(START_MS));
    assert_eq!(fork.world().now(), Timestamp::from_millis(START_MS + 5));
}

#[test]
fn a_thousand_forks_of_ten_thousand_items_share_them() {
    let engine = engine();
    assert!(create(&engine, 0));
    for at in 0..10_000u32 {
        let item = json!({"k": {"N": at.to_string()}, "v": {"N": "1"}});
        assert!(succeeds(
            &engine,
            0,
            Operation::PutItem,
            json!({"TableName": TABLE, "Item": item})
        ));
    }
    let table = |name: &Namespace| {
        Arc::clone(
            engine
                .spaces()
                .database(name)
                .expect("it is there")
                .table(TABLE)
                .expect("it has it"),
        )
    };
    let base = table(&namespace(0));
    for at in 0..1_000 {
        let fork = Namespace::new(format!("fork{at}"), "eu-west-1");
        engine
            .spaces()
            .fork(&namespace(0), &fork, Existing::Keep)
            .expect("there is room");
        assert!(Arc::ptr_eq(&base, &table(&fork)), "a fork is no copy");
    }
    // The forks share even the map that holds the table: this test has one reference, and all of them together the other.
    assert_eq!(Arc::strong_count(&base), 2);
}

#[test]
fn namespaces_are_limited_and_say_so() {
    let engine = engine();
    let name = |at: usize| Namespace::new(format!("n{at}"), "eu-west-1");
    let move_clock = |at| engine.spaces().move_clock(&name(at), Clock::frozen);
    for at in 0..stator_core::engine::NAMESPACES_MAX {
        move_clock(at).expect("there is room");
    }
    assert_eq!(move_clock(usize::MAX), Err(SpaceError::TooManyNamespaces));
    assert!(!create(&engine, 0), "a table of a new namespace is refused");
    assert!(engine.spaces().remove(&name(0)));
    assert!(create(&engine, 0));
    for at in 0..=stator_core::engine::SNAPSHOTS_MAX {
        let kept = engine.spaces().save(&namespace(0), &at.to_string());
        assert_eq!(kept.is_ok(), at < stator_core::engine::SNAPSHOTS_MAX);
    }
}
