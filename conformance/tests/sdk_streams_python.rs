//! Consumers of streams as boto3 users write them: loops over shards and pages, beside writers, while shards end.

use std::process::Command;

use stator_conformance::clients::{PYTHON, Suite, run_id};
use stator_conformance::server::Server;

#[test]
fn boto3_loops_read_every_record_once_across_shards() {
    let Some(suite) = Suite::open("sdk_streams_python", "python", &[PYTHON]) else {
        return;
    };
    let python = suite.python_environment("requirements.txt").join("bin/python");
    let server = Server::start_or_with(&["--stream-shard-records", "25", "--stream-shards", "2"]);
    let mut readers = Command::new(python);
    readers
        .args(["-B", "-m", "stream"])
        .current_dir(&suite.source)
        .env("RUN_ID", run_id());
    if server.is_own() {
        readers.env("SHARDS_END", "1");
    }
    suite.run(&mut readers, &server);
}
