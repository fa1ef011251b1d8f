//! boto3 under faults that the admin API sets: retries, unprocessed items, lost answers; and what verification tells a test in Python.

use std::process::Command;

use stator_conformance::clients::{PYTHON, Suite};
use stator_conformance::server::Server;

#[test]
fn boto3_meets_faults_that_the_admin_api_sets() {
    let Some(suite) = Suite::open("faults_python", "python", &[PYTHON]) else {
        return;
    };
    let python = suite.python_environment("requirements.txt").join("bin/python");
    suite.run(
        Command::new(python)
            .args(["-B", "-m", "faults"])
            .current_dir(&suite.source),
        // A server of its own: other endpoints have no rules.
        &Server::start_with(&[]),
    );
}
