//! The changes of UpdateTable against the table: each is checked, in the service's order, and made or scheduled on a copy of the definition.

mod indexes;
mod throughput;
mod vectors;

use std::fmt;
use std::sync::Arc;

use super::wish::{IndexWish, Wish};
use crate::engine::context::Context;
use crate::engine::names::label_of;
use crate::engine::tables::class::{self, WINDOW_MS};
use crate::engine::tables::pace::Work;
use crate::engine::tables::replicas::ReplicaKeyError;
use crate::engine::tables::{encryption, stream};
use crate::model::json::{Text, Timestamp};
use crate::model::{ApiError, ErrorKind};
use crate::store::{
    BillingMode, DAY_MS, IndexDefinition, IndexKind, MemberStep, Step, TableClass, TableDefinition, Units,
};

/// Why deletion protection cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ProtectionResting {
    table: Text,
    until: Timestamp,
}

impl fmt::Display for ProtectionResting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, until } = self;
        write!(
            f,
            "Deletion protection setting for table {table} modified within the previous 15000 milliseconds. Please try again after {}Z",
            label_of(*until)
        )
    }
}

/// A definition with changes, made or scheduled.
pub(super) struct Edited {
    pub(super) definition: TableDefinition,
    /// Whether the answer tells the table as being updated although nothing is under way: a setting was sent that is there already.
    pub(super) is_told_as_update: bool,
}

impl Edited {
    /// A definition to which nothing was done, which is told as an update all the same.
    pub(super) fn unchanged(definition: &TableDefinition) -> Self {
        Self {
            definition: definition.clone(),
            is_told_as_update: true,
        }
    }
}

/// Makes the changes that a request wants. `reserved` is the throughput that all tables of the database have.
pub(super) fn edit(
    wish: &Wish<'_>,
    current: &TableDefinition,
    context: &Context<'_>,
    reserved: Units,
) -> Result<Edited, ApiError> {
    let mut editor = Editor {
        current,
        mode: wish.mode.unwrap_or(current.billing.mode),
        now: context.now(),
        context,
        edited: Edited {
            definition: current.clone(),
            is_told_as_update: false,
        },
    };
    editor.check_mode(wish)?;
    editor.check_vector_mode(wish)?;
    editor.set_ceilings(wish)?;
    editor.check_throughput(wish, reserved)?;
    editor.check_indexes(wish)?;
    editor.set_throughput(wish);
    editor.set_indexes(wish)?;
    editor.set_warm(wish)?;
    editor.set_stream(wish)?;
    editor.set_class(wish)?;
    editor.set_encryption(wish)?;
    editor.set_protection(wish)?;
    editor.set_association(wish);
    editor.set_settings_mode(wish);
    Ok(editor.edited)
}

struct Editor<'a> {
    current: &'a TableDefinition,
    /// The billing mode after the request.
    mode: BillingMode,
    now: Timestamp,
    context: &'a Context<'a>,
    edited: Edited,
}

impl Editor<'_> {
    fn schedule(&mut self, work: Work, step: Step) {
        let at = self.now.plus_millis(work.length_ms(self.context.settings().pace));
        self.edited.definition.schedule(at, step);
    }

    fn region(&self) -> &Text {
        &self.context.caller().region
    }

    /// Whether the billing mode becomes another.
    fn is_switch(&self) -> bool {
        self.mode != self.current.billing.mode
    }

    fn global_indexes(&self) -> impl Iterator<Item = &IndexDefinition> {
        self.current.indexes_of(IndexKind::Global)
    }

    fn set_stream(&mut self, wish: &Wish<'_>) -> Result<(), ApiError> {
        let Some(view) = wish.stream else { return Ok(()) };
        let shards = self.context.settings().streams.shards;
        let setting = &mut self.edited.definition.stream;
        stream::switch(setting, view, &self.current.name, self.now, shards)?;
        self.schedule(Work::SwitchStream, Step::Stream);
        Ok(())
    }

    fn set_class(&mut self, wish: &Wish<'_>) -> Result<(), ApiError> {
        let Some(class) = wish.class else { return Ok(()) };
        let current = self.current.class.class;
        class::check_budget(&self.current.class, self.now)?;
        if class == current.unwrap_or(TableClass::Standard) {
            self.edited.is_told_as_update = true;
            return Ok(());
        }
        self.edited.definition.class.changes.record(self.now, WINDOW_MS);
        self.schedule(Work::ChangeClass, Step::Class(class));
        Ok(())
    }

    fn set_encryption(&mut self, wish: &Wish<'_>) -> Result<(), ApiError> {
        let Some(wanted) = &wish.encryption else { return Ok(()) };
        if self.current.membership.is_some() && matches!(wanted, encryption::Wish::Key(_)) {
            return Err(ReplicaKeyError::ByTable.into());
        }
        let key_arn = wanted.change(&self.current.encryption, self.context.caller(), self.now)?;
        self.edited.definition.encryption.changes.record(self.now, DAY_MS);
        self.schedule(Work::TakeKey, Step::UseKey(key_arn));
        self.schedule(Work::Encrypt, Step::EndEncryption);
        Ok(())
    }

    /// Lets the table be kept from leaving its group, or no longer.
    fn set_association(&mut self, wish: &Wish<'_>) {
        let membership = self.edited.definition.membership.as_mut();
        if let Some((is_protected, membership)) = wish.association.zip(membership) {
            Arc::make_mut(membership).is_protected = is_protected;
        }
    }

    /// Lets the table be the source of replicas in other accounts, or no longer.
    fn set_settings_mode(&mut self, wish: &Wish<'_>) {
        if wish.settings_mode.is_some() {
            self.edited.definition.settings_mode = wish.settings_mode;
        }
    }

    /// Sets deletion protection, which takes effect at once and then rests for a while, even from what changes nothing. A group is busy with it
    /// before that.
    fn set_protection(&mut self, wish: &Wish<'_>) -> Result<(), ApiError> {
        let Some(is_on) = wish.protection else { return Ok(()) };
        let (current, pace) = (self.current.protection, self.context.settings().pace);
        let rest_ms = Work::RestProtection.length_ms(pace);
        let rested = current.changed.map(|at| at.plus_millis(rest_ms));
        if let Some(until) = rested.filter(|until| *until > self.now) {
            let table = self.current.name.clone();
            return Err(ApiError::new(ErrorKind::Throttling, ProtectionResting { table, until }));
        }
        if is_on == current.is_on {
            return Ok(());
        }
        let mut done = self.now;
        if let Some(membership) = &self.current.membership {
            done = done.plus_millis(Work::ProtectMember.length_ms(pace));
            let region = membership.region.clone();
            self.schedule(Work::ProtectMember, Step::Member(region, MemberStep::Settle));
        }
        self.edited.definition.protection.is_on = is_on;
        self.edited.definition.protection.changed = Some(done);
        Ok(())
    }
}

/// The provisioned throughput that a request asks for an existing index.
fn index_units(wish: &Wish<'_>, name: &str) -> Option<Units> {
    wish.indexes.iter().find_map(|(index, wish)| match wish {
        IndexWish::Update { units, .. } if index == name => *units,
        _ => None,
    })
}
