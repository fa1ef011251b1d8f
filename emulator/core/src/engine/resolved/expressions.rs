//! Expressions of requests as trees, with names and values in the place of their placeholders. Legacy parameters become the trees of the expressions that
//! say the same.

use super::requests::Resolver;
use crate::expression::ast::{self, Comparator, Constant, Element, Operand, Syntax};
use crate::expression::legacy::{self, Join};
use crate::expression::{Condition, LegacyParameter, Projection, Resolve, Update, resolved};
use crate::model::json::{Entries, Text};
use crate::model::wire::{AttributeValueUpdate, Attributes, Condition as Legacy, ExpectedAttributeValue};
use crate::model::{Name, PackedItem, Value};

/// The names and values that placeholders stand for.
type Maps<'r> = (Option<&'r Entries<Text>>, Option<&'r Attributes>);

impl Resolver<'_> {
    /// A condition, a filter, or a condition on a key.
    pub(super) fn condition(&self, text: Option<&Text>, maps: Maps<'_>) -> Option<Syntax<ast::Condition>> {
        text.and_then(|text| resolved::<Condition>(self.cache, text, maps.0, maps.1))
    }

    /// An update expression.
    pub(super) fn update(&self, text: Option<&Text>, maps: Maps<'_>) -> Option<Syntax<ast::Update>> {
        text.and_then(|text| resolved::<Update>(self.cache, text, maps.0, maps.1))
    }

    /// A projection expression, or else the attributes of AttributesToGet.
    pub(super) fn projection(
        &self,
        text: Option<&Text>,
        legacy: Option<&Vec<Text>>,
        maps: Maps<'_>,
    ) -> Option<Syntax<ast::Projection>> {
        let legacy = legacy.map(|names| {
            let paths = names.iter().cloned().map(ast::Path::attribute);
            Syntax::from(ast::Projection(paths.collect()).normal())
        });
        text.and_then(|text| resolved::<Projection>(self.cache, text, maps.0, maps.1))
            .or(legacy)
    }
}

fn normal(tree: ast::Condition) -> Syntax<ast::Condition> {
    Syntax::from(tree.normal())
}

/// How legacy conditions are joined; a wrong operator is refused later.
fn join(operator: Option<&Text>, conditions: usize) -> Join {
    Join::read(operator.map(Text::as_str), conditions).unwrap_or_default()
}

/// What Expected says.
pub(super) fn expected(
    conditions: Option<&Entries<ExpectedAttributeValue>>,
    operator: Option<&Text>,
) -> Option<Syntax<ast::Condition>> {
    let conditions = conditions?;
    let tree = legacy::expected_tree(conditions, join(operator, conditions.len())).ok()?;
    tree.map(normal)
}

/// What KeyConditions say.
pub(super) fn key_conditions(conditions: Option<&Entries<Legacy>>) -> Option<Syntax<ast::Condition>> {
    legacy::key_conditions_tree(conditions?).ok()?.map(normal)
}

/// What AttributeUpdates say.
pub(super) fn attribute_updates(updates: Option<&Entries<AttributeValueUpdate>>) -> Option<Syntax<ast::Update>> {
    let tree = legacy::attribute_updates_tree(updates?).ok()?;
    Some(Syntax::from(tree.normal()))
}

/// What QueryFilter or ScanFilter says.
pub(super) fn filter(
    parameter: LegacyParameter,
    conditions: Option<&Entries<Legacy>>,
    operator: Option<&Text>,
) -> Option<Syntax<ast::Condition>> {
    let conditions = conditions?;
    let tree = legacy::filter_tree(parameter, conditions, join(operator, conditions.len())).ok()?;
    tree.map(normal)
}

/// The attributes that a key condition says must be equal to something.
pub(super) fn equalities(condition: &Syntax<ast::Condition>) -> Option<PackedItem> {
    let clauses = match &condition.tree {
        ast::Condition::And(clauses) => clauses.as_slice(),
        one => std::slice::from_ref(one),
    };
    let equal: Vec<(Name, Value)> = clauses.iter().filter_map(equality).collect();
    (!equal.is_empty()).then(|| equal.into())
}

fn equality(clause: &ast::Condition) -> Option<(Name, Value)> {
    match clause {
        ast::Condition::Compare {
            comparator: Comparator::Equal,
            left: Operand::Path(path),
            right: Operand::Value(Constant::Literal(value)),
        } => match path.elements() {
            [Element::Name(name)] => Some((name.clone(), value.clone())),
            _ => None,
        },
        _ => None,
    }
}
