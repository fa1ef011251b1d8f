//! The table, the item and the operations under load.
//!
//! The table `bench` has a partition key, a sort key and one index that projects everything. An item has 200 bytes by the
//! service's own measure and attributes of five types. Twenty items share a partition key; a thousand index partitions share
//! all items. No operation changes the number of items, so that rounds can follow each other in any order.

use std::fmt;

use serde::Serialize;

use super::template::{Pattern, Template};

/// Items of a batch: the most that BatchWriteItem takes.
pub const BATCH: usize = 25;

/// The request that creates the table.
pub const CREATE_TABLE: &str = r#"{"TableName":"bench","BillingMode":"PAY_PER_REQUEST",
"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"},
{"AttributeName":"gpk","AttributeType":"S"},{"AttributeName":"gsk","AttributeType":"S"}],
"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
"GlobalSecondaryIndexes":[{"IndexName":"by-day","Projection":{"ProjectionType":"ALL"},
"KeySchema":[{"AttributeName":"gpk","KeyType":"HASH"},{"AttributeName":"gsk","KeyType":"RANGE"}]}]}"#;

/// The names and values of an item, as on the wire.
const ITEM: &str = concat!(
    r#"{"pk":{"S":"customer#<customer>"},"sk":{"S":"order#<order>"},"gpk":{"S":"day#<day>"},"gsk":{"S":"<stamp>"},"#,
    r#""hits":{"N":"0"},"price":{"N":"49.95"},"open":{"BOOL":true},"skus":{"L":[{"S":"sku-1"},{"S":"sku-2"}]},"#,
    r#""note":{"S":"<note>"}}"#
);

const KEY: &str = r#"{"pk":{"S":"customer#<customer>"},"sk":{"S":"order#<order>"}}"#;

/// An operation under load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
pub enum Operation {
    /// Reads one item by its key.
    #[value(name = "GetItem")]
    GetItem,
    /// Replaces one item, which moves its entry in the index.
    #[value(name = "PutItem")]
    PutItem,
    /// Increments a number under a condition that holds, in the table and in the index.
    #[value(name = "UpdateItem")]
    UpdateItem,
    /// Reads the twenty items of one partition.
    #[value(name = "Query")]
    Query,
    /// Replaces 25 items.
    #[value(name = "BatchWriteItem")]
    BatchWriteItem,
    /// Reads one item by its key while one more connection walks over the whole table.
    #[value(name = "GetItemBesideScan")]
    GetItemBesideScan,
    /// Reads pages of 1 MB, each after the last.
    #[value(name = "Scan")]
    Scan,
}

impl Operation {
    /// Every operation, in the order of the report: Scan last, since it is what a server may choke on.
    pub const ALL: [Self; 7] = [
        Self::GetItem,
        Self::PutItem,
        Self::UpdateItem,
        Self::Query,
        Self::BatchWriteItem,
        Self::GetItemBesideScan,
        Self::Scan,
    ];

    /// The name in `X-Amz-Target`.
    pub fn name(self) -> &'static str {
        match self {
            Self::GetItem | Self::GetItemBesideScan => "GetItem",
            Self::PutItem => "PutItem",
            Self::UpdateItem => "UpdateItem",
            Self::Query => "Query",
            Self::Scan => "Scan",
            Self::BatchWriteItem => "BatchWriteItem",
        }
    }

    /// What one more connection does meanwhile, uncounted.
    pub fn companion(self) -> Option<Self> {
        (self == Self::GetItemBesideScan).then_some(Self::Scan)
    }

    /// How many subjects a request speaks of.
    pub fn subjects(self) -> usize {
        match self {
            Self::BatchWriteItem => BATCH,
            _ => 1,
        }
    }

    /// The request with its slots. A Scan starts after the subject.
    pub fn template(self) -> Template {
        let body = match self {
            Self::GetItem | Self::GetItemBesideScan => Pattern::default().with(&format!(r#"{{"TableName":"bench","Key":{KEY}}}"#), 0),
            Self::PutItem => Pattern::default().with(&format!(r#"{{"TableName":"bench","Item":{ITEM}}}"#), 0),
            Self::UpdateItem => Pattern::default().with(&update(), 0),
            Self::Query => Pattern::default().with(
                r##"{"TableName":"bench","KeyConditionExpression":"pk = :pk","ExpressionAttributeValues":{":pk":{"S":"customer#<customer>"}}}"##,
                0,
            ),
            Self::Scan => Pattern::default().with(&format!(r#"{{"TableName":"bench","ExclusiveStartKey":{KEY}}}"#), 0),
            Self::BatchWriteItem => batch(),
        };
        Template::new(self.name(), body)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GetItemBesideScan => f.pad("GetItemBesideScan"),
            _ => f.pad(self.name()),
        }
    }
}

/// The request that reads the first page of the table.
pub fn first_page() -> Template {
    Template::new(
        Operation::Scan.name(),
        Pattern::default().with(r#"{"TableName":"bench"}"#, 0),
    )
}

fn update() -> String {
    format!(
        r##"{{"TableName":"bench","Key":{KEY},"UpdateExpression":"SET #hits = #hits + :one","ConditionExpression":"attribute_exists(pk) AND #open = :true","ExpressionAttributeNames":{{"#hits":"hits","#open":"open"}},"ExpressionAttributeValues":{{":one":{{"N":"1"}},":true":{{"BOOL":true}}}}}}"##
    )
}

fn batch() -> Pattern {
    let open = Pattern::default().with(r#"{"RequestItems":{"bench":["#, 0);
    let puts = (0..BATCH).fold(open, |body, subject| {
        let comma = if subject == 0 { "" } else { "," };
        body.with(&format!(r#"{comma}{{"PutRequest":{{"Item":{ITEM}}}}}"#), subject)
    });
    puts.with("]}}", 0)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{super::template::Subject, *};

    fn body(operation: Operation) -> Value {
        let subjects: Vec<Subject> = (0..operation.subjects() as u64)
            .map(|index| Subject { index, stamp: index })
            .collect();
        let request = operation.template().fill(&subjects).to_vec();
        let request = String::from_utf8(request).unwrap();
        let (_, body) = request.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }

    /// Size by the service's rules, for the types that the item has.
    fn size(value: &Value) -> usize {
        let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
        match (kind.as_str(), value) {
            ("S", Value::String(text)) => text.len(),
            ("N", Value::String(digits)) => digits.bytes().filter(u8::is_ascii_digit).count().div_ceil(2) + 1,
            ("BOOL", _) => 1,
            ("L", Value::Array(elements)) => 3 + elements.iter().map(|element| 1 + size(element)).sum::<usize>(),
            other => panic!("no size for {other:?}"),
        }
    }

    #[test]
    fn an_item_has_two_hundred_bytes() {
        let put = body(Operation::PutItem);
        let item = put["Item"].as_object().unwrap();
        let bytes: usize = item.iter().map(|(name, value)| name.len() + size(value)).sum();
        assert_eq!(bytes, 200);
    }

    #[test]
    fn every_request_is_json_that_names_the_table() {
        for operation in Operation::ALL {
            let body = body(operation);
            match operation {
                Operation::BatchWriteItem => assert_eq!(body["RequestItems"]["bench"].as_array().unwrap().len(), BATCH),
                _ => assert_eq!(body["TableName"], "bench"),
            }
        }
        assert!(serde_json::from_str::<Value>(CREATE_TABLE).is_ok());
    }
}
