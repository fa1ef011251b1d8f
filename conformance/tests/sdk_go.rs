//! The AWS SDK for Go v2: the client, the attributevalue and expression packages, waiters, paginators and error types.

use std::process::Command;

use stator_conformance::clients::{GO, Suite};
use stator_conformance::server::Server;

#[test]
fn go_runs_the_shop() {
    let Some(suite) = Suite::open("sdk_go", "go", &[GO]) else {
        return;
    };
    let program = suite.build.join("shop.test");
    let mut download = go(&suite);
    suite.prepare("go.sum", &mut [download.args(["mod", "download"])]);
    suite.compile(go(&suite).args(["test", "-c", "-o"]).arg(&program).arg("."));
    suite.run(Command::new(program).arg("-test.v"), &Server::start());
}

/// The toolchain that the machine has, with its caches in the build folder and writable, so that they can be deleted.
fn go(suite: &Suite) -> Command {
    let mut command = Command::new("go");
    command
        .current_dir(&suite.source)
        .env("GOTOOLCHAIN", "local")
        .env("GOFLAGS", "-mod=readonly -modcacherw")
        .env("GOMODCACHE", suite.build.join("modules"))
        .env("GOCACHE", suite.build.join("cache"));
    command
}
