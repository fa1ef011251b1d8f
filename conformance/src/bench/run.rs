//! A whole run: starts, loads and rounds of all peers, in an order that hits all of them with the same noise.
//!
//! All peers run at the same time and only one is asked at any moment. A round asks every peer once, so that round 3 of one
//! peer lies seconds from round 3 of another; which peer goes first changes from round to round.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    bare::Answers,
    error::{Error, Result},
    inside, install,
    load::Load,
    peer::{Peer, Places},
    report::{Absence, Cell, Environment, Fill, Report, Round, Section, Start, median},
    server::Server,
    table::Table,
    workload::Operation,
};

/// Connections that fill a table.
const FILL_CONNECTIONS: usize = 16;
/// The part of a round before its window.
const WARMUP: Duration = Duration::from_millis(300);
/// What each operation gets before the first round.
const HEAT: Duration = Duration::from_millis(1_500);
const HEAT_CONNECTIONS: usize = 4;

/// What to measure.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Who, in order and each once; the bare handler repeats the answers of the first.
    pub peers: BTreeSet<Peer>,
    /// Where their programs are.
    pub places: Places,
    /// What is asked.
    pub operations: Vec<Operation>,
    /// Sizes of the table; each is a multiple of 100.
    pub items: Vec<u64>,
    /// Numbers of connections.
    pub connections: Vec<usize>,
    /// The window of a round.
    pub window: Duration,
    /// Rounds for each operation, number of connections and peer.
    pub rounds: usize,
    /// Starts of each peer.
    pub starts: usize,
    /// Threads of the generator.
    pub threads: usize,
    /// Where all keys come from.
    pub seed: u64,
}

/// A peer whose table is filled. It has no server any more once it left a round without answers.
struct Running {
    peer: Peer,
    server: Option<Server>,
}

impl Running {
    /// Does something with the server. A server that does not answer in time is ended: it would go on working on what it
    /// was asked, at the cost of whoever is measured next.
    fn ask<T>(&mut self, ask: impl FnOnce(&Server) -> Result<T>) -> Result<T> {
        let server = self.server.as_ref();
        let server =
            server.ok_or_else(|| Error::Unready("it was ended for not answering an earlier round".to_owned()))?;
        let answer = ask(server);
        if let Err(Error::Unready(_)) = answer {
            self.server = None;
        }
        answer
    }
}

/// What is asked in a round, apart from whom.
#[derive(Clone, Copy, Debug)]
struct Setting {
    operation: Operation,
    connections: usize,
    items: u64,
}

impl Plan {
    /// Measures everything; `note` hears what is being done, and `keep` gets the report after each size of the table.
    ///
    /// # Errors
    /// When a peer is missing or does not start, or when `keep` fails. A peer that does not take its table and a round that
    /// fails are part of the report.
    pub fn run(&self, note: &dyn Fn(&str), keep: &dyn Fn(&Report) -> Result<()>) -> Result<Report> {
        for peer in &self.peers {
            self.places.check(*peer)?;
        }
        let (starts, versions) = self.starts(note)?;
        let environment = Environment {
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            window_seconds: self.window.as_secs_f64(),
            rounds: self.rounds,
            seed: self.seed,
            versions,
            program_bytes: self.program_bytes(),
        };
        let mut report = Report {
            environment,
            starts,
            sections: Vec::new(),
            inside: Vec::new(),
        };
        for items in &self.items {
            report.sections.push(self.section(*items, note)?);
            keep(&report)?;
        }
        if self.peers.contains(&Peer::Stator) {
            for items in &self.items {
                note(&format!("the engine in this process: {items} items"));
                report
                    .inside
                    .push(inside::measure(*items, self.seed, inside::Effort::default())?);
                keep(&report)?;
            }
        }
        Ok(report)
    }

    fn program_bytes(&self) -> Option<u64> {
        let program = self.peers.contains(&Peer::Stator).then_some(&self.places.stator)?;
        Some(std::fs::metadata(program).ok()?.len())
    }

    /// Starts and ends every peer several times, in turn.
    fn starts(&self, note: &dyn Fn(&str)) -> Result<(Vec<Start>, BTreeMap<Peer, String>)> {
        let mut found: BTreeMap<Peer, Vec<(f64, f64)>> = BTreeMap::new();
        let mut versions = BTreeMap::new();
        for _ in 0..self.starts {
            for peer in &self.peers {
                note(&format!("{peer}: starting"));
                let server = Server::start(self.places.launch(*peer, &Answers::default())?)?;
                let milliseconds = server.start_time().as_secs_f64() * 1e3;
                found
                    .entry(*peer)
                    .or_default()
                    .push((milliseconds, server.resident_bytes()? as f64));
                versions.entry(*peer).or_insert_with(|| version(*peer, &server));
            }
        }
        let starts = found.into_iter().filter_map(|(peer, found)| {
            let milliseconds = median(found.iter().map(|start| start.0))?;
            Some(Start {
                peer,
                milliseconds,
                idle_bytes: median(found.iter().map(|start| start.1))?,
            })
        });
        Ok((starts.collect(), versions))
    }

    fn section(&self, items: u64, note: &dyn Fn(&str)) -> Result<Section> {
        let mut section = Section {
            items,
            fills: Vec::new(),
            absences: Vec::new(),
            cells: Vec::new(),
        };
        let (mut running, mut answers) = (Vec::new(), None);
        for peer in self.peers.iter().copied().filter(|peer| *peer != Peer::Bare) {
            let server = Server::start(self.places.launch(peer, &Answers::default())?)?;
            let table = Table::new(server.address(), items)?;
            match self.prepare(peer, &server, &table, items, note) {
                Ok(fill) => {
                    section.fills.push(fill);
                    answers = answers.map_or_else(|| Answers::capture(&table), Ok).map(Some)?;
                    running.push(Running {
                        peer,
                        server: Some(server),
                    });
                }
                Err(failure) => {
                    note(&format!("{peer}: left out: {failure}"));
                    section.absences.push(Absence {
                        peer,
                        reason: failure.to_string(),
                    });
                }
            }
        }
        if self.peers.contains(&Peer::Bare) {
            let answers =
                answers.ok_or_else(|| Error::Unready("bare needs a peer to repeat the answers of".to_owned()))?;
            let server = Server::start(self.places.launch(Peer::Bare, &answers)?)?;
            running.push(Running {
                peer: Peer::Bare,
                server: Some(server),
            });
        }
        self.heat(items, &mut running, note);
        for operation in self.operations.iter().copied() {
            for connections in self.connections.iter().copied() {
                note(&format!("{operation}, {connections} connections, {items} items"));
                let setting = Setting {
                    operation,
                    connections,
                    items,
                };
                section.cells.extend(self.cells(setting, &mut running, note));
            }
        }
        Ok(section)
    }

    /// Asks every peer for everything once, uncounted: a virtual machine compiles, caches fill.
    fn heat(&self, items: u64, running: &mut [Running], note: &dyn Fn(&str)) {
        for running in running {
            note(&format!("{}: warming up", running.peer));
            for operation in self.operations.iter().copied() {
                let setting = Setting {
                    operation,
                    connections: HEAT_CONNECTIONS,
                    items,
                };
                let load = |server: &Server| Load {
                    window: HEAT,
                    ..self.load(setting, self.rounds, server)
                };
                // A failure shows again in the first round, where it is told.
                let _ = running.ask(|server| load(server).drive());
            }
        }
    }

    /// Fills the table of a peer and checks it.
    fn prepare(&self, peer: Peer, server: &Server, table: &Table, items: u64, note: &dyn Fn(&str)) -> Result<Fill> {
        let fill = self.fill(peer, server, table, items, note)?;
        note(&format!("{peer}: checking"));
        table.check(self.seed)?;
        Ok(fill)
    }

    fn fill(&self, peer: Peer, server: &Server, table: &Table, items: u64, note: &dyn Fn(&str)) -> Result<Fill> {
        table.create()?;
        let idle_bytes = server.resident_bytes()?;
        note(&format!("{peer}: loading {items} items"));
        let started = std::time::Instant::now();
        table.fill(FILL_CONNECTIONS, self.seed, &|done| {
            let rate = done as f64 / started.elapsed().as_secs_f64();
            note(&format!("{peer}: loaded {done} of {items} items, {rate:.0} a second"));
        })?;
        let items_per_second = items as f64 / started.elapsed().as_secs_f64();
        let loaded_bytes = server.resident_bytes()?;
        Ok(Fill {
            peer,
            items_per_second,
            bytes_per_item: loaded_bytes.saturating_sub(idle_bytes) as f64 / items as f64,
            loaded_bytes,
        })
    }

    /// All rounds of one setting: a cell for each peer.
    fn cells(&self, setting: Setting, running: &mut [Running], note: &dyn Fn(&str)) -> Vec<Cell> {
        let Setting {
            operation, connections, ..
        } = setting;
        let cell = |peer| Cell {
            operation,
            connections,
            peer,
            rounds: Vec::new(),
            failure: None,
        };
        let mut cells: Vec<Cell> = running.iter().map(|running| cell(running.peer)).collect();
        for round in 0..self.rounds {
            for turn in 0..running.len() {
                let nth = (round + turn) % running.len();
                self.round(setting, round, &mut running[nth], &mut cells[nth], note);
            }
        }
        cells
    }

    /// One round of one peer, unless an earlier one failed.
    fn round(&self, setting: Setting, round: usize, running: &mut Running, cell: &mut Cell, note: &dyn Fn(&str)) {
        if cell.failure.is_some() {
            return;
        }
        match running.ask(|server| self.load(setting, round, server).drive()) {
            Ok(sample) => cell.rounds.push(Round::new(&sample, self.window)),
            Err(failure) => {
                note(&format!("{}: {} failed: {failure}", cell.peer, cell.operation));
                cell.failure = Some(failure.to_string());
            }
        }
    }

    fn load(&self, setting: Setting, round: usize, server: &Server) -> Load {
        Load {
            address: server.address(),
            process: server.process(),
            operation: setting.operation,
            items: setting.items,
            connections: setting.connections,
            threads: self.threads,
            seed: self.seed.wrapping_add(round as u64),
            warmup: WARMUP,
            window: self.window,
        }
    }
}

fn version(peer: Peer, server: &Server) -> String {
    match peer {
        Peer::Stator => server.version().unwrap_or("unknown").to_owned(),
        Peer::Dynoxide => install::DYNOXIDE_VERSION.to_owned(),
        Peer::DynamodbLocal => install::DYNAMODB_LOCAL_VERSION.to_owned(),
        Peer::Bare => "axum".to_owned(),
    }
}
