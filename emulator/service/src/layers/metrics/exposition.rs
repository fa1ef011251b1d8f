//! The counters in Prometheus' text format, version 0.0.4.
//!
//! Each operation is listed from the start, so that a dashboard sees a zero and no gap; an error class appears once it has occurred.

use std::fmt::{self, Display, Formatter};

use stator_core::model::{ErrorKind, Operation};

use super::Metrics;

impl Display for Metrics {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        writeln!(out, "# HELP stator_calls_total Calls that were answered, by outcome.")?;
        writeln!(out, "# TYPE stator_calls_total counter")?;
        for &operation in Operation::ALL {
            self.write_outcomes(operation, out)?;
        }
        writeln!(
            out,
            "# HELP stator_call_duration_seconds Time from a decoded request to its reply."
        )?;
        writeln!(out, "# TYPE stator_call_duration_seconds summary")?;
        for &operation in Operation::ALL {
            self.write_duration(operation, out)?;
        }
        Ok(())
    }
}

impl Metrics {
    fn write_outcomes(&self, operation: Operation, out: &mut Formatter<'_>) -> fmt::Result {
        let successes = self.successes(operation);
        writeln!(
            out,
            "stator_calls_total{{operation=\"{operation}\",outcome=\"success\"}} {successes}"
        )?;
        for &kind in ErrorKind::ALL {
            let errors = self.errors(operation, kind);
            if errors > 0 {
                let class = kind.name();
                writeln!(
                    out,
                    "stator_calls_total{{operation=\"{operation}\",outcome=\"{class}\"}} {errors}"
                )?;
            }
        }
        match self.lost(operation) {
            0 => Ok(()),
            lost => writeln!(
                out,
                "stator_calls_total{{operation=\"{operation}\",outcome=\"lost\"}} {lost}"
            ),
        }
    }

    fn write_duration(&self, operation: Operation, out: &mut Formatter<'_>) -> fmt::Result {
        let errors: u64 = ErrorKind::ALL.iter().map(|&kind| self.errors(operation, kind)).sum();
        let calls = self.successes(operation) + errors + self.lost(operation);
        let seconds = self.duration(operation).as_secs_f64();
        writeln!(
            out,
            "stator_call_duration_seconds_sum{{operation=\"{operation}\"}} {seconds}"
        )?;
        writeln!(
            out,
            "stator_call_duration_seconds_count{{operation=\"{operation}\"}} {calls}"
        )
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::Outcome;
    use super::*;

    #[test]
    fn counters_read_as_prometheus_expects() {
        let metrics = Metrics::default();
        metrics.record(Operation::GetItem, Outcome::Success, Duration::from_millis(2));
        metrics.record(
            Operation::GetItem,
            Outcome::Error(ErrorKind::Validation),
            Duration::from_millis(1),
        );
        let text = metrics.to_string();
        let of_get_item: Vec<&str> = text.lines().filter(|line| line.contains("\"GetItem\"")).collect();
        assert_eq!(
            of_get_item,
            [
                "stator_calls_total{operation=\"GetItem\",outcome=\"success\"} 1",
                "stator_calls_total{operation=\"GetItem\",outcome=\"ValidationException\"} 1",
                "stator_call_duration_seconds_sum{operation=\"GetItem\"} 0.003",
                "stator_call_duration_seconds_count{operation=\"GetItem\"} 2",
            ]
        );
        assert!(text.contains("stator_calls_total{operation=\"Scan\",outcome=\"success\"} 0"));
    }
}
