//! What is forgotten after a day, and iterators that outlive what they point at.

use super::*;

fn refuses_iterator(lab: &Lab, iterator: &Value, expected: &str) {
    lab.refuses(
        "an iterator",
        "GetRecords",
        json!({"ShardIterator": iterator}),
        expected,
    );
}

const TRIMMED: &str = "TrimmedDataAccessException: The data you are trying to access has been trimmed";
const NO_SHARD: &str = "ResourceNotFoundException: Requested resource not found: Shard does not exist";

/// C§8.2, C§8.12, C§8.13, §15.11.
#[test]
fn records_are_readable_for_a_day_and_the_horizon_moves() {
    let lab = lab(StreamSettings {
        shard_age_ms: i64::MAX,
        ..StreamSettings::default()
    });
    let arn = arn(&lab);
    put(&lab, "a", 1);
    lab.wait(HOUR);
    put(&lab, "a", 2);
    let shard = &shards(&lab, &arn)[0];
    let first = read_all(&lab, &arn)[0]["dynamodb"]["SequenceNumber"].clone();
    let at = |kind: &str| {
        let request = json!({
            "StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": kind, "SequenceNumber": first,
        });
        lab.call("GetShardIterator", &request)
    };
    lab.wait(23.0 * HOUR - 0.001);
    assert_eq!(histories(&read_all(&lab, &arn))["a"], [Some(1), Some(2)]);
    let oldest = iterator(&lab, &arn, shard, "TRIM_HORIZON");
    assert!(at("AT_SEQUENCE_NUMBER").is_ok());
    lab.wait(0.001);
    assert_eq!(histories(&read_all(&lab, &arn))["a"], [Some(2)]);
    refuses_iterator(&lab, &oldest, TRIMMED);
    assert_eq!(at("AT_SEQUENCE_NUMBER"), Err(TRIMMED.to_owned()));
    assert_eq!(at("AFTER_SEQUENCE_NUMBER"), Err(TRIMMED.to_owned()));
    lab.wait(2.0 * HOUR);
    assert_eq!(read_all(&lab, &arn), [Value::Null; 0]);
    put(&lab, "a", 3);
    assert_eq!(histories(&read_all(&lab, &arn))["a"], [Some(3)]);
    assert_replays(&lab);
}

/// C§8.10: a closed shard is known for a day, and then its id is not.
#[test]
fn closed_shards_are_listed_for_a_day() {
    let lab = lab(StreamSettings::default());
    let arn = arn(&lab);
    let first = shards(&lab, &arn)[0].clone();
    put(&lab, "a", 1);
    for _ in 0..6 {
        lab.wait(4.0 * HOUR);
        assert!(
            shards(&lab, &arn)
                .iter()
                .any(|shard| shard["ShardId"] == first["ShardId"])
        );
    }
    assert_eq!(shards(&lab, &arn).len(), 7);
    lab.wait(4.0 * HOUR);
    let listed = shards(&lab, &arn);
    assert_eq!(listed.len(), 7);
    assert_eq!(
        listed[0]["ParentShardId"], first["ShardId"],
        "a parent is named after it is gone"
    );
    let request = json!({"StreamArn": arn, "ShardId": first["ShardId"], "ShardIteratorType": "LATEST"});
    lab.refuses("gone", "GetShardIterator", request, NO_SHARD);
    assert_replays(&lab);
}

/// §15.1, §15.2, C§8.19.
#[test]
fn streams_that_ended_are_known_for_a_day() {
    let lab = lab(StreamSettings::default());
    let off = arn(&lab);
    put(&lab, "a", 1);
    lab.ok(
        "UpdateTable",
        json!({"TableName": "abc", "StreamSpecification": {"StreamEnabled": false}}),
    );
    lab.ok(
        "UpdateTable",
        json!({"TableName": "abc", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}}),
    );
    let deleted = arn(&lab);
    put(&lab, "b", 2);
    lab.wait(HOUR);
    lab.ok("DeleteTable", json!({"TableName": "abc"}));
    let again = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
    lab.ok("CreateTable", table(again));
    let alive = arn(&lab);
    let listed = |lab: &Lab| {
        lab.ok("ListStreams", json!({"TableName": "abc"}))["Streams"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(listed(&lab), 3);
    assert_eq!(
        [status(&lab, &off), status(&lab, &deleted), status(&lab, &alive)],
        ["DISABLED", "DISABLED", "ENABLED"]
    );
    assert_eq!(read_all(&lab, &off).len(), 1);
    assert_eq!(read_all(&lab, &deleted).len(), 1);
    lab.wait(23.0 * HOUR);
    assert_eq!(listed(&lab), 2);
    lab.refuses(
        "§15.9",
        "DescribeStream",
        json!({"StreamArn": off}),
        &format!("ResourceNotFoundException: Requested resource not found: Stream: {off} not found"),
    );
    lab.wait(HOUR);
    assert_eq!(listed(&lab), 1);
    assert_replays(&lab);
}

/// §15.2: DISABLING at once, DISABLED some seconds later; §7: ENABLING meanwhile.
#[test]
fn a_stream_goes_through_its_states_at_the_services_pace() {
    let lab = Lab::paced();
    lab.ok(
        "CreateTable",
        table(json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"})),
    );
    let first = arn(&lab);
    assert_eq!(status(&lab, &first), "ENABLING");
    lab.wait(20.0);
    assert_eq!(status(&lab, &first), "ENABLED");
    lab.ok(
        "UpdateTable",
        json!({"TableName": "abc", "StreamSpecification": {"StreamEnabled": false}}),
    );
    assert_eq!(status(&lab, &first), "DISABLING");
    lab.wait(10.0);
    assert_eq!(status(&lab, &first), "DISABLED");
    let on = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
    lab.ok("UpdateTable", json!({"TableName": "abc", "StreamSpecification": on}));
    let second = arn(&lab);
    assert_eq!([status(&lab, &first), status(&lab, &second)], ["DISABLED", "ENABLING"]);
    lab.wait(10.0);
    lab.ok("DeleteTable", json!({"TableName": "abc"}));
    assert_eq!(status(&lab, &second), "DISABLING");
    lab.wait(10.0);
    assert_eq!(status(&lab, &second), "DISABLED");
}

/// C§8.11: 15 minutes.
#[test]
fn an_iterator_lives_for_fifteen_minutes() {
    let lab = lab(StreamSettings::default());
    let arn = arn(&lab);
    let iterator = iterator(&lab, &arn, &shards(&lab, &arn)[0], "LATEST");
    lab.wait(900.0);
    let next = lab.ok("GetRecords", json!({"ShardIterator": iterator}))["NextShardIterator"].take();
    lab.wait(0.001);
    let expired = "ExpiredIteratorException: The provided iterator exceeds the maximum age allowed.";
    refuses_iterator(&lab, &iterator, expired);
    assert!(lab.call("GetRecords", &json!({"ShardIterator": next})).is_ok());
}

#[test]
fn an_iterator_is_of_one_stream_as_it_is() {
    let lab = lab(StreamSettings::default());
    let arn = arn(&lab);
    let iterator = text(&iterator(&lab, &arn, &shards(&lab, &arn)[0], "TRIM_HORIZON"));
    let invalid = "ValidationException: Invalid ShardIterator";
    let (head, body) = iterator.split_at(arn.len() + 3);
    for at in 0..body.len() {
        let mut edited = body.to_owned();
        let other = if &body[at..=at] == "A" { "B" } else { "A" };
        edited.replace_range(at..=at, other);
        refuses_iterator(&lab, &json!(format!("{head}{edited}")), invalid);
    }
    // A stream of the same ARN in another engine.
    let other = lab_of_another_table_with_the_same_arn();
    refuses_iterator(&other, &json!(iterator), invalid);
}

/// An engine whose table has another identity, and a stream of the same ARN as that of [`lab`].
fn lab_of_another_table_with_the_same_arn() -> Lab {
    let lab = Lab::instant();
    // An identity that goes to another.
    let _ = lab.engine.world().uuid();
    lab.ok(
        "CreateTable",
        table(json!({"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"})),
    );
    lab
}

/// recent.md: AT_TIMESTAMP.
#[test]
fn a_time_leads_to_the_first_record_at_or_after_it() {
    let lab = lab(StreamSettings::default());
    let arn = arn(&lab);
    let start = lab.describe()["CreationDateTime"].as_f64().unwrap();
    for value in 0..5 {
        put(&lab, "a", value);
        lab.wait(10.0);
    }
    let shard = &shards(&lab, &arn)[0];
    let since = |seconds: f64| {
        let request = json!({
            "StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "AT_TIMESTAMP", "Timestamp": start + seconds,
        });
        let iterator = lab.call("GetShardIterator", &request)?["ShardIterator"].take();
        Ok::<_, String>(histories(&read(&lab, iterator).0).remove("a").unwrap_or_default().len())
    };
    let rows = [
        (-1.0, 5),
        (0.0, 5),
        (0.001, 4),
        (10.0, 4),
        (35.0, 1),
        (41.0, 0),
        (50.0, 0),
    ];
    for (seconds, count) in rows {
        assert_eq!(since(seconds), Ok(count), "{seconds}");
    }
    assert!(since(50.001).is_err(), "a time to come");
}
