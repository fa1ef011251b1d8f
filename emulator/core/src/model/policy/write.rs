//! The canonical form: members in a fixed order, lists of one as their element, accounts as their roots.

use std::collections::HashSet;

use super::{Condition, Document, Effect, Listed, PrincipalKind, Principals, Statement, account_root, is_account};
use crate::model::json::{Members, Text, Writer};

/// What a document without a version is read as.
const OLDEST_VERSION: &str = "2008-10-17";

pub(super) fn document(document: &Document, partition: &str, writer: &mut Writer<'_>) {
    writer.object(|members| {
        let version = document.version.as_deref().unwrap_or(OLDEST_VERSION);
        members.name("Version").string(version);
        if let Some(id) = &document.id {
            members.name("Id").string(id);
        }
        members
            .name("Statement")
            .array(&document.statements, |writer, statement| {
                write_statement(statement, partition, writer);
            });
    });
}

fn write_statement(statement: &Statement, partition: &str, writer: &mut Writer<'_>) {
    writer.object(|members| {
        if let Some(sid) = &statement.sid {
            members.name("Sid").string(sid);
        }
        members.name("Effect").string(match statement.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        });
        write_principals(&statement.principals, partition, members);
        write_listed(["Action", "NotAction"], &statement.actions, members);
        write_listed(["Resource", "NotResource"], &statement.resources, members);
        if !statement.conditions.is_empty() {
            write_conditions(&statement.conditions, members.name("Condition"));
        }
    });
}

fn write_principals(principals: &Listed<Principals>, partition: &str, members: &mut Members<'_, '_>) {
    let name = match principals {
        Listed::In(_) => "Principal",
        Listed::NotIn(_) => "NotPrincipal",
    };
    match principals.list() {
        Principals::Everyone => members.name(name).string("*"),
        Principals::Named(named) => members.name(name).object(|members| {
            for (kind, names) in named {
                write_texts(&distinct(*kind, names, partition), members.name(kind.word()));
            }
        }),
    }
}

/// The names of principals, each once.
fn distinct(kind: PrincipalKind, names: &[Text], partition: &str) -> Vec<Text> {
    let canonical = |name: &Text| match kind {
        PrincipalKind::Aws if is_account(name) => account_root(partition, name).into(),
        _ => name.clone(),
    };
    let mut seen = HashSet::new();
    let names = names.iter().map(canonical);
    names.filter(|name| seen.insert(name.clone())).collect()
}

fn write_listed([plain, negated]: [&str; 2], listed: &Listed<Vec<Text>>, members: &mut Members<'_, '_>) {
    match listed {
        Listed::In(list) => write_texts(list, members.name(plain)),
        Listed::NotIn(list) => write_texts(list, members.name(negated)),
    }
}

fn write_conditions(conditions: &[Condition], writer: &mut Writer<'_>) {
    writer.object(|members| {
        for Condition { operator, keys } in conditions {
            members.name(operator).object(|members| {
                for (key, values) in keys {
                    write_texts(values, members.name(key));
                }
            });
        }
    });
}

fn write_texts(texts: &[Text], writer: &mut Writer<'_>) {
    match texts {
        [text] => writer.string(text),
        texts => writer.array(texts, |writer, text| writer.string(text)),
    }
}
