//! Lagging reads against the states that were: random writes while time passes, then every way to read.
//!
//! With a lag of so much a read must answer exactly what a strongly consistent one would have answered then; so no reader sees a state that never
//! existed, and once the lag has passed all readers agree.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use stator_conformance::lab::Lab;
use stator_core::engine::{EngineSettings, Existing, Lag, Namespace};
use stator_core::model::Operation;

const READS_MS: i64 = 50;
const INDEXES_MS: i64 = 120;

#[derive(Clone, Debug)]
enum Step {
    Wait(i64),
    Put(u8, &'static str),
    Delete(u8),
    /// Two writes in one transaction, which no reader may see apart.
    Pair(u8, u8, &'static str),
}

/// The items: key and group.
type State = BTreeMap<u8, &'static str>;

fn lab(lag: Lag) -> Lab {
    let lab = Lab::new(EngineSettings {
        lag,
        ..EngineSettings::default()
    });
    let body = json!({
        "TableName": "model", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "N"}, {"AttributeName": "g", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [
            {"IndexName": "by_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}},
        ],
    });
    lab.ok(Operation::CreateTable, &body);
    lab
}

fn item(pk: u8, group: &str) -> Value {
    json!({"pk": {"N": pk.to_string()}, "g": {"S": group}})
}

fn send(lab: &Lab, state: &mut State, step: &Step) {
    match step {
        Step::Wait(milliseconds) => lab.wait(*milliseconds),
        Step::Put(pk, group) => {
            lab.ok(
                Operation::PutItem,
                &json!({"TableName": "model", "Item": item(*pk, group)}),
            );
            state.insert(*pk, group);
        }
        Step::Delete(pk) => {
            let body = json!({"TableName": "model", "Key": {"pk": {"N": pk.to_string()}}});
            lab.ok(Operation::DeleteItem, &body);
            state.remove(pk);
        }
        Step::Pair(one, other, group) => {
            let put = |pk: u8| json!({"Put": {"TableName": "model", "Item": item(pk, group)}});
            let other = if one == other { other + 1 } else { *other };
            let body = json!({"TransactItems": [put(*one), put(other)]});
            lab.ok(Operation::TransactWriteItems, &body);
            state.insert(*one, group);
            state.insert(other, group);
        }
    }
}

/// The items that a reply has.
fn items(list: &Value) -> State {
    let list = list.as_array().expect("a reply has items").iter();
    let groups = ["a", "b", "c"];
    list.map(|item| {
        let pk = item["pk"]["N"]
            .as_str()
            .and_then(|pk| pk.parse().ok())
            .expect("keys are small");
        let group = groups.into_iter().find(|group| item["g"]["S"] == *group);
        (pk, group.expect("groups are known"))
    })
    .collect()
}

fn check(lab: &Lab, current: &State, as_read: &State, as_indexed: &State) -> Result<(), TestCaseError> {
    let scan = |more: Value| {
        let mut body = json!({"TableName": "model"});
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        items(&lab.ok(Operation::Scan, &body)["Items"])
    };
    prop_assert_eq!(&scan(json!({"ConsistentRead": true})), current);
    prop_assert_eq!(&scan(json!({})), as_read);
    prop_assert_eq!(&scan(json!({"IndexName": "by_g"})), as_indexed);
    for group in ["a", "b", "c"] {
        let body = json!({"TableName": "model", "IndexName": "by_g", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": group}}});
        let found = items(&lab.ok(Operation::Query, &body)["Items"]);
        let expected: State = as_indexed
            .iter()
            .filter(|(_, of)| **of == group)
            .map(|(pk, of)| (*pk, *of))
            .collect();
        prop_assert_eq!(found, expected);
    }
    for pk in 0..5u8 {
        let key = json!({"pk": {"N": pk.to_string()}});
        for (is_consistent, state) in [(true, current), (false, as_read)] {
            let body = json!({"TableName": "model", "Key": key, "ConsistentRead": is_consistent});
            let found = lab.ok(Operation::GetItem, &body);
            prop_assert_eq!(found["Item"]["g"]["S"].as_str(), state.get(&pk).copied());
            let body = json!({"RequestItems": {"model": {"Keys": [key], "ConsistentRead": is_consistent}}});
            let found = lab.ok(Operation::BatchGetItem, &body);
            prop_assert_eq!(
                found["Responses"]["model"][0]["g"]["S"].as_str(),
                state.get(&pk).copied()
            );
        }
        let body = json!({"TransactItems": [{"Get": {"TableName": "model", "Key": key}}]});
        let found = lab.ok(Operation::TransactGetItems, &body);
        prop_assert_eq!(
            found["Responses"][0]["Item"]["g"]["S"].as_str(),
            current.get(&pk).copied()
        );
    }
    Ok(())
}

/// The state that was at a time.
fn at(states: &[(i64, State)], time: i64) -> &State {
    let last = states.iter().rev().find(|(since, _)| *since <= time);
    last.map_or(&states[0].1, |(_, state)| state)
}

fn any_step() -> impl Strategy<Value = Step> {
    let group = || prop::sample::select(vec!["a", "b", "c"]);
    prop_oneof![
        4 => (1i64..70).prop_map(Step::Wait),
        4 => (0u8..4, group()).prop_map(|(pk, group)| Step::Put(pk, group)),
        1 => (0u8..4).prop_map(Step::Delete),
        1 => (0u8..4, 0u8..4, group()).prop_map(|(one, other, group)| Step::Pair(one, other, group)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_lagging_read_sees_what_was_there_then(steps in prop::collection::vec(any_step(), 1..40)) {
        let lab = lab(Lag { reads_ms: READS_MS, indexes_ms: INDEXES_MS });
        let now = || lab.engine.world().now().as_millis();
        let mut state = State::new();
        let mut states = vec![(i64::MIN, State::new())];
        for step in &steps {
            send(&lab, &mut state, step);
            states.push((now(), state.clone()));
            check(&lab, &state, at(&states, now() - READS_MS), at(&states, now() - INDEXES_MS))?;
        }
        let (one, other) = (Namespace::of(&lab.caller, lab.engine.settings()), Namespace::new("fork", "eu-west-1"));
        lab.engine.spaces().fork(&one, &other, Existing::Replace).expect("the namespace exists");
        lab.wait(INDEXES_MS);
        check(&lab, &state, &state, &state)?;
        prop_assert_eq!(lab.engine.spaces().database(&other), Some(lab.engine.database(&lab.caller)));
    }
}

#[test]
fn a_table_can_lag_alone_and_stop() {
    let lab = lab(Lag::default());
    let namespace = Namespace::of(&lab.caller, lab.engine.settings());
    let lag = Lag {
        reads_ms: 1_000,
        indexes_ms: 0,
    };
    lab.engine
        .spaces()
        .set_table_lag(&namespace, "model", Some(lag))
        .expect("there is room");
    let get = || {
        lab.ok(
            Operation::GetItem,
            &json!({"TableName": "model", "Key": {"pk": {"N": "1"}}}),
        )
    };
    let mut state = State::new();
    send(&lab, &mut state, &Step::Put(1, "a"));
    assert_eq!(get(), json!({}));
    lab.engine
        .spaces()
        .set_table_lag(&namespace, "model", None)
        .expect("there is room");
    assert_eq!(get()["Item"]["g"]["S"], "a");
    lab.engine
        .spaces()
        .set_table_lag(&namespace, "model", Some(lag))
        .expect("there is room");
    send(&lab, &mut state, &Step::Put(1, "b"));
    lab.wait(999);
    assert_eq!(get()["Item"]["g"]["S"], "a");
    lab.wait(1);
    assert_eq!(get()["Item"]["g"]["S"], "b");
}

#[test]
fn a_new_table_of_the_same_name_has_no_past() {
    let lab = lab(Lag {
        reads_ms: 1_000,
        indexes_ms: 1_000,
    });
    let mut state = State::new();
    send(&lab, &mut state, &Step::Put(1, "a"));
    lab.wait(2_000);
    send(&lab, &mut state, &Step::Put(1, "b"));
    let table = json!({"TableName": "model"});
    lab.ok(Operation::DeleteTable, &table);
    let create = json!({
        "TableName": "model", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    });
    lab.ok(Operation::CreateTable, &create);
    assert_eq!(lab.ok(Operation::Scan, &table)["Count"], 0);
}
