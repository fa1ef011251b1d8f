//! Gets the peers from where their makers publish them: dynoxide with cargo, DynamoDB Local with Maven, and that only for those who ask for it,
//! since its terms are the vendor's own and no open-source licence.
//!
//! Versions are pinned, so that figures of different days compare.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::error::{Error, Result};

/// The command that installs dynoxide.
pub const DYNOXIDE_REMEDY: &str = "cargo run --release -p stator-conformance --bin bench -- peers install";
/// The command that installs DynamoDB Local as well.
pub const DYNAMODB_LOCAL_REMEDY: &str =
    "cargo run --release -p stator-conformance --bin bench -- peers install --with-dynamodb-local";
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

/// Installs what is not there yet of dynoxide and, if it is wanted, DynamoDB Local; the tools show their progress on the terminal.
///
/// # Errors
/// When `cargo` or `mvn` is missing or fails.
pub fn install(peers: &Path, with_dynamodb_local: bool, mut note: impl FnMut(&str)) -> Result<()> {
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
    if with_dynamodb_local && dynamodb_local(peers).exists() {
        note("DynamoDB Local is installed already");
    } else if with_dynamodb_local {
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
