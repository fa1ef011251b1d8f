//! Statements as they are executed: what is refused by their text alone has been refused.
//!
//! A [`Statement`] is made of a tree once and kept by its text. [`Statement::bind`] joins it with the parameters of a request; a [`Bound`]
//! statement hands out the same programs as expressions do. It knows neither keys nor tables.

use smol_str::SmolStr;

use super::super::ast::{self, Constant, Syntax};
use super::super::bind::Language as _;
use super::super::condition::{check_bounds, check_leaf};
use super::super::error::Clash;
use super::super::placeholders::Scope;
use super::super::resolve::Resolve as _;
use super::super::update::{Dialect, check_operands};
use super::super::{Condition, Projection, Update};
use super::condition::Constants;
use super::error::StatementError;
use super::keys::{Branch, branches};
use super::literal::Template;
use super::tree::{Returning, Statement as Tree};
use super::update::Changes;
use super::{lower, syntax};
use crate::model::{AttributeMap, Name, Value};

/// A statement that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub(super) action: Action,
    /// The constants that depend on parameters, by slot.
    pub(super) constants: Vec<Template>,
    /// How many parameters there are.
    pub(super) parameters: usize,
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Action {
    Select(Select),
    /// EXISTS around a SELECT, which only transactions have.
    Exists(Select),
    Insert(Target, Template),
    Update(Target, Changes, Option<ast::Condition>, Option<Returning>),
    Delete(Target, Option<ast::Condition>, Option<Returning>),
}

/// A table, or an index of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The table's name, or its ARN.
    pub table: SmolStr,
    /// The index's name.
    pub index: Option<SmolStr>,
}

/// What a SELECT reads.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Select {
    pub(super) target: Target,
    /// `None` is everything.
    pub(super) columns: Option<Vec<(Name, ast::Path)>>,
    pub(super) filter: Option<ast::Condition>,
    pub(super) order: Vec<Result<OrderTerm, StatementError>>,
}

/// A term of ORDER BY.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderTerm {
    /// The attribute.
    pub attribute: Name,
    /// ASC, DESC, or neither.
    pub direction: super::tree::Direction,
}

/// The kinds of statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Reads items.
    Select,
    /// Tests whether an item is there and meets a condition.
    Exists,
    /// Writes a new item.
    Insert,
    /// Changes an item.
    Update,
    /// Removes an item.
    Delete,
}

impl Kind {
    /// Whether a statement of this kind only reads, as far as batches are concerned.
    #[must_use]
    pub fn is_read(self) -> bool {
        self == Self::Select
    }
}

/// Why a text is no statement that can be executed; and the index that it seems to read, which the service looks at first.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// What is wrong.
    pub error: StatementError,
    /// What it seems to read.
    pub read: Option<Target>,
}

impl Statement {
    /// Reads a statement.
    ///
    /// # Errors
    /// What is wrong with the text, whatever the parameters are.
    pub fn read(text: &str) -> Result<Self, Refused> {
        let syntax::Read { outcome, index } = syntax::read(text);
        let outcome = outcome.and_then(|(tree, parameters): (Tree, usize)| {
            let mut constants = Constants::default();
            let action = lower::action(&tree, &mut constants)?;
            Ok(Self {
                action,
                constants: constants.0,
                parameters,
            })
        });
        outcome.map_err(|error| {
            let read = index.map(|(table, index)| Target {
                table,
                index: Some(index),
            });
            Refused { error, read }
        })
    }

    /// What kind of statement it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match &self.action {
            Action::Select(_) => Kind::Select,
            Action::Exists(_) => Kind::Exists,
            Action::Insert(..) => Kind::Insert,
            Action::Update(..) => Kind::Update,
            Action::Delete(..) => Kind::Delete,
        }
    }

    /// The table or index that it names.
    #[must_use]
    pub fn target(&self) -> &Target {
        match &self.action {
            Action::Select(select) | Action::Exists(select) => &select.target,
            Action::Insert(target, _) | Action::Update(target, ..) | Action::Delete(target, ..) => target,
        }
    }

    /// RETURNING.
    #[must_use]
    pub fn returning(&self) -> Option<Returning> {
        match &self.action {
            Action::Update(.., returning) | Action::Delete(.., returning) => *returning,
            _ => None,
        }
    }

    /// ORDER BY: terms, or what is wrong with them.
    pub fn order(&self) -> &[Result<OrderTerm, StatementError>] {
        match &self.action {
            Action::Select(select) => &select.order,
            _ => &[],
        }
    }

    /// Joins the statement with its parameters.
    ///
    /// # Errors
    /// In the service's order: too few parameters, operands of conditions and updates, targets that do not go together.
    pub fn bind(&self, parameters: &[Value]) -> Result<Bound<'_>, StatementError> {
        if parameters.len() < self.parameters {
            return Err(StatementError::ParameterCount);
        }
        let values = self.constants.iter().map(|template| template.fill(parameters));
        let bound = Bound {
            statement: self,
            values: values.collect(),
            parameters: parameters.to_vec(),
        };
        bound.check()?;
        Ok(bound)
    }

    fn filter(&self) -> Option<&ast::Condition> {
        match &self.action {
            Action::Select(select) | Action::Exists(select) => select.filter.as_ref(),
            Action::Update(_, _, filter, _) | Action::Delete(_, filter, _) => filter.as_ref(),
            Action::Insert(..) => None,
        }
    }
}

/// A statement with its parameters.
#[derive(Clone, Debug)]
pub struct Bound<'s> {
    statement: &'s Statement,
    /// The values of the constants that depend on parameters.
    values: Vec<Value>,
    parameters: Vec<Value>,
}

impl<'s> Bound<'s> {
    /// The statement.
    #[must_use]
    pub fn statement(&self) -> &'s Statement {
        self.statement
    }

    fn check(&self) -> Result<(), StatementError> {
        self.within(|scope| {
            if let Some(filter) = self.statement.filter() {
                filter.try_each_leaf(&mut |leaf| {
                    check_leaf(leaf, scope)?;
                    match leaf {
                        ast::Condition::Between { low, high, .. } => {
                            match (constant(low, scope), constant(high, scope)) {
                                (Some(low), Some(high)) => check_bounds(low, high),
                                _ => Ok(()),
                            }
                        }
                        _ => Ok(()),
                    }
                })?;
            }
            if let Action::Update(_, changes, ..) = &self.statement.action {
                check_changes(changes, scope)?;
            }
            Ok(())
        })
    }

    /// Whether there is a WHERE clause.
    #[must_use]
    pub fn has_filter(&self) -> bool {
        self.statement.filter().is_some()
    }

    /// Whether the WHERE clause has an OR.
    #[must_use]
    pub fn has_alternatives(&self) -> bool {
        let mut open: Vec<&ast::Condition> = self.statement.filter().into_iter().collect();
        while let Some(condition) = open.pop() {
            match condition {
                ast::Condition::Or(_) => return true,
                ast::Condition::And(conditions) => open.extend(conditions),
                ast::Condition::Not(condition) => open.push(condition),
                _ => {}
            }
        }
        false
    }

    /// The WHERE clause.
    #[must_use]
    pub fn condition(&self) -> Option<Condition> {
        let filter = self.statement.filter()?;
        Some(self.within(|scope| Condition::lower(filter, scope)))
    }

    /// The WHERE clause for an item that may be absent, which then meets it: DELETE of a missing item succeeds.
    #[must_use]
    pub fn condition_or_absent(&self, key: &Name) -> Option<Condition> {
        let filter = self.statement.filter()?;
        let either = ast::Condition::Or(vec![ast::Condition::absence_of(key), filter.clone()]);
        Some(self.within(|scope| Condition::lower(&either, scope)))
    }

    /// The equalities between top-level attributes and constants that the WHERE clause joins by AND.
    #[must_use]
    pub fn equalities(&self) -> Vec<(Name, Value)> {
        let filter = self.statement.filter();
        self.within(|scope| {
            filter
                .map(|filter| super::keys::equalities(filter, scope))
                .unwrap_or_default()
        })
    }

    /// The alternatives of the WHERE clause, each with what it says of a key; `None` when there are too many.
    #[must_use]
    pub fn branches(&self, partition: &str, sort: Option<&str>) -> Option<Vec<Branch>> {
        match self.statement.filter() {
            Some(filter) => self.within(|scope| branches(filter, scope, partition, sort)),
            None => Some(vec![Branch::default()]),
        }
    }

    /// What a SELECT returns of each item; `None` is everything.
    #[must_use]
    pub fn projection(&self) -> Option<Projection> {
        let (Action::Select(select) | Action::Exists(select)) = &self.statement.action else {
            return None;
        };
        let columns = select.columns.as_ref()?.iter();
        Some(self.within(|scope| Projection::of_columns(columns.map(|(name, path)| (name.clone(), scope.path(path))))))
    }

    /// The WHERE clause in normal form.
    #[must_use]
    pub fn resolved_condition(&self) -> Option<Syntax<ast::Condition>> {
        let filter = self.statement.filter()?;
        Some(self.within(|scope| Syntax::from(filter.resolved(scope).normal())))
    }

    /// The changes of an UPDATE in normal form.
    #[must_use]
    pub fn resolved_update(&self) -> Option<Syntax<ast::Update>> {
        let Action::Update(_, changes, ..) = &self.statement.action else {
            return None;
        };
        Some(self.within(|scope| Syntax::from(changes.update.resolved(scope).normal())))
    }

    /// The paths that a SELECT returns, in normal form.
    #[must_use]
    pub fn resolved_projection(&self) -> Option<Syntax<ast::Projection>> {
        let (Action::Select(select) | Action::Exists(select)) = &self.statement.action else {
            return None;
        };
        let paths = select.columns.as_ref()?.iter().map(|(_, path)| path.clone());
        let projection = ast::Projection(paths.collect());
        Some(self.within(|scope| Syntax::from(projection.resolved(scope).normal())))
    }

    /// The changes of an UPDATE.
    #[must_use]
    pub fn update(&self) -> Option<Update> {
        match &self.statement.action {
            Action::Update(_, changes, ..) => {
                Some(self.within(|scope| Update::of(&changes.update, scope, Dialect::Statement)))
            }
            _ => None,
        }
    }

    /// The item of an INSERT.
    #[must_use]
    pub fn item(&self) -> Option<AttributeMap> {
        match &self.statement.action {
            Action::Insert(_, item) => match item.fill(&self.parameters) {
                Value::M(item) => Some(item),
                _ => unreachable!("an item is a map"),
            },
            _ => None,
        }
    }

    fn within<T>(&self, look: impl FnOnce(&Scope<'_>) -> T) -> T {
        let targets: Vec<Option<&Value>> = self.values.iter().map(Some).collect();
        look(&Scope::of_values(&targets))
    }
}

fn constant<'s>(operand: &'s ast::Operand, scope: &Scope<'s>) -> Option<&'s Value> {
    match operand {
        ast::Operand::Value(constant) => scope.constant(constant),
        _ => None,
    }
}

fn check_changes(changes: &Changes, scope: &Scope<'_>) -> Result<(), StatementError> {
    for (operand, function, span) in &changes.sets {
        let is_set = |value: &Value| value.kind().is_set();
        let operand: &Constant = operand;
        if !scope.constant(operand).is_some_and(is_set) {
            return Err(StatementError::SetArgument(*function, *span));
        }
    }
    check_operands(&changes.update, scope)?;
    let clash: Option<&Clash> = changes.clash.as_ref();
    clash.map_or(Ok(()), |clash| Err(StatementError::Clash(clash.clone())))
}
