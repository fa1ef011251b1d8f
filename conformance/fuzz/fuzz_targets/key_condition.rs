//! Key conditions: the round trip of their texts, and the ranges that they become for keys of several types.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stator_core::expression::{ExpressionKind, KeyCondition};
use stator_core::model::ValueType;
use stator_fuzz::program;

fuzz_target!(|text: &str| {
    if let Some(condition) = program::<KeyCondition>(ExpressionKind::KeyCondition, text) {
        let (p, n, b) = (("p", ValueType::S), ("n", ValueType::N), ("b", ValueType::B));
        let _ = condition.resolve(&[p], &[]);
        let _ = condition.resolve(&[p], &[n]);
        if let Ok(range) = condition.resolve(&[p, b], &[n, ("m.x", ValueType::S)]) {
            assert_eq!(range.partition.len(), 2);
        }
    }
});
