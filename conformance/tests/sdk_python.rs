//! boto3: the low-level client, the resource's mapper and batch writer, waiters, paginators and error classes.

use std::process::Command;

use stator_conformance::clients::{PYTHON, Suite};
use stator_conformance::server::Server;

#[test]
fn boto3_runs_the_shop() {
    let Some(suite) = Suite::open("sdk_python", "python", &[PYTHON]) else {
        return;
    };
    let python = suite.python_environment("requirements.txt").join("bin/python");
    suite.run(
        Command::new(python)
            .args(["-B", "-m", "shop"])
            .current_dir(&suite.source),
        &Server::start(),
    );
}
