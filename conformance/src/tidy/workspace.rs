//! The workspace as a bundle of texts: its manifests, its sources, its cases and its page of differences.
//!
//! In goes the root folder, or a bundle of texts for a test; out come the [`Files`] by path, and the [`Workspace`] with each source read
//! once. What is built, fetched or generated is left out. It knows where things lie, not what they ought to be.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::source::Source;

/// Folders that hold no source of ours.
const FOREIGN: [&str; 7] = [
    "target",
    "node_modules",
    "corpus",
    "artifacts",
    "coverage",
    "clients",
    "__pycache__",
];

/// Text by path, with `/` between folders.
pub struct Files(BTreeMap<String, String>);

/// What a rule looks at.
pub struct Workspace<'a> {
    files: &'a Files,
    /// The sources; the files that tests alone declare as their modules are test code.
    pub sources: Vec<Source<'a>>,
}

impl Files {
    /// Reads manifests, sources, cases and pages below a folder.
    ///
    /// # Errors
    /// When a folder or file cannot be read.
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(root.join(&folder))? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = folder.join(&name);
                if entry.file_type()?.is_dir() {
                    if !name.starts_with('.') && !FOREIGN.contains(&name.as_str()) {
                        folders.push(path);
                    }
                } else if [".rs", ".toml", ".md", ".yml"].iter().any(|end| name.ends_with(end)) {
                    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
                    files.insert(parts.join("/"), fs::read_to_string(entry.path())?);
                }
            }
        }
        Ok(Self(files))
    }

    /// A bundle of texts by path.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Self(files.collect())
    }
}

impl<'a> Workspace<'a> {
    /// Reads the sources among the files.
    pub fn of(files: &'a Files) -> Self {
        let rust = files.0.iter().filter(|(path, _)| path.ends_with(".rs"));
        let mut sources: Vec<_> = rust.map(|(path, text)| Source::new(path, text)).collect();
        let of_tests: Vec<_> = sources.iter().flat_map(test_module_paths).collect();
        for source in &mut sources {
            let stem = source.path.trim_end_matches(".rs");
            let is_within = |module: &String| {
                stem.strip_prefix(module.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
            };
            if of_tests.iter().any(|module| stem == module || is_within(module)) {
                source.mark_all_as_test();
            }
        }
        Self { files, sources }
    }

    /// The text at a path.
    pub fn text(&self, path: &str) -> Option<&'a str> {
        self.files.0.get(path).map(String::as_str)
    }

    /// The manifests of the member crates; the workspace's own and the fuzz targets' are none.
    pub fn manifests(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let manifests = self.files.0.iter().filter(|(path, _)| path.ends_with("/Cargo.toml"));
        manifests
            .filter(|(path, _)| !path.contains("/fuzz/"))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// How many files there are.
    pub fn size(&self) -> usize {
        self.files.0.len()
    }
}

/// Where the modules lie that a file declares for tests alone, without `.rs`.
fn test_module_paths(source: &Source<'_>) -> Vec<String> {
    let stem = source.path.trim_end_matches(".rs");
    let folder = match stem.rsplit_once('/') {
        Some((folder, "mod" | "lib" | "main")) => folder,
        _ => stem,
    };
    let modules = source.test_modules();
    modules.into_iter().map(|module| format!("{folder}/{module}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_tests_alone_declare_is_test_code() {
        let files = Files::of(&[
            ("c/src/lib.rs", "mod a;\n#[cfg(test)]\nmod check;"),
            ("c/src/a.rs", "#[cfg(test)] mod tests; fn a() {}"),
            ("c/src/a/tests.rs", "fn b() {}"),
            ("c/src/check/deep.rs", "fn c() {}"),
            ("c/src/checked.rs", "fn d() {}"),
        ]);
        let workspace = Workspace::of(&files);
        let functions = workspace.sources.iter().flat_map(Source::functions);
        let names: Vec<_> = functions.map(|function| function.name).collect();
        assert_eq!(names, ["a", "d"]);
    }
}
