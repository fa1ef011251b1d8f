//! Every case of the suite against Stator over HTTP, and the rule that every operation has cases.
//!
//! `STATOR_ENDPOINT` names a server that runs already; otherwise the binary is built and started on a free port.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use stator_conformance::cases::{HttpTarget, Patience, Suite, load_folder, run_all};
use stator_core::model::Operation;

fn suites() -> Vec<Suite> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    load_folder(&folder).unwrap_or_else(|errors| {
        let faults: Vec<_> = errors.iter().map(ToString::to_string).collect();
        panic!("the cases cannot be read:\n{}", faults.join("\n"))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_case_passes_over_http() {
    let server = Server::start();
    let target = HttpTarget::new(&server.url).expect("a server has a plain URL");
    let report = run_all(suites(), Arc::new(target), Patience::default()).await;
    println!("{}", report.summary());
    let failures: Vec<_> = report.failures().collect();
    assert!(report.is_clean(), "{}\n{}", failures.join("\n"), report.summary());
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
    for suite in suites() {
        let mut seen = BTreeSet::new();
        for case in &suite.cases {
            assert!(
                seen.insert(&case.name),
                "{}: two cases are named {:?}",
                suite.name,
                case.name
            );
        }
    }
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

/// A server that this test started, or one that ran already; stopped when dropped.
struct Server {
    url: String,
    child: Option<Child>,
}

impl Server {
    fn start() -> Self {
        if let Ok(url) = std::env::var("STATOR_ENDPOINT") {
            return Self { url, child: None };
        }
        let mut child = Command::new(env!("CARGO"))
            .args([
                "run",
                "--quiet",
                "--package",
                "stator",
                "--bin",
                "stator",
                "--",
                "--port",
                "0",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo runs, for it runs the tests");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("standard output is piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the ready line is text");
        let ready: serde_json::Value = serde_json::from_str(&line).expect("the ready line is JSON");
        let url = ready["url"].as_str().expect("the ready line has a URL").to_owned();
        Self {
            url,
            child: Some(child),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
