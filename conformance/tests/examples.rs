//! The example applications in other languages: their tests, as their readers run them, with the bridges of stator-mock.

use std::process::Command;

use stator_conformance::clients::{NODE, NPM, PYTHON, Suite};
use stator_conformance::{folders, server};

#[test]
fn the_order_service_in_python_passes_its_tests() {
    let Some(suite) = Suite::of_example("orders in Python", "orders", "python", &[PYTHON]) else {
        return;
    };
    let python = suite.python_environment("python/requirements.txt").join("bin/python");
    // Two workers, so that the tests show that they do not see each other.
    let pytest = [
        "-B",
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "pytest_stator.plugin",
        "-n",
        "2",
    ];
    suite.run_alone(
        in_its_environment(&mut Command::new(python))
            .args(pytest)
            .current_dir(suite.source.join("python"))
            .env("PYTHONPATH", folders::bridge("pytest-stator").join("src")),
    );
}

#[test]
fn the_order_service_in_javascript_passes_its_tests() {
    let Some(suite) = Suite::of_example("orders in JavaScript", "orders", "javascript", &[NODE, NPM]) else {
        return;
    };
    suite.copy_sources();
    suite.node_packages("javascript", &folders::bridge("stator-test"));
    suite.run_alone(
        in_its_environment(&mut Command::new("node"))
            .args(["--test", "--test-reporter=spec", "javascript/test/orders.test.js"])
            .current_dir(&suite.build),
    );
}

/// An environment in which the tests start this build's server, and nothing of the user's own is found.
fn in_its_environment(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("AWS_") || name_text.starts_with("STATOR_") {
            command.env_remove(&name);
        }
    }
    command
        .env("STATOR_BINARY", server::binary())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("NO_PROXY", "127.0.0.1,localhost")
        .env("no_proxy", "127.0.0.1,localhost")
}
