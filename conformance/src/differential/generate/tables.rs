//! Tables, tags and time to live: a handful of names that are created, changed and deleted all the time.

use serde_json::{Value, json};

use super::Request;
use super::items::table_name;
use crate::differential::chance::Chance;
use crate::differential::normal::ARN_PREFIX;

/// Names of tables that come and go; the duel deletes them when a block ends. The last one is there by a slip alone.
pub(in crate::differential) const PASSING: [&str; 5] = ["gone.one", "gone.two", "gone.three", "Gone.Four", "diff.none"];

pub(super) fn lifecycle(chance: &mut Chance) -> Request {
    let name = passing_name(chance);
    match chance.below(10) {
        0..=4 => Request {
            operation: "CreateTable",
            body: creation(chance, &name),
        },
        5 => Request {
            operation: "DescribeTable",
            body: json!({"TableName": name}),
        },
        6 => Request {
            operation: "DeleteTable",
            body: json!({"TableName": name}),
        },
        7 => Request {
            operation: "ListTables",
            body: listing(chance),
        },
        _ => Request {
            operation: "UpdateTable",
            body: change(chance, &name),
        },
    }
}

pub(super) fn tags(chance: &mut Chance) -> Request {
    let arn = arn(chance);
    let keys = ["team", "cost:center", "é"];
    match chance.below(3) {
        0 => {
            let tags: Vec<_> = chance
                .some(&keys, 2)
                .into_iter()
                .map(|key| json!({"Key": key, "Value": "v"}))
                .collect();
            let mut body = json!({"ResourceArn": arn, "Tags": tags});
            if chance.slips() {
                let odd = [
                    json!([]),
                    json!([{"Key": "", "Value": "v"}]),
                    json!([{"Key": "aws:x", "Value": "v"}]),
                    json!([{"Key": "a", "Value": "v"}, {"Key": "a", "Value": "w"}]),
                    json!([{"Key": "k".repeat(129), "Value": "v"}]),
                    json!([{"Key": "k", "Value": "v".repeat(257)}]),
                    json!([{"Key": "a"}]),
                ];
                body["Tags"] = odd[chance.below(odd.len())].clone();
            }
            Request {
                operation: "TagResource",
                body,
            }
        }
        1 => {
            let keys = if chance.slips() {
                json!([])
            } else {
                json!(chance.some(&keys, 2))
            };
            Request {
                operation: "UntagResource",
                body: json!({"ResourceArn": arn, "TagKeys": keys}),
            }
        }
        _ => Request {
            operation: "ListTagsOfResource",
            body: json!({"ResourceArn": arn}),
        },
    }
}

pub(super) fn ttl(chance: &mut Chance) -> Request {
    let name = passing_name(chance);
    if chance.percent(40) {
        return Request {
            operation: "DescribeTimeToLive",
            body: json!({"TableName": name}),
        };
    }
    let attribute = chance.pick_or_slip(&["expires", "xn"], &["", "pk"]);
    let mut body = json!({"TableName": name, "TimeToLiveSpecification": {"Enabled": chance.percent(70), "AttributeName": attribute}});
    if chance.slips() {
        body["TimeToLiveSpecification"] = json!({"Enabled": true});
    }
    Request {
        operation: "UpdateTimeToLive",
        body,
    }
}

fn passing_name(chance: &mut Chance) -> String {
    let name = chance.pick(&PASSING[..4]);
    table_name(chance, name)
}

fn arn(chance: &mut Chance) -> String {
    if chance.slips() {
        return chance.pick(&["", "arn", "arn:aws:s3:::bucket", "diff.hash"]).to_owned();
    }
    let name = chance.pick_or_slip(&["diff.hash", "diff.range", "gone.one"], &["nowhere", "a!"]);
    format!("{ARN_PREFIX}table/{name}")
}

fn listing(chance: &mut Chance) -> Value {
    let mut body = json!({});
    if chance.percent(50) {
        body["Limit"] = if chance.slips() {
            json!([0, 101, -1][chance.below(3)])
        } else {
            json!(chance.between(1, 4))
        };
    }
    if chance.percent(40) {
        body["ExclusiveStartTableName"] = json!(passing_name(chance));
    }
    body
}

fn creation(chance: &mut Chance, name: &str) -> Value {
    let ranged = chance.percent(60);
    let mut key = vec![element("pk", chance.pick_or_slip(&["HASH"], &["RANGE", "hash"]))];
    let mut definitions = vec![definition(chance, "pk")];
    if ranged {
        let range = chance.pick_or_slip(&["sk"], &["pk"]);
        key.push(element(range, chance.pick_or_slip(&["RANGE"], &["HASH", ""])));
        definitions.push(definition(chance, "sk"));
    }
    if chance.slips() {
        key.push(element("xs", "RANGE"));
    }
    let mut body = json!({"TableName": name, "KeySchema": key});
    attach_billing(chance, &mut body);
    let provisioned = body.get("ProvisionedThroughput").is_some();
    if chance.percent(35) {
        body["GlobalSecondaryIndexes"] = json!([global_index(chance, "gsi-one", provisioned)]);
        definitions.push(definition(chance, "gk"));
    }
    if ranged && chance.percent(25) || chance.slips() {
        body["LocalSecondaryIndexes"] = json!([local_index(chance)]);
        definitions.push(definition(chance, "lk"));
    }
    spoil_definitions(chance, &mut definitions);
    body["AttributeDefinitions"] = json!(definitions);
    attach_features(chance, &mut body);
    body
}

fn element(name: &str, role: &str) -> Value {
    json!({"AttributeName": name, "KeyType": role})
}

fn definition(chance: &mut Chance, name: &str) -> Value {
    let kind = chance.pick_or_slip(&["S", "N", "B"], &["SS", "s", "BOOL"]);
    json!({"AttributeName": name, "AttributeType": kind})
}

fn spoil_definitions(chance: &mut Chance, definitions: &mut Vec<Value>) {
    if chance.slips() {
        definitions.remove(0);
    }
    if chance.slips() {
        definitions.push(json!({"AttributeName": "unused", "AttributeType": "S"}));
    }
    if chance.slips() && !definitions.is_empty() {
        definitions.push(definitions[0].clone());
    }
}

fn attach_billing(chance: &mut Chance, body: &mut Value) {
    let provisioned = chance.percent(50);
    let throughput = json!({
        "ReadCapacityUnits": throughput(chance),
        "WriteCapacityUnits": throughput(chance),
    });
    if provisioned {
        body["ProvisionedThroughput"] = throughput.clone();
    }
    if !provisioned || chance.percent(30) {
        let mode = if provisioned { "PROVISIONED" } else { "PAY_PER_REQUEST" };
        body["BillingMode"] = json!(chance.pick_or_slip(&[mode], &["PROVISIONED", "PAY_PER_REQUEST", "FREE", ""]));
    }
    if chance.slips() {
        body["ProvisionedThroughput"] = throughput;
    }
}

fn throughput(chance: &mut Chance) -> Value {
    if chance.slips() {
        return [json!(0), json!(-1), json!(1_000_000_000_001_u64), Value::Null][chance.below(4)].clone();
    }
    json!(chance.between(1, 3))
}

fn projection(chance: &mut Chance) -> Value {
    if chance.slips() {
        return match chance.below(5) {
            0 => json!({}),
            1 => json!({"ProjectionType": "INCLUDE"}),
            2 => json!({"ProjectionType": "ALL", "NonKeyAttributes": ["xs"]}),
            3 => json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": []}),
            _ => json!({"ProjectionType": "SOME"}),
        };
    }
    match chance.below(3) {
        0 => json!({"ProjectionType": "ALL"}),
        1 => json!({"ProjectionType": "KEYS_ONLY"}),
        _ => json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": ["xs", "xn"]}),
    }
}

fn global_index(chance: &mut Chance, name: &str, provisioned: bool) -> Value {
    let name = chance.pick_or_slip(&[name], &["ab", "a!", "lsi-one", ""]);
    let mut key = vec![element("gk", chance.pick_or_slip(&["HASH"], &["RANGE"]))];
    if chance.percent(40) {
        key.push(element("pk", "RANGE"));
    }
    let mut index = json!({"IndexName": name, "KeySchema": key, "Projection": projection(chance)});
    if provisioned != chance.slips() {
        index["ProvisionedThroughput"] = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1});
    }
    index
}

fn local_index(chance: &mut Chance) -> Value {
    let leading = chance.pick_or_slip(&["pk"], &["sk", "nowhere"]);
    let mut key = vec![element(leading, "HASH")];
    if !chance.slips() {
        key.push(element("lk", "RANGE"));
    }
    let name = chance.pick_or_slip(&["lsi-one"], &["gsi-one", "l"]);
    json!({"IndexName": name, "KeySchema": key, "Projection": projection(chance)})
}

fn attach_features(chance: &mut Chance, body: &mut Value) {
    if chance.percent(20) {
        body["StreamSpecification"] = stream(chance);
    }
    if chance.percent(15) {
        body["DeletionProtectionEnabled"] = json!(chance.percent(30));
    }
    if chance.percent(15) {
        body["TableClass"] = json!(chance.pick_or_slip(&["STANDARD", "STANDARD_INFREQUENT_ACCESS"], &["GOLD", ""]));
    }
    if chance.percent(15) {
        body["Tags"] = json!([{"Key": "team", "Value": "v"}]);
    }
    if chance.percent(10) {
        body["SSESpecification"] = json!({"Enabled": chance.percent(50)});
    }
    if chance.slips() {
        let units = [
            json!({"MaxReadRequestUnits": 0}),
            json!({"MaxWriteRequestUnits": 5}),
            json!({"MaxReadRequestUnits": -1}),
        ];
        body["OnDemandThroughput"] = units[chance.below(units.len())].clone();
    }
}

fn stream(chance: &mut Chance) -> Value {
    if chance.slips() {
        return match chance.below(4) {
            0 => json!({"StreamEnabled": true}),
            1 => json!({"StreamEnabled": false, "StreamViewType": "NEW_IMAGE"}),
            2 => json!({"StreamViewType": "NEW_IMAGE"}),
            _ => json!({"StreamEnabled": true, "StreamViewType": "new"}),
        };
    }
    json!({"StreamEnabled": true, "StreamViewType": chance.pick(&["NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY", "NEW_AND_OLD_IMAGES"])})
}

fn change(chance: &mut Chance, name: &str) -> Value {
    let mut body = json!({"TableName": name});
    match chance.below(7) {
        0 => attach_billing(chance, &mut body),
        1 => body["StreamSpecification"] = stream(chance),
        2 => body["StreamSpecification"] = json!({"StreamEnabled": false}),
        3 => body["DeletionProtectionEnabled"] = json!(false),
        4 => {
            body["GlobalSecondaryIndexUpdates"] = json!([{"Create": global_index(chance, "gsi-two", false)}]);
            if !chance.slips() {
                body["AttributeDefinitions"] = json!([definition(chance, "gk"), definition(chance, "pk")]);
            }
        }
        5 => {
            body["GlobalSecondaryIndexUpdates"] =
                json!([{"Delete": {"IndexName": chance.pick(&["gsi-one", "gsi-two", "lsi-one"])}}])
        }
        _ => body["TableClass"] = json!(chance.pick_or_slip(&["STANDARD"], &["GOLD"])),
    }
    if chance.slips() {
        attach_features(chance, &mut body);
    }
    body
}
