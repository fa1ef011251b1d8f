//! Words that are not wanted: names that say nothing, leftovers of unfinished work, panics on input, files without a doc.

use super::tokens::Kind;
use super::{Finding, Rule, Workspace};

/// Words that say nothing about what a name stands for.
const EMPTY_WORDS: [&str; 6] = ["util", "utils", "helper", "helpers", "manager", "managers"];

/// What work in progress leaves behind, as tokens.
const UNFINISHED: [&[&str]; 5] = [
    &["todo", "!"],
    &["unimplemented", "!"],
    &["#", "[", "ignore", "]"],
    &["#", "[", "ignore", "="],
    &["dbg", "!"],
];

/// Names.
pub const NAMES: Rule = Rule {
    name: "empty names",
    why: "a name is a noun of the domain, a verb or a predicate; utils, helpers, common, manager, handle_ and do_ are none",
    find: find_empty_names,
};

/// Unfinished work.
pub const LEFTOVERS: Rule = Rule {
    name: "leftovers",
    why: "what is merged is finished: no todo, no stub, no test that is switched off",
    find: find_leftovers,
};

/// Panics on input.
pub const UNWRAP: Rule = Rule {
    name: "unwrap",
    why: "input never panics, and a bug panics with a reason",
    find: find_unwrap,
};

/// The doc of each module.
pub const MODULE_DOCS: Rule = Rule {
    name: "module docs",
    why: "a file begins with what it is",
    find: find_missing_docs,
};

fn find_empty_names(workspace: &Workspace<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &workspace.sources {
        let stems = source.path.split('/').map(|part| part.trim_end_matches(".rs"));
        let files = stems.filter(|stem| is_empty(stem)).map(|stem| (stem, 0));
        let declared = source.declared().into_iter().filter(|(name, _)| is_empty(name));
        findings.extend(
            files
                .chain(declared)
                .map(|(name, line)| Finding::refused(source.path, line, name)),
        );
    }
    findings
}

/// Whether a name is `common`, begins with `handle_` or `do_`, or has an empty word in it.
fn is_empty(name: &str) -> bool {
    let snake = snake(name);
    let empty_start = ["handle_", "do_"].iter().any(|start| snake.starts_with(start));
    empty_start || snake == "common" || snake.split('_').any(|word| EMPTY_WORDS.contains(&word))
}

/// `TableManager` as `table_manager`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut before = '_';
    for c in name.chars() {
        if c.is_uppercase() && (before.is_lowercase() || before.is_numeric()) {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
        before = c;
    }
    snake
}

fn find_leftovers(workspace: &Workspace<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &workspace.sources {
        for phrase in UNFINISHED {
            let places = (0..source.code.len()).filter(|&at| source.reads(at, phrase));
            findings.extend(places.map(|at| Finding::refused(source.path, source.code[at].line, phrase.concat())));
        }
        for comment in &source.comments {
            let mut words = comment.text.split(|c: char| !c.is_alphanumeric());
            if let Some(word) = words.find(|word| matches!(*word, "TODO" | "FIXME" | "XXX" | "HACK")) {
                findings.push(Finding::refused(source.path, comment.line, word));
            }
        }
    }
    findings
}

fn find_unwrap(workspace: &Workspace<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &workspace.sources {
        let lines = source.product_lines_that_read(&[".", "unwrap", "(", ")"]);
        findings.extend(
            lines
                .into_iter()
                .map(|line| Finding::refused(source.path, line, ".unwrap()")),
        );
    }
    findings
}

fn find_missing_docs(workspace: &Workspace<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &workspace.sources {
        let doc = source
            .comments
            .first()
            .filter(|comment| comment.text.starts_with("//!"));
        let says = doc.is_some_and(|doc| doc.text.trim_start_matches("//!").trim().split(' ').count() > 1);
        let code = source
            .code
            .iter()
            .find(|token| token.kind != Kind::Comment)
            .map_or(usize::MAX, |token| token.line);
        if !says || doc.is_some_and(|doc| doc.line > code) {
            findings.push(Finding::refused(source.path, 1, "does not begin with a //! doc"));
        }
    }
    findings
}
