//! TransactWriteItems: puts, changes, deletes and checks items, all of them or none.
//!
//! Order of checks (observed-validation.md §17): length of the list, members together, exactly one action for each entry, table names
//! together, empty names; then action by action its values and expressions; depths of keys; then, once nothing of the request alone is
//! wrong, the token; the tables, the keys against them, of which the first that does not fit cancels alone, and whether an item was named
//! before; the size of all items; and last the actions themselves. Empty keys are refused as they are, everything else that an action
//! meets cancels the transaction. Values are worded by the older layer.

use super::action::{SentAction, actions_of};
use super::tokens::{self, Fingerprint, TokenKey, find_executed};
use super::write_set::{self, TransactWrite};
use crate::engine::context::{Context, Execute};
use crate::engine::holds::{Claim, Hold};
use crate::engine::members::{state_return_consumed_capacity, state_return_item_collection_metrics};
use crate::engine::space::Transaction;
use crate::engine::violations::Violations;
use crate::engine::wording::{INVALID_REQUEST, Surface, Wording};
use crate::engine::write::{Planned, WriteFault};
use crate::model::wire::{TransactWriteItem, TransactWriteItemsReply, TransactWriteItemsRequest};
use crate::model::{ApiError, Layer, Operation};

/// The most actions of a transaction.
pub(super) const ACTIONS_MAX: usize = 100;
/// The longest token, in characters.
const TOKEN_LENGTH_MAX: usize = 36;

impl Execute for TransactWriteItemsRequest {
    type Reply = TransactWriteItemsReply;

    fn execute(self, context: &Context<'_>) -> Result<TransactWriteItemsReply, ApiError> {
        let entries = self.check_members()?;
        let writes = checked(entries, context)?;
        let token = self.token(entries);
        context.write(|transaction| self.run(&writes, token, transaction, context))
    }
}

impl TransactWriteItemsRequest {
    fn check_members(&self) -> Result<&[TransactWriteItem], ApiError> {
        let mut violations = Violations::default();
        violations
            .echoed("transactItems", self.transact_items.as_ref())
            .length_at_least(1)
            .length_at_most(ACTIONS_MAX);
        violations.refuse()?;
        let mut violations = Violations::default();
        violations
            .echoed("transactItems", self.transact_items.as_ref())
            .required();
        let entries = self.transact_items.as_deref().unwrap_or_default();
        for (position, entry) in (1..).zip(entries) {
            actions_of(entry).for_each(|action| action.state_members(&mut violations, position));
        }
        violations
            .echoed("clientRequestToken", self.client_request_token.as_ref())
            .length_at_least(1)
            .length_at_most(TOKEN_LENGTH_MAX);
        state_return_consumed_capacity(&mut violations, self.return_consumed_capacity.as_ref());
        state_return_item_collection_metrics(&mut violations, self.return_item_collection_metrics.as_ref());
        violations.refuse()?;
        Ok(entries)
    }

    /// The token, and what it stands for, however a client words it when it repeats itself.
    fn token(&self, entries: &[TransactWriteItem]) -> Option<(TokenKey, Fingerprint)> {
        let token = self.client_request_token.clone()?;
        let operation = Operation::TransactWriteItems;
        let entries: Vec<_> = entries.iter().map(normalized).collect();
        Some((TokenKey { operation, token }, Fingerprint::of(&entries)))
    }

    /// Holds the items of the transaction, and its token, for the time that it is under way; `None` if it was executed before.
    pub(in crate::engine) fn begin(&self, context: &Context<'_>) -> Result<Option<Hold>, ApiError> {
        let entries = self.check_members()?;
        let writes = checked(entries, context)?;
        let token = self.token(entries);
        context.hold(|transaction| {
            if find_executed(token.as_ref(), transaction, context)?.is_some() {
                return Ok(None);
            }
            let tables = write_set::locate(transaction.database(), &writes)?;
            write_set::check_size(&writes, &tables)?;
            Ok(Some(Claim {
                items: write_set::claimed(&writes, &tables, context.held(transaction), context)?,
                until: None,
                tokens: token.map(|(key, _)| key).into_iter().collect(),
            }))
        })
    }

    fn run(
        &self,
        writes: &[TransactWrite],
        token: Option<(TokenKey, Fingerprint)>,
        transaction: &mut Transaction<'_>,
        context: &Context<'_>,
    ) -> Result<TransactWriteItemsReply, ApiError> {
        let report = context.capacity_report(self.return_consumed_capacity.as_ref());
        if let Some(costs) = find_executed(token.as_ref(), transaction, context)? {
            return Ok(TransactWriteItemsReply {
                consumed_capacity: tokens::report(&costs, report),
                item_collection_metrics: None,
            });
        }
        let tables = write_set::locate(transaction.database(), writes)?;
        write_set::check_size(writes, &tables)?;
        let mut plans = write_set::plan(writes, &tables, context.held(transaction))?;
        check_told_alone(&plans)?;
        write_set::draw(&mut plans, &tables, context);
        let planned = write_set::settle(plans, writes, &tables, context)?;
        let definitions = write_set::definitions(&tables);
        write_set::commit(transaction, context.now(), &definitions, &planned);
        let shares = write_set::shares(writes, &definitions, &planned);
        if let Some((key, fingerprint)) = token {
            let costs = write_set::costs_of_repetition(&shares);
            transaction.tokens().remember(key, fingerprint, context.now(), costs);
        }
        let wants_metrics = self
            .return_item_collection_metrics
            .as_ref()
            .is_some_and(|word| word == "SIZE");
        Ok(TransactWriteItemsReply {
            consumed_capacity: write_set::consumed(&shares, report),
            item_collection_metrics: wants_metrics
                .then(|| write_set::collections(&shares, transaction.database()))
                .flatten(),
        })
    }
}

/// Everything of the actions that can be refused without their tables.
fn checked(entries: &[TransactWriteItem], context: &Context<'_>) -> Result<Vec<TransactWrite>, ApiError> {
    let wording = Wording::new(Surface::TransactWriteItems, Layer::Older);
    let actions = entries.iter().map(only_action).collect::<Result<Vec<_>, _>>()?;
    let mut violations = Violations::default();
    for (position, action) in (1..).zip(&actions) {
        action.state_table_name(&mut violations, position);
    }
    violations.refuse()?;
    actions
        .iter()
        .try_for_each(|action| action.check_empty_names(&wording, context))?;
    let write = |action: &SentAction<'_>| {
        Ok(TransactWrite {
            write: action.checked(&wording, context)?,
            target: context.target(action.table_name())?,
        })
    };
    let writes = actions.iter().map(write).collect::<Result<Vec<_>, ApiError>>()?;
    actions.iter().try_for_each(|action| action.check_key_depth(&wording))?;
    Ok(writes)
}

fn only_action(entry: &TransactWriteItem) -> Result<SentAction<'_>, ApiError> {
    let mut actions = actions_of(entry);
    match (actions.next(), actions.next()) {
        (Some(action), None) => Ok(action),
        (None, _) => Err(ApiError::validation(format_args!(
            "{INVALID_REQUEST}TransactWriteRequest should contain Delete or Put or Update request"
        ))),
        (Some(_), Some(_)) => Err(ApiError::validation(
            "TransactItems can only contain one of Check, Put, Update or Delete",
        )),
    }
}

/// Refuses the first empty key as it is.
fn check_told_alone(plans: &[Result<Planned, WriteFault>]) -> Result<(), ApiError> {
    let mut faults = plans.iter().filter_map(|plan| plan.as_ref().err());
    match faults.find(|fault| write_set::is_told_alone(fault)) {
        Some(fault) => Err(fault.clone().into()),
        None => Ok(()),
    }
}

/// What a client may say in several ways, said in one: names are sorted, and the word NONE says no more than its absence.
fn normalized(entry: &TransactWriteItem) -> TransactWriteItem {
    let mut entry = entry.clone();
    macro_rules! normalize {
        ($($action:ident),*) => {$(
            if let Some(action) = &mut entry.$action {
                if let Some(names) = &mut action.expression_attribute_names {
                    names.0.sort();
                }
                action.return_values_on_condition_check_failure.take_if(|word| word == "NONE");
            }
        )*};
    }
    normalize!(condition_check, put, delete, update);
    entry
}
