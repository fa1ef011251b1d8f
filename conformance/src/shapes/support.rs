//! The support table of the docs: every operation of the service with its parameters, and what becomes of them.

use std::fmt::Write as _;

use serde_json::{Map, Value};
use stator_core::model::Operation;
use stator_core::model::json::Outline;

use super::probe::ask_beside;
use super::service_model::ServiceModel;

/// The table, in Markdown. `refused` has, for each member that Stator takes only to refuse it, a request with it: `Operation.Member`.
#[must_use]
pub fn table(model: &ServiceModel, refused: &Map<String, Value>) -> String {
    let built = model
        .operations
        .keys()
        .filter(|name| Operation::from_name(name).is_some())
        .count();
    let mut text = format!("{built} of {} operations are implemented.\n", model.operations.len());
    for (name, described) in &model.operations {
        let members = described.input.as_ref().map(|input| &model.shape(input).members);
        let names: Vec<&str> = members
            .into_iter()
            .flat_map(|members| members.keys())
            .map(String::as_str)
            .collect();
        match Operation::from_name(name) {
            None => write_absent(&mut text, name, &names),
            Some(operation) => write_built(&mut text, operation, &names, refused),
        }
    }
    text
}

fn write_absent(text: &mut String, name: &str, members: &[&str]) {
    writeln!(
        text,
        "\n## {name}\n\nNot implemented: `UnknownOperationException`. Its parameters: {}.",
        listed(members)
    )
    .expect("a string takes all text");
}

fn write_built(text: &mut String, operation: Operation, members: &[&str], refused: &Map<String, Value>) {
    let Outline::Structure(own) = operation.request_outline() else {
        return;
    };
    let is_refused = |member: &str| refused.get(&format!("{operation}.{member}"));
    let is_read = |member: &str| own.iter().any(|(name, _)| *name == member);
    let pick = |wanted: fn(bool, bool) -> bool| -> Vec<&str> {
        let picked = members
            .iter()
            .filter(|member| wanted(is_read(member), is_refused(member).is_some()));
        picked.copied().collect()
    };
    writeln!(
        text,
        "\n## {operation}\n\nImplemented: {}.",
        listed(&pick(|read, refused| read && !refused))
    )
    .expect("a string takes all text");
    let ignored = pick(|read, _| !read);
    if !ignored.is_empty() {
        writeln!(text, "\n**Ignored**: {}.", listed(&ignored)).expect("a string takes all text");
    }
    let refusals = pick(|_, refused| refused);
    if refusals.is_empty() {
        return;
    }
    text.push_str("\n| Refused | With |\n|---|---|\n");
    for member in refusals {
        let answer = is_refused(member).map(|request| ask_beside("known", operation, request));
        let told = match answer {
            Some(Err(error)) => format!("`{}`: {}", error.kind().name(), error.message()),
            _ => "**it is not refused**".to_owned(),
        };
        writeln!(text, "| {member} | {told} |").expect("a string takes all text");
    }
}

fn listed(members: &[&str]) -> String {
    if members.is_empty() {
        return "none".to_owned();
    }
    let names: Vec<_> = members.iter().map(|member| format!("`{member}`")).collect();
    names.join(", ")
}
