//! Gets the peers from where their makers publish them: dynoxide with cargo, DynamoDB Local with Maven.
//!
//! Versions are pinned, so that figures of different days compare.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::error::{Error, Result};

/// The command that installs the peers.
pub const REMEDY: &str = "cargo run --release -p stator-conformance --bin bench -- peers install";
/// The version of dynoxide.
pub const DYNOXIDE_VERSION: &str = "3.2.0";
/// The version of DynamoDB Local.
pub const DYNAMODB_LOCAL_VERSION: &str = "2.6.1";

const DYNAMODB_LOCAL_POM: &str = include_str!("../../benches/peers/pom.xml");

/// The program of dynoxide.
pub fn dynoxide(peers: &Path) -> PathBuf {
    peers.join("dynoxide/bin/dynoxide")
}

/// The archive of DynamoDB Local.
pub fn dynamodb_local(peers: &Path) -> PathBuf {
    peers.join(format!("dynamodb-local/lib/DynamoDBLocal-{DYNAMODB_LOCAL_VERSION}.jar"))
}

/// Appends what `java` needs to run DynamoDB Local in memory, silent towards its makers.
pub fn dynamodb_local_arguments(peers: &Path, port: u16, command: &mut Command) {
    let library = peers.join("dynamodb-local/lib");
    command
        .arg(format!("-Djava.library.path={}", library.display()))
        .arg("-cp")
        .arg(library.join("*"))
        .arg("com.amazonaws.services.dynamodbv2.local.main.ServerRunner")
        .args([
            "-inMemory",
            "-sharedDb",
            "-disableTelemetry",
            "-port",
            &port.to_string(),
        ]);
}

/// Installs the peers that are not there yet; the tools show their progress on the terminal.
///
/// # Errors
/// When `cargo` or `mvn` is missing or fails.
pub fn install(peers: &Path, mut note: impl FnMut(&str)) -> Result<()> {
    if dynoxide(peers).exists() {
        note("dynoxide is installed already");
    } else {
        note(&format!("installing dynoxide {DYNOXIDE_VERSION} (some minutes)"));
        run(Command::new("cargo")
            .args([
                "install",
                "dynoxide-rs",
                "--locked",
                "--version",
                DYNOXIDE_VERSION,
                "--root",
            ])
            .arg(peers.join("dynoxide")))?;
    }
    if dynamodb_local(peers).exists() {
        note("DynamoDB Local is installed already");
    } else {
        note(&format!("installing DynamoDB Local {DYNAMODB_LOCAL_VERSION}"));
        install_dynamodb_local(&peers.join("dynamodb-local"))?;
    }
    note(&format!("the peers are in {}", peers.display()));
    Ok(())
}

fn install_dynamodb_local(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(Error::io(format!("create {}", folder.display())))?;
    let pom = folder.join("pom.xml");
    fs::write(&pom, DYNAMODB_LOCAL_POM).map_err(Error::io(format!("write {}", pom.display())))?;
    run(Command::new("mvn")
        .args(["--batch-mode", "dependency:copy-dependencies"])
        .arg(format!("-DdynamodbLocalVersion={DYNAMODB_LOCAL_VERSION}"))
        .arg(format!("-DoutputDirectory={}", folder.join("lib").display()))
        .arg("--file")
        .arg(pom))
}

fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(Error::io(format!("run {program}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::Unready(format!("{program} ended with {status}")))
    }
}
