//! `AttributeUpdates`: changes of whole attributes.

use super::super::ast::{self, Assignment, Change, Clause, Constant, Operand, Path};
use super::super::placeholders::Scope;
use super::super::update::{Dialect, Update};
use super::{LegacyError, visible};
use crate::model::Value;
use crate::model::json::{Entries, Text};
use crate::model::value::ValueType;
use crate::model::wire::AttributeValueUpdate;

/// What to do with an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Put,
    Add,
    Delete,
}

impl Action {
    fn read(text: Option<&Text>) -> Result<Self, LegacyError> {
        match text.map(Text::as_str) {
            None | Some("PUT") => Ok(Self::Put),
            Some("ADD") => Ok(Self::Add),
            Some("DELETE") => Ok(Self::Delete),
            Some(_) => Err(LegacyError::Action),
        }
    }
}

/// Lowers `AttributeUpdates`.
///
/// # Errors
/// The first action that does not exist, then the first entry whose action and value do not go together.
pub fn attribute_updates(updates: &Entries<AttributeValueUpdate>) -> Result<Update, LegacyError> {
    attribute_updates_tree(updates).map(|tree| Update::of(&tree, &Scope::empty(), Dialect::Legacy))
}

/// The update of a request without any: it creates the item if there is none.
#[must_use]
pub fn no_updates() -> Update {
    Update::of(&ast::Update(Vec::new()), &Scope::empty(), Dialect::Legacy)
}

/// The tree of `AttributeUpdates`.
///
/// # Errors
/// As [`attribute_updates`].
pub fn attribute_updates_tree(updates: &Entries<AttributeValueUpdate>) -> Result<ast::Update, LegacyError> {
    let updates = visible(updates);
    let actions = updates.iter().map(|(_, update)| Action::read(update.action.as_ref()));
    let actions: Vec<Action> = actions.collect::<Result<_, _>>()?;
    let mut set = Vec::new();
    let mut removed = Vec::new();
    let mut added = Vec::new();
    let mut deleted = Vec::new();
    for (action, (attribute, update)) in actions.into_iter().zip(updates) {
        let target = Path::attribute(attribute.clone());
        match (action, update.value.as_ref().map(|arg| &arg.value)) {
            (Action::Delete, None) => removed.push(target),
            (Action::Put | Action::Add, None) => return Err(LegacyError::ActionWithoutValue),
            (Action::Put, Some(value)) => {
                let value = Operand::Value(Constant::Literal(value.clone()));
                set.push(Assignment { target, value });
            }
            (Action::Add, Some(value)) if !can_be_added(value.kind()) => {
                return Err(LegacyError::AddType(value.kind()));
            }
            (Action::Delete, Some(value)) if !value.kind().is_set() => {
                return Err(LegacyError::DeleteType(value.kind()));
            }
            (Action::Add, Some(value)) => added.push(change(target, value)),
            (Action::Delete, Some(value)) => deleted.push(change(target, value)),
        }
    }
    let clauses = vec![
        Clause::Set(set),
        Clause::Remove(removed),
        Clause::Add(added),
        Clause::Delete(deleted),
    ];
    Ok(ast::Update(clauses))
}

fn change(target: Path, value: &Value) -> Change {
    Change {
        target,
        operand: Constant::Literal(value.clone()),
    }
}

fn can_be_added(kind: ValueType) -> bool {
    kind.is_set() || matches!(kind, ValueType::N | ValueType::L)
}
