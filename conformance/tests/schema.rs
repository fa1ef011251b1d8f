//! The JSON Schema of fixtures and suites, as editors use it: what the reader takes passes, and what is plainly wrong does not.

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Map, Value as Json};
use serde_yaml::Value as Yaml;
use stator_conformance::folders;
use stator_fixtures::SCHEMA;
use stator_fixtures::suite::load_text;

/// Folders of the repository that hold fixtures and suites, and nothing else in YAML.
const FOLDERS: [&str; 4] = [
    "conformance/cases",
    "examples/orders",
    "fixtures/examples",
    "mock/tests",
];

fn validator() -> Validator {
    let schema: Json = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    jsonschema::meta::validate(&schema).expect("the schema is one");
    jsonschema::validator_for(&schema).expect("the schema is one")
}

/// A file as an editor's validator sees it: a tag says how a value is meant, and a value is there all the same.
fn plain(yaml: Yaml) -> Json {
    match yaml {
        Yaml::Null => Json::Null,
        Yaml::Bool(truth) => truth.into(),
        Yaml::Number(number) => number_of(&number.to_string()),
        Yaml::String(text) => text.into(),
        Yaml::Sequence(list) => list.into_iter().map(plain).collect(),
        Yaml::Mapping(map) => {
            let member = |(name, value)| (name_of(name), plain(value));
            Json::Object(map.into_iter().map(member).collect::<Map<_, _>>())
        }
        Yaml::Tagged(tagged) => plain(tagged.value),
    }
}

fn number_of(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

fn name_of(key: Yaml) -> String {
    match plain(key) {
        Json::String(text) => text,
        other => other.to_string(),
    }
}

fn faults(validator: &Validator, text: &str) -> Vec<String> {
    let yaml: Yaml = serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let errors = plain(yaml);
    let errors = validator.iter_errors(&errors);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn files_under(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("a folder that opens can be read").path();
        let is_foreign = path.ends_with("node_modules") || path.ends_with("target");
        if path.is_dir() && !is_foreign {
            files_under(&path, found);
        } else if path
            .extension()
            .is_some_and(|ending| ending == "yml" || ending == "yaml")
        {
            found.push(path);
        }
    }
}

#[test]
fn every_file_of_the_repository_passes() {
    let validator = validator();
    let root = folders::workspace();
    let mut files = Vec::new();
    FOLDERS
        .iter()
        .for_each(|folder| files_under(&root.join(folder), &mut files));
    assert!(files.len() > 100, "{} files", files.len());
    let mut wrong = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a file that is listed can be read");
        let faults = faults(&validator, &text);
        wrong.extend(
            faults
                .into_iter()
                .take(3)
                .map(|fault| format!("{}{fault}", file.display())),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Files with one fault each, and where in the file the schema sees it.
const BROKEN: &[(&str, &str)] = &[
    ("no version", "{ tables: { shop: pk S } }"),
    ("another version", "{ version: 2, tables: { shop: pk S } }"),
    ("an unknown field", "{ version: 1, table: { shop: pk S } }"),
    ("a key without a type", "{ version: 1, tables: { shop: pk } }"),
    (
        "a key of three parts",
        "{ version: 1, tables: { shop: 'a S, b S, c S' } }",
    ),
    ("a table without a key", "{ version: 1, tables: { shop: { ttl: at } } }"),
    (
        "an unknown setting",
        "{ version: 1, tables: { shop: { key: pk S, tll: at } } }",
    ),
    (
        "an unknown stream",
        "{ version: 1, tables: { shop: { key: pk S, stream: IMAGES } } }",
    ),
    (
        "an index that holds something else",
        "{ version: 1, tables: { shop: { key: pk S, gsi: { one: 'a S -> SOME' } } } }",
    ),
    (
        "one unit of two",
        "{ version: 1, tables: { shop: { key: pk S, throughput: [1] } } }",
    ),
    (
        "a class of its own",
        "{ version: 1, tables: { shop: { key: pk S, class: CHEAP } } }",
    ),
    (
        "insights of something else",
        "{ version: 1, tables: { shop: { key: pk S, insights: ALL_KEYS } } }",
    ),
    (
        "replicas that are a text",
        "{ version: 1, tables: { shop: { key: pk S, replicas: eu-west-1 } } }",
    ),
    (
        "recovery for longer than there is",
        "{ version: 1, tables: { shop: { key: pk S, recovery: 36 } } }",
    ),
    (
        "an entity of no table",
        "{ version: 1, tables: { shop: pk S }, entities: { user: { pk: x } } }",
    ),
    (
        "items that are a text",
        "{ version: 1, tables: { shop: pk S }, items: { shop: none } }",
    ),
    (
        "an item that is a number",
        "{ version: 1, tables: { shop: pk S }, items: { shop: [1] } }",
    ),
    (
        "an unknown mode",
        "{ version: 1, tables: { shop: pk S }, expect: { shop: { mode: some, items: [] } } }",
    ),
    (
        "an expectation without items",
        "{ version: 1, tables: { shop: pk S }, expect: { shop: { mode: exact } } }",
    ),
    ("a seed that is a word", "{ version: 1, seed: lucky }"),
    (
        "an unknown dialect",
        "{ version: 1, dialect: old, cases: [{ name: a, steps: [{ ListTables: {}, answer: !any object }] }] }",
    ),
    ("steps that are a map", "{ version: 1, steps: { ListTables: {} } }"),
    (
        "an unknown field of a step",
        "{ version: 1, steps: [{ ListTables: {}, anser: {} }] }",
    ),
    (
        "a case without a name",
        "{ version: 1, cases: [{ steps: [{ ListTables: {}, answer: !any object }] }] }",
    ),
    (
        "a case without steps",
        "{ version: 1, cases: [{ name: nothing, steps: [] }] }",
    ),
    (
        "an unknown kind of case",
        "{ version: 1, cases: [{ name: a, kind: odd, steps: [{ ListTables: {}, answer: !any object }] }] }",
    ),
    (
        "a row that is no list",
        "{ version: 1, cases: [{ name: a, columns: [b], rows: [1], steps: [{ ListTables: {}, answer: !any object }] }] }",
    ),
];

#[test]
fn what_is_plainly_wrong_is_refused_by_schema_and_reader() {
    let validator = validator();
    for (what, text) in BROKEN {
        assert!(!faults(&validator, text).is_empty(), "the schema takes {what}: {text}");
        assert!(
            load_text("broken", "broken.yml", text).is_err(),
            "the reader takes {what}: {text}"
        );
    }
}

#[test]
fn what_is_small_and_right_is_taken_by_schema_and_reader() {
    let validator = validator();
    for text in [
        "{ version: 1, tables: { shop: pk S }, steps: [{ ListTables: {}, answer: !any object }] }",
        "{ version: 1, tables: { shop: { key: 'pk S', class: STANDARD, gsi: { by_c: '[a S, b N], [c B] -> ALL' } } }, steps: [{ ListTables: {}, answer: !any object }] }",
        "{ version: 1, tables: { shop: { key: pk S, recovery: 7, insights: { table: THROTTLED_KEYS }, kinesis: changes, replicas: [eu-west-1] } }, steps: [{ ListTables: {}, answer: !any object }] }",
        "{ version: 1, tables: { shop: { key: pk S, replicas: { us-east-2: { TableClassOverride: STANDARD } }, consistency: STRONG, witness: us-west-2 } }, steps: [{ ListTables: {}, answer: !any object }] }",
        "{ version: 1, dialect: classic, cases: [{ name: a, steps: [{ ListTables: {}, answer: !any object }] }] }",
    ] {
        assert_eq!(faults(&validator, text), Vec::<String>::new(), "{text}");
        let read = load_text("right", "right.yml", text);
        assert!(read.is_ok(), "{text}: {read:?}");
    }
}
