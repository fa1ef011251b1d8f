//! Billing mode, throughput, ceilings and warm throughput of a table.

use std::sync::Arc;

use super::{Editor, index_units};
use crate::engine::tables::pace::Work;
use crate::engine::tables::throughput::{
    self, BillingError, CeilingError, Occasion, ProvisionedError, Subject, check_account_max, check_decrease, check_max,
};
use crate::engine::tables::update_table::wish::{IndexWish, Wish};
use crate::engine::tables::{definition_units, plus};
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::OnDemandThroughput;
use crate::store::{BillingMode, Capacity, IndexDefinition, IndexKind, Step, Units};

impl Editor<'_> {
    /// Checks what goes with the billing mode that the table will have.
    pub(super) fn check_mode(&self, wish: &Wish<'_>) -> Result<(), BillingError> {
        if self.mode == BillingMode::PayPerRequest {
            return self.check_on_demand(wish);
        }
        if wish.mode.is_some() && wish.units.is_none() {
            return Err(BillingError::SwitchWithoutThroughput);
        }
        if self.is_switch() {
            let is_uncovered = |index: &&IndexDefinition| index_units(wish, &index.name).is_none();
            let uncovered: Vec<Text> = self
                .global_indexes()
                .filter(is_uncovered)
                .map(|index| index.name.clone())
                .collect();
            if !uncovered.is_empty() {
                return Err(BillingError::SwitchWithoutIndexThroughput(uncovered));
            }
        }
        let is_bare = |wish: &IndexWish<'_>| {
            matches!(
                wish,
                IndexWish::Update {
                    units: None,
                    ceilings: None,
                    warm: None
                }
            )
        };
        let bare = wish.indexes.iter().find(|(_, wish)| is_bare(wish));
        bare.map_or(Ok(()), |(index, _)| {
            Err(BillingError::NewIndexNotProvisioned(index.clone()))
        })
    }

    /// Checks that a table on demand is asked for no provisioned throughput. An update of nothing at all asks for it, too, if there is
    /// such an index.
    fn check_on_demand(&self, wish: &Wish<'_>) -> Result<(), BillingError> {
        if wish.units.is_some() {
            return Err(BillingError::ProvisionedOnDemand);
        }
        for (index, wish) in &wish.indexes {
            match wish {
                IndexWish::Update { units: Some(_), .. } => {}
                IndexWish::Update {
                    ceilings: None,
                    warm: None,
                    ..
                } if self.current.index(index).is_some() => {}
                _ => continue,
            }
            return Err(BillingError::OnlyOnDemandUpdates(index.clone()));
        }
        Ok(())
    }

    /// Sets ceilings, which take effect at once.
    pub(super) fn set_ceilings(&mut self, wish: &Wish<'_>) -> Result<(), CeilingError> {
        let set = |capacity: &mut Capacity, wanted: Option<&OnDemandThroughput>, subject: Subject| {
            let (mode, region) = (self.mode, &self.context.caller().region);
            capacity.ceilings =
                throughput::ceilings(capacity.ceilings, wanted, mode, &subject, Occasion::Update, region)?;
            Ok::<(), CeilingError>(())
        };
        let definition = &mut self.edited.definition;
        set(&mut definition.capacity, wish.ceilings, Subject::Table)?;
        for (name, wish) in &wish.indexes {
            if let IndexWish::Update { ceilings, .. } = wish
                && let Some(index) = Arc::make_mut(&mut definition.indexes)
                    .iter_mut()
                    .find(|index| index.name == *name)
            {
                set(&mut index.capacity, *ceilings, Subject::Index(name.clone()))?;
            }
        }
        Ok(())
    }

    /// Checks provisioned throughput of the table, and what the account will have with that of its indexes.
    pub(super) fn check_throughput(&self, wish: &Wish<'_>, reserved: Units) -> Result<(), ApiError> {
        let current = &self.current.capacity.throughput;
        if let Some(units) = wish.units {
            if !self.is_switch() && units == current.units {
                return Err(ProvisionedError::Unchanged(Subject::Table, units).into());
            }
            check_max(units, &Subject::Table, self.region())?;
            check_decrease(current, units, self.now)?;
        }
        let indexes = self
            .global_indexes()
            .map(|index| index_units(wish, &index.name).unwrap_or(index.capacity.throughput.units));
        let created = wish.indexes.iter().filter_map(|(_, wish)| match wish {
            IndexWish::Create(index) => throughput::units(index.provisioned_throughput.as_ref()),
            _ => None,
        });
        let wanted = indexes.chain(created).fold(wish.units.unwrap_or(current.units), plus);
        let had = definition_units(self.current);
        let requested = Units {
            read: wanted.read.saturating_sub(had.read),
            write: wanted.write.saturating_sub(had.write),
        };
        Ok(check_account_max(reserved, requested, self.region())?)
    }

    /// Schedules throughput of the table, or another billing mode for it and its indexes.
    pub(super) fn set_throughput(&mut self, wish: &Wish<'_>) {
        if self.is_switch() {
            let indexes = self
                .global_indexes()
                .filter_map(|index| index_units(wish, &index.name).map(|units| (index.name.clone(), units)))
                .collect();
            let work = match (self.mode, self.current.billing.on_demand_since) {
                (BillingMode::Provisioned, _) => Work::SwitchToProvisioned,
                (BillingMode::PayPerRequest, None) => Work::SwitchToOnDemand,
                (BillingMode::PayPerRequest, Some(_)) => Work::SwitchBackToOnDemand,
            };
            self.schedule(work, Step::Bill(self.mode, wish.units.unwrap_or_default(), indexes));
            if self.mode == BillingMode::Provisioned {
                for index in self.current.indexes_of(IndexKind::Global) {
                    self.settle_index(&index.name, Work::SwitchIndex);
                }
            }
        } else if let Some(units) = wish.units {
            let throughput = &mut self.edited.definition.capacity.throughput;
            throughput.announce(units, self.now);
            self.schedule(Work::Provision, Step::Provision(units));
        } else if wish.mode.is_some() {
            self.edited.is_told_as_update = true;
        }
    }

    /// Schedules warm throughput; of two that are wanted one after the other the later counts.
    pub(super) fn set_warm(&mut self, wish: &Wish<'_>) -> Result<(), ApiError> {
        let Some(wanted) = wish.warm else { return Ok(()) };
        let units = throughput::raised_warm(self.current.capacity.warm, wanted, &Subject::Table, self.region())?;
        self.edited
            .definition
            .pending
            .retain(|transition| !matches!(transition.step, Step::Warm(_)));
        if units != self.current.capacity.warm {
            self.schedule(Work::Warm, Step::Warm(units));
        }
        Ok(())
    }
}
