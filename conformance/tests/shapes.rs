//! Stator's types, limits and words beside the newest service model, and the support table of the docs.
//!
//! The model comes with the Python client suite's botocore; without Python the test says SKIPPED.

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use serde_json::{Map, Value};
use stator_conformance::clients::{PYTHON, Suite};
use stator_conformance::shapes::service_model::ServiceModel;
use stator_conformance::shapes::{Decisions, compare, probe, support};
use stator_core::model::Operation;

#[test]
fn every_departure_from_the_service_model_is_decided() {
    let Some(model) = model() else { return };
    let findings = probe::probe(&model, &requests("bases"));
    println!(
        "{} constraints probed, {} where the request around them is refused",
        findings.probed, findings.unprobed
    );
    let mut differences = compare(&model);
    differences.extend(findings.differences);
    let decisions = fs::read_to_string(folder().join("decisions.txt")).expect("the decisions are there");
    let faults = Decisions::read(&decisions).faults(&differences);
    assert!(
        faults.is_empty(),
        "conformance/shapes/decisions.txt:\n{}",
        faults.join("\n")
    );
}

#[test]
fn the_support_table_is_current() {
    let Some(model) = model() else { return };
    let table = support::table(&model, &requests("refused"));
    assert!(
        !table.contains("**"),
        "a parameter is ignored or said to be refused:\n{table}"
    );
    let page = format!(
        "# Operations and parameters\n\nGenerated: `UPDATE_EXPECT=1 cargo test -p stator-conformance --test shapes`.\n\n{table}"
    );
    expect_file!["../../docs/support.md"].assert_eq(&page);
}

#[test]
fn every_operation_of_the_service_is_built() {
    let Some(model) = model() else { return };
    let absent = model.operations.keys().map(String::as_str);
    let absent: Vec<&str> = absent.filter(|name| Operation::from_name(name).is_none()).collect();
    assert_eq!(absent, [""; 0]);
}

/// The models of the service and of its streams.
fn model() -> Option<ServiceModel> {
    let suite = Suite::open("shapes", "python", &[PYTHON])?;
    let packages = site_packages(&suite.python_environment("requirements.txt"));
    let read = |service| ServiceModel::read(&packages, service).unwrap_or_else(|error| panic!("{service}: {error}"));
    Some(read("dynamodb").with(read("dynamodbstreams")))
}

fn site_packages(environment: &Path) -> PathBuf {
    let versions = fs::read_dir(environment.join("lib")).expect("an environment has libraries");
    let mut folders = versions.map(|version| {
        version
            .expect("a folder that opens can be read")
            .path()
            .join("site-packages")
    });
    folders
        .find(|folder| folder.join("botocore").is_dir())
        .expect("botocore is among the requirements")
}

/// Requests of the probes, by operation or by operation and member.
fn requests(name: &str) -> Map<String, Value> {
    let file = folder().join(format!("{name}.yml"));
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("shapes")
}
