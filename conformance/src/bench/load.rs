//! One round: many connections ask one server for some seconds, each with one request outstanding.
//!
//! A round has a warm-up, a window and a drain. Throughput counts the answers that arrive in the window; latency counts the
//! requests that are sent in it, and the drain waits for the last of these, so that slow answers are not left out and no work
//! is left over for the round that follows. The first failure ends the round without a figure.

use std::{
    cell::RefCell,
    net::SocketAddr,
    rc::Rc,
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use tokio::task::LocalSet;

use super::{
    error::{Error, Result},
    http::Connection,
    random::SplitMix64,
    script::Script,
    server::cpu_time,
    workload::Operation,
};

/// The longest that a round waits for answers after its window.
const DRAIN_MAX: Duration = Duration::from_secs(120);
const LATENCY_NS_MAX: u64 = 300_000_000_000;

/// What is asked of whom, and for how long.
#[derive(Clone, Debug)]
pub struct Load {
    /// Where the server listens.
    pub address: SocketAddr,
    /// The server's process, whose CPU time is counted.
    pub process: u32,
    /// What is asked.
    pub operation: Operation,
    /// Items in the table.
    pub items: u64,
    /// Connections, each with one request outstanding.
    pub connections: usize,
    /// Threads of the generator.
    pub threads: usize,
    /// Where the keys come from.
    pub seed: u64,
    /// Time before the window.
    pub warmup: Duration,
    /// Time that counts.
    pub window: Duration,
}

/// What a round found.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Answers that arrived in the window.
    pub answers: u64,
    /// Bytes of their bodies.
    pub body_bytes: u64,
    /// Nanoseconds from sending to the end of the answer, for the requests sent in the window.
    pub latency_ns: Histogram<u64>,
    /// CPU time of the server in the window.
    pub server_cpu: Duration,
    /// CPU time of the generator in the window.
    pub generator_cpu: Duration,
}

impl Load {
    /// Runs the round.
    ///
    /// # Errors
    /// The first failure of any connection.
    pub fn drive(&self) -> Result<Sample> {
        let companion = self.companion();
        let ready = &Barrier::new(self.threads + 1 + companion.iter().len());
        let mut whole = Tally::new()?;
        let (server_cpu, generator_cpu) = thread::scope(|scope| {
            let own = (0..self.threads).map(|nth| scope.spawn(move || self.drive_thread(nth, ready)));
            let own: Vec<_> = own.collect();
            let beside = companion
                .as_ref()
                .map(|load| scope.spawn(move || load.drive_thread(0, ready)));
            ready.wait();
            thread::sleep(self.warmup);
            let before = self.cpu_times();
            thread::sleep(self.window);
            let after = self.cpu_times();
            let beside = beside.map(joined);
            for thread in own {
                whole.add(&joined(thread)?)?;
            }
            beside.transpose()?;
            Ok((after.0.saturating_sub(before.0), after.1.saturating_sub(before.1)))
        })?;
        let Tally {
            answers,
            body_bytes,
            latency_ns,
        } = whole;
        Ok(Sample {
            answers,
            body_bytes,
            latency_ns,
            server_cpu,
            generator_cpu,
        })
    }

    /// The one more connection that some operations have beside them.
    fn companion(&self) -> Option<Self> {
        let operation = self.operation.companion()?;
        Some(Self {
            operation,
            connections: 1,
            threads: 1,
            ..self.clone()
        })
    }

    /// CPU times of server and generator; zero for a server that ended, whose connections fail anyway.
    fn cpu_times(&self) -> (Duration, Duration) {
        (
            cpu_time(self.process).unwrap_or_default(),
            cpu_time(std::process::id()).unwrap_or_default(),
        )
    }

    /// Drives every connection whose number is `nth` modulo the threads.
    fn drive_thread(&self, nth: usize, ready: &Barrier) -> Result<Tally> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let numbers = (nth..self.connections).step_by(self.threads);
        let opened = runtime.map(|runtime| {
            let opened = runtime.block_on(self.open(numbers));
            (runtime, opened)
        });
        ready.wait();
        let (runtime, opened) = opened.map_err(Error::io("start a thread of the generator"))?;
        let clients = opened?;
        LocalSet::new().block_on(&runtime, self.drive_clients(clients))
    }

    async fn open(&self, numbers: impl Iterator<Item = usize>) -> Result<Vec<(Connection, Script)>> {
        let mut clients = Vec::new();
        for number in numbers {
            let random = SplitMix64::stream(self.seed, number as u64);
            clients.push((
                Connection::open(self.address).await?,
                Script::new(self.operation, self.items, random),
            ));
        }
        Ok(clients)
    }

    async fn drive_clients(&self, clients: Vec<(Connection, Script)>) -> Result<Tally> {
        let low = Instant::now() + self.warmup;
        let window = Window {
            low,
            high: low + self.window,
        };
        let tally = Rc::new(RefCell::new(Tally::new()?));
        let tasks: Vec<_> = clients
            .into_iter()
            .map(|(connection, script)| {
                tokio::task::spawn_local(drive_client(connection, script, window, tally.clone()))
            })
            .collect();
        let finish = async {
            for task in tasks {
                task.await
                    .map_err(|failed| Error::Unexpected(format!("a connection's task failed: {failed}")))??;
            }
            Ok(())
        };
        let drained = tokio::time::timeout_at((window.high + DRAIN_MAX).into(), finish).await;
        drained.map_err(|_| Error::Unready(format!("no answer within {DRAIN_MAX:?} after the round")))??;
        Ok(tally.replace(Tally::new()?))
    }
}

/// What a thread returns; its panic is ours.
fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

async fn drive_client(
    mut connection: Connection,
    mut script: Script,
    window: Window,
    tally: Rc<RefCell<Tally>>,
) -> Result<()> {
    let mut sent = Instant::now();
    while sent < window.high {
        let body_bytes = script.step(&mut connection).await?;
        let answered = Instant::now();
        tally.borrow_mut().note(window, sent, answered, body_bytes);
        sent = answered;
    }
    Ok(())
}

/// The time that counts.
#[derive(Clone, Copy, Debug)]
struct Window {
    low: Instant,
    high: Instant,
}

impl Window {
    fn covers(self, instant: Instant) -> bool {
        self.low <= instant && instant < self.high
    }
}

/// What one thread counts.
#[derive(Debug)]
struct Tally {
    answers: u64,
    body_bytes: u64,
    latency_ns: Histogram<u64>,
}

impl Tally {
    fn new() -> Result<Self> {
        let latency_ns = Histogram::new_with_bounds(1, LATENCY_NS_MAX, 3)
            .map_err(|refused| Error::Unexpected(format!("the histogram has wrong bounds: {refused}")))?;
        Ok(Self {
            answers: 0,
            body_bytes: 0,
            latency_ns,
        })
    }

    fn note(&mut self, window: Window, sent: Instant, answered: Instant, body_bytes: u64) {
        if window.covers(answered) {
            self.answers += 1;
            self.body_bytes += body_bytes;
        }
        if window.covers(sent) {
            let latency = answered.duration_since(sent).as_nanos();
            self.latency_ns
                .saturating_record(u64::try_from(latency).unwrap_or(u64::MAX));
        }
    }

    fn add(&mut self, other: &Self) -> Result<()> {
        self.answers += other.answers;
        self.body_bytes += other.body_bytes;
        let added = self.latency_ns.add(&other.latency_ns);
        added.map_err(|refused| Error::Unexpected(format!("histograms do not add up: {refused}")))
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::{
        super::{bare, server::free_port},
        *,
    };

    #[test]
    fn throughput_counts_arrivals_and_latency_counts_departures() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let window = Window {
            low: at(100),
            high: at(200),
        };
        let mut tally = Tally::new().unwrap();
        tally.note(window, at(10), at(50), 10);
        tally.note(window, at(90), at(110), 10);
        tally.note(window, at(120), at(150), 10);
        tally.note(window, at(190), at(290), 10);
        assert_eq!((tally.answers, tally.body_bytes), (2, 20));
        assert_eq!(tally.latency_ns.len(), 2);
        let within = |quantile, ms: u64| {
            let found = tally.latency_ns.value_at_quantile(quantile);
            found.abs_diff(ms * 1_000_000) <= ms * 1_000
        };
        assert!(within(0.5, 30) && within(0.99, 100));
    }

    #[test]
    fn tallies_of_threads_add_up() {
        let now = Instant::now();
        let window = Window {
            low: now,
            high: now + Duration::from_secs(1),
        };
        let mut whole = Tally::new().unwrap();
        for ms in [1, 3] {
            let mut tally = Tally::new().unwrap();
            tally.note(window, now, now + Duration::from_millis(ms), ms);
            whole.add(&tally).unwrap();
        }
        assert_eq!((whole.answers, whole.body_bytes, whole.latency_ns.len()), (2, 4, 2));
    }

    /// A round of a few milliseconds.
    fn load(address: SocketAddr, operation: Operation) -> Load {
        Load {
            address,
            process: std::process::id(),
            operation,
            items: 100,
            connections: 5,
            threads: 2,
            seed: 1,
            warmup: Duration::from_millis(5),
            window: Duration::from_millis(30),
        }
    }

    #[test]
    fn a_round_drives_every_connection_and_counts_the_answers() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let port = free_port().unwrap();
        runtime.spawn(bare::serve(port, bare::Answers::default()));
        let address = (Ipv4Addr::LOCALHOST, port).into();
        while std::net::TcpStream::connect(address).is_err() {
            thread::yield_now();
        }
        for operation in Operation::ALL {
            // On a busy machine a window of milliseconds may pass without an answer; a hundred of them do not.
            let mut samples = (0..100).map(|_| load(address, operation).drive().unwrap());
            let sample = samples
                .find(|sample| sample.answers > 0 && !sample.latency_ns.is_empty())
                .unwrap();
            assert_eq!(
                sample.body_bytes,
                sample.answers * 2,
                "{operation}: each answer is an empty object"
            );
        }
    }

    #[test]
    fn a_server_that_is_not_there_ends_the_round_at_once() {
        let address = (Ipv4Addr::LOCALHOST, free_port().unwrap()).into();
        for operation in [Operation::GetItem, Operation::GetItemBesideScan] {
            assert!(matches!(load(address, operation).drive(), Err(Error::Io { .. })));
        }
    }
}
