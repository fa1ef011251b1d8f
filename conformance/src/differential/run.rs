//! The run: blocks of requests, each from empty tables; every new class is shrunk and kept.

use super::chance::Chance;
use super::duel::{Duel, writes_items, writes_tables};
use super::endpoint::EndpointError;
use super::generate::{self, Family, Request};
use super::report::Report;
use super::shrink::{Example, shrink};
use super::world::TABLES;

/// Requests between two fresh starts; few enough that an example is near to its state, many enough that items gather.
const BLOCK_REQUESTS: u64 = 300;

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

/// Sends generated requests to both endpoints and reports what they disagree in.
///
/// # Errors
/// When an endpoint cannot be reached or does not answer.
pub fn run(settings: &Settings) -> Result<Report, EndpointError> {
    let access_key = format!("DIFF{:016X}", settings.seed);
    let mut duel = Duel::begin(&settings.left, &settings.right, &access_key)?;
    let mut chance = Chance::new(settings.seed);
    let mut report = Report::new(settings.seed);
    for number in 0..settings.requests {
        if number % BLOCK_REQUESTS == 0 {
            end_block(&mut duel, &mut report)?;
        }
        let request = generate::next(&mut chance, &settings.families);
        exchange(&mut duel, &mut report, request)?;
    }
    end_block(&mut duel, &mut report)?;
    Ok(report)
}

/// Asks both, and files the class if they disagree.
fn exchange(duel: &mut Duel, report: &mut Report, request: Request) -> Result<(), EndpointError> {
    let given = duel.state().clone();
    let exchange = duel.ask(&request)?;
    report.count_request(request.operation, &exchange.left);
    let Some(class) = exchange.class.clone() else {
        return if writes_items(&request) {
            duel.accept_state()
        } else {
            Ok(())
        };
    };
    if writes_items(&request) {
        duel.restore(&given)?;
    }
    if writes_tables(&request) {
        duel.clear_passing()?;
    }
    if !report.count_again(&class) {
        let example = shrink(
            duel,
            &class,
            Example {
                given: given.clone(),
                request,
                exchange,
            },
        )?;
        report.add(class, example);
        duel.restore(&given)?;
    }
    Ok(())
}

/// Compares the indexes and starts anew.
fn end_block(duel: &mut Duel, report: &mut Report) -> Result<(), EndpointError> {
    for (request, exchange) in duel.compare_indexes()? {
        let Some(class) = exchange.class.clone() else { continue };
        if !report.count_again(&class) {
            let given = duel.state().clone();
            report.add(
                class,
                Example {
                    given,
                    request,
                    exchange,
                },
            );
        }
    }
    duel.clear_passing()?;
    duel.clear_tags()?;
    duel.restore(&vec![Vec::new(); TABLES.len()])
}
