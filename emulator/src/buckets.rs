//! `stator --buckets`: what every access key finds in its buckets before it has changed anything.
//!
//! A folder of folders is read at start: each is a bucket, and the files under it are its objects, with slashes in their keys. Nothing is written back: a
//! bucket belongs to a namespace, of which there are many, and it is forked and reset with it (docs/decisions/buckets.md).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use stator_core::engine::{BucketError, Engine, Namespace, World};

/// How deep folders are in each other at most; links may lead in circles.
const DEPTH_MAX: usize = 64;

/// A bucket and its objects by their keys.
#[derive(Debug)]
pub(crate) struct Bucket {
    name: String,
    objects: Vec<(String, Arc<[u8]>)>,
}

/// Reads the buckets of a folder; what is wrong with any of them is told at once. Hidden files beside the buckets are passed over.
pub(crate) fn read(folder: &Path) -> Result<Vec<Bucket>, String> {
    let (mut buckets, mut faults) = (Vec::new(), Vec::new());
    for (name, path) in entries(folder, &mut faults) {
        if name.starts_with('.') {
            continue;
        }
        if !path.is_dir() {
            faults.push(format!("{} is in no bucket: buckets are folders", path.display()));
            continue;
        }
        let mut objects = Vec::new();
        read_objects(&path, "", 0, &mut objects, &mut faults);
        buckets.push(Bucket { name, objects });
    }
    faults.extend(check(&buckets).err().map(|error| error.to_string()));
    match faults.is_empty() {
        true => Ok(buckets),
        false => Err(format!("the buckets cannot be loaded\n{}", faults.join("\n"))),
    }
}

/// Fills the buckets of an engine of its own, so that what is wrong with their names shows.
fn check(buckets: &[Bucket]) -> Result<(), BucketError> {
    let engine = Engine::new(World::real());
    let namespace = Namespace::new("buckets", "us-east-1");
    buckets.iter().try_for_each(|bucket| bucket.fill(&engine, &namespace))
}

/// What is in a folder, by name.
fn entries(folder: &Path, faults: &mut Vec<String>) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let read = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(entries) => {
            for entry in entries {
                match entry.file_name().into_string() {
                    Ok(name) => found.push((name, entry.path())),
                    Err(_) => faults.push(format!("{}: the name is no UTF-8", entry.path().display())),
                }
            }
        }
        Err(error) => faults.push(format!("{}: {error}", folder.display())),
    }
    found.sort();
    found
}

fn read_objects(
    folder: &Path,
    prefix: &str,
    depth: usize,
    objects: &mut Vec<(String, Arc<[u8]>)>,
    faults: &mut Vec<String>,
) {
    if depth > DEPTH_MAX {
        return faults.push(format!("{}: folders are in each other too deep", folder.display()));
    }
    for (name, path) in entries(folder, faults) {
        let key = format!("{prefix}{name}");
        if path.is_dir() {
            read_objects(&path, &format!("{key}/"), depth + 1, objects, faults);
            continue;
        }
        match fs::read(&path) {
            Ok(bytes) => objects.push((key, bytes.into())),
            Err(error) => faults.push(format!("{}: {error}", path.display())),
        }
    }
}

impl Bucket {
    /// Makes the bucket in a namespace. The bytes of the objects are shared.
    pub(crate) fn fill(&self, engine: &Engine, namespace: &Namespace) -> Result<(), BucketError> {
        engine.make_bucket(namespace, &self.name)?;
        let mut objects = self.objects.iter();
        objects.try_for_each(|(key, bytes)| engine.put_object(namespace, &self.name, key, Arc::clone(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_buckets_and_files_are_objects() {
        let folder = tempfile::tempdir().expect("there is a folder for temporary files");
        let write = |path: &str, content: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
            fs::write(path, content).expect("files can be written");
        };
        write("source/2026/a.json", "a");
        write("source/b.json", "b");
        write(".gitkeep", "");
        fs::create_dir(folder.path().join("exports")).expect("folders can be made");
        let buckets = read(folder.path()).expect("the folder has buckets alone");
        let keys = |bucket: &Bucket| bucket.objects.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
        let found: Vec<_> = buckets.iter().map(|bucket| (&*bucket.name, keys(bucket))).collect();
        assert_eq!(
            found,
            [
                ("exports", vec![]),
                ("source", vec!["2026/a.json".to_owned(), "b.json".to_owned()])
            ]
        );

        write("stray.json", "");
        write("no bucket/a", "");
        let refused = read(folder.path()).expect_err("a file stands beside the buckets");
        assert!(refused.contains("stray.json is in no bucket"), "{refused}");
        assert!(refused.contains("\"no bucket\" names no bucket"), "{refused}");
    }
}
