//! The run: blocks of requests, each from empty tables; every new class is shrunk and kept.

use std::collections::BTreeMap;

use super::chance::Chance;
use super::class::Class;
use super::decisions::Decisions;
use super::duel::{Duel, Exchange, may_have_written, writes_items, writes_tables};
use super::endpoint::EndpointError;
use super::generate::{self, Family, Request};
use super::report::Report;
use super::shrink::{Example, is_question_of_order, shrink};
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
    /// How many requests to generate in all.
    pub requests: u64,
    /// Which operations they are of.
    pub families: Vec<Family>,
}

/// A run between two blocks.
#[derive(Debug)]
pub struct Run<'a> {
    settings: &'a Settings,
    decisions: &'a Decisions,
    duel: Duel,
    chance: Chance,
    report: Report,
    /// Classes that were found to be of another cause, and what they are filed as.
    causes: BTreeMap<Class, Class>,
}

impl<'a> Run<'a> {
    /// Makes the tables of both endpoints anew, and passes over the requests that the report counts already.
    ///
    /// # Errors
    /// When an endpoint cannot be reached or does not answer.
    pub fn begin(settings: &'a Settings, decisions: &'a Decisions, report: Report) -> Result<Self, EndpointError> {
        let seed = report.seed();
        let turn = usize::try_from(seed % 4).unwrap_or(0);
        let mut chance = Chance::new(seed);
        for _ in 0..report.requests() {
            generate::next(&mut chance, &settings.families);
        }
        let mut run = Self {
            duel: Duel::begin(&settings.left, &settings.right, &format!("DIFF{seed:016X}"), turn)?,
            settings,
            decisions,
            chance,
            report,
            causes: BTreeMap::new(),
        };
        run.start_anew()?;
        Ok(run)
    }

    /// What was found so far.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// What was found in all.
    #[must_use]
    pub fn end(self) -> Report {
        self.report
    }

    /// Sends the next block of generated requests to both endpoints and reports what they disagree in; what has no decision is shrunk. Says
    /// whether there was anything left to send.
    ///
    /// # Errors
    /// When an endpoint cannot be reached or does not answer.
    pub fn block(&mut self) -> Result<bool, EndpointError> {
        let left = self.settings.requests.saturating_sub(self.report.requests());
        for number in 0..left.min(BLOCK_REQUESTS) {
            if number % STREAM_REQUESTS == 0 {
                self.compare_streams()?;
            }
            let request = generate::next(&mut self.chance, &self.settings.families);
            self.exchange(request)?;
        }
        if left > 0 {
            self.end_block()?;
        }
        Ok(left > 0)
    }

    /// Asks both, and files the class if they disagree.
    fn exchange(&mut self, request: Request) -> Result<(), EndpointError> {
        let given = self.duel.state().clone();
        let exchange = self.duel.ask(&request)?;
        self.report.count_request(request.operation, &exchange.left);
        let Some(class) = exchange.class.clone() else {
            return Ok(());
        };
        let class = self.causes.get(&class).cloned().unwrap_or(class);
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
            self.file(class, &example);
        } else if !self.report.count_again(&class) {
            let given = example.given.clone();
            self.explain(class, example)?;
            self.duel.restore(&given)?;
        }
        Ok(())
    }

    /// Files a class without a decision under a small example, and under its cause if that can be shown.
    fn explain(&mut self, class: Class, example: Example) -> Result<(), EndpointError> {
        let example = shrink(&mut self.duel, &class, example)?;
        if !is_question_of_order(&mut self.duel, &example)? {
            self.report.add(class, &example);
            return Ok(());
        }
        let cause = class.as_question_of_order();
        self.causes.insert(class, cause.clone());
        self.file(cause, &example);
        Ok(())
    }

    fn file(&mut self, class: Class, example: &Example) {
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
                &Example {
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
        self.start_anew()
    }

    /// Takes away what the last block or another run left.
    fn start_anew(&mut self) -> Result<(), EndpointError> {
        self.duel.clear_passing()?;
        self.duel.clear_tags()?;
        self.duel.restore(&vec![Vec::new(); TABLES.len()])
    }
}
