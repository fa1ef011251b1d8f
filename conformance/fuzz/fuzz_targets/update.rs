//! Updates: the round trip of their texts, and their application; what they touched is in the item before or after.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stator_core::expression::{ExpressionKind, Update};
use stator_core::model::AttributeMap;
use stator_fuzz::{item, program};

fuzz_target!(|text: &str| {
    if let Some(update) = program::<Update>(ExpressionKind::Update, text) {
        apply(&update, item());
        apply(&update, &AttributeMap::default());
    }
});

fn apply(update: &Update, old: &AttributeMap) {
    let Ok(updated) = update.apply(old) else {
        return;
    };
    assert!(updated.touched_old().iter().all(|(name, _)| old.get(name).is_some()));
    assert!(
        updated
            .touched_new()
            .iter()
            .all(|(name, _)| updated.item().get(name).is_some())
    );
}
