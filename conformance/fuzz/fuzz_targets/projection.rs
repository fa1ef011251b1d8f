//! Projections: the round trip of their texts; what is projected was there, and an item without attributes gives nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stator_core::expression::{ExpressionKind, Projection};
use stator_core::model::AttributeMap;
use stator_fuzz::{item, program};

fuzz_target!(|text: &str| {
    if let Some(projection) = program::<Projection>(ExpressionKind::Projection, text) {
        let projected = projection.apply(item());
        assert!(
            projected
                .iter()
                .all(|(name, value)| item().get(name).is_some_and(|whole| whole.kind() == value.kind()))
        );
        assert_eq!(projection.apply(&AttributeMap::default()), AttributeMap::default());
    }
});
