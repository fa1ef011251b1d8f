//! How long a search of a vector index takes, and a write into one: in this process, without HTTP, since only Stator has them among its peers.
//!
//! Each kind of search has a table of its own that grows from one size to the next by PutItem, so that vectors lie in memory as a client's writes
//! leave them. Items take turns with a few hundred lists of numbers, which share their memory; the index has its own copy of each vector.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use stator_core::engine::{Call, Caller, Clock, Engine, World};
use stator_core::model::json::Timestamp;
use stator_core::model::wire::PutItemRequest;
use stator_core::model::{Item, Layer, Number, Operation, Reply, Request, Value};

use super::error::{Error, Result};
use super::random::SplitMix64;

/// Lists of numbers that items take turns with; prime, so that each partition has all of them.
const LISTS: usize = 499;

/// How many partitions, or values to filter by, there are.
const GROUPS: usize = 100;

/// How many items a search finds.
const TOP_K: usize = 10;

/// What is measured.
pub struct Plan {
    /// Numbers of vectors, ascending.
    pub vectors: Vec<usize>,
    /// Elements of a vector.
    pub dimensions: usize,
    /// Searches for each figure, which is their median.
    pub rounds: usize,
    /// The seed of all vectors.
    pub seed: u64,
}

/// A kind of search.
struct Kind {
    name: &'static str,
    distance: &'static str,
    /// What the attribute `g` is for in the index, and so in the search.
    role: Option<&'static str>,
}

const KINDS: [Kind; 5] = [
    Kind::whole("COSINE"),
    Kind::whole("EUCLIDEAN"),
    Kind::whole("DOT_PRODUCT"),
    Kind {
        name: "COSINE, one of 100 partitions",
        distance: "COSINE",
        role: Some("HASH"),
    },
    Kind {
        name: "COSINE, a filter that 1 of 100 items pass",
        distance: "COSINE",
        role: Some("INLINE_FILTER"),
    },
];

impl Kind {
    const fn whole(distance: &'static str) -> Self {
        Self {
            name: distance,
            distance,
            role: None,
        }
    }

    fn create(&self, dimensions: usize) -> Json {
        let mut attributes = vec![json!({"AttributeName": "pk", "AttributeType": "N"})];
        let mut index = json!({
            "IndexName": "alike", "VectorAttribute": {"AttributeName": "v"}, "Projection": {"ProjectionType": "KEYS_ONLY"},
            "Dimensions": dimensions, "DistanceFunction": self.distance,
        });
        if let Some(role) = self.role {
            attributes.push(json!({"AttributeName": "g", "AttributeType": "N"}));
            index["SearchSchema"] = json!([{"AttributeName": "g", "SearchSchemaElementType": role}]);
        }
        json!({
            "TableName": "bench", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": attributes,
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "VectorIndexes": [index],
        })
    }

    fn search(&self, probe: &Json) -> Json {
        let mut search = json!({"TableName": "bench", "IndexName": "alike", "TopK": TOP_K, "SearchVector": probe});
        if self.role.is_some() {
            search["SearchConditionExpression"] = json!("g = :g");
            search["ExpressionAttributeValues"] = json!({":g": {"N": "7"}});
        }
        search
    }
}

impl Plan {
    /// Measures all of it; what comes out is a table in Markdown. `note` is told of progress.
    ///
    /// # Errors
    /// If a request is refused, or a search does not find what it must.
    pub fn run(&self, note: &dyn Fn(&str)) -> Result<String> {
        let mut table = String::from("| search | vectors | ms | a write, µs |\n| --- | ---: | ---: | ---: |\n");
        for kind in &KINDS {
            let mut bench = Bench::new(kind, self)?;
            for count in &self.vectors {
                note(&format!("{}, {count} vectors", kind.name));
                let write = bench.grow(*count)?;
                let search = bench.search(kind, self.rounds)?;
                let (search, write) = (search.as_secs_f64() * 1e3, write.as_secs_f64() * 1e6);
                table += &format!("| {} | {count} | {search:.2} | {write:.1} |\n", kind.name);
            }
        }
        Ok(table)
    }
}

/// A table that is measured.
struct Bench {
    engine: Engine,
    random: SplitMix64,
    dimensions: usize,
    lists: Vec<Value>,
    count: usize,
}

impl Bench {
    fn new(kind: &Kind, plan: &Plan) -> Result<Self> {
        let mut bench = Self {
            engine: Engine::new(World::new(
                Clock::Frozen(Timestamp::from_millis(1_700_000_000_000)),
                plan.seed,
            )),
            random: SplitMix64::new(plan.seed),
            dimensions: plan.dimensions,
            lists: Vec::new(),
            count: 0,
        };
        bench.ask(read(Operation::CreateTable, &kind.create(plan.dimensions))?)?;
        for _ in 0..LISTS {
            let put = json!({"TableName": "bench", "Item": {"v": {"L": bench.vector()}}});
            let (Request::PutItem(put), _) = read(Operation::PutItem, &put)? else {
                return Err(Error::Malformed("a request of PutItem is none"));
            };
            bench
                .lists
                .extend(put.item.as_ref().and_then(|item| item.item.value("v")));
        }
        Ok(bench)
    }

    /// A vector of elements between −1 and 1.
    fn vector(&mut self) -> Json {
        let element = |_| {
            let millionths = self.random.below(2_000_001) as f64 - 1e6;
            json!({"N": (millionths / 1e6).to_string()})
        };
        (0..self.dimensions).map(element).collect()
    }

    /// Puts items until there are so many; returns the mean time of a write.
    fn grow(&mut self, count: usize) -> Result<Duration> {
        let number = |number: usize| Value::N(Number::from_u64(number as u64));
        let (start, before) = (Instant::now(), self.count);
        while self.count < count {
            let attributes = [
                ("g".into(), number(self.count % GROUPS)),
                ("pk".into(), number(self.count)),
                ("v".into(), self.lists[self.count % LISTS].clone()),
            ];
            let put = PutItemRequest {
                table_name: Some("bench".into()),
                item: Some(attributes.into_iter().collect::<Item>().into()),
                ..PutItemRequest::default()
            };
            self.ask((Request::PutItem(put), Layer::Current))?;
            self.count += 1;
        }
        Ok(start.elapsed() / u32::try_from(count - before).unwrap_or(u32::MAX).max(1))
    }

    /// The median time of a search, after one that does not count.
    fn search(&mut self, kind: &Kind, rounds: usize) -> Result<Duration> {
        let mut times = Vec::new();
        for _ in 0..=rounds {
            let request = read(Operation::SearchVectors, &kind.search(&self.vector()))?;
            let start = Instant::now();
            let reply = self.ask(request)?;
            times.push(start.elapsed());
            let found = match reply {
                Reply::SearchVectors(reply) => reply.search_results.len(),
                _ => 0,
            };
            if found != TOP_K {
                return Err(Error::Unexpected(format!("{}: {found} items were found", kind.name)));
            }
        }
        times.remove(0);
        times.sort_unstable();
        Ok(times[times.len() / 2])
    }

    fn ask(&self, (request, layer): (Request, Layer)) -> Result<Reply> {
        let caller = Caller {
            access_key: "bench".into(),
            region: "eu-west-1".into(),
            account: "000000000000".into(),
        };
        let reply = self.engine.execute(Call::new(request, layer, caller));
        reply.map_err(|error| Error::Unexpected(error.to_string()))
    }
}

fn read(operation: Operation, body: &Json) -> Result<(Request, Layer)> {
    Request::read(operation, &body.to_string()).map_err(|_| Error::Malformed("a request of the bench is refused"))
}
