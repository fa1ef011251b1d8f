//! Numbers: the normal form reads as the same number, key bytes order as numbers do, and sums are exact.
//!
//! The text holds one number, or two with a space between.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stator_core::model::Number;
use stator_core::model::number::ExponentRange;

fuzz_target!(|text: &str| {
    let (left, right) = text.split_once(' ').unwrap_or((text, "1"));
    let (Some(left), Some(right)) = (read(left), read(right)) else {
        return;
    };
    assert_eq!(key(&left).cmp(&key(&right)), left.cmp(&right), "{left} and {right}");
    assert_eq!(left.plus(&right), right.plus(&left));
    if let Ok(sum) = left.plus(&right) {
        assert_normal(&sum);
        assert_eq!(sum.minus(&right), Ok(left), "{left} + {right} = {sum}");
    }
    if let Ok(difference) = left.minus(&right) {
        assert_eq!(
            difference.is_negative(),
            left < right,
            "{left} - {right} = {difference}"
        );
    }
});

/// Reads a number both ways; what `BigDecimal` reads is the same number.
fn read(text: &str) -> Option<Number> {
    let wide = Number::parse(text);
    if let Ok(number) = Number::parse_within(text, ExponentRange::BigDecimal) {
        assert_eq!(wide, Ok(number));
    }
    let number = wide.ok()?;
    assert_normal(&number);
    Some(number)
}

fn assert_normal(number: &Number) {
    let text = number.to_string();
    let again = Number::parse(&text).expect("the normal form is a number");
    assert_eq!(again, *number);
    assert_eq!(again.to_string(), text);
}

fn key(number: &Number) -> Vec<u8> {
    let mut key = Vec::new();
    number.write_key_bytes(&mut key);
    key
}
