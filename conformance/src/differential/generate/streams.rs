//! DescribeStream, GetShardIterator, GetRecords and ListStreams, with names of streams, shards and iterators that each side fills in.

use serde_json::{Value, json};

use super::Request;
use super::items::table_name;
use crate::differential::chance::Chance;
use crate::differential::world::TABLES;

/// What stands for a side's own name of a stream, with the table's name behind it.
pub(in crate::differential) const STREAM: &str = "(stream) ";
/// What stands for a side's own name of the first shard.
pub(in crate::differential) const SHARD: &str = "(shard)";
/// What stands for an iterator of a side.
pub(in crate::differential) const ITERATOR: &str = "(iterator)";

pub(super) fn any(chance: &mut Chance) -> Request {
    match chance.below(4) {
        0 => describe(chance),
        1 => iterator(chance),
        2 => records(chance),
        _ => list(chance),
    }
}

fn arn(chance: &mut Chance) -> String {
    if chance.slips() {
        let odd = [
            "",
            "arn",
            "diff.hash",
            "arn:aws:dynamodb:us-east-1:000000000000:table/diff.none/stream/2026-01-01T00:00:00.000",
            "arn:aws:dynamodb:us-east-1:000000000000:table/diff.hash",
        ];
        return chance.pick(&odd).to_owned();
    }
    format!("{STREAM}{}", TABLES[chance.below(TABLES.len())].name)
}

fn shard(chance: &mut Chance) -> &'static str {
    let odd: &[&'static str] = &["", "shardId-0", "shardId-00000000000000000000-00000000", "x"];
    if chance.slips() {
        odd[chance.below(odd.len())]
    } else {
        SHARD
    }
}

fn attach_limit(chance: &mut Chance, body: &mut Value, most: usize) {
    if chance.percent(30) {
        body["Limit"] = json!(chance.between(1, 5));
    }
    if chance.slips() {
        body["Limit"] = [json!(0), json!(-1), json!(most + 1), json!("1")][chance.below(4)].clone();
    }
}

fn describe(chance: &mut Chance) -> Request {
    let mut body = json!({"StreamArn": arn(chance)});
    attach_limit(chance, &mut body, 100);
    if chance.slips() {
        body["ExclusiveStartShardId"] = json!(shard(chance));
    }
    Request {
        operation: "DescribeStream",
        body,
    }
}

fn iterator(chance: &mut Chance) -> Request {
    let kind = chance.pick_or_slip(
        &["TRIM_HORIZON", "LATEST"],
        &["AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "latest", ""],
    );
    let mut body = json!({"StreamArn": arn(chance), "ShardId": shard(chance), "ShardIteratorType": kind});
    if chance.slips() {
        body["SequenceNumber"] = json!(chance.pick(&["", "1", "abc", "000000000000000000000"]));
    }
    Request {
        operation: "GetShardIterator",
        body,
    }
}

fn records(chance: &mut Chance) -> Request {
    let iterator = chance.pick_or_slip(&[ITERATOR], &["", "abc", "arn:aws:dynamodb:x|1|abc"]);
    let mut body = json!({"ShardIterator": iterator});
    attach_limit(chance, &mut body, 1000);
    Request {
        operation: "GetRecords",
        body,
    }
}

fn list(chance: &mut Chance) -> Request {
    let table = TABLES[chance.below(TABLES.len())].name;
    let mut body = json!({"TableName": table_name(chance, table)});
    attach_limit(chance, &mut body, 100);
    Request {
        operation: "ListStreams",
        body,
    }
}
