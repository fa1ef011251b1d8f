//! One action of TransactWriteItems: what can be refused of it without its table.
//!
//! The four kinds of action differ in which members they have, so each is looked at as a [`SentAction`] that borrows them. The order
//! among the actions is the operation's (observed-validation.md §17).

use crate::engine::context::Context;
use crate::engine::expressions::Expressions;
use crate::engine::names::is_arn;
use crate::engine::violations::{TABLE_NAME, Violations, sets};
use crate::engine::wording::Wording;
use crate::engine::write::{Action, ITEM_BYTES_MAX, Touched, UpdateLimit, Write};
use crate::expression::{Bound, Condition, ExpressionKind, Phase, Update};
use crate::model::fault::Stage;
use crate::model::json::{Entries, Text};
use crate::model::wire::{Attributes, ItemArg, TransactWriteItem};
use crate::model::{ApiError, PackedItem};
use crate::store::Row;

/// What an action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Kind {
    Check,
    Put,
    Delete,
    Update,
}

impl Kind {
    /// The member of an entry that holds such an action, as violated constraints spell it.
    fn member(self) -> &'static str {
        match self {
            Self::Check => "conditionCheck",
            Self::Put => "put",
            Self::Delete => "delete",
            Self::Update => "update",
        }
    }

    /// The member that says which item it is about.
    fn item_member(self) -> &'static str {
        match self {
            Self::Put => "item",
            Self::Check | Self::Delete | Self::Update => "key",
        }
    }
}

/// An action as it was sent.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct SentAction<'r> {
    pub(in crate::engine) kind: Kind,
    /// The item, or its key.
    pub(in crate::engine) attributes: Option<&'r ItemArg>,
    pub(in crate::engine) table_name: Option<&'r Text>,
    pub(in crate::engine) update: Option<&'r Text>,
    pub(in crate::engine) condition: Option<&'r Text>,
    pub(in crate::engine) names: Option<&'r Entries<Text>>,
    pub(in crate::engine) values: Option<&'r Attributes>,
    pub(in crate::engine) return_on_failure: Option<&'r Text>,
}

/// Borrows the members of one of the four actions.
macro_rules! sent {
    ($kind:ident, $action:expr, $attributes:ident $(, $update:ident)?) => {
        $action.as_ref().map(|action| SentAction {
            kind: Kind::$kind,
            attributes: action.$attributes.as_ref(),
            table_name: action.table_name.as_ref(),
            update: None$(.or(action.$update.as_ref()))?,
            condition: action.condition_expression.as_ref(),
            names: action.expression_attribute_names.as_ref(),
            values: action.expression_attribute_values.as_ref(),
            return_on_failure: action.return_values_on_condition_check_failure.as_ref(),
        })
    };
}

/// The actions of an entry; a valid one has one.
pub(in crate::engine) fn actions_of(entry: &TransactWriteItem) -> impl Iterator<Item = SentAction<'_>> {
    let actions = [
        sent!(Check, entry.condition_check, key),
        sent!(Put, entry.put, item),
        sent!(Delete, entry.delete, key),
        sent!(Update, entry.update, key, update_expression),
    ];
    actions.into_iter().flatten()
}

impl<'r> SentAction<'r> {
    /// States the members that must be there, and the word among them. `position` counts from 1.
    pub(super) fn state_members(&self, violations: &mut Violations, position: usize) {
        let path = |member: &str| format!("transactItems.{position}.member.{}.{member}", self.kind.member());
        violations
            .echoed(path(self.kind.item_member()), self.attributes)
            .required();
        if self.kind == Kind::Update {
            violations.echoed(path("updateExpression"), self.update).required();
        }
        violations.echoed(path("tableName"), self.table_name).required();
        if self.kind == Kind::Check {
            violations
                .echoed(path("conditionExpression"), self.condition)
                .required();
        }
        violations
            .echoed(path("returnValuesOnConditionCheckFailure"), self.return_on_failure)
            .one_of(sets::RETURN_VALUES_ON_CHECK_FAILURE);
    }

    /// States the constraints of a plain table name.
    pub(super) fn state_table_name(&self, violations: &mut Violations, position: usize) {
        let name = self.table_name.filter(|name| !is_arn(name));
        let path = format!("transactItems.{position}.member.{}.tableName", self.kind.member());
        violations
            .echoed(path, name)
            .length_at_least(3)
            .length_at_most(255)
            .pattern(&TABLE_NAME);
    }

    /// The table's name as it was sent.
    pub(super) fn table_name(&self) -> Option<&'r Text> {
        self.table_name
    }

    /// Refuses empty names of attributes.
    pub(super) fn check_empty_names(&self, wording: &Wording, context: &Context<'_>) -> Result<(), ApiError> {
        wording.check(Stage::Name, &self.attributes().faults)?;
        self.expressions(wording, context).check_names_not_empty()?;
        wording.check_values_by_name(&[Stage::Name], self.values)
    }

    /// Refuses a key that nests too deep; an item was looked at with its other values.
    pub(super) fn check_key_depth(&self, wording: &Wording) -> Result<(), ApiError> {
        match self.kind {
            Kind::Put => Ok(()),
            Kind::Check | Kind::Delete | Kind::Update => wording.check(Stage::Depth, &self.attributes().faults),
        }
    }

    /// Checks values and expressions; the write that they amount to, or what is found to be wrong only when it runs: what an update mentions
    /// and the request does not define.
    ///
    /// # Errors
    /// The first refusal in the service's order.
    pub(super) fn checked(
        &self,
        wording: &Wording,
        context: &'r Context<'_>,
    ) -> Result<Result<Write, ApiError>, ApiError> {
        let mut expressions = self.expressions(wording, context);
        let attributes = self.attributes();
        wording.check_stages(&[Stage::Reading, Stage::NullFalse, Stage::Content], &attributes.faults)?;
        expressions.check_maps()?;
        let stages = [Stage::Reading, Stage::NullFalse, Stage::Content, Stage::Depth];
        wording.check_values_by_name(&stages, self.values)?;
        if self.kind == Kind::Put {
            wording.check(Stage::Depth, &attributes.faults)?;
        }
        let update = expressions.bind::<Update>(ExpressionKind::Update, self.update)?;
        expressions.check_size(ExpressionKind::Condition, self.condition)?;
        if self.kind == Kind::Put && attributes.item.size_bytes() > ITEM_BYTES_MAX {
            return Err(ApiError::validation("Item size has exceeded the maximum allowed size"));
        }
        let condition = expressions.bind::<Condition>(ExpressionKind::Condition, self.condition)?;
        expressions.check(&update, &[Phase::Operands, Phase::Paths])?;
        expressions.check(&condition, &[Phase::References, Phase::Operands])?;
        if self.has_expressions() {
            expressions.check_unused()?;
        }
        let condition = expressions.program(condition)?;
        Ok(self.write(&expressions, &attributes.item, update, condition))
    }

    /// Whether anything could use placeholders; where nothing could, they are let through (observed-expressions.md §5).
    fn has_expressions(&self) -> bool {
        self.update.is_some() || self.condition.is_some()
    }

    fn write(
        &self,
        expressions: &Expressions<'_>,
        item: &PackedItem,
        update: Bound<'_, Update>,
        condition: Option<Condition>,
    ) -> Result<Write, ApiError> {
        let key = || item.clone();
        let action = match (self.kind, expressions.program(update)?) {
            (Kind::Put, _) => Action::Put(Row::whole(item.clone())),
            (Kind::Delete, _) => Action::Delete { key: key() },
            (Kind::Check, _) => Action::Check { key: key() },
            (Kind::Update, update) => Action::Update {
                key: key(),
                update: update.unwrap_or_else(|| unreachable!("its absence was refused")),
                wanted: Touched::Nothing,
                limit: UpdateLimit::Item,
            },
        };
        Ok(Write {
            action,
            condition,
            returns_item_on_failure: self.return_on_failure.is_some_and(|word| word == "ALL_OLD"),
        })
    }

    fn attributes(&self) -> &'r ItemArg {
        self.attributes
            .unwrap_or_else(|| unreachable!("its absence was refused"))
    }

    fn expressions<'c>(&self, wording: &Wording, context: &'c Context<'_>) -> Expressions<'c>
    where
        'r: 'c,
    {
        Expressions::new(context, *wording, self.names, self.values)
    }
}
