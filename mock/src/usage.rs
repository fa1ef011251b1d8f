//! What the code under test did to the database, and assertions on it.

use std::sync::Arc;

use stator_core::model::Operation;
use stator_service::layers::usage::{Log, Totals, Used};

/// The calls that a database received through its clients, and what they cost. What the test looks at itself is not among them.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let db = stator_mock::Database::new();
/// db.create_table("orders", "id S");
/// db.usage().clear();
/// db.client().query().table_name("orders")
///     .key_condition_expression("id = :id")
///     .expression_attribute_values(":id", aws_sdk_dynamodb::types::AttributeValue::S("o1".into()))
///     .send().await.unwrap();
/// db.usage().assert_no_scan().assert_read_units_below(1.0);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Usage {
    log: Arc<Log>,
}

impl Usage {
    pub(crate) fn new(log: Arc<Log>) -> Self {
        Self { log }
    }

    /// The calls, oldest first; of very many the last 10,000.
    #[must_use]
    pub fn calls(&self) -> Vec<Used> {
        self.log.calls()
    }

    /// How many calls of an operation there were.
    #[must_use]
    pub fn count(&self, operation: Operation) -> usize {
        let calls = self.calls();
        calls.iter().filter(|call| call.operation == operation).count()
    }

    /// What all calls came to.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.log.totals()
    }

    /// Forgets the calls so far.
    pub fn clear(&self) -> &Self {
        self.log.clear();
        self
    }

    /// Fails if there was a Scan, and tells of what.
    #[track_caller]
    pub fn assert_no_scan(&self) -> &Self {
        let scans = self.totals().scans;
        assert!(
            scans == 0,
            "there were {scans} Scans:{}",
            self.listed(|call| call.operation == Operation::Scan)
        );
        self
    }

    /// Fails unless all calls together used fewer read units than this.
    #[track_caller]
    pub fn assert_read_units_below(&self, limit: f64) -> &Self {
        let used = self.totals().read_units;
        assert!(
            used < limit,
            "{used} read units were used, not below {limit}:{}",
            self.listed(|call| call.read_units > 0.0)
        );
        self
    }

    /// Fails unless all calls together used fewer write units than this.
    #[track_caller]
    pub fn assert_write_units_below(&self, limit: f64) -> &Self {
        let used = self.totals().write_units;
        assert!(
            used < limit,
            "{used} write units were used, not below {limit}:{}",
            self.listed(|call| call.write_units > 0.0)
        );
        self
    }

    /// Fails unless an index of this name was read.
    #[track_caller]
    pub fn assert_index_used(&self, index: &str) -> &Self {
        let mut calls = self.calls().into_iter();
        let is_used = calls.any(|call| call.places.iter().any(|place| place.index.as_deref() == Some(index)));
        assert!(
            is_used,
            "index {index} was not read; these were the calls:{}",
            self.listed(|_| true)
        );
        self
    }

    /// The calls that a failed assertion is about, a line each.
    fn listed(&self, is_meant: impl Fn(&Used) -> bool) -> String {
        const LINES_MAX: usize = 20;
        let calls: Vec<_> = self.calls().into_iter().filter(is_meant).collect();
        let mut lines: String = calls.iter().take(LINES_MAX).map(line).collect();
        if calls.len() > LINES_MAX {
            lines.push_str(&format!("\n  … and {} more", calls.len() - LINES_MAX));
        }
        lines
    }
}

fn line(call: &Used) -> String {
    let places = call.places.iter().map(|place| match &place.index {
        Some(index) => format!(" {}.{index}", place.table),
        None => format!(" {}", place.table),
    });
    let (read, write) = (call.read_units, call.write_units);
    format!(
        "\n  {}{}: {read} read units, {write} write units",
        call.operation,
        places.collect::<String>()
    )
}
