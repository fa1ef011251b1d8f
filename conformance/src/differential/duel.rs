//! The two endpoints, the items that both hold, and the means to bring them back to one state.
//!
//! Invariant: between two requests both sides hold the items in [`State`]; whoever breaks this calls [`Duel::restore`]. Neither remembers a token that
//! the other has forgotten.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::answer::Answer;
use super::class::Class;
use super::compare::disagreement;
use super::endpoint::{Endpoint, EndpointError};
use super::generate::streams::{ITERATOR, SHARD, STREAM};
use super::generate::{PASSING, Request};
use super::normal::{ARN_PREFIX, depends_on_order, forget_page, normalise, sorted, states_local_index};
use super::streams::Follower;
use super::tokens::Tokens;
use super::vectors::{self, VECTOR_TABLES};
use super::world::{TABLES, TableSpec, VIEWS};

/// Pages of a walk at most; the tables of the world are small.
const PAGES_MAX: usize = 100;
/// How often a table is looked at until it rests, and how long we wait between.
const LOOKS_MAX: usize = 1000;
const LOOK_INTERVAL: Duration = Duration::from_millis(10);

/// The items of each table of the world, sorted.
pub(super) type State = Vec<Vec<Value>>;

/// What both sides answered to one request, in normal form.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    pub(super) left: Answer,
    pub(super) right: Answer,
    pub(super) class: Option<Class>,
}

/// Two endpoints in lock step.
#[derive(Debug)]
pub(super) struct Duel {
    left: Side,
    right: Side,
    state: State,
    tokens: Tokens,
}

#[derive(Debug)]
struct Side {
    endpoint: Endpoint,
    arn_prefix: String,
    /// A reader of each table's stream.
    followers: Vec<Follower>,
}

impl Duel {
    /// Connects to both and makes the tables of the world anew; `turn` says which stream shows what.
    pub(super) fn begin(left: &str, right: &str, access_key: &str, turn: usize) -> Result<Self, EndpointError> {
        let mut duel = Self {
            left: Side::begin(left, access_key)?,
            right: Side::begin(right, access_key)?,
            state: vec![Vec::new(); TABLES.len()],
            tokens: Tokens::default(),
        };
        for side in [&mut duel.left, &mut duel.right] {
            side.make_world(turn)?;
        }
        Ok(duel)
    }

    /// What both sides hold.
    pub(super) fn state(&self) -> &State {
        &self.state
    }

    /// Asks both sides and compares answers and, after a write, what they hold. When they disagree, both may hold different items afterwards.
    pub(super) fn ask(&mut self, request: &Request) -> Result<Exchange, EndpointError> {
        let sent = self.tokens.sent(request);
        self.left.send(&sent)?;
        self.right.send(&sent)?;
        let (mut left, mut right) = (self.left.receive(request)?, self.right.receive(request)?);
        if Tokens::are_in(request) && left.is_success() != right.is_success() {
            self.tokens.forget();
        }
        let mut class = None;
        if depends_on_order(request) && left.is_success() && right.is_success() {
            class = self.walk(request)?;
            forget_page(&mut left);
            forget_page(&mut right);
        }
        let is_done = may_have_written(request, &left, &right);
        let class = disagreement(request.operation, &left, &right).or(class);
        let class = class.map(|mut class| {
            if left.is_success() && right.is_success() && states_local_index(request) {
                class.operation.push_str(" of a local index");
            }
            class
        });
        let class = match class {
            None if is_done && writes_items(request) => self.compare_contents(request)?,
            None if is_done && writes_tables(request) => self.compare_passing(request)?,
            class => class,
        };
        Ok(Exchange { left, right, class })
    }

    /// Lets both sides forget the tokens of transactions.
    pub(super) fn forget_tokens(&mut self) {
        self.tokens.forget();
    }

    /// Brings both sides to this state; where a side refuses an item, both lose it.
    pub(super) fn restore(&mut self, state: &State) -> Result<(), EndpointError> {
        let mut is_written = false;
        for (table, items) in TABLES.iter().zip(state) {
            for side in [&mut self.left, &mut self.right] {
                is_written |= side.restore(table, items)?;
            }
        }
        self.state.clone_from(state);
        if !is_written {
            return Ok(());
        }
        for (at, table) in TABLES.iter().enumerate() {
            if self.left.items(table)? != self.right.items(table)? {
                self.left.restore(table, &[])?;
                self.right.restore(table, &[])?;
            }
            self.state[at] = self.left.items(table)?;
        }
        // What was mended is in the streams too, on either side something else.
        for side in [&mut self.left, &mut self.right] {
            side.records()?;
        }
        Ok(())
    }

    /// Compares what came into the streams since last time.
    pub(super) fn compare_streams(&mut self) -> Result<Vec<(Request, Exchange)>, EndpointError> {
        let (left, right) = (self.left.records()?, self.right.records()?);
        let mut found = Vec::new();
        for ((table, left), right) in TABLES.iter().zip(left).zip(right) {
            if let Some(exchange) = compare_records(left, right) {
                let request = Request {
                    operation: "GetRecords",
                    body: json!({"StreamArn": table.name}),
                };
                found.push((request, exchange));
            }
        }
        Ok(found)
    }

    /// Deletes the tables that come and go.
    pub(super) fn clear_passing(&mut self) -> Result<(), EndpointError> {
        for side in [&mut self.left, &mut self.right] {
            for name in PASSING {
                side.drop_table(name)?;
            }
        }
        Ok(())
    }

    /// Takes the tags off the tables of the world.
    pub(super) fn clear_tags(&mut self) -> Result<(), EndpointError> {
        for side in [&mut self.left, &mut self.right] {
            for table in &TABLES {
                side.untag(table.name)?;
            }
        }
        Ok(())
    }

    /// Compares the indexes of all tables: whole Scans of each.
    pub(super) fn compare_indexes(&mut self) -> Result<Vec<(Request, Exchange)>, EndpointError> {
        let mut found = Vec::new();
        for table in &TABLES {
            for index in table.indexes {
                let body = json!({"TableName": table.name, "IndexName": index.name});
                let request = Request {
                    operation: "Scan",
                    body,
                };
                let mut exchange = self.ask(&request)?;
                if let Some(class) = &mut exchange.class {
                    class.operation = "content of an index".to_owned();
                    found.push((request, exchange));
                }
            }
        }
        Ok(found)
    }

    /// Reads all pages from both sides and compares their items.
    fn walk(&mut self, request: &Request) -> Result<Option<Class>, EndpointError> {
        if ["ExclusiveStartKey", "NextToken", "Segment"]
            .iter()
            .any(|member| request.body.get(member).is_some())
        {
            return Ok(None);
        }
        let left = self.left.walk(request)?;
        let right = self.right.walk(request)?;
        Ok(disagreement(&format!("pages of {}", request.operation), &left, &right))
    }

    /// Compares the items of the tables that a request may have changed, and takes them as the state.
    fn compare_contents(&mut self, request: &Request) -> Result<Option<Class>, EndpointError> {
        for (at, table) in TABLES.iter().enumerate() {
            let asked = request.body["TableName"].as_str();
            if asked.is_some_and(|asked| asked != table.name) {
                continue;
            }
            let (left, right) = (self.left.items(table)?, self.right.items(table)?);
            if left == right {
                self.state[at] = left;
                continue;
            }
            let contents = |items| Answer {
                status: 200,
                body: json!({"Items": items}),
            };
            let operation = format!("items after {}", request.operation);
            return Ok(disagreement(&operation, &contents(left), &contents(right)));
        }
        Ok(None)
    }

    fn compare_passing(&mut self, request: &Request) -> Result<Option<Class>, EndpointError> {
        let Some(name) = request.body["TableName"].as_str().filter(|name| PASSING.contains(name)) else {
            return Ok(None);
        };
        let (left, right) = (self.left.rest(name)?, self.right.rest(name)?);
        Ok(disagreement(
            &format!("table after {}", request.operation),
            &left,
            &right,
        ))
    }
}

/// Holds the records of two streams against each other: first what happened, then how large it was, then in which order.
fn compare_records(left: Vec<Value>, right: Vec<Value>) -> Option<Exchange> {
    let answer = |records: &[Value]| Answer {
        status: 200,
        body: json!({"Records": records}),
    };
    let without_size = |records: &[Value]| -> Vec<Value> {
        let mut records = records.to_vec();
        for change in records
            .iter_mut()
            .filter_map(|record| record["dynamodb"].as_object_mut())
        {
            change.remove("SizeBytes");
        }
        records
    };
    let only = |one: &[Value], other: &[Value]| -> Vec<Value> {
        let records = one.iter().filter(|record| !other.contains(record));
        records.cloned().collect()
    };
    let (bare_left, bare_right) = (without_size(&left), without_size(&right));
    let pairs = [
        (
            "records of streams",
            only(&bare_left, &bare_right),
            only(&bare_right, &bare_left),
        ),
        ("order of records", bare_left, bare_right),
        ("sizes of records", only(&left, &right), only(&right, &left)),
    ];
    pairs.into_iter().find_map(|(what, left, right)| {
        let (left, right) = (answer(&left), answer(&right));
        let class = Some(disagreement(what, &left, &right)?);
        Some(Exchange { left, right, class })
    })
}

/// Whether the request may change items.
pub(super) fn writes_items(request: &Request) -> bool {
    let statement = |body: &Value| {
        body["Statement"]
            .as_str()
            .is_some_and(|text| !text.starts_with("SELECT"))
    };
    let any_statement = |list: &str| {
        request.body[list]
            .as_array()
            .is_some_and(|list| list.iter().any(statement))
    };
    match request.operation {
        "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems" => true,
        "ExecuteStatement" => statement(&request.body),
        "BatchExecuteStatement" => any_statement("Statements"),
        "ExecuteTransaction" => any_statement("TransactStatements"),
        _ => false,
    }
}

/// Whether items may be others now: one side did what was asked, or either may have done a part of it.
pub(super) fn may_have_written(request: &Request, left: &Answer, right: &Answer) -> bool {
    let has_parts = matches!(
        request.operation,
        "BatchWriteItem" | "TransactWriteItems" | "BatchExecuteStatement" | "ExecuteTransaction"
    );
    has_parts || left.is_success() || right.is_success()
}

/// Whether the request may change a table.
pub(super) fn writes_tables(request: &Request) -> bool {
    matches!(request.operation, "CreateTable" | "UpdateTable" | "DeleteTable")
}

impl Side {
    fn begin(url: &str, access_key: &str) -> Result<Self, EndpointError> {
        Ok(Self {
            endpoint: Endpoint::new(url, access_key)?,
            arn_prefix: ARN_PREFIX.to_owned(),
            followers: Vec::new(),
        })
    }

    /// Makes the tables anew, learns how the side's ARNs begin, and begins to follow the streams.
    fn make_world(&mut self, turn: usize) -> Result<(), EndpointError> {
        for (at, table) in TABLES.iter().enumerate() {
            self.drop_table(table.name)?;
            let view = VIEWS[(at + turn) % VIEWS.len()];
            self.endpoint.ask("CreateTable", &table.creation(view))?;
            self.rest(table.name)?;
            let described = self.endpoint.ask("DescribeTable", &json!({"TableName": table.name}))?;
            let arn = described.body["Table"]["LatestStreamArn"].as_str().unwrap_or_default();
            self.followers.push(Follower::new(arn));
        }
        for (name, distance) in VECTOR_TABLES {
            self.drop_table(name)?;
            self.endpoint.ask("CreateTable", &vectors::creation(name, distance))?;
            self.rest(name)?;
            for item in vectors::items() {
                self.endpoint
                    .ask("PutItem", &json!({"TableName": name, "Item": item}))?;
            }
        }
        self.records()?;
        let described = self
            .endpoint
            .ask("DescribeTable", &json!({"TableName": TABLES[0].name}))?;
        let arn = described.body["Table"]["TableArn"].as_str().unwrap_or_default();
        if let Some(end) = arn.find("table/") {
            self.arn_prefix = arn[..end].to_owned();
        }
        Ok(())
    }

    /// Asks and brings the answer to its normal form.
    fn ask(&mut self, request: &Request) -> Result<Answer, EndpointError> {
        self.send(request)?;
        self.receive(request)
    }

    fn send(&mut self, request: &Request) -> Result<(), EndpointError> {
        let body = self.filled_in(&request.body)?;
        self.endpoint.send(request.operation, &body)
    }

    fn receive(&mut self, request: &Request) -> Result<Answer, EndpointError> {
        let mut answer = self.endpoint.receive()?;
        normalise(request, &mut answer, &self.arn_prefix);
        Ok(answer)
    }

    /// The body with the side's own names of what it speaks of.
    fn filled_in(&mut self, body: &Value) -> Result<Value, EndpointError> {
        let mut body = body.clone();
        if let Some(Value::String(arn)) = body.get_mut("ResourceArn") {
            *arn = arn.replace(ARN_PREFIX, &self.arn_prefix);
        }
        let asked = body["StreamArn"].as_str().and_then(|arn| arn.strip_prefix(STREAM));
        let at = TABLES.iter().position(|table| asked == Some(table.name)).unwrap_or(0);
        let follower = &self.followers[at.min(self.followers.len().saturating_sub(1))..];
        let Some(follower) = follower.first() else {
            return Ok(body);
        };
        if asked.is_some() {
            body["StreamArn"] = json!(follower.arn);
        }
        for member in ["ShardId", "ExclusiveStartShardId"] {
            if body[member] == SHARD {
                body[member] = json!(follower.first_shard());
            }
        }
        if body["ShardIterator"] == ITERATOR {
            body["ShardIterator"] = follower.first_iterator(&mut self.endpoint)?;
        }
        Ok(body)
    }

    /// What came into each stream since last time.
    fn records(&mut self) -> Result<Vec<Vec<Value>>, EndpointError> {
        let endpoint = &mut self.endpoint;
        self.followers
            .iter_mut()
            .map(|follower| follower.drain(endpoint))
            .collect()
    }

    /// All items of a table, sorted.
    fn items(&mut self, table: &TableSpec) -> Result<Vec<Value>, EndpointError> {
        let request = Request {
            operation: "Scan",
            body: json!({"TableName": table.name, "ConsistentRead": true}),
        };
        let mut answer = self.walk(&request)?;
        let items = answer.body["Items"].take();
        Ok(sorted(items.as_array().cloned().unwrap_or_default()))
    }

    /// All pages of a request in one answer: the items and how many were evaluated.
    fn walk(&mut self, request: &Request) -> Result<Answer, EndpointError> {
        let mut page_request = request.clone();
        let (mut items, mut scanned, mut count) = (Vec::new(), 0, 0);
        for _ in 0..PAGES_MAX {
            let page = self.endpoint.ask(page_request.operation, &page_request.body)?;
            if !page.is_success() {
                return Ok(page);
            }
            items.extend(page.body["Items"].as_array().cloned().unwrap_or_default());
            scanned += page.body["ScannedCount"].as_u64().unwrap_or(0);
            count += page.body["Count"].as_u64().unwrap_or(0);
            let (given, member) = match request.operation {
                "ExecuteStatement" => ("NextToken", "NextToken"),
                _ => ("LastEvaluatedKey", "ExclusiveStartKey"),
            };
            match page.body.get(given) {
                Some(last) => page_request.body[member] = last.clone(),
                None => break,
            }
        }
        let body = json!({"Items": sorted(items), "ScannedCount": scanned, "Count": count});
        Ok(Answer { status: 200, body })
    }

    /// Waits until the table is neither made, changed nor deleted, and tells how it is then.
    fn rest(&mut self, name: &str) -> Result<Answer, EndpointError> {
        let request = Request {
            operation: "DescribeTable",
            body: json!({"TableName": name}),
        };
        let mut answer = self.ask(&request)?;
        for _ in 0..LOOKS_MAX {
            if is_at_rest(&answer.body["Table"]) {
                break;
            }
            thread::sleep(LOOK_INTERVAL);
            answer = self.ask(&request)?;
        }
        Ok(answer)
    }

    fn untag(&mut self, name: &str) -> Result<(), EndpointError> {
        let arn = format!("{}table/{name}", self.arn_prefix);
        let listed = self.endpoint.ask("ListTagsOfResource", &json!({"ResourceArn": arn}))?;
        let tags = listed.body["Tags"].as_array().into_iter().flatten();
        let keys: Vec<_> = tags.map(|tag| tag["Key"].clone()).collect();
        if !keys.is_empty() {
            self.endpoint
                .ask("UntagResource", &json!({"ResourceArn": arn, "TagKeys": keys}))?;
        }
        Ok(())
    }

    fn drop_table(&mut self, name: &str) -> Result<(), EndpointError> {
        let described = self.rest(name)?;
        if !described.is_success() {
            return Ok(());
        }
        if described.body["Table"]["DeletionProtectionEnabled"] == json!(true) {
            let body = json!({"TableName": name, "DeletionProtectionEnabled": false});
            self.endpoint.ask("UpdateTable", &body)?;
            self.rest(name)?;
        }
        self.endpoint.ask("DeleteTable", &json!({"TableName": name}))?;
        self.rest(name)?;
        Ok(())
    }

    /// Makes these the items of the table; whether that took a write.
    fn restore(&mut self, table: &TableSpec, wanted: &[Value]) -> Result<bool, EndpointError> {
        let held = self.items(table)?;
        if held == wanted {
            return Ok(false);
        }
        for item in held.iter().filter(|item| !wanted.contains(item)) {
            self.endpoint.ask(
                "DeleteItem",
                &json!({"TableName": table.name, "Key": table.key_of(item)}),
            )?;
        }
        for item in wanted.iter().filter(|item| !held.contains(item)) {
            self.endpoint
                .ask("PutItem", &json!({"TableName": table.name, "Item": item}))?;
        }
        Ok(true)
    }
}

/// A table that is not there rests, too.
fn is_at_rest(table: &Value) -> bool {
    let rests = |status: &Value| status.is_null() || status == "ACTIVE";
    let indexes = table["GlobalSecondaryIndexes"].as_array();
    rests(&table["TableStatus"])
        && indexes.is_none_or(|indexes| indexes.iter().all(|index| rests(&index["IndexStatus"])))
}
