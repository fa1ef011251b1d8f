//! JSON texts: our reader and serde_json agree on what is one, and on what a string says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use stator_core::model::json::Reader;

/// serde_json stops at 128 levels, our reader at 2,000.
const DEPTH_MAX: usize = 100;

fuzz_target!(|text: &str| {
    let ours = Reader::is_json(text);
    if text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() <= DEPTH_MAX {
        assert_eq!(ours, serde_json::from_str::<IgnoredAny>(text).is_ok());
    }
    // serde_json refuses half a surrogate pair where the service reads a question mark, so only what it reads is compared.
    if let Ok(string) = serde_json::from_str::<String>(text) {
        assert_eq!(Reader::new(text.trim()).string().as_deref(), Ok(&*string));
    }
});
