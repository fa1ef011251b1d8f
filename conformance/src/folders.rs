//! Where this build keeps things: the workspace, the folder of the running profile, and the folder of client libraries.
//!
//! Everything follows from the path of the running test executable, so a `--target-dir`, a `CARGO_TARGET_DIR` and a
//! `--release` are respected without being told. It creates nothing.

use std::path::{Path, PathBuf};

/// The root of the workspace that this crate was built in.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder that holds the sources of a client suite.
pub fn client_source(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients").join(language)
}

/// The folder that holds an example application, a folder for each language.
pub fn example(name: &str) -> PathBuf {
    workspace().join("examples").join(name)
}

/// The folder that holds a library for tests in another language.
pub fn bridge(name: &str) -> PathBuf {
    workspace().join("mock").join("bridges").join(name)
}

/// The folder that holds what a client suite needs and builds: kept between runs, safe to delete.
pub fn client_build(language: &str) -> PathBuf {
    target().join("clients").join(language)
}

/// The folder of the profile that is running, such as `target/debug`.
pub fn profile() -> PathBuf {
    let executable = std::env::current_exe().expect("the running executable has a path");
    let folder = executable.parent().expect("an executable lies in a folder");
    let inner = folder.ends_with("deps") || folder.ends_with("examples");
    let profile = if inner { folder.parent() } else { Some(folder) };
    profile.expect("a profile has a folder").to_path_buf()
}

/// The folder that all profiles share, such as `target`.
pub fn target() -> PathBuf {
    profile()
        .parent()
        .expect("a profile lies in the target folder")
        .to_path_buf()
}
