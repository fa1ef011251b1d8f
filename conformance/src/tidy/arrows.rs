//! Who may depend on whom: crates by their manifests, the modules of the core by the paths that they name.

use toml::{Table, Value};

use super::{Finding, Rule, Workspace};

/// Each crate of ours, and those that it may depend on, for tests too.
const CRATE_ARROWS: [(&str, &[&str]); 8] = [
    // An application; its tests alone know of Stator.
    ("orders", &["stator-mock"]),
    ("stator-core", &[]),
    ("stator-service", &["stator-core", "stator-fixtures"]),
    ("stator-fixtures", &["stator-core"]),
    ("stator-mock-macros", &[]),
    (
        "stator-mock",
        &["stator-core", "stator-service", "stator-fixtures", "stator-mock-macros"],
    ),
    (
        "stator",
        &["stator-core", "stator-service", "stator-mock", "stator-fixtures"],
    ),
    (
        "stator-conformance",
        &[
            "stator",
            "stator-core",
            "stator-service",
            "stator-mock",
            "stator-fixtures",
        ],
    ),
];

/// What the core must not need outside its tests.
const HEAVY: [&str; 6] = ["tokio", "axum", "hyper", "tower", "reqwest", "serde_json"];

/// The modules of the core; each may name itself and those before it.
const MODULE_ORDER: [&str; 4] = ["model", "expression", "store", "engine"];

const CORE_SOURCE: &str = "emulator/core/src/";

/// The arrows between the crates.
pub const CRATES: Rule = Rule {
    name: "crate arrows",
    why: "core ← fixtures ← service ← {mock, stator}, conformance → everything, nothing → conformance",
    find: find_crate_arrows,
};

/// The core's dependencies.
pub const LIGHT_CORE: Rule = Rule {
    name: "light core",
    why: "the core is pure and synchronous: no runtime, no HTTP, no general JSON",
    find: find_heavy_core,
};

/// The lints of every crate.
pub const LINTS: Rule = Rule {
    name: "workspace lints",
    why: "lints live in the workspace's manifest once, and every crate takes them",
    find: find_missing_lints,
};

/// The arrows between the modules of the core.
pub const MODULES: Rule = Rule {
    name: "module arrows",
    why: "in the core, model ← expression ← store ← engine",
    find: find_module_arrows,
};

fn find_crate_arrows(workspace: &Workspace<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, manifest) in parsed_manifests(workspace, &mut findings) {
        let name = crate_name(&manifest);
        let Some((_, allowed)) = CRATE_ARROWS.iter().find(|(of, _)| *of == name) else {
            findings.push(Finding::refused(
                path,
                0,
                format!("no arrows are drawn for crate {name}"),
            ));
            continue;
        };
        let ours = dependencies(&manifest, &["dependencies", "dev-dependencies", "build-dependencies"]);
        let ours = ours
            .into_iter()
            .filter(|to| *to == "stator" || to.starts_with("stator-"));
        let wrong = ours.filter(|to| !allowed.contains(&to.as_str()));
        findings.extend(wrong.map(|to| Finding::refused(path, 0, format!("{name} → {to}"))));
    }
    findings
}

fn find_heavy_core(workspace: &Workspace<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, manifest) in parsed_manifests(workspace, &mut findings) {
        if crate_name(&manifest) == "stator-core" {
            let needed = dependencies(&manifest, &["dependencies", "build-dependencies"]);
            let heavy = needed.into_iter().filter(|to| HEAVY.contains(&to.as_str()));
            findings.extend(heavy.map(|to| Finding::refused(path, 0, format!("the core needs {to}"))));
        }
    }
    findings
}

fn find_missing_lints(workspace: &Workspace<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, manifest) in parsed_manifests(workspace, &mut findings) {
        let lints = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        if lints != Some(&Value::Boolean(true)) {
            findings.push(Finding::refused(path, 0, "does not take the lints of the workspace"));
        }
    }
    findings
}

fn find_module_arrows(workspace: &Workspace<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &workspace.sources {
        let Some(inner) = source.path.strip_prefix(CORE_SOURCE).filter(|inner| *inner != "lib.rs") else {
            continue;
        };
        let module = inner.split(['/', '.']).next().unwrap_or(inner);
        let Some(rank) = rank(module) else {
            findings.push(Finding::refused(
                source.path,
                0,
                format!("no arrows are drawn for module {module}"),
            ));
            continue;
        };
        for path in source.named.iter().filter(|path| path.words[0] == "crate") {
            let to = path.words.get(1).copied().unwrap_or_default();
            if self::rank(to).is_some_and(|to| to > rank) {
                findings.push(Finding::refused(source.path, path.line, format!("{module} → {to}")));
            }
        }
    }
    findings
}

fn rank(module: &str) -> Option<usize> {
    MODULE_ORDER.iter().position(|known| *known == module)
}

fn parsed_manifests<'a>(workspace: &Workspace<'a>, findings: &mut Vec<Finding>) -> Vec<(&'a str, Table)> {
    let mut parsed = Vec::new();
    for (path, text) in workspace.manifests() {
        match text.parse::<Table>() {
            Ok(manifest) => parsed.push((path, manifest)),
            Err(error) => findings.push(Finding::refused(path, 0, error.message())),
        }
    }
    parsed
}

fn crate_name(manifest: &Table) -> &str {
    let package = manifest.get("package").and_then(|package| package.get("name"));
    package.and_then(Value::as_str).unwrap_or_default()
}

/// The packages in these sections, for every target.
fn dependencies(manifest: &Table, sections: &[&str]) -> Vec<String> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets
        .into_iter()
        .flat_map(|targets| targets.values().filter_map(Value::as_table));
    let tables = std::iter::once(manifest).chain(targets);
    let listed = tables.flat_map(|table| sections.iter().filter_map(|section| table.get(*section)?.as_table()));
    let packages = listed.flatten().map(|(name, wanted)| {
        let package = wanted.get("package").and_then(Value::as_str);
        package.unwrap_or(name).to_owned()
    });
    packages.collect()
}
