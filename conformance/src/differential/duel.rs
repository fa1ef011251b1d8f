//! The two endpoints, the items that both hold, and the means to bring them back to one state.
//!
//! Invariant: between two requests both sides hold the items in [`State`]; whoever breaks this calls [`Duel::restore`].

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::answer::Answer;
use super::class::Class;
use super::compare::disagreement;
use super::endpoint::{Endpoint, EndpointError};
use super::generate::{PASSING, Request};
use super::normal::{ARN_PREFIX, depends_on_order, forget_page, normalise, sorted};
use super::world::{TABLES, TableSpec};

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
}

#[derive(Debug)]
struct Side {
    endpoint: Endpoint,
    arn_prefix: String,
}

impl Duel {
    /// Connects to both and makes the tables of the world anew.
    pub(super) fn begin(left: &str, right: &str, access_key: &str) -> Result<Self, EndpointError> {
        let mut duel = Self {
            left: Side::begin(left, access_key)?,
            right: Side::begin(right, access_key)?,
            state: vec![Vec::new(); TABLES.len()],
        };
        for side in [&mut duel.left, &mut duel.right] {
            side.make_world()?;
        }
        Ok(duel)
    }

    /// What both sides hold.
    pub(super) fn state(&self) -> &State {
        &self.state
    }

    /// Asks both sides and compares answers and, after a write, what they hold. Both may hold different items afterwards.
    pub(super) fn ask(&mut self, request: &Request) -> Result<Exchange, EndpointError> {
        let mut left = self.left.ask(request)?;
        let mut right = self.right.ask(request)?;
        let mut class = None;
        if depends_on_order(request) && left.is_success() && right.is_success() {
            class = self.walk(request)?;
            forget_page(&mut left);
            forget_page(&mut right);
        }
        let class = disagreement(request.operation, &left, &right).or(class);
        let class = match class {
            None if writes_items(request) => self.compare_contents(request)?,
            None if writes_tables(request) => self.compare_passing(request)?,
            class => class,
        };
        Ok(Exchange { left, right, class })
    }

    /// Takes what both sides hold as the state.
    pub(super) fn accept_state(&mut self) -> Result<(), EndpointError> {
        for (table, items) in TABLES.iter().zip(&mut self.state) {
            *items = self.left.items(table)?;
        }
        Ok(())
    }

    /// Brings both sides to this state; where a side refuses an item, both lose it.
    pub(super) fn restore(&mut self, state: &State) -> Result<(), EndpointError> {
        for (table, items) in TABLES.iter().zip(state) {
            for side in [&mut self.left, &mut self.right] {
                side.restore(table, items)?;
            }
        }
        let agree = |duel: &mut Self| -> Result<bool, EndpointError> {
            let mut agree = true;
            for table in &TABLES {
                agree &= duel.left.items(table)? == duel.right.items(table)?;
            }
            Ok(agree)
        };
        if !agree(self)? {
            for table in &TABLES {
                self.left.restore(table, &[])?;
                self.right.restore(table, &[])?;
            }
        }
        self.accept_state()
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
        if ["ExclusiveStartKey", "Segment"]
            .iter()
            .any(|member| request.body.get(member).is_some())
        {
            return Ok(None);
        }
        let left = self.left.walk(request)?;
        let right = self.right.walk(request)?;
        Ok(disagreement(&format!("pages of {}", request.operation), &left, &right))
    }

    fn compare_contents(&mut self, request: &Request) -> Result<Option<Class>, EndpointError> {
        for table in &TABLES {
            let asked = request.body["TableName"].as_str();
            if asked.is_some_and(|asked| asked != table.name) {
                continue;
            }
            let contents = |items| Answer {
                status: 200,
                body: json!({"Items": items}),
            };
            let (left, right) = (contents(self.left.items(table)?), contents(self.right.items(table)?));
            if let Some(class) = disagreement(&format!("items after {}", request.operation), &left, &right) {
                return Ok(Some(class));
            }
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

/// Whether the request may change items.
pub(super) fn writes_items(request: &Request) -> bool {
    matches!(
        request.operation,
        "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems"
    )
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
        })
    }

    /// Makes the tables anew and learns how the side's ARNs begin.
    fn make_world(&mut self) -> Result<(), EndpointError> {
        for table in &TABLES {
            self.drop_table(table.name)?;
            self.endpoint.ask("CreateTable", &table.creation())?;
            self.rest(table.name)?;
        }
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
        let mut body = request.body.clone();
        if let Some(Value::String(arn)) = body.get_mut("ResourceArn") {
            *arn = arn.replace(ARN_PREFIX, &self.arn_prefix);
        }
        let mut answer = self.endpoint.ask(request.operation, &body)?;
        normalise(request, &mut answer, &self.arn_prefix);
        Ok(answer)
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
            match page.body.get("LastEvaluatedKey") {
                Some(last) => page_request.body["ExclusiveStartKey"] = last.clone(),
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

    /// Makes these the items of the table.
    fn restore(&mut self, table: &TableSpec, wanted: &[Value]) -> Result<(), EndpointError> {
        let held = self.items(table)?;
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
        Ok(())
    }
}

/// A table that is not there rests, too.
fn is_at_rest(table: &Value) -> bool {
    let rests = |status: &Value| status.is_null() || status == "ACTIVE";
    let indexes = table["GlobalSecondaryIndexes"].as_array();
    rests(&table["TableStatus"])
        && indexes.is_none_or(|indexes| indexes.iter().all(|index| rests(&index["IndexStatus"])))
}
