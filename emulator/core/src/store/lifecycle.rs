//! The life of a table and its indexes: transitions that are pending, and what becomes of a definition when their time comes.
//!
//! A definition carries its future as data, so nothing runs beside the engine: whoever looks asks what is [due](TableDefinition::due), and
//! commits what [`TableDefinition::advanced`] gives. Status is not stored but follows from what is pending. How long a transition takes is
//! not known here.

use std::borrow::Cow;
use std::sync::Arc;

use smol_str::SmolStr;

use super::change::Change;
use super::companions::{Companion, Phase};
use super::definition::{IndexDefinition, IndexKind, IndexStatus, TableDefinition};
use super::group::MemberStep;
use super::settings::{BillingMode, TableClass, Units};
use crate::model::json::Timestamp;

/// Where a table is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TableStatus {
    /// Not there yet.
    Creating,
    /// There.
    Active,
    /// There, while a setting or an index changes.
    Updating,
    /// On its way out.
    Deleting,
}

impl TableStatus {
    /// The word on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Active => "ACTIVE",
            Self::Updating => "UPDATING",
            Self::Deleting => "DELETING",
        }
    }
}

/// Something that will happen to a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// When.
    pub at: Timestamp,
    /// What.
    pub step: Step,
}

/// What a transition does.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The table has been created.
    Activate,
    /// The table can be backed up.
    EnableBackups,
    /// The table has been deleted.
    Remove,
    /// The table has another provisioned throughput.
    Provision(Units),
    /// The table is paid for in another way: with throughput for itself and its global indexes, or by request without any.
    Bill(BillingMode, Units, Vec<(SmolStr, Units)>),
    /// The stream has been turned on or off.
    Stream,
    /// The table is in another class.
    Class(TableClass),
    /// The table is being encrypted by another key, or by none of the caller's.
    UseKey(Option<SmolStr>),
    /// The table has been encrypted anew.
    EndEncryption,
    /// The table serves more at once.
    Warm(Units),
    /// Resources of a new index have been allocated.
    BackfillIndex(SmolStr),
    /// A new index is readable.
    ActivateIndex(SmolStr),
    /// A new vector index is told as active.
    PrepareIndex(SmolStr),
    /// An index is gone.
    RemoveIndex(SmolStr),
    /// An index has another provisioned throughput.
    ProvisionIndex(SmolStr, Units),
    /// The ceilings of an index have been settled.
    SettleIndex(SmolStr),
    /// An index serves more at once.
    WarmIndex(SmolStr, Units),
    /// Something beside the table is on or off, or failed.
    Reach(Companion, Phase),
    /// The member of the table's group in a Region goes on.
    Member(SmolStr, MemberStep),
}

impl Step {
    /// Whether the table's status tells that this is pending.
    fn is_update_of_table(&self) -> bool {
        match self {
            Self::Provision(_)
            | Self::Bill(..)
            | Self::Stream
            | Self::Class(_)
            | Self::BackfillIndex(_)
            | Self::RemoveIndex(_) => true,
            Self::Member(_, step) => step.is_update_of_table(),
            Self::Activate
            | Self::EnableBackups
            | Self::Remove
            | Self::UseKey(_)
            | Self::EndEncryption
            | Self::Warm(_)
            | Self::ActivateIndex(_)
            | Self::PrepareIndex(_)
            | Self::ProvisionIndex(..)
            | Self::SettleIndex(_)
            | Self::WarmIndex(..)
            | Self::Reach(..) => false,
        }
    }

    /// The index that this is about.
    #[must_use]
    pub fn index(&self) -> Option<&SmolStr> {
        match self {
            Self::BackfillIndex(index)
            | Self::ActivateIndex(index)
            | Self::PrepareIndex(index)
            | Self::RemoveIndex(index)
            | Self::ProvisionIndex(index, _)
            | Self::SettleIndex(index)
            | Self::WarmIndex(index, _) => Some(index),
            _ => None,
        }
    }
}

impl TableDefinition {
    /// Where the table is in its life.
    #[must_use]
    pub fn status(&self) -> TableStatus {
        let is_pending = |wanted: fn(&Step) -> bool| self.steps().any(wanted);
        if is_pending(|step| matches!(step, Step::Remove)) {
            TableStatus::Deleting
        } else if is_pending(|step| matches!(step, Step::Activate)) {
            TableStatus::Creating
        } else if is_pending(Step::is_update_of_table) {
            TableStatus::Updating
        } else {
            TableStatus::Active
        }
    }

    /// Whether items can be read and written.
    #[must_use]
    pub fn serves_items(&self) -> bool {
        matches!(self.status(), TableStatus::Active | TableStatus::Updating)
    }

    /// What is pending.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.pending.iter().map(|transition| &transition.step)
    }

    /// Lets a step happen later.
    pub fn schedule(&mut self, at: Timestamp, step: Step) {
        self.pending.push(Transition { at, step });
    }

    /// Lets something beside the table reach a phase later, whatever it was to reach before.
    pub fn schedule_reach(&mut self, at: Timestamp, companion: Companion, phase: Phase) {
        let is_other = |step: &Step| !matches!(step, Step::Reach(other, _) if *other == companion);
        self.pending.retain(|transition| is_other(&transition.step));
        self.schedule(at, Step::Reach(companion, phase));
    }

    /// When the next transition happens.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        self.pending.iter().map(|transition| transition.at).min()
    }

    /// What has become of the table by now, if anything is due.
    #[must_use]
    pub fn advanced(&self, now: Timestamp) -> Option<Change> {
        if self.due().is_none_or(|at| at > now) {
            return None;
        }
        let mut next = self.clone();
        let (mut due, pending) = std::mem::take(&mut next.pending)
            .into_iter()
            .partition::<Vec<_>, _>(|transition| transition.at <= now);
        next.pending = pending;
        due.sort_by_key(|transition| transition.at);
        for Transition { at, step } in due {
            if step == Step::Remove {
                return Some(Change::DropTable {
                    table: self.name.clone(),
                    at,
                });
            }
            next.take(step, at);
        }
        Some(Change::PutTable(Arc::new(next)))
    }

    fn take(&mut self, step: Step, at: Timestamp) {
        match step {
            Step::Activate => {
                self.restored_from = None;
                if self.billing.mode == BillingMode::PayPerRequest {
                    self.billing.on_demand_since = Some(at);
                }
            }
            Step::EnableBackups | Step::Stream | Step::EndEncryption | Step::Remove => {}
            Step::Provision(units) => self.capacity.provision(units, at),
            Step::Bill(mode, units, indexes) => self.bill(mode, units, &indexes, at),
            Step::Class(class) => {
                self.class.class = Some(class);
                self.class.last_update = Some(at);
            }
            Step::UseKey(key_arn) => self.encryption.key_arn = key_arn,
            Step::Warm(units) => self.capacity.warm = units,
            Step::BackfillIndex(index) => self.edit_index(&index, |index| index.status = IndexStatus::Backfilling),
            Step::ActivateIndex(index) => self.edit_index(&index, |index| index.status = IndexStatus::Active),
            Step::PrepareIndex(index) => self.edit_index(&index, |index| index.status = IndexStatus::Preparing),
            Step::RemoveIndex(name) => {
                Arc::make_mut(&mut self.indexes).retain(|index| index.name != name);
                self.companions.drop_index(&name);
            }
            Step::ProvisionIndex(index, units) => self.edit_index(&index, |index| {
                index.capacity.provision(units, at);
                index.status = IndexStatus::Active;
            }),
            Step::SettleIndex(index) => self.edit_index(&index, |index| index.status = IndexStatus::Active),
            Step::WarmIndex(index, units) => self.edit_index(&index, |index| index.capacity.warm = units),
            Step::Reach(companion, phase) => self.companions.reach(&companion, phase, at),
            Step::Member(region, step) => self.take_member(&region, step),
        }
    }

    fn take_member(&mut self, region: &str, step: MemberStep) {
        self.membership = self.membership.take().and_then(|mut membership| {
            let is_group = Arc::make_mut(&mut membership).take(region, step);
            is_group.then_some(membership)
        });
    }

    fn bill(&mut self, mode: BillingMode, units: Units, indexes: &[(SmolStr, Units)], at: Timestamp) {
        self.billing.mode = mode;
        match mode {
            BillingMode::PayPerRequest => {
                self.billing.on_demand_since = Some(at);
                self.capacity.unprovision();
                self.edit_indexes(|index| index.capacity.unprovision_index(at));
            }
            BillingMode::Provisioned => {
                self.capacity.begin_provision(units);
                self.edit_indexes(|index| index.capacity.begin_provision(units_of(indexes, &index.name)));
            }
        }
    }

    /// The definition as if its billing mode were not to become another.
    #[must_use]
    pub fn before_switch(&self) -> Self {
        let mut before = self.clone();
        before
            .pending
            .retain(|transition| !matches!(transition.step, Step::Bill(..)));
        before
    }

    /// The definition as it is told: a switch of the billing mode shows its mode and figures from the start.
    #[must_use]
    pub fn as_told(&self) -> Cow<'_, Self> {
        let switch = self.steps().find_map(|step| match step {
            Step::Bill(mode, units, indexes) => Some((*mode, *units, indexes)),
            _ => None,
        });
        let Some((mode, units, indexes)) = switch else {
            return Cow::Borrowed(self);
        };
        let mut told = self.clone();
        told.billing.mode = mode;
        told.capacity.throughput.units = units;
        told.edit_indexes(|index| index.capacity.throughput.units = units_of(indexes, &index.name));
        Cow::Owned(told)
    }

    /// Edits one index.
    pub fn edit_index(&mut self, name: &str, edit: impl FnOnce(&mut IndexDefinition)) {
        if let Some(index) = Arc::make_mut(&mut self.indexes)
            .iter_mut()
            .find(|index| index.name == name)
        {
            edit(index);
        }
    }

    fn edit_indexes(&mut self, edit: impl FnMut(&mut IndexDefinition)) {
        Arc::make_mut(&mut self.indexes)
            .iter_mut()
            .filter(|index| index.kind == IndexKind::Global)
            .for_each(edit);
    }
}

/// The figures for an index among those for several; zero if it is not among them.
fn units_of(indexes: &[(SmolStr, Units)], name: &str) -> Units {
    let own = indexes.iter().find(|(index, _)| index == name);
    own.map_or_else(Units::default, |(_, units)| *units)
}

#[cfg(test)]
mod tests {
    use super::super::definition::{KeyAttribute, KeySchema, Projection, ScalarType};
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn table() -> TableDefinition {
        let key = KeyAttribute {
            name: "pk".into(),
            kind: ScalarType::S,
        };
        let keys = KeySchema {
            partition: vec![key],
            sort: vec![],
        };
        let mut table = TableDefinition::new("t".into(), "id".into(), "arn".into(), keys.clone(), at(0));
        let mut index = IndexDefinition::new("i".into(), IndexKind::Global, keys, Projection::All);
        index.status = IndexStatus::Allocating;
        table.indexes = Arc::new(vec![index]);
        table
    }

    /// The table at a time.
    fn advance(table: &TableDefinition, seconds: i64) -> TableDefinition {
        match table.advanced(at(seconds)) {
            Some(Change::PutTable(next)) => Arc::unwrap_or_clone(next),
            Some(other) => panic!("the table should still be there: {other:?}"),
            None => table.clone(),
        }
    }

    #[test]
    fn nothing_is_due_before_its_time() {
        let mut table = table();
        table.schedule(at(3), Step::Activate);
        assert_eq!((table.due(), table.status()), (Some(at(3)), TableStatus::Creating));
        assert_eq!(table.advanced(at(2)), None);
        assert_eq!(advance(&table, 3).status(), TableStatus::Active);
    }

    #[test]
    fn an_index_goes_through_its_phases_even_if_nobody_looks_in_between() {
        let mut table = table();
        table.schedule(at(30), Step::BackfillIndex("i".into()));
        table.schedule(at(450), Step::ActivateIndex("i".into()));
        let state = |table: &TableDefinition| (table.status(), table.indexes[0].status);
        assert_eq!(state(&table), (TableStatus::Updating, IndexStatus::Allocating));
        assert_eq!(
            state(&advance(&table, 30)),
            (TableStatus::Active, IndexStatus::Backfilling)
        );
        assert_eq!(
            state(&advance(&table, 1_000)),
            (TableStatus::Active, IndexStatus::Active)
        );
        assert_eq!(advance(&table, 1_000).due(), None);
    }

    #[test]
    fn a_billing_switch_takes_the_global_indexes_along() {
        let mut table = table();
        let units = Units { read: 5, write: 6 };
        table.schedule(
            at(60),
            Step::Bill(
                BillingMode::Provisioned,
                units,
                vec![("i".into(), Units { read: 1, write: 2 })],
            ),
        );
        let provisioned = advance(&table, 60);
        assert_eq!(provisioned.capacity.throughput.units, units);
        assert_eq!(
            provisioned.indexes[0].capacity.throughput.units,
            Units { read: 1, write: 2 }
        );
        let mut table = provisioned;
        table.schedule(at(70), Step::Bill(BillingMode::PayPerRequest, Units::default(), vec![]));
        let on_demand = advance(&table, 70);
        assert_eq!(on_demand.indexes[0].capacity.throughput.units, Units::default());
        assert_eq!(on_demand.billing.on_demand_since, Some(at(70)));
    }

    #[test]
    fn a_removed_table_is_dropped() {
        let mut table = table();
        table.schedule(at(5), Step::Remove);
        assert_eq!(table.status(), TableStatus::Deleting);
        assert_eq!(
            table.advanced(at(5)),
            Some(Change::DropTable {
                table: "t".into(),
                at: at(5)
            })
        );
    }
}
