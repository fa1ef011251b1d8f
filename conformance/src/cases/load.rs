//! Reads case files: expands rows, and names every fault of every file at once.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_yaml::{Mapping, Value};

use super::fill::{Bindings, Unbound, fill, text_of};
use super::format::{Case, Dialect, Kind, Scope, Step, Suite, unknown_tag};
use super::source::Source;
use super::table::TableSpec;

/// The version of the format that this reads.
const VERSION: u32 = 1;

/// A fault of a file.
#[derive(Debug)]
pub struct LoadError {
    file: String,
    case: Option<String>,
    fault: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.file)?;
        if let Some(case) = &self.case {
            write!(formatter, "{case:?}: ")?;
        }
        formatter.write_str(&self.fault)
    }
}

impl std::error::Error for LoadError {}

/// A file, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileText {
    version: u32,
    #[serde(default)]
    dialect: Dialect,
    #[serde(default)]
    tables: Mapping,
    #[serde(default)]
    items: Mapping,
    cases: Vec<Value>,
}

/// A case, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseText {
    name: String,
    source: String,
    kind: Kind,
    #[serde(default)]
    tables: Mapping,
    #[serde(default)]
    items: Mapping,
    #[serde(default)]
    scratch: Vec<String>,
    steps: Vec<Value>,
}

/// Reads every `.yml` file under a folder, in the order of their names.
///
/// # Errors
/// All faults of all files.
pub fn load_folder(folder: &Path) -> Result<Vec<Suite>, Vec<LoadError>> {
    let mut files = Vec::new();
    if let Err(error) = find_files(folder, &mut files) {
        return Err(vec![LoadError {
            file: folder.display().to_string(),
            case: None,
            fault: error.to_string(),
        }]);
    }
    files.sort();
    let (mut suites, mut errors) = (Vec::new(), Vec::new());
    for file in files {
        let inside = file.strip_prefix(folder).unwrap_or(&file).with_extension("");
        let name = inside.to_string_lossy().replace('\\', "/");
        let loaded = match fs::read_to_string(&file) {
            Ok(text) => load_text(&name, &text),
            Err(error) => Err(vec![LoadError {
                file: name,
                case: None,
                fault: error.to_string(),
            }]),
        };
        match loaded {
            Ok(suite) => suites.push(suite),
            Err(faults) => errors.extend(faults),
        }
    }
    if errors.is_empty() { Ok(suites) } else { Err(errors) }
}

fn find_files(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find_files(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "yml") {
            files.push(path);
        }
    }
    Ok(())
}

/// Reads the text of a file.
///
/// # Errors
/// All faults of the file.
pub fn load_text(name: &str, text: &str) -> Result<Suite, Vec<LoadError>> {
    let fault = |case: Option<String>, fault: String| LoadError {
        file: name.to_owned(),
        case,
        fault,
    };
    let whole: Value = serde_yaml::from_str(text).map_err(|error| vec![fault(None, error.to_string())])?;
    let whole = with_text_keys(whole).map_err(|error| vec![fault(None, error)])?;
    let file: FileText = serde_yaml::from_value(whole).map_err(|error| vec![fault(None, error.to_string())])?;
    if file.version != VERSION {
        return Err(vec![fault(
            None,
            format!("version is {}, this reads {VERSION}", file.version),
        )]);
    }
    let scope = read_scope(&file.tables, &file.items).map_err(|error| vec![fault(None, error)])?;
    let (mut cases, mut errors) = (Vec::new(), Vec::new());
    for value in &file.cases {
        match read_rows(value) {
            Ok(rows) => cases.extend(rows),
            Err(error) => {
                let case = value.get("name").and_then(text_of);
                errors.push(fault(case, error));
            }
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Suite {
        name: name.to_owned(),
        dialect: file.dialect,
        cases,
        scope,
    })
}

/// The same tree, where every key is a text: YAML reads `NULL`, a type of the service, as no value at all.
fn with_text_keys(value: Value) -> Result<Value, String> {
    match value {
        Value::Mapping(mapping) => {
            let entries = mapping.into_iter().map(|(key, value)| {
                let key = match key {
                    Value::String(_) => key,
                    Value::Null => Value::from("NULL"),
                    Value::Number(number) => Value::from(number.to_string()),
                    other => return Err(format!("a key is a text, and this is not: {other:?}")),
                };
                Ok((key, with_text_keys(value)?))
            });
            entries.collect::<Result<_, _>>().map(Value::Mapping)
        }
        Value::Sequence(list) => list
            .into_iter()
            .map(with_text_keys)
            .collect::<Result<_, _>>()
            .map(Value::Sequence),
        Value::Tagged(mut tagged) => {
            tagged.value = with_text_keys(tagged.value)?;
            Ok(Value::Tagged(tagged))
        }
        plain => Ok(plain),
    }
}

fn read_scope(tables: &Mapping, items: &Mapping) -> Result<Scope, String> {
    let mut scope = Scope::default();
    for (name, spec) in tables {
        let name = text_of(name).ok_or("the name of a table is a text")?;
        let spec: TableSpec = serde_yaml::from_value(spec.clone()).map_err(|error| format!("table {name}: {error}"))?;
        scope.tables.push((name, spec));
    }
    for (name, list) in items {
        let name = text_of(name).ok_or("the name of a table is a text")?;
        if let Some(tag) = unknown_tag(list) {
            return Err(format!("items of {name}: there is no {tag}"));
        }
        scope.items.push((name, list.clone()));
    }
    Ok(scope)
}

/// The cases that one entry stands for: one for each of its rows, or one.
fn read_rows(value: &Value) -> Result<Vec<Case>, String> {
    let mut template = value.as_mapping().ok_or("a case is a mapping")?.clone();
    let columns = template.remove("columns");
    let rows = template.remove("rows");
    let template = Value::Mapping(template);
    if let Some(tag) = unknown_tag(&template) {
        return Err(format!("there is no {tag}"));
    }
    match (columns, rows) {
        (None, None) => Ok(vec![read_case(&template)?]),
        (Some(columns), Some(Value::Sequence(rows))) => {
            let columns: Vec<String> = serde_yaml::from_value(columns).map_err(|error| format!("columns: {error}"))?;
            rows.iter().map(|row| read_row(&template, &columns, row)).collect()
        }
        _ => Err("a case has both columns and rows, or none of them".to_owned()),
    }
}

fn read_row(template: &Value, columns: &[String], row: &Value) -> Result<Case, String> {
    let cells = row.as_sequence().filter(|cells| cells.len() == columns.len());
    let cells = cells.ok_or_else(|| {
        let row = serde_json::to_string(row).unwrap_or_default();
        format!("a row has one cell for each of {columns:?}; this has not: {row}")
    })?;
    if let Some(tag) = unknown_tag(row) {
        return Err(format!("there is no {tag}"));
    }
    let bindings: Bindings = columns.iter().cloned().zip(cells.iter().cloned()).collect();
    let filled = fill(template, &bindings, Unbound::Keep).map_err(|error| error.to_string())?;
    let mut case = read_case(&filled)?;
    let first_names_itself = template
        .get("name")
        .and_then(Value::as_str)
        .is_some_and(|name| name.contains("${"));
    if !first_names_itself && let Some(label) = cells.first().and_then(text_of) {
        case.name = format!("{} [{label}]", case.name);
    }
    Ok(case)
}

fn read_case(value: &Value) -> Result<Case, String> {
    let text: CaseText = serde_yaml::from_value(value.clone()).map_err(|error| error.to_string())?;
    let source = Source::parse(&text.source);
    let source = source.ok_or_else(|| format!("a source is \"page.md §1 (how and when)\", not {:?}", text.source))?;
    let steps = text
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| Step::parse(step).map_err(|error| format!("step {}: {error}", index + 1)));
    let steps: Vec<_> = steps.collect::<Result<_, _>>()?;
    if steps.is_empty() {
        return Err("a case has at least one step".to_owned());
    }
    Ok(Case {
        name: text.name,
        source,
        kind: text.kind,
        scope: Scope {
            scratch: text.scratch,
            ..read_scope(&text.tables, &text.items)?
        },
        steps,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> String {
        let errors = load_text("file", text).unwrap_err();
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn rows_become_cases_of_their_own() {
        let suite = load_text(
            "file",
            "version: 1
cases:
  - name: 'It answers ${word}'
    source: observed.md §1 (captured 2026)
    kind: words
    columns: [word]
    rows: [[a], [b]]
    steps: [{ GetItem: { TableName: '${word}' } }]",
        )
        .unwrap();
        let names: Vec<_> = suite.cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(names, ["It answers a", "It answers b"]);
    }

    #[test]
    fn every_fault_is_named_with_its_case() {
        let text = "version: 1
cases:
  - { name: One, source: nowhere, kind: words, steps: [{ GetItem: {} }] }
  - { name: Two, source: 'observed.md §1 (captured)', kind: words, steps: [{ GetItem: {}, answr: {} }] }
  - { name: Three, source: 'observed.md §1 (captured)', kind: words, steps: [{ GetItem: !oops {} }] }
  - { name: Four, source: 'observed.md §1 (captured)', kind: words, steps: [] }";
        assert_eq!(
            faults(text),
            r#"file: "One": a source is "page.md §1 (how and when)", not "nowhere"
file: "Two": step 1: a step has no field answr
file: "Three": there is no !oops
file: "Four": a case has at least one step"#
        );
    }

    #[test]
    fn another_version_is_refused() {
        assert_eq!(faults("{ version: 2, cases: [] }"), "file: version is 2, this reads 1");
    }
}
