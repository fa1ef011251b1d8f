//! What is wrong with the values inside legacy parameters, in the order in which they were sent.
//!
//! When an operation reports which of them, and in whose words, follows from the stage of a fault and the operation's layer.

use crate::model::fault::Fault;
use crate::model::json::Entries;
use crate::model::wire::{AttributeArg, AttributeValueUpdate, Condition, ExpectedAttributeValue};

/// The faults of filters and key conditions.
pub fn faults_of_conditions(conditions: &Entries<Condition>) -> impl Iterator<Item = &Fault> {
    let lists = conditions.iter().map(|(_, condition)| &condition.attribute_value_list);
    faults(lists.flatten().flatten())
}

/// The faults of `Expected`.
pub fn faults_of_expected(conditions: &Entries<ExpectedAttributeValue>) -> impl Iterator<Item = &Fault> {
    let values = conditions.iter().flat_map(|(_, entry)| {
        let list = entry.attribute_value_list.iter().flatten();
        entry.value.iter().chain(list)
    });
    faults(values)
}

/// The faults of `AttributeUpdates`.
pub fn faults_of_updates(updates: &Entries<AttributeValueUpdate>) -> impl Iterator<Item = &Fault> {
    faults(updates.iter().filter_map(|(_, update)| update.value.as_ref()))
}

fn faults<'a>(values: impl Iterator<Item = &'a AttributeArg>) -> impl Iterator<Item = &'a Fault> {
    values.flat_map(|value| value.faults.iter())
}
