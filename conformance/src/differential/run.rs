//! The run: blocks of requests, each from empty tables; every new class is shrunk and kept.

use super::chance::Chance;
use super::class::Class;
use super::decisions::Decisions;
use super::duel::{Duel, Exchange, may_have_written, writes_items, writes_tables};
use super::endpoint::EndpointError;
use super::generate::{self, Family, Request};
use super::report::Report;
use super::shrink::{Example, shrink};
use super::world::TABLES;

/// Requests between two fresh starts; few enough that an example is near to its state, many enough that items gather.
const BLOCK_REQUESTS: u64 = 300;

/// Requests between two looks at the streams.
const STREAM_REQUESTS: u64 = 20;

/// What to run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Stator, by convention: `http://host:port`.
    pub left: String,
    /// The peer.
    pub right: String,
    /// How many requests to generate.
    pub requests: u64,
    /// What they follow from.
    pub seed: u64,
    /// Which operations they are of.
    pub families: Vec<Family>,
}

/// Sends generated requests to both endpoints and reports what they disagree in. What has no decision is shrunk.
///
/// # Errors
/// When an endpoint cannot be reached or does not answer.
pub fn run(settings: &Settings, decisions: &Decisions) -> Result<Report, EndpointError> {
    let access_key = format!("DIFF{:016X}", settings.seed);
    let turn = usize::try_from(settings.seed % 4).unwrap_or(0);
    let mut run = Run {
        duel: Duel::begin(&settings.left, &settings.right, &access_key, turn)?,
        report: Report::new(settings.seed),
        decisions,
    };
    let mut chance = Chance::new(settings.seed);
    for number in 0..settings.requests {
        if number % BLOCK_REQUESTS == 0 {
            run.end_block()?;
        }
        if number % STREAM_REQUESTS == 0 {
            run.compare_streams()?;
        }
        let request = generate::next(&mut chance, &settings.families);
        run.exchange(request)?;
    }
    run.end_block()?;
    Ok(run.report)
}

struct Run<'d> {
    duel: Duel,
    report: Report,
    decisions: &'d Decisions,
}

impl Run<'_> {
    /// Asks both, and files the class if they disagree.
    fn exchange(&mut self, request: Request) -> Result<(), EndpointError> {
        let given = self.duel.state().clone();
        let exchange = self.duel.ask(&request)?;
        self.report.count_request(request.operation, &exchange.left);
        let Some(class) = exchange.class.clone() else {
            return Ok(());
        };
        let is_done = may_have_written(&request, &exchange.left, &exchange.right);
        if is_done && writes_items(&request) {
            self.duel.restore(&given)?;
        }
        if is_done && writes_tables(&request) {
            self.duel.clear_passing()?;
        }
        let example = Example {
            given,
            request,
            exchange,
        };
        if self.decisions.find(&class).is_some() {
            self.file(class, example);
        } else if !self.report.count_again(&class) {
            let given = example.given.clone();
            let example = shrink(&mut self.duel, &class, example)?;
            self.report.add(class, example);
            self.duel.restore(&given)?;
        }
        Ok(())
    }

    fn file(&mut self, class: Class, example: Example) {
        if !self.report.count_again(&class) {
            self.report.add(class, example);
        }
    }

    fn file_all(&mut self, found: Vec<(Request, Exchange)>) {
        for (request, exchange) in found {
            let Some(class) = exchange.class.clone() else { continue };
            let given = self.duel.state().clone();
            self.file(
                class,
                Example {
                    given,
                    request,
                    exchange,
                },
            );
        }
    }

    fn compare_streams(&mut self) -> Result<(), EndpointError> {
        let found = self.duel.compare_streams()?;
        self.file_all(found);
        Ok(())
    }

    /// Compares the indexes and starts anew.
    fn end_block(&mut self) -> Result<(), EndpointError> {
        let found = self.duel.compare_indexes()?;
        self.file_all(found);
        self.compare_streams()?;
        self.duel.clear_passing()?;
        self.duel.clear_tags()?;
        self.duel.restore(&vec![Vec::new(); TABLES.len()])
    }
}
