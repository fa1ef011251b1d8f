//! The commands around fixtures, as a user types them.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

const SHOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/examples/shop.yml");
const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/examples/checkout.yml");

/// The program, deaf to the variables of whoever runs the tests.
fn stator(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stator"));
    let ours = std::env::vars_os().map(|(name, _)| name);
    for name in
        ours.filter(|name| name.to_string_lossy().starts_with("STATOR_") || name.to_string_lossy().starts_with("AWS_"))
    {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    stator(arguments).output().unwrap()
}

/// Runs to this exit code, and gives what was printed on both outputs.
fn ends(arguments: &[&str], code: i32) -> String {
    let output = run(arguments);
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    text
}

struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut command = stator(&[&["--port", "0", "--log-level", "error"], arguments].concat());
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        Self {
            process,
            url: ready["url"].as_str().unwrap().to_owned(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn fixtures_are_loaded_dumped_and_compared() {
    let server = Server::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("dump.yml");
    let dump = dump.to_str().unwrap();
    let at = ["--endpoint", server.url.as_str()];
    assert!(ends(&[&["load", SHOP][..], &at].concat(), 0).contains("1 table, 107 items"));
    let again = ends(&[&["load", SHOP][..], &at].concat(), 1);
    assert!(
        again.contains("Table already exists: shop") && again.contains("--existing replace"),
        "{again}"
    );
    ends(&[&["load", SHOP, "--existing", "replace"][..], &at].concat(), 0);
    ends(&[&["dump", "--output", dump][..], &at].concat(), 0);
    assert_eq!(ends(&["diff", dump, server.url.as_str()], 0), "");
    assert_eq!(ends(&["diff", SHOP, dump], 0), "");
    let bucket = folder.path().join("bucket");
    ends(&[&["export", bucket.to_str().unwrap()][..], &at].concat(), 0);
    assert!(bucket.join("AWSDynamoDB").is_dir());
    let text = std::fs::read_to_string(dump)
        .unwrap()
        .replace("name: Bob", "name: Robert");
    std::fs::write(dump, text).unwrap();
    let difference = ends(&["diff", server.url.as_str(), dump], 1);
    assert!(
        difference.contains("~ { pk: USER#b2, sk: PROFILE }\n      name: Bob → Robert"),
        "{difference}"
    );
}

#[test]
fn a_server_begins_with_fixtures_for_every_access_key_and_region() {
    let server = Server::start(&["--fixtures", SHOP]);
    for (key, region) in [
        ("alice", "us-east-1"),
        ("bob", "eu-west-1"),
        ("alice+fork", "us-east-1"),
    ] {
        let who = ["--access-key", key, "--region", region];
        assert_eq!(
            ends(&[&["diff", SHOP, server.url.as_str()][..], &who].concat(), 0),
            "",
            "{key}"
        );
    }
    let refused = ends(&["--port", "0", "--fixtures", "/nowhere.yml"], 1);
    assert!(refused.contains("/nowhere.yml"), "{refused}");
}

#[test]
fn suites_run_against_an_engine_of_their_own_or_an_endpoint() {
    let folder = tempfile::tempdir().unwrap();
    let junit = folder.path().join("junit.xml");
    let junit = junit.to_str().unwrap();
    assert!(ends(&["test", SUITE, "--junit", junit], 0).contains("1 passed, 0 failed"));
    assert!(std::fs::read_to_string(junit).unwrap().contains("failures=\"0\""));
    let server = Server::start(&[]);
    ends(&["test", SUITE, "--endpoint", &server.url], 0);

    let broken = std::fs::read_to_string(SUITE)
        .unwrap()
        .replace("!partial { total: { N: \"7\" }", "!partial { total: { N: \"8\" }");
    let suite = folder.path().join("suite.yml");
    std::fs::write(&suite, broken).unwrap();
    let suite = suite.to_str().unwrap();
    let failed = ends(&["test", suite], 1);
    assert!(
        failed.contains("suite.yml:") && failed.contains("wanted \"8\", got \"7\""),
        "{failed}"
    );
    let report: Value = serde_json::from_str(&ends(&["test", suite, "--json"], 1)).unwrap();
    assert_eq!(report["failed"], 1);
    assert!(ends(&["test", suite, "--filter", "nothing"], 2).contains("there is no case"));
}

#[test]
fn what_cannot_be_read_ends_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.yml");
    std::fs::write(&file, "version: 1\ntables: { shop: { kye: pk S } }\n").unwrap();
    let file = file.to_str().unwrap();
    for command in ["check", "load", "test", "import"] {
        let arguments: &[&str] = if command == "import" {
            &["import", "/nowhere.json"]
        } else {
            &[command, file]
        };
        let text = ends(arguments, 2);
        assert!(
            command == "import" || text.contains("bad.yml:2:19: there is no field `kye`; did you mean `key`?"),
            "{text}"
        );
    }
    assert!(ends(&["check", SHOP], 0).contains("no faults in 1 tables and 107 items"));
}

#[test]
fn an_endpoint_that_is_no_emulator_is_refused() {
    let text = ends(&["load", SHOP, "--endpoint", "http://192.0.2.1:9"], 1);
    assert!(text.contains("--allow-real"), "{text}");
}

#[test]
fn the_schema_is_printed() {
    let schema: Value = serde_json::from_str(&ends(&["schema"], 0)).unwrap();
    assert_eq!(schema["title"], "Stator fixtures");
}
