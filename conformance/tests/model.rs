//! The engine against a naive model: random sequences of operations, compared after each step.
//!
//! The model is a map from key to item in JSON. After each step the answer, the items, the contents of every index, the counts and sizes, and
//! a replay of the Changes from empty must agree with it. A failure shrinks to the shortest sequence of requests.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use stator_conformance::lab::{Lab, START};
use stator_core::engine::EngineSettings;
use stator_core::model::Operation;

type Item = Map<String, Value>;
type Key = (String, String);

/// One step: a request in terms of the model.
#[derive(Clone, Debug)]
enum Step {
    Put {
        item: Item,
        only_if_absent: bool,
    },
    Update {
        key: Key,
        set: Option<(String, Value)>,
        add: Option<i64>,
        remove: Option<String>,
    },
    Delete {
        key: Key,
    },
    BatchWrite {
        puts: Vec<Item>,
        deletes: Vec<Key>,
    },
    /// Only within a transaction: whether there is an item.
    Check {
        key: Key,
        exists: bool,
    },
    /// Steps on one item each, and on items of their own.
    Transact(Vec<Step>),
}

fn execute(lab: &Lab, operation: Operation, body: &Value) -> Result<Value, String> {
    lab.ask(operation, body).map_err(|error| error.kind().name().to_owned())
}

fn lab() -> Lab {
    let lab = Lab::new(EngineSettings::default());
    let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": if name == "n" { "N" } else { "S" }});
    let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
    execute(&lab,
        Operation::CreateTable,
        &json!({
            "TableName": "model", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [attribute("pk"), attribute("sk"), attribute("g"), attribute("n")],
            "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
            "LocalSecondaryIndexes": [
                {"IndexName": "by_n", "KeySchema": [key("pk", "HASH"), key("n", "RANGE")], "Projection": {"ProjectionType": "ALL"}},
            ],
            "GlobalSecondaryIndexes": [
                {"IndexName": "by_g", "KeySchema": [key("g", "HASH"), key("n", "RANGE")], "Projection": {"ProjectionType": "KEYS_ONLY"}},
                {"IndexName": "by_both", "KeySchema": [key("g", "HASH"), key("pk", "HASH"), key("sk", "RANGE"), key("n", "RANGE")],
                 "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]}},
            ],
        }),
    )
    .expect("the table is valid");
    lab
}

/// An index: its name, the attributes that an item must have to be in it, and those that it holds, if not all.
type Index = (&'static str, &'static [&'static str], Option<&'static [&'static str]>);

const INDEXES: [Index; 3] = [
    ("by_n", &["n"], None),
    ("by_g", &["g", "n"], Some(&["pk", "sk", "g", "n"])),
    ("by_both", &["g", "n"], Some(&["pk", "sk", "g", "n", "a"])),
];

fn key_of(item: &Item) -> Key {
    let text = |name: &str| item[name]["S"].as_str().expect("keys are strings").to_owned();
    (text("pk"), text("sk"))
}

fn key_json(key: &Key) -> Value {
    json!({"pk": {"S": key.0}, "sk": {"S": key.1}})
}

#[derive(Clone, Default)]
struct Model(BTreeMap<Key, Item>);

impl Model {
    /// Makes the step in the model; what the engine should answer.
    fn step(&mut self, step: &Step) -> Result<(), &'static str> {
        match step {
            Step::Put { item, only_if_absent } => {
                if *only_if_absent && self.0.contains_key(&key_of(item)) {
                    return Err("ConditionalCheckFailedException");
                }
                self.0.insert(key_of(item), item.clone());
            }
            Step::Update { key, set, add, remove } => {
                let blank = || key_json(key).as_object().cloned().expect("a key is an object");
                let item = self.0.entry(key.clone()).or_insert_with(blank);
                if let Some(amount) = add {
                    let old: i64 = item
                        .get("n")
                        .map_or(0, |n| n["N"].as_str().and_then(|n| n.parse().ok()).expect("integers"));
                    item.insert("n".into(), json!({"N": (old + amount).to_string()}));
                }
                if let Some((name, value)) = set {
                    item.insert(name.clone(), value.clone());
                }
                if let Some(name) = remove {
                    item.remove(name);
                }
            }
            Step::Delete { key } => drop(self.0.remove(key)),
            Step::Check { key, exists } if self.0.contains_key(key) != *exists => {
                return Err("ConditionalCheckFailedException");
            }
            Step::Check { .. } => {}
            Step::Transact(steps) => {
                let mut draft = self.clone();
                for step in steps {
                    draft.step(step).map_err(|_| "TransactionCanceledException")?;
                }
                *self = draft;
            }
            Step::BatchWrite { puts, deletes } => {
                puts.iter()
                    .for_each(|item| drop(self.0.insert(key_of(item), item.clone())));
                deletes.iter().for_each(|key| drop(self.0.remove(key)));
            }
        }
        Ok(())
    }

    fn held_by(&self, keys: &[&str], held: Option<&[&str]>) -> Vec<Value> {
        let items = self
            .0
            .values()
            .filter(|item| keys.iter().all(|key| item.contains_key(*key)));
        sorted(items.map(|item| {
            let kept = item
                .iter()
                .filter(|(name, _)| held.is_none_or(|held| held.contains(&name.as_str())));
            Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
        }))
    }
}

fn sorted(items: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut items: Vec<Value> = items.collect();
    items.sort_by_key(|item| (item["pk"].to_string(), item["sk"].to_string()));
    items
}

fn send(lab: &Lab, step: &Step) -> Result<Value, String> {
    let (operation, body) = request(step);
    execute(lab, operation, &body)
}

/// The operation and the body of a step; of one within a transaction the members of its action.
fn request(step: &Step) -> (Operation, Value) {
    match step {
        Step::Put { item, only_if_absent } => {
            let mut body = json!({"TableName": "model", "Item": item});
            if *only_if_absent {
                body["ConditionExpression"] = json!("attribute_not_exists(pk)");
            }
            (Operation::PutItem, body)
        }
        Step::Update { key, set, add, remove } => {
            let mut expression = String::new();
            let mut values = Map::new();
            if let Some((name, value)) = set {
                expression += &format!("SET {name} = :v ");
                values.insert(":v".into(), value.clone());
            }
            if let Some(amount) = add {
                expression += "ADD n :n ";
                values.insert(":n".into(), json!({"N": amount.to_string()}));
            }
            if let Some(name) = remove {
                expression += &format!("REMOVE {name}");
            }
            let mut body = json!({"TableName": "model", "Key": key_json(key)});
            if !expression.is_empty() {
                body["UpdateExpression"] = json!(expression);
            }
            if !values.is_empty() {
                body["ExpressionAttributeValues"] = Value::Object(values);
            }
            (Operation::UpdateItem, body)
        }
        Step::Delete { key } => (
            Operation::DeleteItem,
            json!({"TableName": "model", "Key": key_json(key)}),
        ),
        Step::BatchWrite { puts, deletes } => {
            let puts = puts.iter().map(|item| json!({"PutRequest": {"Item": item}}));
            let deletes = deletes
                .iter()
                .map(|key| json!({"DeleteRequest": {"Key": key_json(key)}}));
            let requests: Vec<Value> = puts.chain(deletes).collect();
            (Operation::BatchWriteItem, json!({"RequestItems": {"model": requests}}))
        }
        Step::Check { key, exists } => {
            let condition = if *exists {
                "attribute_exists(pk)"
            } else {
                "attribute_not_exists(pk)"
            };
            let body = json!({"TableName": "model", "Key": key_json(key), "ConditionExpression": condition});
            (Operation::GetItem, body)
        }
        Step::Transact(steps) => {
            let actions: Vec<Value> = steps.iter().map(action).collect();
            (Operation::TransactWriteItems, json!({ "TransactItems": actions }))
        }
    }
}

fn action(step: &Step) -> Value {
    let kind = match step {
        Step::Put { .. } => "Put",
        Step::Update { .. } => "Update",
        Step::Delete { .. } => "Delete",
        Step::Check { .. } => "ConditionCheck",
        Step::BatchWrite { .. } | Step::Transact(_) => unreachable!("a transaction holds steps on one item"),
    };
    json!({ kind: request(step).1 })
}

fn key_of_step(step: &Step) -> Option<Key> {
    match step {
        Step::Put { item, .. } => Some(key_of(item)),
        Step::Update { key, .. } | Step::Delete { key } | Step::Check { key, .. } => Some(key.clone()),
        Step::BatchWrite { .. } | Step::Transact(_) => None,
    }
}

/// All items of a table or an index, read in pages of three.
fn scan(lab: &Lab, table: &str, index: Option<&str>) -> Vec<Value> {
    let mut items = Vec::new();
    let mut body = json!({"TableName": table, "Limit": 3});
    if let Some(index) = index {
        body["IndexName"] = json!(index);
    }
    loop {
        let page = execute(lab, Operation::Scan, &body).expect("a scan succeeds");
        items.extend(page["Items"].as_array().expect("a page has items").iter().cloned());
        match page.get("LastEvaluatedKey") {
            Some(key) => body["ExclusiveStartKey"] = key.clone(),
            None => return sorted(items.into_iter()),
        }
    }
}

/// What a parallel scan reads, segment by segment.
fn scan_segments(lab: &Lab, total: i32) -> Vec<Value> {
    let segment = |segment: i32| {
        let body = json!({"TableName": "model", "Segment": segment, "TotalSegments": total});
        execute(lab, Operation::Scan, &body).expect("a scan succeeds")["Items"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    };
    sorted((0..total).flat_map(segment))
}

/// Compares the items of a table, and what its indexes hold of them.
fn compare_content(lab: &Lab, table: &str, model: &Model) -> Result<(), TestCaseError> {
    prop_assert_eq!(&scan(lab, table, None), &model.held_by(&[], None));
    for (index, keys, held) in INDEXES {
        let found = scan(lab, table, Some(index));
        prop_assert_eq!(&found, &model.held_by(keys, held), "index {}", index);
    }
    Ok(())
}

fn compare(lab: &Lab, model: &Model) -> Result<(), TestCaseError> {
    compare_content(lab, "model", model)?;
    prop_assert_eq!(&scan_segments(lab, 3), &model.held_by(&[], None));
    let partitions: std::collections::BTreeSet<&String> = model.0.keys().map(|(pk, _)| pk).collect();
    for pk in partitions {
        let body = json!({"TableName": "model", "KeyConditionExpression": "pk = :pk AND sk BETWEEN :a AND :b",
            "ExpressionAttributeValues": {":pk": {"S": pk}, ":a": {"S": "b"}, ":b": {"S": "c"}}});
        let found = execute(lab, Operation::Query, &body).expect("a query succeeds");
        let expected: Vec<Value> = model
            .0
            .iter()
            .filter(|((p, s), _)| p == pk && ("b"..="c").contains(&s.as_str()))
            .map(|(_, item)| json!(item))
            .collect();
        prop_assert_eq!(&found["Items"], &Value::Array(expected));
    }
    let described = execute(lab, Operation::DescribeTable, &json!({"TableName": "model"})).expect("the table exists");
    prop_assert_eq!(&described["Table"]["ItemCount"], &json!(model.0.len()));
    let (database, replayed) = lab.databases();
    prop_assert!(replayed == database, "replaying the Changes gives the same database");
    Ok(())
}

fn any_key() -> impl Strategy<Value = Key> {
    (
        prop::sample::select(vec!["p", "q"]),
        prop::sample::select(vec!["a", "b", "bb", "c"]),
    )
        .prop_map(|(pk, sk)| (pk.to_owned(), sk.to_owned()))
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[a-c]{0,3}".prop_map(|text| json!({"S": text})),
        (-9i64..9).prop_map(|number| json!({"N": number.to_string()})),
        Just(json!({"L": [{"BOOL": true}, {"M": {"x": {"NULL": true}}}]})),
        Just(json!({"SS": ["x", "y"]})),
    ]
}

fn any_item() -> impl Strategy<Value = Item> {
    let group = prop::option::of(prop::sample::select(vec!["g1", "g2"]));
    (
        any_key(),
        group,
        prop::option::of(-3i64..3),
        prop::option::of(any_value()),
    )
        .prop_map(|(key, group, number, value)| {
            let mut item = key_json(&key).as_object().cloned().expect("a key is an object");
            item.extend(group.map(|group| ("g".to_owned(), json!({"S": group}))));
            item.extend(number.map(|number| ("n".to_owned(), json!({"N": number.to_string()}))));
            item.extend(value.map(|value| ("a".to_owned(), value)));
            item
        })
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        9 => any_plain_step(),
        3 => prop::collection::vec(any_action(), 1..5).prop_map(|steps| {
            let steps: BTreeMap<Key, Step> = steps.into_iter().filter_map(|step| Some((key_of_step(&step)?, step))).collect();
            Step::Transact(steps.into_values().collect())
        }),
    ]
}

fn any_action() -> impl Strategy<Value = Step> {
    let check = (any_key(), any::<bool>()).prop_map(|(key, exists)| Step::Check { key, exists });
    let write = any_plain_step().prop_filter_map("one item, and an update that says what", |step| match step {
        Step::BatchWrite { .. } => None,
        Step::Update {
            set: None,
            add: None,
            remove: None,
            ..
        } => None,
        step => Some(step),
    });
    prop_oneof![1 => check, 3 => write]
}

fn any_plain_step() -> impl Strategy<Value = Step> {
    let set = prop_oneof![
        any_value().prop_map(|value| ("a".to_owned(), value)),
        prop::sample::select(vec!["g1", "g2"]).prop_map(|group| ("g".to_owned(), json!({"S": group}))),
    ];
    let remove = prop::sample::select(vec!["a", "g"]).prop_map(str::to_owned);
    prop_oneof![
        3 => (any_item(), any::<bool>()).prop_map(|(item, only_if_absent)| Step::Put { item, only_if_absent }),
        3 => (any_key(), prop::option::of(set), prop::option::of(-3i64..3), prop::option::of(remove))
            .prop_map(|(key, set, add, remove)| {
                let remove = remove.filter(|name| set.as_ref().is_none_or(|(set, _)| set != name));
                Step::Update { key, set, add, remove }
            }),
        2 => any_key().prop_map(|key| Step::Delete { key }),
        1 => (prop::collection::vec(any_item(), 1..4), prop::collection::vec(any_key(), 0..3)).prop_map(|(puts, deletes)| {
            let puts: BTreeMap<Key, Item> = puts.into_iter().map(|item| (key_of(&item), item)).collect();
            let deletes: std::collections::BTreeSet<Key> = deletes.into_iter().filter(|key| !puts.contains_key(key)).collect();
            Step::BatchWrite { puts: puts.into_values().collect(), deletes: deletes.into_iter().collect() }
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_agrees_with_a_naive_model(steps in prop::collection::vec(any_step(), 1..25)) {
        let lab = lab();
        let mut model = Model::default();
        for step in &steps {
            let expected = model.step(step).map_err(str::to_owned);
            let answer = send(&lab, step).map(drop);
            prop_assert_eq!(answer, expected, "{:?}", step);
            compare(&lab, &model)?;
        }
    }

    #[test]
    fn a_table_is_restored_to_what_the_model_was_at_a_second(
        before in prop::collection::vec(any_step(), 0..5),
        steps in prop::collection::vec((0i64..2_500, any_step()), 1..25),
        second in 0i64..60,
    ) {
        let lab = lab();
        let mut model = Model::default();
        for step in &before {
            // What the engine answers is the other property's concern.
            let _ = (model.step(step), send(&lab, step));
        }
        lab.ok(Operation::UpdateContinuousBackups, &json!({"TableName": "model",
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}));
        let wanted = START + second.min(steps.iter().map(|(wait, _)| wait).sum::<i64>() / 1_000);
        let mut then = model.clone();
        for (wait, step) in &steps {
            lab.wait(*wait);
            let _ = (model.step(step), send(&lab, step));
            if lab.engine.world().now().as_millis() <= wanted * 1_000 {
                then = model.clone();
            }
        }
        lab.wait(300_000);
        let fork = Lab { engine: lab.engine.fork(), caller: lab.caller.clone() };
        fork.ok(Operation::RestoreTableToPointInTime, &json!({"SourceTableName": "model", "TargetTableName": "copy",
            "RestoreDateTime": wanted}));
        compare_content(&fork, "copy", &then)?;
        compare(&fork, &model)?;
        prop_assert!(lab.engine.database(&lab.caller).table("copy").is_none(), "a fork restores for itself");
    }
}
