//! Shards that succeed each other.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// C§8.10: about every four hours.
#[test]
fn a_shard_rolls_over_every_four_hours_and_its_child_goes_on() {
    let lab = lab(StreamSettings::default());
    let arn = arn(&lab);
    put(&lab, "a", 1);
    let waiting = iterator(&lab, &arn, &shards(&lab, &arn)[0], "LATEST");
    lab.wait(4.0 * HOUR - 0.001);
    assert_eq!(shards(&lab, &arn).len(), 1);
    lab.wait(0.001);
    put(&lab, "a", 2);
    let [parent, child] = &shards(&lab, &arn)[..] else {
        panic!("a shard and its child");
    };
    assert_eq!(parent.get("ParentShardId"), None);
    assert_eq!(child["ParentShardId"], parent["ShardId"]);
    assert!(
        child["SequenceNumberRange"].get("EndingSequenceNumber").is_none(),
        "§15.6"
    );
    let (old, is_closed) = read(&lab, iterator(&lab, &arn, parent, "TRIM_HORIZON"));
    assert_eq!((old.len(), is_closed), (1, true));
    assert_eq!(
        parent["SequenceNumberRange"]["EndingSequenceNumber"],
        old[0]["dynamodb"]["SequenceNumber"]
    );
    let (new, is_closed) = read(&lab, iterator(&lab, &arn, child, "TRIM_HORIZON"));
    assert_eq!((new.len(), is_closed), (1, false));
    lab.refuses(
        "15 minutes",
        "GetRecords",
        json!({"ShardIterator": waiting}),
        "ExpiredIteratorException: The provided iterator exceeds the maximum age allowed.",
    );
    assert_replays(&lab);
}

/// §15.10: closed shards without records show Starting = Ending.
#[test]
fn a_shard_that_closes_without_records_ends_where_it_begins() {
    let lab = lab(StreamSettings::default());
    let arn = arn(&lab);
    lab.wait(4.0 * HOUR);
    let shards = shards(&lab, &arn);
    let range = &shards[0]["SequenceNumberRange"];
    assert_eq!(range["StartingSequenceNumber"], range["EndingSequenceNumber"]);
    for kind in ["TRIM_HORIZON", "LATEST"] {
        assert_eq!(
            read(&lab, iterator(&lab, &arn, &shards[0], kind)),
            (vec![], true),
            "{kind}"
        );
    }
}

#[test]
fn a_full_shard_divides_and_each_key_stays_in_one_line() {
    let lab = lab(StreamSettings {
        shard_records: 10,
        ..StreamSettings::default()
    });
    let arn = arn(&lab);
    for round in 0..20 {
        (0..20).for_each(|key| put(&lab, &format!("k{key}"), round));
    }
    let shards = shards(&lab, &arn);
    let open: Vec<&Value> = shards
        .iter()
        .filter(|shard| shard["SequenceNumberRange"].get("EndingSequenceNumber").is_none())
        .collect();
    assert!((2..=33).contains(&open.len()), "{} open shards", open.len());
    let listed: BTreeSet<&str> = shards.iter().filter_map(|shard| shard["ShardId"].as_str()).collect();
    assert_eq!(listed.len(), shards.len());

    let records = read_all(&lab, &arn);
    let expected: Vec<Option<i64>> = (0..20).map(Some).collect();
    let histories = histories(&records);
    assert_eq!(histories.len(), 20);
    assert!(histories.values().all(|history| *history == expected), "{histories:?}");
    let ids: BTreeSet<String> = records.iter().map(|record| text(&record["eventID"])).collect();
    assert_eq!(ids.len(), 400, "each record has an id of its own");
    assert_children_follow(&lab, &arn, &shards);
    assert_replays(&lab);
}

/// Every child covers keys of its parent, and a filter finds it.
fn assert_children_follow(lab: &Lab, arn: &str, shards: &[Value]) {
    let mut children: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for shard in shards {
        if let Some(parent) = shard.get("ParentShardId").and_then(Value::as_str) {
            children.entry(parent).or_default().push(shard);
        }
    }
    for (parent, children) in children {
        let filter = json!({"Type": "CHILD_SHARDS", "ShardId": parent});
        let mut found = lab.ok("DescribeStream", json!({"StreamArn": arn, "ShardFilter": filter}));
        let found = found["StreamDescription"]["Shards"].take();
        assert_eq!(found, json!(children));
        assert!(children.len() <= 2);
    }
}

#[test]
fn a_stream_can_begin_with_several_shards_that_share_the_keys() {
    let lab = lab(StreamSettings {
        shards: 4,
        ..StreamSettings::default()
    });
    let arn = arn(&lab);
    (0..100).for_each(|key| put(&lab, &format!("k{key}"), key));
    let counts: Vec<usize> = shards(&lab, &arn)
        .iter()
        .map(|shard| read(&lab, iterator(&lab, &arn, shard, "TRIM_HORIZON")).0.len())
        .collect();
    assert_eq!((counts.len(), counts.iter().sum::<usize>()), (4, 100));
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    assert_replays(&lab);
}

#[test]
fn sequence_numbers_order_the_records_of_all_streams() {
    let lab = lab(StreamSettings {
        shards: 4,
        ..StreamSettings::default()
    });
    let arn = arn(&lab);
    (0..50).for_each(|key| put(&lab, &format!("k{key}"), key));
    let mut records = read_all(&lab, &arn);
    records.sort_by_key(|record| text(&record["dynamodb"]["SequenceNumber"]).parse::<u128>().unwrap());
    let values: Vec<String> = records
        .iter()
        .map(|record| text(&record["dynamodb"]["NewImage"]["v"]["N"]))
        .collect();
    assert_eq!(values, (0..50).map(|value| value.to_string()).collect::<Vec<_>>());
}
