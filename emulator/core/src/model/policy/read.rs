//! From a text to a document: members by their names, each of its kind.

use std::collections::HashSet;

use super::tree::{Kind, Node, Spelling};
use super::{Condition, Document, Effect, Listed, PolicyError, PrincipalKind, Principals, Statement};
use crate::model::json::{Reader, Text, Token};

type Parsed<T> = Result<T, PolicyError>;

/// The versions of the language of policies.
const VERSIONS: [&str; 2] = ["2008-10-17", "2012-10-17"];

pub(super) fn document(text: &str) -> Parsed<Document> {
    if !Reader::is_json(text) {
        return Err(PolicyError::Json);
    }
    let mut reader = Reader::new(text);
    match reader.peek() {
        Ok(Token::Object) => {}
        Ok(Token::Null) => return Err(PolicyError::NotAPolicy),
        _ => return Err(PolicyError::Json),
    }
    let root = Node::read(&mut reader).map_err(|_| PolicyError::Json)?;
    let (mut version, mut id, mut statements) = (None, None, None);
    for (name, node) in members(&root)? {
        match name.as_str() {
            "Version" => version = Some(text_of(node)?),
            "Id" => id = Some(text_of(node)?),
            "Statement" => statements = Some(statements_of(node)?),
            _ => return Err(syntax(node)),
        }
    }
    let statements = statements.ok_or_else(|| syntax(&root))?;
    if version.as_deref().is_some_and(|version| !VERSIONS.contains(&version)) {
        return Err(PolicyError::Version);
    }
    let mut ids = HashSet::new();
    if !statements
        .iter()
        .filter_map(|statement| statement.sid.as_ref())
        .all(|sid| ids.insert(sid))
    {
        return Err(PolicyError::EqualIds);
    }
    Ok(Document {
        version,
        id,
        statements,
    })
}

fn statements_of(node: &Node<'_>) -> Parsed<Vec<Statement>> {
    match &node.kind {
        Kind::List(nodes) if nodes.is_empty() => Err(PolicyError::Empty),
        Kind::List(nodes) => nodes.iter().map(statement).collect(),
        _ => Ok(vec![statement(node)?]),
    }
}

fn statement(node: &Node<'_>) -> Parsed<Statement> {
    let (mut sid, mut effect, mut principals, mut actions, mut resources) = (None, None, None, None, None);
    let mut conditions = Vec::new();
    for (name, node) in members(node)? {
        match name.as_str() {
            "Sid" => sid = Some(text_of(node)?),
            "Effect" => effect = Some(effect_of(node)?),
            "Principal" => principals = Some(Listed::In(principals_of(node)?)),
            "NotPrincipal" => principals = Some(Listed::NotIn(principals_of(node)?)),
            "Action" => actions = Some(Listed::In(texts(node)?)),
            "NotAction" => actions = Some(Listed::NotIn(texts(node)?)),
            "Resource" => resources = Some(Listed::In(texts(node)?)),
            "NotResource" => resources = Some(Listed::NotIn(texts(node)?)),
            "Condition" => conditions = conditions_of(node)?,
            _ => return Err(syntax(node)),
        }
    }
    Ok(Statement {
        sid,
        effect: effect.ok_or(PolicyError::Missing("Effect"))?,
        principals: principals.ok_or(PolicyError::Missing("Principal"))?,
        actions: filled(actions).ok_or(PolicyError::Missing("Action"))?,
        resources: filled(resources).ok_or(PolicyError::Missing("Resource"))?,
        conditions,
    })
}

fn filled(list: Option<Listed<Vec<Text>>>) -> Option<Listed<Vec<Text>>> {
    list.filter(|listed| !listed.list().is_empty())
}

fn effect_of(node: &Node<'_>) -> Parsed<Effect> {
    let word = text_of(node)?;
    if word.eq_ignore_ascii_case("Allow") {
        Ok(Effect::Allow)
    } else if word.eq_ignore_ascii_case("Deny") {
        Ok(Effect::Deny)
    } else {
        Err(syntax(node))
    }
}

fn principals_of(node: &Node<'_>) -> Parsed<Principals> {
    if let Kind::Scalar(word, Spelling::Quoted) = &node.kind {
        return match word.as_str() {
            "*" => Ok(Principals::Everyone),
            _ => Err(syntax(node)),
        };
    }
    let mut named: Vec<(PrincipalKind, Vec<Text>)> = Vec::new();
    for (name, node) in members(node)? {
        let kind = PrincipalKind::ALL.into_iter().find(|kind| kind.word() == name.as_str());
        let kind = kind.ok_or_else(|| syntax(node))?;
        named.push((kind, texts(node)?));
    }
    named.retain(|(_, names)| !names.is_empty());
    if named.is_empty() {
        return Err(PolicyError::Missing("Principal"));
    }
    named.sort_by_key(|(kind, _)| *kind);
    Ok(Principals::Named(named))
}

/// Conditions in the order of their names: which way round they are written makes no difference.
fn conditions_of(node: &Node<'_>) -> Parsed<Vec<Condition>> {
    let mut conditions = Vec::new();
    for (operator, node) in members(node)? {
        let mut keys = Vec::new();
        for (key, node) in members(node)? {
            keys.push((key.clone(), values(node)?));
        }
        keys.sort();
        let operator = operator.clone();
        conditions.push(Condition { operator, keys });
    }
    conditions.sort();
    Ok(conditions)
}

fn members<'n, 'a>(node: &'n Node<'a>) -> Parsed<impl Iterator<Item = (&'n Text, &'n Node<'a>)>> {
    match &node.kind {
        Kind::Object(members) => Ok(members.iter().map(|(name, node)| (name, node))),
        _ => Err(syntax(node)),
    }
}

fn text_of(node: &Node<'_>) -> Parsed<Text> {
    match &node.kind {
        Kind::Scalar(text, Spelling::Quoted) => Ok(text.clone()),
        _ => Err(syntax(node)),
    }
}

/// A text, or a list of texts.
fn texts(node: &Node<'_>) -> Parsed<Vec<Text>> {
    match &node.kind {
        Kind::List(nodes) => nodes.iter().map(text_of).collect(),
        _ => Ok(vec![text_of(node)?]),
    }
}

/// Values of a condition, which may be numbers and booleans as well.
fn values(node: &Node<'_>) -> Parsed<Vec<Text>> {
    let value = |node: &Node<'_>| match &node.kind {
        Kind::Scalar(text, _) => Ok(text.clone()),
        _ => Err(syntax(node)),
    };
    match &node.kind {
        Kind::List(nodes) => nodes.iter().map(value).collect(),
        _ => Ok(vec![value(node)?]),
    }
}

/// A value that should not be what it is; columns are counted from one.
fn syntax(node: &Node<'_>) -> PolicyError {
    let end = node.end();
    PolicyError::Syntax(end.line(), end.column() + 1)
}
