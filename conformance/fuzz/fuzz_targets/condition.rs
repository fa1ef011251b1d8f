//! Conditions and filters: the round trip of their texts, and their evaluation; NOT turns every answer around.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stator_core::expression::{Condition, ExpressionKind};
use stator_core::model::AttributeMap;
use stator_fuzz::{item, program};

fuzz_target!(|text: &str| {
    let Some(condition) = program::<Condition>(ExpressionKind::Condition, text) else {
        return;
    };
    // Another pair of parentheses or another operator may be one too many.
    let Some(negated) = program::<Condition>(ExpressionKind::Condition, &format!("NOT ({text})")) else {
        return;
    };
    for item in [item(), &AttributeMap::default()] {
        assert_ne!(condition.matches(item), negated.matches(item));
    }
});
