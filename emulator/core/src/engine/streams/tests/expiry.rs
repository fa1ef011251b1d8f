//! Items that expire, and the records of it.

use super::*;

/// An engine that deletes expired items after `delay_ms`, with a table whose items expire by `t`.
fn expiring(delay_ms: i64) -> (Lab, String, f64) {
    let lab = Lab::with(EngineSettings {
        expiry_delay_ms: delay_ms,
        ..EngineSettings::default()
    });
    lab.ok(
        "CreateTable",
        table(json!({"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"})),
    );
    let start = lab.describe()["CreationDateTime"].as_f64().unwrap();
    let arn = arn(&lab);
    set_expiry(&lab, true);
    (lab, arn, start)
}

fn set_expiry(lab: &Lab, enabled: bool) {
    let specification = json!({"Enabled": enabled, "AttributeName": "t"});
    lab.ok(
        "UpdateTimeToLive",
        json!({"TableName": "abc", "TimeToLiveSpecification": specification}),
    );
}

fn put_until(lab: &Lab, pk: &str, time: f64) {
    let item = json!({"pk": {"S": pk}, "t": {"N": format!("{time}")}});
    lab.ok("PutItem", json!({"TableName": "abc", "Item": item}));
}

fn keys(lab: &Lab) -> Vec<String> {
    let items = lab.ok("Scan", json!({"TableName": "abc"}))["Items"].take();
    let mut keys: Vec<String> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| text(&item["pk"]["S"]))
        .collect();
    keys.sort();
    keys
}

/// C§7.2, C§7.3, C§7.6, §15.8, §16.8.
#[test]
fn an_item_is_deleted_by_the_service_once_its_time_has_passed() {
    let (lab, arn, start) = expiring(0);
    put_until(&lab, "a", start + 100.0);
    put_until(&lab, "b", start + 200.0);
    lab.wait(100.0);
    assert_eq!(keys(&lab), ["a", "b"], "expired is what lies before now");
    lab.wait(0.001);
    // Whoever only reads the stream sees it.
    let records = read_all(&lab, &arn);
    let removal = &records[2];
    assert_eq!(removal["eventName"], "REMOVE");
    assert_eq!(
        removal["userIdentity"],
        json!({"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"})
    );
    assert_eq!(removal["dynamodb"]["OldImage"]["pk"]["S"], "a");
    assert!(records[..2].iter().all(|record| record.get("userIdentity").is_none()));
    assert_eq!(keys(&lab), ["b"]);
    lab.ok("DeleteItem", json!({"TableName": "abc", "Key": {"pk": {"S": "b"}}}));
    assert!(
        read_all(&lab, &arn)[3].get("userIdentity").is_none(),
        "a caller's deletion"
    );
    assert_replays(&lab);
}

/// C§7.3: within some time, and until then items can be read, written and saved.
#[test]
fn an_expired_item_stays_for_a_while_and_can_be_saved() {
    let (lab, _, start) = expiring(48 * 3_600_000);
    put_until(&lab, "a", start + 100.0);
    put_until(&lab, "b", start + 100.0);
    lab.wait(100.0 + 48.0 * HOUR);
    assert_eq!(keys(&lab), ["a", "b"]);
    put_until(&lab, "b", start + 1e9);
    lab.wait(0.001);
    assert_eq!(keys(&lab), ["b"]);
    assert_replays(&lab);
}

#[test]
fn an_item_that_is_written_too_late_stays_as_long_as_others_do() {
    let (lab, _, start) = expiring(10_000);
    put_until(&lab, "a", start - 1e6);
    lab.wait(5.0);
    // Writes that leave the time alone do not put it off.
    let update = json!({"TableName": "abc", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET v = :v",
        "ExpressionAttributeValues": {":v": {"N": "1"}}});
    lab.ok("UpdateItem", update);
    lab.wait(4.999);
    assert_eq!(keys(&lab), ["a"]);
    lab.wait(0.001);
    assert_eq!(keys(&lab), [""; 0]);
}

/// C§7.1, C§7.2.
#[test]
fn what_is_no_number_or_lies_five_years_back_is_ignored() {
    let (lab, _, start) = expiring(0);
    let year = 365.0 * 86_400.0;
    put_until(&lab, "old", start - 5.0 * year - 1.0);
    put_until(&lab, "recent", start - 5.0 * year);
    put_until(&lab, "future", start + 10.0 * year);
    put_until(&lab, "never", 1e120);
    for (pk, value) in [
        ("text", json!({"S": "1"})),
        ("set", json!({"NS": ["1"]})),
        ("none", json!(null)),
    ] {
        let mut item = json!({"pk": {"S": pk}});
        if !value.is_null() {
            item["t"] = value;
        }
        lab.ok("PutItem", json!({"TableName": "abc", "Item": item}));
    }
    assert_eq!(keys(&lab), ["future", "never", "none", "old", "set", "text"]);
    lab.wait(10.0 * year + 1.0);
    assert_eq!(
        keys(&lab),
        ["never", "none", "old", "set", "text"],
        "even if nobody looked for ten years"
    );
    assert_replays(&lab);
}

/// C§7.5: removed from indexes like a normal delete; §16.4: too soon.
#[test]
fn expiry_can_be_turned_on_for_items_that_are_there_and_off_again() {
    let lab = Lab::instant();
    let mut create = table(json!({"StreamEnabled": false}));
    create["AttributeDefinitions"] =
        json!([{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "t", "AttributeType": "N"}]);
    create["GlobalSecondaryIndexes"] = json!([{"IndexName": "by_t", "KeySchema": [{"AttributeName": "t", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"}}]);
    lab.ok("CreateTable", create);
    let start = lab.describe()["CreationDateTime"].as_f64().unwrap();
    put_until(&lab, "a", start + 100.0);
    put_until(&lab, "b", start + 10_000.0);
    lab.wait(200.0);
    assert_eq!(keys(&lab), ["a", "b"]);
    set_expiry(&lab, true);
    lab.wait(10.0);
    assert_eq!(keys(&lab), ["b"]);
    assert_eq!(
        lab.ok("Scan", json!({"TableName": "abc", "IndexName": "by_t"}))["Count"],
        1
    );
    let off = json!({"TableName": "abc", "TimeToLiveSpecification": {"Enabled": false, "AttributeName": "t"}});
    let too_soon = "ValidationException: Time to live has been modified multiple times within a fixed interval";
    lab.wait(31.0 * 60.0 - 10.001);
    lab.refuses("§16.4", "UpdateTimeToLive", off.clone(), too_soon);
    lab.wait(0.001);
    lab.ok("UpdateTimeToLive", off);
    lab.wait(10_000.0);
    assert_eq!(keys(&lab), ["b"], "nothing expires any more");
    assert_replays(&lab);
}

#[test]
fn many_items_expire_in_portions_but_before_anybody_sees_them() {
    let (lab, arn, start) = expiring(0);
    (0..2_500).for_each(|key| put_until(&lab, &format!("k{key:04}"), start + 1.0));
    lab.wait(2.0);
    assert_eq!(keys(&lab).len(), 0);
    let removals = read_all(&lab, &arn)
        .into_iter()
        .filter(|record| record["eventName"] == "REMOVE");
    assert_eq!(removals.count(), 2_500);
    assert_replays(&lab);
}
