//! The counters: one cell for each operation and outcome, all of them there from the start, so that counting is one atomic addition.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use stator_core::model::{ErrorKind, Operation, Reply};

use crate::Failure;

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With a reply.
    Success,
    /// With an error of this class.
    Error(ErrorKind),
    /// Without an answer.
    Lost,
}

impl Outcome {
    /// The outcome that an answer tells.
    #[must_use]
    pub fn of(answer: &Result<Reply, Failure>) -> Self {
        match answer {
            Ok(_) => Self::Success,
            Err(Failure::Error(error)) => Self::Error(error.kind()),
            Err(Failure::ConnectionLost) => Self::Lost,
        }
    }
}

/// What was counted since the process began.
#[derive(Debug)]
pub struct Metrics {
    /// Indexed by operation.
    rows: Box<[Row]>,
}

/// The counters of one operation.
#[derive(Debug)]
struct Row {
    successes: AtomicU64,
    /// Indexed by error class.
    errors: Box<[AtomicU64]>,
    lost: AtomicU64,
    duration_ns: AtomicU64,
}

impl Row {
    fn new() -> Self {
        Self {
            successes: AtomicU64::new(0),
            errors: ErrorKind::ALL.iter().map(|_| AtomicU64::new(0)).collect(),
            lost: AtomicU64::new(0),
            duration_ns: AtomicU64::new(0),
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            rows: Operation::ALL.iter().map(|_| Row::new()).collect(),
        }
    }
}

impl Metrics {
    /// Counts one call.
    pub fn record(&self, operation: Operation, outcome: Outcome, duration: Duration) {
        let row = &self.rows[operation as usize];
        let cell = match outcome {
            Outcome::Success => &row.successes,
            Outcome::Error(kind) => &row.errors[kind as usize],
            Outcome::Lost => &row.lost,
        };
        cell.fetch_add(1, Relaxed);
        row.duration_ns
            .fetch_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX), Relaxed);
    }

    /// How many calls of an operation succeeded.
    #[must_use]
    pub fn successes(&self, operation: Operation) -> u64 {
        self.rows[operation as usize].successes.load(Relaxed)
    }

    /// How many calls of an operation ended in an error of this class.
    #[must_use]
    pub fn errors(&self, operation: Operation, kind: ErrorKind) -> u64 {
        self.rows[operation as usize].errors[kind as usize].load(Relaxed)
    }

    /// How many calls of an operation got no answer.
    #[must_use]
    pub fn lost(&self, operation: Operation) -> u64 {
        self.rows[operation as usize].lost.load(Relaxed)
    }

    /// How long the calls of an operation took, summed up.
    #[must_use]
    pub fn duration(&self, operation: Operation) -> Duration {
        Duration::from_nanos(self.rows[operation as usize].duration_ns.load(Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_and_error_class_has_a_cell_of_its_own() {
        let metrics = Metrics::default();
        for &operation in Operation::ALL {
            for &kind in ErrorKind::ALL {
                metrics.record(operation, Outcome::Error(kind), Duration::from_nanos(1));
            }
            metrics.record(operation, Outcome::Success, Duration::from_nanos(1));
            metrics.record(operation, Outcome::Lost, Duration::from_nanos(1));
        }
        for &operation in Operation::ALL {
            assert_eq!(metrics.successes(operation), 1);
            assert_eq!(metrics.lost(operation), 1);
            assert!(ErrorKind::ALL.iter().all(|&kind| metrics.errors(operation, kind) == 1));
            let calls = u64::try_from(ErrorKind::ALL.len()).unwrap() + 2;
            assert_eq!(metrics.duration(operation), Duration::from_nanos(calls));
        }
    }
}
