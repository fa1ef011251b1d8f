//! The table of a server before the rounds: created, filled, counted, and checked to do what the rounds take for granted.

use std::{
    cell::Cell,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::{runtime::Runtime, task::LocalSet};

use super::{
    body::Whole,
    error::{Error, Result},
    http::{Connection, ask},
    random::SplitMix64,
    script::last_evaluated,
    template::{Subject, request},
    workload::{BATCH, CREATE_TABLE, Operation},
};

const ACTIVE_MAX: Duration = Duration::from_secs(30);
/// Items that are read after loading.
const SAMPLE: usize = 500;
/// The largest table that is counted: a walk takes some servers hours, whose pages cost in proportion to the table.
const COUNTED_ITEMS_MAX: u64 = 100_000;
/// Items between two notes of progress.
const PROGRESS_ITEMS: u64 = 100_000;

/// A server with a table, and a runtime to ask it questions one by one.
#[derive(Debug)]
pub struct Table {
    runtime: Runtime,
    address: SocketAddr,
    items: u64,
}

impl Table {
    /// Speaks to the server at `address` about a table of `items` items.
    ///
    /// # Errors
    /// When the system refuses a runtime.
    pub fn new(address: SocketAddr, items: u64) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Ok(Self {
            runtime: runtime.map_err(Error::io("start a runtime"))?,
            address,
            items,
        })
    }

    /// Creates the table and waits until it and its index are active.
    ///
    /// # Errors
    /// When the server refuses, or the table stays inactive.
    pub fn create(&self) -> Result<()> {
        self.ask("CreateTable", CREATE_TABLE)?;
        let deadline = Instant::now() + ACTIVE_MAX;
        while Instant::now() < deadline {
            let described = self.ask("DescribeTable", r#"{"TableName":"bench"}"#)?;
            let table = &described["Table"];
            if [
                &table["TableStatus"],
                &table["GlobalSecondaryIndexes"][0]["IndexStatus"],
            ]
            .iter()
            .all(|s| *s == "ACTIVE")
            {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(Error::Unready(format!(
            "the table was not active within {ACTIVE_MAX:?}"
        )))
    }

    /// Puts every item by BatchWriteItem, over several connections; `note` hears of every hundred thousand items.
    ///
    /// # Errors
    /// When a batch fails or is not processed wholly.
    pub fn fill(&self, connections: usize, seed: u64, note: &dyn Fn(u64)) -> Result<()> {
        let done = Rc::new(Cell::new(0));
        LocalSet::new().block_on(&self.runtime, async {
            let (address, items) = (self.address, self.items);
            let writers: Vec<_> = (0..connections)
                .map(|_| tokio::task::spawn_local(write_batches(address, items, seed, done.clone())))
                .collect();
            let mut noted = 0;
            while done.get() < items && writers.iter().any(|writer| !writer.is_finished()) {
                tokio::time::sleep(Duration::from_millis(20)).await;
                let reached = done.get() / PROGRESS_ITEMS;
                if reached > noted {
                    noted = reached;
                    note(reached * PROGRESS_ITEMS);
                }
            }
            for writer in writers {
                writer
                    .await
                    .map_err(|failed| Error::Unexpected(format!("a writer failed: {failed}")))??;
            }
            Ok(())
        })
    }

    /// Checks that the table holds what [`Table::fill`] put with the same seed, and that each operation does what it says, in
    /// the index too. Items are sampled; a table that is not too large is counted as well.
    ///
    /// # Errors
    /// [`Error::Unexpected`] for the first that does not.
    pub fn check(&self, seed: u64) -> Result<()> {
        let mut random = SplitMix64::new(seed);
        for _ in 0..SAMPLE {
            self.check_get(loaded(seed, random.below(self.items)), "0")?;
        }
        if self.items <= COUNTED_ITEMS_MAX {
            let counted = self.count()?;
            expect(counted == self.items, || {
                format!("the table counts {counted} items instead of {}", self.items)
            })?;
        }
        for index in [0, self.items / 2, self.items - 1] {
            self.check_item(Subject {
                index,
                stamp: SplitMix64::stream(index, 1).draw(),
            })?;
        }
        let batch: Vec<Subject> = (0..BATCH as u64)
            .map(|index| Subject { index, stamp: !index })
            .collect();
        self.send(Operation::BatchWriteItem, &batch)?;
        for subject in batch {
            self.check_get(subject, "0")?;
        }
        let page = self.send(Operation::Scan, &[Subject { index: 0, stamp: 0 }])?;
        let listed = page["Items"].as_array().map_or(0, Vec::len);
        expect(listed > 0 && page["Count"] == listed, || {
            "a page of a Scan is empty".to_owned()
        })
    }

    /// The pages of a walk from the beginning, whole, at most `max`.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn pages(&self, max: usize) -> Result<Vec<Whole>> {
        let mut pages = vec![self.ask_whole(&request("Scan", r#"{"TableName":"bench"}"#))?];
        while let Some(subject) = pages.last().and_then(|page| last_evaluated(&page.body))
            && pages.len() < max
        {
            pages.push(self.send_whole(Operation::Scan, &[subject])?);
        }
        Ok(pages)
    }

    /// Sends an operation about `subjects` and returns the whole answer.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn send_whole(&self, operation: Operation, subjects: &[Subject]) -> Result<Whole> {
        self.ask_whole(operation.template().fill(subjects))
    }

    fn check_item(&self, subject: Subject) -> Result<()> {
        self.send(Operation::PutItem, &[subject])?;
        let day = self.check_get(subject, "0")?;
        self.send(Operation::UpdateItem, &[subject])?;
        self.check_get(subject, "1")?;
        let orders = self.send(Operation::Query, &[subject])?;
        expect(orders["Count"] == 20, || {
            format!("a Query of twenty items counts {}", orders["Count"])
        })?;
        let indexed = json!({
            "TableName": "bench", "IndexName": "by-day", "KeyConditionExpression": "gpk = :day AND gsk = :stamp",
            "ExpressionAttributeValues": {":day": day, ":stamp": {"S": format!("{:016x}", subject.stamp)}}
        });
        let found = self.ask("Query", &indexed.to_string())?;
        expect(found["Count"] == 1 && found["Items"][0]["hits"]["N"] == "1", || {
            format!("the index holds {found}")
        })
    }

    /// Reads an item, compares what a write changed, and returns its index key.
    fn check_get(&self, subject: Subject, hits: &str) -> Result<Value> {
        let answer = self.send(Operation::GetItem, &[subject])?;
        let item = &answer["Item"];
        let stamp = format!("{:016x}", subject.stamp);
        expect(item["gsk"]["S"] == stamp.as_str() && item["hits"]["N"] == hits, || {
            format!(
                "item {} with stamp {stamp} and {hits} hits reads as {answer}",
                subject.index
            )
        })?;
        Ok(item["gpk"].clone())
    }

    fn count(&self) -> Result<u64> {
        let (mut counted, mut from) = (0, Value::Null);
        loop {
            let body = json!({"TableName": "bench", "Select": "COUNT", "ExclusiveStartKey": from}).to_string();
            let page = self.ask("Scan", &body)?;
            counted += page["Count"].as_u64().unwrap_or(0);
            from = page["LastEvaluatedKey"].clone();
            if from.is_null() {
                return Ok(counted);
            }
        }
    }

    fn send(&self, operation: Operation, subjects: &[Subject]) -> Result<Value> {
        parse(&self.send_whole(operation, subjects)?)
    }

    fn ask(&self, operation: &str, body: &str) -> Result<Value> {
        parse(&self.ask_whole(&request(operation, body))?)
    }

    fn ask_whole(&self, request: &[u8]) -> Result<Whole> {
        self.runtime.block_on(ask(self.address, request))
    }
}

/// The item that loading puts at an index.
fn loaded(seed: u64, index: u64) -> Subject {
    Subject {
        index,
        stamp: SplitMix64::stream(seed, index).draw(),
    }
}

/// Writes the next batch that nobody has taken, until none is left.
async fn write_batches(address: SocketAddr, items: u64, seed: u64, taken: Rc<Cell<u64>>) -> Result<()> {
    let mut connection = Connection::open(address).await?;
    let mut template = Operation::BatchWriteItem.template();
    let (mut subjects, mut answer) = (Vec::with_capacity(BATCH), Whole::default());
    while taken.get() < items {
        let first = taken.replace(taken.get() + BATCH as u64);
        subjects.clear();
        subjects.extend((first..).take(BATCH).map(|index| loaded(seed, index)));
        connection.exchange(template.fill(&subjects), &mut answer).await?;
        let unprocessed = parse(&answer)?["UnprocessedItems"]
            .as_object()
            .is_some_and(|tables| !tables.is_empty());
        expect(!unprocessed, || "a batch was not processed wholly".to_owned())?;
    }
    Ok(())
}

fn parse(answer: &Whole) -> Result<Value> {
    serde_json::from_slice(&answer.body).map_err(|wrong| Error::Unexpected(format!("a body that is no JSON: {wrong}")))
}

fn expect(holds: bool, otherwise: impl FnOnce() -> String) -> Result<()> {
    if holds {
        Ok(())
    } else {
        Err(Error::Unexpected(otherwise()))
    }
}
