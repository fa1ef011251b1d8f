//! What the actions of an update come to, on the item as it was.

use std::borrow::Cow;

use super::super::ast::Sign;
use super::{Action, Change, Dialect, Source, UpdateError};
use crate::expression::document::Document;
use crate::model::{Number, Value};

/// Largest item that the service stores.
const ITEM_BYTES_MAX: usize = 409_600;

/// What is to be done at the target of an action.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Effect {
    /// The target holds a value from then on.
    Write(Value),
    /// The target is gone from then on.
    Remove,
    /// The target stays as it is; there is none.
    Nothing,
}

/// The effects of all actions, in their order. ADD and DELETE are evaluated before SET.
pub(super) fn effects(actions: &[Action], old: &impl Document, dialect: Dialect) -> Result<Vec<Effect>, UpdateError> {
    let mut effects = Vec::with_capacity(actions.len());
    for Action { target, change } in actions {
        effects.push(match change {
            Change::Add(operand) => Effect::Write(add(old.value(target).as_deref(), operand, dialect)?),
            Change::Delete(operand) => delete(old.value(target).as_deref(), operand, dialect)?,
            Change::Remove => Effect::Remove,
            Change::Set(_) => Effect::Nothing,
        });
    }
    let mut read = Read { old, appended: 0 };
    for (action, effect) in actions.iter().zip(&mut effects) {
        if let Change::Set(source) = &action.change {
            *effect = Effect::Write(read.value(source)?.into_owned());
        }
    }
    Ok(effects)
}

impl Dialect {
    /// What a stored value of the wrong type for ADD or DELETE is called.
    fn type_error(self) -> UpdateError {
        match self {
            Self::Expression | Self::Statement => UpdateError::OperandType,
            Self::Legacy => UpdateError::LegacyType,
        }
    }
}

fn add(stored: Option<&Value>, operand: &Value, dialect: Dialect) -> Result<Value, UpdateError> {
    let Some(stored) = stored else {
        return Ok(operand.clone());
    };
    Ok(match (stored, operand) {
        (Value::N(stored), Value::N(more)) => Value::N(stored.plus(more).map_err(UpdateError::Number)?),
        (Value::Ss(stored), Value::Ss(more)) => Value::Ss(stored.union(more)),
        (Value::Ns(stored), Value::Ns(more)) => Value::Ns(stored.union(more)),
        (Value::Bs(stored), Value::Bs(more)) => Value::Bs(stored.union(more)),
        // Only legacy updates get here with a list: expressions are refused before.
        (Value::L(stored), Value::L(more)) => Value::L(stored.iter().chain(more.iter()).cloned().collect()),
        _ => return Err(dialect.type_error()),
    })
}

fn delete(stored: Option<&Value>, operand: &Value, dialect: Dialect) -> Result<Effect, UpdateError> {
    let Some(stored) = stored else {
        return Ok(Effect::Nothing);
    };
    let rest = match (stored, operand) {
        (Value::Ss(stored), Value::Ss(fewer)) => stored.difference(fewer).map(Value::Ss),
        (Value::Ns(stored), Value::Ns(fewer)) => stored.difference(fewer).map(Value::Ns),
        (Value::Bs(stored), Value::Bs(fewer)) => stored.difference(fewer).map(Value::Bs),
        _ => return Err(dialect.type_error()),
    };
    Ok(rest.map_or(Effect::Remove, Effect::Write))
}

/// Evaluates what SET reads.
struct Read<'v, D> {
    old: &'v D,
    /// How many elements list_append has copied. All of them go into the item, where each takes a byte at least.
    appended: usize,
}

impl<'v, D: Document> Read<'v, D> {
    fn value(&mut self, source: &'v Source) -> Result<Cow<'v, Value>, UpdateError> {
        match source {
            Source::Path(path) => self.old.value(path).ok_or(UpdateError::MissingAttribute),
            Source::Value(value) => Ok(Cow::Borrowed(value)),
            Source::IfNotExists(path, other) => match self.old.value(path) {
                Some(value) => Ok(value),
                None => self.value(other),
            },
            Source::ListAppend(_) => {
                let mut list = Vec::new();
                self.append(source, &mut list)?;
                Ok(Cow::Owned(Value::L(list.into())))
            }
            Source::Sum(sign, terms) => self.sum(*sign, terms).map(|sum| Cow::Owned(Value::N(sum))),
        }
    }

    /// Appends the elements of a list, so that nested list_append copies each element once.
    fn append(&mut self, source: &'v Source, list: &mut Vec<Value>) -> Result<(), UpdateError> {
        if let Source::ListAppend(lists) = source {
            return lists.iter().try_for_each(|source| self.append(source, list));
        }
        match &*self.value(source)? {
            Value::L(more) if self.appended + more.len() > ITEM_BYTES_MAX => Err(UpdateError::ItemSize),
            Value::L(more) => {
                self.appended += more.len();
                list.extend_from_slice(more);
                Ok(())
            }
            _ => Err(UpdateError::OperandType),
        }
    }

    fn sum(&mut self, sign: Sign, terms: &'v [Source; 2]) -> Result<Number, UpdateError> {
        let [left, right] = terms;
        match (&*self.value(left)?, &*self.value(right)?) {
            (Value::N(left), Value::N(right)) => match sign {
                Sign::Plus => left.plus(right),
                Sign::Minus => left.minus(right),
            }
            .map_err(UpdateError::Number),
            _ => Err(UpdateError::OperandType),
        }
    }
}
