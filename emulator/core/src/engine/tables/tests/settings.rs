//! Tags, time to live, limits and endpoints.

use super::*;

const ARN: &str = "arn:aws:dynamodb:eu-west-2:123456789012:table/abc";

fn lab() -> Lab {
    let lab = Lab::instant();
    lab.ok(
        "CreateTable",
        on_demand(json!({"Tags": [{"Key": "team", "Value": "a"}]})),
    );
    lab
}

fn tag(key: &str, value: &str) -> Value {
    json!({"Key": key, "Value": value})
}

#[test]
fn tags_are_set_overwritten_and_removed() {
    let lab = lab();
    let list = || lab.ok("ListTagsOfResource", json!({"ResourceArn": ARN}));
    assert_eq!(list(), json!({"Tags": [tag("team", "a")]}));
    let empty = lab.ok(
        "TagResource",
        json!({"ResourceArn": ARN, "Tags": [tag("team", "b"), tag("größe", "")]}),
    );
    assert_eq!(empty, Value::Null, "the body is empty");
    assert_eq!(list(), json!({"Tags": [tag("team", "b"), tag("größe", "")]}));
    lab.ok(
        "UntagResource",
        json!({"ResourceArn": ARN, "TagKeys": ["team", "ghost"]}),
    );
    assert_eq!(list(), json!({"Tags": [tag("größe", "")]}));
    assert_eq!(lab.describe().get("Tags"), None, "§5: tags never appear");
}

#[test]
fn tags_have_rules() {
    let lab = lab();
    let many: Vec<Value> = (0..50).map(|number| tag(&number.to_string(), "")).collect();
    let set = |tags: Value| json!({"ResourceArn": ARN, "Tags": tags});
    let long = "x".repeat(129);
    let long_key = format!("ValidationException: The Tag Key provided is invalid, Key: {long}");
    let rows = [
        (
            "D null",
            "TagResource",
            json!({"ResourceArn": ARN}),
            "ValidationException: 1 validation error detected: Value null at 'tags' failed to satisfy constraint: Member must not be null",
        ),
        (
            "§17 empty",
            "TagResource",
            set(json!([])),
            "ValidationException: Atleast one Tag needs to be provided as Input.",
        ),
        (
            "§17 empty",
            "UntagResource",
            json!({"ResourceArn": ARN, "TagKeys": []}),
            "ValidationException: Atleast one Tag Key needs to be provided as Input.",
        ),
        ("§17 key", "TagResource", set(json!([tag(&long, "")])), &long_key),
        (
            "§17 symbols",
            "TagResource",
            set(json!([tag("a#", "")])),
            "ValidationException: The Tag Key provided is invalid, Key: a#",
        ),
        (
            "§17 value",
            "TagResource",
            set(json!([{"Key": "a"}])),
            "ValidationException: The Tag Value provided is invalid, Value: null",
        ),
        (
            "§17 reserved",
            "UntagResource",
            json!({"ResourceArn": ARN, "TagKeys": ["AWS:x"]}),
            "ValidationException: Tag Key cannot be prefixed with aws:, Key: AWS:x",
        ),
        (
            "§17 duplicate",
            "TagResource",
            set(json!([tag("a", "1"), tag("a", "2")])),
            "ValidationException: Duplicate Tag Keys provided as input: Duplicate Tag Key found a",
        ),
        (
            "§17 count after merge",
            "TagResource",
            set(json!(many)),
            "ValidationException: Number of Tags exceed the current limit for the provided ResourceArn",
        ),
    ];
    for (row, operation, body, expected) in rows {
        lab.refuses(row, operation, body, expected);
    }
    assert_eq!(
        lab.ok("ListTagsOfResource", json!({"ResourceArn": ARN})),
        json!({"Tags": [tag("team", "a")]}),
        "all or nothing"
    );
}

#[test]
fn resources_are_named_by_their_arn() {
    let lab = lab();
    let rows = [
        ("V§20", "", "ValidationException: Invalid TableArn".to_owned()),
        ("§17 name", "abc", format!("{INVALID}ARNs must start with 'arn:': abc")),
        (
            "§17 backup",
            "arn:aws:dynamodb:eu-west-2:123456789012:table/abc/backup/01",
            format!("{INVALID}Provided Arn is not a DynamoDB resource arn: arn:aws:dynamodb:eu-west-2:123456789012:table/abc/backup/01"),
        ),
        (
            "§17 index",
            "arn:aws:dynamodb:eu-west-2:123456789012:table/abc/index/gsi",
            format!(
                "{INVALID}Invalid resource arn provided, only table or stream is accepted. Provided resource arn: \
                 arn:aws:dynamodb:eu-west-2:123456789012:table/abc/index/gsi"
            ),
        ),
        (
            "§17 Region",
            "arn:aws:dynamodb:eu-west-1:123456789012:table/abc",
            "ValidationException: Invalid TableArn: Invalid ResourceArn provided as input arn:aws:dynamodb:eu-west-1:123456789012:table/abc".to_owned(),
        ),
        (
            "§17 account",
            "arn:aws:dynamodb:eu-west-2:999999999999:table/abc",
            "AccessDeniedException: Access is denied".to_owned(),
        ),
        (
            "§17 unknown",
            "arn:aws:dynamodb:eu-west-2:123456789012:table/ghost",
            "ResourceNotFoundException: Requested resource not found: ResourceArn: arn:aws:dynamodb:eu-west-2:123456789012:table/ghost not found"
                .to_owned(),
        ),
    ];
    for (row, arn, expected) in rows {
        lab.refuses(row, "ListTagsOfResource", json!({"ResourceArn": arn}), &expected);
        lab.refuses(
            row,
            "TagResource",
            json!({"ResourceArn": arn, "Tags": [tag("a", "1")]}),
            &expected,
        );
        lab.refuses(
            row,
            "UntagResource",
            json!({"ResourceArn": arn, "TagKeys": ["a"]}),
            &expected,
        );
    }
}

fn expiry(is_on: bool, attribute: &str) -> Value {
    json!({"TableName": "abc", "TimeToLiveSpecification": {"Enabled": is_on, "AttributeName": attribute}})
}

#[test]
fn expiry_is_turned_on_and_off_with_a_pause_between() {
    let lab = lab();
    let described = || lab.ok("DescribeTimeToLive", json!({"TableName": ARN}))["TimeToLiveDescription"].take();
    assert_eq!(described(), json!({"TimeToLiveStatus": "DISABLED"}));
    let refuses = |row: &str, body: Value, text: &str| {
        lab.refuses(row, "UpdateTimeToLive", body, &format!("ValidationException: {text}"))
    };
    refuses("§16 off", expiry(false, "ttl"), "TimeToLive is already disabled");
    let told = lab.ok("UpdateTimeToLive", expiry(true, "ttl"));
    assert_eq!(
        told,
        json!({"TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ttl"}})
    );
    assert_eq!(
        described(),
        json!({"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"})
    );
    refuses("§16 twice", expiry(true, "ttl"), "TimeToLive is already enabled");
    let other = "TimeToLive is active on a different AttributeName: current AttributeName is ttl";
    refuses("§16 other", expiry(true, "x"), other);
    refuses("§16 other", expiry(false, "x"), other);
    refuses(
        "§16 too soon",
        expiry(false, "ttl"),
        "Time to live has been modified multiple times within a fixed interval",
    );
    lab.wait(31.0 * 60.0);
    lab.ok("UpdateTimeToLive", expiry(false, "ttl"));
    assert_eq!(
        described(),
        json!({"TimeToLiveStatus": "DISABLED"}),
        "§16: no attribute when off"
    );
}

#[test]
fn expiry_has_constraints() {
    let lab = lab();
    lab.refuses(
        "§16 shapes",
        "UpdateTimeToLive",
        json!({"TableName": "abc", "TimeToLiveSpecification": {"AttributeName": ""}}),
        "ValidationException: 2 validation errors detected: Value '' at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member \
         must have length greater than or equal to 1; Value null at 'timeToLiveSpecification.enabled' failed to satisfy constraint: Member must \
         not be null",
    );
    lab.refuses(
        "§1 unknown",
        "UpdateTimeToLive",
        with(expiry(true, "ttl"), json!({"TableName": "ghost"})),
        "ResourceNotFoundException: Requested resource not found: Table: ghost not found",
    );
    lab.ok("UpdateTimeToLive", expiry(true, "pk"));
}

#[test]
fn limits_and_endpoints_are_told() {
    let lab = Lab::instant();
    let limits = lab.ok("DescribeLimits", json!({}));
    assert_eq!(
        limits,
        json!({
            "AccountMaxReadCapacityUnits": 80_000, "AccountMaxWriteCapacityUnits": 80_000,
            "TableMaxReadCapacityUnits": 40_000, "TableMaxWriteCapacityUnits": 40_000,
        })
    );
    let endpoints = lab.ok("DescribeEndpoints", json!({}));
    assert_eq!(
        endpoints,
        json!({"Endpoints": [{"Address": "dynamodb.eu-west-2.amazonaws.com", "CachePeriodInMinutes": 1_440}]})
    );
}
