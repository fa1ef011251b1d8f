//! TransactGetItems: reads items, all as they are at one moment.
//!
//! Order of checks (observed-validation.md §17): absent reads, length of the list, the word, table names together, empty names; the keys'
//! values; read by read its projection; then the tables, the keys against the schema, which cancel, duplicates, and the size of all items.
//! Values are worded by the older layer.

use super::read_set::{self, Located, TransactRead};
use super::transact_write_items::ACTIONS_MAX;
use crate::engine::capacity::CapacityReport;
use crate::engine::context::{Context, Execute};
use crate::engine::expressions::Expressions;
use crate::engine::members::state_return_consumed_capacity;
use crate::engine::names::is_arn;
use crate::engine::violations::{TABLE_NAME, Violations};
use crate::engine::wording::{Surface, Wording};
use crate::expression::Projection;
use crate::model::fault::Stage;
use crate::model::wire::{ItemArg, TransactGet, TransactGetItemsReply, TransactGetItemsRequest};
use crate::model::{ApiError, Layer};

impl Execute for TransactGetItemsRequest {
    type Reply = TransactGetItemsReply;

    fn execute(self, context: &Context<'_>) -> Result<TransactGetItemsReply, ApiError> {
        let reads = self.checked(context)?;
        let located = context.read_with_holds(|database, held| read_set::locate(&reads, database, held))?;
        let found: Vec<_> = located.iter().map(Located::row).collect();
        read_set::check_size(&found)?;
        read_set::draw(&located, context)?;
        let report = context.capacity_report(self.return_consumed_capacity.as_ref());
        let responses = reads.iter().zip(&found).map(|(read, row)| read.response(*row));
        let targets = reads.iter().map(|read| &read.target);
        Ok(TransactGetItemsReply {
            responses: responses.collect(),
            consumed_capacity: (report != CapacityReport::None).then(|| read_set::consumed(targets, &located, report)),
        })
    }
}

impl TransactGetItemsRequest {
    /// Everything that can be refused without the tables.
    fn checked<'r>(&'r self, context: &'r Context<'_>) -> Result<Vec<TransactRead>, ApiError> {
        let gets = self.check_members()?;
        let wording = Wording::new(Surface::TransactGetItems, Layer::Older);
        for get in &gets {
            wording.check(Stage::Name, &key_of(get).faults)?;
            expressions(get, &wording, context).check_names_not_empty()?;
        }
        for stage in [Stage::Reading, Stage::Depth, Stage::NullFalse, Stage::Content] {
            gets.iter()
                .try_for_each(|get| wording.check(stage, &key_of(get).faults))?;
        }
        let read = |get: &&'r TransactGet| {
            Ok(TransactRead {
                projection: projection(get, &wording, context)?,
                target: context.target(get.table_name.as_ref())?,
                key: key_of(get).item.clone(),
            })
        };
        gets.iter().map(read).collect()
    }

    fn check_members(&self) -> Result<Vec<&TransactGet>, ApiError> {
        let entries = self.transact_items.as_deref().unwrap_or_default();
        self.check_absent_members()?;
        let mut violations = Violations::default();
        violations
            .echoed("transactItems", self.transact_items.as_ref())
            .length_at_least(1)
            .length_at_most(ACTIONS_MAX);
        violations.refuse()?;
        let mut violations = Violations::default();
        state_return_consumed_capacity(&mut violations, self.return_consumed_capacity.as_ref());
        violations.refuse()?;
        let gets: Vec<&TransactGet> = entries.iter().filter_map(|entry| entry.get.as_ref()).collect();
        let mut violations = Violations::default();
        for (position, get) in (1..).zip(&gets) {
            let name = get.table_name.as_ref().filter(|name| !is_arn(name));
            let path = format!("transactItems.{position}.member.get.tableName");
            let member = violations.echoed(path, name);
            member.length_at_least(3).length_at_most(255).pattern(&TABLE_NAME);
        }
        violations.refuse()?;
        Ok(gets)
    }

    /// Members that must be there are missed before all else, and then the word is told beside them.
    fn check_absent_members(&self) -> Result<(), ApiError> {
        let mut violations = Violations::default();
        violations
            .echoed("transactItems", self.transact_items.as_ref())
            .required();
        for (position, entry) in (1..).zip(self.transact_items.iter().flatten()) {
            let path = |member: &str| format!("transactItems.{position}.member.{member}");
            violations.echoed(path("get"), entry.get.as_ref()).required();
            if let Some(get) = &entry.get {
                violations.echoed(path("get.key"), get.key.as_ref()).required();
                violations
                    .echoed(path("get.tableName"), get.table_name.as_ref())
                    .required();
            }
        }
        if violations.is_empty() {
            return Ok(());
        }
        state_return_consumed_capacity(&mut violations, self.return_consumed_capacity.as_ref());
        violations.refuse()
    }
}

fn key_of(get: &TransactGet) -> &ItemArg {
    get.key
        .as_ref()
        .unwrap_or_else(|| unreachable!("its absence was refused"))
}

fn expressions<'r>(get: &'r TransactGet, wording: &Wording, context: &'r Context<'_>) -> Expressions<'r> {
    Expressions::new(context, *wording, get.expression_attribute_names.as_ref(), None)
}

fn projection(get: &TransactGet, wording: &Wording, context: &Context<'_>) -> Result<Option<Projection>, ApiError> {
    let mut expressions = expressions(get, wording, context);
    let text = get.projection_expression.as_ref();
    expressions.check_maps()?;
    let projection = expressions.projection(text, None)?;
    if text.is_some() {
        expressions.check_unused()?;
    }
    Ok(projection)
}
