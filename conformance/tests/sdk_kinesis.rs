//! The Kinesis client library for Java with the adapter for streams, as it is used against the service: leases and checkpoints in tables of its own,
//! shards that end, children that go on.

use std::process::Command;

use stator_conformance::clients::{JAVAC, MAVEN, QUICK_JAVA, Suite, run_id};
use stator_conformance::server::Server;

/// So few records that a shard ends several times while the suite writes.
const SHARD_RECORDS: &str = "100";

#[test]
fn the_kinesis_client_library_reads_every_record_once_across_shards() {
    let Some(suite) = Suite::open("sdk_kinesis", "kinesis", &[JAVAC, MAVEN]) else {
        return;
    };
    let class_path = suite.compile_java("stream");
    let server = Server::start_or_with(&["--stream-shard-records", SHARD_RECORDS]);
    let mut consumer = Command::new("java");
    consumer
        .args(QUICK_JAVA)
        .args(["-classpath", &class_path, "stream.Consumer"]);
    consumer.env("RUN_ID", run_id());
    if server.is_own() {
        consumer.env("SHARDS_END", "1");
    }
    suite.run(&mut consumer, &server);
}
