//! Every case of the suite against Stator over HTTP, and the rule that every operation has cases.
//!
//! `STATOR_ENDPOINT` names a server that runs already; otherwise the binary is built and started on a free port.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use expect_test::expect_file;
use stator_conformance::cases::{Coverage, Dialect, Patience, Setup, Suite, load_folder, run_all};
use stator_conformance::server::Server;
use stator_core::model::Operation;
use stator_service::http::BlockingRemote;

fn suites() -> Vec<Suite> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    load_folder(&folder).unwrap_or_else(|faults| panic!("the cases cannot be read:\n{}", faults.join("\n")))
}

#[test]
fn every_case_passes_over_http() {
    pass(Dialect::Current, &Server::start());
}

/// A server that runs already has one dialect, and the cases of the other are not its own.
#[test]
fn every_case_of_the_classic_dialect_passes_over_http() {
    if std::env::var_os("STATOR_ENDPOINT").is_none() {
        let server = Server::start_with(&["--validation-dialect", "classic"]);
        pass(Dialect::Classic, &server);
    }
}

fn pass(dialect: Dialect, server: &Server) {
    let endpoint = BlockingRemote::at(server.url()).expect("a server has a plain URL");
    let spoken: Vec<_> = suites().into_iter().filter(|suite| suite.dialect == dialect).collect();
    let report = run_all(&spoken, &endpoint, Patience::default(), &Setup::default());
    // Past the test harness, which keeps what passing tests print.
    let _ = writeln!(std::io::stderr(), "{}", report.summary());
    let failures: Vec<_> = report.failures().collect();
    assert!(report.is_clean(), "\n{}", failures.join("\n"));
    let skips: Vec<_> = report.skips().collect();
    let is_ours = std::env::var_os("STATOR_ENDPOINT").is_none();
    assert!(skips.is_empty() || !is_ours, "\n{}", skips.join("\n"));
}

#[test]
fn every_operation_has_a_folder_of_cases() {
    let folders: BTreeSet<_> = suites().iter().filter_map(|suite| folder_of(&suite.name)).collect();
    let missing: Vec<_> = Operation::ALL
        .iter()
        .map(|operation| operation.name())
        .filter(|name| !folders.contains(&kebab(name)))
        .collect();
    assert!(
        missing.is_empty(),
        "no cases under conformance/cases/<operation>/ for {missing:?}"
    );
}

#[test]
fn names_of_cases_are_unique_in_their_file() {
    let mut twice = Vec::new();
    for suite in suites() {
        let mut seen = BTreeSet::new();
        let again = suite.cases.iter().filter(|case| !seen.insert(&case.name));
        twice.extend(again.map(|case| format!("{}: {}", suite.name, case.name)));
    }
    assert!(
        twice.is_empty(),
        "names that stand twice in their file:\n{}",
        twice.join("\n")
    );
}

#[test]
fn every_row_of_the_reference_has_its_cases_or_a_reason() {
    let faults = coverage().faults();
    assert!(faults.is_empty(), "see docs/cases.md, \"Rows\":\n{}", faults.join("\n"));
}

#[test]
fn the_table_of_rows_is_current() {
    let table = coverage().table();
    let page = format!(
        "# Rows of the behaviour reference, and their cases\n\nGenerated: `UPDATE_EXPECT=1 cargo test -p stator-conformance --test cases`.\n\n{table}"
    );
    expect_file!["../../docs/cases-coverage.md"].assert_eq(&page);
}

fn coverage() -> Coverage {
    Coverage::of(&suites(), &Path::new(env!("CARGO_MANIFEST_DIR")).join("rows"))
}

fn folder_of(suite: &str) -> Option<String> {
    suite.split_once('/').map(|(folder, _)| folder.to_owned())
}

/// `GetItem` as `get-item`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}
