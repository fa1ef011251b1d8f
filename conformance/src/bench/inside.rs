//! What the engine takes for a request in this process, without HTTP: from the bytes of its body to the bytes of the answer; and what a fork takes.
//!
//! The table, the items and the requests are those of the load over HTTP, on one thread. Figures are medians of rounds.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde::Serialize;
use stator_core::engine::{Call, Caller, Engine, Namespace, World};
use stator_core::model::{self, Request};

use super::error::{Error, Result};
use super::random::SplitMix64;
use super::report::median;
use super::template::{Subject, Template};
use super::workload::{CREATE_TABLE, Operation};

/// Requests of a round.
const ROUND: u64 = 2_000;
/// Rounds for each figure.
const ROUNDS: usize = 21;
/// Writes that count as the first after a fork.
const FIRST_WRITES: u64 = 200;

/// What was found at one size of the table.
#[derive(Clone, Debug, Serialize)]
pub struct Inside {
    /// The size.
    pub items: u64,
    /// What each operation takes.
    pub costs: Vec<Cost>,
    /// A fork of the whole engine, in microseconds.
    pub fork_us: f64,
    /// A snapshot of the namespace, in microseconds.
    pub snapshot_us: f64,
    /// The first writes after a snapshot that is kept, by writes without one.
    pub first_writes: f64,
}

/// What an operation takes, in microseconds.
#[derive(Clone, Debug, Serialize)]
pub struct Cost {
    /// The operation.
    pub operation: Operation,
    /// From bytes to bytes.
    pub whole_us: f64,
    /// Of that, what comes between reading the request and writing the answer.
    pub execute_us: f64,
}

/// Measures at one size of the table.
///
/// # Errors
/// When the engine refuses what is asked of it.
pub fn measure(items: u64, seed: u64) -> Result<Inside> {
    let mut bench = Bench::new(items, seed)?;
    let operations = [
        Operation::GetItem,
        Operation::PutItem,
        Operation::UpdateItem,
        Operation::Query,
    ];
    let costs = operations.map(|operation| bench.cost(operation));
    Ok(Inside {
        items,
        costs: costs.into_iter().collect::<Result<_>>()?,
        fork_us: microseconds(20, || bench.engine.fork()),
        snapshot_us: microseconds(200, || bench.engine.spaces().snapshot(&bench.namespace)),
        first_writes: bench.first_writes()?,
    })
}

struct Bench {
    engine: Engine,
    caller: Caller,
    namespace: Namespace,
    random: SplitMix64,
    items: u64,
}

impl Bench {
    fn new(items: u64, seed: u64) -> Result<Self> {
        let caller = Caller {
            access_key: "bench".into(),
            region: "eu-west-1".into(),
            account: "000000000000".into(),
        };
        let engine = Engine::new(World::real());
        let bench = Self {
            namespace: Namespace::of(&caller, engine.settings()),
            engine,
            caller,
            random: SplitMix64::new(seed),
            items,
        };
        bench.ask(model::Operation::CreateTable, CREATE_TABLE)?;
        let mut put = Operation::PutItem.template();
        for index in 0..items {
            bench.ask(model::Operation::PutItem, put.body(&[Subject { index, stamp: index }]))?;
        }
        Ok(bench)
    }

    fn cost(&mut self, operation: Operation) -> Result<Cost> {
        let name = named(operation)?;
        let mut template = operation.template();
        let mut wholes = Vec::new();
        let mut executes = Vec::new();
        for _ in 0..ROUNDS {
            let bodies = self.bodies(&mut template, ROUND);
            let started = Instant::now();
            for body in &bodies {
                black_box(self.ask(name, body)?);
            }
            wholes.push(each(started.elapsed(), ROUND));
            let mut executing = Duration::ZERO;
            for body in &bodies {
                let call = self.call(name, body)?;
                let started = Instant::now();
                let reply = self.engine.execute(call);
                executing += started.elapsed();
                black_box(reply).map_err(refused)?;
            }
            executes.push(each(executing, ROUND));
        }
        let middle = |figures: Vec<f64>| median(figures).unwrap_or_default();
        Ok(Cost {
            operation,
            whole_us: middle(wholes),
            execute_us: middle(executes),
        })
    }

    /// What writes take right after a snapshot was made that is kept, by what they take else.
    fn first_writes(&mut self) -> Result<f64> {
        let mut put = Operation::PutItem.template();
        let mut ratios = Vec::new();
        for _ in 0..ROUNDS {
            let normal = self.writes(&mut put)?;
            let kept = self.engine.spaces().snapshot(&self.namespace);
            let first = self.writes(&mut put)?;
            ratios.push(first / normal);
            drop(kept);
            self.writes(&mut put)?;
        }
        Ok(median(ratios).unwrap_or_default())
    }

    fn writes(&mut self, put: &mut Template) -> Result<f64> {
        let bodies = self.bodies(put, FIRST_WRITES);
        let started = Instant::now();
        for body in &bodies {
            black_box(self.ask(model::Operation::PutItem, body)?);
        }
        Ok(each(started.elapsed(), FIRST_WRITES))
    }

    fn bodies(&mut self, template: &mut Template, count: u64) -> Vec<String> {
        let subject = |random: &mut SplitMix64| Subject {
            index: random.below(self.items),
            stamp: random.draw(),
        };
        let random = &mut self.random;
        (0..count)
            .map(|_| template.body(&[subject(random)]).to_owned())
            .collect()
    }

    fn call(&self, operation: model::Operation, body: &str) -> Result<Call> {
        let (request, layer) = Request::read(operation, body).map_err(|refusal| {
            let reason = format!("the engine does not read {operation}: {refusal:?}");
            Error::Unready(reason)
        })?;
        Ok(Call::new(request, layer, self.caller.clone()))
    }

    /// The bytes of the answer.
    fn ask(&self, operation: model::Operation, body: &str) -> Result<Vec<u8>> {
        let reply = self.engine.execute(self.call(operation, body)?).map_err(refused)?;
        let mut out = Vec::with_capacity(1_024);
        reply.write(&mut out);
        Ok(out)
    }
}

fn named(operation: Operation) -> Result<model::Operation> {
    let named = model::Operation::from_name(operation.name());
    named.ok_or_else(|| Error::Unready(format!("the engine does not know {operation}")))
}

fn refused(error: model::ApiError) -> Error {
    Error::Unready(format!("the engine refuses what the bench asks: {error}"))
}

/// Microseconds of one of so many.
fn each(elapsed: Duration, count: u64) -> f64 {
    elapsed.as_secs_f64() * 1e6 / count as f64
}

fn microseconds<T>(count: u64, mut work: impl FnMut() -> T) -> f64 {
    let round = |_| {
        let mut kept = Vec::with_capacity(count as usize);
        let started = Instant::now();
        kept.extend((0..count).map(|_| work()));
        each(started.elapsed(), count)
    };
    median((0..ROUNDS).map(round)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_found() {
        let inside = measure(100, 1).unwrap();
        assert_eq!(inside.costs.len(), 4);
        let figures = inside.costs.iter().flat_map(|cost| [cost.whole_us, cost.execute_us]);
        let others = [inside.fork_us, inside.snapshot_us, inside.first_writes];
        assert!(figures.chain(others).all(|figure| figure > 0.0), "{inside:?}");
    }
}
