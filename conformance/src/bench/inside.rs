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

/// So many calls are executed between two looks at the clock, which take as long as a tenth of a call.
const CALLS_AT_ONCE: usize = 100;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Rounds for each figure.
    pub rounds: usize,
    /// Requests of a round.
    pub requests: u64,
    /// Writes that count as the first after a snapshot.
    pub first_writes: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self {
            rounds: 21,
            requests: 2_000,
            first_writes: 200,
        }
    }
}

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
pub fn measure(items: u64, seed: u64, effort: Effort) -> Result<Inside> {
    let mut bench = Bench::new(items, seed, effort)?;
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
        fork_us: bench.microseconds(20, || bench.engine.fork()),
        snapshot_us: bench.microseconds(200, || bench.engine.spaces().snapshot(&bench.namespace)),
        first_writes: bench.first_writes()?,
    })
}

struct Bench {
    engine: Engine,
    caller: Caller,
    namespace: Namespace,
    random: SplitMix64,
    items: u64,
    effort: Effort,
}

impl Bench {
    fn new(items: u64, seed: u64, effort: Effort) -> Result<Self> {
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
            effort,
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
        let Effort { rounds, requests, .. } = self.effort;
        let mut template = operation.template();
        let mut wholes = Vec::new();
        let mut executes = Vec::new();
        for _ in 0..rounds {
            let bodies = self.bodies(&mut template, requests);
            let started = Instant::now();
            for body in &bodies {
                black_box(self.ask(name, body)?);
            }
            wholes.push(each(started.elapsed(), requests));
            // Others, since putting an item that is there already moves nothing.
            let bodies = self.bodies(&mut template, requests);
            let mut executing = Duration::ZERO;
            for bodies in bodies.chunks(CALLS_AT_ONCE) {
                let calls = bodies.iter().map(|body| self.call(name, body));
                let calls = calls.collect::<Result<Vec<_>>>()?;
                let mut replies = Vec::with_capacity(calls.len());
                let started = Instant::now();
                replies.extend(calls.into_iter().map(|call| self.engine.execute(call)));
                executing += started.elapsed();
                replies
                    .into_iter()
                    .try_for_each(|reply| reply.map(drop))
                    .map_err(refused)?;
            }
            executes.push(each(executing, requests));
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
        for _ in 0..self.effort.rounds {
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
        let count = self.effort.first_writes;
        let bodies = self.bodies(put, count);
        let started = Instant::now();
        for body in &bodies {
            black_box(self.ask(model::Operation::PutItem, body)?);
        }
        Ok(each(started.elapsed(), count))
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

    /// What making something takes; what was made is let go of afterwards.
    fn microseconds<T>(&self, count: u64, mut make: impl FnMut() -> T) -> f64 {
        let round = |_| {
            let mut made = Vec::with_capacity(count as usize);
            let started = Instant::now();
            made.extend((0..count).map(|_| make()));
            each(started.elapsed(), count)
        };
        median((0..self.effort.rounds).map(round)).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_found() {
        let effort = Effort {
            rounds: 2,
            requests: 20,
            first_writes: 20,
        };
        let inside = measure(100, 1, effort).unwrap();
        assert_eq!(inside.costs.len(), 4);
        let figures = inside.costs.iter().flat_map(|cost| [cost.whole_us, cost.execute_us]);
        let others = [inside.fork_us, inside.snapshot_us, inside.first_writes];
        assert!(figures.chain(others).all(|figure| figure > 0.0), "{inside:?}");
    }
}
