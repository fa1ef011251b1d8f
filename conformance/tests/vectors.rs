//! Vector search against a naive one: random writes, then every distance function, partition and filter.
//!
//! The index that was there from the start, one that was added at the end, and the naive search must agree; so must a replay of the Changes.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use stator_conformance::lab::Lab;
use stator_core::engine::EngineSettings;
use stator_core::model::Operation;

#[derive(Clone, Debug)]
struct Entry {
    vector: Option<[i8; 3]>,
    partition: Option<&'static str>,
    filter: Option<u8>,
}

#[derive(Clone, Debug)]
enum Step {
    Put(u8, Entry),
    SetFilter(u8, u8),
    RemovePartition(u8),
    Delete(u8),
}

fn vector_index(name: &str, distance: &str) -> Value {
    json!({
        "IndexName": name, "VectorAttribute": {"AttributeName": "v"}, "Projection": {"ProjectionType": "KEYS_ONLY"},
        "SearchSchema": [
            {"AttributeName": "h", "SearchSchemaElementType": "HASH"},
            {"AttributeName": "f", "SearchSchemaElementType": "INLINE_FILTER"},
        ],
        "Dimensions": 3, "DistanceFunction": distance,
    })
}

fn definitions() -> Value {
    json!([
        {"AttributeName": "pk", "AttributeType": "N"}, {"AttributeName": "h", "AttributeType": "S"},
        {"AttributeName": "f", "AttributeType": "N"},
    ])
}

fn lab(distance: &str) -> Lab {
    let lab = Lab::new(EngineSettings::default());
    let body = json!({
        "TableName": "model", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": definitions(),
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "VectorIndexes": [vector_index("first", distance)],
    });
    lab.ok(Operation::CreateTable, &body);
    lab
}

fn send(lab: &Lab, model: &mut BTreeMap<u8, Entry>, step: &Step) {
    let key = |pk: &u8| json!({"pk": {"N": pk.to_string()}});
    let update = |pk: &u8, expression: &str, values: Value| {
        let mut body = json!({"TableName": "model", "Key": key(pk), "UpdateExpression": expression});
        if !values.is_null() {
            body["ExpressionAttributeValues"] = values;
        }
        lab.ok(Operation::UpdateItem, &body);
    };
    match step {
        Step::Put(pk, entry) => {
            let mut item = key(pk);
            if let Some(vector) = entry.vector {
                item["v"] = json!({"L": vector.map(|element| json!({"N": element.to_string()}))});
            }
            if let Some(partition) = entry.partition {
                item["h"] = json!({"S": partition});
            }
            if let Some(filter) = entry.filter {
                item["f"] = json!({"N": filter.to_string()});
            }
            lab.ok(Operation::PutItem, &json!({"TableName": "model", "Item": item}));
            model.insert(*pk, entry.clone());
        }
        Step::SetFilter(pk, filter) => {
            update(pk, "SET f = :f", json!({":f": {"N": filter.to_string()}}));
            let blank = Entry {
                vector: None,
                partition: None,
                filter: None,
            };
            model.entry(*pk).or_insert(blank).filter = Some(*filter);
        }
        Step::RemovePartition(pk) => {
            if let Some(entry) = model.get_mut(pk) {
                update(pk, "REMOVE h", Value::Null);
                entry.partition = None;
            }
        }
        Step::Delete(pk) => {
            lab.ok(Operation::DeleteItem, &json!({"TableName": "model", "Key": key(pk)}));
            model.remove(pk);
        }
    }
}

/// The scores of all items that qualify, by the definitions.
fn naive(
    model: &BTreeMap<u8, Entry>,
    distance: &str,
    probe: [i8; 3],
    partition: &str,
    filter: Option<u8>,
) -> Vec<(f64, u8)> {
    let admitted = model
        .iter()
        .filter(|(_, entry)| entry.partition == Some(partition) && (filter.is_none() || entry.filter == filter));
    let dot = |a: [i8; 3], b: [i8; 3]| -> f64 { a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(b)).sum() };
    let score = |vector: [i8; 3]| match distance {
        "DOT_PRODUCT" => dot(probe, vector),
        "EUCLIDEAN" => {
            let squares = probe
                .iter()
                .zip(vector)
                .map(|(a, b)| (f64::from(*a) - f64::from(b)).powi(2));
            squares.sum::<f64>().sqrt()
        }
        _ => match (dot(probe, probe).sqrt(), dot(vector, vector).sqrt()) {
            (0.0, _) | (_, 0.0) => 1.0,
            (one, other) => 1.0 - dot(probe, vector) / (one * other),
        },
    };
    let mut scores: Vec<_> = admitted
        .filter_map(|(pk, entry)| Some((score(entry.vector?), *pk)))
        .collect();
    scores.sort_by(|a, b| {
        if distance == "DOT_PRODUCT" {
            b.0.total_cmp(&a.0)
        } else {
            a.0.total_cmp(&b.0)
        }
    });
    scores
}

fn check(
    lab: &Lab,
    index: &str,
    probe: [i8; 3],
    partition: &str,
    filter: Option<u8>,
    expected: &[(f64, u8)],
) -> Result<(), TestCaseError> {
    let mut body = json!({
        "TableName": "model", "IndexName": index, "TopK": 100, "SearchVector": probe.map(|element| json!({"N": element.to_string()})),
        "SearchConditionExpression": "h = :h", "ExpressionAttributeValues": {":h": {"S": partition}},
    });
    if let Some(filter) = filter {
        body["SearchConditionExpression"] = json!("h = :h AND f = :f");
        body["ExpressionAttributeValues"][":f"] = json!({"N": filter.to_string()});
    }
    for count in [100, 2] {
        body["TopK"] = json!(count);
        let found = lab.ok(Operation::SearchVectors, &body);
        let found = found["SearchResults"].as_array().cloned().unwrap_or_default();
        prop_assert_eq!(found.len(), expected.len().min(count));
        for (result, (score, _)) in found.iter().zip(expected) {
            let found_score = result["Score"].as_f64().unwrap_or(f64::NAN);
            prop_assert!(
                (found_score - score).abs() < 1e-9,
                "{} {}: {} for {}",
                index,
                result,
                found_score,
                score
            );
            let pk: u8 = result["Item"]["pk"]["N"]
                .as_str()
                .and_then(|pk| pk.parse().ok())
                .unwrap_or_default();
            let own = expected.iter().find(|(_, own)| *own == pk).map(|(score, _)| *score);
            prop_assert!(
                own.is_some_and(|own| (own - score).abs() < 1e-9),
                "{} has no such score",
                pk
            );
        }
    }
    Ok(())
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let vector = prop::option::weighted(0.9, prop::array::uniform3(-3i8..4));
    let partition = prop::option::weighted(0.9, prop::sample::select(vec!["a", "b"]));
    (vector, partition, prop::option::of(0u8..2)).prop_map(|(vector, partition, filter)| Entry {
        vector,
        partition,
        filter,
    })
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0u8..9, any_entry()).prop_map(|(pk, entry)| Step::Put(pk, entry)),
        2 => (0u8..9, 0u8..2).prop_map(|(pk, filter)| Step::SetFilter(pk, filter)),
        1 => (0u8..9).prop_map(Step::RemovePartition),
        1 => (0u8..9).prop_map(Step::Delete),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_search_finds_what_a_naive_one_finds(
        steps in prop::collection::vec(any_step(), 1..40),
        distance in prop::sample::select(vec!["COSINE", "EUCLIDEAN", "DOT_PRODUCT"]),
        probe in prop::array::uniform3(-3i8..4),
    ) {
        let lab = lab(distance);
        let mut model = BTreeMap::new();
        steps.iter().for_each(|step| send(&lab, &mut model, step));
        let added = json!({"TableName": "model", "AttributeDefinitions": definitions(), "VectorIndexUpdates": [{"Create": vector_index("added", distance)}]});
        lab.ok(Operation::UpdateTable, &added);
        for (index, partition, filter) in [("first", "a", None), ("first", "b", Some(1)), ("added", "a", Some(0)), ("added", "b", None)] {
            check(&lab, index, probe, partition, filter, &naive(&model, distance, probe, partition, filter))?;
        }
        let described = lab.ok(Operation::DescribeTable, &json!({"TableName": "model"}));
        let [first, added] = [0, 1].map(|at| (&described["Table"]["VectorIndexes"][at]["ItemCount"], &described["Table"]["VectorIndexes"][at]["IndexSizeBytes"]));
        prop_assert_eq!(first, added);
        let (database, replayed) = lab.databases();
        prop_assert!(replayed == database, "replaying the Changes gives the same database");
    }
}
