//! Key conditions: the restricted conditions that select a range of a partition (observed-expressions.md §9).
//!
//! A [`KeyCondition`] is a list of clauses, each on one top-level attribute, known before any table is. What depends on the key of the table or
//! index is checked by [`KeyCondition::resolve`], which gives the [`KeyRange`] to read.

use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;

use super::ast::{self, Call, Comparator, Condition, Constant, Function, Operand, Path, Syntax};
use super::bind::{Language, References};
use super::cache::ExpressionCache;
use super::condition::check_bounds;
use super::error::{ExpressionError, ExpressionKind, OperandError, OperatorName, Problem, SyntaxError, Undefined};
use super::legacy::LegacyError;
use super::placeholders::Scope;
use crate::model::value::ValueType;
use crate::model::{Name, Value};

/// A condition on the attributes of a key.
#[derive(Clone, Debug)]
pub struct KeyCondition {
    clauses: Vec<KeyClause>,
    origin: Origin,
}

/// Which parameter a key condition came in; the service words some refusals by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Expression,
    /// `KeyConditions`.
    Legacy,
}

/// A condition on one attribute of a key.
#[derive(Clone, Debug)]
struct KeyClause {
    attribute: Name,
    predicate: KeyPredicate<KeyOperand>,
}

/// A value of a key condition, or the placeholder that the request does not define.
#[derive(Clone, Debug)]
enum KeyOperand {
    Value(Value),
    Undefined(SmolStr),
}

/// What an attribute of a key is to be.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyPredicate<V> {
    /// Equal to a value.
    Equal(V),
    /// Below a value.
    Less(V),
    /// Below or equal to a value.
    LessOrEqual(V),
    /// Above a value.
    Greater(V),
    /// Above or equal to a value.
    GreaterOrEqual(V),
    /// From one value to another, both included.
    Between(V, V),
    /// Beginning with a string or binary.
    BeginsWith(V),
}

impl<V> KeyPredicate<V> {
    /// The values in the order in which they are written.
    pub fn operands(&self) -> impl Iterator<Item = &V> {
        let (one, two) = match self {
            Self::Equal(one)
            | Self::Less(one)
            | Self::LessOrEqual(one)
            | Self::Greater(one)
            | Self::GreaterOrEqual(one)
            | Self::BeginsWith(one) => (one, None),
            Self::Between(one, two) => (one, Some(two)),
        };
        [one].into_iter().chain(two)
    }

    /// The same predicate of other operands.
    fn map<W>(&self, mut with: impl FnMut(&V) -> W) -> KeyPredicate<W> {
        match self {
            Self::Equal(one) => KeyPredicate::Equal(with(one)),
            Self::Less(one) => KeyPredicate::Less(with(one)),
            Self::LessOrEqual(one) => KeyPredicate::LessOrEqual(with(one)),
            Self::Greater(one) => KeyPredicate::Greater(with(one)),
            Self::GreaterOrEqual(one) => KeyPredicate::GreaterOrEqual(with(one)),
            Self::Between(one, two) => KeyPredicate::Between(with(one), with(two)),
            Self::BeginsWith(one) => KeyPredicate::BeginsWith(with(one)),
        }
    }
}

impl KeyPredicate<Value> {
    /// Whether a value of the key's type meets the predicate.
    #[must_use]
    pub fn matches(&self, value: &Value) -> bool {
        let order = |bound: &Value| value.partial_order(bound);
        match self {
            Self::Equal(wanted) => value == wanted,
            Self::Less(bound) => order(bound).is_some_and(|order| order.is_lt()),
            Self::LessOrEqual(bound) => order(bound).is_some_and(|order| order.is_le()),
            Self::Greater(bound) => order(bound).is_some_and(|order| order.is_gt()),
            Self::GreaterOrEqual(bound) => order(bound).is_some_and(|order| order.is_ge()),
            Self::Between(low, high) => {
                order(low).is_some_and(|order| order.is_ge()) && order(high).is_some_and(|order| order.is_le())
            }
            Self::BeginsWith(prefix) => match (value, prefix) {
                (Value::S(text), Value::S(prefix)) => text.starts_with(prefix.as_str()),
                (Value::B(bytes), Value::B(prefix)) => bytes.starts_with(prefix),
                _ => false,
            },
        }
    }
}

/// The part of a table or index that a key condition selects. Every value has the type of its key attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyRange {
    /// The values of all partition key attributes, in the order of the schema.
    pub partition: Vec<Value>,
    /// The values of the leading sort key attributes that the condition fixes.
    pub sort: Vec<Value>,
    /// What the sort key attribute after those is to be; never [`KeyPredicate::Equal`].
    pub range: Option<KeyPredicate<Value>>,
}

impl KeyRange {
    /// Whether there is a condition on the sort key.
    #[must_use]
    pub fn has_sort_condition(&self) -> bool {
        !self.sort.is_empty() || self.range.is_some()
    }
}

/// An attribute of a key schema and its type.
pub type KeyAttribute<'a> = (&'a str, ValueType);

impl KeyCondition {
    /// The condition of legacy parameters, each clause on another attribute.
    pub(super) fn of_legacy(clauses: impl IntoIterator<Item = (Name, KeyPredicate<Value>)>) -> Self {
        let clauses = clauses.into_iter().map(|(attribute, predicate)| KeyClause {
            attribute,
            predicate: predicate.map(|value| KeyOperand::Value(value.clone())),
        });
        Self {
            clauses: clauses.collect(),
            origin: Origin::Legacy,
        }
    }

    /// The attributes that the condition is about, in the order in which they are written.
    pub fn attributes(&self) -> impl ExactSizeIterator<Item = &Name> {
        self.clauses.iter().map(|clause| &clause.attribute)
    }

    /// The range of a table or index with this key.
    ///
    /// # Errors
    /// In the service's order: too many clauses, partition key attributes without equality, undefined values and wrong bounds, attributes
    /// outside the key, gaps in the sort key, values of another type than the key's. Of legacy conditions the types come first.
    pub fn resolve(
        &self,
        partition: &[KeyAttribute<'_>],
        sort: &[KeyAttribute<'_>],
    ) -> Result<KeyRange, ExpressionError> {
        if self.origin == Origin::Legacy {
            self.check_list_types()?;
            self.check_types(partition)?;
            self.check_types(sort)?;
        }
        self.check_count(partition.len() + sort.len())?;
        self.check_partition(partition, sort)?;
        self.check_operands()?;
        self.check_strays(partition, sort)?;
        let sort_equalities = self.check_sort(sort)?;
        self.check_types(partition)?;
        self.check_types(sort)?;
        let (leading, next) = sort.split_at(sort_equalities);
        Ok(KeyRange {
            partition: self.equalities(partition),
            sort: self.equalities(leading),
            range: next
                .first()
                .and_then(|(name, _)| self.clause(name))
                .map(|clause| clause.predicate.map(KeyOperand::value)),
        })
    }

    /// Refuses values of another type than the key attributes have; [`resolve`](Self::resolve) does it too, among its other checks.
    ///
    /// # Errors
    /// When there is such a value.
    pub fn check_types(&self, attributes: &[KeyAttribute<'_>]) -> Result<(), ExpressionError> {
        for (name, kind) in attributes {
            let Some(clause) = self.clause(name) else { continue };
            let is_wrong = |operand: &KeyOperand| matches!(operand, KeyOperand::Value(value) if value.kind() != *kind);
            if clause.predicate.operands().any(is_wrong) {
                return Err(KeyConditionError::ValueType.into());
            }
        }
        Ok(())
    }

    /// Refuses legacy conditions with values of several types; [`resolve`](Self::resolve) does it first of all.
    ///
    /// # Errors
    /// When there is such a condition.
    pub fn check_list_types(&self) -> Result<(), ExpressionError> {
        let is_mixed = |clause: &KeyClause| match &clause.predicate {
            KeyPredicate::Between(KeyOperand::Value(low), KeyOperand::Value(high)) => low.kind() != high.kind(),
            _ => false,
        };
        if self.origin == Origin::Legacy && self.clauses.iter().any(is_mixed) {
            return Err(LegacyError::ListTypes.into());
        }
        Ok(())
    }

    fn check_count(&self, attributes: usize) -> Result<(), KeyConditionError> {
        match self.clauses.len() {
            clauses if clauses > attributes => Err(KeyConditionError::TooManyClauses { clauses, attributes }),
            _ => Ok(()),
        }
    }

    fn check_partition(
        &self,
        partition: &[KeyAttribute<'_>],
        sort: &[KeyAttribute<'_>],
    ) -> Result<(), KeyConditionError> {
        if let ([(name, _)], [] | [_]) = (partition, sort) {
            return match self.clause(name) {
                None => Err(KeyConditionError::MissedElement((*name).into())),
                Some(clause) if !clause.is_equality() => Err(KeyConditionError::NotSupported),
                Some(_) => Ok(()),
            };
        }
        let missing = self.without_equality(partition);
        if missing.is_empty() {
            Ok(())
        } else {
            Err(KeyConditionError::PartitionWithoutEquality(missing))
        }
    }

    /// Undefined values and the bounds of BETWEEN, clause by clause as written.
    fn check_operands(&self) -> Result<(), ExpressionError> {
        for clause in &self.clauses {
            for operand in clause.predicate.operands() {
                if let KeyOperand::Undefined(placeholder) = operand {
                    let undefined = Undefined::Value(placeholder.clone());
                    return Err(Problem::from(undefined).within(ExpressionKind::KeyCondition));
                }
            }
            if let KeyPredicate::Between(KeyOperand::Value(low), KeyOperand::Value(high)) = &clause.predicate {
                let [low, high] = [low, high].map(|value| Operand::Value(Constant::Literal(value.clone())));
                check_bounds(&low, &high, &Scope::empty())
                    .map_err(|error| Problem::from(error).within(ExpressionKind::KeyCondition))?;
            }
        }
        Ok(())
    }

    /// A clause on no attribute of the key stands in the place of the first sort key attribute without a clause.
    fn check_strays(&self, partition: &[KeyAttribute<'_>], sort: &[KeyAttribute<'_>]) -> Result<(), KeyConditionError> {
        let is_of_key = |name: &Name| partition.iter().chain(sort).any(|(attribute, _)| attribute == name);
        if self.attributes().all(is_of_key) {
            return Ok(());
        }
        let unmatched = sort.iter().find(|(name, _)| self.clause(name).is_none());
        Err(unmatched.map_or(KeyConditionError::NotSupported, |(name, _)| {
            KeyConditionError::MissedElement((*name).into())
        }))
    }

    /// How many leading sort key attributes have an equality, where at most the next has another condition and none after it has any.
    fn check_sort(&self, sort: &[KeyAttribute<'_>]) -> Result<usize, KeyConditionError> {
        let Some(last) = sort.iter().rposition(|(name, _)| self.clause(name).is_some()) else {
            return Ok(0);
        };
        let missing = self.without_equality(&sort[..last]);
        if !missing.is_empty() {
            return Err(KeyConditionError::SortWithoutEquality {
                missing,
                because: sort[last].0.into(),
            });
        }
        let is_equality = self.clause(sort[last].0).is_some_and(KeyClause::is_equality);
        Ok(last + usize::from(is_equality))
    }

    fn without_equality(&self, attributes: &[KeyAttribute<'_>]) -> Vec<Name> {
        let missing = attributes
            .iter()
            .filter(|(name, _)| !self.clause(name).is_some_and(KeyClause::is_equality));
        missing.map(|(name, _)| Name::new(name)).collect()
    }

    fn equalities(&self, attributes: &[KeyAttribute<'_>]) -> Vec<Value> {
        let clauses = attributes.iter().filter_map(|(name, _)| self.clause(name));
        let values = clauses.filter_map(|clause| clause.predicate.operands().next());
        values.map(KeyOperand::value).collect()
    }

    fn clause(&self, attribute: &str) -> Option<&KeyClause> {
        self.clauses.iter().find(|clause| clause.attribute == attribute)
    }
}

impl KeyClause {
    fn is_equality(&self) -> bool {
        matches!(self.predicate, KeyPredicate::Equal(_))
    }
}

impl KeyOperand {
    fn of(constant: &Constant, scope: &Scope<'_>) -> Self {
        match (scope.constant(constant), constant) {
            (Some(value), _) => Self::Value(value.clone()),
            (None, Constant::Placeholder(slot)) => Self::Undefined(scope.placeholder(*slot).clone()),
            (None, Constant::Literal(value)) => Self::Value(value.clone()),
        }
    }

    /// The value, on a condition whose undefined values were refused.
    fn value(&self) -> Value {
        match self {
            Self::Value(value) => value.clone(),
            Self::Undefined(_) => unreachable!("undefined values were refused"),
        }
    }
}

impl Language for KeyCondition {
    type Tree = ast::Condition;

    fn recall(cache: &ExpressionCache, text: &str) -> Result<Arc<Syntax<Self::Tree>>, Arc<SyntaxError>> {
        cache.condition(text)
    }

    /// Walks the clauses as written: the form of each, then the types of its operands, which end at the first undefined value.
    fn check_operands(tree: &Self::Tree, scope: &Scope<'_>, kind: ExpressionKind) -> Result<(), ExpressionError> {
        let mut is_typed = true;
        for clause in clauses(tree) {
            let clause = clause?;
            is_typed &= clause.operands.iter().all(|operand| scope.constant(operand).is_some());
            if is_typed {
                clause
                    .check_types(scope)
                    .map_err(|error| Problem::from(error).within(kind))?;
            }
        }
        Ok(())
    }

    /// No attribute may have two conditions.
    fn check_paths(tree: &Self::Tree, scope: &Scope<'_>, _: ExpressionKind) -> Result<(), ExpressionError> {
        let mut attributes = Vec::new();
        for clause in clauses(tree) {
            attributes.push(scope.path(clause?.path).head);
        }
        attributes.sort_unstable();
        if attributes.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(KeyConditionError::AttributeTwice.into());
        }
        Ok(())
    }

    fn references() -> References {
        References::NamesAlone
    }

    fn lower(tree: &Self::Tree, scope: &Scope<'_>) -> Self {
        let lowered = clauses(tree)
            .map(|clause| clause.map_or_else(|_| unreachable!("the form was checked"), |clause| clause.lower(scope)));
        Self {
            clauses: lowered.collect(),
            origin: Origin::Expression,
        }
    }
}

/// The clauses that are joined by AND, at whatever depth, as written.
fn clauses(tree: &Condition) -> impl Iterator<Item = Result<Clause<'_>, ExpressionError>> {
    let mut open = vec![tree];
    std::iter::from_fn(move || {
        loop {
            match open.pop()? {
                Condition::And(conditions) => open.extend(conditions.iter().rev()),
                leaf => return Some(Clause::of(leaf)),
            }
        }
    })
}

/// A clause as written: one path, and constants.
struct Clause<'t> {
    operator: OperatorName,
    path: &'t Path,
    operands: Vec<&'t Constant>,
    /// Whether the value stands before the path.
    is_mirrored: bool,
}

impl<'t> Clause<'t> {
    /// Takes a condition apart and checks its form.
    fn of(leaf: &'t Condition) -> Result<Self, ExpressionError> {
        let (operator, operands): (_, Vec<&Operand>) = match leaf {
            Condition::Compare {
                comparator: Comparator::NotEqual,
                ..
            } => {
                return Err(KeyConditionError::Operator("<>").into());
            }
            Condition::In { .. } => return Err(KeyConditionError::Operator("IN").into()),
            Condition::Compare {
                comparator,
                left,
                right,
            } => (OperatorName::Comparator(*comparator), vec![left, right]),
            Condition::Between { value, low, high } => (OperatorName::Between, vec![value, low, high]),
            Condition::Call(call) => (OperatorName::Function(call.function), begins_with_operands(call)?),
            Condition::Or(_) => return Err(KeyConditionError::Operator("OR").into()),
            Condition::Not(_) => return Err(KeyConditionError::Operator("NOT").into()),
            Condition::And(_) => unreachable!("AND joins clauses"),
        };
        let is_comparison = matches!(leaf, Condition::Compare { .. });
        let is_mirrored = is_comparison && matches!(operands[0], Operand::Value(_));
        let (path, operands) = split(operator, operands, is_comparison)?;
        if path.is_nested() {
            return Err(KeyConditionError::NestedAttribute.into());
        }
        Ok(Self {
            operator,
            path,
            operands,
            is_mirrored,
        })
    }

    fn check_types(&self, scope: &Scope<'_>) -> Result<(), OperandError> {
        if self.operator == OperatorName::Comparator(Comparator::Equal) {
            return Ok(());
        }
        let is_begins_with = matches!(self.operator, OperatorName::Function(_));
        self.operands.iter().try_for_each(|constant| {
            let kind = scope.constant(constant).map(Value::kind);
            match kind {
                Some(kind) if !kind.is_ordered() || (is_begins_with && kind == ValueType::N) => {
                    Err(OperandError::Type(self.operator, kind))
                }
                _ => Ok(()),
            }
        })
    }

    fn lower(&self, scope: &Scope<'_>) -> KeyClause {
        let operand = |at: usize| KeyOperand::of(self.operands[at], scope);
        let predicate = match self.operator {
            OperatorName::Comparator(comparator) => {
                let comparator = if self.is_mirrored {
                    comparator.mirrored()
                } else {
                    comparator
                };
                match comparator {
                    Comparator::Equal => KeyPredicate::Equal(operand(0)),
                    Comparator::Less => KeyPredicate::Less(operand(0)),
                    Comparator::LessOrEqual => KeyPredicate::LessOrEqual(operand(0)),
                    Comparator::Greater => KeyPredicate::Greater(operand(0)),
                    Comparator::GreaterOrEqual => KeyPredicate::GreaterOrEqual(operand(0)),
                    Comparator::NotEqual => unreachable!("<> was refused"),
                }
            }
            OperatorName::Between => KeyPredicate::Between(operand(0), operand(1)),
            _ => KeyPredicate::BeginsWith(operand(0)),
        };
        KeyClause {
            attribute: scope.path(self.path).head,
            predicate,
        }
    }
}

fn begins_with_operands(call: &Call) -> Result<Vec<&Operand>, ExpressionError> {
    if call.function != Function::BeginsWith {
        return Err(KeyConditionError::Operator(call.function.text()).into());
    }
    if call.arguments.len() != call.function.arity() {
        let error = OperandError::Count(call.function, call.arguments.len());
        return Err(Problem::from(error).within(ExpressionKind::KeyCondition));
    }
    Ok(call.arguments.iter().collect())
}

/// Splits operands into the one path and the constants.
fn split(
    operator: OperatorName,
    operands: Vec<&Operand>,
    is_comparison: bool,
) -> Result<(&Path, Vec<&Constant>), KeyConditionError> {
    if operands.iter().any(|operand| matches!(operand, Operand::Call(_))) {
        return Err(KeyConditionError::NestedOperation);
    }
    if !is_comparison && !matches!(operands[0], Operand::Path(_)) {
        return Err(KeyConditionError::KeyNotFirst(operator));
    }
    let mut path = None;
    let mut constants = Vec::with_capacity(operands.len() - 1);
    for operand in operands {
        match operand {
            Operand::Path(found) if path.is_none() => path = Some(found),
            Operand::Path(_) => return Err(KeyConditionError::SeveralAttributes),
            Operand::Value(constant) => constants.push(constant),
            Operand::Call(_) | Operand::Arithmetic(_) => return Err(KeyConditionError::NestedOperation),
        }
    }
    let path = path.ok_or(KeyConditionError::NoAttribute)?;
    Ok((path, constants))
}

/// What is wrong with a key condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyConditionError {
    /// An operator or function that key conditions do not have.
    Operator(&'static str),
    /// `size` inside a clause.
    NestedOperation,
    /// BETWEEN or `begins_with` whose first operand is no attribute.
    KeyNotFirst(OperatorName),
    /// A clause with several attributes.
    SeveralAttributes,
    /// A clause without an attribute.
    NoAttribute,
    /// A clause on a part of an attribute.
    NestedAttribute,
    /// Two clauses on one attribute.
    AttributeTwice,
    /// More clauses than the key has attributes.
    TooManyClauses {
        /// How many clauses there are.
        clauses: usize,
        /// How many attributes the key has.
        attributes: usize,
    },
    /// An attribute of the key has no clause.
    MissedElement(Name),
    /// The partition key has a condition other than equality.
    NotSupported,
    /// Partition key attributes without equality, where the key has several attributes of a kind.
    PartitionWithoutEquality(Vec<Name>),
    /// Sort key attributes without equality before one that has a condition.
    SortWithoutEquality {
        /// The attributes without equality.
        missing: Vec<Name>,
        /// The attribute with a condition.
        because: Name,
    },
    /// A value of another type than its key attribute.
    ValueType,
}

impl fmt::Display for KeyConditionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const INVALID: &str = "Invalid KeyConditionExpression: KeyConditionExpressions";
        const CONDITION: &str = "Invalid condition in KeyConditionExpression:";
        match self {
            Self::Operator(operator) => write!(f, "Invalid operator used in KeyConditionExpression: {operator}"),
            Self::NestedOperation => write!(f, "{INVALID} cannot contain nested operations"),
            Self::KeyNotFirst(operator) => write!(
                f,
                "{CONDITION} {operator} operator must have the key attribute as its first operand"
            ),
            Self::SeveralAttributes => write!(f, "{CONDITION} Multiple attribute names used in one condition"),
            Self::NoAttribute => write!(f, "{CONDITION} No key attribute specified"),
            Self::NestedAttribute => write!(f, "{INVALID} cannot have conditions on nested attributes"),
            Self::AttributeTwice => write!(f, "{INVALID} must only contain one condition per key"),
            Self::TooManyClauses { clauses, attributes } => write!(
                f,
                "The number of query conditions ({clauses}) exceeds the number of key attributes defined in the schema ({attributes})"
            ),
            Self::MissedElement(name) => write!(f, "Query condition missed key schema element: {name}"),
            Self::NotSupported => f.write_str("Query key condition not supported"),
            Self::PartitionWithoutEquality(missing) => write!(
                f,
                "HASH key attributes {} must have equality conditions specified in the query",
                missing.join(", ")
            ),
            Self::SortWithoutEquality { missing, because } => write!(
                f,
                "RANGE key attributes {} must have equality conditions specified in the query because a condition is \
                 present on key attribute {because}",
                missing.join(", ")
            ),
            Self::ValueType => f.write_str(
                "One or more parameter values were invalid: Condition parameter type does not match schema type",
            ),
        }
    }
}
