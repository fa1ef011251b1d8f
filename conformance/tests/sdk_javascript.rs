//! The AWS SDK for JavaScript v3: commands, the document client, waiters, paginators and error classes.

use std::process::Command;

use stator_conformance::clients::{NODE, NPM, Suite};
use stator_conformance::server::Server;

#[test]
fn javascript_runs_the_shop() {
    let Some(suite) = Suite::open("sdk_javascript", "javascript", &[NODE, NPM]) else {
        return;
    };
    suite.copy_sources();
    let install = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
    suite.prepare(
        "package-lock.json",
        &mut [Command::new("npm").args(install).current_dir(&suite.build)],
    );
    suite.run(
        Command::new("node").arg("shop/main.js").current_dir(&suite.build),
        &Server::start(),
    );
}
