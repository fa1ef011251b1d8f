//! What is to be different in a restored table: billing, throughput, ceilings, indexes, encryption.
//!
//! Out comes the definition of the target. What is not overridden is the source's; stream, time to live, recovery, tags, deletion protection and class
//! are not restored.

use std::sync::Arc;

use super::error::OverrideError;
use super::indexes::{self, Wishes};
use crate::engine::context::Context;
use crate::engine::names::table_arn;
use crate::engine::tables::constraints::{
    state_encryption, state_local_index, state_named_global_index, state_throughput, state_vector_index,
};
use crate::engine::tables::encryption::Wish;
use crate::engine::tables::pace::Work;
use crate::engine::tables::schedule_creation;
use crate::engine::tables::throughput::{self, Side, Subject, TABLE_UNITS_MAX};
use crate::engine::violations::{Violations, sets};
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{
    GlobalSecondaryIndexArg, LocalSecondaryIndexArg, OnDemandThroughput, ProvisionedThroughputArg, SseSpecification,
    TableDescription, VectorIndexArg,
};
use crate::store::{BillingMode, Capacity, Ceilings, TableDefinition};

/// Which of the two restores asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Restored {
    FromBackup,
    ToPointInTime,
}

/// The overrides of a request.
pub(super) struct Overrides<'r> {
    pub(super) restored: Restored,
    pub(super) billing_mode: Option<&'r Text>,
    pub(super) global: Option<&'r Vec<GlobalSecondaryIndexArg>>,
    pub(super) local: Option<&'r Vec<LocalSecondaryIndexArg>>,
    pub(super) vectors: Option<&'r Vec<VectorIndexArg>>,
    pub(super) provisioned: Option<&'r ProvisionedThroughputArg>,
    pub(super) on_demand: Option<&'r OnDemandThroughput>,
    pub(super) encryption: Option<&'r SseSpecification>,
}

/// The overrides of a request, whose members have the same names in both operations.
macro_rules! overrides {
    ($request:expr, $restored:expr) => {
        Overrides {
            restored: $restored,
            billing_mode: $request.billing_mode_override.as_ref(),
            global: $request.global_secondary_index_override.as_ref(),
            local: $request.local_secondary_index_override.as_ref(),
            vectors: $request.vector_index_override.as_ref(),
            provisioned: $request.provisioned_throughput_override.as_ref(),
            on_demand: $request.on_demand_throughput_override.as_ref(),
            encryption: $request.sse_specification_override.as_ref(),
        }
    };
}

pub(super) use overrides;

impl Overrides<'_> {
    /// States the constraints of all of them.
    pub(super) fn state(&self, violations: &mut Violations) {
        violations
            .echoed("billingModeOverride", self.billing_mode)
            .one_of(sets::BILLING_MODE);
        for (position, index) in (1..).zip(self.global.into_iter().flatten()) {
            let path = format_args!("globalSecondaryIndexOverride.{position}.member").to_string();
            state_named_global_index(violations, path, index);
        }
        for (position, index) in (1..).zip(self.local.into_iter().flatten()) {
            let path = format_args!("localSecondaryIndexOverride.{position}.member").to_string();
            state_local_index(violations, path, index);
        }
        state_throughput(violations, "provisionedThroughputOverride", self.provisioned);
        state_encryption(violations, "sSESpecificationOverride", self.encryption);
        for (position, index) in (1..).zip(self.vectors.into_iter().flatten()) {
            let path = format_args!("vectorIndexOverride.{position}.member").to_string();
            state_vector_index(violations, path, index);
        }
    }

    /// Whether encryption is decided on.
    pub(super) fn has_encryption(&self) -> bool {
        self.encryption.is_some()
    }

    /// Whether there are ceilings that say nothing.
    pub(super) fn has_hollow_ceilings(&self) -> bool {
        self.on_demand.is_some() && !throughput::has_ceiling(self.on_demand)
    }

    /// The definition of a target with all that a source carries over, but for what is overridden.
    pub(super) fn define(
        &self,
        source: &TableDefinition,
        target: &Text,
        context: &Context<'_>,
    ) -> Result<TableDefinition, ApiError> {
        let caller = context.caller();
        let mode = self.mode(source);
        self.check_throughput(source)?;
        let id = context.world().uuid().into();
        let arn = table_arn(caller, target);
        let mut table = TableDefinition::new(target.clone(), id, arn, source.keys.clone(), context.now());
        table.billing.mode = mode;
        table.capacity = self.capacity(source, mode, &caller.region)?;
        let wishes = Wishes {
            overrides: self,
            mode,
            region: &caller.region,
        };
        table.indexes = Arc::new(indexes::define(source, &wishes)?);
        table.encryption.key_arn = match self.encryption {
            Some(specification) => Wish::of(specification)?.key_arn(caller),
            None => source.encryption.key_arn.clone(),
        };
        schedule_creation(&mut table, Work::Restore, context);
        Ok(table)
    }

    /// The description as it is answered: warm throughput is told where it was sent.
    pub(super) fn answer(&self, mut description: TableDescription) -> TableDescription {
        description.warm_throughput = None;
        let is_sent = |name: Option<&Text>| {
            let mut sent = self.global.into_iter().flatten();
            sent.any(|index| {
                index.index_name.as_ref() == name && throughput::has_figure(index.warm_throughput.as_ref())
            })
        };
        for index in description.global_secondary_indexes.iter_mut().flatten() {
            if !is_sent(index.index_name.as_ref()) {
                index.warm_throughput = None;
            }
        }
        description
    }

    fn other_mode(&self) -> Option<BillingMode> {
        self.billing_mode.and_then(|mode| BillingMode::from_word(mode))
    }

    fn mode(&self, source: &TableDefinition) -> BillingMode {
        self.other_mode().unwrap_or(source.billing.mode)
    }

    /// Checks that throughput goes with the billing mode.
    fn check_throughput(&self, source: &TableDefinition) -> Result<(), OverrideError> {
        let of_index = self.global.into_iter().flatten().find_map(|index| {
            index.provisioned_throughput.as_ref()?;
            Some(index.index_name.clone())
        });
        let sent = self.provisioned.map(|_| None).or(of_index);
        match (self.other_mode(), source.billing.mode, sent) {
            (Some(BillingMode::PayPerRequest), _, Some(index)) => Err(OverrideError::ThroughputOnDemand(index)),
            (None, BillingMode::PayPerRequest, Some(index)) => Err(OverrideError::ThroughputUnlessProvisioned(index)),
            (Some(BillingMode::Provisioned), _, _) if self.provisioned.is_none() => {
                Err(OverrideError::ThroughputMissing)
            }
            _ => Ok(()),
        }
    }

    fn capacity(&self, source: &TableDefinition, mode: BillingMode, region: &Text) -> Result<Capacity, ApiError> {
        let sent = throughput::units(self.provisioned);
        throughput::check_bounds(sent, &Subject::Table)?;
        match mode {
            BillingMode::Provisioned => {
                if let Some((side, _)) = self.sent_ceilings().next() {
                    return Err(OverrideError::CeilingUnlessOnDemand(side).into());
                }
                let units = sent.unwrap_or(source.capacity.throughput.units);
                throughput::check_max(units, &Subject::Table, region)?;
                Ok(Capacity::provisioned(units))
            }
            BillingMode::PayPerRequest => Ok(Capacity {
                ceilings: self.ceilings(source.capacity.ceilings, region)?,
                ..Capacity::on_demand()
            }),
        }
    }

    /// The ceilings of the source where no others are sent.
    fn ceilings(&self, current: Ceilings, region: &Text) -> Result<Ceilings, ApiError> {
        let mut ceilings = current;
        for (side, value) in self.sent_ceilings() {
            if value < 1 {
                return Err(OverrideError::CeilingOutOfRange(side).into());
            }
            if value > TABLE_UNITS_MAX {
                return Err(throughput::CeilingError::AboveMax(side, Subject::Table, region.clone()).into());
            }
            *side.pick(&mut ceilings.read, &mut ceilings.write) = Some(value);
        }
        Ok(ceilings)
    }

    fn sent_ceilings(&self) -> impl Iterator<Item = (Side, i64)> {
        let read = self.on_demand.and_then(|sent| sent.max_read_request_units);
        let write = self.on_demand.and_then(|sent| sent.max_write_request_units);
        let sent = [(Side::Read, read), (Side::Write, write)].into_iter();
        sent.filter_map(|(side, value)| value.map(|value| (side, value)))
    }
}
