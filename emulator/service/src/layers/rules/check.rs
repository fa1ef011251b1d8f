//! What is refused when a rule is set: a rule that can never match, or whose effect can never happen.

use std::fmt;

use smol_str::SmolStr;
use stator_core::engine::SpaceError;
use stator_core::expression::{self, ExpressionCache, ExpressionKind, KeyAttribute, Spelled};
use stator_core::model::Operation;
use stator_core::model::value::ValueType;
use stator_core::store::{Database, KeySchema, TableDefinition};

use super::effect::Effect;
use super::matcher::Matcher;
use super::pattern::Partial;
use super::rule::Rule;
use super::set::RULES_MAX;

/// Why a rule makes no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleError {
    /// There is no such table.
    UnknownTable {
        /// The name.
        table: SmolStr,
        /// The tables that there are.
        known: Vec<SmolStr>,
    },
    /// The table has no such index.
    UnknownIndex {
        /// The name.
        index: SmolStr,
        /// The table.
        table: SmolStr,
        /// The indexes that there are.
        known: Vec<SmolStr>,
    },
    /// A key attribute of another type than the table has.
    KeyType {
        /// The attribute.
        attribute: SmolStr,
        /// The table.
        table: SmolStr,
        /// Its type.
        wanted: ValueType,
        /// The type in the rule.
        was: ValueType,
    },
    /// A key with an attribute that belongs to no key of the table.
    NoKey {
        /// The attribute.
        attribute: SmolStr,
        /// The table.
        table: SmolStr,
    },
    /// A key condition that the table cannot be asked for.
    KeyCondition {
        /// The condition.
        text: String,
        /// Why not.
        reason: String,
    },
    /// A text that is no expression.
    Expression {
        /// The text.
        text: String,
        /// Why not.
        reason: String,
    },
    /// No request of the operation has this field.
    Field {
        /// The field.
        field: &'static str,
        /// The operation.
        operation: Operation,
    },
    /// The effect can never happen.
    Effect(String),
    /// Fewer times at most than at least.
    Times,
    /// A probability that is none.
    Probability,
    /// There are as many rules as may be.
    TooMany,
    /// The upstream does not tell of the table.
    Upstream(String),
    /// The namespace cannot be made.
    Namespace(SpaceError),
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownTable { table, known } => {
                write!(f, "there is no table {table}; there {}", those(known, "table"))
            }
            Self::UnknownIndex { index, table, known } => {
                write!(f, "table {table} has no index {index}; there {}", those(known, "index"))
            }
            Self::KeyType {
                attribute,
                table,
                wanted,
                was,
            } => write!(
                f,
                "{attribute} is a key attribute of type {wanted} in table {table}, and never of type {was}"
            ),
            Self::NoKey { attribute, table } => write!(f, "{attribute} belongs to no key of table {table}"),
            Self::KeyCondition { text, reason } => write!(f, "no query has the key condition {text}: {reason}"),
            Self::Expression { text, reason } => write!(f, "{text} is no expression: {reason}"),
            Self::Field { field, operation } => write!(f, "a request of {operation} has no {field}"),
            Self::Effect(reason) => f.write_str(reason),
            Self::Times => f.write_str("at most is less than at least"),
            Self::Probability => f.write_str("a probability lies between 0 and 1"),
            Self::TooMany => write!(
                f,
                "there are {RULES_MAX} rules, and no more are kept: delete those that are not needed"
            ),
            Self::Upstream(says) => write!(f, "the upstream does not tell of the table: {says}"),
            Self::Namespace(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RuleError {}

fn those(known: &[SmolStr], what: &str) -> String {
    match known {
        [] => format!("is no {what} at all"),
        [one] => format!("is {one}"),
        many => format!("are {}", many.join(", ")),
    }
}

impl Rule {
    /// Refuses a rule that can never match, or whose effect can never happen, in this database.
    ///
    /// # Errors
    /// The first reason.
    pub fn check(&self, database: &Database) -> Result<(), RuleError> {
        if self.times.max.is_some_and(|max| max < self.times.min) {
            return Err(RuleError::Times);
        }
        if self
            .chance
            .is_some_and(|chance| !(0.0..=1.0).contains(&chance.probability))
        {
            return Err(RuleError::Probability);
        }
        self.check_effect()?;
        self.check_fields()?;
        self.matcher.check_table(database)
    }

    /// A rule is refused if no operation that it names could ever meet it.
    fn check_fields(&self) -> Result<(), RuleError> {
        let operations = &self.matcher.operations;
        for (field, _) in self.matcher.fields() {
            if !operations.is_empty() && operations.iter().all(|operation| !has_field(*operation, field)) {
                return Err(RuleError::Field {
                    field,
                    operation: operations[0],
                });
            }
        }
        Ok(())
    }

    fn check_effect(&self) -> Result<(), RuleError> {
        if matches!(self.effect, Effect::Stale(_)) && self.matcher.consistent_read == Some(true) {
            return Err(RuleError::Effect(
                "a strongly consistent read is never stale".to_owned(),
            ));
        }
        let misfit = |operation: &Operation| self.effect.misfit(*operation);
        if self.matcher.operations.is_empty() && self.effect.needs_operation() {
            return Err(RuleError::Effect(format!(
                "say of which operation the request {}",
                self.effect
            )));
        }
        match self.matcher.operations.iter().find_map(misfit) {
            Some(reason) => Err(RuleError::Effect(reason)),
            None => Ok(()),
        }
    }
}

/// Whether requests of an operation have a field. Of operations that are not listed nothing is known.
fn has_field(operation: Operation, field: &str) -> bool {
    use Operation::{
        BatchGetItem, BatchWriteItem, DeleteItem, GetItem, PutItem, Query, Scan, TransactGetItems, TransactWriteItems,
        UpdateItem,
    };
    let is_known = matches!(
        operation,
        BatchGetItem
            | BatchWriteItem
            | DeleteItem
            | GetItem
            | PutItem
            | Query
            | Scan
            | TransactGetItems
            | TransactWriteItems
            | UpdateItem
    );
    match field {
        _ if !is_known => true,
        "index" | "filter" => matches!(operation, Query | Scan),
        "key" => operation != Scan,
        "item" => matches!(operation, PutItem | BatchWriteItem | TransactWriteItems),
        "key condition" => operation == Query,
        "condition" => matches!(operation, PutItem | UpdateItem | DeleteItem | TransactWriteItems),
        "update" => matches!(operation, UpdateItem | TransactWriteItems),
        "projection" => matches!(operation, GetItem | BatchGetItem | Query | Scan | TransactGetItems),
        "consistent read" => matches!(operation, GetItem | BatchGetItem | Query | Scan),
        _ => true,
    }
}

impl Matcher {
    fn check_table(&self, database: &Database) -> Result<(), RuleError> {
        let Some(name) = self.table.as_ref().filter(|_| self.expects_table()) else {
            return Ok(());
        };
        let Some(table) = database.table(name) else {
            return Err(RuleError::UnknownTable {
                table: name.clone(),
                known: database.tables().map(|table| table.definition().name.clone()).collect(),
            });
        };
        let definition = table.definition();
        let keys = self.keys(definition)?;
        if let Some(key) = &self.key {
            check_types(key, definition, Wanted::Key)?;
        }
        if let Some(item) = &self.item {
            check_types(item, definition, Wanted::Item)?;
        }
        self.check_key_condition(&keys)
    }

    /// Whether the table must be there: a rule on its creation or its absence comes before.
    fn expects_table(&self) -> bool {
        let concerns_tables = |operation: &Operation| {
            matches!(
                operation,
                Operation::CreateTable | Operation::DescribeTable | Operation::DeleteTable
            )
        };
        self.operations.is_empty() || !self.operations.iter().any(concerns_tables)
    }

    /// The keys that a query which matches may go by.
    fn keys<'d>(&self, definition: &'d TableDefinition) -> Result<Vec<&'d KeySchema>, RuleError> {
        let Some(name) = &self.index else {
            let indexes = definition.indexes.iter().map(|index| &index.keys);
            return Ok([&definition.keys].into_iter().chain(indexes).collect());
        };
        match definition.index(name) {
            Some(index) => Ok(vec![&index.keys]),
            None => Err(RuleError::UnknownIndex {
                index: name.clone(),
                table: definition.name.clone(),
                known: definition.indexes.iter().map(|index| index.name.clone()).collect(),
            }),
        }
    }

    fn check_key_condition(&self, keys: &[&KeySchema]) -> Result<(), RuleError> {
        let Some(tree) = &self.key_condition else {
            return Ok(());
        };
        let text = tree.to_string();
        let mut refusal = None;
        for keys in keys {
            match resolve(&text, keys) {
                Ok(()) => return Ok(()),
                Err(reason) => refusal = refusal.or(Some(reason)),
            }
        }
        let reason = refusal.unwrap_or_default();
        Err(RuleError::KeyCondition { text, reason })
    }
}

/// Whether a table or index with this key can be asked for a key condition.
fn resolve(text: &str, keys: &KeySchema) -> Result<(), String> {
    let spelled = Spelled::read(text).map_err(|error| error.to_string())?;
    let reworded = |error: expression::ExpressionError| spelled.reworded(&error.to_string());
    let cache = ExpressionCache::with_capacity(0);
    let condition: expression::KeyCondition = spelled
        .program(&cache, ExpressionKind::KeyCondition)
        .map_err(reworded)?;
    fn attributes(attributes: &[stator_core::store::KeyAttribute]) -> Vec<KeyAttribute<'_>> {
        let pair = |key: &stator_core::store::KeyAttribute| key.kind.value_type();
        attributes.iter().map(|key| (key.name.as_str(), pair(key))).collect()
    }
    let range = condition.resolve(&attributes(&keys.partition), &attributes(&keys.sort));
    range.map(|_| ()).map_err(reworded)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Key,
    Item,
}

/// Key attributes have one type, and a key has no other attributes.
fn check_types(partial: &Partial, definition: &TableDefinition, wanted: Wanted) -> Result<(), RuleError> {
    let types = definition.attribute_types();
    for (attribute, pattern) in partial.attributes() {
        match (types.get(attribute), pattern.kind()) {
            (Some(kind), Some(was)) if kind.value_type() != was => {
                return Err(RuleError::KeyType {
                    attribute: attribute.clone(),
                    table: definition.name.clone(),
                    wanted: kind.value_type(),
                    was,
                });
            }
            (None, _) if wanted == Wanted::Key => {
                return Err(RuleError::NoKey {
                    attribute: attribute.clone(),
                    table: definition.name.clone(),
                });
            }
            _ => {}
        }
    }
    Ok(())
}
