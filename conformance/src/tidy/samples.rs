//! Samples that show that each rule can fail, and what it lets pass.

use std::collections::BTreeSet;

use super::exceptions::{EXCEPTIONS, Exception};
use super::{Files, RULES, Report, Rule, Weight, Workspace, arrows, differences, sizes, walls, words};

/// A file that a rule looks at, and what it finds there: nothing, or a part of the one finding's text.
struct Sample {
    rule: &'static Rule,
    path: &'static str,
    text: String,
    finds: Option<(Weight, &'static str)>,
}

fn refuses(rule: &'static Rule, path: &'static str, text: impl Into<String>, what: &'static str) -> Sample {
    sample(rule, path, text, Some((Weight::Refused, what)))
}

fn notes(rule: &'static Rule, path: &'static str, text: impl Into<String>, what: &'static str) -> Sample {
    sample(rule, path, text, Some((Weight::Noted, what)))
}

fn passes(rule: &'static Rule, path: &'static str, text: impl Into<String>) -> Sample {
    sample(rule, path, text, None)
}

fn sample(
    rule: &'static Rule,
    path: &'static str,
    text: impl Into<String>,
    finds: Option<(Weight, &'static str)>,
) -> Sample {
    let text = text.into();
    Sample {
        rule,
        path,
        text,
        finds,
    }
}

/// A manifest of the crate `name` with `rest` below its package.
fn manifest(name: &str, rest: &str) -> String {
    format!("[package]\nname = \"{name}\"\n{rest}")
}

fn function(lines: usize) -> String {
    format!("fn long() {{\n{}}}\n", "    step();\n".repeat(lines - 2))
}

fn manifest_samples() -> Vec<Sample> {
    const PATH: &str = "any/Cargo.toml";
    let to = |name, on: &str| manifest(name, &format!("[dependencies]\n{on}.workspace = true"));
    let for_tests = |name, on: &str| manifest(name, &format!("[dev-dependencies]\n{on}.workspace = true"));
    vec![
        refuses(
            &arrows::CRATES,
            PATH,
            to("stator-core", "stator-service"),
            "stator-core → stator-service",
        ),
        refuses(
            &arrows::CRATES,
            PATH,
            for_tests("stator-core", "stator-conformance"),
            "stator-conformance",
        ),
        refuses(
            &arrows::CRATES,
            PATH,
            manifest(
                "stator-service",
                "[target.'cfg(unix)'.dependencies]\nx = { package = \"stator\", path = \"..\" }",
            ),
            "stator-service → stator",
        ),
        refuses(
            &arrows::CRATES,
            PATH,
            to("stator-new", "serde"),
            "no arrows are drawn for crate stator-new",
        ),
        refuses(&arrows::CRATES, PATH, "[package", "unclosed table"),
        passes(&arrows::CRATES, PATH, to("stator-conformance", "stator-mock")),
        passes(&arrows::CRATES, PATH, to("stator-core", "smol_str")),
        refuses(&arrows::LIGHT_CORE, PATH, to("stator-core", "serde_json"), "serde_json"),
        refuses(
            &arrows::LIGHT_CORE,
            PATH,
            manifest(
                "stator-core",
                "[dependencies]\nrt = { package = \"tokio\", version = \"1\" }",
            ),
            "tokio",
        ),
        passes(&arrows::LIGHT_CORE, PATH, for_tests("stator-core", "serde_json")),
        passes(&arrows::LIGHT_CORE, PATH, to("stator-service", "tokio")),
        refuses(&arrows::LINTS, PATH, manifest("stator", ""), "lints"),
        refuses(
            &arrows::LINTS,
            PATH,
            manifest("stator", "[lints]\nworkspace = false"),
            "lints",
        ),
        passes(&arrows::LINTS, PATH, manifest("stator", "[lints]\nworkspace = true")),
    ]
}

fn module_samples() -> Vec<Sample> {
    const STORE: &str = "emulator/core/src/store/table.rs";
    vec![
        refuses(&arrows::MODULES, STORE, "use crate::engine::World;", "store → engine"),
        refuses(
            &arrows::MODULES,
            STORE,
            "use crate::{model::Item, engine};",
            "store → engine",
        ),
        refuses(
            &arrows::MODULES,
            STORE,
            "fn f(w: &super::super::engine::World) {}",
            "store → engine",
        ),
        refuses(
            &arrows::MODULES,
            "emulator/core/src/model.rs",
            "use crate::store::Key;",
            "model → store",
        ),
        refuses(
            &arrows::MODULES,
            "emulator/core/src/extra/mod.rs",
            "",
            "no arrows are drawn for module extra",
        ),
        passes(
            &arrows::MODULES,
            STORE,
            "use crate::{model::Item, expression, store::key}; // crate::engine",
        ),
        passes(
            &arrows::MODULES,
            "emulator/core/src/lib.rs",
            "use crate::engine::World;",
        ),
    ]
}

fn wall_samples() -> Vec<Sample> {
    const WORLD: &str = "emulator/core/src/engine/world.rs";
    const STORE: &str = "emulator/core/src/store/table.rs";
    const LAYER: &str = "emulator/service/src/layers/cost.rs";
    const HTTP: &str = "emulator/service/src/http/mod.rs";
    vec![
        refuses(&walls::JSON, STORE, "use serde_json::Value;", "serde_json::Value"),
        refuses(
            &walls::JSON,
            STORE,
            "use crate::model::json::{Timestamp, Reader};",
            "json::Reader",
        ),
        refuses(
            &walls::JSON,
            LAYER,
            "fn f(v: serde_json::Value) {}",
            "serde_json::Value",
        ),
        passes(
            &walls::JSON,
            STORE,
            "use crate::model::json::Timestamp;\n#[cfg(test)] mod tests { use serde_json::json; }",
        ),
        passes(
            &walls::JSON,
            "emulator/service/src/http/admin/mod.rs",
            "use serde_json::Value;",
        ),
        refuses(&walls::HTTP, LAYER, "use http::HeaderMap;", "http::HeaderMap"),
        refuses(&walls::HTTP, "mock/src/lib.rs", "fn f() { ::hyper::x() }", "hyper::x"),
        refuses(
            &walls::HTTP,
            "emulator/src/main.rs",
            "use tower::Service;",
            "tower::Service",
        ),
        passes(&walls::HTTP, HTTP, "use http::HeaderMap; use tower::Service;"),
        passes(
            &walls::HTTP,
            LAYER,
            "use tower::Service; use crate::http::Thing; let http = 1;",
        ),
        refuses(&walls::WORLD, STORE, "let at = Instant::now();", "Instant::now"),
        refuses(
            &walls::WORLD,
            STORE,
            "use std::time::{Duration, SystemTime};",
            "SystemTime",
        ),
        refuses(
            &walls::WORLD,
            "emulator/core/src/engine/mod.rs",
            "let x: u8 = rand::random();",
            "rand::random",
        ),
        passes(&walls::WORLD, WORLD, "use rand::Rng; use std::time::SystemTime;"),
        passes(&walls::WORLD, STORE, "use std::time::Duration;"),
        refuses(&walls::INPUT_OUTPUT, STORE, "std::thread::spawn(work);", "std::thread"),
        refuses(&walls::INPUT_OUTPUT, STORE, "use std::{fmt, fs};", "std::fs"),
        refuses(&walls::INPUT_OUTPUT, STORE, "pub async fn get() {}", "async"),
        refuses(&walls::INPUT_OUTPUT, STORE, "eprintln!(\"x\");", "eprintln!"),
        passes(
            &walls::INPUT_OUTPUT,
            STORE,
            "use std::io::Write; /// println!(\"async\")\n",
        ),
    ]
}

fn size_samples() -> Vec<Sample> {
    const PATH: &str = "fixtures/src/lib.rs";
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}", function(800));
    vec![
        refuses(&sizes::FILES, PATH, "step();\n".repeat(701), "701 lines"),
        notes(&sizes::FILES, PATH, "step();\n".repeat(700), "700 lines"),
        notes(&sizes::FILES, PATH, "step();\n".repeat(401), "401 lines"),
        passes(
            &sizes::FILES,
            PATH,
            format!("{}{tests}", "step();\n// why\n\n".repeat(400)),
        ),
        refuses(&sizes::FUNCTIONS, PATH, function(91), "`long` has 91 lines"),
        notes(&sizes::FUNCTIONS, PATH, function(90), "90 lines"),
        notes(&sizes::FUNCTIONS, PATH, function(71), "71 lines"),
        passes(&sizes::FUNCTIONS, PATH, format!("{}{tests}", function(70))),
    ]
}

fn word_samples() -> Vec<Sample> {
    const PATH: &str = "mock/src/lib.rs";
    vec![
        refuses(&words::NAMES, PATH, "struct TableManager;", "TableManager"),
        refuses(&words::NAMES, PATH, "fn handle_put() {}", "handle_put"),
        refuses(&words::NAMES, PATH, "fn do_put() {}", "do_put"),
        refuses(&words::NAMES, PATH, "let mut string_utils = 1;", "string_utils"),
        refuses(&words::NAMES, "mock/src/helpers.rs", "", "helpers"),
        refuses(&words::NAMES, "mock/src/common/mod.rs", "", "common"),
        passes(
            &words::NAMES,
            PATH,
            "fn done() {} fn common_prefix() {} struct Handler; fn utility() {} other.do_it();",
        ),
        refuses(&words::LEFTOVERS, PATH, "fn a() { todo!() }", "todo!"),
        refuses(&words::LEFTOVERS, PATH, "fn a() { unimplemented!() }", "unimplemented!"),
        refuses(&words::LEFTOVERS, PATH, "fn a() {} // FIXME later", "FIXME"),
        refuses(
            &words::LEFTOVERS,
            PATH,
            "#[test]\n#[ignore = \"slow\"]\nfn a() {}",
            "#[ignore=",
        ),
        refuses(
            &words::LEFTOVERS,
            "conformance/tests/a.rs",
            "#[test]\n#[ignore]\nfn a() {}",
            "#[ignore]",
        ),
        passes(
            &words::LEFTOVERS,
            PATH,
            "/// Methods and todos.\nfn a() { ignore(\"todo!() FIXME\") }",
        ),
        refuses(&words::UNWRAP, PATH, "fn a() { b()\n.unwrap() }", ".unwrap()"),
        passes(
            &words::UNWRAP,
            PATH,
            "fn a() { b.unwrap_or(1) }\n#[test]\nfn t() { b().unwrap() }",
        ),
        refuses(&words::MODULE_DOCS, PATH, "use std::fmt;\n", "//! doc"),
        refuses(&words::MODULE_DOCS, PATH, "use std::fmt;\n//! Late.\n", "//! doc"),
        refuses(&words::MODULE_DOCS, PATH, "//! placeholder\n", "//! doc"),
        passes(&words::MODULE_DOCS, PATH, "//! What it is.\n\nuse std::fmt;\n"),
    ]
}

fn page_samples() -> Vec<Sample> {
    const PAGE: &str = "docs/differences.md";
    const RULE: &Rule = &differences::ENTRIES;
    vec![
        refuses(RULE, "docs/other.md", "", "is missing"),
        refuses(
            RULE,
            PAGE,
            "# Page\n\n## Slow tables\nTables are fast.\n",
            "“Slow tables” gives neither",
        ),
        refuses(
            RULE,
            PAGE,
            "## A\nReason: x.\n`conformance/cases/none.yml`\n",
            "there is no conformance/cases/none.yml",
        ),
        refuses(
            RULE,
            PAGE,
            "## A\n| what | case |\n|---|---|\n| x | |\n",
            "a row gives neither",
        ),
        refuses(
            RULE,
            PAGE,
            "## A\n| what | why not |\n|---|---|\n| x | y |\n",
            "a row gives neither",
        ),
        passes(
            RULE,
            PAGE,
            "# Page\nText.\n\n## Group\n\n### A\nSo it is.\nReason: it has no meaning here.\n",
        ),
        passes(RULE, PAGE, "## A\n| what | reason |\n|---|---|\n| x | y |\n"),
    ]
}

#[test]
fn every_rule_finds_what_is_bad_and_passes_what_is_good() {
    let groups = [
        manifest_samples,
        module_samples,
        wall_samples,
        size_samples,
        word_samples,
        page_samples,
    ];
    let samples: Vec<_> = groups.iter().flat_map(|group| group()).collect();
    for Sample {
        rule,
        path,
        text,
        finds,
    } in &samples
    {
        let findings = (rule.find)(&Workspace::of(&Files::of(&[(path, text)])));
        let found: Vec<_> = findings
            .iter()
            .map(|finding| (finding.weight, &*finding.what))
            .collect();
        let (name, excerpt) = (rule.name, text.get(..200).unwrap_or(text));
        match finds {
            None => assert!(found.is_empty(), "{name} found {found:?} in {path}:\n{excerpt}"),
            Some((weight, what)) => assert!(
                found.len() == 1 && found[0].0 == *weight && found[0].1.contains(what),
                "{name} found {found:?} instead of {what:?} in {path}:\n{excerpt}"
            ),
        }
    }
    for rule in RULES {
        let of_rule = || samples.iter().filter(|sample| sample.rule.name == rule.name);
        let fails = of_rule().any(|sample| matches!(sample.finds, Some((Weight::Refused, _))));
        assert!(
            fails && of_rule().any(|sample| sample.finds.is_none()),
            "no samples of {}",
            rule.name
        );
    }
}

#[test]
fn an_exception_excuses_its_finding_and_must_be_needed() {
    let files = Files::of(&[("mock/src/lib.rs", "fn do_put() {}")]);
    let workspace = Workspace::of(&files);
    let report = |path: &'static str| {
        let exception = Exception {
            rule: words::NAMES.name,
            path,
            what: "do_put",
            reason: "a trait of others names it so",
        };
        Report::of(&workspace, &[&words::NAMES], &[exception])
    };
    assert!(report("mock/").is_clean());
    let stale = report("fixtures/");
    assert!(!stale.is_clean());
    let text = stale.to_string();
    assert!(text.contains("2 refused") && text.contains("excuses nothing"), "{text}");
}

#[test]
fn notes_do_not_fail_a_report() {
    let text = function(80);
    let files = Files::of(&[("mock/src/lib.rs", &text)]);
    let workspace = Workspace::of(&files);
    let report = Report::of(&workspace, &[&sizes::FUNCTIONS], &[]);
    assert!(report.is_clean());
    assert!(report.to_string().contains("0 refused, 1 noted"), "{report}");
}

#[test]
fn names_of_rules_are_unique_and_exceptions_use_them() {
    let names: BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), RULES.len());
    for Exception { rule, reason, .. } in EXCEPTIONS {
        assert!(names.contains(rule) && !reason.is_empty(), "{rule}: {reason}");
    }
}
