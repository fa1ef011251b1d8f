//! Runs suites against a target: makes tables, sends steps, compares replies.
//!
//! Files run side by side under access keys of their own, the cases of a file one after the other. A case ends with its first step that
//! departs. Tables are deleted before they are made and after the file, so that an endpoint that lives on can be asked again.

use std::sync::Arc;
use std::time::Duration;

use serde_yaml::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::fill::{Bindings, FillError, Unbound, fill};
use super::format::{Case, Scope, Suite};
use super::report::{Failure, Outcome, Report, SuiteReport};
use super::session::{Session, table_name};
use super::step::run_step;
use super::wire::Target;

/// Files that run at the same time.
const FILES_AT_ONCE: usize = 16;

/// How often and how long to ask again for what does not happen at once.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The pause between two requests.
    pub pause: Duration,
    /// How many requests before it counts as a failure.
    pub tries: u32,
}

impl Patience {
    /// Requests in a second of patience.
    pub const PER_SECOND: u32 = 20;
}

impl Default for Patience {
    /// Ten seconds, for endpoints that change at once or nearly so.
    fn default() -> Self {
        Self {
            pause: Duration::from_secs(1) / Self::PER_SECOND,
            tries: 10 * Self::PER_SECOND,
        }
    }
}

/// Runs suites side by side.
pub async fn run_all<T: Target + Send + 'static>(suites: Vec<Suite>, target: Arc<T>, patience: Patience) -> Report {
    let turns = Arc::new(Semaphore::new(FILES_AT_ONCE));
    let mut running = JoinSet::new();
    for (index, suite) in suites.into_iter().enumerate() {
        let (target, turns) = (Arc::clone(&target), Arc::clone(&turns));
        running.spawn(async move {
            let _turn = turns.acquire().await;
            (index, run_suite(&suite, &*target, patience).await)
        });
    }
    let mut reports = running.join_all().await;
    reports.sort_by_key(|(index, _)| *index);
    Report {
        suites: reports.into_iter().map(|(_, report)| report).collect(),
    }
}

/// Runs the cases of one file, one after the other.
pub async fn run_suite(suite: &Suite, target: &impl Target, patience: Patience) -> SuiteReport {
    let slug = suite.name.replace('/', "-");
    let session = Session::new(target, &slug, patience);
    let mut bindings = Bindings::new();
    let ready = open_scope(&session, &suite.scope, &slug, &mut bindings).await;
    let mut outcomes = Vec::with_capacity(suite.cases.len());
    for (index, case) in suite.cases.iter().enumerate() {
        let failure = match &ready {
            Ok(()) => run_case(&session, case, &format!("{slug}-{index}"), bindings.clone())
                .await
                .err(),
            Err(failure) => Some(failure.clone()),
        };
        outcomes.push(Outcome {
            case: case.name.clone(),
            source: case.source.to_string(),
            kind: case.kind,
            failure,
        });
    }
    close_scope(&session, &suite.scope, &slug).await;
    SuiteReport {
        suite: suite.name.clone(),
        outcomes,
    }
}

/// Runs the steps of a case, in tables of its own if it has some.
async fn run_case<T: Target>(
    session: &Session<'_, T>,
    case: &Case,
    name: &str,
    bindings: Bindings,
) -> Result<(), Failure> {
    let mut bindings = bindings;
    bindings.insert("case".to_owned(), Value::from(name));
    let ready = open_scope(session, &case.scope, name, &mut bindings).await;
    let result = match ready {
        Ok(()) => run_steps(session, case, &mut bindings).await,
        Err(failure) => Err(failure),
    };
    close_scope(session, &case.scope, name).await;
    result
}

async fn run_steps<T: Target>(session: &Session<'_, T>, case: &Case, bindings: &mut Bindings) -> Result<(), Failure> {
    for (index, step) in case.steps.iter().enumerate() {
        let run = run_step(session, step, bindings).await;
        let kept = run.map_err(|failure| Failure {
            step: index + 1,
            ..*failure
        })?;
        bindings.extend(kept);
    }
    Ok(())
}

/// Binds the names of a scope's tables, makes those that the steps do not, and puts their items.
async fn open_scope<T: Target>(
    session: &Session<'_, T>,
    scope: &Scope,
    owner: &str,
    bindings: &mut Bindings,
) -> Result<(), Failure> {
    for label in scope.labels() {
        let name = table_name(owner, label);
        session.delete_table(&name).await;
        bindings.insert(label.clone(), Value::from(name));
    }
    for (label, spec) in &scope.tables {
        let name = table_name(owner, label);
        let created = session.create_table(&name, &spec.create_request(&name)).await;
        created.map_err(|fault| making(label, fault))?;
    }
    for (label, items) in &scope.items {
        let table = bindings
            .get(label)
            .and_then(Value::as_str)
            .ok_or_else(|| making(label, FillError::Unbound(label.clone())))?;
        let items = fill(items, bindings, Unbound::Refuse).map_err(|fault| making(label, fault))?;
        for item in items.as_sequence().into_iter().flatten() {
            session
                .put_item(table, item)
                .await
                .map_err(|fault| making(label, fault))?;
        }
    }
    Ok(())
}

async fn close_scope<T: Target>(session: &Session<'_, T>, scope: &Scope, owner: &str) {
    for label in scope.labels() {
        session.delete_table(&table_name(owner, label)).await;
    }
}

/// The failure of a case whose tables or items could not be made.
fn making(label: &str, fault: impl std::fmt::Display) -> Failure {
    Failure {
        step: 0,
        request: format!("making {label} and its items"),
        expected: "success".to_owned(),
        actual: fault.to_string(),
        mismatches: Vec::new(),
        words_alone: false,
    }
}
